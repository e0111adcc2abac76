//! What one function's measurement returns, and the list of all.

use crate::figure::Figure;

/// One function of the voice path, measured.
#[derive(Debug)]
pub struct Section {
    /// What it is, for people.
    pub title: &'static str,
    /// What was done, on what, in a few sentences.
    pub about: &'static str,
    /// The results.
    pub figures: Vec<Figure>,
    /// What people would rather see than read.
    pub plots: Vec<Plot>,
}

/// Curves over one pair of axes.
#[derive(Debug)]
pub struct Plot {
    /// What is seen.
    pub title: String,
    /// The horizontal axis with its unit.
    pub x: &'static str,
    /// The vertical axis with its unit.
    pub y: &'static str,
    /// The curves.
    pub curves: Vec<Curve>,
}

/// One curve; points that are not finite are left out.
#[derive(Debug)]
pub struct Curve {
    /// Whose it is.
    pub name: String,
    /// Points in order of x.
    pub points: Vec<(f64, f64)>,
}

/// Measures one function; what cannot be measured is said with what to do about it.
pub type Measure = fn() -> Result<Section, String>;

/// Every section by its name, in the order of the report.
pub const SECTIONS: &[(&str, Measure)] = &[
    ("g711", crate::g711::measure),
    ("echo", crate::echo::measure),
    ("engine", crate::engine::measure),
    ("mixer", crate::mixer::measure),
    ("noise", crate::noise::measure),
    ("gain_control", crate::gain_control::measure),
    ("comfort_noise", crate::comfort_noise::measure),
    ("resample", crate::resample::measure),
    ("concealment", crate::concealment::measure),
    ("jitter", crate::jitter::measure),
    ("dtmf", crate::dtmf::measure),
    ("caller_id", crate::caller_id::measure),
    ("progress", crate::progress::measure),
    ("line", crate::line::measure),
];
