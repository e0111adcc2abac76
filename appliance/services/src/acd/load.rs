use std::collections::{BTreeMap, VecDeque};

use hotline_call::{CallId, Moment};

use crate::{AgentId, EndOutcome, Fact, MailboxEntered, PersonSought, QueueId, QueueLeft, What};

/// What a call is taken to need while none has been handled (semantics §5.4).
const HANDLE_MS: u64 = 180_000;
/// The mean is that of the last so many calls of the queue.
const MOST_HANDLED: usize = 50;
/// Patience is that of the last 4 h, forgotten by quarters of an hour.
const QUARTER_MS: u64 = 900_000;
const MOST_QUARTERS: u64 = 16;
/// An agent's time in queues is halved when it exceeds this: what was longer ago counts less.
const SHARED_MS: u64 = 4 * 3_600_000;

/// How much work queues make and how patient their callers are: a fold of facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Loads {
    /// How long each of the last calls took an agent.
    handled: BTreeMap<QueueId, VecDeque<u64>>,
    patience: BTreeMap<QueueId, VecDeque<Quarter>>,
    /// What each agent's time went into.
    spent: BTreeMap<AgentId, BTreeMap<QueueId, u64>>,
    /// Who waits, where, and since when.
    waits: BTreeMap<CallId, (QueueId, Moment)>,
    tasks: BTreeMap<AgentId, Task>,
}

/// Waiting that ended in one quarter of an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Quarter {
    number: u64,
    waited_ms: u64,
    given_up: u64,
}

/// What an agent does for a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Task {
    queue: QueueId,
    at: Step,
    handled_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
enum Step {
    Rung,
    Talks {
        since: Moment,
    },
    /// Notes may follow with the next fact about this agent.
    Parted,
    Notes {
        since: Moment,
    },
}

impl Loads {
    /// Takes the next fact.
    pub fn apply(&mut self, fact: &Fact) {
        let at = fact.at;
        match fact.what {
            // Moments of an earlier life cannot be compared with those of this one.
            What::Started { .. } => {
                self.waits.clear();
                self.tasks.clear();
            }
            What::Configured { ref configuration } => {
                let is_queue = |id: &QueueId| configuration.queues.iter().any(|q| q.id == *id);
                self.handled.retain(|id, _| is_queue(id));
                self.patience.retain(|id, _| is_queue(id));
                self.spent.retain(|id, spent| {
                    spent.retain(|queue, _| is_queue(queue));
                    configuration.agent(*id).is_some()
                });
            }
            What::Queued { call, queue, .. } => {
                self.waited(at, call, false);
                self.waits.insert(call, (queue, at));
            }
            What::Connected { call, .. }
            | What::FarewellStarted { call, .. }
            | What::MenuEntered { call, .. }
            | What::MailboxEntered(MailboxEntered { call, .. })
            | What::PersonSought(PersonSought { call, .. })
            | What::QueueLeft(QueueLeft { call, .. }) => self.waited(at, call, false),
            What::CallEnding { call, outcome, .. } => {
                self.waited(at, call, outcome == EndOutcome::AbandonedInQueue);
            }
            _ => {}
        }
        if let Some(agent) = fact.what.agent() {
            self.apply_to_task(at, agent, &fact.what);
        }
    }

    fn apply_to_task(&mut self, at: Moment, agent: AgentId, what: &What) {
        let task = self.tasks.get(&agent).copied();
        let step = task.map(|task| task.at);
        let next = match (what, step) {
            (What::AgentOffered { queue, .. }, _) => {
                self.done(agent, Step::Parted);
                Some(Task {
                    queue: *queue,
                    at: Step::Rung,
                    handled_ms: 0,
                })
            }
            (What::Connected { .. }, Some(Step::Rung)) => {
                step_to(task, Step::Talks { since: at }, 0)
            }
            (What::Disconnected { .. }, Some(Step::Talks { since })) => {
                step_to(task, Step::Parted, at.since_ms(since))
            }
            (What::WrapupStarted { .. }, Some(Step::Parted)) => {
                step_to(task, Step::Notes { since: at }, 0)
            }
            (What::WrapupEnded { .. }, Some(notes @ Step::Notes { since })) => {
                self.tasks
                    .extend(step_to(task, notes, at.since_ms(since)).map(|t| (agent, t)));
                self.done(agent, notes);
                None
            }
            // Rung for somebody who was called back and did not answer: what is dialled next is
            // no call of the queue.
            (
                What::OfferEnded { .. } | What::CallDialled(_) | What::CallOffered { .. },
                Some(Step::Rung),
            ) => None,
            (_, Some(Step::Parted)) => {
                self.done(agent, Step::Parted);
                None
            }
            _ => return,
        };
        match next {
            Some(task) => self.tasks.insert(agent, task),
            None => self.tasks.remove(&agent),
        };
    }

    /// The agent's task is done, if it stands at this step.
    fn done(&mut self, agent: AgentId, step: Step) {
        let Some(task) = self.tasks.get(&agent).filter(|task| task.at == step) else {
            return;
        };
        let handled = self.handled.entry(task.queue).or_default();
        handled.push_back(task.handled_ms);
        if handled.len() > MOST_HANDLED {
            handled.pop_front();
        }
        let spent = self.spent.entry(agent).or_default();
        *spent.entry(task.queue).or_default() += task.handled_ms;
        if spent.values().sum::<u64>() > SHARED_MS {
            spent.values_mut().for_each(|ms| *ms /= 2);
        }
    }

    /// The caller waits no longer, because of giving up or not.
    fn waited(&mut self, at: Moment, call: CallId, gave_up: bool) {
        let Some((queue, since)) = self.waits.remove(&call) else {
            return;
        };
        let number = at.wall_ms / QUARTER_MS;
        let quarters = self.patience.entry(queue).or_default();
        if quarters.back().is_none_or(|last| last.number != number) {
            quarters.push_back(Quarter {
                number,
                waited_ms: 0,
                given_up: 0,
            });
        }
        quarters.retain(|quarter| is_recent(quarter.number, number));
        if let Some(last) = quarters.back_mut() {
            last.waited_ms += at.since_ms(since);
            last.given_up += u64::from(gave_up);
        }
    }

    /// The mean time a call of the queue takes an agent.
    pub fn handle_ms(&self, queue: QueueId) -> u64 {
        let handled = self.handled.get(&queue);
        let sum: u64 = handled.into_iter().flatten().sum();
        let count = handled.map_or(0, VecDeque::len) as u64;
        sum.checked_div(count).unwrap_or(HANDLE_MS)
    }

    /// Of how many calls that is the mean.
    pub fn handled(&self, queue: QueueId) -> u32 {
        let handled = self.handled.get(&queue).map_or(0, VecDeque::len);
        u32::try_from(handled).unwrap_or(u32::MAX)
    }

    /// How long callers of the queue are ready to wait on average; `None`: nobody gave up.
    pub fn patience_ms(&self, now: Moment, queue: QueueId) -> Option<u64> {
        let number = now.wall_ms / QUARTER_MS;
        let quarters = self.patience.get(&queue)?.iter();
        let recent = quarters.filter(|quarter| is_recent(quarter.number, number));
        let sums = recent.fold((0, 0), |(waited, up), quarter| {
            (waited + quarter.waited_ms, up + quarter.given_up)
        });
        u64::checked_div(sums.0, sums.1)
    }

    /// The share of the agent's time that goes into the queue, of all that the agent serves, in
    /// thousandths. Each counts with one call more than there was: nothing is known for sure.
    pub fn share_milli(
        &self,
        agent: AgentId,
        queue: QueueId,
        serves: impl Iterator<Item = QueueId>,
    ) -> u32 {
        let spent = self.spent.get(&agent);
        let of = |queue| HANDLE_MS + spent.and_then(|s| s.get(&queue)).copied().unwrap_or(0);
        let all: u64 = serves.map(of).sum();
        let share = (of(queue) * 1000).checked_div(all).unwrap_or(0);
        u32::try_from(share).unwrap_or(0).min(1000)
    }
}

fn step_to(task: Option<Task>, at: Step, ms: u64) -> Option<Task> {
    let task = task?;
    Some(Task {
        at,
        handled_ms: task.handled_ms + ms,
        ..task
    })
}

/// Neither too old nor, after a step of the clock, to come.
const fn is_recent(quarter: u64, now: u64) -> bool {
    quarter <= now && now < quarter + MOST_QUARTERS
}
