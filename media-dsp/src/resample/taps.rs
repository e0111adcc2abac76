//! The two filters: equiripple (Parks and McClellan), pass to 3.4 kHz, stop from 4.6 kHz, the stop
//! band weighted 120 times at 16 kHz and 400 times at 48 kHz. The whole numbers of the latter were
//! then moved by one here and there, as long as the stop band became deeper.

/// Taps of one upward phase are in units of 2⁻¹⁴: each phase adds up to one.
pub const UP_SHIFT: u32 = 14;
/// Downward taps are in units of 2⁻¹⁵: all together add up to one.
pub const DOWN_SHIFT: u32 = 15;

/// First half of the symmetric filter at 16 kHz, in units of 2⁻¹⁵.
const AT_16: [i16; 18] = [
    -75, -215, -184, 150, 355, -20, -420, 40, 737, 186, -984, -388, 1538, 995, -2368, -2306, 5363,
    14_257,
];
/// First half of the symmetric filter at 48 kHz, in units of 2⁻¹⁵.
const AT_48: [i16; 54] = [
    -4, -6, -6, -4, 4, 19, 43, 73, 108, 142, 168, 180, 170, 138, 84, 14, -59, -121, -159, -161,
    -124, -52, 41, 137, 210, 240, 213, 129, 0, -146, -276, -354, -353, -260, -87, 136, 359, 525,
    582, 496, 265, -82, -478, -833, -1047, -1031, -724, -112, 765, 1820, 2923, 3928, 4692, 5105,
];

/// For each of the outputs between two samples the taps that meet a sample, the oldest first.
pub static UP_16: [[i16; 18]; 2] = up(&AT_16);
pub static UP_48: [[i16; 18]; 6] = up(&AT_48);
pub static DOWN_16: [i16; 36] = down(&AT_16);
pub static DOWN_48: [i16; 108] = down(&AT_48);

const fn tap<const HALF: usize>(half: &[i16; HALF], n: usize) -> i16 {
    if n < HALF {
        half[n]
    } else {
        half[2 * HALF - 1 - n]
    }
}

const fn up<const HALF: usize, const TAPS: usize, const RATIO: usize>(
    half: &[i16; HALF],
) -> [[i16; TAPS]; RATIO] {
    assert!(TAPS * RATIO == 2 * HALF);
    let mut filter = [[0; TAPS]; RATIO];
    let mut phase = 0;
    while phase < RATIO {
        let mut n = 0;
        while n < TAPS {
            // `RATIO` times as strong, since only so many of the inputs are there.
            filter[phase][n] = tap(half, (TAPS - 1 - n) * RATIO + phase) * (RATIO as i16 / 2);
            n += 1;
        }
        assert_no_overflow(&filter[phase]);
        phase += 1;
    }
    filter
}

const fn down<const HALF: usize, const TAPS: usize>(half: &[i16; HALF]) -> [i16; TAPS] {
    assert!(TAPS == 2 * HALF);
    let mut filter = [0; TAPS];
    let mut n = 0;
    while n < TAPS {
        filter[n] = tap(half, n);
        n += 1;
    }
    assert_no_overflow(&filter);
    filter
}

/// The loudest samples, all of the sign that does most harm, stay within 31 bits.
const fn assert_no_overflow(taps: &[i16]) {
    let mut sum = 0i64;
    let mut n = 0;
    while n < taps.len() {
        sum += (taps[n].unsigned_abs() as i64) << 15;
        n += 1;
    }
    assert!(sum + (1 << 14) < i32::MAX as i64);
}
