//! The door under test, with the ends of the rings that the tick would hold.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hotline::clock::Clock;
use hotline::media::{NetHandle, NetSettings, Rings, StreamSlot, TickEnds, start_net};
use hotline::phones::{Account, Accounts, Ha1, PhoneEvent, PhoneSettings, Phones, Registration};
use hotline_call::{CallerId, Cause, Device, Event, LegId, LegIds, Number, PhoneId};
use hotline_dsp::engine::{Channel, Command};
use tokio::sync::{mpsc, watch};

/// Line channels before the streams.
pub const LINES: u16 = 4;
pub const STREAMS: u16 = 8;
pub const PHONE: PhoneId = PhoneId(7);
pub const OTHER: PhoneId = PhoneId(8);
pub const LEG: LegId = LegId(1);
pub const REALM: &str = "hotline";
pub const PASSWORD: &str = "secret";
/// No step of a test takes as long by far; what does has failed.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Tests run side by side, in one process or in several, and need RTP ports of their own; a taken
/// port is passed over.
static NEXT_PORTS: AtomicU16 = AtomicU16::new(0);

fn ports() -> RangeInclusive<u16> {
    let process = u16::try_from(std::process::id() % 100).expect("below 100");
    let first = 12_000 + process * 200 + NEXT_PORTS.fetch_add(100, Ordering::Relaxed) % 10_000;
    first..=first + 98
}

pub struct Desk {
    pub phones: Phones,
    pub net: NetHandle,
    pub tick: TickEnds,
    pub accounts: watch::Sender<Arc<Accounts>>,
    events: mpsc::Receiver<PhoneEvent>,
}

fn account(phone: PhoneId, user: &str) -> Account {
    Account {
        phone,
        user: user.into(),
        ha1: Ha1::of(user, REALM, PASSWORD),
    }
}

impl Desk {
    pub async fn open() -> Self {
        Self::open_at(Ipv4Addr::LOCALHOST.into()).await
    }

    pub async fn open_at(ip: IpAddr) -> Self {
        let (rings, tick) = Rings::new();
        let settings = NetSettings {
            ip,
            ports: ports(),
            lines: LINES,
            streams: STREAMS,
            realtime_priority: 0,
        };
        let clock = Clock::start();
        let (net, _) = start_net(settings, rings.packets, rings.frames, clock).expect("RTP thread");
        let known = Accounts::new(vec![account(PHONE, "100"), account(OTHER, "101")]);
        let (accounts, known) = watch::channel(Arc::new(known));
        let (told, events) = mpsc::channel(64);
        let settings = PhoneSettings {
            listen: (ip, 0).into(),
            realm: REALM.into(),
            advertise: None,
            min_expires_s: 1,
            max_expires_s: 3600,
        };
        let phones = Phones::start(settings, known, rings.engine, net.clone(), told, clock);
        let phones = phones.await.expect("the door opens");
        phones.name_legs(Arc::new(Mutex::new(LegIds::for_doors(0))));
        Self {
            phones,
            net,
            tick,
            accounts,
            events,
        }
    }

    /// Rings the first phone on behalf of a known caller.
    pub fn ring(&self) -> StreamSlot {
        let caller = CallerId {
            name: Some("Zhang \"San\"".into()),
            ..CallerId::known(Number::parse("13800138000").expect("a number"))
        };
        let slot = self.net.allocate().expect("a stream");
        self.phones.ring(LEG, PHONE, caller, slot);
        slot
    }

    /// The next event.
    pub async fn event(&mut self) -> Event {
        self.event_within(PATIENCE).await
    }

    pub async fn event_within(&mut self, patience: Duration) -> Event {
        let event = tokio::time::timeout(patience, self.events.recv()).await;
        event
            .expect("an event in time")
            .expect("the door is open")
            .event
    }

    pub async fn expect(&mut self, event: Event) {
        assert_eq!(self.event().await, event);
    }

    pub async fn expect_released(&mut self, cause: Cause) {
        self.expect_released_leg(LEG, cause).await;
    }

    pub async fn expect_released_leg(&mut self, leg: LegId, cause: Cause) {
        self.expect(Event::Released { leg, cause }).await;
        assert_eq!(
            self.net.free_streams(),
            usize::from(STREAMS),
            "the stream is given back"
        );
    }

    pub async fn expect_in_service(&mut self) {
        self.expect(Event::InService {
            device: Device::Phone(PHONE),
        })
        .await;
    }

    pub async fn expect_out_of_service(&mut self) {
        self.expect(Event::OutOfService {
            device: Device::Phone(PHONE),
        })
        .await;
    }

    /// Nothing more has been told by now.
    pub fn nothing_was_told(&mut self) {
        assert!(self.events.try_recv().is_err(), "an event too many");
    }

    /// The engine's next command, of a channel.
    pub async fn command(&mut self) -> String {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some(command) = self.tick.commands.dequeue() {
                return shown(&command);
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "no command to the engine"
            );
            // The pace of the poll.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    pub fn registration(&self) -> Option<Registration> {
        self.phones.registrations().into_iter().next()
    }
}

fn shown(command: &Command) -> String {
    match command {
        Command::OpenStream {
            channel: Channel(_),
            law,
            event_payload_type,
        } => {
            format!("open {law:?} {event_payload_type:?}")
        }
        Command::PauseStream { paused, .. } => format!("pause {paused}"),
        Command::CloseStream { .. } => "close".into(),
        other => format!("{other:?}"),
    }
}
