//! G.711: 8 kHz samples in 8 bits, A-law and µ-law.
//!
//! - In, out: linear samples of 16 bits; the 13 (A) or 14 (µ) upper bits carry the code.
//! - Cost: encoding is arithmetic without a branch, decoding one look-up; no allocation, no panic.
//! - Error: none. All 65 536 samples and 256 codes of each law equal the Recommendation's tables
//!   (tests below). A negative sample is coded by its one's complement, as the ITU's own software
//!   library (G.191) does.

/// The two companding laws of G.711.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// PCMA, RTP payload type 8.
    A,
    /// PCMU, RTP payload type 0.
    Mu,
}

/// Every second bit of an A-law code is inverted on the wire (G.711 table 1a, note 2).
const A_INVERSION: u8 = 0x55;
/// Added to a µ-law magnitude so that every segment starts at a power of two (33, in 16 bits).
const MU_BIAS: i32 = 33 << 2;
/// Bits of an `f32` below the exponent and the four mantissa bits that G.711 keeps.
const FLOAT_SHIFT: u32 = 19;
/// Exponent of an `f32` for 2⁰.
const FLOAT_BIAS: u32 = 127;

static A_SAMPLES: [i16; 256] = samples_of(Law::A);
static MU_SAMPLES: [i16; 256] = samples_of(Law::Mu);

impl Law {
    /// The static RTP payload type (RFC 3551 table 4).
    #[must_use]
    pub const fn payload_type(self) -> u8 {
        match self {
            Self::Mu => 0,
            Self::A => 8,
        }
    }

    /// The code of silence.
    #[must_use]
    pub const fn silence(self) -> u8 {
        match self {
            Self::A => 0xD5,
            Self::Mu => 0xFF,
        }
    }

    /// One sample to its code.
    #[must_use]
    pub fn encode(self, sample: i16) -> u8 {
        match self {
            Self::A => encode_a(sample),
            Self::Mu => encode_mu(sample),
        }
    }

    /// One code to its sample.
    #[must_use]
    pub fn decode(self, code: u8) -> i16 {
        match self {
            Self::A => A_SAMPLES[usize::from(code)],
            Self::Mu => MU_SAMPLES[usize::from(code)],
        }
    }

    /// Samples to codes, as many as the shorter of the two holds.
    pub fn encode_all(self, samples: &[i16], codes: &mut [u8]) {
        let pairs = codes.iter_mut().zip(samples);
        match self {
            Self::A => pairs.for_each(|(code, &sample)| *code = encode_a(sample)),
            Self::Mu => pairs.for_each(|(code, &sample)| *code = encode_mu(sample)),
        }
    }

    /// Codes to samples, as many as the shorter of the two holds.
    pub fn decode_all(self, codes: &[u8], samples: &mut [i16]) {
        let table = match self {
            Self::A => &A_SAMPLES,
            Self::Mu => &MU_SAMPLES,
        };
        for (sample, &code) in samples.iter_mut().zip(codes) {
            *sample = table[usize::from(code)];
        }
    }
}

/// A G.711 code is a tiny floating-point number: segment and step are the exponent and the upper
/// mantissa of the magnitude. So the conversion to `f32` does the segment search, and it vectorises.
#[allow(
    clippy::cast_precision_loss,
    reason = "a magnitude has at most 15 bits"
)]
fn segment_and_step(magnitude: i32, first_exponent: u32) -> u32 {
    ((magnitude as f32).to_bits() >> FLOAT_SHIFT).wrapping_sub((FLOAT_BIAS + first_exponent) << 4)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "7 bits of code"
)]
fn encode_a(sample: i16) -> u8 {
    let sample = i32::from(sample);
    let sign = sample >> 31;
    let magnitude = sample ^ sign;
    // Segments 0 and 1 share one step size; from 256 on, the segment is the exponent less 7.
    let linear = (magnitude >> 4) as u32;
    let floating = segment_and_step(magnitude, 7);
    let code = if magnitude < 256 { linear } else { floating } as u8;
    (code | (!sign & 0x80) as u8) ^ A_INVERSION
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "7 bits of code"
)]
fn encode_mu(sample: i16) -> u8 {
    let sample = i32::from(sample);
    let sign = sample >> 31;
    let magnitude = ((sample ^ sign) + MU_BIAS).min(0x7FFF);
    let code = segment_and_step(magnitude, 7) as u8;
    !(code | (sign & 0x80) as u8)
}

const fn samples_of(law: Law) -> [i16; 256] {
    let mut samples = [0; 256];
    let mut code = 0;
    while code < 256 {
        samples[code] = match law {
            Law::A => decode_a(code as u8),
            Law::Mu => decode_mu(code as u8),
        };
        code += 1;
    }
    samples
}

const fn decode_a(code: u8) -> i16 {
    let code = code ^ A_INVERSION;
    let segment = (code >> 4) & 7;
    let step = ((code & 0x0F) as i16) << 4;
    // The middle of the step; every segment from 1 on has an implied leading one.
    let magnitude = if segment == 0 {
        step + 8
    } else {
        (step + 8 + 0x100) << (segment - 1)
    };
    if code & 0x80 == 0 {
        -magnitude
    } else {
        magnitude
    }
}

const fn decode_mu(code: u8) -> i16 {
    let code = !code;
    let segment = (code >> 4) & 7;
    let step = ((code & 0x0F) as i16) << 3;
    let magnitude = ((step + MU_BIAS as i16) << segment) - MU_BIAS as i16;
    if code & 0x80 == 0 {
        magnitude
    } else {
        -magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::Law;

    /// G.711 table 1a and 2a as written: decision values in steps of the segment, 12-bit magnitude.
    fn textbook_a(sample: i16) -> u8 {
        let negative = sample < 0;
        let magnitude = if negative { !sample } else { sample } >> 4;
        let mut segment = 0;
        let mut rest = magnitude;
        while rest > 31 {
            rest >>= 1;
            segment += 1;
        }
        let code = if magnitude < 32 {
            magnitude
        } else {
            (segment << 4) + rest
        };
        (code as u8 | if negative { 0 } else { 0x80 }) ^ 0x55
    }

    /// G.711 table 1b and 2b: 33 is added to a 13-bit magnitude, then the leading one is sought.
    fn textbook_mu(sample: i16) -> u8 {
        let negative = sample < 0;
        let magnitude = (i32::from(if negative { !sample } else { sample } >> 2) + 33).min(0x1FFF);
        let segment = (0..8)
            .rev()
            .find(|s| magnitude >= 32 << s)
            .expect("33 is above 32");
        let step = (magnitude >> (segment + 1)) & 0x0F;
        let code = (segment << 4 | step) as u8;
        !(code | if negative { 0x80 } else { 0 })
    }

    #[test]
    fn every_sample_is_encoded_as_in_the_tables() {
        for sample in i16::MIN..=i16::MAX {
            assert_eq!(
                Law::A.encode(sample),
                textbook_a(sample),
                "A-law of {sample}"
            );
            assert_eq!(
                Law::Mu.encode(sample),
                textbook_mu(sample),
                "µ-law of {sample}"
            );
        }
    }

    #[test]
    fn every_code_is_decoded_to_the_middle_of_its_step() {
        for law in [Law::A, Law::Mu] {
            for code in 0..=255u8 {
                let all: Vec<i32> = (i16::MIN..=i16::MAX)
                    .filter(|s| law.encode(*s) == code)
                    .map(i32::from)
                    .collect();
                let (low, high) = (all[0], all[all.len() - 1]);
                let decoded = i32::from(law.decode(code));
                // The outermost steps of µ-law are cut by the clipping level.
                let outermost = law == Law::Mu && code & 0x7F == 0;
                // µ-law's code of zero stands for zero itself.
                let zero = law == Law::Mu && code & 0x7F == 0x7F;
                if !outermost && !zero {
                    assert!(
                        (decoded * 2 - low - high).abs() <= 1,
                        "{law:?} {code}: {low}..{high}"
                    );
                }
                assert!(
                    (low - 1..=high + 1).contains(&decoded),
                    "{law:?} {code}: {decoded}"
                );
            }
        }
    }

    /// G.711 tables 1a and 1b: the decoder's largest outputs, and quiet.
    #[test]
    fn known_values_of_both_laws() {
        assert_eq!(Law::A.decode(0xAA), 32_256);
        assert_eq!(Law::A.decode(0x2A), -32_256);
        assert_eq!(Law::A.decode(0xD5), 8);
        assert_eq!(Law::Mu.decode(0x80), 32_124);
        assert_eq!(Law::Mu.decode(0x00), -32_124);
        assert_eq!(Law::Mu.decode(Law::Mu.silence()), 0);
        assert_eq!(Law::A.encode(0), Law::A.silence());
        assert_eq!(Law::Mu.encode(0), Law::Mu.silence());
    }

    #[test]
    fn a_decoded_sample_survives_the_same_law_again() {
        for law in [Law::A, Law::Mu] {
            for code in 0..=255u8 {
                let sample = law.decode(code);
                assert_eq!(law.decode(law.encode(sample)), sample, "{law:?} {code}");
            }
        }
    }
}
