use hotline_call::{CallId, Cause, LegId, Moment, Party};

use crate::acd::{ANSWER_STANDS_MS, Presence, Shut, Work, farewell};
use crate::decision::Decision;
use crate::stage::{Call, Stage, Wait};
use crate::state::State;
use crate::{AgentId, EndOutcome, OfferOutcome, What};

/// What is due at a deadline. Each leads to a fact that takes the deadline away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Due {
    /// A door has not told in time that a leg is over.
    LegForgotten(LegId),
    /// The engine has not told in time that a playback is over.
    PlaybackForgotten(CallId),
    /// Nobody outside answers.
    Unanswered(CallId),
    /// No key was pressed in time.
    NoInput(CallId),
    /// The agent did not answer in time.
    NoAnswer(LegId),
    /// Others may stop to ring: who answered is still there.
    AnswerStands(CallId),
    /// One more phone may ring.
    Widen(CallId),
    /// A dedicated agent is not waited for any longer.
    HoldOver(CallId),
    /// The queue's timeline takes a step.
    Overflow(CallId),
    /// The caller is told about the wait.
    Announce(CallId),
    /// Less skill will do.
    Relax(CallId),
    /// The caller has waited as long as the queue allows.
    WaitedTooLong(CallId),
    /// The message is as long as may be.
    MessageFull(CallId),
    /// A person at a phone presses no key, or has spoken long enough.
    PersonDone(CallId),
    /// Nobody fetches the customer.
    ParkedTooLong(CallId),
    /// What is said is recorded again.
    PauseOver(CallId),
    /// Nobody has been signed in to the queue for too long.
    Deserted(CallId),
    /// Somebody may be called back (again), or by an agent of less skill.
    CallBack(CallId),
    /// A promise to call back does not hold any longer.
    PromiseOver(CallId),
    /// Time for notes is over.
    WrapupOver(AgentId),
    /// The agent may be rung again.
    Rested(AgentId),
    /// The phone has been away for long enough to say so.
    DeviceDown(AgentId),
    /// Nothing has been done for long at a phone that is not the agent's own.
    DeskLeft(AgentId),
    /// The browser is closed, and has not been opened again.
    BrowserGone(AgentId),
}

impl State {
    /// The next deadline.
    pub(crate) fn next_deadline(&self) -> Option<Moment> {
        #[cfg(debug_assertions)]
        assert!(self.is_indexed(), "a fact touched more than was noted");
        self.deadlines.first().map(|(at, _)| at)
    }

    /// What is due about a call and its legs.
    pub(crate) fn dues_of_call(&self, id: CallId) -> Vec<(Moment, Due)> {
        let Some(call) = self.calls.get(&id) else {
            return Vec::new();
        };
        let mut dues = Vec::new();
        let mut due = |at: Moment, what| dues.push((at, what));
        if let Some(until) = call.paused {
            due(until, Due::PauseOver(id));
        }
        for leg in self.legs_of(id) {
            if let Some(until) = self.legs.get(&leg).and_then(|leg| leg.releasing) {
                due(until, Due::LegForgotten(leg));
            }
        }
        match &call.stage {
            Stage::Greeting { until, .. } | Stage::Farewell { until, .. } => {
                due(*until, Due::PlaybackForgotten(id));
            }
            Stage::Input { until, .. } => due(*until, Due::NoInput(id)),
            Stage::Mailbox(leaving) => match leaving.since {
                None => due(leaving.until, Due::PlaybackForgotten(id)),
                Some(_) => due(leaving.until, Due::MessageFull(id)),
            },
            Stage::AtPhone(person) => due(person.until, Due::PersonDone(id)),
            Stage::Parked(parked) => due(parked.until, Due::ParkedTooLong(id)),
            Stage::Outside(outside) => due(outside.until, Due::Unanswered(id)),
            Stage::Reaching(reach) => {
                if let Some(rung) = &reach.rung {
                    due(rung.until, Due::NoAnswer(rung.leg));
                }
            }
            Stage::Waiting(wait) => self.dues_of_wait(&mut dues, id, call, wait),
            Stage::Talking(talk) => {
                if let Some(ringing) = talk.ringing {
                    due(ringing.until, Due::NoAnswer(ringing.leg));
                }
                if let Some(there) = &talk.supervision
                    && let Some(until) = there.rings
                {
                    due(until, Due::NoAnswer(there.leg));
                }
            }
            Stage::Ringing | Stage::Ending { .. } => {}
        }
        dues
    }

    fn dues_of_wait(&self, dues: &mut Vec<(Moment, Due)>, id: CallId, call: &Call, wait: &Wait) {
        let mut due = |at: Moment, what| dues.push((at, what));
        for offer in &wait.offers {
            match offer.answered {
                None => due(offer.until, Due::NoAnswer(offer.leg)),
                Some((at, _)) => due(at.plus_ms(ANSWER_STANDS_MS), Due::AnswerStands(id)),
            }
        }
        if let Some(at) = self.widens_at(wait) {
            due(at, Due::Widen(id));
        }
        if let Some(at) = self.relaxes_at(call, wait) {
            due(at, Due::Relax(id));
        }
        // Nobody hears anything yet, nor is sent elsewhere; the promise ends in its time.
        if call.callback.is_some() {
            return;
        }
        if let Some((at, _)) = self.overflows_at(wait) {
            due(at, Due::Overflow(id));
        }
        if let Some(at) = self.announces_at(id, call, wait) {
            due(at, Due::Announce(id));
        }
        if wait.offers.is_empty() {
            if let Some(seek) = wait.seeks.as_ref().filter(|seek| self.is_held(call, seek)) {
                due(seek.until, Due::HoldOver(id));
            }
            due(wait.until, Due::WaitedTooLong(id));
            if let (Some(since), Some(queue)) = (self.deserted_since(wait), self.queue(wait.queue))
            {
                let stays_ms = u64::from(queue.leave_empty_s) * 1000;
                due(since.plus_ms(stays_ms), Due::Deserted(id));
            }
        }
    }

    /// What is due about an agent.
    pub(crate) fn dues_of_agent(&self, id: AgentId) -> Vec<(Moment, Due)> {
        let Some(agent) = self.agents.get(&id) else {
            return Vec::new();
        };
        let wrapup = match agent.work {
            Work::Wrapup { until, .. } => Some((until, Due::WrapupOver(id))),
            _ => None,
        };
        let rested = agent.rests.map(|until| (until, Due::Rested(id)));
        let down = self
            .agent(id)
            .filter(|_| agent.presence == Presence::Ready)
            .and_then(|_| agent.device_down_due(self.phone_of(id)))
            .map(|due| (due, Due::DeviceDown(id)));
        let gone = self.browser_gone_at(id);
        let gone = gone.map(|due| (due, Due::BrowserGone(id)));
        let left = self.desk_left_at(id, agent);
        let left = left.map(|due| (due, Due::DeskLeft(id)));
        [wrapup, rested, down, gone, left]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Decides the earliest thing that is due, if any is.
    pub(crate) fn settle_due(&self, d: &mut Decision, _: &crate::work::Work) {
        let is_announcement = |due: &Due| matches!(due, Due::Announce(_));
        let mut reached = self.deadlines.reached(d.at());
        let Some(due) = reached.find(|due| !is_announcement(due)) else {
            return;
        };
        match due {
            Due::LegForgotten(leg) => {
                if let Some((call, _)) = self.call_of(leg) {
                    d.fact(What::LegReleased {
                        call,
                        leg,
                        cause: Cause::RECOVERY_ON_TIMER_EXPIRY,
                    });
                }
            }
            Due::WrapupOver(agent) => {
                if let Some(call) = self.agents.get(&agent).and_then(|a| a.call()) {
                    d.fact(What::WrapupEnded { agent, call });
                }
            }
            Due::CallBack(of) => self.decide_callback_due(d, of),
            Due::PromiseOver(of) => self.decide_callback_over(d, of),
            Due::Rested(agent) => d.fact(What::AgentRested { agent }),
            Due::DeskLeft(agent) => d.fact(What::AgentSignedOut { agent }),
            Due::BrowserGone(agent) => self.browser_gone(d, agent),
            Due::DeviceDown(agent) => d.fact(What::AgentDeviceDown { agent }),
            Due::NoAnswer(leg) => {
                if let Some((call, _)) = self.call_of(leg) {
                    self.end_offer(d, call, leg, OfferOutcome::NoAnswer, None);
                }
            }
            Due::Unanswered(call) => {
                let (by, cause) = (Party::System, Cause::NO_ANSWER);
                self.end_call(d, call, EndOutcome::NotReached, by, cause, None);
            }
            Due::AnswerStands(call) => self.connect_first_answer(d, call),
            Due::Widen(call) => d.fact(What::RingWidened { call }),
            Due::HoldOver(call) => d.fact(What::DedicatedGivenUp { call }),
            Due::Relax(call) => self.relax(d, call),
            Due::Overflow(call) => self.overflow(d, call),
            // After all else is settled: perhaps a phone rings then.
            Due::Announce(_) => {}
            Due::PlaybackForgotten(call) => self.decide_heard(d, call),
            Due::NoInput(call)
            | Due::PauseOver(call)
            | Due::MessageFull(call)
            | Due::PersonDone(call)
            | Due::ParkedTooLong(call)
            | Due::WaitedTooLong(call)
            | Due::Deserted(call) => {
                self.decide_call_due(d, due, call);
            }
        }
    }

    /// Tells the next caller about the wait who is to be told.
    pub(crate) fn settle_announcements(&self, d: &mut Decision, _: &crate::work::Work) {
        let mut reached = self.deadlines.reached(d.at());
        let told = reached.find_map(|due| match due {
            Due::Announce(call) => Some(call),
            _ => None,
        });
        if let Some(call) = told {
            self.announce(d, call);
        }
    }

    fn decide_call_due(&self, d: &mut Decision, due: Due, id: CallId) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        match (due, &call.stage) {
            (Due::NoInput(_), Stage::Input { menu, attempt, .. }) => {
                self.decide_no_input(d, id, call, *menu, *attempt);
            }
            (Due::ParkedTooLong(_), _) => self.parked_too_long(d, id, call),
            (Due::MessageFull(_), _) => self.message_done(d, id, call),
            (Due::PersonDone(_), _) => self.at_phone_due(d, id, call),
            (Due::PauseOver(_), _) => {
                // Due, so it is paused.
                let _ = Self::resume_recording(d, id, call);
            }
            (Due::WaitedTooLong(_), Stage::Waiting(wait)) => {
                self.leaves_queue(d, id, call, wait, Shut::TooLong);
            }
            (Due::Deserted(_), Stage::Waiting(wait)) => {
                self.leaves_queue(d, id, call, wait, Shut::Nobody);
            }
            _ => {}
        }
    }

    fn leaves_queue(&self, d: &mut Decision, id: CallId, call: &Call, wait: &Wait, why: Shut) {
        match self.queue(wait.queue) {
            Some(queue) => self.send_on(d, id, call, (queue, why)),
            None => farewell(d, id, call, EndOutcome::Failed),
        }
    }

    /// What a caller was to hear has been heard to its end.
    pub(crate) fn decide_heard(&self, d: &mut Decision, id: CallId) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        match call.stage {
            Stage::Greeting { .. } => d.fact(What::MenuAwaitsInput { call: id }),
            Stage::Mailbox(leaving) if leaving.since.is_none() => self.tone_heard(d, id, call),
            Stage::AtPhone(_) => self.at_phone_heard(d, id, call),
            Stage::Waiting(_) => {
                d.fact(What::MusicStarted { call: id });
                d.play(call.leg, vec![crate::Say::Music], true);
            }
            Stage::Farewell { outcome, .. } => {
                let cause = Cause::NORMAL_CLEARING;
                self.end_call(d, id, outcome, Party::System, cause, None);
            }
            _ => {}
        }
    }
}
