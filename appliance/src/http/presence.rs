//! Whether agents are there: the pages they have open, and whom the system took for absent (semantics
//! §5.1, rules 3 and 6).

use hotline_services::{AgentId, AgentState, AgentView};

use super::Api;
use crate::system::alarms::{Alarm, AlarmCode};

/// What supervisors are told of an agent whom the system took for absent (semantics §5.1, rules 3
/// and 6); it is so until somebody changes the state.
pub(super) fn absent(agent: &AgentView) -> Option<Alarm> {
    let why = match agent.reason.as_deref() {
        Some("no_answer") => "did not answer twice",
        Some("browser_closed") => "closed the browser",
        _ => return None,
    };
    let code = AlarmCode::AgentAbsent;
    (agent.state == AgentState::NotReady).then(|| Alarm {
        code,
        subject: Some(agent.name.clone()),
        severity: code.severity(),
        since_at: agent.since.wall_ms,
        message: format!("{} {why} and is not ready now", agent.name),
    })
}

/// Tells the centre when an agent opens the first page or closes the last one. The program's end
/// closes none: whoever starts it again waits for them.
pub(super) async fn page(api: &Api, agent: Option<AgentId>, is_open: bool) {
    let Some(agent) = agent else { return };
    let mut pages = api.pages.lock().await;
    let count = pages.entry(agent).or_insert(0);
    let was = *count;
    *count = if is_open {
        was + 1
    } else {
        was.saturating_sub(1)
    };
    let is_edge = if is_open { was == 0 } else { *count == 0 };
    if *count == 0 {
        pages.remove(&agent);
    }
    if is_edge
        && !api.ending.is_cancelled()
        && let Err(error) = api.call_control.browser(agent, is_open).await
    {
        tracing::warn!(%error, agent = agent.0, "call control does not know of a page");
    }
}
