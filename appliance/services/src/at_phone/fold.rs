use hotline_call::Moment;

use super::{Doing, HEARD_GUARD_MS, KEY_MS, LONGEST_MS, Person};
use crate::fact::{AtPhone, AtPhoneStep};
use crate::stage::Stage;
use crate::state::State;
use crate::{PlaybackId, What};

impl State {
    /// Folds what is told of a person who does something at a phone.
    pub(crate) fn apply_to_person(&mut self, at: Moment, what: &What) {
        match what {
            What::AtPhone(AtPhone { call, step }) => {
                let (heard, language) = (Some(PlaybackId(self.seq)), self.language());
                let Some(call) = self.calls.get_mut(call) else {
                    return;
                };
                call.language = language;
                let (agent, doing) = match step {
                    AtPhoneStep::Hears { agent, left } => (*agent, Doing::Hears(left.clone())),
                    AtPhoneStep::IsAsked { agent, spoken } => (*agent, Doing::IsAsked(*spoken)),
                    AtPhoneStep::Judges {
                        agent,
                        spoken,
                        recording,
                    } => (*agent, Doing::Judges(*spoken, *recording)),
                    AtPhoneStep::Awaits => {
                        if let Stage::AtPhone(person) = &mut call.stage {
                            (person.awaits, person.until) = (true, at.plus_ms(KEY_MS));
                        }
                        call.hears = None;
                        return;
                    }
                };
                let until = at.plus_ms(HEARD_GUARD_MS);
                let person = Person {
                    agent,
                    doing,
                    awaits: false,
                    until,
                };
                call.enter(at, Stage::AtPhone(person));
                call.hears = heard;
            }
            What::RecordingStarted { call, .. } => {
                if let Some(call) = self.calls.get_mut(call)
                    && let Stage::AtPhone(person) = &mut call.stage
                    && let Doing::IsAsked(spoken) = person.doing
                {
                    person.doing = Doing::Speaks(spoken);
                    person.until = at.plus_ms(LONGEST_MS);
                    call.hears = None;
                }
            }
            _ => {}
        }
    }
}
