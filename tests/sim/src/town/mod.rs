//! A town of callers, agents, administrators and faults, drawn from a seed. It only ever acts by
//! steps, and keeps them, so that a day that fails can be told again and made shorter.

mod agenda;
mod agents;
mod callers;
mod colleagues;
mod dials;
mod faults;
mod forces;
mod gives_away;
mod led;
mod messages;
mod outside;
mod parks;

use std::collections::BTreeMap;

use hotline_call::{CallId, LegId, LineId, PhoneId};
use hotline_services::{AgentId, Broken, Configuration, RecordingId, Request};

use self::agenda::Agenda;
use self::callers::Caller;
use crate::annex::{LOBBIES, furnish};
use crate::check::Depth;
use crate::doors::Asked;
use crate::habits::{Habit, Habits};
use crate::house::{House, News, Watch};
use crate::office::{lines, office, phone_of};
use crate::random::Random;
use crate::step::{Step, Who};

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;
/// From when to when people call.
const OPEN_MS: (u64, u64) = (8 * HOUR_MS, 19 * HOUR_MS);
/// When everybody is sent home and the day is checked.
const EVENING_MS: u64 = 21 * HOUR_MS;

/// What somebody means to do.
#[derive(Clone, Debug)]
enum Plan {
    /// The next caller of the day.
    NextCaller,
    CallsAgain {
        person: u32,
    },
    /// A caller loses patience, if still in this wait.
    GivesUp {
        caller: u32,
        wait: u32,
    },
    Presses {
        caller: u32,
        hearing: u32,
    },
    HearsOut {
        who: Who,
        leg: LegId,
    },
    /// A talk comes to its end, if it is still this one.
    TalkEnds {
        caller: u32,
        talk: u32,
    },
    /// An agent puts a caller on hold or takes the caller back.
    Hold {
        agent: AgentId,
        leg: LegId,
        step: Step,
    },
    /// A phone does something, if it still has this leg.
    Phone {
        leg: LegId,
        step: Step,
    },
    Does(Step),
    BeginsWork(AgentId),
    GoesHome(AgentId),
    /// Something an agent does now and then.
    Habit(AgentId),
    ComesBack(AgentId),
    NotesDone(AgentId),
    /// Somebody in a talk gives it on, or asks somebody else.
    TurnsToOthers(AgentId),
    /// The next supervisor.
    Supervises,
    /// A supervisor who is with an agent does more.
    GoesOn {
        supervisor: AgentId,
        over: AgentId,
    },
    /// An agent parks the customer.
    Parks(AgentId),
    /// Somebody fetches who is parked on this place.
    Fetches(u32),
    /// A phone dials something, and again later.
    Dials(PhoneId),
    /// Whoever is at this leg hangs up.
    HangsUp {
        who: Who,
        leg: LegId,
    },
    /// An agent gives the customer to somebody outside the queues.
    GivesAway(AgentId),
    /// Somebody looks at a message, or at any.
    Marks(RecordingId),
    /// A supervisor sets the state of somebody, and again later.
    Forces,
    /// Somebody sets day or night by hand, and again later.
    SetsByHand,
    Administrator,
    Fault,
    Crash,
}

/// What a run is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub seed: u64,
    pub days: u32,
    pub seats: u32,
    pub depth: Depth,
    pub temper: Temper,
}

impl Setting {
    /// What happens beside calls to queues.
    fn habits(&self) -> Habits {
        match self.temper {
            Temper::Rough { is_alone: false } => Habits::drawn(self.seed),
            Temper::Rough { is_alone: true } | Temper::Calm { .. } => Habits::NONE,
        }
    }

    /// The office of such a town.
    pub(crate) fn office(&self) -> Configuration {
        let mut office = office(self.seats, self.seed);
        if self.habits() != Habits::NONE {
            furnish(&mut office, self.seats, self.habits());
        }
        office
    }
}

/// What the people and the machines of a town are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Temper {
    /// Everything that can happen does; unless agents keep to themselves.
    Rough { is_alone: bool },
    /// Nothing fails, everybody answers, nothing is changed: to measure how well callers and agents
    /// fare, not whether anything breaks. So many callers come, in thousandths of what the agents
    /// can serve, swinging by three tenths; so many in a thousand never give up.
    Calm { load: u32, patient: u32 },
}

/// Whether who made this call is one of so many in a thousand who never give up: spread evenly. On
/// calm days each caller makes one call, and their numbers are the same.
pub(crate) const fn is_patient(call: CallId, permille: u32) -> bool {
    (call.0 * 617) % 1000 < permille as u64
}

/// The town.
pub(crate) struct Town {
    pub(crate) house: House,
    setting: Setting,
    random: Random,
    agenda: Agenda<Plan>,
    /// All that has happened, and when.
    pub(crate) steps: Vec<(u64, Step)>,
    /// As it should be.
    right: Configuration,
    /// As an administrator left it.
    configured: Configuration,
    agents: Vec<AgentId>,
    callers: BTreeMap<u32, Caller>,
    last_caller: u32,
    last_person: u32,
    is_open: bool,
    /// Callers who found no free line.
    pub(crate) turned_away: u64,
}

impl Town {
    /// `watch` sees every fact.
    pub(crate) fn new(
        setting: Setting,
        right: Configuration,
        watch: Option<Watch>,
    ) -> Result<Self, Broken> {
        Ok(Self {
            house: House::new(setting.depth, watch)?,
            setting,
            random: Random::new(setting.seed),
            agenda: Agenda::new(),
            steps: Vec::new(),
            agents: right.agents.iter().map(|a| a.id).collect(),
            configured: right.clone(),
            right,
            callers: BTreeMap::new(),
            last_caller: 0,
            last_person: 0,
            is_open: false,
            turned_away: 0,
        })
    }

    const fn is_calm(&self) -> bool {
        matches!(self.setting.temper, Temper::Calm { .. })
    }

    /// Whether agents have to do with each other.
    const fn has_colleagues(&self) -> bool {
        matches!(self.setting.temper, Temper::Rough { is_alone: false })
    }

    fn has(&self, habit: Habit) -> bool {
        self.setting.habits().has(habit)
    }

    /// Lives all days to their end.
    pub(crate) fn live(&mut self) -> Result<(), Broken> {
        self.does(Step::Configures(Box::new(self.right.clone())))?;
        self.devices_come();
        for day in 0..u64::from(self.setting.days) {
            self.morning(day * DAY_MS);
            self.pass_until(day * DAY_MS + EVENING_MS)?;
            self.evening()?;
        }
        Ok(())
    }

    /// What will come of a day by itself is planned in the morning.
    fn morning(&mut self, midnight_ms: u64) {
        self.is_open = true;
        let opens = midnight_ms + OPEN_MS.0;
        self.agenda.plan(opens, Plan::NextCaller);
        if self.is_calm() {
            for agent in self.agents.clone() {
                self.agenda.plan(opens, Plan::BeginsWork(agent));
            }
            return;
        }
        for agent in self.agents.clone() {
            let late = self.random.below(40 * MINUTE_MS);
            let begins = opens - 30 * MINUTE_MS + late;
            self.agenda.plan(begins, Plan::BeginsWork(agent));
            let ends = midnight_ms + OPEN_MS.1 - 20 * MINUTE_MS + self.random.below(50 * MINUTE_MS);
            self.agenda.plan(ends, Plan::GoesHome(agent));
        }
        self.agenda.plan(opens, Plan::Administrator);
        self.agenda.plan(opens, Plan::Fault);
        if self.has_colleagues() {
            self.agenda.plan(opens, Plan::Supervises);
        }
        self.habits_begin(opens);
        for _ in 0..self.random.between(2, 5) {
            let at = opens + self.random.below(OPEN_MS.1 - OPEN_MS.0);
            self.agenda.plan(at, Plan::Crash);
        }
    }

    /// What is done from the morning on, time and again.
    fn habits_begin(&mut self, opens: u64) {
        if self.has(Habit::Forces) {
            self.agenda.plan(opens + HOUR_MS, Plan::Forces);
        }
        if self.has(Habit::Overflows) {
            self.agenda.plan(opens + HOUR_MS, Plan::SetsByHand);
        }
        if self.has(Habit::Dials) {
            let phones = self.agents.iter().map(|agent| phone_of(*agent));
            let phones: Vec<PhoneId> = phones.chain(LOBBIES.map(|(phone, _)| phone)).collect();
            for phone in phones {
                let ms = self.random.exponential_ms(30.0 * 60_000.0);
                self.agenda.plan(opens + ms, Plan::Dials(phone));
            }
        }
    }

    fn pass_until(&mut self, until_ms: u64) -> Result<(), Broken> {
        loop {
            let plan = self.agenda.next_ms().filter(|at| *at <= until_ms);
            let due = self.house.due_ms().filter(|at| *at <= until_ms);
            match (plan, due) {
                (None, None) => break,
                (Some(at), None) => self.follow(at)?,
                (Some(at), Some(due)) if at < due => self.follow(at)?,
                (_, Some(due)) => {
                    self.house.be_at(due);
                    self.house.time_out()?;
                    self.react();
                }
            }
        }
        self.house.be_at(until_ms);
        Ok(())
    }

    fn follow(&mut self, at_ms: u64) -> Result<(), Broken> {
        self.house.be_at(at_ms);
        match self.agenda.take() {
            Some(plan) => self.act(plan),
            None => Ok(()),
        }
    }

    /// Does what was meant, if it still makes sense.
    fn act(&mut self, plan: Plan) -> Result<(), Broken> {
        match plan {
            Plan::NextCaller => self.next_caller(),
            Plan::CallsAgain { person } => self.calls(person),
            Plan::GivesUp { caller, wait } => self.gives_up(caller, wait),
            Plan::Presses { caller, hearing } => self.presses(caller, hearing),
            Plan::HearsOut { who, leg } => {
                if self.house.doors.newest(who) == Some(leg) {
                    self.does(Step::HearsOut(who))?;
                }
                Ok(())
            }
            Plan::TalkEnds { caller, talk } => self.talk_ends(caller, talk),
            Plan::Hold { agent, leg, step } => {
                if self.house.doors.newest(Who::Phone(phone_of(agent))) == Some(leg) {
                    self.does(step)?;
                }
                Ok(())
            }
            Plan::Phone { leg, step } => {
                if self.house.doors.is_open(leg) {
                    self.does(step)?;
                }
                Ok(())
            }
            Plan::Does(step) => self.does(step),
            Plan::BeginsWork(agent) => self.begins_work(agent),
            Plan::GoesHome(agent) => self.does(Step::Asks(Request::SignOut { agent })),
            Plan::Habit(agent) => self.habit(agent),
            Plan::ComesBack(agent) => self.comes_back(agent),
            Plan::NotesDone(agent) => self.does(Step::Asks(Request::WrapupDone { agent })),
            Plan::TurnsToOthers(agent) => self.turns_to_others(agent),
            Plan::Supervises => self.supervises(),
            Plan::GoesOn { supervisor, over } => self.goes_on(supervisor, over),
            Plan::Parks(agent) => self.parks(agent),
            Plan::Fetches(place) => self.fetches(place),
            Plan::Dials(phone) => self.dials(phone),
            Plan::HangsUp { who, leg } => self.hangs_up_at(who, leg),
            Plan::GivesAway(agent) => self.gives_away(agent),
            Plan::Marks(message) => self.marks(message),
            Plan::Forces => self.forces_somebody(),
            Plan::SetsByHand => self.sets_by_hand(),
            Plan::Administrator => self.administrator(),
            Plan::Fault => self.fault(),
            Plan::Crash => self.crash(),
        }
    }

    /// A step happens now; whoever notices reacts.
    fn does(&mut self, step: Step) -> Result<(), Broken> {
        let now_ms = self.house.now_ms();
        // As it will be when the day is told again.
        self.house.pass_until(now_ms)?;
        self.steps.push((now_ms, step));
        if let Some((_, step)) = self.steps.last() {
            let happened = self.house.take(step)?;
            if !happened {
                self.steps.pop();
            }
        }
        self.react();
        Ok(())
    }

    fn after(&mut self, ms: u64, plan: Plan) {
        self.agenda.plan(self.house.now_ms() + ms, plan);
    }

    fn react(&mut self) {
        for news in self.house.take_news() {
            match news {
                News::Asked(Asked::Ring { phone, leg }) => self.is_rung(phone, leg),
                News::Asked(Asked::Dial { line, leg }) => self.is_called(line, leg),
                News::Asked(Asked::Release { who, .. }) => self.door_is_to_release(who),
                News::Asked(Asked::Play { who, leg }) => self.is_played_to(who, leg),
                News::Menu(caller) => self.hears_menu(caller),
                News::Queued(caller) => self.waits(caller),
                News::Talks(caller, agent) => self.talks(caller, agent),
                News::Led(caller) => self.is_led(caller),
                News::Mailbox(caller) => self.is_to_speak(caller),
                News::Message(recording) => self.is_left(recording),
                News::Parked(place) => self.is_parked(place),
                News::Farewell(caller) => self.is_told_goodbye(caller),
                News::Over(caller) => {
                    self.callers.remove(&caller);
                }
                News::Notes(agent) => self.writes_notes(agent),
                News::SentAway(agent) => {
                    let ms = self.random.between(20_000, 5 * MINUTE_MS);
                    self.after(ms, Plan::ComesBack(agent));
                }
            }
        }
    }

    /// Doors tell the end of a leg soon, late, twice or never.
    fn door_is_to_release(&mut self, who: Who) {
        let over = || Plan::Does(Step::IsOver(who));
        if self.is_calm() {
            return self.after(20, over());
        }
        match self.random.below(200) {
            0 => {}
            1 => {
                let ms = self.random.between(1_000, 15_000);
                self.after(ms, over());
            }
            n => {
                let ms = self.random.between(5, 150);
                self.after(ms, over());
                if n == 2 {
                    self.after(ms + 3, over());
                }
            }
        }
    }

    /// The engine tells the end of what it plays, once; seldom never, seldom twice.
    fn is_played_to(&mut self, who: Who, leg: LegId) {
        let ms = self.random.between(1_500, 9_000);
        if self.is_calm() || self.random.permille(990) {
            self.after(ms, Plan::HearsOut { who, leg });
        }
    }

    /// Lines and phones register, phones a little later.
    fn devices_come(&mut self) {
        for line in 0..lines(self.setting.seats) {
            self.after(10, Plan::Does(Step::LineService(LineId(line), true)));
        }
        for agent in self.agents.clone() {
            let ms = self.random.between(500, 40_000);
            let step = Step::PhoneService(phone_of(agent), true);
            self.after(ms, Plan::Does(step));
        }
        if self.setting.habits() != Habits::NONE {
            for (phone, _) in LOBBIES {
                self.after(900, Plan::Does(Step::PhoneService(phone, true)));
            }
        }
    }

    /// Everybody goes home, all is set right, doors tell all they owe; an hour later nothing is
    /// left, and everybody could begin work again.
    fn evening(&mut self) -> Result<(), Broken> {
        self.is_open = false;
        self.does(Step::Configures(Box::new(self.right.clone())))?;
        self.configured = self.right.clone();
        self.does(Step::Storage(hotline_services::StorageState::Normal))?;
        // Somebody may be called because somebody went, and a phone may have two legs.
        for _ in 0..20 {
            for who in self.house.doors.everybody() {
                self.does(Step::Goes(who, hotline_call::Cause::NORMAL_CLEARING))?;
            }
        }
        let until = self.house.now_ms() + HOUR_MS;
        self.pass_until(until)?;
        self.house.check_quiet()?;
        for agent in self.agents.clone() {
            self.does(Step::PhoneService(phone_of(agent), true))?;
            self.does(Step::Asks(Request::SignIn { agent }))?;
            self.does(Step::Asks(Request::Ready { agent }))?;
            self.house.check_idle(agent)?;
            self.does(Step::Asks(Request::SignOut { agent }))?;
        }
        self.house.check_quiet()
    }
}
