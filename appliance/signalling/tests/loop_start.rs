//! One line, told as conversations in milliseconds.

use hotline_call::{Cause, Device, Event, LegId, LegIds, LineId, Moment, Presentation};
use hotline_signalling::loop_start::{Input, LoopStart, Output, Settings};

const LINE: LineId = LineId(0);
/// "Number 5551234", as the exchange sends it.
const CALLER_ID: &[u8] = b"\x80\x09\x02\x075551234\x05";

/// A line and its clock; every timer that is due is told on the way.
struct Talk {
    line: LoopStart,
    legs: LegIds,
    now: Moment,
    told: Vec<(u64, Output)>,
}

impl Talk {
    fn with_battery() -> Self {
        Self::with_settings(Settings::default())
    }

    fn with_settings(settings: Settings) -> Self {
        let line = LoopStart::new(LINE, settings);
        let mut talk = Self {
            line,
            legs: LegIds::for_doors(0),
            now: Moment::default(),
            told: vec![],
        };
        talk.at(0, Input::BatteryPresent);
        assert_eq!(talk.take(), [Output::OnHook, in_service()]);
        talk
    }

    fn at(&mut self, ms: u64, input: Input<'_>) {
        self.until(ms);
        let outputs = self.line.handle(self.now, input, &mut self.legs);
        self.told
            .extend(outputs.into_iter().map(|output| (ms, output)));
    }

    fn until(&mut self, ms: u64) {
        while let Some(due) = self.line.poll_timeout().filter(|due| due.mono_ms <= ms) {
            self.now = due;
            let outputs = self.line.handle(due, Input::Timeout, &mut self.legs);
            self.told
                .extend(outputs.into_iter().map(|output| (due.mono_ms, output)));
        }
        self.now = Moment {
            mono_ms: ms,
            wall_ms: ms,
        };
    }

    fn take(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.told)
            .into_iter()
            .map(|(_, output)| output)
            .collect()
    }

    /// Rung once, number received, offered, answered.
    fn answered() -> Self {
        Self::answered_on(Settings::default())
    }

    fn answered_on(settings: Settings) -> Self {
        let mut talk = Self::with_settings(settings);
        talk.at(100, Input::RingStarted);
        talk.at(1100, Input::RingEnded);
        talk.at(2000, Input::CallerId(CALLER_ID));
        talk.at(2100, Input::Answer);
        assert_eq!(talk.take().last(), Some(&Output::OffHook));
        talk
    }
}

fn in_service() -> Output {
    Output::Tell(Event::InService {
        device: Device::Line(LINE),
    })
}

fn out_of_service() -> Output {
    Output::Tell(Event::OutOfService {
        device: Device::Line(LINE),
    })
}

fn released(cause: Cause) -> Output {
    Output::Tell(Event::Released {
        leg: LegId(2),
        cause,
    })
}

fn offers(outputs: &[(u64, Output)]) -> Vec<(u64, Option<String>, Presentation)> {
    let offer = |(at, output): &(u64, Output)| match output {
        Output::Tell(Event::Offered { caller, .. }) => Some((
            *at,
            caller.number.as_ref().map(ToString::to_string),
            caller.presentation,
        )),
        _ => None,
    };
    outputs.iter().filter_map(offer).collect()
}

#[test]
fn a_call_is_offered_with_the_number_as_soon_as_it_has_come() {
    let mut talk = Talk::with_battery();
    talk.at(100, Input::RingStarted);
    talk.at(1100, Input::RingEnded);
    talk.at(2000, Input::CallerId(CALLER_ID));
    assert_eq!(
        offers(&talk.told),
        [(2000, Some("5551234".into()), Presentation::Allowed)]
    );
}

#[test]
fn a_call_without_a_number_is_offered_three_seconds_after_the_first_burst() {
    let mut talk = Talk::with_battery();
    talk.at(100, Input::RingStarted);
    talk.at(1100, Input::RingEnded);
    talk.until(5000);
    assert_eq!(
        offers(&talk.told),
        [(4100, None, Presentation::Unavailable)]
    );
}

#[test]
fn a_damaged_number_does_not_cost_the_call() {
    let mut talk = Talk::with_battery();
    talk.at(100, Input::RingStarted);
    talk.at(1100, Input::RingEnded);
    talk.at(1900, Input::CallerId(b"\x80\x09\x02\x0755512340"));
    assert_eq!(
        offers(&talk.told),
        [(1900, None, Presentation::Unavailable)]
    );
}

#[test]
fn the_second_burst_ends_the_wait_for_a_number() {
    let mut talk = Talk::with_battery();
    talk.at(100, Input::RingStarted);
    talk.at(500, Input::RingEnded);
    talk.at(700, Input::RingStarted);
    assert_eq!(offers(&talk.told), [(700, None, Presentation::Unavailable)]);
}

#[test]
fn a_caller_who_stops_ringing_releases_the_leg() {
    let mut talk = Talk::with_battery();
    for burst in 0..3 {
        talk.at(100 + burst * 5000, Input::RingStarted);
        talk.at(1100 + burst * 5000, Input::RingEnded);
    }
    talk.until(17_099);
    assert!(
        !talk
            .told
            .iter()
            .any(|(_, o)| *o == released(Cause::NORMAL_CLEARING))
    );
    talk.until(17_100);
    assert_eq!(talk.take().last(), Some(&released(Cause::NORMAL_CLEARING)));
}

#[test]
fn one_short_burst_that_nobody_was_told_of_leaves_no_leg() {
    let mut talk = Talk::with_battery();
    talk.at(100, Input::RingStarted);
    talk.at(200, Input::Failed);
    assert_eq!(talk.line.leg(), None);
    let outputs = talk.take();
    assert!(
        !outputs.contains(&released(Cause::DESTINATION_OUT_OF_ORDER)),
        "{outputs:?}"
    );
}

#[test]
fn busy_tone_after_the_answer_ends_the_call() {
    let mut talk = Talk::answered();
    talk.at(9000, Input::BusyTone);
    assert_eq!(
        talk.take(),
        [Output::OnHook, released(Cause::NORMAL_CLEARING)]
    );
    talk.at(9001, Input::BusyTone);
    assert_eq!(talk.take(), []);
}

#[test]
fn a_reversal_of_the_polarity_is_a_hang_up_only_on_a_line_that_has_it() {
    let mut talk = Talk::answered();
    talk.at(9000, Input::PolarityReversed);
    assert_eq!(talk.take(), []);
    let mut talk = Talk::answered_on(Settings {
        reversal_clears: true,
        ..Settings::default()
    });
    talk.at(9000, Input::PolarityReversed);
    let cleared = [Output::OnHook, released(Cause::NORMAL_CLEARING)];
    assert_eq!(talk.take(), cleared);
}

#[test]
fn a_drop_of_the_battery_is_a_hang_up_only_when_it_is_long_enough() {
    let mut talk = Talk::answered();
    talk.at(9000, Input::BatteryLost);
    talk.at(9150, Input::BatteryPresent);
    assert_eq!(talk.take(), [], "150 ms is a glitch");
    talk.at(10_000, Input::BatteryLost);
    talk.at(10_600, Input::BatteryPresent);
    assert_eq!(
        talk.take(),
        [Output::OnHook, released(Cause::NORMAL_CLEARING)]
    );
}

#[test]
fn a_cable_pulled_in_mid_call_releases_it_as_out_of_order() {
    let mut talk = Talk::answered();
    talk.at(9000, Input::BatteryLost);
    talk.until(12_000);
    let expected = [
        Output::OnHook,
        released(Cause::DESTINATION_OUT_OF_ORDER),
        Output::ListenForCallerId(false),
        out_of_service(),
    ];
    assert_eq!(talk.take(), expected);
    talk.at(60_000, Input::BatteryPresent);
    assert_eq!(talk.take(), [Output::OnHook, in_service()]);
}

#[test]
fn a_cable_pulled_while_idle_is_told_once() {
    let mut talk = Talk::with_battery();
    talk.at(9000, Input::BatteryLost);
    talk.at(9500, Input::BatteryLost);
    talk.until(20_000);
    talk.at(20_001, Input::BatteryLost);
    let outputs = talk.take();
    assert_eq!(
        outputs.iter().filter(|o| **o == out_of_service()).count(),
        1
    );
    assert_eq!(talk.line.poll_timeout(), None);
}

#[test]
fn a_refused_call_rings_on_unheard_and_the_next_one_is_a_new_leg() {
    let mut talk = Talk::with_battery();
    talk.at(100, Input::RingStarted);
    talk.at(1100, Input::RingEnded);
    talk.at(2000, Input::CallerId(CALLER_ID));
    talk.take();
    talk.at(2001, Input::Release(Cause::CONGESTION));
    assert_eq!(
        talk.take(),
        [released(Cause::CONGESTION)],
        "the loop stays open"
    );
    talk.at(5100, Input::RingStarted);
    talk.at(6100, Input::RingEnded);
    talk.until(20_000);
    assert_eq!(talk.take(), []);
    talk.at(20_000, Input::RingStarted);
    talk.at(21_000, Input::RingEnded);
    talk.until(25_000);
    assert_eq!(talk.line.leg(), Some(LegId(4)));
}

#[test]
fn the_line_can_ring_again_right_after_it_was_cleared() {
    let mut talk = Talk::answered();
    talk.at(9000, Input::Release(Cause::NORMAL_CLEARING));
    assert_eq!(
        talk.take(),
        [Output::OnHook, released(Cause::NORMAL_CLEARING)]
    );
    talk.at(9300, Input::RingStarted);
    talk.at(10_300, Input::RingEnded);
    talk.until(14_000);
    assert_eq!(talk.line.leg(), Some(LegId(4)));
}

/// Whatever comes in whatever order: no leg is offered twice, none released twice, none left.
#[test]
fn every_offered_leg_is_released_exactly_once() {
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    println!("seed {seed:#x}");
    let mut talk = Talk::with_battery();
    for step in 1..20_000_u64 {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let input = match seed % 11 {
            0 | 1 => Input::RingStarted,
            2 | 3 => Input::RingEnded,
            4 => Input::BatteryLost,
            5 | 6 => Input::BatteryPresent,
            7 => Input::CallerId(CALLER_ID),
            8 => Input::BusyTone,
            9 => Input::Answer,
            _ if seed & 0x1000 == 0 => Input::Failed,
            _ => Input::Release(Cause::NORMAL_CLEARING),
        };
        talk.at(step * 700, input);
    }
    talk.at(20_000 * 700, Input::Failed);
    let mut open = std::collections::BTreeSet::new();
    for (_, output) in &talk.told {
        match output {
            Output::Tell(Event::Offered { leg, .. }) => assert!(open.insert(*leg)),
            Output::Tell(Event::Released { leg, .. }) => assert!(open.remove(leg)),
            _ => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
}
