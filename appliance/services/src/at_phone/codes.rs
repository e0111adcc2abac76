//! Codes that lead a phone to the box itself, or need what the role of the person permits: `*97`
//! the own mailbox, `*77` a sentence, `*90` another's call.

use hotline_call::{CallId, Cause, Command};

use crate::calling::Dialer;
use crate::decision::Decision;
use crate::fact::{CodeRefused, Spoken, SupervisionRung};
use crate::feature_code::{Feature, FeatureRequest};
use crate::permission::{Over, Permission, Verdict, Who};
use crate::route::Mailbox;
use crate::say::prompt_of_number;
use crate::stage::Call;
use crate::state::State;
use crate::{
    AgentId, Language, Refused, Say, StorageState, Supervise, SuperviseMode, Supervisor, What,
};

/// A supervisor who is there already does not ring.
const RINGS_MS: u64 = 0;

impl State {
    /// Does what such a code asks for; `false`: it is none of them.
    pub(crate) fn decide_code_at_phone(
        &self,
        d: &mut Decision,
        dialer: &Dialer,
        asked: &FeatureRequest,
    ) -> bool {
        let done = match asked {
            FeatureRequest::Plain(Feature::Voicemail) => self.opens_mailbox(d, dialer),
            FeatureRequest::RecordPrompt(number) => self.speaks_prompt(d, dialer, *number),
            FeatureRequest::Listen(extension) => self.listens(d, dialer, extension),
            FeatureRequest::NightOverride(mode) => self.sets_hours(d, dialer, *mode),
            FeatureRequest::ForwardOn(number) => self.forwards(d, dialer, Some(number)),
            FeatureRequest::Plain(Feature::ForwardOff) => self.forwards(d, dialer, None),
            FeatureRequest::SignIn(Some((agent, pin))) => {
                self.asks_for_pin(d, dialer, (*agent, pin.clone()))
            }
            FeatureRequest::Pickup(Some(extension)) => self.picks_up_at(d, dialer, extension),
            _ => return false,
        };
        if let Err(cause) = done {
            let leg = dialer.leg;
            d.command(Command::Release { leg, cause });
        }
        true
    }

    /// The person whose phone it is, by the account.
    pub(crate) fn person_of(&self, agent: AgentId) -> Option<Supervisor> {
        let mut people = self.configuration.people.iter();
        let person = people.find(|person| person.agent == agent)?;
        let mut groups = person.groups.clone();
        groups.extend(self.roster.queues_of(agent));
        Some(Supervisor {
            account: person.account.clone(),
            role: person.role.clone(),
            groups,
            agent: Some(agent),
        })
    }

    /// Whether a person may do this at a phone; an agent without an account has no role.
    pub(crate) fn verdict(
        &self,
        person: Option<&Supervisor>,
        permission: Permission,
        over: Over<'_>,
    ) -> Verdict {
        person.map_or(Verdict::NoSuchRole, |person| {
            let who = Who {
                role: &person.role,
                groups: &person.groups,
            };
            self.configuration.roles.allows(who, permission, over)
        })
    }

    /// Who sits at the phone, if free for something else.
    pub(super) fn sits_there(&self, dialer: &Dialer) -> Result<AgentId, Cause> {
        let agent = self.roster.agent_at(dialer.phone);
        let agent = agent.ok_or(Cause::CALL_REJECTED)?;
        if self.is_on_the_phone(agent) {
            return Err(Cause::USER_BUSY);
        }
        Ok(agent)
    }

    /// The language of the house: that of its first menu.
    pub(super) fn language(&self) -> Language {
        let first = self.configuration.menus.first();
        first.map_or_else(Language::default, |menu| menu.language)
    }

    /// The phone is answered, and its call has begun.
    pub(super) fn begins_at_phone(
        &self,
        d: &mut Decision,
        dialer: &Dialer,
        agent: AgentId,
    ) -> Result<(CallId, Call), Cause> {
        if self.storage == StorageState::ReserveReached {
            return Err(Cause::CONGESTION);
        }
        let (id, leg) = (CallId(self.last_call + 1), dialer.leg);
        let signed_in = |id: &AgentId| self.agents.get(id).is_some_and(|a| a.is_signed_in());
        self.leave_notes(d, Some(agent));
        d.fact(What::CallOffered {
            call: id,
            leg,
            line: None,
            phone: Some(dialer.phone),
            by: Some(agent).filter(signed_in),
            caller: dialer.caller.clone(),
            called: Some(dialer.shown.clone()),
        });
        d.fact(What::CallAnswered { call: id });
        d.command(Command::Answer { leg });
        let mut call = Call::offered(d.at(), leg, dialer.caller.clone());
        call.language = self.language();
        Ok((id, call))
    }

    fn opens_mailbox(&self, d: &mut Decision, dialer: &Dialer) -> Result<(), Cause> {
        let agent = self.sits_there(dialer)?;
        // An agent without an account has the phone alone.
        if let Some(person) = self.person_of(agent) {
            let verdict = self.verdict(Some(&person), Permission::AgentWork, Over::Oneself);
            if !verdict.is_permitted() {
                code_refused(d, (agent, Some(&person), "voicemail"), agent, verdict);
                return Err(Cause::CALL_REJECTED);
            }
        }
        let (id, call) = self.begins_at_phone(d, dialer, agent)?;
        let left = self.new_messages(Mailbox::Agent(agent));
        let count = u32::try_from(left.len()).unwrap_or(u32::MAX);
        let first = Say::Messages(count, call.language);
        self.hears_messages(d, id, &call, (agent, left), Some(first));
        Ok(())
    }

    /// Who may change announcements speaks one.
    fn speaks_prompt(
        &self,
        d: &mut Decision,
        dialer: &Dialer,
        number: Option<u32>,
    ) -> Result<(), Cause> {
        let agent = self.sits_there(dialer)?;
        let person = self.person_of(agent);
        let verdict = self.verdict(person.as_ref(), Permission::MenusWrite, Over::Nobody);
        if !verdict.is_permitted() {
            let asked = (agent, person.as_ref(), "record_prompt");
            code_refused(d, asked, AgentId::NOBODY, verdict);
            return Err(Cause::CALL_REJECTED);
        }
        let spoken = number.and_then(|number| match prompt_of_number(number) {
            Some((prompt, language)) => Some(Spoken::Prompt(prompt, language)),
            None => {
                let text = self.configuration.text_of_number(number);
                text.map(|_| Spoken::Text(number))
            }
        });
        let spoken = spoken.ok_or(Cause::UNALLOCATED_NUMBER)?;
        let (id, call) = self.begins_at_phone(d, dialer, agent)?;
        Self::asks_to_speak(d, id, &call, (agent, spoken));
        Ok(())
    }

    /// A supervisor listens to the call of the agent at an extension.
    fn listens(&self, d: &mut Decision, dialer: &Dialer, extension: &str) -> Result<(), Cause> {
        let agent = self.sits_there(dialer)?;
        let phone = self.configuration.extension(extension);
        let over = phone.and_then(|phone| self.roster.agent_at(phone));
        let over = over.ok_or(Cause::UNALLOCATED_NUMBER)?;
        let person = self.person_of(agent);
        let Some(by) = &person else {
            code_refused(d, (agent, None, "listen"), over, Verdict::NoSuchRole);
            return Err(Cause::CALL_REJECTED);
        };
        let mode = SuperviseMode::Listen;
        match self.is_permitted(by, over, &Supervise::Begin { mode }) {
            Ok(()) => {}
            Err(Refused::NotPermitted(verdict)) => {
                code_refused(d, (agent, Some(by), "listen"), over, verdict);
                return Err(Cause::CALL_REJECTED);
            }
            Err(_) => return Err(Cause::CALL_REJECTED),
        }
        let part = self.part_of(over).filter(|p| p.talk.supervision.is_none());
        let part = part.ok_or(Cause::CALL_REJECTED)?;
        let (call, leg) = (part.id, dialer.leg);
        self.leave_notes(d, Some(agent));
        d.fact(What::SupervisionRung(SupervisionRung {
            call,
            leg,
            account: by.account.clone(),
            supervisor: agent,
            over,
            mode,
            may: self.modes_of(by, over),
            ring_ms: RINGS_MS,
        }));
        d.fact(What::SupervisionBegan { call, leg });
        d.command(Command::Answer { leg });
        Ok(())
    }
}

/// A code was asked for that the role of the person does not permit. It is kept, as what is refused
/// on a screen is.
pub(crate) fn code_refused(
    d: &mut Decision,
    (agent, person, what): (AgentId, Option<&Supervisor>, &str),
    over: AgentId,
    verdict: Verdict,
) {
    let (account, role) = person.map_or_else(Default::default, |person| {
        (person.account.clone(), person.role.clone())
    });
    d.fact(What::CodeRefused(CodeRefused {
        agent,
        account,
        role,
        what: what.to_owned(),
        over,
        verdict,
    }));
}
