use std::collections::BTreeMap;

use hotline_call::{CallerId, LegId, Moment};

use super::{Outside, RINGS_MS};
use crate::CallDialled;
use crate::stage::{Call, Stage};
use crate::state::State;
use crate::talk::Talk;
use crate::{Language, QueueId, Standing, What};

impl Call {
    /// A call that has just been heard of.
    pub fn offered(at: Moment, leg: LegId, caller: CallerId) -> Self {
        Self {
            leg,
            line: None,
            by: None,
            phone: None,
            is_outbound: false,
            is_emergency: false,
            callback: None,
            caller,
            called: None,
            origin: None,
            offered: at,
            language: Language::default(),
            standing: Standing::default(),
            business_type: None,
            stage: Stage::Ringing,
            stage_since: at,
            hears: None,
            recording: None,
            paused: None,
            unheeded: 0,
            hops: 0,
            tried: BTreeMap::new(),
        }
    }
}

impl State {
    /// Folds what is told of a call that we make.
    pub(crate) fn apply_to_calling(&mut self, at: Moment, what: &What) {
        match what {
            What::CallDialled(CallDialled {
                call: id,
                leg,
                line,
                called,
                agent,
                phone_leg,
                is_emergency,
                number,
                caller,
                rest,
                ..
            }) => {
                self.last_call = self.last_call.max(id.0);
                // Whom we talk to is the one called.
                let mut call = Call::offered(at, *leg, CallerId::known(called.clone()));
                call.line = Some(*line);
                call.by = Some(*agent);
                (call.is_outbound, call.is_emergency) = (true, *is_emergency);
                call.stage = Stage::Outside(Outside {
                    agent: *agent,
                    leg: *phone_leg,
                    is_answered: false,
                    queue: QueueId(0),
                    caller: caller.clone(),
                    number: number.clone(),
                    rest: rest.clone(),
                    rings: false,
                    until: at.plus_ms(RINGS_MS),
                });
                self.calls.insert(*id, call);
                self.line_calls.insert(*line, *id);
            }
            What::NextLine(next) => self.apply_next_line(at, next),
            What::CallAlerting { call } => {
                let call = self.calls.get_mut(call);
                if let Some(Stage::Outside(outside)) = call.map(|call| &mut call.stage) {
                    outside.rings = true;
                }
            }
            What::Connected { call, agent, leg } => {
                let Some(call) = self.calls.get_mut(call) else {
                    return;
                };
                if let Stage::Outside(outside) = &call.stage {
                    let talk = Talk::new(outside.queue, *agent, *leg);
                    // From now on a call like any other, wherever it is given.
                    call.callback = None;
                    call.enter(at, Stage::Talking(talk));
                }
            }
            _ => {}
        }
    }
}
