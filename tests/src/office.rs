//! The whole machine on a desk: the real program, a card that is a model, a town behind it, and
//! phones of our own. On the wall clock.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use hotline::config::{Config, Http, Media, Sip};
use hotline::run::{Doors, Running, start};
use hotline::store::{CallFilter, RecordingRow, RecordingState};
use hotline_call::{CallId, CallerId, Number, PhoneId};
use hotline_drivers::card::Law;
use hotline_drivers::si3050::country::Country;
use hotline_drivers::tdm400p::{Settings, Tdm400p};
use hotline_services::{Agent, AgentId, CallRecord, Request};
use hotline_world::Town;
use hotline_world::card::{CardSettings, FaultSwitch, Pace, VirtualCard};
use hotline_world::exchange::LineSettings;
use hotline_world::phone::{Phone, PhoneSettings};

use crate::browser::Browser;
use crate::voice;

/// One agent and the phone on the desk.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The agent's name.
    pub name: String,
    /// The extension of the phone.
    pub extension: String,
    /// How the phone behaves; none: somebody else registers one.
    pub phone: Option<PhoneSettings>,
}

/// How an office is.
#[derive(Clone, Debug)]
pub struct OfficeSettings {
    /// The data directory.
    pub data: PathBuf,
    /// Where the pages are served.
    pub http: SocketAddr,
    /// Where phones register.
    pub sip: SocketAddr,
    /// The password of every phone, and of the administrator.
    pub password: String,
    /// How the lines are.
    pub line: LineSettings,
    /// Of all that is random.
    pub seed: u64,
    /// Time for notes after a call.
    pub wrapup_s: u32,
    /// SCHED_FIFO priority of the tick, with which the card's model runs too; 0: an ordinary thread.
    pub realtime_priority: u8,
    /// Who takes calls.
    pub seats: Vec<Seat>,
}

impl OfficeSettings {
    /// For a test: on the loopback, any ports, no time for notes, no priority.
    #[must_use]
    pub fn for_test(data: &Path, line: LineSettings, seats: Vec<Seat>) -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            data: data.to_owned(),
            http: any,
            sip: any,
            password: "correct horse battery".to_owned(),
            line,
            seed: 1,
            wrapup_s: 0,
            realtime_priority: 0,
            seats,
        }
    }
}

/// The office at work.
pub struct Office {
    /// The program.
    pub running: Running,
    /// The town on the other side of the lines.
    pub town: Town,
    /// The switch for faults of the card.
    pub faults: FaultSwitch,
    /// The phones, by seat.
    pub phones: Vec<Option<Phone>>,
    /// The agents, by seat.
    pub agents: Vec<AgentId>,
    /// The password of every phone, and of the administrator.
    pub password: String,
    /// The greeting callers hear, as sound.
    pub greeting: std::sync::Arc<[i16]>,
    web: Browser,
    runtime: tokio::runtime::Runtime,
}

impl Office {
    /// Opens: the card is brought up, the program started, agents signed in, phones registered.
    ///
    /// # Errors
    /// What went wrong, in words.
    pub fn open(settings: OfficeSettings) -> Result<Self, String> {
        let town = Town::new(&settings.line, settings.seed);
        let pace = Pace::Wall;
        let model = VirtualCard::new(
            CardSettings {
                pace,
                ..Default::default()
            },
            town.clone(),
        );
        let faults = model.faults();
        let wires = Settings {
            law: Law::A,
            country: &Country::CHINA,
            ..Default::default()
        };
        let card = Tdm400p::bring_up(model, wires).map_err(|error| error.to_string())?;
        let config = config(&settings);
        let running = start(
            &config,
            Doors {
                card: Some(Box::new(card)),
            },
        )
        .map_err(|error| with_causes(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let agents = runtime.block_on(staff(&running, &settings))?;
        let mut phones = Vec::new();
        let server = hotline::run::reachable(running.sip);
        for seat in &settings.seats {
            phones.push(match &seat.phone {
                Some(behaviour) => {
                    let (user, word) = (&seat.extension, &settings.password);
                    Some(Phone::register(server, user, word, behaviour.clone())?)
                }
                None => None,
            });
        }
        let greeting = greeting(&running, &settings.data)?;
        let web = Browser::sign_in(hotline::run::reachable(running.web), &settings.password)?;
        Ok(Self {
            running,
            town,
            faults,
            phones,
            agents,
            password: settings.password,
            greeting,
            web,
            runtime,
        })
    }

    /// Where phones register, for people on the network.
    #[must_use]
    pub fn sip(&self) -> SocketAddr {
        hotline::run::reachable(self.running.sip)
    }

    /// Where the pages are, for people on the network.
    #[must_use]
    pub fn web(&self) -> SocketAddr {
        hotline::run::reachable(self.running.web)
    }

    /// The records of all calls, newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn records(&self) -> Result<Vec<CallRecord>, String> {
        let asked = self.running.store.calls(Default::default(), 1000);
        let (records, _) = self
            .runtime
            .block_on(asked)
            .map_err(|error| error.to_string())?;
        Ok(records)
    }

    /// The records of all calls, however many, newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn all_records(&self) -> Result<Vec<CallRecord>, String> {
        const PAGE: u32 = 1000;
        let mut all = Vec::<CallRecord>::new();
        loop {
            let filter = CallFilter {
                before: all.last().map(|record| record.call.0),
                ..CallFilter::default()
            };
            let asked = self.running.store.calls(filter, PAGE);
            let (page, _) = self.wait_for(asked).map_err(|error| error.to_string())?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    /// Asks the centre for something.
    ///
    /// # Errors
    /// It is refused.
    pub fn ask(&self, request: Request) -> Result<(), String> {
        let asked = self.wait_for(self.running.control.request(request));
        asked.map_err(|error| error.to_string())
    }

    /// The recording of a call as a browser gets it: both channels, customer first.
    ///
    /// # Errors
    /// There is not exactly one, it is not complete, or it cannot be fetched or read.
    pub fn recording(&self, call: CallId) -> Result<[Vec<i16>; 2], String> {
        let recordings = self.recordings(call)?;
        <[_; 1]>::try_from(recordings)
            .map(|[only]| only)
            .map_err(|all| format!("the call has {} recordings", all.len()))
    }

    /// All recordings of a call in order, one for each agent who talked; as [`Self::recording`].
    ///
    /// # Errors
    /// One is not complete, or cannot be fetched or read.
    pub fn recordings(&self, call: CallId) -> Result<Vec<[Vec<i16>; 2]>, String> {
        let store = &self.running.store;
        let rows = self
            .runtime
            .block_on(store.recordings_of(call))
            .map_err(|error| error.to_string())?;
        rows.iter().map(|row| self.sound(row)).collect()
    }

    /// All tracks of the only recording of a call: customer, agent, and a third voice if there was one.
    ///
    /// # Errors
    /// As for [`Self::recording`].
    pub fn tracks(&self, call: CallId) -> Result<Vec<Vec<i16>>, String> {
        let rows = self.wait_for(self.running.store.recordings_of(call));
        let rows = rows.map_err(|error| error.to_string())?;
        match rows.as_slice() {
            [only] => self.tracks_of(only),
            all => Err(format!("the call has {} recordings", all.len())),
        }
    }

    fn sound(&self, row: &RecordingRow) -> Result<[Vec<i16>; 2], String> {
        let mut tracks = self.tracks_of(row)?;
        tracks.truncate(2);
        <[_; 2]>::try_from(tracks)
            .map_err(|tracks| format!("the recording has {} tracks", tracks.len()))
    }

    fn tracks_of(&self, row: &RecordingRow) -> Result<Vec<Vec<i16>>, String> {
        if row.state != RecordingState::Complete {
            return Err(format!("the recording is {}", row.state.word()));
        }
        let octets = self.web.get(&format!("/api/recordings/{}.wav", row.id.0))?;
        let (channels, samples) = voice::wav_of(&octets)?;
        let tracks = 0..channels;
        Ok(tracks
            .map(|track| voice::channel(&samples, channels, track.into()))
            .collect())
    }

    /// Waits for something of the program.
    pub fn wait_for<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// How many agents could take a call now.
    #[must_use]
    pub fn idle_agents(&self) -> usize {
        let live = self.running.control.live();
        let idle = hotline_services::AgentState::Idle;
        live.borrow()
            .view
            .agents
            .iter()
            .filter(|agent| agent.state == idle)
            .count()
    }

    /// Waits until so many agents could take a call; `false` when they could not within 10 s.
    #[must_use]
    pub fn wait_for_idle(&self, agents: usize) -> bool {
        wait_until(10, || self.idle_agents() >= agents)
    }

    /// Phones off, then the program.
    pub fn close(self) {
        drop(self.phones);
        self.running.stop();
    }
}

/// Polls a condition, 20 times a second.
#[must_use]
pub fn wait_until(seconds: u64, mut condition: impl FnMut() -> bool) -> bool {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(seconds);
    loop {
        if condition() {
            return true;
        }
        if std::time::Instant::now() > until {
            return false;
        }
        // The pace of the poll.
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// A caller who shows this number.
///
/// # Panics
/// When it is no number.
#[must_use]
pub fn caller(number: &str) -> CallerId {
    CallerId::known(Number::parse(number).expect("the numbers of tests are numbers"))
}

fn config(settings: &OfficeSettings) -> Config {
    let mut config = Config::default();
    config.paths.data.clone_from(&settings.data);
    config.http = Http {
        listen: settings.http,
    };
    config.sip = Sip {
        listen: settings.sip,
        ..Sip::default()
    };
    config.media = Media {
        realtime_priority: settings.realtime_priority,
    };
    config
}

/// The administrator, the phones, the agents and who serves which queue; whoever is there already
/// stays as they are.
async fn staff(running: &Running, settings: &OfficeSettings) -> Result<Vec<AgentId>, String> {
    let store = &running.store;
    let word = &settings.password;
    if let Some(code) = &running.setup_code {
        store
            .set_up(code, "admin", word)
            .await
            .map_err(|error| error.to_string())?;
    }
    let mut configuration = store.configuration().borrow().as_ref().clone();
    let mut agents = Vec::new();
    for seat in &settings.seats {
        let known = phone_of(running, &seat.extension);
        let phone = match known {
            Some(phone) => phone,
            None => {
                let added = store
                    .add_phone_with(&seat.extension, &seat.name, word)
                    .await;
                added.map_err(|error| error.to_string())?.id
            }
        };
        if let Some(agent) = configuration
            .agents
            .iter()
            .find(|agent| agent.phone == phone)
        {
            agents.push(agent.id);
            continue;
        }
        let id = AgentId(
            configuration
                .agents
                .iter()
                .map(|a| a.id.0)
                .max()
                .unwrap_or(0)
                + 1,
        );
        configuration.agents.push(Agent::new(id, &seat.name, phone));
        for queue in &mut configuration.queues {
            queue.agents.push(id);
        }
        agents.push(id);
    }
    for queue in &mut configuration.queues {
        queue.wrapup_s = settings.wrapup_s;
    }
    configuration.check().map_err(|error| error.to_string())?;
    let saved = store
        .save_configuration(configuration.clone(), hotline::store::Author::default())
        .await;
    saved.map_err(|error| error.to_string())?;
    running
        .control
        .configure(configuration)
        .await
        .map_err(|error| error.to_string())?;
    for agent in &agents {
        let asked = running
            .control
            .request(Request::SignIn { agent: *agent })
            .await;
        asked.map_err(|error| error.to_string())?;
    }
    Ok(agents)
}

fn phone_of(running: &Running, extension: &str) -> Option<PhoneId> {
    let phones = running.store.phones();
    let known = phones.borrow();
    known
        .iter()
        .find(|phone| phone.extension == extension)
        .map(|phone| phone.id)
}

fn greeting(running: &Running, data: &Path) -> Result<std::sync::Arc<[i16]>, String> {
    let configuration = running.store.configuration().borrow().clone();
    let menu = configuration.menus.first().ok_or("there is no menu")?;
    voice::speak(&data.join("prompts"), &menu.greeting, menu.language)
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
