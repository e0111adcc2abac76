//! Skills, what calls are about, and which skills that demands.

use hotline_services::Configuration;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use crate::store::Numbered;

use super::Api;
use super::error::{ApiError, Result};
use super::input::{Id, Sent};
use super::listing::{self, Row, resource};
use super::permit::{May, Permit, QueuesRead, QueuesWrite};

pub(super) fn routes() -> OpenApiRouter<Api> {
    list_routes().merge(business_types::routes())
}

/// How good an agent is, or must be, at something.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
pub(super) struct SkillLevel {
    skill: u32,
    /// 1 to 5.
    level: u8,
}

impl From<hotline_services::SkillLevel> for SkillLevel {
    fn from(twin: hotline_services::SkillLevel) -> Self {
        Self {
            skill: twin.skill.0,
            level: twin.level,
        }
    }
}

/// Which skills an agent must have: one, all of several, any of several. At most 16 skills, 4 deep.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Demand {
    /// This one, at this level or better.
    AtLeast(SkillLevel),
    /// All of these; none: nothing is demanded.
    #[schema(no_recursion)]
    All(Vec<Demand>),
    /// One of these.
    #[schema(no_recursion)]
    Any(Vec<Demand>),
}

impl Default for Demand {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// Something an agent may be good at.
#[derive(Serialize, Deserialize, ToSchema)]
struct Skill {
    id: u32,
    #[serde(flatten)]
    draft: SkillDraft,
}

#[derive(Serialize, Deserialize, ToSchema)]
struct SkillDraft {
    name: String,
}

impl Row for Skill {
    type Core = hotline_services::Skill;
    type Draft = SkillDraft;
    const ONE: &'static str = "skill";
    const NUMBERED: Numbered = Numbered::Skill;

    fn all(configuration: &Configuration) -> &Vec<Self::Core> {
        &configuration.skills
    }

    fn all_mut(configuration: &mut Configuration) -> &mut Vec<Self::Core> {
        &mut configuration.skills
    }

    fn id(core: &Self::Core) -> u32 {
        core.id.0
    }

    fn fresh(id: u32, _draft: &SkillDraft) -> Result<Self::Core> {
        let (id, name) = (hotline_services::SkillId(id), String::new());
        Ok(hotline_services::Skill { id, name })
    }

    /// Nobody may be left unserved by a skill that is gone: whoever demands it is changed first.
    fn may_go(configuration: &Configuration, id: u32) -> Result<()> {
        let names = |demand: &hotline_services::Demand| {
            demand.skills().iter().any(|wanted| wanted.skill.0 == id)
        };
        let queue = configuration
            .queues
            .iter()
            .find(|queue| names(&queue.demand));
        let kind = configuration
            .business_types
            .iter()
            .find(|kind| names(&kind.demand));
        let by = queue
            .map(|queue| ("queues", "queue", &queue.name))
            .or_else(|| kind.map(|kind| ("business_types", "business type", &kind.name)));
        match by {
            Some((kind, one, name)) => {
                let message = format!("the {one} {name} demands this skill; change it first");
                Err(ApiError::in_use(message, kind, name))
            }
            None => Ok(()),
        }
    }

    fn gone(configuration: &mut Configuration, id: u32) {
        for agent in &mut configuration.agents {
            agent.skills.retain(|has| has.skill.0 != id);
        }
        let queues = configuration
            .queues
            .iter_mut()
            .map(|queue| &mut queue.preferred);
        let kinds = configuration
            .business_types
            .iter_mut()
            .map(|kind| &mut kind.preferred);
        for preferred in queues.chain(kinds) {
            preferred.retain(|skill| skill.0 != id);
        }
    }
}

resource!(
    "/api/skills",
    "/api/skills/{id}",
    Skill,
    SkillDraft,
    QueuesWrite
);

mod business_types {
    use hotline_call::Number;
    use hotline_services::BusinessTypeId;

    use super::*;

    pub(in crate::http) fn routes() -> OpenApiRouter<Api> {
        list_routes()
    }

    /// What a call is about.
    #[derive(Serialize, Deserialize, ToSchema)]
    struct BusinessType {
        id: u32,
        #[serde(flatten)]
        draft: BusinessTypeDraft,
    }

    #[derive(Serialize, Deserialize, ToSchema)]
    struct BusinessTypeDraft {
        name: String,
        /// Which skills it demands, besides those the queue does.
        #[serde(default)]
        demand: Demand,
        /// Skills that are welcome and not needed.
        #[serde(default)]
        preferred: Vec<u32>,
        /// Our numbers; a call dialled to one of them is about this.
        #[serde(default)]
        numbers: Vec<String>,
    }

    impl Row for BusinessType {
        type Core = hotline_services::BusinessType;
        type Draft = BusinessTypeDraft;
        const ONE: &'static str = "business type";
        const NUMBERED: Numbered = Numbered::BusinessType;

        fn all(configuration: &Configuration) -> &Vec<Self::Core> {
            &configuration.business_types
        }

        fn all_mut(configuration: &mut Configuration) -> &mut Vec<Self::Core> {
            &mut configuration.business_types
        }

        fn id(core: &Self::Core) -> u32 {
            core.id.0
        }

        fn fresh(id: u32, _draft: &BusinessTypeDraft) -> Result<Self::Core> {
            Ok(hotline_services::BusinessType {
                id: BusinessTypeId(id),
                name: String::new(),
                demand: hotline_services::Demand::default(),
                preferred: Vec::new(),
            })
        }

        fn shown(configuration: &Configuration, core: &Self::Core) -> Result<Self> {
            let mut shown: Self = listing::as_shown(core)?;
            let numbers = configuration.number_types.iter();
            let own = numbers.filter(|(_, kind)| *kind == core.id);
            shown.draft.numbers = own.map(|(number, _)| number.to_string()).collect();
            Ok(shown)
        }

        fn also(
            configuration: &mut Configuration,
            id: u32,
            draft: &BusinessTypeDraft,
        ) -> Result<()> {
            let id = BusinessTypeId(id);
            let numbers = &mut configuration.number_types;
            numbers.retain(|(_, kind)| *kind != id);
            for number in &draft.numbers {
                let wrong = |error| ApiError::no_number("numbers", number, &error);
                let number = Number::parse(number).map_err(wrong)?;
                if let Some((_, other)) = numbers.iter().find(|(known, _)| *known == number) {
                    let message = format!("{number} gives calls the type {} already", other.0);
                    let key = super::super::fault::fault("twice", &[("found", &number)]);
                    return Err(ApiError::invalid("numbers", message).told(key));
                }
                numbers.push((number, id));
            }
            Ok(())
        }

        fn may_go(configuration: &Configuration, id: u32) -> Result<()> {
            let users = configuration.users_of(BusinessTypeId(id));
            if users.is_empty() {
                return Ok(());
            }
            let message = format!(
                "{} gives calls this type; change it first",
                users.join(", ")
            );
            Err(ApiError::conflict(message))
        }
    }

    resource!(
        "/api/business_types",
        "/api/business_types/{id}",
        BusinessType,
        BusinessTypeDraft,
        QueuesWrite
    );
}
