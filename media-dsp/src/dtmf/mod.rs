//! Push-button signalling with two tones (Q.23, Q.24).

mod detector;
mod dialler;
mod generator;

pub use detector::DtmfDetector;
pub use dialler::{KEY_MS, dial};
pub use generator::DtmfGenerator;

/// The low group, one tone a row, in Hz (Q.23 §4).
pub const ROWS_HZ: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
/// The high group, one tone a column, in Hz.
pub const COLUMNS_HZ: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
/// The keypad, row by row.
pub const KEYS: [[char; 4]; 4] = [
    ['1', '2', '3', 'A'],
    ['4', '5', '6', 'B'],
    ['7', '8', '9', 'C'],
    ['*', '0', '#', 'D'],
];

/// Row and column of a key.
#[must_use]
pub fn place_of(key: char) -> Option<(usize, usize)> {
    KEYS.iter()
        .enumerate()
        .find_map(|(row, keys)| Some((row, keys.iter().position(|&known| known == key)?)))
}
