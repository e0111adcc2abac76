//! A call centre with its surroundings, on a virtual clock: doors that do as they are told,
//! customers and agents who do as the story says.

use std::collections::BTreeMap;

use hotline_call::{
    CallerId, Cause, Command, Device, Digit, Event as Door, Heard as Ear, LegId, LegIds, LineId,
    Moment, Number, PhoneId,
};
use hotline_services::route::Target;
use hotline_services::{
    Action, Agent, AgentId, AgentState, CallCentre, CallRecord, Choice, Configuration, Event, Fact,
    Invariants, Language, Menu, MenuId, Person, PlaybackId, Prompt, Queue, QueueId, Records,
    Refused, Request, Say,
};

pub const SALES: QueueId = QueueId(1);
pub const SERVICE: QueueId = QueueId(2);
pub const ANN: AgentId = AgentId(1);
pub const BEN: AgentId = AgentId(2);
pub const CAI: AgentId = AgentId(3);
pub const GREETING: &str = "Welcome. Press 1 for sales, 2 for service.";

/// Ann and Ben serve sales, Cai serves service; their phones are 101, 102, 103.
pub fn configuration() -> Configuration {
    let agent = |id: AgentId, name: &str| Agent::new(id, name, PhoneId(100 + id.0));
    let queue = |id, name: &str, agents: &[AgentId]| Queue {
        agents: agents.to_vec(),
        max_waiting: 3,
        ..Queue::new(id, name)
    };
    let choice = |label, queue| Choice {
        digit: key(label),
        target: Target::Queue(queue),
        business_type: None,
    };
    Configuration {
        agents: vec![agent(ANN, "Ann"), agent(BEN, "Ben"), agent(CAI, "Cai")],
        queues: vec![
            queue(SALES, "sales", &[ANN, BEN]),
            queue(SERVICE, "service", &[CAI]),
        ],
        menus: vec![Menu {
            id: MenuId(1),
            name: "main".into(),
            language: Language::En,
            greeting: GREETING.into(),
            choices: vec![choice('1', SALES), choice('2', SERVICE)],
            input_s: 6,
            attempts: 3,
            otherwise: None,
        }],
        ..Configuration::default()
    }
}

/// So many agents, all of them in sales, which is otherwise as it comes.
pub fn crowd(agents: u32) -> Configuration {
    let mut crowd = configuration();
    let agent = |id| Agent::new(AgentId(id), &format!("agent {id}"), PhoneId(100 + id));
    crowd.agents = (1..=agents).map(agent).collect();
    crowd.queues[0].agents = crowd.agents.iter().map(|a| a.id).collect();
    crowd.queues[0].max_waiting = 50;
    crowd.queues[1].agents.clear();
    crowd
}

/// The account of an agent.
pub fn person(agent: AgentId, account: &str, role: &str) -> Person {
    Person {
        agent,
        account: account.into(),
        role: role.into(),
        groups: Vec::new(),
    }
}

pub fn key(label: char) -> Digit {
    Digit::new(label).expect("a key")
}

pub fn number_of(text: &str) -> Number {
    Number::parse(text).expect("a number")
}

pub const fn phone_of(agent: AgentId) -> Device {
    Device::Phone(PhoneId(100 + agent.0))
}

/// What a leg hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub playback: PlaybackId,
    pub say: Vec<Say>,
    pub repeat: bool,
}

pub struct Scene {
    pub centre: CallCentre,
    pub now: Moment,
    pub facts: Vec<Fact>,
    pub records: BTreeMap<u64, CallRecord>,
    /// What each leg hears at the moment, if not another leg.
    pub hears: BTreeMap<LegId, Heard>,
    /// What legs were told beside whom they heard.
    pub told: Vec<(LegId, Vec<Say>)>,
    /// Whom each leg hears.
    pub ears: BTreeMap<LegId, Vec<Ear>>,
    /// Who is recorded beside the customer.
    pub tracks: (Option<LegId>, Option<LegId>),
    /// Who shares the last track.
    pub also: Vec<LegId>,
    /// Whether what is said is recorded.
    pub is_kept: bool,
    /// Phones that ring or are in a call, and their leg.
    pub phones: BTreeMap<PhoneId, LegId>,
    pub answered: Vec<LegId>,
    /// Phones whose transfer key led to nothing.
    pub not_transferred: Vec<LegId>,
    /// PINs that are to be checked.
    pub pins: Vec<(AgentId, String)>,
    /// Numbers dialled on lines.
    pub dialled: Vec<(LegId, Device, Number)>,
    /// Releases asked for, with the cause.
    pub releases: Vec<(LegId, Cause)>,
    /// Whether doors tell `Released` as soon as they are asked.
    pub doors_obey: bool,
    pub invariants: Invariants,
    configuration: Configuration,
    /// All facts as they are stored.
    pub stored: String,
    /// A second centre that only reads the facts.
    replayed: CallCentre,
    projection: Records,
    doors: LegIds,
    boot: u64,
}

impl Scene {
    /// Configured, every line and phone in service, nobody signed in.
    pub fn new() -> Self {
        Self::with(configuration())
    }

    pub fn with(configuration: Configuration) -> Self {
        configuration
            .check()
            .expect("the scene is configured as allowed");
        let mut scene = Self {
            centre: CallCentre::new(),
            now: Moment {
                mono_ms: 5_000,
                wall_ms: 1_764_000_000_000,
            },
            facts: vec![],
            records: BTreeMap::new(),
            hears: BTreeMap::new(),
            told: vec![],
            ears: BTreeMap::new(),
            tracks: (None, None),
            also: vec![],
            is_kept: false,
            phones: BTreeMap::new(),
            answered: vec![],
            not_transferred: vec![],
            pins: vec![],
            dialled: vec![],
            releases: vec![],
            doors_obey: true,
            invariants: Invariants::new(),
            configuration: configuration.clone(),
            stored: String::new(),
            replayed: CallCentre::new(),
            projection: Records::new(),
            doors: LegIds::for_doors(0),
            boot: 0,
        };
        let agents: Vec<AgentId> = configuration.agents.iter().map(|a| a.id).collect();
        scene.start();
        scene.happens(Event::Configure(Box::new(configuration)));
        scene.lines_and_phones_in_service(&agents);
        scene
    }

    /// The same, with these agents signed in, a second apart.
    pub fn staffed(agents: &[AgentId]) -> Self {
        Self::staffed_with(configuration(), agents)
    }

    /// Configured so, with these agents signed in, a second apart.
    pub fn staffed_with(configuration: Configuration, agents: &[AgentId]) -> Self {
        let mut scene = Self::with(configuration);
        for agent in agents {
            scene.signs_in(*agent);
            scene.pass_s(1);
        }
        scene
    }

    pub fn lines_and_phones_in_service(&mut self, agents: &[AgentId]) {
        for line in 0..4 {
            self.door(Door::InService {
                device: Device::Line(LineId(line)),
            });
        }
        for agent in agents {
            self.door(Door::InService {
                device: phone_of(*agent),
            });
        }
    }

    /// The program starts, or starts again.
    pub fn start(&mut self) {
        self.start_after(None);
    }

    /// The program starts again; somebody noted when it was alive last.
    pub fn start_after(&mut self, last_alive: Option<Moment>) {
        self.boot += 1;
        let boot = self.boot;
        self.happens(Event::Started { boot, last_alive });
    }

    /// Whatever the doors had is gone with the program.
    pub fn forget_legs(&mut self) {
        self.hears.clear();
        self.ears.clear();
        self.phones.clear();
        self.releases.clear();
    }

    // --- time

    pub fn pass_s(&mut self, seconds: u64) {
        self.pass_ms(seconds * 1000);
    }

    /// Lets time pass; the centre is called whenever it asked to be.
    pub fn pass_ms(&mut self, ms: u64) {
        let until = self.now.plus_ms(ms);
        while let Some(due) = self
            .centre
            .poll_timeout()
            .filter(|due| until.has_reached(*due))
        {
            self.now = self.now.plus_ms(due.since_ms(self.now));
            let facts = self.facts.len();
            self.happens(Event::Timeout);
            assert!(
                self.facts.len() > facts,
                "a timer ran out and nothing came of it"
            );
        }
        self.now = self.now.plus_ms(until.since_ms(self.now));
    }

    // --- what can happen

    pub fn happens(&mut self, event: Event) {
        self.tries(event).expect("not refused");
    }

    /// Every event of every story goes through here and is followed by every check there is.
    pub fn tries(&mut self, event: Event) -> Result<(), Refused> {
        let before = self.centre.clone();
        let outcome = match self.centre.handle(self.now, event) {
            Ok(outcome) => outcome,
            Err(refused) => {
                assert!(self.centre == before, "refused, so nothing has changed");
                return Err(refused);
            }
        };
        for fact in &outcome.facts {
            if let Some(record) = self.projection.apply(fact) {
                check_conservation(record);
                self.records.insert(record.call.0, record.clone());
            }
        }
        let view = self.centre.view();
        self.invariants
            .check(self.now, &outcome, &view)
            .unwrap_or_else(|broken| panic!("{broken}\nafter {:#?}", outcome.facts));
        self.check_replay(&outcome.facts);
        self.facts.extend(outcome.facts);
        let mut told = vec![];
        for action in outcome.actions {
            told.extend(self.carry_out(action));
        }
        for event in told {
            self.door(event);
        }
        Ok(())
    }

    /// Whoever reads the facts as they are stored comes to the same state.
    fn check_replay(&mut self, facts: &[Fact]) {
        for fact in facts {
            let stored = serde_json::to_string(fact).expect("every fact can be written");
            let read: Fact = serde_json::from_str(&stored).expect("what was written can be read");
            self.replayed.replay([&read]);
            self.stored.push_str(&stored);
            self.stored.push('\n');
        }
        assert!(
            self.replayed == self.centre,
            "the facts do not lead to the state: {facts:#?}"
        );
        // Who only read the facts looks at everything there is, and finds nothing left undone.
        let mut reader = self.replayed.clone();
        let more = reader.handle(self.now, Event::Timeout).expect("no request");
        assert!(
            more.facts.is_empty(),
            "left undone after {facts:#?}: {:#?}",
            more.facts
        );
    }

    fn carry_out(&mut self, action: Action) -> Option<Door> {
        match action {
            Action::Door(Command::Answer { leg }) => self.answered.push(leg),
            Action::Door(Command::Ring {
                leg,
                device: Device::Phone(phone),
                ..
            }) => {
                self.phones.insert(phone, leg);
                return Some(Door::Alerting { leg });
            }
            Action::Door(Command::Ring {
                device: Device::Line(_),
                ..
            }) => {}
            Action::Door(Command::Release { leg, cause }) => {
                self.releases.push((leg, cause));
                return self.doors_obey.then(|| self.leg_over(leg, cause));
            }
            Action::Door(Command::RefuseTransfer { leg }) => self.not_transferred.push(leg),
            Action::Door(Command::Hear { leg, from }) => {
                self.ears.insert(leg, from);
            }
            Action::Door(Command::Dial {
                leg,
                device,
                number,
                ..
            }) => self.dialled.push((leg, device, number)),
            Action::Play {
                leg,
                playback,
                say,
                repeat,
                over,
            } => {
                if over {
                    self.told.push((leg, say));
                    return None;
                }
                self.hears.insert(
                    leg,
                    Heard {
                        playback,
                        say,
                        repeat,
                    },
                );
            }
            Action::StopPlayback { leg } => {
                self.hears.remove(&leg);
            }
            Action::RetargetRecording {
                agent,
                supervisor,
                also,
                ..
            } => (self.tracks, self.also) = ((agent, supervisor), also),
            Action::PauseRecording { .. } => self.is_kept = false,
            Action::StartRecording { agent, .. } => {
                (self.tracks, self.is_kept) = ((agent, None), true);
                self.also.clear();
            }
            Action::ResumeRecording { .. } => self.is_kept = true,
            Action::StopRecording { .. } => self.is_kept = false,
            Action::KeepSound { .. } => {}
            Action::CheckPin { agent, pin, .. } => {
                self.pins.push((agent, pin.digits().to_owned()));
            }
        }
        None
    }

    fn leg_over(&mut self, leg: LegId, cause: Cause) -> Door {
        self.ears.remove(&leg);
        for from in self.ears.values_mut() {
            from.retain(|heard| heard.leg != leg);
        }
        self.hears.remove(&leg);
        self.phones.retain(|_, l| *l != leg);
        Door::Released { leg, cause }
    }

    pub fn door(&mut self, event: Door) {
        self.happens(Event::Door(event));
    }

    pub fn asks(&mut self, request: Request) {
        self.happens(Event::Request(request));
    }

    // --- a phone that calls

    /// A number is dialled on a phone of ours.
    pub fn phone_dials(&mut self, phone: PhoneId, number: &str) -> LegId {
        let leg = self.doors.take();
        self.door(Door::Offered {
            leg,
            device: Device::Phone(phone),
            caller: CallerId::known(number_of(&phone.0.to_string())),
            called: Some(number_of(number)),
        });
        leg
    }

    /// The telephone of the person whom we call rings.
    pub fn alerts(&mut self, leg: LegId) {
        self.door(Door::Alerting { leg });
    }

    pub fn answers_outside(&mut self, leg: LegId) {
        self.door(Door::Answered { leg });
    }

    // --- the customer

    pub fn customer_calls(&mut self, line: u16) -> LegId {
        self.customer_calls_from(line, "13800138000")
    }

    pub fn customer_calls_from(&mut self, line: u16, number: &str) -> LegId {
        let leg = self.doors.take();
        let caller = CallerId::known(number_of(number));
        let device = Device::Line(LineId(line));
        self.door(Door::Offered {
            leg,
            device,
            caller,
            called: None,
        });
        leg
    }

    /// Calls from this number and chooses sales.
    pub fn sales_is_wanted_by(&mut self, line: u16, number: &str) -> LegId {
        let leg = self.customer_calls_from(line, number);
        self.presses(leg, '1');
        leg
    }

    /// Calls and chooses sales, two seconds into the greeting.
    pub fn customer_wants_sales(&mut self, line: u16) -> LegId {
        let leg = self.customer_calls(line);
        self.pass_s(2);
        self.presses(leg, '1');
        leg
    }

    pub fn presses(&mut self, leg: LegId, label: char) {
        let digit = key(label);
        self.door(Door::Digit {
            leg,
            digit,
            duration_ms: 80,
        });
    }

    /// Presses keys, one after the other.
    pub fn keys(&mut self, leg: LegId, keys: &str) {
        for key in keys.chars() {
            self.presses(leg, key);
        }
    }

    /// Listens until what is played has ended.
    pub fn hears_it_out(&mut self, leg: LegId) {
        self.pass_s(4);
        let heard = self.hears.remove(&leg).expect("something is played");
        assert!(!heard.repeat, "{heard:?} never ends");
        self.happens(Event::PlaybackEnded(heard.playback));
    }

    pub fn hangs_up(&mut self, leg: LegId) {
        self.goes_with(leg, Cause::NORMAL_CLEARING);
    }

    pub fn goes_with(&mut self, leg: LegId, cause: Cause) {
        let told = self.leg_over(leg, cause);
        self.door(told);
    }

    // --- the agent

    pub fn signs_in(&mut self, agent: AgentId) {
        self.asks(Request::SignIn { agent });
    }

    pub fn not_ready(&mut self, agent: AgentId) {
        self.asks(Request::NotReady {
            agent,
            reason: "lunch".into(),
        });
    }

    pub fn ready(&mut self, agent: AgentId) {
        self.asks(Request::Ready { agent });
    }

    /// Agents whose phones ring.
    pub fn ringing(&self) -> Vec<AgentId> {
        let view = self.centre.view();
        let rings = view
            .agents
            .iter()
            .filter(|a| a.state == AgentState::Offering);
        rings.map(|a| a.agent).collect()
    }

    /// The only agent whose phone rings answers, talks for so long, and the caller hangs up.
    pub fn a_call_is_served(&mut self, caller: LegId, talk_s: u64) -> AgentId {
        let ringing = self.ringing();
        let [agent] = ringing.as_slice() else {
            panic!("rung are {ringing:?}")
        };
        self.answers(*agent);
        self.pass_s(talk_s);
        self.hangs_up(caller);
        *agent
    }

    /// The administrator changes something.
    pub fn changes(&mut self, change: impl FnOnce(&mut Configuration)) {
        change(&mut self.configuration);
        self.configuration.check().expect("allowed");
        self.happens(Event::Configure(Box::new(self.configuration.clone())));
    }

    /// The leg of the agent's phone, which rings or is in a call.
    pub fn phone(&self, agent: AgentId) -> LegId {
        let phone = PhoneId(100 + agent.0);
        *self
            .phones
            .get(&phone)
            .unwrap_or_else(|| panic!("the phone of {agent:?} is silent"))
    }

    pub fn rings(&self, agent: AgentId) -> bool {
        self.state(agent) == AgentState::Offering
    }

    pub fn answers(&mut self, agent: AgentId) -> LegId {
        let leg = self.phone(agent);
        self.door(Door::Answered { leg });
        leg
    }

    pub fn state(&self, agent: AgentId) -> AgentState {
        self.centre
            .view()
            .agents
            .iter()
            .find(|a| a.agent == agent)
            .expect("configured")
            .state
    }

    pub fn reason(&self, agent: AgentId) -> Option<String> {
        let view = self.centre.view();
        view.agents
            .iter()
            .find(|a| a.agent == agent)
            .expect("configured")
            .reason
            .clone()
    }
}

/// A call that has ended spent all its time in phases, and none twice.
fn check_conservation(record: &CallRecord) {
    let phases = record.ring_ms + record.ivr_ms + record.wait_ms + record.talk_ms;
    let phases = phases + record.hold_ms + record.closing_ms;
    if let Some(ended) = record.ended_at {
        assert_eq!(phases, ended.since_ms(record.offered_at), "{record:#?}");
    }
}

/// Whether the words contain the prompt.
pub fn is_told(ear: &str, prompt: Prompt) -> bool {
    ear.contains(&format!("{prompt:?}"))
}
