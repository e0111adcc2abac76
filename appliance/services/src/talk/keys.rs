//! Keys pressed at the phone in a conversation, for what a screen has a button for: `#4` goes to
//! the other of two, `#17#` gives the call to agent 7, a supervisor's `5` whispers.

use hotline_call::{CallId, Digit, LegId, Moment, Number};

use super::{Supervision, Talk};
use crate::at_phone::code_refused;
use crate::decision::Decision;
use crate::feature_code::{Feature, Progress, When};
use crate::permission::Verdict;
use crate::stage::Call;
use crate::state::State;
use crate::{AgentId, Destination, InCall, Refused, Supervise, SuperviseMode, What};

/// Keys further apart than this are not of one code.
const GAP_MS: u64 = 5_000;
/// The most keys remembered: the longest code and a long number.
const MAX_KEYS: usize = 24;

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
                if let Some(seat) = talk.seat_at(leg) {
                    // Refused: as if no key had been pressed.
                    let _ = self.decide_in_call(d, seat.agent, &what);
                }
            }
            Keyed::Mode(mode) => {
                let there = call.supervised_by(leg).filter(|s| s.rings.is_none());
                if let Some(there) = there.filter(|s| !s.may.contains(&mode)) {
                    self.mode_refused(d, there, mode);
                } else if there.is_some_and(|s| s.mode != mode) {
                    d.fact(What::SupervisionChanged {
                        call: id,
                        leg,
                        mode,
                    });
                }
            }
            Keyed::More | Keyed::Nothing => {}
        }
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

    /// A code that the number of an agent follows.
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
        let are_digits = number.unwrap_or(rest).bytes().all(|b| b.is_ascii_digit());
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

    /// Who is meant by a number: an agent, an extension, or somebody outside.
    fn meant(&self, number: &str) -> Option<Destination> {
        let agent = number.parse().ok().map(AgentId);
        let agent = agent.filter(|id| self.agent(*id).is_some());
        let phone = || self.configuration.extension(number);
        let agent = agent.map(Destination::Agent);
        agent
            .or_else(|| phone().map(Destination::Phone))
            .or_else(|| Number::parse(number).ok().map(Destination::Outside))
    }
}
