//! RTP to RTP, with no line in between: two phones' audio on sockets, the program's RTP thread, its
//! tick on a timer, two streams that hear each other, and back. No signalling.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hotline::clock::Clock;
use hotline::media::tick::{TickCounters, TickSettings, start};
use hotline::media::{EngineHandle, NetHandle, NetSettings, Rings, start_net};
use hotline_drivers::card;
use hotline_dsp::engine::{
    Channel, Command, EchoSettings, EngineConfig, Law, Source, TonePlan, VoiceSettings,
};
use hotline_tests::voice;
use hotline_world::phone::{Media, Remote};

use crate::talk::{once, well_heard};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PHONES: u16 = 2;
/// On a clean path.
const MIN_CLEAN_SNR_DB: f64 = 20.0;
/// After the longest speech.
const REST: Duration = Duration::from_millis(500);

/// One phone speaks A-law, the other µ-law, so every sample is also coded anew.
#[test]
fn two_streams_hear_each_other_at_20_db_while_both_speak() -> Result<(), String> {
    let speeches = [
        voice::human("confbridge-lock-extended")?,
        voice::human("dir-instr")?,
    ];
    let box_media = BoxMedia::start()?;
    let open = |n: usize| Media::open(HERE, once(0, &speeches[n]), 30_000, n as u32 + 1);
    let (a, b) = (open(0), open(1));
    let mut phones = [a, b].map(|phone| phone.expect("a port is free"));
    let [first, second] = &mut phones;
    let a = box_media.connect(first, (Law::A, card::Law::A))?;
    let b = box_media.connect(second, (Law::Mu, card::Law::Mu))?;
    for (channel, other) in [(a, b), (b, a)] {
        let other = Source {
            channel: other,
            gain_db: 0,
        };
        let from = [other].into_iter().collect();
        box_media.engine.send(Command::Hear { channel, from });
    }
    let longest = speeches.iter().map(|speech| speech.len()).max();
    let lasts = Duration::from_millis(longest.unwrap_or(0) as u64 / 8);
    talk(&mut phones, lasts + REST);
    box_media.stop()?;

    for (n, who) in ["the A-law phone", "the µ-law phone"]
        .into_iter()
        .enumerate()
    {
        assert_eq!(phones[n].figures.lost, 0, "{who}: {:?}", phones[n].figures);
        let heard = well_heard(who, &speeches[1 - n], &phones[n].heard);
        assert!(
            heard.segmental_snr_db >= MIN_CLEAN_SNR_DB,
            "{who}: {heard:?}"
        );
    }
    Ok(())
}

/// The program's media side by itself: tick and RTP thread.
struct BoxMedia {
    engine: EngineHandle,
    net: NetHandle,
    stop: Arc<AtomicBool>,
    tick: JoinHandle<()>,
}

impl BoxMedia {
    fn start() -> Result<Self, String> {
        let (rings, ends) = Rings::new();
        let clock = Clock::start();
        let stop = Arc::new(AtomicBool::new(false));
        let settings = NetSettings {
            ip: HERE,
            ports: 20_000..=20_999,
            lines: 0,
            streams: PHONES,
            realtime_priority: 0,
        };
        let (net, _) = start_net(settings, rings.packets, rings.frames, clock)
            .map_err(|error| error.to_string())?;
        let beat = TickSettings {
            card: None,
            engine: EngineConfig {
                lines: 0,
                streams: PHONES,
                own_clock: 0,
                voice_of_lines: VoiceSettings::default(),
                voice_of_streams: VoiceSettings::default(),
                line_law: Law::A,
                echo: EchoSettings::default(),
                recordings: 0,
                tones: TonePlan::CN,
            },
            realtime_priority: 0,
            clock,
            stop: Arc::clone(&stop),
            counters: Arc::new(TickCounters::default()),
        };
        let tick = start(beat, ends).map_err(|error| error.to_string())?;
        Ok(Self {
            engine: rings.engine,
            net,
            stop,
            tick,
        })
    }

    /// Opens a stream to this phone, in this law as either side names it, as offer and answer would.
    fn connect(&self, phone: &mut Media, law: (Law, card::Law)) -> Result<Channel, String> {
        let slot = self.net.allocate().ok_or("no stream is free")?;
        let described = phone.describe("sendrecv");
        let phones = Remote::of(&described).ok_or("the phone describes no audio")?;
        phone.set_remote(Remote {
            address: slot.local_addr,
            law: law.1,
            event: None,
        });
        self.engine.send(Command::OpenStream {
            channel: slot.channel,
            law: law.0,
            event_payload_type: None,
        });
        self.net.connect(slot, phones.address, law.0, None);
        Ok(slot.channel)
    }

    fn stop(self) -> Result<(), String> {
        self.stop.store(true, Ordering::Relaxed);
        self.tick.join().map_err(|_| "the tick panicked".to_owned())
    }
}

/// Lets the phones speak and hear for so long.
fn talk(phones: &mut [Media], lasts: Duration) {
    let begin = Instant::now();
    for phone in phones.iter_mut() {
        phone.send_from(begin);
    }
    while begin.elapsed() < lasts {
        for phone in phones.iter_mut() {
            phone.turn(Instant::now());
        }
        // The pace of the poll.
        std::thread::sleep(Duration::from_millis(1));
    }
}
