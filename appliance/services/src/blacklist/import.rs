use std::collections::BTreeMap;
use std::fmt;

use hotline_call::Number;

use super::{
    A_REGION, Draft, EntryId, List, ListAction, ListChange, ListError, Listed, NumberLists, Scope,
    Standing,
};
use crate::csv::{self, RowFault};
use crate::region::region_named;
use crate::route::{Announcement, Mailbox};
use crate::schedule::{Date, Zone};
use crate::{AgentId, Language, NumberPlan, QueueId};

/// The most rows of one file.
pub const MAX_ROWS: usize = 10_000;

/// A table of entries that was read, nothing of it in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// The rows without fault, in order.
    pub drafts: Vec<Draft>,
    /// What is wrong with the others.
    pub faults: Vec<RowFault>,
}

/// Which rows of a table with faults are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// All or none: with a fault anywhere nothing is changed.
    AllOrNone,
    /// Those without fault (导入有效行).
    Valid,
}

/// What an import comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The change to be made.
    pub change: ListChange,
    /// How many entries are new.
    pub added: usize,
    /// How many replace one that lists the same.
    pub replaced: usize,
}

/// Why nothing is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// Rows have faults, and all or none were wanted.
    Faults(usize),
    /// The lists cannot be changed so.
    Lists(ListError),
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Faults(n) => write!(
                f,
                "found faults in {n} rows; allowed: none, unless only the valid rows are imported"
            ),
            Self::Lists(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for ImportError {}

impl Import {
    /// What it comes to for these lists. Changes nothing.
    ///
    /// # Errors
    /// When rows have faults and all or none are wanted; when the lists cannot be changed so.
    pub fn commit(&self, lists: &NumberLists, rows: Rows) -> Result<Committed, ImportError> {
        if rows == Rows::AllOrNone && !self.faults.is_empty() {
            return Err(ImportError::Faults(self.faults.len()));
        }
        let change = lists.plan(&self.drafts, &[]).map_err(ImportError::Lists)?;
        let known = |id: EntryId| lists.entry(id).is_some();
        let replaced = change.put.iter().filter(|entry| known(entry.id)).count();
        Ok(Committed {
            added: change.put.len() - replaced,
            replaced,
            change,
        })
    }
}

/// Reads entries for one list: `number, scope, action, target, expires, reason`, with or without a
/// line of headings. Only the first cell is needed.
///
/// - `number`: `13800138000`, `138*` for all that begin so, `none` (无号码) for callers without a
///   number, `region:Guangdong/Shenzhen` (归属地:广东/深圳) for a province or city.
/// - `scope`: `in` (呼入), `out` (呼出), `both` (双向); empty: both.
/// - `action`: `busy` (忙音), `announcement` (提示音), `voicemail` (语音信箱), `low` (低优先);
///   empty: busy.
/// - `target`: the words of the announcement, or whose mailbox: `agent:7`, `queue:2`.
/// - `expires`: the last day it holds, `2026-12-31`; empty: for good.
/// - `reason`: up to 200 characters.
///
/// # Errors
/// How many rows the table has, when more than 10 000.
pub fn import(
    text: &str,
    list: List,
    language: Language,
    numbers: &NumberPlan,
    zone: &Zone,
) -> Result<Import, usize> {
    let table = Table {
        list,
        language,
        numbers,
        zone,
    };
    let mut import = Import::default();
    let mut lines: BTreeMap<Listed, u32> = BTreeMap::new();
    for (index, row) in csv::rows(text, MAX_ROWS + 1)?.iter().enumerate() {
        let heading = row.cell(0).to_lowercase();
        if index == 0 && ["number", "号码", "电话", "电话号码"].contains(&heading.as_str())
        {
            continue;
        }
        match table.draft(row) {
            Err(fault) => import.faults.push(fault),
            Ok(draft) => match lines.get(&draft.listed) {
                Some(line) => {
                    let allowed = format!("each number once; line {line} lists it already");
                    import
                        .faults
                        .push(row.fault("number", row.cell(0), allowed));
                }
                None => {
                    lines.insert(draft.listed.clone(), row.line);
                    import.drafts.push(draft);
                }
            },
        }
    }
    match import.drafts.len() + import.faults.len() {
        found if found > MAX_ROWS => Err(found),
        _ => Ok(import),
    }
}

struct Table<'a> {
    list: List,
    language: Language,
    numbers: &'a NumberPlan,
    zone: &'a Zone,
}

impl Table<'_> {
    fn draft(&self, row: &csv::Row) -> Result<Draft, RowFault> {
        let draft = Draft {
            list: self.list,
            listed: self.listed(row)?,
            scope: scope(row)?,
            action: self.action(row)?,
            expires_ms: self.expires(row)?,
            reason: row.cell(5).to_owned(),
            standing: Standing::InForce,
        };
        match draft.check() {
            Ok(()) => Ok(draft),
            Err((key, found, allowed)) => {
                let column = if key == "listed" { "number" } else { key };
                Err(row.fault(column, &found, allowed))
            }
        }
    }

    fn listed(&self, row: &csv::Row) -> Result<Listed, RowFault> {
        let text = row.cell(0);
        if ["none", "anonymous", "无号码", "匿名"].contains(&text.to_lowercase().as_str()) {
            return Ok(Listed::NoCallerId);
        }
        let region = ["region:", "归属地:", "归属地："];
        if let Some(name) = region.iter().find_map(|word| text.strip_prefix(word)) {
            let name = region_named(name);
            return name
                .map(Listed::Region)
                .ok_or_else(|| row.fault("number", text, A_REGION));
        }
        let allowed = "a number, a prefix as 138*, none, or region:name";
        let wrong = || row.fault("number", text, allowed);
        if let Some(prefix) = text.strip_suffix('*').filter(|prefix| !prefix.is_empty()) {
            let prefix = Number::parse(prefix).map_err(|_| wrong())?;
            return Ok(Listed::Prefix(self.numbers.canonical_prefix(&prefix)));
        }
        let number = Number::parse(text).map_err(|_| wrong())?;
        Ok(Listed::Number(self.numbers.canonical(&number)))
    }

    fn action(&self, row: &csv::Row) -> Result<ListAction, RowFault> {
        let (text, target) = (row.cell(2), row.cell(3));
        match text.to_lowercase().as_str() {
            "" | "busy" | "忙音" => Ok(ListAction::Busy),
            "low" | "低优先" => Ok(ListAction::QueueLow),
            "announcement" | "提示音" if (1..=1000).contains(&target.chars().count()) => {
                Ok(ListAction::Announcement(Announcement {
                    text: target.to_owned(),
                    language: self.language,
                }))
            }
            "announcement" | "提示音" => {
                Err(row.fault("target", target, "the words, 1 to 1000 characters"))
            }
            "voicemail" | "语音信箱" => mailbox(target)
                .map(ListAction::Voicemail)
                .ok_or_else(|| row.fault("target", target, "agent:7 or queue:2")),
            _ => Err(row.fault(
                "action",
                text,
                "busy, announcement, voicemail, low or nothing",
            )),
        }
    }

    /// The end of the last day it holds.
    fn expires(&self, row: &csv::Row) -> Result<Option<u64>, RowFault> {
        let text = row.cell(4);
        if text.is_empty() {
            return Ok(None);
        }
        let date = Date::parse(text);
        let end = date.and_then(|date| self.zone.moments(date, 1440).last().copied());
        let allowed = "the last day, 2026-12-31, or nothing";
        end.map(Some)
            .ok_or_else(|| row.fault("expires", text, allowed))
    }
}

fn scope(row: &csv::Row) -> Result<Scope, RowFault> {
    let text = row.cell(1);
    match text.to_lowercase().as_str() {
        "" | "both" | "双向" => Ok(Scope::Both),
        "in" | "呼入" => Ok(Scope::In),
        "out" | "呼出" => Ok(Scope::Out),
        _ => Err(row.fault("scope", text, "in, out, both or nothing")),
    }
}

fn mailbox(text: &str) -> Option<Mailbox> {
    let (kind, id) = text.split_once([':', '：'])?;
    let id = id.trim().parse().ok()?;
    match kind.trim().to_lowercase().as_str() {
        "agent" | "坐席" => Some(Mailbox::Agent(AgentId(id))),
        "queue" | "队列" => Some(Mailbox::Queue(QueueId(id))),
        _ => None,
    }
}
