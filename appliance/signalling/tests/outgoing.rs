//! A call of ours on one line, told as conversations in milliseconds.

use hotline_call::{Cause, Device, Digit, Event, LegId, LegIds, LineId, Moment};
use hotline_signalling::loop_start::{Input, LoopStart, Output, Settings, WithoutDialTone};

const LINE: LineId = LineId(0);
/// The leg that the centre makes: an odd one.
const OURS: LegId = LegId(7);

struct Talk {
    line: LoopStart,
    legs: LegIds,
    told: Vec<(u64, Output)>,
}

impl Talk {
    fn on(settings: Settings) -> Self {
        let line = LoopStart::new(LINE, settings);
        let (legs, told) = (LegIds::for_doors(0), vec![]);
        let mut talk = Self { line, legs, told };
        talk.at(0, Input::BatteryPresent);
        talk.told.clear();
        talk
    }

    fn new() -> Self {
        Self::on(Settings::default())
    }

    /// Dialled at 1 s, dial tone, digits out at 3 s.
    fn proceeding() -> Self {
        let mut talk = Self::new();
        talk.dial(1000);
        talk.at(1600, Input::DialTone);
        talk.at(3000, Input::DigitsSent);
        talk.told.clear();
        talk
    }

    fn dial(&mut self, ms: u64) {
        let digits = &digits();
        self.at(ms, Input::Dial { leg: OURS, digits });
    }

    fn at(&mut self, ms: u64, input: Input<'_>) {
        self.until(ms);
        let outputs = self.line.handle(moment(ms), input, &mut self.legs);
        self.told
            .extend(outputs.into_iter().map(|output| (ms, output)));
    }

    fn until(&mut self, ms: u64) {
        while let Some(due) = self.line.poll_timeout().filter(|due| due.mono_ms <= ms) {
            let outputs = self.line.handle(due, Input::Timeout, &mut self.legs);
            self.told
                .extend(outputs.into_iter().map(|output| (due.mono_ms, output)));
        }
    }

    fn take(&mut self) -> Vec<(u64, Output)> {
        std::mem::take(&mut self.told)
    }
}

fn moment(ms: u64) -> Moment {
    Moment::default().plus_ms(ms)
}

fn digits() -> Vec<Digit> {
    "10086".chars().filter_map(Digit::new).collect()
}

fn sends() -> Output {
    Output::SendDigits(digits().into())
}

fn answered() -> Output {
    Output::Tell(Event::Answered { leg: OURS })
}

fn alerting() -> Output {
    Output::Tell(Event::Alerting { leg: OURS })
}

fn released(cause: Cause) -> Output {
    Output::Tell(Event::Released { leg: OURS, cause })
}

/// EN 300 001 §5.4, YDN 065: the loop is closed, dial tone comes, digits are sent.
#[test]
fn a_number_is_dialled_once_dial_tone_is_heard() {
    let mut talk = Talk::new();
    talk.dial(1000);
    assert_eq!(
        talk.take(),
        [
            (1000, Output::OffHook),
            (1000, Output::ListenForProgress(true))
        ]
    );
    talk.at(1600, Input::DialTone);
    assert_eq!(talk.take(), [(1600, sends())]);
    talk.at(1700, Input::DialTone);
    talk.at(3000, Input::DigitsSent);
    assert_eq!(talk.take(), [(3000, Output::ListenForProgress(true))]);
}

#[test]
fn without_dial_tone_the_number_is_dialled_blindly_or_the_call_given_up() {
    let mut talk = Talk::new();
    talk.dial(1000);
    talk.until(10_000);
    assert_eq!(talk.take()[2], (4000, sends()));
    let mut talk = Talk::on(Settings {
        without_dial_tone: WithoutDialTone::GiveUp,
        ..Settings::default()
    });
    talk.dial(1000);
    talk.until(10_000);
    let given_up = [(4000, Output::OnHook), (4000, released(Cause::NO_CIRCUIT))];
    assert_eq!(talk.take()[2..], given_up);
}

#[test]
fn the_answer_is_a_reversal_of_the_polarity_and_the_end_another() {
    let mut talk = Talk::proceeding();
    talk.at(5000, Input::RingingTone);
    talk.at(8000, Input::PolarityReversed);
    assert_eq!(
        talk.take(),
        [
            (5000, alerting()),
            (8000, Output::ListenForProgress(false)),
            (8000, answered()),
        ]
    );
    talk.at(20_000, Input::PolarityReversed);
    assert_eq!(
        talk.take(),
        [
            (20_000, Output::OnHook),
            (20_000, released(Cause::NORMAL_CLEARING))
        ]
    );
}

#[test]
fn a_voice_is_the_answer_on_a_line_that_does_not_reverse() {
    let mut talk = Talk::proceeding();
    talk.at(5000, Input::RingingTone);
    talk.at(8000, Input::Voice);
    assert_eq!(talk.take().last(), Some(&(8000, answered())));
    talk.at(9000, Input::PolarityReversed);
    assert_eq!(talk.take(), [], "this line has not told the answer so");
    talk.at(10_000, Input::BusyTone);
    assert_eq!(
        talk.take().last(),
        Some(&(10_000, released(Cause::NORMAL_CLEARING)))
    );
}

#[test]
fn ringing_tone_that_stops_or_long_silence_is_taken_as_an_answer() {
    let mut talk = Talk::proceeding();
    for ms in [5000, 10_000, 15_000] {
        talk.at(ms, Input::RingingTone);
    }
    talk.until(60_000);
    let told = talk.take();
    assert_eq!(told[0], (5000, alerting()));
    assert_eq!(told.last(), Some(&(21_000, answered())));
    assert_eq!(told.len(), 3, "alerting is told once: {told:?}");
    let mut talk = Talk::proceeding();
    talk.until(60_000);
    assert_eq!(talk.take().last(), Some(&(23_000, answered())));
}

#[test]
fn busy_and_congestion_tone_end_the_call_with_their_cause() {
    for (input, cause) in [
        (Input::BusyTone, Cause::USER_BUSY),
        (Input::CongestionTone, Cause::NO_CIRCUIT),
    ] {
        let mut talk = Talk::proceeding();
        talk.at(5000, input);
        assert_eq!(
            talk.take(),
            [(5000, Output::OnHook), (5000, released(cause))]
        );
    }
    let mut talk = Talk::new();
    talk.dial(1000);
    talk.at(3000, Input::BusyTone);
    assert_eq!(
        talk.take().last(),
        Some(&(3000, released(Cause::NO_CIRCUIT))),
        "where dial tone should be: the line, not the person, is not free"
    );
}

#[test]
fn the_centre_can_end_the_call_at_any_point_of_it() {
    for steps in 0..4 {
        let mut talk = Talk::new();
        talk.dial(1000);
        let rest = [Input::DialTone, Input::DigitsSent, Input::RingingTone];
        for (n, input) in rest.into_iter().take(steps).enumerate() {
            talk.at(1500 + 500 * n as u64, input);
        }
        talk.take();
        talk.at(3500, Input::Release(Cause::NO_ANSWER));
        assert_eq!(
            talk.take(),
            [(3500, Output::OnHook), (3500, released(Cause::NO_ANSWER))],
            "after {steps} steps"
        );
        talk.until(100_000);
        assert_eq!(talk.take(), []);
    }
}

/// A4 of the features: the call of ours goes, theirs stays.
#[test]
fn a_ring_while_the_line_is_seized_is_a_caller_whom_we_have_answered() {
    let mut talk = Talk::new();
    talk.dial(1000);
    talk.take();
    talk.at(1020, Input::RingStarted);
    let told = talk.take();
    assert_eq!(told[0], (1020, released(Cause::NO_CIRCUIT)));
    let offered = |(_, output): &(u64, Output)| {
        matches!(
            output,
            Output::Tell(Event::Offered {
                leg: LegId(2),
                device: Device::Line(LINE),
                ..
            })
        )
    };
    assert!(told.last().is_some_and(offered), "{told:?}");
    talk.at(1040, Input::RingEnded);
    talk.at(1100, Input::Answer);
    assert_eq!(talk.take(), [], "the loop is closed already");
    assert!(talk.line.is_answered());
}

#[test]
fn a_line_that_rings_or_talks_or_has_no_battery_gives_the_leg_back() {
    let mut talk = Talk::new();
    talk.at(500, Input::RingStarted);
    talk.dial(600);
    assert_eq!(talk.take(), [(600, released(Cause::NO_CIRCUIT))]);
    talk.at(1500, Input::RingEnded);
    talk.until(5000);
    assert_eq!(talk.line.leg(), Some(LegId(2)), "the caller is offered");
    let mut talk = Talk::new();
    talk.at(500, Input::Failed);
    talk.take();
    talk.dial(600);
    assert_eq!(
        talk.take(),
        [(600, released(Cause::DESTINATION_OUT_OF_ORDER))]
    );
}

#[test]
fn a_line_cleared_a_moment_ago_is_seized_when_its_guard_time_is_over() {
    let mut talk = Talk::proceeding();
    talk.at(5000, Input::Release(Cause::NORMAL_CLEARING));
    talk.take();
    talk.dial(5100);
    assert_eq!(talk.take(), []);
    talk.until(5799);
    assert_eq!(talk.take(), []);
    talk.until(5800);
    assert_eq!(talk.take()[0], (5800, Output::OffHook));
}

#[test]
fn a_cable_pulled_while_it_rings_outside_ends_the_call_as_out_of_order() {
    let mut talk = Talk::proceeding();
    talk.at(5000, Input::BatteryLost);
    talk.until(30_000);
    let told = talk.take();
    assert!(
        told.contains(&(6200, released(Cause::DESTINATION_OUT_OF_ORDER))),
        "{told:?}"
    );
    assert_eq!(talk.line.poll_timeout(), None);
}

/// Whatever comes in whatever order: every leg ends exactly once, and the loop is open in the end.
#[test]
fn every_leg_of_ours_and_theirs_is_released_exactly_once() {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    println!("seed {seed:#x}");
    let mut talk = Talk::new();
    let (keys, mut open, mut off_hook) = (digits(), std::collections::BTreeSet::new(), false);
    for step in 1..40_000_u64 {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let leg = LegId(2 * step + 1);
        let digits = &keys;
        let input = match seed % 16 {
            0 => Input::RingStarted,
            1 => Input::RingEnded,
            2 => Input::BatteryLost,
            3 | 4 => Input::BatteryPresent,
            5 => Input::BusyTone,
            6 => Input::Answer,
            7 | 8 => Input::DialTone,
            9 | 10 => Input::DigitsSent,
            11 => Input::RingingTone,
            12 => Input::Voice,
            13 => Input::PolarityReversed,
            14 if seed & 0x1000 == 0 => Input::Failed,
            14 => Input::Release(Cause::NORMAL_CLEARING),
            _ => {
                assert!(open.insert(leg));
                Input::Dial { leg, digits }
            }
        };
        talk.at(step * 700, input);
        for (_, output) in talk.take() {
            match output {
                Output::Tell(Event::Offered { leg, .. }) => assert!(open.insert(leg)),
                Output::Tell(Event::Released { leg, .. }) => assert!(open.remove(&leg)),
                Output::OffHook => off_hook = true,
                Output::OnHook => off_hook = false,
                _ => {}
            }
        }
        assert!(
            open.len() <= 1 && (!off_hook || open.len() == 1),
            "{open:?}"
        );
    }
    talk.at(40_000 * 700, Input::Failed);
    let opened = talk.take().iter().any(|(_, told)| *told == Output::OnHook);
    assert!(opened || !off_hook);
}
