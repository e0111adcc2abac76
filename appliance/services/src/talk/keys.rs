//! Keys pressed at the phone in a conversation, for what a screen has a button for: `#4` goes to
//! the other of two, `#17#` gives the call to agent 7, a supervisor's `5` whispers.

use hotline_call::{CallId, Command, Digit, LegId, Moment, Number};

use super::{Supervision, Talk};
use crate::at_phone::code_refused;
use crate::decision::Decision;
use crate::feature_code::{Feature, Progress, When};
use crate::permission::{Over, Permission, Verdict};
use crate::route::Mailbox;
use crate::stage::Call;
use crate::state::State;
use crate::{
    AgentId, Destination, InCall, Prompt, QueueId, Refused, Say, Supervise, SuperviseMode, What,
};

/// Keys further apart than this are not of one code.
const GAP_MS: u64 = 5_000;
/// The most keys remembered: the longest code and a long number.
const MAX_KEYS: usize = 24;
/// The most `*` before a number.
const MAX_STARS: usize = 3;

/// Keys that may become a code.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Keys {
    leg: LegId,
    digits: String,
    last: Moment,
}

/// What keys are.
enum Keyed {
    /// A code of an agent.
    InCall(InCall),
    /// A code of a supervisor.
    Mode(SuperviseMode),
    /// The beginning of a code.
    More,
    Nothing,
}

/// What it takes to ask for this with keys, beside the work of an agent, and its name in the log of
/// what was refused.
const fn takes_permission(what: &InCall) -> Option<(Permission, &'static str)> {
    match what {
        InCall::Transfer {
            to: Destination::Outside(_),
        }
        | InCall::Consult {
            to: Destination::Outside(_),
        } => Some((Permission::CallsTransferOutside, "transfer_outside")),
        InCall::PauseRecording | InCall::ResumeRecording => {
            Some((Permission::RecordingsPause, "pause_recording"))
        }
        _ => None,
    }
}

impl Talk {
    /// Folds what a key has led to: these may become a code.
    pub(super) fn press(&mut self, at: Moment, leg: LegId, keys: &str) {
        self.keys = (!keys.is_empty()).then(|| Keys {
            leg,
            digits: keys.to_owned(),
            last: at,
        });
    }

    /// Keys pressed at this leg just now that may become a code.
    fn keys_of(&self, at: Moment, leg: LegId) -> &str {
        let keys = self.keys.as_ref();
        let keys = keys.filter(|k| k.leg == leg && at.since_ms(k.last) < GAP_MS);
        keys.map_or("", |keys| &keys.digits)
    }
}

impl State {
    /// An agent or a supervisor pressed a key. What it asks for and cannot be, is not done.
    pub(crate) fn decide_key(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        leg: LegId,
        digit: Digit,
    ) {
        let Some(talk) = call.talk() else { return };
        let before = talk.keys_of(d.at(), leg);
        let mut keys = format!("{before}{}", digit.label());
        let mut keyed = self.keyed(call, leg, &keys);
        if matches!(keyed, Keyed::Nothing) {
            keys = digit.label().to_string();
            keyed = self.keyed(call, leg, &keys);
        }
        if !matches!(keyed, Keyed::More) {
            keys.clear();
        }
        if !(keys.is_empty() && before.is_empty()) {
            d.fact(What::KeyPressed {
                call: id,
                leg,
                keys,
            });
        }
        match keyed {
            Keyed::InCall(what) => {
                let seated = talk.seat_at(leg).map(|seat| seat.agent);
                if let Some(agent) = seated.or_else(|| self.caller_at(leg)) {
                    // Refused: as if no key had been pressed.
                    self.keyed_in_call(d, agent, leg, &what);
                }
            }
            Keyed::Mode(mode) => {
                let there = call.supervised_by(leg).filter(|s| s.rings.is_none());
                if let Some(there) = there.filter(|s| !s.may.contains(&mode)) {
                    self.mode_refused(d, there, mode);
                } else if let Some((there, part)) =
                    there.and_then(|s| Some((s, self.part_of(s.over)?)))
                {
                    self.change_mode(d, part, there, mode);
                }
            }
            Keyed::More | Keyed::Nothing => {}
        }
    }

    /// An agent dialled somebody with the transfer key of the phone: as by `#1`.
    pub(crate) fn decide_transfer_asked(&self, d: &mut Decision, leg: LegId, to: &Number) {
        let talk = self.call_of(leg).and_then(|(_, call)| call.talk());
        let seated = talk.and_then(|talk| talk.seat_at(leg)).map(|s| s.agent);
        let asked = seated
            .or_else(|| self.caller_at(leg))
            .zip(self.meant(to.as_str()));
        let is_done = asked
            .is_some_and(|(agent, to)| self.keyed_in_call(d, agent, leg, &InCall::Transfer { to }));
        if !is_done {
            d.command(Command::RefuseTransfer { leg });
        }
    }

    /// Does what the keys of an agent ask for, if the role permits it, as on a screen: who may not
    /// give calls outside from there may not from here. That it is not is heard, and kept. Whether it
    /// was done.
    fn keyed_in_call(&self, d: &mut Decision, agent: AgentId, leg: LegId, what: &InCall) -> bool {
        let Some((permission, word)) = takes_permission(what) else {
            return self.decide_in_call(d, agent, what).is_ok();
        };
        let person = self.person_of(agent);
        let verdict = self.verdict(person.as_ref(), permission, Over::Oneself);
        if verdict.is_permitted() {
            return self.decide_in_call(d, agent, what).is_ok();
        }
        code_refused(d, (agent, person.as_ref(), word), agent, verdict);
        if let Some((_, call)) = self.call_of(leg) {
            let told = Say::Prompt(Prompt::NotPermitted, call.language);
            d.play_over(leg, vec![told]);
        }
        false
    }

    /// A supervisor pressed the key of what the role does not permit.
    fn mode_refused(&self, d: &mut Decision, there: &Supervision, mode: SuperviseMode) {
        let what = match mode {
            SuperviseMode::Listen => "listen",
            SuperviseMode::Whisper => "whisper",
            SuperviseMode::Barge => "barge",
        };
        let person = self.person_of(there.supervisor);
        let asked = Supervise::Begin { mode };
        let refused = person
            .as_ref()
            .map(|p| self.is_permitted(p, there.over, &asked));
        let verdict = match refused {
            Some(Err(Refused::NotPermitted(verdict))) => verdict,
            _ => Verdict::NotOfTheRole,
        };
        let asked = (there.supervisor, person.as_ref(), what);
        code_refused(d, asked, there.over, verdict);
    }

    /// What the keys are that were pressed at this leg.
    fn keyed(&self, call: &Call, leg: LegId, keys: &str) -> Keyed {
        if keys.len() > MAX_KEYS {
            return Keyed::Nothing;
        }
        let codes = &self.configuration.dial_plan.feature_codes;
        if call.supervised_by(leg).is_some() {
            return match codes.pressed(When::Supervising, keys) {
                Progress::Is(Feature::SupervisorListens) => Keyed::Mode(SuperviseMode::Listen),
                Progress::Is(Feature::SupervisorWhispers) => Keyed::Mode(SuperviseMode::Whisper),
                Progress::Is(Feature::SupervisorBarges) => Keyed::Mode(SuperviseMode::Barge),
                Progress::More => Keyed::More,
                Progress::Is(_) | Progress::Nothing => Keyed::Nothing,
            };
        }
        match codes.pressed(When::InCall, keys) {
            Progress::Is(Feature::Conference) => Keyed::InCall(InCall::Merge),
            Progress::Is(Feature::Swap) => Keyed::InCall(InCall::Swap),
            Progress::Is(Feature::Cancel) => Keyed::InCall(InCall::Cancel),
            Progress::Is(Feature::ToggleRecording) => Keyed::InCall(if call.paused.is_some() {
                InCall::ResumeRecording
            } else {
                InCall::PauseRecording
            }),
            // The number of the agent follows, and a last `#`.
            Progress::Is(_) | Progress::More => Keyed::More,
            Progress::Nothing => self.keyed_with_number(keys),
        }
    }

    /// A code that the number of somebody follows.
    fn keyed_with_number(&self, keys: &str) -> Keyed {
        let codes = &self.configuration.dial_plan.feature_codes;
        let takes_one = [Feature::BlindTransfer, Feature::Consult];
        let mut fitting = codes
            .of(When::InCall)
            .filter(|code| takes_one.contains(&code.feature))
            .filter_map(|code| Some((code.feature, keys.strip_prefix(code.digits.as_str())?)));
        let Some((feature, rest)) = fitting.next() else {
            return Keyed::Nothing;
        };
        let number = rest.strip_suffix('#');
        let digits = number.unwrap_or(rest).trim_start_matches('*');
        let stars = number.unwrap_or(rest).len() - digits.len();
        let are_digits = stars <= MAX_STARS && digits.bytes().all(|b| b.is_ascii_digit());
        match number {
            None if are_digits => Keyed::More,
            Some(number) if are_digits => match (self.meant(number), feature) {
                (Some(to), Feature::BlindTransfer) => Keyed::InCall(InCall::Transfer { to }),
                (Some(to), _) => Keyed::InCall(InCall::Consult { to }),
                (None, _) => Keyed::Nothing,
            },
            _ => Keyed::Nothing,
        }
    }

    /// Who is meant by a number: an agent, an extension, or somebody outside; after `*` a queue,
    /// after `**` the mailbox of an agent or extension, after `***` that of a queue.
    fn meant(&self, number: &str) -> Option<Destination> {
        let digits = number.trim_start_matches('*');
        let queue = || {
            let queue = digits.parse().ok().map(QueueId);
            queue.filter(|id| self.roster.has_queue(*id))
        };
        match number.len() - digits.len() {
            0 => {}
            1 => return queue().map(Destination::Queue),
            2 => {
                let agent = digits.parse().ok().map(AgentId);
                let agent = agent.filter(|id| self.agent(*id).is_some());
                let phone = || self.configuration.extension(digits);
                let agent = agent.or_else(|| self.roster.agent_at(phone()?))?;
                return Some(Destination::Voicemail(Mailbox::Agent(agent)));
            }
            _ => {
                let mailbox = queue().map(Mailbox::Queue);
                return mailbox.map(Destination::Voicemail);
            }
        }
        let agent = number.parse().ok().map(AgentId);
        let agent = agent.filter(|id| self.agent(*id).is_some());
        let phone = || self.configuration.extension(number);
        let agent = agent.map(Destination::Agent);
        agent
            .or_else(|| phone().map(Destination::Phone))
            .or_else(|| Number::parse(number).ok().map(Destination::Outside))
    }
}
