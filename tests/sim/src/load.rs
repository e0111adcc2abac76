//! What one event costs the core while so many agents work and so many callers wait: everything
//! that happens in such an office, all the time, and how long `CallCentre::handle` takes over it.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use hotline_call::{
    CallId, CallerId, Cause, Command, Device, Event as Door, LegId, LegIds, LineId, Moment,
};
use hotline_services::route::Target;
use hotline_services::{
    Action, AgentId, CallCentre, Configuration, Demand, Event, Outcome, PlaybackId, Queue, QueueId,
    Request, SkillId, What,
};

use crate::house::number;
use crate::office::{STRATEGIES, key, office, phone_of};
use crate::random::Random;

/// How many events are let pass before any is measured.
const WARM_UP: usize = 20_000;
/// An event every so often on average.
const GAP_MS: f64 = 60.0;

/// How big the office is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Agents, all of them in calls nearly all the time.
    pub agents: u32,
    /// Callers who wait; who is served or gives up is followed by another.
    pub waiting: usize,
    /// Queues; each agent serves three.
    pub queues: u32,
}

/// What events cost, in microseconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Costs {
    /// How many were measured.
    pub events: usize,
    /// Half of them took no longer.
    pub p50_us: f64,
    /// 99 of 100 took no longer.
    pub p99_us: f64,
    /// The longest, whatever else the machine did meanwhile.
    pub max_us: f64,
    /// The same by kind of event: how many, half, 99 of 100.
    pub by_kind: Vec<(&'static str, usize, f64, f64)>,
}

/// Measures so many events.
#[must_use]
pub fn measure(size: Size, events: usize, seed: u64) -> Costs {
    let mut load = Load::new(size, seed);
    load.open();
    while load.taken.len() < WARM_UP {
        load.step();
    }
    load.taken.clear();
    while load.taken.len() < events {
        load.step();
    }
    load.costs()
}

/// A caller who talks, and with whom.
#[derive(Clone, Copy, Debug)]
struct Talk {
    call: CallId,
    customer: LegId,
    agent: AgentId,
    leg: LegId,
    on_hold: bool,
}

struct Load {
    size: Size,
    centre: CallCentre,
    now: Moment,
    random: Random,
    ids: LegIds,
    last_caller: u32,
    /// What doors and the engine will tell next.
    told: VecDeque<(&'static str, Event)>,
    customers: BTreeMap<CallId, LegId>,
    lines: BTreeMap<LegId, LineId>,
    free_lines: Vec<LineId>,
    menu: Vec<LegId>,
    waiting: Vec<(CallId, LegId)>,
    ringing: Vec<LegId>,
    talks: Vec<Talk>,
    hears: BTreeMap<LegId, PlaybackId>,
    taken: Vec<(&'static str, u32)>,
}

impl Load {
    fn new(size: Size, seed: u64) -> Self {
        let waiting = u16::try_from(size.waiting).unwrap_or(u16::MAX / 2);
        let agents = u16::try_from(size.agents).unwrap_or(u16::MAX / 4);
        let lines = waiting + 2 * agents + 8;
        Self {
            size,
            centre: CallCentre::new(),
            now: Moment {
                mono_ms: 60_000,
                wall_ms: 1_772_409_600_000,
            },
            random: Random::new(seed),
            ids: LegIds::for_doors(0),
            last_caller: 0,
            told: VecDeque::new(),
            customers: BTreeMap::new(),
            lines: BTreeMap::new(),
            free_lines: (0..lines).map(LineId).collect(),
            menu: Vec::new(),
            waiting: Vec::new(),
            ringing: Vec::new(),
            talks: Vec::new(),
            hears: BTreeMap::new(),
            taken: Vec::new(),
        }
    }

    /// The office opens: configured, devices there, agents at work.
    fn open(&mut self) {
        self.happens(
            "start",
            Event::Started {
                boot: 1,
                last_alive: None,
            },
        );
        let configured = Box::new(configuration(self.size));
        self.happens("configure", Event::Configure(configured));
        for line in self.free_lines.clone() {
            let device = Device::Line(line);
            self.happens("service", Event::Door(Door::InService { device }));
        }
        for agent in (1..=self.size.agents).map(AgentId) {
            let device = Device::Phone(phone_of(agent));
            self.happens("service", Event::Door(Door::InService { device }));
            self.happens("request", Event::Request(Request::SignIn { agent }));
        }
    }

    /// One thing happens, and the time until the next passes.
    fn step(&mut self) {
        let until = self.now.plus_ms(self.random.exponential_ms(GAP_MS));
        while let Some(due) = self
            .centre
            .poll_timeout()
            .filter(|due| until.has_reached(*due))
        {
            self.now = self.now.plus_ms(due.since_ms(self.now));
            self.happens("timer", Event::Timeout);
        }
        self.now = until;
        if let Some((kind, event)) = self.told.pop_front() {
            return self.happens(kind, event);
        }
        if self.menu.len() + self.waiting.len() < self.size.waiting && !self.free_lines.is_empty() {
            return self.somebody_calls();
        }
        if let Some(leg) = self.menu.pop() {
            let queue = u32::try_from(self.random.between(1, 8)).unwrap_or(1);
            if let Some(digit) = key(queue) {
                let duration_ms = 80;
                let digit = Door::Digit {
                    leg,
                    digit,
                    duration_ms,
                };
                self.happens("key", Event::Door(digit));
            }
            return;
        }
        self.something_happens();
    }

    fn somebody_calls(&mut self) {
        let Some(line) = self.free_lines.pop() else {
            return;
        };
        self.last_caller += 1;
        let leg = self.ids.take();
        self.lines.insert(leg, line);
        let caller = number(self.last_caller).map(CallerId::known);
        let offered = Door::Offered {
            leg,
            device: Device::Line(line),
            caller: caller.unwrap_or_default(),
            called: None,
        };
        self.menu.push(leg);
        self.happens("call", Event::Door(offered));
    }

    fn something_happens(&mut self) {
        match self.random.below(20) {
            0..=5 => self.a_phone_answers(),
            6..=9 => self.a_talk_ends(),
            10..=11 => self.somebody_holds(),
            12 => self.somebody_gives_up(),
            13..=14 => {
                let waits = self.random.one_of(&self.waiting).copied();
                if let Some(playback) = waits.and_then(|(_, leg)| self.hears.remove(&leg)) {
                    self.happens("heard", Event::PlaybackEnded(playback));
                }
            }
            15 => {
                let waits = self.random.one_of(&self.waiting).copied();
                if let (Some((_, leg)), Some(digit)) = (waits, key(5)) {
                    let duration_ms = 80;
                    let digit = Door::Digit {
                        leg,
                        digit,
                        duration_ms,
                    };
                    self.happens("key", Event::Door(digit));
                }
            }
            16..=17 => self.an_agent_asks(),
            18 => {
                let talk = self.random.one_of(&self.talks).copied();
                if let Some(Talk { agent, .. }) = talk {
                    let device = Device::Phone(phone_of(agent));
                    self.happens("service", Event::Door(Door::OutOfService { device }));
                    self.happens("service", Event::Door(Door::InService { device }));
                }
            }
            _ => {
                if let Some(leg) = self.random.one_of(&self.ringing).copied() {
                    let cause = Cause::CALL_REJECTED;
                    self.happens("reject", Event::Door(Door::Released { leg, cause }));
                }
            }
        }
    }

    fn a_phone_answers(&mut self) {
        if let Some(leg) = self.random.one_of(&self.ringing).copied() {
            self.happens("alerting", Event::Door(Door::Alerting { leg }));
            self.happens("answer", Event::Door(Door::Answered { leg }));
        }
    }

    fn a_talk_ends(&mut self) {
        let Some(talk) = self.random.one_of(&self.talks).copied() else {
            return;
        };
        let leg = if self.random.permille(700) {
            talk.customer
        } else {
            talk.leg
        };
        self.goes(leg);
    }

    fn goes(&mut self, leg: LegId) {
        let cause = Cause::NORMAL_CLEARING;
        self.happens("hang up", Event::Door(Door::Released { leg, cause }));
    }

    fn somebody_holds(&mut self) {
        let n = self.random.below(self.talks.len() as u64);
        let talk = usize::try_from(n).ok().and_then(|n| self.talks.get_mut(n));
        let Some(talk) = talk else { return };
        talk.on_hold = !talk.on_hold;
        let leg = talk.leg;
        let event = if talk.on_hold {
            Door::Held { leg }
        } else {
            Door::Retrieved { leg }
        };
        self.happens("hold", Event::Door(event));
    }

    fn somebody_gives_up(&mut self) {
        if let Some((_, leg)) = self.random.one_of(&self.waiting).copied() {
            self.goes(leg);
        }
    }

    /// A wish that is taken back at once, or the end of the notes.
    fn an_agent_asks(&mut self) {
        let n = self.random.between(1, u64::from(self.size.agents));
        let agent = AgentId(u32::try_from(n).unwrap_or(1));
        if self.random.permille(500) {
            self.happens("request", Event::Request(Request::WrapupDone { agent }));
            return;
        }
        let reason = "break".to_owned();
        self.happens(
            "request",
            Event::Request(Request::NotReady { agent, reason }),
        );
        self.happens("request", Event::Request(Request::Ready { agent }));
    }

    /// The core takes one event, and is timed.
    fn happens(&mut self, kind: &'static str, event: Event) {
        let began = Instant::now();
        let handled = self.centre.handle(self.now, event);
        let took = began.elapsed();
        let ns = u32::try_from(took.as_nanos()).unwrap_or(u32::MAX);
        self.taken.push((kind, ns));
        if let Ok(outcome) = handled {
            self.take_in(&outcome);
        }
    }

    fn take_in(&mut self, outcome: &Outcome) {
        for fact in &outcome.facts {
            self.take_fact(&fact.what);
        }
        for action in &outcome.actions {
            match *action {
                Action::Door(Command::Release { leg, cause }) => {
                    let over = Event::Door(Door::Released { leg, cause });
                    self.told.push_back(("released", over));
                }
                Action::Play {
                    leg,
                    playback,
                    repeat: false,
                    ..
                } => {
                    self.hears.insert(leg, playback);
                }
                Action::Play { leg, .. } | Action::StopPlayback { leg } => {
                    self.hears.remove(&leg);
                }
                _ => {}
            }
        }
    }

    fn take_fact(&mut self, what: &What) {
        match *what {
            What::CallOffered { call, leg, .. } => {
                self.customers.insert(call, leg);
            }
            What::Queued { call, .. } => {
                if let Some(leg) = self.customers.get(&call).copied() {
                    self.menu.retain(|l| *l != leg);
                    self.waiting.push((call, leg));
                }
            }
            What::AgentOffered { leg, .. } => self.ringing.push(leg),
            What::OfferEnded { leg, .. } => self.ringing.retain(|l| *l != leg),
            What::Connected { call, agent, leg } => {
                self.ringing.retain(|l| *l != leg);
                self.waiting.retain(|(id, _)| *id != call);
                if let Some(customer) = self.customers.get(&call).copied() {
                    self.talks.push(Talk {
                        call,
                        customer,
                        agent,
                        leg,
                        on_hold: false,
                    });
                }
            }
            What::Disconnected { leg, .. } => self.talks.retain(|talk| talk.leg != leg),
            What::FarewellStarted { call, .. } | What::CallEnding { call, .. } => {
                self.waiting.retain(|(id, _)| *id != call);
                self.talks.retain(|talk| talk.call != call);
                let leg = self.customers.get(&call).copied();
                self.menu.retain(|l| Some(*l) != leg);
            }
            What::LegReleased { leg, .. } => {
                self.hears.remove(&leg);
                self.free_lines.extend(self.lines.remove(&leg));
            }
            What::CallEnded { call, .. } => {
                self.customers.remove(&call);
            }
            _ => {}
        }
    }

    fn costs(&self) -> Costs {
        let mut by_kind: BTreeMap<&'static str, Vec<u32>> = BTreeMap::new();
        for (kind, ns) in &self.taken {
            by_kind.entry(kind).or_default().push(*ns);
        }
        let mut all: Vec<u32> = self.taken.iter().map(|(_, ns)| *ns).collect();
        all.sort_unstable();
        let kinds = by_kind.into_iter().map(|(kind, mut taken)| {
            taken.sort_unstable();
            (
                kind,
                taken.len(),
                quantile_us(&taken, 500),
                quantile_us(&taken, 990),
            )
        });
        Costs {
            events: all.len(),
            p50_us: quantile_us(&all, 500),
            p99_us: quantile_us(&all, 990),
            max_us: quantile_us(&all, 1000),
            by_kind: kinds.collect(),
        }
    }
}

/// What so many of a thousand do not exceed; `sorted` in nanoseconds.
fn quantile_us(sorted: &[u32], permille: usize) -> f64 {
    let rank = (sorted.len() * permille).div_ceil(1000).max(1) - 1;
    sorted.get(rank).map_or(0.0, |ns| f64::from(*ns) / 1000.0)
}

/// An office of this size with every strategy and some skills, where nobody is sent away.
fn configuration(size: Size) -> Configuration {
    let mut configuration = office(size.agents, 1);
    let serves = |id: u32| {
        let queues = size.queues;
        let of = move |agent: &u32| {
            let mut three = [0, queues / 3 + 1, 2 * queues / 3 + 1].into_iter();
            three.any(|n| (agent + n) % queues + 1 == id)
        };
        (1..=size.agents).filter(of).map(AgentId).collect()
    };
    configuration.queues = (1..=size.queues)
        .map(|id| Queue {
            agents: serves(id),
            wrapup_s: 5,
            max_wait_s: 7200,
            max_waiting: 200,
            strategy: STRATEGIES[id as usize % STRATEGIES.len()],
            demand: if id.is_multiple_of(4) {
                Demand::at_least(SkillId(1), 2)
            } else {
                Demand::default()
            },
            ..Queue::new(QueueId(id), &format!("queue {id}"))
        })
        .collect();
    // Eight keys a menu, and a line in four has another menu: all queues are reached.
    let menus = size.queues.div_ceil(8);
    let menu = configuration.menus[0].clone();
    configuration.menus = (0..menus)
        .map(|n| {
            let mut menu = menu.clone();
            menu.id = hotline_services::MenuId(n + 1);
            menu.choices.truncate(0);
            menu.choices.extend((1..=8).filter_map(|digit| {
                Some(hotline_services::Choice {
                    digit: key(digit)?,
                    target: Target::Queue(QueueId((n * 8 + digit - 1) % size.queues + 1)),
                    business_type: None,
                })
            }));
            menu
        })
        .collect();
    let lines: Vec<_> = (0..u16::try_from(size.waiting).unwrap_or(0) + 200)
        .map(|line| {
            (
                LineId(line),
                hotline_services::MenuId(u32::from(line) % menus + 1),
            )
        })
        .collect();
    configuration.dial_plan = hotline_services::route::DialPlan::of_line_menus(&lines);
    debug_assert_eq!(configuration.check(), Ok(()));
    configuration
}
