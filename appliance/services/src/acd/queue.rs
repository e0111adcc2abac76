use hotline_call::{CallId, Cause, Moment, Party};

use crate::decision::Decision;
use crate::stage::{Call, Seek, Stage, Wait};
use crate::state::State;
use crate::work::Work;
use crate::{
    DedicatedSought, EndOutcome, Overflowed, PlaybackId, Prompt, Queue, QueueId, Say,
    WaitAnnounced, What,
};

impl State {
    /// Takes a caller into a queue, or says why not and goodbye.
    pub(crate) fn enter_queue(&self, d: &mut Decision, id: CallId, call: &Call, queue: QueueId) {
        let Some(queue) = self.queue(queue) else {
            return farewell(d, id, call, EndOutcome::Failed);
        };
        match self.why_shut(d.at(), queue) {
            Some(why) => self.send_on(d, id, call, (queue, why)),
            None => self.place_in(d, id, call, queue, 0),
        }
    }

    /// Gives a caller a place in the queue; `waited_s` counts as having been waited there.
    pub(crate) fn place_in(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        queue: &Queue,
        waited_s: u32,
    ) {
        let number = call.caller.number.as_ref();
        let kept = number.and_then(|number| self.kept.place(d.at(), number, queue));
        let (before, reclaimed_s) = self.reclaimed(d, call, queue.id);
        let bonus_s = kept.map_or(0, |(_, bonus_s)| bonus_s);
        let bonus_s = bonus_s.max(waited_s).max(reclaimed_s);
        let mut wait = Wait::new(queue.id, d.at(), d.at());
        wait.bonus_s = bonus_s;
        let position = self.position(d.at(), id, &call.standing, &wait, before);
        d.fact(What::Queued {
            call: id,
            queue: queue.id,
            position,
            again: false,
            bonus_s,
            without: None,
            kept: kept.map(|(call, _)| call),
        });
        if let Some(greeting) = greeting(queue, call) {
            let mut says = vec![greeting];
            if self.free_agents(queue) == 0 {
                says.push(Say::Prompt(Prompt::AllAgentsBusy, call.language));
            }
            d.play(call.leg, says, false);
        } else if self.free_agents(queue) > 0 {
            d.fact(What::MusicStarted { call: id });
            d.play(call.leg, vec![Say::Music], true);
        } else {
            let busy = Say::Prompt(Prompt::AllAgentsBusy, call.language);
            d.play(call.leg, vec![busy], false);
        }
        self.seek_dedicated(d, id, call, queue);
    }

    /// Puts a caller whose agent's phone failed in mid-talk before all others in the queue.
    pub(crate) fn return_to_queue(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        queue: QueueId,
    ) {
        let mut wait = Wait::new(queue, d.at(), d.at());
        wait.first = true;
        let (before, _) = self.reclaimed(d, call, queue);
        let position = self.position(d.at(), id, &call.standing, &wait, before);
        d.fact(What::Queued {
            call: id,
            queue,
            position,
            again: true,
            bonus_s: 0,
            without: None,
            kept: None,
        });
        d.play(
            call.leg,
            vec![Say::Prompt(Prompt::PleaseHold, call.language)],
            false,
        );
    }

    /// Callers in a queue, in no order that means anything.
    pub(crate) fn waiting_in(&self, queue: QueueId) -> Vec<(CallId, &Wait)> {
        let wait = |id: CallId| Some((id, self.calls.get(&id)?.wait()?));
        self.order.in_queue(queue).filter_map(wait).collect()
    }

    /// Callers whose menu or queue was taken out of the configuration are let go.
    pub(crate) fn settle_homeless(&self, d: &mut Decision, work: &Work) {
        for (id, call) in work.calls(self) {
            let has_home = match &call.stage {
                Stage::Greeting { menu, .. } | Stage::Input { menu, .. } => {
                    self.configuration.menu(*menu).is_some()
                }
                Stage::Waiting(wait) => {
                    !wait.offers.is_empty() || self.roster.has_queue(wait.queue)
                }
                _ => true,
            };
            if has_home {
                continue;
            }
            if call.callback.is_some() {
                let (outcome, cause) = (EndOutcome::NotReached, Cause::NORMAL_CLEARING);
                self.end_call(d, id, outcome, Party::System, cause, None);
            } else {
                farewell(d, id, call, EndOutcome::Failed);
            }
        }
    }

    /// The place of a call in a queue, to be changed.
    pub(crate) fn wait_mut(&mut self, call: CallId) -> Option<&mut Wait> {
        self.calls.get_mut(&call)?.wait_mut()
    }

    /// Offers and waits.
    pub(crate) fn apply_to_wait(&mut self, at: Moment, what: &What) {
        let max_wait_ms =
            |queue: Option<&Queue>| queue.map_or(0, |q| u64::from(q.max_wait_s) * 1000);
        match *what {
            What::Queued {
                call,
                queue,
                again,
                bonus_s,
                without,
                ..
            } => {
                let until = at.plus_ms(max_wait_ms(self.queue(queue)));
                let heard = Some(PlaybackId(self.seq));
                let Some(call) = self.calls.get_mut(&call) else {
                    return;
                };
                if let Some(number) = &call.caller.number {
                    self.kept.forget(number);
                }
                let mut wait = Wait::new(queue, at, until);
                (wait.first, wait.bonus_s, wait.without) = (again, bonus_s, without);
                call.enter(at, Stage::Waiting(wait));
                call.hears = heard;
            }
            What::MusicStarted { call } => {
                if let Some(call) = self.calls.get_mut(&call) {
                    call.hears = None;
                }
            }
            What::DedicatedSought(DedicatedSought {
                call,
                ref agents,
                hold_ms,
            }) => {
                if let Some(wait) = self.wait_mut(call) {
                    wait.seeks = Some(Seek {
                        agents: agents.clone(),
                        until: at.plus_ms(hold_ms),
                    });
                }
            }
            What::DedicatedGivenUp { call } => {
                if let Some(wait) = self.wait_mut(call) {
                    wait.seeks = None;
                }
            }
            What::DemandRelaxed { call, by } => {
                if let Some(wait) = self.wait_mut(call) {
                    wait.relaxed = by;
                }
            }
            What::Overflowed(Overflowed {
                call,
                after_s,
                action,
                ..
            }) => self.note_overflow(call, after_s, action),
            What::WaitAnnounced(WaitAnnounced {
                call,
                ahead,
                ref says,
                ..
            }) => self.note_told(at, call, ahead, says),
            _ => self.apply_to_offer(at, what),
        }
    }
}

/// What is said to the caller on coming into the queue.
fn greeting(queue: &Queue, call: &Call) -> Option<Say> {
    let is_vip = call.standing.vip.is_some() && !queue.vip_greeting.is_empty();
    let words = if is_vip {
        &queue.vip_greeting
    } else {
        &queue.greeting
    };
    (!words.is_empty()).then(|| Say::Text(words.clone(), call.language))
}

/// Tells a caller why it ends here, and goodbye.
pub(crate) fn farewell(d: &mut Decision, id: CallId, call: &Call, outcome: EndOutcome) {
    let why = match outcome {
        EndOutcome::NobodyHere | EndOutcome::NotAnswered => Some(Prompt::NobodyHere),
        EndOutcome::QueueFull | EndOutcome::WaitedTooLong => Some(Prompt::AllAgentsBusy),
        EndOutcome::Failed => Some(Prompt::TechnicalFault),
        _ => None,
    };
    let sentences = why.into_iter().chain([Prompt::Goodbye]);
    d.fact(What::FarewellStarted { call: id, outcome });
    d.play(
        call.leg,
        sentences.map(|p| Say::Prompt(p, call.language)).collect(),
        false,
    );
}

/// Who ends a call whose leg goes with this cause.
pub(crate) const fn ended_by(person: Party, cause: Cause) -> Party {
    if cause.is_fault() {
        Party::System
    } else {
        person
    }
}
