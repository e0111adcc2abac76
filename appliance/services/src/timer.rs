use hotline_call::{CallId, Cause, LegId, Moment, Party};

use crate::acd::{DESERTED_MS, Presence, Work, farewell};
use crate::decision::Decision;
use crate::stage::Stage;
use crate::state::State;
use crate::{AgentId, EndOutcome, OfferOutcome, What};

/// What is due at a deadline. Each leads to a fact that takes the deadline away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// A door has not told in time that a leg is over.
    LegForgotten(LegId),
    /// The engine has not told in time that a playback is over.
    PlaybackForgotten(CallId),
    /// No key was pressed in time.
    NoInput(CallId),
    /// The agent did not answer in time.
    NoAnswer(CallId),
    /// The caller has waited as long as the queue allows.
    WaitedTooLong(CallId),
    /// Nobody has been signed in to the queue for too long.
    Deserted(CallId),
    /// Time for notes is over.
    WrapupOver(AgentId),
    /// The agent may be rung again.
    Rested(AgentId),
    /// The phone has been away for long enough to say so.
    DeviceDown(AgentId),
}

impl State {
    /// The next deadline.
    pub(crate) fn next_deadline(&self) -> Option<Moment> {
        self.first_due().map(|(at, _)| at)
    }

    fn first_due(&self) -> Option<(Moment, Due)> {
        self.deadlines().min_by_key(|(at, due)| (at.mono_ms, *due))
    }

    fn deadlines(&self) -> impl Iterator<Item = (Moment, Due)> {
        let legs = self
            .legs
            .iter()
            .filter_map(|(id, leg)| Some((leg.releasing?, Due::LegForgotten(*id))));
        let calls = self
            .calls
            .iter()
            .filter_map(|(id, call)| match &call.stage {
                Stage::Greeting { until, .. } | Stage::Farewell { until, .. } => {
                    Some((*until, Due::PlaybackForgotten(*id)))
                }
                Stage::Input { until, .. } => Some((*until, Due::NoInput(*id))),
                Stage::Offering { until, .. } => Some((*until, Due::NoAnswer(*id))),
                Stage::Waiting(wait) => Some((wait.until, Due::WaitedTooLong(*id))),
                Stage::Ringing | Stage::Talking { .. } | Stage::Ending { .. } => None,
            });
        let deserted = self
            .calls
            .iter()
            .filter_map(|(id, call)| match &call.stage {
                Stage::Waiting(wait) => {
                    let since = self.deserted.get(&wait.queue)?;
                    Some((since.plus_ms(DESERTED_MS), Due::Deserted(*id)))
                }
                _ => None,
            });
        legs.chain(calls)
            .chain(deserted)
            .chain(self.agent_deadlines())
    }

    fn agent_deadlines(&self) -> impl Iterator<Item = (Moment, Due)> {
        self.agents.iter().flat_map(|(id, agent)| {
            let wrapup = match agent.work {
                Work::Wrapup { until, .. } => Some((until, Due::WrapupOver(*id))),
                _ => None,
            };
            let rested = agent.rests.map(|until| (until, Due::Rested(*id)));
            let down = self
                .configuration
                .agent(*id)
                .filter(|_| agent.presence == Presence::Ready)
                .and_then(|configured| agent.device_down_due(self.phone(configured.phone)))
                .map(|due| (due, Due::DeviceDown(*id)));
            [wrapup, rested, down].into_iter().flatten()
        })
    }

    /// Decides the earliest thing that is due, if any is.
    pub(crate) fn settle_due(&self, d: &mut Decision) {
        let Some((_, due)) = self.first_due().filter(|(at, _)| d.at().has_reached(*at)) else {
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
            Due::Rested(agent) => d.fact(What::AgentRested { agent }),
            Due::DeviceDown(agent) => d.fact(What::AgentDeviceDown { agent }),
            Due::NoAnswer(call) => self.end_offer(d, call, OfferOutcome::NoAnswer, None),
            Due::PlaybackForgotten(call) => self.decide_heard(d, call),
            Due::NoInput(call) | Due::WaitedTooLong(call) | Due::Deserted(call) => {
                self.decide_call_due(d, due, call);
            }
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
            (Due::WaitedTooLong(_), _) => farewell(d, id, call, EndOutcome::WaitedTooLong),
            (Due::Deserted(_), _) => farewell(d, id, call, EndOutcome::NobodyHere),
            _ => {}
        }
    }

    /// What a caller was to hear has been heard to its end.
    pub(crate) fn decide_heard(&self, d: &mut Decision, id: CallId) {
        let Some(call) = self.calls.get(&id) else {
            return;
        };
        match call.stage {
            Stage::Greeting { .. } => d.fact(What::MenuAwaitsInput { call: id }),
            Stage::Waiting(_) | Stage::Offering { .. } => {
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
