use hotline_call::{CallId, Cause, Command, Device, LegId, Moment, Party};

use crate::decision::Decision;
use crate::stage::{Call, Hold, Stage, Wait};
use crate::state::State;
use crate::{EndOutcome, OfferOutcome, PlaybackId, Prompt, Queue, QueueId, Say, What};

/// How long callers wait in a queue none of whose agents is signed in any more (semantics §5.2).
pub(crate) const DESERTED_MS: u64 = 60_000;

impl State {
    /// Takes a caller into a queue, or says why not and goodbye.
    pub(crate) fn enter_queue(&self, d: &mut Decision, id: CallId, call: &Call, queue: QueueId) {
        let Some(queue) = self.queue(queue) else {
            return farewell(d, id, call, EndOutcome::Failed);
        };
        if !self.is_staffed(queue) {
            return farewell(d, id, call, EndOutcome::NobodyHere);
        }
        let waiting = self.waiting_in(queue.id).len();
        if waiting >= queue.max_waiting as usize {
            return farewell(d, id, call, EndOutcome::QueueFull);
        }
        let position = u32::try_from(waiting + 1).unwrap_or(u32::MAX);
        d.fact(What::Queued {
            call: id,
            queue: queue.id,
            position,
            again: false,
        });
        if self.free_agents(queue) > 0 {
            d.play(call.leg, vec![Say::Music], true);
        } else {
            d.play(
                call.leg,
                vec![Say::Prompt(Prompt::AllAgentsBusy, call.language)],
                false,
            );
        }
    }

    /// Puts a caller whose agent's phone failed in mid-talk before all others in the queue.
    pub(crate) fn return_to_queue(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        queue: QueueId,
    ) {
        let ahead = self
            .waiting_in(queue)
            .iter()
            .filter(|(_, wait)| wait.first)
            .count();
        let position = u32::try_from(ahead + 1).unwrap_or(u32::MAX);
        d.fact(What::Queued {
            call: id,
            queue,
            position,
            again: true,
        });
        d.play(
            call.leg,
            vec![Say::Prompt(Prompt::PleaseHold, call.language)],
            false,
        );
    }

    /// Callers in a queue in the order they will be served.
    pub(crate) fn waiting_in(&self, queue: QueueId) -> Vec<(CallId, &Wait)> {
        self.waiting()
            .into_iter()
            .filter(|(_, wait)| wait.queue == queue)
            .collect()
    }

    /// All callers in queues, the one to be served first, first: those whose agent failed, then
    /// those who wait longest.
    fn waiting(&self) -> Vec<(CallId, &Wait)> {
        let mut waiting: Vec<_> = self
            .calls
            .iter()
            .filter_map(|(id, call)| Some((*id, call.wait()?)))
            .collect();
        waiting.sort_by_key(|(id, wait)| (!wait.first, wait.since.mono_ms, *id));
        waiting
    }

    /// Rings an agent for the first caller for whom one is free. A caller for whom none is free
    /// does not hold up those behind.
    pub(crate) fn settle_queues(&self, d: &mut Decision) {
        for (id, wait) in self.waiting() {
            let (Some(call), Some(queue)) = (self.calls.get(&id), self.queue(wait.queue)) else {
                continue;
            };
            if !matches!(call.stage, Stage::Waiting(_)) {
                continue;
            }
            let Some((agent, why)) = self.choose_agent(d.at(), id, queue) else {
                continue;
            };
            let Some(configured) = self.configuration.agent(agent) else {
                continue;
            };
            let (leg, device) = (self.next_leg(), Device::Phone(configured.phone));
            d.fact(What::AgentOffered {
                call: id,
                queue: queue.id,
                agent,
                leg,
                why,
            });
            d.command(Command::Ring {
                leg,
                device,
                caller: call.caller.clone(),
            });
            return;
        }
    }

    /// Callers whose menu or queue was taken out of the configuration are let go.
    pub(crate) fn settle_homeless(&self, d: &mut Decision) {
        for (id, call) in &self.calls {
            let has_home = match &call.stage {
                Stage::Greeting { menu, .. } | Stage::Input { menu, .. } => {
                    self.configuration.menu(*menu).is_some()
                }
                Stage::Waiting(wait) => self.queue(wait.queue).is_some(),
                _ => true,
            };
            if !has_home {
                farewell(d, *id, call, EndOutcome::Failed);
            }
        }
    }

    /// The ringing of an agent is over without a conversation. `gone` is the leg that a door has
    /// told to be over already.
    pub(crate) fn end_offer(
        &self,
        d: &mut Decision,
        id: CallId,
        outcome: OfferOutcome,
        gone: Option<LegId>,
    ) {
        let Some(Stage::Offering { agent, leg, .. }) = self.calls.get(&id).map(|c| &c.stage) else {
            return;
        };
        d.fact(What::OfferEnded {
            call: id,
            agent: *agent,
            leg: *leg,
            outcome,
        });
        let cause = match outcome {
            OfferOutcome::NoAnswer => Cause::NO_ANSWER,
            _ => Cause::NORMAL_CLEARING,
        };
        self.release(d, *leg, cause, gone);
    }

    /// The agent's phone has answered.
    pub(crate) fn decide_answered(&self, d: &mut Decision, answered: LegId) {
        let Some((id, call)) = self.call_of(answered) else {
            return;
        };
        let Stage::Offering { agent, leg, .. } = call.stage else {
            return;
        };
        if leg != answered {
            return;
        }
        d.fact(What::Connected {
            call: id,
            agent,
            leg,
        });
        d.act(crate::Action::StopPlayback { leg: call.leg });
        d.command(Command::Bridge {
            a: call.leg,
            b: leg,
        });
        self.start_recording(d, id, call.leg, leg);
    }

    /// The agent puts the caller on hold at the phone, or takes the caller back.
    pub(crate) fn decide_hold(&self, d: &mut Decision, by: LegId, to: Hold) {
        let Some((id, call)) = self.call_of(by) else {
            return;
        };
        let Stage::Talking { leg, hold, .. } = call.stage else {
            return;
        };
        if leg != by || hold == to {
            return;
        }
        if to == Hold::OnHold {
            d.fact(What::Held { call: id, leg });
            d.command(Command::Unbridge {
                a: call.leg,
                b: leg,
            });
            d.play(call.leg, vec![Say::Music], true);
        } else {
            d.fact(What::Retrieved { call: id, leg });
            d.act(crate::Action::StopPlayback { leg: call.leg });
            d.command(Command::Bridge {
                a: call.leg,
                b: leg,
            });
        }
    }

    /// Offers and waits.
    pub(crate) fn apply_to_wait(&mut self, at: Moment, what: &What) {
        let max_wait_ms =
            |queue: Option<&Queue>| queue.map_or(0, |q| u64::from(q.max_wait_s) * 1000);
        match *what {
            What::Queued {
                call, queue, again, ..
            } => {
                let until = at.plus_ms(max_wait_ms(self.queue(queue)));
                let heard = Some(PlaybackId(self.seq));
                let Some(call) = self.calls.get_mut(&call) else {
                    return;
                };
                call.enter(
                    at,
                    Stage::Waiting(Wait {
                        queue,
                        since: at,
                        first: again,
                        until,
                    }),
                );
                call.hears = heard;
            }
            What::MusicStarted { call } => {
                if let Some(call) = self.calls.get_mut(&call) {
                    call.hears = None;
                }
            }
            _ => self.apply_to_offer(at, what),
        }
    }

    fn apply_to_offer(&mut self, at: Moment, what: &What) {
        match *what {
            What::AgentOffered {
                call,
                queue,
                agent,
                leg,
                ..
            } => {
                let ring_s = self.queue(queue).map_or(0, |q| q.ring_s);
                let until = at.plus_ms(u64::from(ring_s) * 1000);
                let Some(call) = self.calls.get_mut(&call) else {
                    return;
                };
                let Stage::Waiting(wait) = call.stage else {
                    return;
                };
                call.stage = Stage::Offering {
                    wait,
                    agent,
                    leg,
                    until,
                };
                call.stage_since = at;
            }
            What::OfferEnded { call, agent, .. } => {
                let Some(call) = self.calls.get_mut(&call) else {
                    return;
                };
                let Stage::Offering { wait, .. } = call.stage else {
                    return;
                };
                (call.stage, call.stage_since) = (Stage::Waiting(wait), wait.since);
                *call.tried.entry(agent).or_insert(0) += 1;
            }
            What::Connected { call, agent, leg } => {
                let Some(call) = self.calls.get_mut(&call) else {
                    return;
                };
                let Some(queue) = call.wait().map(|wait| wait.queue) else {
                    return;
                };
                call.enter(
                    at,
                    Stage::Talking {
                        queue,
                        agent,
                        leg,
                        hold: Hold::Talking,
                    },
                );
            }
            _ => {}
        }
    }
}

/// Tells a caller why it ends here, and goodbye.
pub(crate) fn farewell(d: &mut Decision, id: CallId, call: &Call, outcome: EndOutcome) {
    let why = match outcome {
        EndOutcome::NobodyHere => Some(Prompt::NobodyHere),
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

/// How an offer ended whose leg a door has told to be over.
pub(crate) const fn offer_outcome(cause: Cause) -> OfferOutcome {
    match cause {
        Cause::USER_BUSY => OfferOutcome::Busy,
        Cause::CALL_REJECTED | Cause::NORMAL_CLEARING => OfferOutcome::Rejected,
        Cause::NO_ANSWER => OfferOutcome::NoAnswer,
        _ => OfferOutcome::Unreachable,
    }
}

/// Who ends a call whose leg goes with this cause.
pub(crate) const fn ended_by(person: Party, cause: Cause) -> Party {
    if cause.is_fault() {
        Party::System
    } else {
        person
    }
}
