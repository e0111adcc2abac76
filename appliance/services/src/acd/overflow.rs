use hotline_call::{CallId, Moment};

use crate::acd::farewell;
use crate::decision::Decision;
use crate::fact::Goal;
use crate::route::Mailbox;
use crate::stage::{Call, Wait};
use crate::state::State;
use crate::{
    AgentId, EndOutcome, Exit, Overflow, OverflowAction, Overflowed, Queue, QueueId, What,
};

/// Why a queue does not take a caller, or keep one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shut {
    Closed,
    Nobody,
    Full,
    TooLong,
}

impl Shut {
    const fn outcome(self) -> EndOutcome {
        match self {
            Self::Closed | Self::Nobody => EndOutcome::NobodyHere,
            Self::Full => EndOutcome::QueueFull,
            Self::TooLong => EndOutcome::WaitedTooLong,
        }
    }

    const fn exit(self, queue: &Queue) -> Exit {
        match self {
            Self::Closed => queue.exits.closed,
            Self::Nobody => queue.exits.nobody,
            Self::Full => queue.exits.full,
            Self::TooLong => queue.exits.too_long,
        }
    }
}

impl State {
    /// Whether it is within the hours of the queue.
    pub(crate) fn is_open(&self, at: Moment, queue: &Queue) -> bool {
        let plan = &self.configuration.dial_plan;
        let hours = queue.hours.and_then(|id| plan.hours(id, &self.by_hand));
        hours.is_none_or(|hours| hours.at(at.wall_ms).mode == crate::schedule::Mode::Day)
    }

    /// How many callers are on the line in the queue; who is to be called back is not.
    pub(crate) fn callers_in(&self, queue: QueueId) -> usize {
        let waits = |call: &Call| call.callback.is_none() && call.wait().is_some();
        let is_here = |id: &CallId| self.calls.get(id).is_some_and(waits);
        self.order.in_queue(queue).filter(is_here).count()
    }

    /// Why the queue would not take a caller now; `None`: would.
    pub(crate) fn why_shut(&self, at: Moment, queue: &Queue) -> Option<Shut> {
        let waiting = self.callers_in(queue.id);
        if queue.is_disabled || !self.is_open(at, queue) {
            Some(Shut::Closed)
        } else if !self.is_there(queue, &queue.join_empty) {
            Some(Shut::Nobody)
        } else if waiting >= queue.max_waiting as usize {
            Some(Shut::Full)
        } else {
            None
        }
    }

    /// Sends a caller where the queue says who is not served there. A queue that sends back where
    /// the caller has been by now ends in goodbye.
    pub(crate) fn send_on(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        (mut queue, mut why): (&Queue, Shut),
    ) {
        let mut seen = vec![queue.id];
        loop {
            match why.exit(queue) {
                Exit::Goodbye => return farewell(d, id, call, why.outcome()),
                Exit::Voicemail => {
                    return self.leave_message(d, id, call, Mailbox::Queue(queue.id));
                }
                Exit::Menu(menu) => {
                    return match self.configuration.menu(menu) {
                        Some(menu) => Self::enter_menu(d, id, call, menu, 1, None),
                        None => farewell(d, id, call, why.outcome()),
                    };
                }
                Exit::Queue(next) => {
                    let next = self.queue(next).filter(|next| !seen.contains(&next.id));
                    let Some(next) = next else {
                        return farewell(d, id, call, why.outcome());
                    };
                    seen.push(next.id);
                    match self.why_shut(d.at(), next) {
                        None => return self.place_in(d, id, call, next, waited_s(d.at(), call)),
                        Some(shut) => (queue, why) = (next, shut),
                    }
                }
            }
        }
    }

    /// The next step of the queue's timeline for a caller, and when it is due.
    pub(crate) fn overflows_at(&self, wait: &Wait) -> Option<(Moment, Overflow)> {
        let steps = &self.queue(wait.queue)?.overflow;
        let next = steps.iter().find(|step| step.after_s > wait.overflowed_s)?;
        // Nobody is taken away from a phone that rings.
        let may_be =
            matches!(next.action, OverflowAction::AddAgentsOf(_)) || wait.offers.is_empty();
        may_be.then(|| (wait.since.plus_ms(u64::from(next.after_s) * 1000), *next))
    }

    /// Takes the next step of the timeline for a caller.
    pub(crate) fn overflow(&self, d: &mut Decision, id: CallId) {
        let Some((call, wait)) = self.waiting_call(id) else {
            return;
        };
        let Some((_, Overflow { after_s, action })) = self.overflows_at(wait) else {
            return;
        };
        let moved = match action {
            OverflowAction::MoveTo(to) if to != wait.queue => self
                .queue(to)
                .filter(|to| self.why_shut(d.at(), to).is_none()),
            _ => None,
        };
        let menu = match action {
            OverflowAction::Menu(menu) => self.configuration.menu(menu),
            _ => None,
        };
        let straight = match action {
            OverflowAction::Agent(agent) => Some(Goal::Agent(agent)),
            OverflowAction::Phone(phone) => Some(Goal::Phone(phone)),
            _ => None,
        };
        let straight = straight.filter(|to| self.bell(d, to).is_ok());
        let offer = match action {
            OverflowAction::OfferCallback => self.callback_offer(wait),
            _ => None,
        };
        let is_done = match action {
            OverflowAction::Agent(_) | OverflowAction::Phone(_) => straight.is_some(),
            OverflowAction::OfferCallback => offer.is_some(),
            OverflowAction::AddAgentsOf(queue) => self.roster.has_queue(queue),
            OverflowAction::MoveTo(_) => moved.is_some(),
            OverflowAction::Menu(_) => menu.is_some(),
            OverflowAction::Goodbye | OverflowAction::Voicemail => true,
        };
        d.fact(What::Overflowed(Overflowed {
            call: id,
            after_s,
            action,
            is_done,
        }));
        if let Some(to) = moved {
            self.place_in(d, id, call, to, waited_s(d.at(), call));
        } else if let Some(menu) = menu {
            Self::enter_menu(d, id, call, menu, 1, None);
        } else if let Some(to) = straight {
            self.seek(d, id, call, to);
        } else if let Some(offer) = offer {
            self.asks_for_callback(d, (id, call, wait), offer);
        } else if action == OverflowAction::Voicemail {
            self.leave_message(d, id, call, Mailbox::Queue(wait.queue));
        } else if action == OverflowAction::Goodbye {
            farewell(d, id, call, EndOutcome::WaitedTooLong);
        }
    }

    /// Folds a step of the timeline.
    pub(crate) fn note_overflow(&mut self, call: CallId, after_s: u32, action: OverflowAction) {
        if let Some(wait) = self.wait_mut(call) {
            wait.overflowed_s = after_s;
            if let OverflowAction::AddAgentsOf(queue) = action {
                wait.also.push(queue);
            }
        }
    }

    /// Whether the agent may take the caller: serves the queue, or one whose agents were added.
    pub(crate) fn may_serve(&self, agent: AgentId, wait: &Wait) -> bool {
        let mut queues = std::iter::once(&wait.queue).chain(&wait.also);
        queues.any(|queue| self.roster.serves(agent, *queue))
    }

    /// The agents who may take the caller, those of the queue first, nobody twice.
    pub(crate) fn may_be_served_by<'a>(&'a self, queue: &'a Queue, wait: &Wait) -> Vec<AgentId> {
        let mut agents = queue.agents.clone();
        let also = wait.also.iter().filter_map(|id| self.queue(*id));
        for agent in also.flat_map(|queue| &queue.agents) {
            if !agents.contains(agent) {
                agents.push(*agent);
            }
        }
        agents
    }

    /// Since when nobody is there for the caller, in the queue and in those added.
    pub(crate) fn deserted_since(&self, wait: &Wait) -> Option<Moment> {
        let since = |queue: &QueueId| self.deserted.get(queue).copied();
        let mut latest = since(&wait.queue)?;
        for queue in &wait.also {
            let also = since(queue)?;
            if also.has_reached(latest) {
                latest = also;
            }
        }
        Some(latest)
    }
}

/// What a caller counts as having waited, if waiting.
fn waited_s(at: Moment, call: &Call) -> u32 {
    let waited = call.wait().map(|wait| {
        let ms = at.since_ms(wait.since);
        u32::try_from(ms / 1000)
            .unwrap_or(u32::MAX)
            .saturating_add(wait.bonus_s)
    });
    waited.unwrap_or(0)
}
