//! What agents do together: give a caller on, ask each other, talk all together; and supervisors
//! who listen, speak, take over and force.

use hotline_services::{
    AgentId, AgentState, Broken, Destination, ForcedState, InCall, QueueId, Request, Supervise,
    SuperviseMode, Supervisor,
};

use super::{MINUTE_MS, OPEN_MS, Plan, Town};
use crate::step::Step;

const MODES: [SuperviseMode; 3] = [
    SuperviseMode::Listen,
    SuperviseMode::Whisper,
    SuperviseMode::Barge,
];
/// What is asked for at times when it makes no sense, too.
const ODD: [InCall; 7] = [
    InCall::Hold,
    InCall::Retrieve,
    InCall::Complete,
    InCall::Swap,
    InCall::Cancel,
    InCall::Merge,
    InCall::Transfer {
        to: Destination::Queue(QueueId(1)),
    },
];

impl Town {
    /// An agent does something about the call it is in, and perhaps something more later.
    pub(super) fn turns_to_others(&mut self, agent: AgentId) -> Result<(), Broken> {
        let other = self.somebody(agent, |state| state == AgentState::Idle);
        let other = other.unwrap_or(agent);
        let draw = self.random.below(20);
        let what = match self.house.state(agent) {
            _ if draw == 0 => self.random.one_of(&ODD).cloned().unwrap_or(InCall::Hold),
            Some(AgentState::Talking | AgentState::Conferencing) => match draw {
                0..=5 => InCall::Transfer {
                    to: Destination::Agent(other),
                },
                6..=7 => InCall::Transfer {
                    to: Destination::Queue(self.a_queue()),
                },
                8..=9 => InCall::Hold,
                _ => InCall::Consult {
                    to: Destination::Agent(other),
                },
            },
            Some(AgentState::Holding) => InCall::Retrieve,
            Some(AgentState::Consulting) => match draw {
                0..=6 => InCall::Complete,
                7..=9 => InCall::Cancel,
                10..=12 => InCall::Swap,
                _ => InCall::Merge,
            },
            _ => return Ok(()),
        };
        self.does(Step::Asks(Request::InCall { agent, what }))?;
        let ms = self.random.between(1_000, 30_000);
        self.after(ms, Plan::TurnsToOthers(agent));
        Ok(())
    }

    pub(super) fn a_queue(&mut self) -> QueueId {
        let queues: Vec<QueueId> = self.right.queues.iter().map(|q| q.id).collect();
        self.random.one_of(&queues).copied().unwrap_or(QueueId(1))
    }

    /// Any other agent in such a state.
    pub(super) fn somebody(&mut self, but: AgentId, is: fn(AgentState) -> bool) -> Option<AgentId> {
        let agents = self.agents.iter().copied().filter(|agent| *agent != but);
        let there = agents.filter(|agent| self.house.state(*agent).is_some_and(is));
        let there: Vec<AgentId> = there.collect();
        self.random.one_of(&there).copied()
    }

    /// Somebody who is free joins somebody who talks; the next one will.
    pub(super) fn supervises(&mut self) -> Result<(), Broken> {
        let now_ms = self.house.now_ms() % super::DAY_MS;
        if !self.is_open || now_ms > OPEN_MS.1 {
            return Ok(());
        }
        let is_free = |state| matches!(state, AgentState::Idle | AgentState::NotReady);
        if let Some(supervisor) = self.somebody(AgentId(0), is_free)
            && let Some(over) = self.somebody(supervisor, is_in_a_call)
        {
            let mode = self.random.one_of(&MODES).copied();
            let mode = mode.unwrap_or(SuperviseMode::Listen);
            self.asks_over(supervisor, over, Supervise::Begin { mode })?;
            let ms = self.random.between(2_000, 40_000);
            self.after(ms, Plan::GoesOn { supervisor, over });
        }
        let ms = self.random.exponential_ms(4.0 * 60_000.0);
        self.after(ms, Plan::Supervises);
        Ok(())
    }

    /// A supervisor who is with an agent does something more.
    pub(super) fn goes_on(&mut self, supervisor: AgentId, over: AgentId) -> Result<(), Broken> {
        if !self.house.state(over).is_some_and(is_in_a_call) {
            return Ok(());
        }
        let reason = "it must be".to_owned();
        let what = match self.random.below(20) {
            0..=7 => {
                let mode = self.random.one_of(&MODES).copied();
                let mode = mode.unwrap_or(SuperviseMode::Barge);
                Supervise::Begin { mode }
            }
            8..=11 => Supervise::End,
            12..=15 => Supervise::TakeOver { reason },
            16..=17 => Supervise::Release {
                only_agent: self.random.permille(500),
                reason,
            },
            18 => return self.forces(supervisor, over),
            _ => return Ok(()),
        };
        self.asks_over(supervisor, over, what)?;
        let ms = self.random.between(2_000, 40_000);
        self.after(ms, Plan::GoesOn { supervisor, over });
        Ok(())
    }

    /// A supervisor sets the state of an agent, who comes back to work later.
    pub(super) fn forces(&mut self, supervisor: AgentId, over: AgentId) -> Result<(), Broken> {
        let states = [
            ForcedState::Ready,
            ForcedState::NotReady,
            ForcedState::SignedOut,
        ];
        let state = self.random.one_of(&states).copied();
        let state = state.unwrap_or(ForcedState::Ready);
        let reason = "it must be".to_owned();
        self.asks_over(supervisor, over, Supervise::SetState { state, reason })?;
        let ms = self.random.between(MINUTE_MS, 10 * MINUTE_MS);
        let plan = match state {
            ForcedState::SignedOut => Plan::BeginsWork(over),
            ForcedState::Ready | ForcedState::NotReady => Plan::ComesBack(over),
        };
        self.after(ms, plan);
        Ok(())
    }

    fn asks_over(
        &mut self,
        supervisor: AgentId,
        agent: AgentId,
        what: Supervise,
    ) -> Result<(), Broken> {
        let by = Supervisor {
            account: format!("supervisor {}", supervisor.0),
            role: "supervisor".to_owned(),
            groups: self.right.queues.iter().map(|q| q.id).collect(),
            agent: Some(supervisor),
        };
        self.does(Step::Asks(Request::Supervise { by, agent, what }))
    }
}

/// Whether an agent in this state is in a conversation.
pub(super) const fn is_in_a_call(state: AgentState) -> bool {
    matches!(
        state,
        AgentState::Talking
            | AgentState::Holding
            | AgentState::Consulting
            | AgentState::Conferencing
    )
}
