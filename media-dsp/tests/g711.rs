//! G.711 against its tables: decision values and output values of every code, computed from the
//! segments as tables 1a, 1b, 2a and 2b list them, and nothing of the coder itself.

use hotline_dsp::g711::Law;

/// The decision values x₀..x₁₂₈ of one polarity, in the unit of a 16-bit sample. Each pair is a
/// number of intervals and their width, as in columns 1 and 2 of the tables.
fn decision_values(law: Law) -> Vec<i32> {
    let (segments, unit): (&[(usize, i32)], i32) = match law {
        // Table 1a: 4096 is full scale.
        Law::A => (
            &[
                (32, 2),
                (16, 4),
                (16, 8),
                (16, 16),
                (16, 32),
                (16, 64),
                (16, 128),
            ],
            8,
        ),
        // Table 2a: 8159 is full scale; the first interval is half as wide as the 15 after it.
        Law::Mu => (
            &[
                (1, 1),
                (15, 2),
                (16, 4),
                (16, 8),
                (16, 16),
                (16, 32),
                (16, 64),
                (16, 128),
                (16, 256),
            ],
            4,
        ),
    };
    let widths = segments
        .iter()
        .flat_map(|&(count, width)| std::iter::repeat_n(width, count));
    let mut values = vec![0];
    for width in widths {
        values.push(values[values.len() - 1] + width * unit);
    }
    values
}

/// Character signal of interval n, as sent (columns 5 and 6 with note 2).
fn character(law: Law, negative: bool, n: usize) -> u8 {
    let n = u8::try_from(n).expect("128 intervals");
    match (law, negative) {
        (Law::A, false) => (128 + n) ^ 0x55,
        (Law::A, true) => n ^ 0x55,
        (Law::Mu, false) => 255 - n,
        (Law::Mu, true) => 127 - n,
    }
}

/// Output value of interval n: the middle of its decision values, and zero for the one around zero
/// of µ-law.
fn output(law: Law, values: &[i32], n: usize) -> i32 {
    match (law, n) {
        (Law::Mu, 0) => 0,
        _ => i32::midpoint(values[n], values[n + 1]),
    }
}

const LAWS: [Law; 2] = [Law::A, Law::Mu];

#[test]
fn the_tables_have_128_intervals_up_to_the_virtual_decision_value() {
    let [a, mu] = LAWS.map(decision_values);
    assert_eq!((a.len(), mu.len()), (129, 129));
    assert_eq!((a[128], mu[128]), (4096 * 8, 8159 * 4));
    assert_eq!((a[112], mu[112]), (2048 * 8, 4063 * 4));
}

#[test]
fn every_sample_between_two_decision_values_has_the_code_of_their_interval() {
    for law in LAWS {
        let values = decision_values(law);
        for sample in i16::MIN..=i16::MAX {
            let magnitude = i32::from(sample).abs();
            let above = values.partition_point(|&value| value <= magnitude);
            let on_a_decision_value = values[above - 1] == magnitude;
            if on_a_decision_value {
                continue;
            }
            // What is beyond the virtual decision value is clipped.
            let expected = character(law, sample < 0, (above - 1).min(127));
            assert_eq!(law.encode(sample), expected, "{law:?} of {sample}");
        }
    }
}

/// G.711 says "between two successive decision values"; G.191 decides as a two's complement
/// quantiser does.
#[test]
fn a_sample_on_a_decision_value_belongs_to_the_interval_above_it() {
    for law in LAWS {
        let values = decision_values(law);
        for (n, &value) in values.iter().enumerate().take(128) {
            let positive = i16::try_from(value).expect("below full scale");
            let name = format!("{law:?} of decision value {n}, {value}");
            assert_eq!(law.encode(positive), character(law, false, n), "{name}");
            if n > 0 {
                assert_eq!(
                    law.encode(-positive),
                    character(law, true, n - 1),
                    "-{name}"
                );
            }
        }
    }
}

#[test]
fn every_code_has_the_output_value_of_its_interval() {
    for law in LAWS {
        let values = decision_values(law);
        for n in 0..128 {
            let expected = output(law, &values, n);
            let decoded = |negative| i32::from(law.decode(character(law, negative, n)));
            assert_eq!(decoded(false), expected, "{law:?} {n}");
            assert_eq!(decoded(true), -expected, "{law:?} -{n}");
        }
    }
}

#[test]
fn known_values_of_both_laws() {
    assert_eq!(Law::A.decode(0xAA), 32_256);
    assert_eq!(Law::A.decode(0x2A), -32_256);
    assert_eq!(Law::A.decode(0xD5), 8);
    assert_eq!(Law::Mu.decode(0x80), 32_124);
    assert_eq!(Law::Mu.decode(0x00), -32_124);
    for law in LAWS {
        assert_eq!(law.encode(0), law.silence());
        for code in 0..=255u8 {
            let sample = law.decode(code);
            assert_eq!(law.decode(law.encode(sample)), sample, "{law:?} {code}");
        }
    }
}

#[test]
fn slices_are_converted_as_samples_are_whatever_their_length() {
    let samples: Vec<i16> = (i16::MIN..=i16::MAX).step_by(37).collect();
    for law in LAWS {
        for length in (0..70).chain([samples.len()]) {
            // The shorter of the two decides; what is beyond stays.
            let mut codes = vec![0x11; length + 3];
            law.encode_all(&samples[..length], &mut codes);
            let one_by_one: Vec<u8> = samples[..length].iter().map(|&s| law.encode(s)).collect();
            assert_eq!(
                (&codes[..length], &codes[length..]),
                (&one_by_one[..], &[0x11; 3][..])
            );
            let mut decoded = vec![7; length];
            law.decode_all(&codes, &mut decoded);
            let one_by_one: Vec<i16> = codes[..length].iter().map(|&c| law.decode(c)).collect();
            assert_eq!(decoded, one_by_one);
        }
    }
}
