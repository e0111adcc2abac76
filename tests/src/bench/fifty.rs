//! The bench `fifty`: a full house. Fifty phones of agents and fifty of callers, all of them sipp;
//! callers dial the queue, hear the menu, wait, talk; calls are given on, and a supervisor listens.
//! On the wall clock.

mod invites;
mod kernel;
mod peers;
mod reload;
mod sums;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use hotline::config::{Config, Media};
use hotline::store::Today;
use hotline_dsp::g711::Law;
use hotline_services::route::{InboundRoute, RouteId, Target as Leads};
use hotline_services::{
    AgentId, AgentState, CallRecord, Destination, EndOutcome, Fact, InCall, Pattern, Request,
    Supervise, SuperviseMode, Supervisor,
};
use hotline_world::exchange::LineSettings;

use super::figure::{Figure, Target};
use super::process::Machine;
use super::progress::Progress;
use crate::office::{Office, OfficeSettings, Seat, wait_until};
use crate::voice;
use invites::{arrivals, decisions};
use peers::Desk;
use reload::Reload;

/// The name on the command line.
pub const NAME: &str = "fifty";

/// Agents' phones, one of them a supervisor's; callers' phones.
const SEATS: usize = 50;
/// What callers dial.
const NUMBER: &str = "800";
/// Ringing, menu, talk and the notes of a call take so long on average: it tells how many calls fit.
const CALL_S: usize = 50;
/// How often somebody gives a call on, and how often the supervisor goes elsewhere.
const STIR: Duration = Duration::from_secs(5);
/// After the last call began all have hung up by then.
const LEAVING_S: u64 = 120;

/// Runs for about so many minutes; the figures.
///
/// # Errors
/// The office does not open, a phone cannot register, or something could not be measured.
pub fn run(minutes: u32) -> Result<Vec<Figure>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (data, desk) = (folder.path().join("box"), folder.path().join("phones"));
    for folder in [&data, &desk] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let office = open(&data)?;
    let outcome = live(&office, &desk, minutes as usize);
    office.close();
    outcome
}

fn extensions(first: usize) -> Vec<String> {
    (first..first + SEATS).map(|n| n.to_string()).collect()
}

fn open(data: &Path) -> Result<Office, String> {
    let seat = |extension: String| Seat {
        name: format!("Agent {extension}"),
        extension,
        phone: None,
    };
    let seats = extensions(200).into_iter().map(seat).collect();
    let office = Office::open(OfficeSettings {
        realtime_priority: Media::default().realtime_priority,
        wrapup_s: 5,
        // sipp takes no blanks.
        password: "fifty-phones-and-fifty".to_owned(),
        ..OfficeSettings::for_test(data, LineSettings::china(), seats)
    })?;
    office.wait_for(equip(&office))?;
    Ok(office)
}

/// The callers' phones, and the number they dial.
async fn equip(office: &Office) -> Result<(), String> {
    let store = &office.running.store;
    for extension in extensions(300) {
        let added = store
            .add_phone_with(&extension, &extension, &office.password)
            .await;
        added.map_err(|error| error.to_string())?;
    }
    let mut configuration = store.configuration().borrow().as_ref().clone();
    let menu = configuration.menus.first().ok_or("there is no menu")?.id;
    configuration.dial_plan.inbound.push(InboundRoute {
        id: RouteId(1),
        name: "everybody".to_owned(),
        is_enabled: true,
        dialled: vec![Pattern::parse(NUMBER)?],
        lines: Vec::new(),
        trunk_groups: Vec::new(),
        callers: Vec::new(),
        schedule: None,
        target: Leads::Menu(menu),
        closed: None,
    });
    configuration.check().map_err(|error| error.to_string())?;
    let author = hotline::store::Author::default();
    let saved = store
        .save_configuration(configuration.clone(), author)
        .await;
    saved.map_err(|error| error.to_string())?;
    let told = office.running.control.configure(configuration).await;
    told.map_err(|error| error.to_string())
}

fn live(office: &Office, folder: &Path, minutes: usize) -> Result<Vec<Figure>, String> {
    let desk = Desk {
        folder,
        server: office.sip(),
        password: &office.password,
    };
    let mut agents = desk.agents(&extensions(200))?;
    if !office.wait_for_idle(SEATS) {
        return Err(format!("only {} agents became idle", office.idle_agents()));
    }
    let supervisor = *office.agents.last().ok_or("there are no agents")?;
    office.ask(Request::NotReady {
        agent: supervisor,
        reason: "supervises".to_owned(),
    })?;
    let rtp = Config::default().rtp;
    let ports = (rtp.first_port..=rtp.last_port).chain(agents.rtp.iter().copied());
    let mut kernel = kernel::Drops::of(ports);
    let machine = Machine::now()?;
    let calls = SEATS * minutes * 60 / CALL_S;
    let mut callers = desk.callers(&extensions(300), calls, &speech(folder)?)?;
    let mut stir = Stir::new(office, supervisor);
    let mut reload = Reload::new(office);
    let mut progress = Progress::new(NAME);
    let until = Instant::now() + Duration::from_secs(60) * minutes as u32;
    let latest = until + Duration::from_secs(LEAVING_S);
    while !callers.are_done() {
        if Instant::now() > latest {
            return Err("the callers did not end in time".to_owned());
        }
        if !agents.are_there() {
            return Err("a sipp of the agents has ended; does it take the scenario?".to_owned());
        }
        stir.look();
        reload.look()?;
        kernel.look()?;
        let left = until.saturating_duration_since(Instant::now());
        progress.show(left, || match callers.counts() {
            Ok((begun, failed)) => format!("{begun} of {calls} calls begun, {failed} failed"),
            Err(_) => "the callers begin".to_owned(),
        });
        // The pace of the looks.
        std::thread::sleep(Duration::from_millis(200));
    }
    let (begun, failed) = callers.counts()?;
    let is_over = || office.running.control.live().borrow().view.calls.is_empty();
    if !wait_until(30, is_over) {
        return Err("calls are left that nobody is in".to_owned());
    }
    let records = wait_for_records(office, begun)?;
    let measured = Measured {
        begun,
        failed: failed + not_served(&records),
        transfers: stir.transfers,
        supervised: stir.supervised,
        reloads: reload.times,
        longest_reload: reload.longest,
        lost: kernel.dropped(),
        others: Machine::now()?.others_percent_since(&machine),
        facts: all_facts(office)?,
        today: today(office)?,
        records,
    };
    measured.figures(office, &arrivals(&agents.messages)?)
}

/// Something for callers to say, as A-law.
fn speech(folder: &Path) -> Result<Vec<u8>, String> {
    let (text, language) = voice::AGENTS[0];
    let said = voice::speak(folder, text, language)?;
    let mut codes = vec![0; said.len()];
    Law::A.encode_all(&said, &mut codes);
    Ok(codes)
}

fn today(office: &Office) -> Result<Today, String> {
    let today = office.wait_for(office.running.store.today());
    today.map_err(|error| error.to_string())
}

fn all_facts(office: &Office) -> Result<Vec<Fact>, String> {
    const PAGE: u32 = 10_000;
    let mut facts = Vec::<Fact>::new();
    loop {
        let last = facts.last().map_or(0, |fact| fact.seq);
        let page = office.wait_for(office.running.store.facts_after(last, PAGE));
        let page = page.map_err(|error| error.to_string())?;
        if page.is_empty() {
            return Ok(facts);
        }
        facts.extend(page);
    }
}

/// All records, once they are whole.
fn wait_for_records(office: &Office, begun: u64) -> Result<Vec<CallRecord>, String> {
    let mut records = Vec::new();
    let is_whole = || {
        records = office.all_records().unwrap_or_default();
        records.len() as u64 >= begun && records.iter().all(|record| record.ended_at.is_some())
    };
    if wait_until(20, is_whole) {
        Ok(records)
    } else {
        Err("the records of the calls are not whole".to_owned())
    }
}

fn not_served(records: &[CallRecord]) -> u64 {
    let failed = |record: &&CallRecord| record.outcome != Some(EndOutcome::Served);
    let failed = records.iter().filter(failed);
    failed
        .inspect(|record| {
            let (call, outcome, cause) = (record.call.0, record.outcome, record.cause);
            eprintln!("{NAME}: call {call} ended with {outcome:?}, {cause:?}");
        })
        .count() as u64
}

/// Gives calls on and lets the supervisor listen.
struct Stir<'a> {
    office: &'a Office,
    supervisor: AgentId,
    next: Instant,
    turns: u64,
    transfers: u64,
    supervised: u64,
}

impl<'a> Stir<'a> {
    fn new(office: &'a Office, supervisor: AgentId) -> Self {
        Self {
            office,
            supervisor,
            next: Instant::now() + STIR,
            turns: 0,
            transfers: 0,
            supervised: 0,
        }
    }

    fn look(&mut self) {
        if Instant::now() < self.next {
            return;
        }
        self.next += STIR;
        self.turns += 1;
        let in_state = |state: AgentState| -> Vec<AgentId> {
            let live = self.office.running.control.live();
            let live = live.borrow();
            let agents = live.view.agents.iter().filter(|agent| agent.state == state);
            agents.map(|agent| agent.agent).collect()
        };
        let (talking, idle) = (in_state(AgentState::Talking), in_state(AgentState::Idle));
        let place = self.turns as usize % talking.len().max(1);
        let Some(agent) = talking.get(place).copied() else {
            return;
        };
        // Between look and question a call may end: what cannot be done then is not counted.
        if self.turns.is_multiple_of(2) {
            let Some(other) = idle.first() else { return };
            let what = InCall::Transfer {
                to: Destination::Agent(*other),
            };
            let asked = self.office.ask(Request::InCall { agent, what });
            self.transfers += u64::from(asked.is_ok());
        } else {
            self.supervise(agent);
        }
    }

    fn supervise(&mut self, agent: AgentId) {
        let by = || Supervisor {
            account: "supervisor".to_owned(),
            role: "administrator".to_owned(),
            groups: Vec::new(),
            agent: Some(self.supervisor),
        };
        let over = self
            .office
            .running
            .control
            .live()
            .borrow()
            .view
            .calls
            .iter()
            .find_map(|call| {
                let there = call.supervision.as_ref()?;
                Some(there.over)
            });
        if let Some(agent) = over {
            let (by, what) = (by(), Supervise::End);
            // The call may have ended meanwhile, and with it what is to be ended.
            let _ = self.office.ask(Request::Supervise { by, agent, what });
            return;
        }
        let mode = match self.turns % 3 {
            0 => SuperviseMode::Listen,
            1 => SuperviseMode::Whisper,
            _ => SuperviseMode::Barge,
        };
        let (by, what) = (by(), Supervise::Begin { mode });
        let asked = self.office.ask(Request::Supervise { by, agent, what });
        self.supervised += u64::from(asked.is_ok());
    }
}

/// All there is to tell.
struct Measured {
    begun: u64,
    failed: u64,
    transfers: u64,
    supervised: u64,
    reloads: u64,
    longest_reload: Duration,
    lost: u64,
    others: f64,
    facts: Vec<Fact>,
    today: Today,
    records: Vec<CallRecord>,
}

impl Measured {
    fn figures(
        self,
        office: &Office,
        arrivals: &std::collections::BTreeMap<String, Vec<u64>>,
    ) -> Result<Vec<Figure>, String> {
        let sums = sums::of_records(&self.records);
        let differing = sums::differing(&self.today, &sums, &sums::of_queues(&self.facts))
            + u64::from(sums != sums::of_facts(&self.facts));
        let late = self.latencies(office, arrivals)?;
        let at = |share: f64| late[((late.len() - 1) as f64 * share) as usize];
        let net = office.running.net.figures();
        Ok(vec![
            Figure::told("calls begun", self.begun as f64, ""),
            Figure::told("calls failed", self.failed as f64, "").must_be(Target::Zero),
            Figure::told("calls given on", self.transfers as f64, ""),
            Figure::told("times a supervisor came", self.supervised as f64, ""),
            Figure::told("times something was set meanwhile", self.reloads as f64, ""),
            Figure::told(
                "until what was set is in force, at most",
                self.longest_reload.as_secs_f64() * 1000.0,
                "ms",
            )
            .must_be(Target::Below(1_000.0)),
            Figure::told("RTP packets received by the box", net.received as f64, ""),
            Figure::told("RTP packets sent by the box", net.sent as f64, ""),
            Figure::told(
                "RTP packets lost by their sequence numbers, or too late to be played",
                net.lost as f64,
                "",
            )
            .must_be(Target::Zero),
            Figure::told(
                "datagrams that the kernel, for box or agents, or the box had no room for",
                (self.lost + net.dropped) as f64,
                "",
            )
            .must_be(Target::Zero),
            Figure::told(
                "RTP gaps sent by the box (40 ms or more without a packet, wall clock)",
                net.send_gaps as f64,
                "",
            ),
            Figure::told(
                "statistics that are not the sum of the call records",
                differing as f64,
                "",
            )
            .must_be(Target::Zero),
            Figure::told("event to INVITE at the phone, p50", at(0.5), "ms"),
            Figure::told("event to INVITE at the phone, p99", at(0.99), "ms")
                .must_be(Target::Below(5.0)),
            Figure::told("event to INVITE at the phone, max", at(1.0), "ms"),
            Figure::told("INVITEs compared", late.len() as f64, ""),
            Figure::told(
                "of the machine used by others meanwhile (the phones among them)",
                self.others,
                "%",
            ),
        ])
    }

    /// From each decision to ring an agent to the INVITE at that phone, sorted, ms. The time of the
    /// event is told to the millisecond, so each may be almost 1 ms too long.
    fn latencies(
        &self,
        office: &Office,
        arrivals: &std::collections::BTreeMap<String, Vec<u64>>,
    ) -> Result<Vec<f64>, String> {
        let mut late = Vec::new();
        for (agent, decided) in decisions(&self.facts) {
            let place = office.agents.iter().position(|known| *known == agent);
            let extension = place.map(|place| (200 + place).to_string());
            let arrived = extension.and_then(|extension| arrivals.get(&extension));
            let arrived = arrived.map_or(&[][..], Vec::as_slice);
            if arrived.len() != decided.len() {
                return Err(format!(
                    "agent {} was rung {} times, but got {} INVITEs",
                    agent.0,
                    decided.len(),
                    arrived.len()
                ));
            }
            let took = |(at, then): (&u64, &u64)| (*at as f64 - *then as f64 * 1000.0) / 1000.0;
            late.extend(arrived.iter().zip(&decided).map(took));
        }
        late.sort_by(f64::total_cmp);
        if late.is_empty() {
            return Err("nobody was rung".to_owned());
        }
        Ok(late)
    }
}
