use serde::{Deserialize, Serialize};

use super::{BusinessTypeId, SkillId};

/// Something an agent may be good at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skill {
    /// Identity, never reused.
    pub id: SkillId,
    /// The name shown to people.
    pub name: String,
}

/// How good an agent is at something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillLevel {
    /// At what.
    pub skill: SkillId,
    /// How good; 1..=5.
    pub level: u8,
}

/// Which skills an agent must have. The default demands nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// This one, at this level or better.
    AtLeast(SkillLevel),
    /// All of these.
    All(Vec<Demand>),
    /// One of these, of which there is at least one.
    Any(Vec<Demand>),
}

impl Default for Demand {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Demand {
    /// One skill, at this level or better.
    #[must_use]
    pub const fn at_least(skill: SkillId, level: u8) -> Self {
        Self::AtLeast(SkillLevel { skill, level })
    }

    /// Whether any skill is demanded.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        match self {
            Self::AtLeast(_) | Self::Any(_) => true,
            Self::All(demands) => demands.iter().any(Self::is_anything),
        }
    }

    /// How well these skills meet the demand, each level demanded lowered by `relaxed` but not
    /// below 1: the levels that meet it, summed over "all", the best of "any". `None`: not met.
    #[must_use]
    pub fn met_by(&self, skills: &[SkillLevel], relaxed: u8) -> Option<u32> {
        match self {
            Self::AtLeast(SkillLevel { skill, level }) => {
                let wanted = level.saturating_sub(relaxed).max(1);
                let has = skills.iter().find(|has| has.skill == *skill)?.level;
                (has >= wanted).then_some(u32::from(has))
            }
            Self::All(demands) => demands.iter().map(|d| d.met_by(skills, relaxed)).sum(),
            Self::Any(demands) => demands
                .iter()
                .filter_map(|d| d.met_by(skills, relaxed))
                .max(),
        }
    }

    /// Every skill it names.
    #[must_use]
    pub fn skills(&self) -> Vec<SkillLevel> {
        match self {
            Self::AtLeast(one) => vec![*one],
            Self::All(demands) | Self::Any(demands) => {
                demands.iter().flat_map(Self::skills).collect()
            }
        }
    }

    /// How deep "all" and "any" stand in each other.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::AtLeast(_) => 0,
            Self::All(demands) | Self::Any(demands) => {
                1 + demands.iter().map(Self::depth).max().unwrap_or(0)
            }
        }
    }
}

/// What a call is about: a tag from the key pressed or the number dialled. The agent sees it, and
/// must have the skill for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessType {
    /// Identity, never reused.
    pub id: BusinessTypeId,
    /// The name shown to people.
    pub name: String,
    /// Which skills it demands, besides those the queue does.
    #[serde(default)]
    pub demand: Demand,
    /// Skills that are welcome and not needed.
    #[serde(default)]
    pub preferred: Vec<SkillId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_is_met_by_all_or_by_any_and_less_will_do_when_relaxed() {
        let [tax, english] = [SkillId(1), SkillId(2)];
        let has = |skill, level| SkillLevel { skill, level };
        let both = Demand::All(vec![Demand::at_least(tax, 4), Demand::at_least(english, 2)]);
        let one = Demand::Any(vec![Demand::at_least(tax, 4), Demand::at_least(english, 2)]);
        let skills = [has(tax, 3), has(english, 5)];
        assert_eq!(both.met_by(&skills, 0), None);
        assert_eq!(both.met_by(&skills, 1), Some(8));
        assert_eq!(one.met_by(&skills, 0), Some(5));
        assert_eq!(one.met_by(&[], 4), None, "1 is the least");
        assert_eq!(Demand::default().met_by(&[], 0), Some(0));
        assert!(both.is_anything() && !Demand::default().is_anything());
    }
}
