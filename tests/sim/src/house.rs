//! A call centre with its doors and its checks, on a virtual clock. It does nothing by itself but
//! call the core when the core asked to be called; everything else is a step.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use hotline_call::{CallId, CallerId, Cause, Device, Event as Door, LegId, LineId, Moment, Number};
use hotline_services::{
    AgentId, AgentState, Broken, CallCentre, Event, Fact, Outcome, RecordingId, What,
};

use crate::annex::{HOURS, known};
use crate::check::{Checks, Depth};
use crate::doors::{Asked, Doors};
use crate::step::{Crash, Step, Who};

/// When the first day begins: 2026-03-02, a Monday, 0:00 UTC.
pub(crate) const FIRST_DAY_MS: u64 = 1_772_409_600_000;
const TIMER: &str = "a timer that runs out leads to something";
const PANIC: &str = "the core never panics";
const REFUSED: &str = "what is refused changes nothing";
const STUCK: &str = "no agent is stuck";
const FORGOTTEN: &str = "no leg is forgotten at its door";
const QUIET: &str = "when all have gone home nothing is left";

/// What has happened that somebody may react to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    Asked(Asked),
    /// A caller hears a menu.
    Menu(u32),
    /// A caller waits.
    Queued(u32),
    /// A caller talks to an agent.
    Talks(u32, AgentId),
    /// A caller is told goodbye.
    Farewell(u32),
    /// A caller is led to somebody.
    Led(u32),
    /// A caller hears the greeting of a mailbox.
    Mailbox(u32),
    /// A customer is parked on this place.
    Parked(u32),
    /// A message was left.
    Message(RecordingId),
    /// A caller's call has ended.
    Over(u32),
    /// An agent writes notes.
    Notes(AgentId),
    /// An agent was made not ready by the system.
    SentAway(AgentId),
}

pub(crate) struct House {
    centre: CallCentre,
    checks: Checks,
    pub(crate) doors: Doors,
    /// Milliseconds since the first day began; never goes back.
    now_ms: u64,
    /// `now_ms` when the process started last, and what its monotonic clock showed.
    booted: (u64, u64),
    /// How far the wall clock is off.
    wall_off_ms: i64,
    boot: u64,
    callers: BTreeMap<CallId, u32>,
    /// Lines in service.
    lines: BTreeSet<LineId>,
    news: Vec<News>,
    /// Sees every fact.
    watch: Option<Watch>,
}

/// Somebody who sees every fact.
pub(crate) type Watch = Box<dyn FnMut(&Fact) + Send>;

impl House {
    /// The process has started for the first time.
    pub(crate) fn new(depth: Depth, watch: Option<Watch>) -> Result<Self, Broken> {
        let mut house = Self {
            centre: CallCentre::new(),
            checks: Checks::new(depth),
            doors: Doors::new(LegId(0)),
            now_ms: 0,
            booted: (0, 20_000),
            wall_off_ms: 0,
            boot: 0,
            callers: BTreeMap::new(),
            lines: BTreeSet::new(),
            news: Vec::new(),
            watch,
        };
        house.start(None)?;
        Ok(house)
    }

    pub(crate) const fn checks(&self) -> &Checks {
        &self.checks
    }

    pub(crate) const fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// What has happened since this was asked last.
    pub(crate) fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }

    /// Whether a line is in service and nobody is on it.
    pub(crate) fn is_free(&self, line: LineId) -> bool {
        let is_used = self.doors.newest(Who::Outside(line)).is_some();
        self.lines.contains(&line) && !is_used && self.doors.callers_on(line).is_empty()
    }

    /// The state of an agent as the facts tell.
    pub(crate) fn state(&self, agent: AgentId) -> Option<AgentState> {
        self.checks.invariants().agent(agent)
    }

    /// The greatest number of a leg.
    pub(crate) const fn last_leg(&self) -> LegId {
        self.centre.last_leg()
    }

    fn moment(&self) -> Moment {
        let (at_ms, mono_ms) = self.booted;
        Moment {
            mono_ms: self.now_ms - at_ms + mono_ms,
            wall_ms: (FIRST_DAY_MS + self.now_ms).saturating_add_signed(self.wall_off_ms),
        }
    }

    /// When the core is to be called next. A real timer is a little late now and then, so is this.
    pub(crate) fn due_ms(&self) -> Option<u64> {
        let due = self.centre.poll_timeout()?.mono_ms;
        let late = match due % 16 {
            0 => 3,
            1 => 40,
            _ => 0,
        };
        let (at_ms, mono_ms) = self.booted;
        Some((due.saturating_sub(mono_ms) + at_ms + late).max(self.now_ms))
    }

    /// Time passes to there, no timer running out on the way.
    pub(crate) fn be_at(&mut self, at_ms: u64) {
        self.now_ms = self.now_ms.max(at_ms);
    }

    /// The timer runs out.
    pub(crate) fn time_out(&mut self) -> Result<(), Broken> {
        let told = self.checks.told();
        self.happens(Event::Timeout)?;
        if self.checks.told() == told {
            return Err(Broken::new(TIMER, format!("{:?}", self.moment())));
        }
        Ok(())
    }

    /// Time passes to there; the core is called whenever it asked to be.
    pub(crate) fn pass_until(&mut self, at_ms: u64) -> Result<(), Broken> {
        while let Some(due) = self.due_ms().filter(|due| *due <= at_ms) {
            self.be_at(due);
            self.time_out()?;
        }
        self.be_at(at_ms);
        Ok(())
    }

    /// Lets a step happen. `false`: it means nothing any more, and nothing happened.
    pub(crate) fn take(&mut self, step: &Step) -> Result<bool, Broken> {
        let Some(event) = self.event(step) else {
            return match step {
                Step::Crash(crash) => self.crash(*crash).map(|()| true),
                Step::WallClock(ms) => {
                    self.wall_off_ms += ms;
                    Ok(true)
                }
                _ => Ok(false),
            };
        };
        self.happens(event)?;
        Ok(true)
    }

    /// The event that a step is to the core.
    fn event(&mut self, step: &Step) -> Option<Event> {
        Some(match step {
            Step::Calls {
                caller,
                line,
                person,
            } => Event::Door(Door::Offered {
                leg: self.doors.begin(*caller, *line),
                device: Device::Line(*line),
                caller: person
                    .and_then(number)
                    .map_or_else(CallerId::default, CallerId::known),
                called: None,
            }),
            Step::Dials { phone, number } => Event::Door(Door::Offered {
                leg: self.doors.dials(*phone),
                device: Device::Phone(*phone),
                caller: known(*phone),
                called: Some(number.clone()),
            }),
            Step::Presses(who, digit) => Event::Door(Door::Digit {
                leg: self.doors.newest(*who)?,
                digit: *digit,
                duration_ms: 80,
            }),
            Step::Rings(who) => Event::Door(Door::Alerting {
                leg: self.doors.newest(*who)?,
            }),
            Step::Answers(who) => Event::Door(Door::Answered {
                leg: self.doors.newest(*who)?,
            }),
            Step::Holds(who) => Event::Door(Door::Held {
                leg: self.doors.newest(*who)?,
            }),
            Step::Retrieves(who) => Event::Door(Door::Retrieved {
                leg: self.doors.newest(*who)?,
            }),
            Step::Goes(who, cause) => {
                let leg = self.doors.newest(*who)?;
                self.is_over(leg, *cause)
            }
            Step::IsOver(who) => {
                let (leg, cause) = self.doors.ending(*who)?;
                self.is_over(leg, cause)
            }
            Step::HearsOut(who) => {
                let playback = self.doors.hears(*who)?;
                self.doors.heard_out(*who);
                Event::PlaybackEnded(playback)
            }
            Step::LineService(line, is_in) => self.line_service(*line, *is_in),
            Step::PhoneService(phone, is_in) => Event::Door(service(Device::Phone(*phone), *is_in)),
            Step::Asks(request) => Event::Request(request.clone()),
            Step::Browser(agent, is_open) => browser(*agent, *is_open),
            Step::Configures(configuration) => Event::Configure(configuration.clone()),
            Step::SetsByHand(by_hand) => Event::SetSchedule {
                schedule: HOURS,
                by_hand: *by_hand,
            },
            Step::Storage(state) => Event::Storage(*state),
            Step::RecordingFails { caller } => {
                Event::RecordingFailed(self.doors.recording(*caller)?)
            }
            Step::Absurd(event) => {
                if let Event::Door(Door::Released { leg, cause }) = **event {
                    self.doors.end(leg, cause);
                }
                (**event).clone()
            }
            Step::WallClock(_) | Step::Crash(_) => return None,
        })
    }

    fn line_service(&mut self, line: LineId, is_in: bool) -> Event {
        if is_in {
            self.lines.insert(line);
        } else {
            self.lines.remove(&line);
        }
        Event::Door(service(Device::Line(line), is_in))
    }

    fn is_over(&mut self, leg: LegId, cause: Cause) -> Event {
        self.doors.end(leg, cause);
        Event::Door(Door::Released { leg, cause })
    }

    /// Every event goes through here and is followed by every check there is.
    fn happens(&mut self, event: Event) -> Result<(), Broken> {
        let now = self.moment();
        let centre = &mut self.centre;
        let handled = catch_unwind(AssertUnwindSafe(|| centre.handle(now, event)));
        let outcome = match handled {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(refused)) => {
                return self
                    .checks
                    .check_refused(&self.centre)
                    .map_err(|broken| Broken::new(REFUSED, format!("{refused}: {broken}")));
            }
            Err(panic) => {
                let words = panic.downcast_ref::<String>().cloned();
                let words = words.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
                return Err(Broken::new(PANIC, words.unwrap_or_default()));
            }
        };
        self.carry_out(&outcome)?;
        self.checks.check(now, outcome, &self.centre)
    }

    fn carry_out(&mut self, outcome: &Outcome) -> Result<(), Broken> {
        for fact in &outcome.facts {
            if let Some(watch) = &mut self.watch {
                watch(fact);
            }
            let news = self.news_of(fact);
            self.news.extend(news);
        }
        for action in &outcome.actions {
            self.news
                .extend(self.doors.carry_out(action).map(News::Asked));
        }
        // Told by the door, or given up by the core: the door has no use for it either way.
        for fact in &outcome.facts {
            if let What::LegReleased { leg, cause, .. } = fact.what {
                if self.doors.is_open(leg) && !self.doors.is_to_end(leg) {
                    let words = format!("leg {leg}, taken for over with {cause}");
                    return Err(Broken::new(FORGOTTEN, words));
                }
                self.doors.end(leg, cause);
            }
        }
        Ok(())
    }

    fn news_of(&mut self, fact: &Fact) -> Option<News> {
        let caller = |call: CallId| self.callers.get(&call).copied();
        match fact.what {
            What::CallOffered { call, leg, .. } => {
                if let Some(Who::Caller(caller)) = self.doors.who(leg) {
                    self.callers.insert(call, caller);
                }
                None
            }
            What::MenuEntered { call, .. } => caller(call).map(News::Menu),
            What::Queued { call, .. } => caller(call).map(News::Queued),
            What::Connected { call, agent, .. } => caller(call).map(|c| News::Talks(c, agent)),
            What::PersonSought(ref sought) => caller(sought.call).map(News::Led),
            What::MailboxEntered(entered) => caller(entered.call).map(News::Mailbox),
            What::CallParked(parked) => Some(News::Parked(parked.place)),
            What::VoicemailLeft(ref left) => Some(News::Message(left.recording)),
            What::FarewellStarted { call, .. } => caller(call).map(News::Farewell),
            What::WrapupStarted { agent, .. } => Some(News::Notes(agent)),
            What::AgentNotReady {
                agent,
                by: hotline_call::Party::System,
                ..
            } => Some(News::SentAway(agent)),
            What::CallEnded { call, .. } => self.callers.remove(&call).map(News::Over),
            _ => None,
        }
    }

    fn crash(&mut self, crash: Crash) -> Result<(), Broken> {
        let now = self.moment();
        self.checks.refold(&self.centre)?;
        self.centre = self.checks.crash(now, crash.lost_ms)?;
        self.now_ms += crash.off_ms;
        self.booted = (self.now_ms, crash.mono_ms);
        self.doors = Doors::new(self.centre.last_leg());
        self.callers.clear();
        self.lines.clear();
        self.start(crash.is_watched.then_some(now))
    }

    fn start(&mut self, last_alive: Option<Moment>) -> Result<(), Broken> {
        self.boot += 1;
        let boot = self.boot;
        self.happens(Event::Started { boot, last_alive })
    }

    /// Everybody has gone home an hour ago: nothing is left, and nothing is due.
    pub(crate) fn check_quiet(&mut self) -> Result<(), Broken> {
        let now = self.moment();
        self.checks.check_all(now, &self.centre)?;
        let calls = self.centre.view().calls;
        let (due, legs) = (
            self.centre.poll_timeout(),
            self.checks.invariants().open_legs(),
        );
        let is_settled = self.checks.are_settled();
        let is_quiet = calls.is_empty() && due.is_none() && legs == 0 && is_settled;
        let waiting = self.checks.tally().in_progress;
        if is_quiet && waiting == 0 {
            return Ok(());
        }
        let words = format!("calls {calls:?}, due {due:?}, {legs} legs, {waiting} waiting");
        Err(Broken::new(QUIET, words))
    }

    /// Somebody who has just come to work and has a phone is ready for calls.
    pub(crate) fn check_idle(&self, agent: AgentId) -> Result<(), Broken> {
        let state = self.state(agent);
        if state == Some(AgentState::Idle) {
            return Ok(());
        }
        Err(Broken::new(
            STUCK,
            format!("agent {} is {state:?}", agent.0),
        ))
    }
}

const fn browser(agent: AgentId, is_open: bool) -> Event {
    Event::Browser {
        agent,
        is_open,
        is_the_phone: false,
    }
}

const fn service(device: Device, is_in: bool) -> Door {
    if is_in {
        Door::InService { device }
    } else {
        Door::OutOfService { device }
    }
}

/// The number of a person.
pub(crate) fn number(person: u32) -> Option<Number> {
    Number::parse(&format!("138{person:08}")).ok()
}
