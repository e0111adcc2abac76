//! What a person does at a phone with the box alone: hears the own mailbox (features B20), speaks
//! the greeting of it, or a sentence that callers hear.
//!
//! One menu at a time. Keys count while something is heard already, as in the menus of callers.

mod codes;
mod fold;
mod settings;

pub(crate) use self::codes::code_refused;

use hotline_call::{CallId, Digit, Moment};

use crate::acd::farewell;
use crate::decision::Decision;
use crate::fact::{
    AtPhone, AtPhoneStep, MarkedBy, MessageMark, SoundKept, Spoken, VoicemailMarked,
};
use crate::route::Mailbox;
use crate::stage::{Call, Stage};
use crate::state::State;
use crate::{Action, AgentId, EndOutcome, Prompt, RecordingId, Say, What};

/// How long a key is waited for; after that the person is taken to be done.
const KEY_MS: u64 = 10_000;
/// The longest that is heard at once: a message of three minutes and what is said around it.
const HEARD_GUARD_MS: u64 = 300_000;
/// The longest that is spoken at once.
const LONGEST_MS: u64 = 120_000;

/// A person at a phone.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Person {
    /// Who; [`AgentId::NOBODY`] is nobody's.
    pub agent: AgentId,
    pub doing: Doing,
    /// All was heard: a key is awaited.
    pub awaits: bool,
    pub until: Moment,
}

/// What a person does there.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Doing {
    /// Hears the first of these messages, all of which are new.
    Hears(Vec<RecordingId>),
    /// Is told to speak after the tone.
    IsAsked(Spoken),
    /// Speaks.
    Speaks(Spoken),
    /// Hears what was spoken.
    Judges(Spoken, RecordingId),
}

impl State {
    /// The messages of a mailbox that nobody has heard, the oldest first.
    fn new_messages(&self, mailbox: Mailbox) -> Vec<RecordingId> {
        let unheard = self.messages.of(mailbox).filter(|m| !m.is_heard);
        unheard.map(|message| message.recording).collect()
    }

    /// Lets the person hear the first of these messages, and which keys do what.
    fn hears_messages(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        (agent, left): (AgentId, Vec<RecordingId>),
        first: Option<Say>,
    ) {
        let language = call.language;
        let mut say: Vec<Say> = first.into_iter().collect();
        match left.first() {
            Some(recording) => say.push(Say::Recording(*recording)),
            None if say.is_empty() => say.push(Say::Prompt(Prompt::NoMoreMessages, language)),
            None => {}
        }
        say.push(Say::Prompt(Prompt::MailboxKeys, language));
        let step = AtPhoneStep::Hears { agent, left };
        d.fact(What::AtPhone(AtPhone { call: id, step }));
        d.play(call.leg, say, false);
    }

    /// Tells the person to speak after the tone.
    fn asks_to_speak(
        d: &mut Decision,
        id: CallId,
        call: &Call,
        (agent, spoken): (AgentId, Spoken),
    ) {
        let step = AtPhoneStep::IsAsked { agent, spoken };
        d.fact(What::AtPhone(AtPhone { call: id, step }));
        let asks = Say::Prompt(Prompt::SpeakAfterTone, call.language);
        d.play(call.leg, vec![asks, Say::Beep], false);
    }

    /// What the person was to hear has been heard.
    pub(crate) fn at_phone_heard(&self, d: &mut Decision, id: CallId, call: &Call) {
        let Stage::AtPhone(person) = &call.stage else {
            return;
        };
        match &person.doing {
            Doing::IsAsked(_) => {
                if !self.record_alone(d, id, call) {
                    farewell(d, id, call, EndOutcome::Failed);
                }
            }
            Doing::Hears(_) | Doing::Judges(..) => {
                if let Doing::Hears(left) = &person.doing {
                    self.mark_first(d, (id, person.agent), left, MessageMark::Heard);
                }
                let step = AtPhoneStep::Awaits;
                d.fact(What::AtPhone(AtPhone { call: id, step }));
            }
            Doing::Speaks(_) => {}
        }
    }

    /// No key came, or the person has spoken as long as may be.
    pub(crate) fn at_phone_due(&self, d: &mut Decision, id: CallId, call: &Call) {
        let Stage::AtPhone(person) = &call.stage else {
            return;
        };
        match &person.doing {
            Doing::Speaks(spoken) => self.has_spoken(d, id, call, (person.agent, spoken)),
            _ if person.awaits => farewell(d, id, call, EndOutcome::SelfService),
            _ => self.at_phone_heard(d, id, call),
        }
    }

    /// The person pressed a key.
    pub(crate) fn at_phone_key(&self, d: &mut Decision, id: CallId, call: &Call, digit: Digit) {
        let Stage::AtPhone(person) = &call.stage else {
            return;
        };
        let agent = person.agent;
        match (&person.doing, digit.label()) {
            (Doing::Hears(left), '7' | '9') if !left.is_empty() => {
                let mark = if digit.label() == '7' {
                    MessageMark::Deleted
                } else {
                    MessageMark::Heard
                };
                self.mark_first(d, (id, agent), left, mark);
                self.hears_messages(d, id, call, (agent, left[1..].to_vec()), None);
            }
            (Doing::Hears(_), '5') => {
                let greeting = Spoken::Greeting(Mailbox::Agent(agent));
                Self::asks_to_speak(d, id, call, (agent, greeting));
            }
            (Doing::Speaks(spoken), '#') => self.has_spoken(d, id, call, (agent, spoken)),
            (Doing::Judges(spoken, recording), '1') => {
                d.fact(What::SoundKept(SoundKept {
                    call: id,
                    spoken: *spoken,
                    recording: *recording,
                    by: agent,
                }));
                d.act(Action::KeepSound {
                    spoken: *spoken,
                    recording: *recording,
                });
                let outcome = EndOutcome::SelfService;
                d.fact(What::FarewellStarted { call: id, outcome });
                let says = [Prompt::SoundKept, Prompt::Goodbye];
                let says = says.map(|prompt| Say::Prompt(prompt, call.language));
                d.play(call.leg, says.to_vec(), false);
            }
            (Doing::Judges(spoken, _), '2') => {
                Self::asks_to_speak(d, id, call, (agent, *spoken));
            }
            _ => {}
        }
    }

    /// The person says nothing more: as if `#` had been pressed.
    pub(crate) fn at_phone_silent(&self, d: &mut Decision, id: CallId, call: &Call) {
        if let Stage::AtPhone(person) = &call.stage
            && let Doing::Speaks(spoken) = &person.doing
        {
            self.has_spoken(d, id, call, (person.agent, spoken));
        }
    }

    /// The person is done and hears what was spoken.
    fn has_spoken(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        (agent, spoken): (AgentId, &Spoken),
    ) {
        let Some(recording) = call.recording else {
            return farewell(d, id, call, EndOutcome::Failed);
        };
        Self::stop_recording(d, id, call);
        let step = AtPhoneStep::Judges {
            agent,
            spoken: *spoken,
            recording,
        };
        d.fact(What::AtPhone(AtPhone { call: id, step }));
        let says = vec![
            Say::Recording(recording),
            Say::Prompt(Prompt::KeepOrAgain, call.language),
        ];
        d.play(call.leg, says, false);
    }

    /// The first of these was heard to its end, or is deleted.
    fn mark_first(
        &self,
        d: &mut Decision,
        (call, agent): (CallId, AgentId),
        left: &[RecordingId],
        mark: MessageMark,
    ) {
        let first = left.first().and_then(|first| self.messages.get(*first));
        let is_so = |is_heard: bool| mark == MessageMark::Heard && is_heard;
        if let Some(message) = first.filter(|message| !is_so(message.is_heard)) {
            d.fact(What::VoicemailMarked(VoicemailMarked {
                recording: message.recording,
                mark,
                by: MarkedBy::Agent { agent, call },
            }));
        }
    }
}
