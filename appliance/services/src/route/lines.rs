use std::collections::BTreeMap;

use hotline_call::LineId;
use serde::{Deserialize, Serialize};

use super::{DialPlan, LineVerdict, Step};

/// A trunk group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrunkGroupId(pub u32);

/// Lines that stand in for each other, as configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrunkGroup {
    /// Identity, never reused.
    pub id: TrunkGroupId,
    /// The name shown to people.
    pub name: String,
    /// Its lines, in the order they are tried; no line is in two groups. The exchange hunts from
    /// the first line on as a rule, so the last line first meets fewer callers.
    pub lines: Vec<LineId>,
    /// Lines that outbound calls leave free for callers, at most all. `None`: 1, and 0 in a group
    /// of one line, from which nobody could call out otherwise.
    #[serde(default)]
    pub reserve: Option<u32>,
}

impl TrunkGroup {
    /// How many lines outbound calls leave free.
    #[must_use]
    pub fn reserved(&self) -> usize {
        let usual = u32::from(self.lines.len() > 1);
        usize::try_from(self.reserve.unwrap_or(usual)).unwrap_or(usize::MAX)
    }
}

/// A way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Through {
    /// One line.
    Line(LineId),
    /// Any line of a group, in its order.
    Group(TrunkGroupId),
}

/// What a line is used for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineUse {
    /// Cable out, or the exchange is down.
    OutOfService,
    /// For nothing.
    Free,
    /// Somebody called us.
    Inbound,
    /// A person here called somebody.
    Outbound,
    /// A campaign called somebody.
    Campaign,
    /// Somebody calls for help. Never taken away.
    Emergency,
}

impl DialPlan {
    /// The lines of these ways out, in order, each once.
    pub(crate) fn lines_through(&self, through: &[Through]) -> Vec<LineId> {
        let mut lines = Vec::new();
        for way in through {
            let of_way = match way {
                Through::Line(line) => std::slice::from_ref(line),
                Through::Group(group) => self.trunk_group(*group).map_or(&[][..], |g| &g.lines),
            };
            for line in of_way {
                if !lines.contains(line) {
                    lines.push(*line);
                }
            }
        }
        lines
    }

    /// The lines an ordinary call may take now, in order, with the reserve for callers kept. A line
    /// that `now` does not name is out of service.
    pub(super) fn lines_open(
        &self,
        through: &[Through],
        now: &[(LineId, LineUse)],
        steps: &mut Vec<Step>,
    ) -> Vec<LineId> {
        let uses: BTreeMap<LineId, LineUse> = now.iter().copied().collect();
        let use_of = |line: LineId| uses.get(&line).copied().unwrap_or(LineUse::OutOfService);
        let is_spent = |group: &TrunkGroup| {
            let free = group.lines.iter().filter(|l| use_of(**l) == LineUse::Free);
            free.count() <= group.reserved()
        };
        // Groups in which taking one more line would leave too few for callers.
        let spent: Vec<&TrunkGroup> = self.trunk_groups.iter().filter(|g| is_spent(g)).collect();
        let is_kept = |line| spent.iter().any(|group| group.lines.contains(&line));
        let mut open = Vec::new();
        for line in self.lines_through(through) {
            let verdict = match use_of(line) {
                LineUse::OutOfService => LineVerdict::OutOfService,
                LineUse::Free if is_kept(line) => LineVerdict::KeptForCallers,
                LineUse::Free => LineVerdict::Free,
                _ => LineVerdict::InUse,
            };
            steps.push(Step::Line { line, verdict });
            if verdict == LineVerdict::Free {
                open.push(line);
            }
        }
        open
    }
}
