use super::*;

/// A reading every 4 ms, as the board makes them.
const POLL_MS: u32 = 4;

/// Feeds `ms` milliseconds of what `line` shows; returns the events with their time.
fn watch(
    state: &mut LineState,
    hook: Hook,
    ms: u32,
    line: impl Fn(u32) -> (u8, i8),
) -> Vec<(u32, PortEvent)> {
    let mut seen = Vec::new();
    for now in (0..ms).step_by(POLL_MS as usize) {
        let (ring, volts) = line(now);
        let control = DaaControl1::from_bits(DaaControl1::LINE_MONITOR | ring);
        let voltage = LineVoltage::from_bits(volts.cast_unsigned());
        let events = state.handle(POLL_MS, hook, control, voltage);
        seen.extend(events.into_iter().flatten().map(|event| (now, event)));
    }
    seen
}

/// The ring bits of ringing at `hz` with so much phase at time 0, threshold a quarter of the peak.
fn ringing(hz: f64, phase: f64) -> impl Fn(u32) -> (u8, i8) {
    move |ms| {
        let wave = (std::f64::consts::TAU * (hz * f64::from(ms) / 1000.0 + phase)).sin();
        let bits = match wave {
            w if w > 0.25 => DaaControl1::RING_POSITIVE,
            w if w < -0.25 => DaaControl1::RING_NEGATIVE,
            _ => 0,
        };
        (bits, 48)
    }
}

fn idle_line(detector: RingDetector) -> LineState {
    let mut state = LineState::new(detector);
    assert_eq!(
        watch(&mut state, Hook::OnHook, 200, |_| (0, 48)),
        [(BATTERY_DEBOUNCE_MS, PortEvent::BatteryPresent)]
    );
    state
}

fn kinds(seen: &[(u32, PortEvent)]) -> Vec<PortEvent> {
    seen.iter().map(|&(_, event)| event).collect()
}

/// §7.1: 16 to 68 Hz.
#[test]
fn every_burst_of_16_to_68_hz_is_told_once_at_any_phase() {
    for detector in [RingDetector::Alternation, RingDetector::HalfWave] {
        for hz in [16.0, 17.0, 20.0, 25.0, 33.3, 50.0, 60.0, 68.0] {
            for phase in 0..16 {
                let mut state = idle_line(detector);
                let wave = ringing(hz, f64::from(phase) / 16.0);
                let on = watch(&mut state, Hook::OnHook, 1000, wave);
                assert_eq!(
                    kinds(&on),
                    [PortEvent::RingStarted],
                    "{detector:?} {hz} Hz {phase}"
                );
                let off = watch(&mut state, Hook::OnHook, 1000, |_| (0, 48));
                assert_eq!(
                    kinds(&off),
                    [PortEvent::RingEnded],
                    "{detector:?} {hz} Hz {phase}"
                );
            }
        }
    }
}

#[test]
fn a_message_lamp_that_sets_one_bit_is_no_ringing() {
    let mut state = idle_line(RingDetector::Alternation);
    let lamp = |ms| {
        (
            if ms / 50 % 2 == 0 {
                DaaControl1::RING_POSITIVE
            } else {
                0
            },
            90,
        )
    };
    assert_eq!(watch(&mut state, Hook::OnHook, 10_000, lamp), []);
}

#[test]
fn a_single_swing_of_the_line_is_no_ringing() {
    let mut state = idle_line(RingDetector::Alternation);
    let swing = |ms| match ms {
        100..120 => (DaaControl1::RING_POSITIVE, 48),
        120..140 => (DaaControl1::RING_NEGATIVE, 48),
        _ => (0, 48),
    };
    assert_eq!(watch(&mut state, Hook::OnHook, 1000, swing), []);
}

#[test]
fn going_off_hook_ends_the_burst() {
    let mut state = idle_line(RingDetector::Alternation);
    let _ = watch(&mut state, Hook::OnHook, 500, ringing(25.0, 0.0));
    let seen = watch(&mut state, Hook::OffHook, 500, ringing(25.0, 0.0));
    assert_eq!(seen, [(0, PortEvent::RingEnded)]);
}

/// §7.1: 3 V, 64 ms.
#[test]
fn battery_is_believed_lost_or_present_after_64_ms() {
    let mut state = idle_line(RingDetector::Alternation);
    assert_eq!(watch(&mut state, Hook::OnHook, 60, |_| (0, 2)), []);
    assert_eq!(watch(&mut state, Hook::OnHook, 60, |_| (0, 48)), []);
    let lost = watch(&mut state, Hook::OnHook, 500, |_| (0, 0));
    assert_eq!(lost, [(BATTERY_DEBOUNCE_MS, PortEvent::BatteryLost)]);
    let present = watch(&mut state, Hook::OnHook, 500, |_| (0, -48));
    assert_eq!(
        present.first(),
        Some(&(POLARITY_DEBOUNCE_MS, PortEvent::PolarityReversed))
    );
    assert_eq!(
        present.last(),
        Some(&(BATTERY_DEBOUNCE_MS, PortEvent::BatteryPresent))
    );
}

/// §7.1: about 48 ms; the swing of ringing through zero is too short.
#[test]
fn reversal_is_told_once_and_not_for_the_swing_of_ringing() {
    let mut state = idle_line(RingDetector::Alternation);
    let seen = watch(&mut state, Hook::OnHook, 500, |_| (0, -48));
    assert_eq!(seen, [(POLARITY_DEBOUNCE_MS, PortEvent::PolarityReversed)]);
    let swing = |ms: u32| (0, if ms % 40 < 20 { 40 } else { -58 });
    assert_eq!(watch(&mut state, Hook::OnHook, 1000, swing), []);
}

#[test]
fn a_dead_line_does_not_ring() {
    let mut state = LineState::new(RingDetector::Alternation);
    let dead = |ms| (ringing(25.0, 0.0)(ms).0, 0);
    let seen = watch(&mut state, Hook::OnHook, 1000, dead);
    assert_eq!(
        seen.last(),
        Some(&(BATTERY_DEBOUNCE_MS, PortEvent::BatteryLost))
    );
    let later = watch(&mut state, Hook::OnHook, 1000, dead);
    assert_eq!(later, []);
}
