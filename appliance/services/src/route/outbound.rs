use std::fmt;

use hotline_call::{LineId, Number};
use serde::{Deserialize, Serialize};

use super::{DialPlan, LineUse, Mismatch, Refusal, Step, Through};
use crate::{AgentId, Pattern};

/// An outbound rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(pub u32);

/// What becomes of a number that is dialled, as configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboundRule {
    /// Identity, never reused.
    pub id: RuleId,
    /// The name shown to people.
    pub name: String,
    /// Whether it counts.
    #[serde(default = "yes")]
    pub is_enabled: bool,
    /// The numbers it is for, as they are dialled here: `9*`, `0[1-9]*`, `1[3-9]XXXXXXXXX`. A
    /// number in E.164 is first written as the local exchange takes it.
    pub numbers: Vec<Pattern>,
    /// How many digits are taken off the front; 0 to 32.
    #[serde(default)]
    pub strip: u32,
    /// Digits put before what is left; up to 32.
    #[serde(default)]
    pub add: String,
    /// The ways out, in the order they are tried; at least one.
    pub through: Vec<Through>,
    /// Which number the called person is shown.
    #[serde(default)]
    pub shown: ShownNumber,
    /// What such a call costs, and so who may make it.
    pub class: CallClass,
}

const fn yes() -> bool {
    true
}

impl OutboundRule {
    /// What is dialled for a number this rule is for; `None` when nothing is left, or too much.
    fn rewrite(&self, matched: &str) -> Option<Number> {
        let strip = usize::try_from(self.strip).unwrap_or(usize::MAX);
        let kept: String = matched.chars().skip(strip).collect();
        Number::parse(&format!("{}{kept}", self.add)).ok()
    }
}

/// Which number the called person is shown. Only one of our own: to show another is fraud.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownNumber {
    /// The number of the line; the only one an analog line can show.
    #[default]
    OfTheLine,
    /// One of our numbers, where the line can tell it.
    Own(Number),
}

/// What a call costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallClass {
    /// 400 and 800 numbers, and what is free.
    Free,
    /// The same area.
    Local,
    /// Mobile phones.
    Mobile,
    /// Another area.
    National,
    /// Service numbers: 95588, 12345.
    Service,
    /// Another country.
    International,
    /// What costs more than a call.
    Premium,
}

impl CallClass {
    /// All, cheapest first.
    pub const ALL: [Self; 7] = [
        Self::Free,
        Self::Local,
        Self::Mobile,
        Self::National,
        Self::Service,
        Self::International,
        Self::Premium,
    ];
}

impl fmt::Display for CallClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Free => "free",
            Self::Local => "local",
            Self::Mobile => "mobile",
            Self::National => "national",
            Self::Service => "service",
            Self::International => "international",
            Self::Premium => "premium",
        })
    }
}

/// Who may make calls of which class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MayCall {
    /// Agents signed in, those named below excepted. International and premium are off until they
    /// are wanted: they are what a stolen password is used for.
    pub agents: Vec<CallClass>,
    /// A phone at which nobody is signed in.
    pub nobody: Vec<CallClass>,
    /// Agents who may make more or fewer kinds of call; at most 1000.
    pub each: Vec<(AgentId, Vec<CallClass>)>,
}

impl Default for MayCall {
    fn default() -> Self {
        use CallClass::{Free, Local, Mobile, National, Service};
        Self {
            agents: vec![Free, Local, Mobile, National, Service],
            nobody: Vec::new(),
            each: Vec::new(),
        }
    }
}

impl MayCall {
    /// Whether this agent, or a phone at which nobody is signed in, may make calls of a class.
    #[must_use]
    pub fn permits(&self, agent: Option<AgentId>, class: CallClass) -> bool {
        let classes = match agent {
            None => &self.nobody,
            Some(agent) => {
                let named = self.each.iter().find(|(named, _)| *named == agent);
                named.map_or(&self.agents, |(_, classes)| classes)
            }
        };
        classes.contains(&class)
    }
}

/// A call to be made outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbound {
    /// The rule that matched.
    pub rule: RuleId,
    /// What is dialled on the line.
    pub number: Number,
    /// The number in the one form that is stored and compared.
    pub canonical: String,
    /// Which number the called person is shown.
    pub shown: ShownNumber,
    /// What it costs.
    pub class: CallClass,
    /// The lines it can have now, in the order to try: the next one if a line fails, none of them
    /// again if the called person is busy.
    pub lines: Vec<LineId>,
}

impl DialPlan {
    /// What becomes of a number outside: the first rule that matches, and that rule alone.
    pub(super) fn outbound(
        &self,
        number: &Number,
        agent: Option<AgentId>,
        now: &[(LineId, LineUse)],
        steps: &mut Vec<Step>,
    ) -> Result<Outbound, Refusal> {
        let matched = self.numbers.dialled(number);
        let Some(rule) = self.rule_for(&matched, steps) else {
            steps.push(Step::NoRule);
            return Err(Refusal::NoRule);
        };
        let class = rule.class;
        let is_permitted = self.may_call.permits(agent, class);
        steps.push(Step::Class {
            class,
            is_permitted,
        });
        if !is_permitted {
            return Err(Refusal::NotPermitted { class });
        }
        let dialled = rule.rewrite(&matched);
        steps.push(Step::Digits {
            strip: rule.strip,
            add: rule.add.clone(),
            dialled: dialled.clone(),
        });
        let dialled = dialled.ok_or(Refusal::NoNumberLeft)?;
        let shown = rule.shown.clone();
        steps.push(Step::Shown {
            number: shown.clone(),
        });
        let lines = self.lines_open(&rule.through, now, steps);
        if lines.is_empty() {
            return Err(Refusal::NoLine);
        }
        Ok(Outbound {
            rule: rule.id,
            number: dialled,
            canonical: self.numbers.canonical(number),
            shown,
            class,
            lines,
        })
    }

    /// What a rule would dial for a number, whoever dials it.
    pub(super) fn rewritten(&self, number: &Number) -> Option<Number> {
        let matched = self.numbers.dialled(number);
        self.rule_for(&matched, &mut Vec::new())?.rewrite(&matched)
    }

    fn rule_for(&self, matched: &str, steps: &mut Vec<Step>) -> Option<&OutboundRule> {
        for rule in &self.outbound {
            let found = rule.numbers.iter().find(|pattern| pattern.matches(matched));
            let (id, name) = (rule.id, rule.name.clone());
            let because = match found {
                _ if !rule.is_enabled => Mismatch::Disabled,
                None => Mismatch::Dialled,
                Some(pattern) => {
                    let pattern = pattern.to_string();
                    steps.push(Step::RuleTaken {
                        rule: id,
                        name,
                        pattern,
                    });
                    return Some(rule);
                }
            };
            steps.push(Step::RulePassed {
                rule: id,
                name,
                because,
            });
        }
        None
    }
}
