//! Who may do what: roles, what each permits, over whom.
//!
//! Six roles are part of every box and cannot be changed; more can be made. Nothing is permitted
//! that no role says. The accounts themselves are kept by the store; here are only the rules.

mod accounts;
mod matrix;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::QueueId;

pub use accounts::{Account, AccountChange, LastAdministrator};
pub use matrix::{Grant, Permission, Reach, Role, Roles};

/// A person who asks for something.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// The role, by its key: `supervisor`.
    pub role: &'a str,
    /// The groups of this person: the queues a supervisor looks after.
    pub groups: &'a [QueueId],
}

/// Over whom something is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Over<'a> {
    /// Nobody: a page, a setting of the house.
    Nobody,
    /// The person who asks: the own calls, the own state.
    Oneself,
    /// An agent or a call of these groups. In none of them: only who may reach everybody.
    Groups(&'a [QueueId]),
}

/// Whether something is permitted, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is, as far as this reaches.
    Permitted(Reach),
    /// The role is not known.
    NoSuchRole,
    /// The role does not have it.
    NotOfTheRole,
    /// The role has it for oneself only.
    OnlyOneself,
    /// The role has it for the own groups only, and this is in none of them.
    NotOfTheGroups,
}

impl Verdict {
    /// Whether it is.
    #[must_use]
    pub const fn is_permitted(self) -> bool {
        matches!(self, Self::Permitted(_))
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Permitted(Reach::Oneself) => "permitted for oneself",
            Self::Permitted(Reach::OwnGroups) => "permitted for the own groups",
            Self::Permitted(Reach::Everybody) => "permitted",
            Self::NoSuchRole => "there is no such role",
            Self::NotOfTheRole => "the role does not permit this",
            Self::OnlyOneself => "the role permits this for oneself only",
            Self::NotOfTheGroups => "the role permits this for the own groups only",
        })
    }
}

impl Roles {
    /// Whether this person may do this.
    #[must_use]
    pub fn allows(&self, who: Who<'_>, permission: Permission, over: Over<'_>) -> Verdict {
        let Some(role) = self.role(who.role) else {
            return Verdict::NoSuchRole;
        };
        let Some(reach) = role.reach(permission) else {
            return Verdict::NotOfTheRole;
        };
        let is_own = |group: &QueueId| who.groups.contains(group);
        match (over, reach) {
            (Over::Nobody | Over::Oneself, _) | (_, Reach::Everybody) => Verdict::Permitted(reach),
            (Over::Groups(_), Reach::Oneself) => Verdict::OnlyOneself,
            (Over::Groups(groups), Reach::OwnGroups) if groups.iter().any(is_own) => {
                Verdict::Permitted(reach)
            }
            (Over::Groups(_), Reach::OwnGroups) => Verdict::NotOfTheGroups,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALES: QueueId = QueueId(1);
    const SERVICE: QueueId = QueueId(2);

    fn ask(role: &str, permission: Permission, over: Over<'_>) -> Verdict {
        let who = Who {
            role,
            groups: &[SALES],
        };
        Roles::default().allows(who, permission, over)
    }

    #[test]
    fn a_supervisor_listens_to_the_own_groups_only() {
        let listen =
            |role, groups: &[QueueId]| ask(role, Permission::SuperviseListen, Over::Groups(groups));
        let own = Verdict::Permitted(Reach::OwnGroups);
        assert_eq!(listen("supervisor", &[SALES]), own);
        assert_eq!(listen("supervisor", &[SERVICE, SALES]), own);
        assert_eq!(listen("supervisor", &[SERVICE]), Verdict::NotOfTheGroups);
        assert_eq!(listen("supervisor", &[]), Verdict::NotOfTheGroups);
        assert_eq!(listen("agent", &[SALES]), Verdict::NotOfTheRole);
        assert_eq!(
            listen("administrator", &[SERVICE]),
            Verdict::Permitted(Reach::Everybody)
        );
        assert_eq!(listen("janitor", &[SALES]), Verdict::NoSuchRole);
    }

    #[test]
    fn an_agent_hears_the_own_recordings_and_nobody_elses() {
        let hear = |over| ask("agent", Permission::RecordingsListen, over);
        assert_eq!(hear(Over::Oneself), Verdict::Permitted(Reach::Oneself));
        assert_eq!(hear(Over::Groups(&[SALES])), Verdict::OnlyOneself);
    }

    #[test]
    fn only_roles_that_supervise_can_supervise() {
        let supervise = Permission::ALL
            .iter()
            .filter(|p| p.as_str().starts_with("supervise:"));
        for permission in supervise {
            for role in ["agent", "installer", "read_only"] {
                let verdict = ask(role, *permission, Over::Groups(&[SALES]));
                assert!(!verdict.is_permitted(), "{role} {}", permission.as_str());
            }
        }
    }
}
