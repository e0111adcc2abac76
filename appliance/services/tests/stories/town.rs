//! A town of callers, agents, phones and doors who do what they please, also what they must not.
//! The same seed gives the same day.

use hotline_call::{Cause, Device, Event as Door, LegId, LineId, Moment, PhoneId};
use hotline_services::{
    AgentId, AgentState, CallCentre, Destination, Event, ForcedState, InCall, PlaybackId,
    RecordingId, Request, StorageState, Supervise, SuperviseMode, What,
};

use crate::ears::supervisor;
use crate::scene::{ANN, BEN, CAI, SALES, SERVICE, Scene, configuration, key, phone_of};

/// Numbers that look random (xorshift64*), the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let n = u64::try_from(all.len()).ok().filter(|n| *n > 0)?;
        all.get(usize::try_from(self.below(n)).ok()?).copied()
    }
}

const CAUSES: [Cause; 9] = [
    Cause::NORMAL_CLEARING,
    Cause::USER_BUSY,
    Cause::NO_USER_RESPONDING,
    Cause::NO_ANSWER,
    Cause::SUBSCRIBER_ABSENT,
    Cause::CALL_REJECTED,
    Cause::DESTINATION_OUT_OF_ORDER,
    Cause::TEMPORARY_FAILURE,
    Cause::RECOVERY_ON_TIMER_EXPIRY,
];

struct Town {
    scene: Scene,
    random: Random,
    /// Legs of customers that their doors have not told to be over.
    customers: Vec<LegId>,
}

impl Town {
    fn new(seed: u64) -> Self {
        let mut scene = Scene::staffed(&[ANN, BEN, CAI]);
        scene.doors_obey = false;
        Self {
            scene,
            random: Random(seed | 1),
            customers: vec![],
        }
    }

    /// One thing happens, most of them likely, some of them absurd.
    fn step(&mut self) {
        match self.random.below(52) {
            0..=3 => self.somebody_calls(),
            4..=7 => self.somebody_presses_a_key(),
            8..=9 => self.a_customer_goes(),
            10..=14 | 31..=39 => self.a_phone_answers(),
            15..=17 => self.a_phone_does_something_else(),
            18..=21 => self.something_is_heard_out(),
            22..=24 => self.doors_do_as_they_were_told(),
            25..=27 => self.an_agent_asks(),
            48.. => self.a_supervisor_asks(),
            40..=47 => self.something_is_asked_in_a_call(),
            28 => self.a_device_comes_or_goes(),
            29 => self.something_absurd_is_told(),
            _ => self.something_rare(),
        }
        let ms = self.random.below(8_000);
        self.scene
            .pass_ms(if self.random.one_in(3) { 0 } else { ms });
    }

    fn somebody_calls(&mut self) {
        let view = self.scene.centre.view();
        let free = view
            .lines
            .iter()
            .filter(|l| l.call.is_none())
            .map(|l| l.line.0);
        let free = self.random.one_of(&free.collect::<Vec<_>>());
        // Now and then on a line that has a call already, which no line can.
        let line = if self.random.one_in(20) {
            Some(0)
        } else {
            free
        };
        if let Some(line) = line {
            let leg = self.scene.customer_calls(line);
            self.customers.push(leg);
        }
    }

    /// Mostly those who hear the menu, mostly a key that is a choice.
    fn somebody_presses_a_key(&mut self) {
        let listening: Vec<LegId> = self.scene.hears.keys().copied().collect();
        if let Some(leg) = self.random.one_of(&listening) {
            let labels = ['1', '1', '1', '1', '2', '2', '9', '#'];
            let label = self.random.one_of(&labels).expect("keys");
            self.scene.presses(leg, label);
        }
    }

    fn a_customer_goes(&mut self) {
        if let Some(leg) = self.random.one_of(&self.customers) {
            self.is_over(leg);
        }
    }

    fn is_over(&mut self, leg: LegId) {
        let usual = self.random.below(3) > 0;
        let odd = self.random.one_of(&CAUSES).expect("causes");
        self.customers.retain(|l| *l != leg);
        self.scene
            .goes_with(leg, if usual { Cause::NORMAL_CLEARING } else { odd });
    }

    fn a_phone(&mut self) -> Option<LegId> {
        let legs: Vec<LegId> = self.scene.phones.values().copied().collect();
        self.random.one_of(&legs)
    }

    fn a_phone_answers(&mut self) {
        if let Some(leg) = self.a_phone() {
            self.scene.door(Door::Answered { leg });
        }
    }

    fn a_phone_does_something_else(&mut self) {
        let Some(leg) = self.a_phone() else { return };
        match self.random.below(5) {
            3..=4 => {
                let labels = ['#', '#', '*', '0', '1', '2', '3', '4', '5', '6'];
                let label = self.random.one_of(&labels).expect("keys");
                self.scene.presses(leg, label);
            }
            0 => self.scene.door(Door::Held { leg }),
            1 => self.scene.door(Door::Retrieved { leg }),
            _ => self.is_over(leg),
        }
    }

    fn something_is_heard_out(&mut self) {
        let ends: Vec<LegId> = self
            .scene
            .hears
            .iter()
            .filter(|(_, h)| !h.repeat)
            .map(|(leg, _)| *leg)
            .collect();
        if let Some(leg) = self.random.one_of(&ends) {
            self.scene.hears_it_out(leg);
        }
    }

    /// Doors tell the end of a leg soon, late, twice, or never.
    fn doors_do_as_they_were_told(&mut self) {
        let told = std::mem::take(&mut self.scene.releases);
        for (leg, cause) in told {
            match self.random.below(8) {
                0 => {}
                1 => self.scene.releases.push((leg, cause)),
                times => {
                    self.customers.retain(|l| *l != leg);
                    for _ in 0..if times == 2 { 2 } else { 1 } {
                        self.scene.goes_with(leg, cause);
                    }
                }
            }
        }
    }

    fn an_agent_asks(&mut self) {
        let agent = self
            .random
            .one_of(&[ANN, BEN, CAI, AgentId(99)])
            .expect("agents");
        let request = match self.random.below(10) {
            0..=2 => Request::SignIn { agent },
            3..=5 => Request::Ready { agent },
            6 => Request::NotReady {
                agent,
                reason: "lunch".into(),
            },
            7 => Request::SignOut { agent },
            8 => Request::WrapupDone { agent },
            _ => Request::HangUp { agent },
        };
        // Refused or not: if refused, the scene sees to it that nothing has changed.
        let _ = self.scene.tries(Event::Request(request));
    }

    /// Mostly by somebody who is in a call, about somebody who is free.
    fn something_is_asked_in_a_call(&mut self) {
        let view = self.scene.centre.view();
        let who = |is: fn(AgentState) -> bool| -> Vec<AgentId> {
            let found = view.agents.iter().filter(|a| is(a.state));
            found.map(|a| a.agent).collect()
        };
        let all = [ANN, BEN, CAI];
        let is_busy = |s| {
            !matches!(
                s,
                AgentState::Idle | AgentState::SignedOut | AgentState::Offering
            )
        };
        let busy = self.random.one_of(&who(is_busy));
        let free = self.random.one_of(&who(|s| s == AgentState::Idle));
        let any = self.random.one_of(&all).expect("agents");
        let agent = busy.filter(|_| !self.random.one_in(9)).unwrap_or(any);
        let what = self.in_a_call(free.unwrap_or(any));
        let _ = self
            .scene
            .tries(Event::Request(Request::InCall { agent, what }));
    }

    /// Cai supervises, mostly whoever is in a call.
    fn a_supervisor_asks(&mut self) {
        let view = self.scene.centre.view();
        let talks = view.calls.iter().flat_map(|call| &call.parties);
        let talks: Vec<AgentId> = talks.map(|party| party.agent).collect();
        let any = self.random.one_of(&[ANN, BEN, CAI]).expect("agents");
        let agent = self.random.one_of(&talks).unwrap_or(any);
        let modes = [
            SuperviseMode::Listen,
            SuperviseMode::Whisper,
            SuperviseMode::Barge,
        ];
        let mode = self.random.one_of(&modes).expect("modes");
        let states = [
            ForcedState::Ready,
            ForcedState::Ready,
            ForcedState::NotReady,
            ForcedState::SignedOut,
        ];
        let state = self.random.one_of(&states).expect("states");
        let reason = "so be it".to_owned();
        let what = match self.random.below(12) {
            0..=6 => Supervise::Begin { mode },
            7 => Supervise::End,
            8 | 9 => Supervise::TakeOver { reason },
            10 => Supervise::Release {
                only_agent: self.random.one_in(2),
                reason,
            },
            _ => Supervise::SetState { state, reason },
        };
        let by = supervisor(CAI);
        let _ = self
            .scene
            .tries(Event::Request(Request::Supervise { by, agent, what }));
    }

    fn in_a_call(&mut self, agent: AgentId) -> InCall {
        let queue = self.random.one_of(&[SALES, SERVICE]).expect("queues");
        match self.random.below(14) {
            12 => InCall::PauseRecording,
            13 => InCall::ResumeRecording,
            0 => InCall::Hold,
            1 => InCall::Retrieve,
            2 | 3 => InCall::Transfer {
                to: Destination::Agent(agent),
            },
            4 => InCall::Transfer {
                to: Destination::Queue(queue),
            },
            5..=7 => InCall::Consult {
                to: Destination::Agent(agent),
            },
            8 => InCall::Complete,
            9 => InCall::Swap,
            10 => InCall::Cancel,
            _ => InCall::Merge,
        }
    }

    fn a_device_comes_or_goes(&mut self) {
        let id = u32::try_from(self.random.below(3)).expect("few phones");
        let line = Device::Line(LineId(u16::try_from(id).expect("few lines")));
        let phone = Device::Phone(PhoneId(101 + id));
        let device = if self.random.one_in(4) { line } else { phone };
        let out = self.random.one_in(3);
        let told = if out {
            Door::OutOfService { device }
        } else {
            Door::InService { device }
        };
        self.scene.door(told);
    }

    fn something_absurd_is_told(&mut self) {
        let leg = LegId(self.random.below(self.scene.centre.last_leg().0 + 4));
        let number = self.random.below(1 + self.scene.facts.len() as u64);
        let absurd = match self.random.below(7) {
            0 => Event::Door(Door::Answered { leg }),
            1 => Event::Door(Door::Held { leg }),
            2 => Event::Door(Door::Alerting { leg }),
            3 => Event::Door(Door::Digit {
                leg,
                digit: key('1'),
                duration_ms: 0,
            }),
            4 => Event::PlaybackEnded(PlaybackId(number)),
            5 => Event::RecordingFailed(RecordingId(number)),
            _ => Event::Timeout,
        };
        self.scene.happens(absurd);
    }

    fn something_rare(&mut self) {
        match self.random.below(8) {
            0 => self
                .scene
                .happens(Event::Storage(StorageState::ReserveReached)),
            1..=3 => self.scene.happens(Event::Storage(StorageState::Normal)),
            6 => {
                let mut less = configuration();
                less.agents.pop();
                less.queues.pop();
                less.menus[0].choices.pop();
                self.scene.happens(Event::Configure(Box::new(less)));
            }
            5..=6 => self
                .scene
                .happens(Event::Configure(Box::new(configuration()))),
            _ => self.the_program_starts_again(),
        }
    }

    fn the_program_starts_again(&mut self) {
        let wall_ms = self.scene.now.wall_ms + 1_000;
        self.scene.now = Moment {
            mono_ms: self.random.below(100_000),
            wall_ms,
        };
        let refolded = CallCentre::refold(&self.scene.facts);
        assert!(refolded == self.scene.centre);
        self.scene.centre = refolded;
        self.scene.start();
        self.customers.clear();
        self.scene.forget_legs();
        self.scene.lines_and_phones_in_service(&[ANN, BEN, CAI]);
    }

    /// Everybody goes home; doors tell all they owe.
    fn evening(&mut self) {
        self.scene
            .happens(Event::Configure(Box::new(configuration())));
        while let Some(leg) = self.customers.pop() {
            self.scene.hangs_up(leg);
        }
        self.scene.doors_obey = true;
        self.scene.pass_s(3600);
        for agent in [ANN, BEN, CAI] {
            self.scene.door(Door::InService {
                device: phone_of(agent),
            });
            self.scene.signs_in(agent);
            self.scene.asks(Request::Ready { agent });
            assert_eq!(self.scene.state(agent), AgentState::Idle);
        }
    }
}

/// The facts of a day, as they are stored.
fn day(seed: u64, steps: usize) -> Scene {
    eprintln!("seed {seed}");
    let mut town = Town::new(seed);
    for _ in 0..steps {
        town.step();
    }
    town.evening();
    let Town { scene, .. } = town;
    assert!(scene.centre.view().calls.is_empty());
    assert_eq!(
        scene.centre.poll_timeout(),
        None,
        "nothing is due when nothing goes on"
    );
    assert_eq!(scene.invariants.open_legs(), 0);
    let tally = scene.invariants.tally();
    assert_eq!(
        tally.offered,
        tally.answered + tally.abandoned + tally.flowed_out
    );
    assert!(
        scene
            .records
            .values()
            .all(|record| record.outcome.is_some())
    );
    scene
}

#[test]
fn the_same_seed_gives_the_same_facts_byte_for_byte() {
    let stored = |seed| day(seed, 400).stored;
    assert_eq!(stored(7), stored(7));
    assert_ne!(stored(7), stored(8));
}

#[test]
fn thirty_thousand_random_events_lose_no_caller_agent_or_leg() {
    let scene = day(20_261_126, 30_000);
    let tally = scene.invariants.tally();
    // The day was a real one: every way out was taken.
    assert!(
        tally.answered > 100 && tally.abandoned > 20 && tally.flowed_out > 20,
        "{tally:?}"
    );
    let transfers = scene.count(|w| matches!(w, What::Transferred { .. }));
    let failed = scene.count(|w| matches!(w, What::TransferFailed { .. }));
    let consulted = scene.count(|w| matches!(w, What::ConsultBegan { .. }));
    let supervised = scene.count(|w| matches!(w, What::SupervisionBegan { .. }));
    let taken = scene.count(|w| matches!(w, What::TakenOver(_)));
    assert!(supervised > 0 && taken > 0, "{supervised}, {taken}");
    assert!(
        transfers > 10 && failed > 0 && consulted > 0,
        "{transfers} transfers, {failed} failed, {consulted} consultations"
    );
}

#[test]
fn many_short_days_of_other_seeds_end_well() {
    for seed in 1..=60 {
        day(seed * 7_919, 150);
    }
}
