//! Who may do what. A handler names the permission it takes, `May<QueuesWrite>`, and the document
//! names the same; who has a role without it is refused.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use hotline_services::permission::{Over, Permission, Reach, Verdict, Who};
use hotline_services::{AgentId, CallRecord, Configuration, QueueId, Supervisor};

use crate::store::Within;

use super::Api;
use super::error::{ApiError, Result};
use super::session::SignedIn;

/// A permission as a type.
pub(super) trait Permit: Send + Sync + 'static {
    /// Which.
    const PERMISSION: Permission;
    /// The same as the document writes it.
    const WORD: &'static str = Self::PERMISSION.as_str();
}

macro_rules! permits {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("[`Permission::", stringify!($name), "`].")]
            pub(super) struct $name;

            impl Permit for $name {
                const PERMISSION: Permission = Permission::$name;
            }
        )*
    };
}

permits! {
    AgentWork AuditRead RecordingsDelete CallsRead RecordingsListen RecordingsDownload SuperviseListen SuperviseWhisper SuperviseBarge SuperviseState SuperviseTakeOver LiveRead QueuesRead
    QueuesWrite MenusWrite RoutesWrite SchedulesWrite SchedulesOverride ListsPropose ListsWrite
    DevicesWrite SystemWrite AccountsWrite RolesWrite
}

/// A person who may do `P`, as far as the role reaches.
pub(super) struct May<P> {
    who: SignedIn,
    permit: PhantomData<P>,
}

impl<P> Deref for May<P> {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.who
    }
}

impl<P: Permit, S> FromRequestParts<S> for May<P>
where
    Api: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let who = SignedIn::from_request_parts(parts, state).await?;
        who.may(P::PERMISSION, Over::Nobody)?;
        Ok(Self {
            who,
            permit: PhantomData,
        })
    }
}

/// Several permissions, of which one is enough.
pub(super) trait AnyOf: Send + Sync + 'static {
    /// Which.
    const ANY: &'static [Permission];
}

/// Whoever may change any part of the configuration may put changes together; each part is asked
/// for again when they come into force.
pub(super) struct AnyPart;

impl AnyOf for AnyPart {
    const ANY: &'static [Permission] = &[
        Permission::QueuesWrite,
        Permission::MenusWrite,
        Permission::RoutesWrite,
        Permission::SchedulesWrite,
        Permission::RolesWrite,
    ];
}

/// One's own state, or that of others; whose is asked for again.
pub(super) struct AnyState;

impl AnyOf for AnyState {
    const ANY: &'static [Permission] = &[Permission::AgentWork, Permission::SuperviseState];
}

/// The own call, or that of others; whose is asked for again.
pub(super) struct AnyCall;

impl AnyOf for AnyCall {
    const ANY: &'static [Permission] = &[Permission::AgentWork, Permission::SuperviseTakeOver];
}

/// Messages in a mailbox; whose, is asked for by the centre again.
pub(super) struct AnyMailbox;

impl AnyOf for AnyMailbox {
    const ANY: &'static [Permission] = &[Permission::AgentWork, Permission::RecordingsListen];
}

/// What is said in mailboxes; whose, is asked for again.
pub(super) struct AnyGreeting;

impl AnyOf for AnyGreeting {
    const ANY: &'static [Permission] = &[Permission::AgentWork, Permission::MenusWrite];
}

/// Something about an agent as a supervisor; what exactly is asked for by the centre again.
pub(super) struct AnySupervision;

impl AnyOf for AnySupervision {
    const ANY: &'static [Permission] = &[
        Permission::SuperviseListen,
        Permission::SuperviseWhisper,
        Permission::SuperviseBarge,
        Permission::SuperviseTakeOver,
        Permission::SuperviseState,
    ];
}

/// Roles are given to accounts, or made.
pub(super) struct AnyRole;

impl AnyOf for AnyRole {
    const ANY: &'static [Permission] = &[Permission::AccountsWrite, Permission::RolesWrite];
}

/// A person who may do one of several things.
pub(super) struct MayAny<T> {
    who: SignedIn,
    any: PhantomData<T>,
}

impl<T> Deref for MayAny<T> {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.who
    }
}

impl<T: AnyOf, S> FromRequestParts<S> for MayAny<T>
where
    Api: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        Self::of(SignedIn::from_request_parts(parts, state).await?)
    }
}

impl<T: AnyOf> MayAny<T> {
    /// A person who may do one of these, or why not.
    pub fn of(who: SignedIn) -> Result<Self> {
        let has = |permission: &Permission| who.reach(*permission).is_some();
        match T::ANY.first().filter(|_| !T::ANY.iter().any(has)) {
            Some(first) => Err(who.refused(*first, Verdict::NotOfTheRole)),
            None => Ok(Self {
                who,
                any: PhantomData,
            }),
        }
    }
}

impl SignedIn {
    /// How far a permission reaches, if the role of this person has it.
    pub fn reach(&self, permission: Permission) -> Option<Reach> {
        let role = self.configuration.roles.role(&self.session.role)?;
        role.reach(permission)
    }

    /// Refuses who may not do this over these.
    pub fn may(&self, permission: Permission, over: Over<'_>) -> Result<()> {
        match self.why_not(permission, over) {
            None => Ok(()),
            Some(verdict) => Err(self.refused(permission, verdict)),
        }
    }

    /// Why this person may not do this over these; `None`: may.
    pub fn why_not(&self, permission: Permission, over: Over<'_>) -> Option<Verdict> {
        let who = Who {
            role: &self.session.role,
            groups: &self.groups(),
        };
        let verdict = self.configuration.roles.allows(who, permission, over);
        (!verdict.is_permitted()).then_some(verdict)
    }

    /// Refuses who may not do this to an agent: the own one, or one of the own groups.
    pub fn may_to_agent(&self, permission: Permission, agent: AgentId) -> Result<()> {
        if self.is_agent(agent) {
            return self.may(permission, Over::Oneself);
        }
        self.may(
            permission,
            Over::Groups(&queues_of(&self.configuration, agent)),
        )
    }

    /// The person as the centre knows one.
    pub fn as_supervisor(&self) -> Supervisor {
        Supervisor {
            account: self.session.name.clone(),
            role: self.session.role.clone(),
            groups: self.groups(),
            agent: self.session.agent.map(AgentId),
        }
    }

    /// Whether this person is that agent.
    pub fn is_agent(&self, agent: AgentId) -> bool {
        self.session.agent == Some(agent.0)
    }

    /// The queues this person looks after, and those the own agent serves.
    pub fn groups(&self) -> Vec<QueueId> {
        let mut groups: Vec<QueueId> = self.session.groups.iter().copied().map(QueueId).collect();
        if let Some(agent) = self.session.agent {
            groups.extend(queues_of(&self.configuration, AgentId(agent)));
        }
        groups
    }

    /// Whose calls a permission shows; `None`: everybody's.
    pub fn calls_within(&self, permission: Permission) -> Option<Within> {
        let queues = match self.reach(permission) {
            Some(Reach::Everybody) => return None,
            Some(Reach::OwnGroups) => self.groups().iter().map(|queue| queue.0).collect(),
            Some(Reach::Oneself) | None => Vec::new(),
        };
        let agent = self.session.agent;
        Some(Within { agent, queues })
    }

    /// Refuses whom a call is none of the business of: it is as good as not there.
    pub fn may_see_call(&self, permission: Permission, record: &CallRecord) -> Result<()> {
        match self.calls_within(permission) {
            Some(within) if !within.has(record) => Err(ApiError::not_found("call")),
            _ => Ok(()),
        }
    }

    fn refused(&self, permission: Permission, verdict: Verdict) -> ApiError {
        let (name, word) = (&self.session.name, permission.as_str());
        tracing::warn!(account = %name, permission = word, %verdict, "refused");
        let message = format!("{verdict} ({word}); ask an administrator");
        ApiError::new(StatusCode::FORBIDDEN, "not_allowed", message)
    }
}

fn queues_of(configuration: &Configuration, agent: AgentId) -> Vec<QueueId> {
    let served = configuration
        .queues
        .iter()
        .filter(|queue| queue.agents.contains(&agent));
    served.map(|queue| queue.id).collect()
}
