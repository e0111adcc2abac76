//! Numbers that are let through or kept out: black and white list.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use hotline_call::Number;
use hotline_services::blacklist::{
    self as core, Direction, Draft, EntryId, ImportError, List, ListAction as CoreAction,
    ListError, Listed as CoreListed, Rows, Screening, Subject,
};
use hotline_services::{RowFault, faults_as_csv};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::store::House;

use super::Api;
use super::error::{ApiError, Result};
use super::fault::fault;
use super::inbound::{Announcement, Mailbox};
use super::input::{Asked, Id, Sent};
use super::listing;
use super::permit::{ListsPropose, ListsWrite, May, Permit};
use super::regions::region_names;
use super::words::{Language, NumberList, Scope, Standing};

/// Ten thousand rows with a reason each.
const BODY_LIMIT: usize = 8 * 1024 * 1024;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change, remove))
        .routes(routes!(propose))
        .routes(routes!(check))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(import))
                .layer(DefaultBodyLimit::max(BODY_LIMIT)),
        )
}

/// What is listed.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Listed {
    /// One number.
    Number(String),
    /// Every number that begins with these digits.
    Prefix(String),
    /// Callers who withhold their number, or whose number is not told.
    NoCallerId,
    /// Numbers of a province, or of a city in it: `Guangdong`, `Guangdong/Shenzhen`.
    Region(String),
}

/// What becomes of a listed caller. A call out to a listed number is refused whatever it says.
#[derive(Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ListAction {
    /// Hears the busy tone and is dropped.
    #[default]
    Busy,
    /// Hears a sentence and goodbye.
    Announcement(Announcement),
    /// May leave a message.
    Voicemail(Mailbox),
    /// Is served after all others in the queue.
    QueueLow,
}

/// An entry of a list.
#[derive(Serialize, Deserialize, ToSchema)]
struct ListEntry {
    id: u32,
    #[serde(flatten)]
    draft: ListEntryDraft,
    /// How often it met a call.
    #[serde(default)]
    hits: u64,
    /// When last.
    #[serde(default)]
    hit_at: Option<u64>,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct ListEntryDraft {
    list: NumberList,
    listed: Listed,
    #[serde(default = "both")]
    scope: Scope,
    /// What becomes of the caller; of no meaning on the white list.
    #[serde(default)]
    action: ListAction,
    /// Until when it holds, ms since 1970 UTC; null: for good.
    #[serde(default)]
    expires_ms: Option<u64>,
    /// Why; up to 200 characters.
    #[serde(default)]
    reason: String,
    #[serde(default = "in_force")]
    standing: Standing,
}

const fn both() -> Scope {
    Scope::Both
}
const fn in_force() -> Standing {
    Standing::InForce
}

/// What is wrong with a row of a table.
#[derive(Serialize, ToSchema)]
pub(super) struct Fault {
    /// The line in the file, from 1.
    line: u32,
    column: String,
    found: String,
    allowed: String,
}

impl From<&RowFault> for Fault {
    fn from(fault: &RowFault) -> Self {
        Self {
            line: fault.line,
            column: fault.column.clone(),
            found: fault.found.clone(),
            allowed: fault.allowed.clone(),
        }
    }
}

impl From<ListError> for ApiError {
    fn from(error: ListError) -> Self {
        match &error {
            ListError::NoSuchEntry(_) => Self::not_found("entry"),
            ListError::TooMany { .. } => Self::conflict(error.to_string()),
            ListError::Entry { key, .. } => {
                Self::invalid(key, error.to_string()).told(fault("entry", &[]))
            }
        }
    }
}

impl ListEntry {
    fn new(house: &House, entry: &core::Entry) -> Result<Self> {
        let hit = house.hits.of(entry.id);
        Ok(Self {
            hits: hit.count,
            hit_at: (hit.count > 0).then_some(hit.last_ms),
            ..listing::as_shown(entry)?
        })
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Which list; both without.
    #[param(required = false)]
    list: Option<NumberList>,
    /// Whose number or reason contains this.
    #[param(required = false)]
    search: Option<String>,
    /// Older than this entry.
    #[param(required = false)]
    before: Option<u32>,
    /// How many; 1 to 500, default 100.
    #[param(required = false)]
    limit: Option<usize>,
}

#[derive(Serialize, ToSchema)]
struct ListPage {
    /// Newest first.
    entries: Vec<ListEntry>,
    /// `before` of the next page.
    next: Option<u32>,
    /// How many match, on whatever page.
    total: usize,
}

impl ListQuery {
    fn has(&self, entry: &core::Entry) -> bool {
        let Draft {
            list,
            listed,
            reason,
            ..
        } = &entry.draft;
        let text = match listed {
            CoreListed::Number(text) | CoreListed::Prefix(text) | CoreListed::Region(text) => text,
            CoreListed::NoCallerId => "",
        };
        let contains = |wanted: &String| text.contains(wanted) || reason.contains(wanted);
        self.list.is_none_or(|wanted| List::from(wanted) == *list)
            && self.search.as_ref().is_none_or(contains)
    }
}

/// The entries of both lists, newest first. For one call the white list counts before the black
/// one; on one list the number before the longest prefix, that before the city, that before the
/// province.
#[utoipa::path(get, path = "/api/number_list", security(("session" = [ListsWrite::WORD])),
    params(ListQuery), responses((status = OK, body = ListPage)))]
async fn list(
    State(api): State<Api>,
    _who: May<ListsWrite>,
    Asked(query): Asked<ListQuery>,
) -> Result<Json<ListPage>> {
    let limit = query.limit.unwrap_or(100);
    if !(1..=500).contains(&limit) {
        let message = format!("found {limit}; 1 to 500 are allowed");
        return Err(ApiError::invalid("limit", message));
    }
    let house = api.store.house().borrow().clone();
    let mut found: Vec<&core::Entry> = house.lists.entries().filter(|e| query.has(e)).collect();
    let total = found.len();
    found.reverse();
    found.retain(|entry| query.before.is_none_or(|before| entry.id.0 < before));
    let page = &found[..found.len().min(limit)];
    let next = page.last().filter(|_| found.len() > limit);
    Ok(Json(ListPage {
        next: next.map(|entry| entry.id.0),
        entries: page
            .iter()
            .map(|e| ListEntry::new(&house, e))
            .collect::<Result<_>>()?,
        total,
    }))
}

/// The draft as it is looked up: numbers in their one form.
fn checked(api: &Api, draft: &ListEntryDraft) -> Result<Draft> {
    let draft: Draft = listing::as_shown(draft)?;
    let configuration = api.store.configuration();
    let configuration = configuration.borrow();
    if let CoreAction::Voicemail(mailbox) = &draft.action {
        use hotline_services::route::Mailbox;
        let is_there = match mailbox {
            Mailbox::Agent(id) => configuration.agent(*id).is_some(),
            Mailbox::Queue(id) => configuration.queues.iter().any(|queue| queue.id == *id),
            Mailbox::House => true,
        };
        if !is_there {
            let message = "there is no such mailbox; choose an agent or a queue of the list";
            return Err(ApiError::invalid("action", message));
        }
    }
    Ok(draft.canonical(&configuration.dial_plan.numbers))
}

/// Puts one entry in; one that lists the same is replaced.
async fn put(api: &Api, draft: Draft, instead_of: Option<EntryId>) -> Result<ListEntry> {
    let _one_at_a_time = api.changing.lock().await;
    let lists = api.store.house().borrow().clone();
    if instead_of.is_some_and(|id| lists.lists.entry(id).is_none()) {
        return Err(ApiError::not_found("entry"));
    }
    let mut change = lists.lists.plan(std::slice::from_ref(&draft), &[])?;
    if let (Some(id), Some(entry)) = (instead_of, change.put.first_mut()) {
        // Another entry lists the same now: that one goes, this one keeps its number.
        let same = entry.id;
        entry.id = id;
        if same != id && lists.lists.entry(same).is_some() {
            change.removed.push(same);
        }
    }
    let entry = change.put.first().cloned();
    api.call_control.change_lists(change).await?;
    api.store.flush().await?;
    let entry = entry.ok_or_else(|| ApiError::not_found("entry"))?;
    ListEntry::new(&api.store.house().borrow(), &entry)
}

/// Adds an entry; one that lists the same on the same list is replaced.
#[utoipa::path(post, path = "/api/number_list", security(("session" = [ListsWrite::WORD])),
    request_body = ListEntryDraft, responses((status = CREATED, body = ListEntry)))]
async fn add(
    State(api): State<Api>,
    _who: May<ListsWrite>,
    Sent(draft): Sent<ListEntryDraft>,
) -> Result<(StatusCode, Json<ListEntry>)> {
    let draft = checked(&api, &draft)?;
    Ok((StatusCode::CREATED, Json(put(&api, draft, None).await?)))
}

/// Asks for a number to be put on the blacklist; it holds once a supervisor agrees.
#[utoipa::path(post, path = "/api/number_list/propose",
    security(("session" = [ListsPropose::WORD])),
    request_body = ListEntryDraft, responses((status = CREATED, body = ListEntry)))]
async fn propose(
    State(api): State<Api>,
    who: May<ListsPropose>,
    Sent(draft): Sent<ListEntryDraft>,
) -> Result<(StatusCode, Json<ListEntry>)> {
    let mut draft = checked(&api, &draft)?;
    draft.list = List::Black;
    draft.standing = core::Standing::Proposed;
    let listed =
        |entry: &core::Entry| entry.draft.list == List::Black && entry.draft.listed == draft.listed;
    if api.store.house().borrow().lists.entries().any(listed) {
        let error = ApiError::conflict("this is listed already").of("listed");
        return Err(error.told(fault("listed_already", &[])));
    }
    if draft.reason.trim().is_empty() {
        draft.reason.clone_from(&who.session.name);
    }
    Ok((StatusCode::CREATED, Json(put(&api, draft, None).await?)))
}

/// Changes an entry.
#[utoipa::path(put, path = "/api/number_list/{id}", params(("id" = u32, Path)),
    security(("session" = [ListsWrite::WORD])),
    request_body = ListEntryDraft, responses((status = OK, body = ListEntry)))]
async fn change(
    State(api): State<Api>,
    _who: May<ListsWrite>,
    Id(id): Id<u32>,
    Sent(draft): Sent<ListEntryDraft>,
) -> Result<Json<ListEntry>> {
    let draft = checked(&api, &draft)?;
    Ok(Json(put(&api, draft, Some(EntryId(id))).await?))
}

/// Removes an entry.
#[utoipa::path(delete, path = "/api/number_list/{id}", params(("id" = u32, Path)),
    security(("session" = [ListsWrite::WORD])), responses((status = NO_CONTENT)))]
async fn remove(
    State(api): State<Api>,
    _who: May<ListsWrite>,
    Id(id): Id<u32>,
) -> Result<StatusCode> {
    let _one_at_a_time = api.changing.lock().await;
    let change = api.store.house().borrow().lists.plan(&[], &[EntryId(id)])?;
    api.call_control.change_lists(change).await?;
    api.store.flush().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
struct ImportForm {
    list: NumberList,
    /// CSV: `number, scope, action, target, expires, reason`; only the first is needed: a number,
    /// `138*`, `none`, or `region:Guangdong/Shenzhen`.
    text: String,
    /// The language announcements in it are in.
    language: Language,
    /// Whether rows without fault are taken though others have some.
    #[serde(default)]
    only_valid: bool,
    /// Whether nothing is changed, only told what would be.
    #[serde(default)]
    dry_run: bool,
}

/// What an import came to, or would.
#[derive(Serialize, ToSchema)]
struct Imported {
    /// Whether it is in force now.
    done: bool,
    added: usize,
    replaced: usize,
    /// What is wrong with other rows; the first 100.
    faults: Vec<Fault>,
    /// How many rows have faults.
    faulty: usize,
    /// All faulty rows as a table to be handed back.
    faults_csv: String,
}

/// Imports a table of up to 10 000 rows, or tells what that would do.
#[utoipa::path(post, path = "/api/number_list/import",
    security(("session" = [ListsWrite::WORD])),
    request_body = ImportForm, responses((status = OK, body = Imported)))]
async fn import(
    State(api): State<Api>,
    _who: May<ListsWrite>,
    Sent(form): Sent<ImportForm>,
) -> Result<Json<Imported>> {
    let _one_at_a_time = api.changing.lock().await;
    let plan = api.store.configuration().borrow().dial_plan.clone();
    let (list, language) = (form.list.into(), form.language.into());
    let read = core::import(&form.text, list, language, &plan.numbers, &plan.zone);
    let too_many = |found| {
        ApiError::invalid(
            "text",
            format!("found {found} rows; at most 10000 are allowed"),
        )
    };
    let import = read.map_err(too_many)?;
    let house = api.store.house().borrow().clone();
    let committed = match import.commit(&house.lists, Rows::Valid) {
        Ok(committed) => committed,
        Err(ImportError::Lists(error)) => return Err(error.into()),
        Err(error @ ImportError::Faults(_)) => return Err(ApiError::conflict(error.to_string())),
    };
    let (added, replaced) = (committed.added, committed.replaced);
    let done = !form.dry_run
        && (form.only_valid || import.faults.is_empty())
        && !committed.change.put.is_empty();
    if done {
        api.call_control.change_lists(committed.change).await?;
        api.store.flush().await?;
    }
    Ok(Json(Imported {
        done,
        added,
        replaced,
        faults: import.faults.iter().take(100).map(Fault::from).collect(),
        faulty: import.faults.len(),
        faults_csv: faults_as_csv(&import.faults),
    }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct CheckQuery {
    /// Who calls; nothing: a caller without a number.
    #[param(required = false)]
    number: Option<String>,
}

/// What the lists say about a caller.
#[derive(Serialize, ToSchema)]
struct Checked {
    /// Whether the caller is kept out.
    blocked: bool,
    /// The entry that decided, if one did.
    entry: Option<ListEntry>,
}

/// What the lists say about a caller now.
#[utoipa::path(get, path = "/api/number_list/check", security(("session" = [ListsWrite::WORD])),
    params(CheckQuery), responses((status = OK, body = Checked)))]
async fn check(
    State(api): State<Api>,
    _who: May<ListsWrite>,
    Asked(query): Asked<CheckQuery>,
) -> Result<Json<Checked>> {
    let configuration = api.store.configuration().borrow().clone();
    let text = query.number.filter(|number| !number.trim().is_empty());
    let parsed = |text: String| {
        Number::parse(&text).map_err(|error| ApiError::no_number("number", &text, &error))
    };
    let number = text.map(parsed).transpose()?;
    let canonical = number
        .as_ref()
        .map(|n| configuration.dial_plan.numbers.canonical(n));
    let known = configuration
        .callers
        .iter()
        .find(|known| Some(&known.number) == number.as_ref());
    let regions = region_names(&api, &configuration, canonical.as_deref());
    let who = Subject {
        number: canonical.as_deref(),
        regions: &regions,
        is_vip: known.is_some_and(|known| known.standing.vip.is_some()),
    };
    let house = api.store.house().borrow().clone();
    let shown =
        |entry: Option<&core::Entry>| entry.map(|entry| ListEntry::new(&house, entry)).transpose();
    let (blocked, entry) = match house
        .lists
        .screen(who, Direction::In, api.clock.now().wall_ms)
    {
        Screening::Unlisted => (false, None),
        Screening::Allowed { by } => (false, by.and_then(|id| house.lists.entry(id))),
        Screening::Blocked(entry) => (true, Some(entry)),
    };
    let entry = shown(entry)?;
    Ok(Json(Checked { blocked, entry }))
}
