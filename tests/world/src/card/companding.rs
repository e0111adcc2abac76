//! G.711 in its textbook form, for the converters of the chip model.

use hotline_drivers::card::Law;

/// Compands one linear sample.
#[must_use]
pub fn compress(law: Law, sample: f64) -> u8 {
    let sample = sample.round().clamp(-32_768.0, 32_767.0) as i32;
    match law {
        Law::A => compress_a(sample),
        Law::Mu => compress_mu(sample),
    }
}

/// The linear sample an octet stands for.
#[must_use]
pub fn expand(law: Law, octet: u8) -> f64 {
    f64::from(match law {
        Law::A => expand_a(octet),
        Law::Mu => expand_mu(octet),
    })
}

/// G.711 table 1: 13 bits in 8 segments, even bits inverted.
fn compress_a(sample: i32) -> u8 {
    let (sign, magnitude) = if sample >= 0 {
        (0x80, sample >> 4)
    } else {
        (0, !sample >> 4)
    };
    // 11 bits of magnitude; segments 0 and 1 are one straight line.
    let segment = (magnitude >> 4).checked_ilog2().map_or(0, |log| log + 1);
    let mantissa = (magnitude >> (segment.max(1) - 1) & 0x0F) as u8;
    (sign | (segment as u8) << 4 | mantissa) ^ 0x55
}

fn expand_a(octet: u8) -> i32 {
    let octet = octet ^ 0x55;
    let (segment, mantissa) = (octet >> 4 & 0x07, i32::from(octet & 0x0F));
    let magnitude = match segment {
        0 => (mantissa << 4) + 8,
        _ => ((mantissa << 4) + 0x108) << (segment - 1),
    };
    if octet & 0x80 != 0 {
        magnitude
    } else {
        -magnitude
    }
}

/// G.711 table 2: 14 bits in 8 segments, all bits inverted.
fn compress_mu(sample: i32) -> u8 {
    const BIAS: i32 = 33;
    let (sign, magnitude) = if sample >= 0 {
        (0, sample >> 2)
    } else {
        (0x80, -sample >> 2)
    };
    let biased = (magnitude + BIAS).min(0x1FFF);
    let segment = biased.ilog2() - 5;
    let mantissa = (biased >> (segment + 1) & 0x0F) as u8;
    !(sign | (segment as u8) << 4 | mantissa)
}

fn expand_mu(octet: u8) -> i32 {
    let octet = !octet;
    let (segment, mantissa) = (octet >> 4 & 0x07, i32::from(octet & 0x0F));
    let magnitude = ((((mantissa << 1) + 33) << segment) - 33) << 2;
    if octet & 0x80 != 0 {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_octet_comes_back_from_its_sample() {
        for octet in 0..=255 {
            assert_eq!(compress(Law::A, expand(Law::A, octet)), octet);
            // µ-law has two zeros.
            if octet != 0x7F {
                assert_eq!(compress(Law::Mu, expand(Law::Mu, octet)), octet);
            }
        }
    }

    /// G.711 tables 1a and 2a: the ends and the first steps.
    #[test]
    fn the_laws_have_the_values_of_the_tables() {
        assert_eq!(expand(Law::A, 0xD5), 8.0);
        assert_eq!(expand(Law::A, 0xAA), 32_256.0);
        assert_eq!(expand(Law::A, 0x2A), -32_256.0);
        assert_eq!(expand(Law::Mu, 0xFF), 0.0);
        assert_eq!(expand(Law::Mu, 0x80), 32_124.0);
        assert_eq!(expand(Law::Mu, 0x00), -32_124.0);
    }
}
