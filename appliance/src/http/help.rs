//! Calls for help: shown to everybody with a screen until somebody says that they were seen.

use axum::extract::State;
use axum::http::StatusCode;
use hotline_services::Request;
use hotline_services::emergency::{HelpNotice, NoticeId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::error::Result;
use super::input::Id;
use super::permit::{LiveRead, May, Permit as _};
use super::words::HelpState;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(acknowledge))
}

/// Somebody here has dialled a number for help, and nobody has acknowledged it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct CallForHelp {
    /// Names it when it is acknowledged.
    id: u64,
    /// The call; none came of a test, nor where there was no line.
    call: Option<u64>,
    /// What was dialled.
    number: String,
    at: u64,
    state: HelpState,
    /// Who is signed in at the phone.
    agent: Option<String>,
    /// The phone, as it is dialled here.
    extension: Option<String>,
    /// Whose phone it is, or where it stands.
    phone: Option<String>,
}

impl CallForHelp {
    /// The notice, with the names of phone and person.
    pub(super) fn of(api: &Api, notice: &HelpNotice) -> Self {
        let phones = api.store.phones().borrow().clone();
        let phone = phones.iter().find(|phone| phone.id == notice.phone);
        let configuration = api.store.configuration().borrow().clone();
        let agents = configuration.agents.iter();
        let named = |id| agents.clone().find(|agent| agent.id == id);
        Self {
            id: notice.id.0,
            call: notice.call.map(|call| call.0),
            number: notice.number.to_string(),
            at: notice.at.wall_ms,
            state: notice.state.into(),
            agent: notice.agent.and_then(named).map(|agent| agent.name.clone()),
            extension: phone.map(|phone| phone.extension.clone()),
            phone: phone.map(|phone| phone.name.clone()),
        }
    }
}

/// Says that a call for help was seen: it is shown no more, and who said so is kept with the call.
#[utoipa::path(post, path = "/api/calls_for_help/{id}/acknowledge", params(("id" = u64, Path)),
    security(("session" = [LiveRead::WORD])), responses((status = NO_CONTENT)))]
async fn acknowledge(api: State<Api>, who: May<LiveRead>, Id(id): Id<u64>) -> Result<StatusCode> {
    let (by, notice) = (who.as_supervisor(), NoticeId(id));
    let request = Request::AcknowledgeHelp { by, notice };
    api.call_control.request(request).await?;
    Ok(StatusCode::NO_CONTENT)
}
