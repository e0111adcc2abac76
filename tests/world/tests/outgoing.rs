//! Calls of ours: through signalling, engine, driver, the model of the card and the exchange, to a
//! person in the town and back, on virtual time.

use std::sync::Arc;

use hotline_call::{CallerId, Cause, Digit, Event, LegId, LegIds, LineId, Moment, Number};
use hotline_drivers::card::{Hook, Law, MAX_PORTS, PortEvent};
use hotline_dsp::dtmf::dial;
use hotline_dsp::engine::{
    Channel, Clip, Command, EchoSettings, Engine, EngineConfig, Event as Heard, Progress,
    RecordedBlock, Sink, StreamFrame, TonePlan, VoiceSettings,
};
use hotline_signalling::loop_start::{Input, LoopStart, Output, Settings};
use hotline_world::customer::{Customer, Noticed, Step};
use hotline_world::exchange::LineSettings;
use hotline_world::exchange::tone::sine;
use hotline_world::{FinishedCall, Subscriber};

mod driven;
use driven::Driven;

const OURS: LegId = LegId(1);
const LINE: Channel = Channel(0);

#[derive(Default)]
struct Ear(Vec<Heard>);

impl Sink for Ear {
    fn event(&mut self, event: Heard) {
        self.0.push(event);
    }
    fn frame(&mut self, _: StreamFrame) {}
    fn recorded(&mut self, _: &RecordedBlock) {}
    fn retire(&mut self, _: Clip) -> Result<(), Clip> {
        Ok(())
    }
}

/// Line 0 as the program runs it, and its exchange.
struct Office {
    driven: Driven,
    engine: Engine,
    signalling: LoopStart,
    legs: LegIds,
    /// Milliseconds since we dialled.
    ms: u64,
    told: Vec<(u64, Event)>,
}

impl Office {
    fn behind(line: &LineSettings) -> Self {
        let config = EngineConfig {
            lines: MAX_PORTS as u16,
            streams: 0,
            own_clock: 0,
            voice_of_lines: VoiceSettings::default(),
            voice_of_streams: VoiceSettings::default(),
            line_law: hotline_dsp::engine::Law::A,
            echo: EchoSettings::default(),
            recordings: 0,
            tones: TonePlan::CN,
        };
        let mut office = Self {
            driven: Driven::new(line, Law::A),
            engine: Engine::new(config),
            signalling: LoopStart::new(LineId(0), Settings::default()),
            legs: LegIds::for_doors(0),
            ms: 0,
            told: vec![],
        };
        office.signal(Input::BatteryPresent);
        office.told.clear();
        office
    }

    fn dial(&mut self, number: &str) {
        let digits: Vec<Digit> = number.chars().filter_map(Digit::new).collect();
        let digits = &digits;
        self.signal(Input::Dial { leg: OURS, digits });
    }

    fn signal(&mut self, input: Input<'_>) {
        let now = Moment::default().plus_ms(self.ms);
        for output in self.signalling.handle(now, input, &mut self.legs) {
            match output {
                Output::Tell(event) => self.told.push((self.ms, event)),
                Output::OffHook => self.hook(Hook::OffHook),
                Output::OnHook => self.hook(Hook::OnHook),
                Output::ListenForCallerId(on) => {
                    let channel = LINE;
                    self.command(Command::ReceiveCallerId { channel, on });
                }
                Output::ListenForProgress(on) => {
                    let channel = LINE;
                    self.command(Command::ListenForProgress { channel, on });
                }
                Output::SendDigits(digits) => {
                    let keys: String = digits.iter().map(|digit| digit.label()).collect();
                    self.play(dial(&keys).into());
                }
            }
        }
    }

    fn hook(&mut self, hook: Hook) {
        let (channel, in_use) = (LINE, hook == Hook::OffHook);
        self.command(Command::LineInUse { channel, in_use });
        self.driven.hook(0, hook);
    }

    fn play(&mut self, clip: Clip) {
        let mut clips = heapless::Vec::new();
        let _ = clips.push(clip);
        self.command(Command::Play {
            channel: LINE,
            playback: 1,
            clips,
            repeat: false,
            over: false,
        });
    }

    fn command(&mut self, command: Command) {
        self.engine.apply(command, &mut Ear::default());
    }

    /// One millisecond of everything.
    fn tick(&mut self) {
        self.driven.run(1);
        self.ms += 1;
        let mut ear = Ear::default();
        let (received, transmit) = (&self.driven.received, &mut self.driven.transmit);
        self.engine.tick(received, transmit, &mut ear);
        for (port, event) in self.driven.take() {
            match event {
                PortEvent::PolarityReversed if port == 0 => self.signal(Input::PolarityReversed),
                PortEvent::RingStarted if port == 0 => self.signal(Input::RingStarted),
                _ => {}
            }
        }
        for event in ear.0 {
            match event {
                Heard::BusyTone { .. } => self.signal(Input::BusyTone),
                Heard::PlaybackEnded { .. } => self.signal(Input::DigitsSent),
                Heard::Progress { progress, .. } => self.signal(match progress {
                    Progress::DialTone => Input::DialTone,
                    Progress::RingingTone => Input::RingingTone,
                    Progress::CongestionTone => Input::CongestionTone,
                    Progress::Voice => Input::Voice,
                }),
                _ => {}
            }
        }
        let now = Moment::default().plus_ms(self.ms);
        if self
            .signalling
            .poll_timeout()
            .is_some_and(|due| now.has_reached(due))
        {
            self.signal(Input::Timeout);
        }
    }

    fn run(&mut self, ms: u64) {
        (0..ms).for_each(|_| self.tick());
    }

    /// When this was told, waiting up to a minute for it.
    fn wait_for(&mut self, event: &Event) -> u64 {
        for _ in 0..60_000 {
            if let Some((ms, _)) = self.told.iter().find(|(_, told)| told == event) {
                return *ms;
            }
            self.tick();
        }
        panic!("{event:?} was not told in a minute; told: {:?}", self.told);
    }

    fn finished(&mut self) -> FinishedCall {
        for _ in 0..60_000 {
            self.tick();
            if let Some(call) = self.driven.town.finished().pop() {
                return call;
            }
        }
        panic!("the called person has not hung up in a minute");
    }
}

fn number() -> Number {
    Number::parse("13800138000").expect("a number")
}

/// 400 ms of a tone that is none of the network's.
fn hello(hz: f64) -> Arc<[i16]> {
    (0..3200).map(|n| (5000.0 * sine(hz, n)) as i16).collect()
}

/// Answers after so long and says something for as long as the call lasts.
fn answers(after_ms: u64) -> Subscriber {
    let script = vec![
        Step::WaitUntilAnswered,
        Step::Wait { ms: 400 },
        Step::Say(hello(1100.0)),
        Step::Wait { ms: 1500 },
        Step::HangUp,
    ];
    let customer = Box::new(Customer::new(CallerId::known(number()), script));
    Subscriber::Answers { after_ms, customer }
}

/// Loudness of one frequency in what was heard, in steps of a sample.
fn amplitude(samples: &[i16], hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (n, sample) in samples.iter().enumerate() {
        let (sin, cos) = (std::f64::consts::TAU * hz * n as f64 / 8000.0).sin_cos();
        re += f64::from(*sample) * cos;
        im += f64::from(*sample) * sin;
    }
    2.0 * f64::hypot(re, im) / samples.len() as f64
}

fn released(cause: Cause) -> Event {
    Event::Released { leg: OURS, cause }
}

#[test]
fn a_call_rings_is_answered_by_reversal_talks_and_ends_with_the_called_person() {
    let mut office = Office::behind(&LineSettings {
        reverses_on_answer: true,
        noise_dbm0: Some(-55.0),
        ..LineSettings::china()
    });
    office.driven.town.subscribe(&number(), answers(6500));
    office.dial("13800138000");
    let alerting = office.wait_for(&Event::Alerting { leg: OURS });
    let answered = office.wait_for(&Event::Answered { leg: OURS });
    assert_eq!(office.driven.town.dialled(0), "13800138000");
    assert!(
        (5300..5700).contains(&(answered - alerting)),
        "{:?}",
        office.told
    );
    office.play(hello(1700.0));
    let call = office.finished();
    let said = &call.heard[..4000];
    assert!(
        amplitude(said, 1700.0) > 1000.0,
        "the called person hears us"
    );
    office.wait_for(&released(Cause::NORMAL_CLEARING));
    office.run(1000);
    assert!(office.driven.town.line(0, |line| line.is_free()));
}

#[test]
fn a_person_who_answers_on_a_line_without_reversal_is_known_by_the_voice() {
    let mut office = Office::behind(&LineSettings::china());
    office.driven.town.subscribe(&number(), answers(6500));
    office.dial("13800138000");
    let alerting = office.wait_for(&Event::Alerting { leg: OURS });
    let answered = office.wait_for(&Event::Answered { leg: OURS });
    let after_ms = answered - alerting;
    assert!(
        (5900..6400).contains(&after_ms),
        "{after_ms} ms: {:?}",
        office.told
    );
    office.wait_for(&released(Cause::NORMAL_CLEARING));
}

#[test]
fn a_busy_person_and_a_number_that_nobody_has_end_the_call_with_their_cause() {
    let mut office = Office::behind(&LineSettings::china());
    office.driven.town.subscribe(&number(), Subscriber::Busy);
    office.dial("13800138000");
    office.wait_for(&released(Cause::USER_BUSY));
    office.run(1000);
    assert!(office.driven.town.line(0, |line| line.is_free()));
    office.told.clear();
    office.dial("999");
    office.wait_for(&released(Cause::NO_CIRCUIT));
}

#[test]
fn a_person_who_does_not_answer_rings_until_we_give_up() {
    let mut office = Office::behind(&LineSettings::china());
    office.driven.town.subscribe(&number(), Subscriber::Away);
    office.dial("13800138000");
    office.wait_for(&Event::Alerting { leg: OURS });
    office.run(45_000);
    assert_eq!(office.told.len(), 1, "{:?}", office.told);
    office.signal(Input::Release(Cause::NO_ANSWER));
    office.run(1000);
    assert_eq!(office.told[1].1, released(Cause::NO_ANSWER));
    assert!(office.driven.town.line(0, |line| line.is_free()));
}

/// A4 of the features: the caller who took the line in the same moment is answered.
#[test]
fn a_caller_who_rings_as_we_seize_the_line_is_offered_and_our_call_goes() {
    let mut office = Office::behind(&LineSettings::china());
    let script = vec![
        Step::WaitUntilAnswered,
        Step::Wait { ms: 500 },
        Step::HangUp,
    ];
    let caller = Customer::new(CallerId::known(number()), script);
    office.driven.town.place(caller).expect("a line is free");
    // The driver has seen the ringing, and we have dialled before we were told.
    office.driven.run(200);
    office.dial("10086");
    office.wait_for(&released(Cause::NO_CIRCUIT));
    assert!(matches!(
        office.told.last(),
        Some((_, Event::Offered { .. }))
    ));
    office.signal(Input::Answer);
    let call = office.finished();
    assert!(call.when(Noticed::Answered).is_some());
}
