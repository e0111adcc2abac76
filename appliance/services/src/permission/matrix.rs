use std::fmt;

use serde::{Deserialize, Serialize};

const MAX_NAME: usize = 64;
const MAX_ROLES: usize = 50;

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal,)*) => {
        /// One thing that a role can permit, written `resource:action`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum Permission { $($(#[doc = $doc])* $name,)* }

        impl Permission {
            /// All of them, in the order a matrix shows them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

permissions! {
    /// Works as an agent: signs in, takes calls.
    AgentWork = "agent:work",
    /// Calls out.
    CallsDial = "calls:dial",
    /// Transfers calls to numbers outside.
    CallsTransferOutside = "calls:transfer_outside",
    /// Sees calls and call records.
    CallsRead = "calls:read",
    /// Hears recordings.
    RecordingsListen = "recordings:listen",
    /// Downloads recordings.
    RecordingsDownload = "recordings:download",
    /// Deletes recordings.
    RecordingsDelete = "recordings:delete",
    /// Pauses and resumes the recording of a call.
    RecordingsPause = "recordings:pause",
    /// Listens to a call in progress.
    SuperviseListen = "supervise:listen",
    /// Speaks to the agent alone.
    SuperviseWhisper = "supervise:whisper",
    /// Speaks with both.
    SuperviseBarge = "supervise:barge",
    /// Takes a call over, or ends it.
    SuperviseTakeOver = "supervise:take_over",
    /// Sets the state of an agent.
    SuperviseState = "supervise:state",
    /// Sees who does what now.
    LiveRead = "live:read",
    /// Sees reports.
    ReportsRead = "reports:read",
    /// Scores calls.
    QualityScore = "quality:score",
    /// Sees queues and agents as configured.
    QueuesRead = "queues:read",
    /// Changes queues, agents and skills.
    QueuesWrite = "queues:write",
    /// Changes menus and announcements.
    MenusWrite = "menus:write",
    /// Changes routes, rules, trunk groups and feature codes.
    RoutesWrite = "routes:write",
    /// Changes schedules and the calendar.
    SchedulesWrite = "schedules:write",
    /// Sets day or night by hand.
    SchedulesOverride = "schedules:override",
    /// Asks for a number to be put on the blacklist.
    ListsPropose = "lists:propose",
    /// Changes black and white list.
    ListsWrite = "lists:write",
    /// Changes lines and phones.
    DevicesWrite = "devices:write",
    /// Network, time, update, backup.
    SystemWrite = "system:write",
    /// Sees the log of what people did.
    AuditRead = "audit:read",
    /// Makes, changes and disables accounts.
    AccountsWrite = "accounts:write",
    /// Makes and changes roles.
    RolesWrite = "roles:write",
}

impl TryFrom<String> for Permission {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let known = Self::ALL
            .iter()
            .find(|permission| permission.as_str() == text);
        known.copied().ok_or_else(|| {
            let all: Vec<&str> = Self::ALL
                .iter()
                .map(|permission| permission.as_str())
                .collect();
            format!("{text:?} is no permission; allowed: {}", all.join(" "))
        })
    }
}

impl From<Permission> for String {
    fn from(permission: Permission) -> Self {
        permission.as_str().to_owned()
    }
}

/// How far a permission reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// The own calls and the own state.
    Oneself,
    /// Agents and calls of the own groups.
    OwnGroups,
    /// All.
    Everybody,
}

/// One permission of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What.
    pub permission: Permission,
    /// How far.
    pub reach: Reach,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Identity, as accounts name it: 1 to 32 of `a-z 0-9 _`.
    pub key: String,
    /// The name shown to people.
    pub name: String,
    /// What it permits; each permission once.
    pub grants: Vec<Grant>,
}

impl Role {
    /// How far a permission of this role reaches, if it has it.
    #[must_use]
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        let mut grants = self.grants.iter();
        grants
            .find(|grant| grant.permission == permission)
            .map(|grant| grant.reach)
    }

    /// Whether who has it administers the box: can make accounts, and so give any role.
    #[must_use]
    pub fn administers(&self) -> bool {
        self.reach(Permission::AccountsWrite) == Some(Reach::Everybody)
    }
}

/// All roles: the six of every box and those made here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Roles {
    custom: Vec<Role>,
}

impl Roles {
    /// The six of every box and these.
    #[must_use]
    pub const fn with(custom: Vec<Role>) -> Self {
        Self { custom }
    }

    /// The role of this key.
    #[must_use]
    pub fn role(&self, key: &str) -> Option<Role> {
        let mut custom = self.custom.iter();
        built_in(key).or_else(|| custom.find(|role| role.key == key).cloned())
    }

    /// The keys of all roles, those of every box first.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        let custom = self.custom.iter().map(|role| role.key.as_str());
        BUILT_IN.iter().map(|(key, _)| *key).chain(custom)
    }

    /// Those made here.
    #[must_use]
    pub fn custom(&self) -> &[Role] {
        &self.custom
    }

    /// What a role permits, line by line, as "view as role" shows it; empty if there is none.
    #[must_use]
    pub fn matrix(&self, key: &str) -> Vec<(Permission, Option<Reach>)> {
        let of_role = |role: &Role| {
            let line = |permission: &Permission| (*permission, role.reach(*permission));
            Permission::ALL.iter().map(line).collect()
        };
        self.role(key).as_ref().map(of_role).unwrap_or_default()
    }

    /// What is wrong with those made here: the field, what was found, what is allowed.
    pub(crate) fn fault(&self) -> Option<(String, String, String)> {
        if self.custom.len() > MAX_ROLES {
            let allowed = format!("at most {MAX_ROLES}");
            return Some(("roles".into(), self.custom.len().to_string(), allowed));
        }
        let is_sign =
            |octet: u8| octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'_';
        for (index, role) in self.custom.iter().enumerate() {
            let fault = |field: &str, found: &str, allowed: &str| {
                let field = format!("roles[{}].{field}", role.key);
                Some((field, found.to_owned(), allowed.to_owned()))
            };
            let is_key = (1..=32).contains(&role.key.len()) && role.key.bytes().all(is_sign);
            if !is_key {
                return fault("key", &role.key, "1 to 32 of a-z 0-9 _");
            }
            let before = &self.custom[..index];
            if built_in(&role.key).is_some() || before.iter().any(|other| other.key == role.key) {
                return fault("key", &role.key, "a key that no other role has");
            }
            let length = role.name.chars().count();
            if role.name.trim().is_empty() || length > MAX_NAME {
                let found = format!("{length} characters");
                return fault("name", &found, "1 to 64 characters, not only spaces");
            }
            let twice = role.grants.iter().enumerate().find(|(index, grant)| {
                let mut before = role.grants[..*index].iter();
                before.any(|other| other.permission == grant.permission)
            });
            if let Some((_, grant)) = twice {
                let found = format!("{} twice", grant.permission.as_str());
                return fault("grants", &found, "each permission once");
            }
        }
        None
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Oneself => "oneself",
            Self::OwnGroups => "own groups",
            Self::Everybody => "everybody",
        })
    }
}

/// The roles of every box: 坐席, 班长, 管理员, 安装员, 质检, 只读.
const BUILT_IN: [(&str, &str); 6] = [
    ("agent", "坐席"),
    ("supervisor", "班长"),
    ("administrator", "管理员"),
    ("installer", "安装员"),
    ("quality", "质检"),
    ("read_only", "只读"),
];

fn built_in(key: &str) -> Option<Role> {
    let (key, name) = BUILT_IN.iter().find(|(known, _)| *known == key)?;
    let grants = Permission::ALL.iter().filter_map(|permission| {
        let reach = built_in_reach(key, *permission)?;
        Some(Grant {
            permission: *permission,
            reach,
        })
    });
    Some(Role {
        key: (*key).to_owned(),
        name: (*name).to_owned(),
        grants: grants.collect(),
    })
}

/// The matrix of the roles of every box.
fn built_in_reach(key: &str, permission: Permission) -> Option<Reach> {
    use Permission as P;
    use Reach::{Everybody, Oneself, OwnGroups};
    match key {
        "administrator" => Some(Everybody),
        "agent" => match permission {
            P::AgentWork
            | P::CallsDial
            | P::CallsRead
            | P::RecordingsListen
            | P::RecordingsPause
            | P::ReportsRead => Some(Oneself),
            P::LiveRead => Some(OwnGroups),
            P::QueuesRead | P::ListsPropose => Some(Everybody),
            _ => None,
        },
        "supervisor" => match permission {
            P::AgentWork | P::CallsDial | P::CallsTransferOutside => Some(Oneself),
            P::CallsRead
            | P::RecordingsListen
            | P::RecordingsDownload
            | P::RecordingsPause
            | P::SuperviseListen
            | P::SuperviseWhisper
            | P::SuperviseBarge
            | P::SuperviseTakeOver
            | P::SuperviseState
            | P::LiveRead
            | P::ReportsRead
            | P::QualityScore => Some(OwnGroups),
            P::QueuesRead | P::SchedulesOverride | P::ListsPropose | P::ListsWrite => {
                Some(Everybody)
            }
            _ => None,
        },
        "installer" => match permission {
            P::QueuesRead
            | P::MenusWrite
            | P::RoutesWrite
            | P::SchedulesWrite
            | P::DevicesWrite
            | P::SystemWrite
            | P::LiveRead => Some(Everybody),
            _ => None,
        },
        "quality" => match permission {
            P::CallsRead
            | P::RecordingsListen
            | P::ReportsRead
            | P::QualityScore
            | P::LiveRead
            | P::QueuesRead => Some(Everybody),
            _ => None,
        },
        "read_only" => match permission {
            P::CallsRead | P::ReportsRead | P::LiveRead | P::QueuesRead => Some(Everybody),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(key: &str, permissions: &[Permission]) -> Role {
        let grant = |permission: &Permission| Grant {
            permission: *permission,
            reach: Reach::OwnGroups,
        };
        Role {
            key: key.into(),
            name: "Team lead".into(),
            grants: permissions.iter().map(grant).collect(),
        }
    }

    #[test]
    fn a_role_made_here_permits_what_it_says_and_no_more() {
        let lead = made("team_lead", &[Permission::SuperviseListen]);
        let roles = Roles::with(vec![lead]);
        assert_eq!(roles.fault(), None);
        assert_eq!(roles.keys().count(), 7);
        let matrix = roles.matrix("team_lead");
        assert_eq!(matrix.len(), Permission::ALL.len());
        let permitted: Vec<&str> = matrix
            .iter()
            .filter_map(|(permission, reach)| reach.map(|_| permission.as_str()))
            .collect();
        assert_eq!(permitted, ["supervise:listen"]);
    }

    #[test]
    fn only_the_administrator_of_every_box_administers_it() {
        let roles = Roles::default();
        let administer: Vec<&str> = roles
            .keys()
            .filter(|key| roles.role(key).is_some_and(|role| role.administers()))
            .collect();
        assert_eq!(administer, ["administrator"]);
    }

    #[test]
    fn what_is_wrong_with_a_role_is_told() {
        let told = |role: Role| {
            Roles::with(vec![role])
                .fault()
                .map(|(field, found, _)| (field, found))
        };
        let wrong = told(made("agent", &[]));
        assert_eq!(wrong, Some(("roles[agent].key".into(), "agent".into())));
        let wrong = told(made("Team lead", &[]));
        assert_eq!(
            wrong,
            Some(("roles[Team lead].key".into(), "Team lead".into()))
        );
        let twice = made("lead", &[Permission::CallsRead, Permission::CallsRead]);
        let found = "calls:read twice".into();
        assert_eq!(told(twice), Some(("roles[lead].grants".into(), found)));
    }

    #[test]
    fn permissions_are_written_as_resource_and_action() {
        for permission in Permission::ALL {
            let text = permission.as_str();
            let (resource, action) = text.split_once(':').unwrap();
            assert!(!resource.is_empty() && !action.is_empty());
            let written = serde_json::to_string(permission).unwrap();
            assert_eq!(written, format!("\"{text}\""));
            let read: Permission = serde_json::from_str(&written).unwrap();
            assert_eq!(read, *permission);
        }
        let wrong = serde_json::from_str::<Permission>("\"calls:fly\"").unwrap_err();
        assert!(wrong.to_string().contains("allowed: agent:work"));
    }
}
