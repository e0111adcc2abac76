//! The report: one page that needs nothing else, with figures against targets and the plots.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::figure::Figure;
use crate::section::{Plot, Section};

/// Of a plot, in CSS pixels.
const WIDTH: f64 = 620.0;
const HEIGHT: f64 = 260.0;
const MARGIN: f64 = 44.0;
/// Told apart without colour vision too (Okabe and Ito).
const COLOURS: [&str; 8] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#b8a900",
];
const STYLE: &str = "\
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem;
color-scheme:light dark}
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .8rem;text-align:left;
border-bottom:1px solid #8884}td.n{text-align:right;font-variant-numeric:tabular-nums}
.missed{color:#c22;font-weight:600}.met{color:#080}
figure{display:inline-block;margin:.5rem}figcaption{font-weight:600}
svg text{font-size:11px;fill:currentColor}svg .axis{stroke:currentColor;opacity:.35}
@media(prefers-color-scheme:dark){.missed{color:#f77}.met{color:#6c6}}";

/// Writes it, with the folders it lies in.
pub fn write(path: &Path, sections: &[Section]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, page(sections)).map_err(failed)
}

fn page(sections: &[Section]) -> String {
    let mut html = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Hotline: the voice path</title>\
         <style>{STYLE}</style><h1>The voice path</h1><p>Ours beside the best known libraries, \
         measured in one run by <code>cargo xtask bench voice</code>.</p>"
    );
    for section in sections {
        let rows: String = section.figures.iter().map(row).collect();
        let plots: String = section.plots.iter().map(plot).collect();
        // Writing to a string does not fail.
        let _ = write!(
            html,
            "<h2>{}</h2><p>{}</p><table><tr><th>What<th>Value<th>Target<th><th>Peer</tr>{rows}\
             </table>{plots}",
            escaped(section.title),
            escaped(section.about)
        );
    }
    html
}

fn row(figure: &Figure) -> String {
    let [value, target, met, name, peer] = figure.row();
    let class = match figure.is_met() {
        Some(true) => "met",
        Some(false) => "missed",
        None => "",
    };
    format!(
        "<tr><td>{}<td class=n>{}<td class=n>{}<td class='{class}'>{met}<td>{}</tr>",
        escaped(&name),
        escaped(&value),
        escaped(&target),
        escaped(&peer)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The least and the most of one axis; never empty.
fn range(plot: &Plot, pick: fn(&(f64, f64)) -> f64) -> (f64, f64) {
    let points = plot.curves.iter().flat_map(|curve| &curve.points);
    let values = points.map(pick).filter(|value| value.is_finite());
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
        (l.min(v), h.max(v))
    });
    match (low.is_finite(), high > low) {
        (false, _) => (0.0, 1.0),
        (true, false) => (low - 1.0, low + 1.0),
        (true, true) => (low, high),
    }
}

fn plot(plot: &Plot) -> String {
    let (x, y) = (range(plot, |p| p.0), range(plot, |p| p.1));
    let across = |v: f64| MARGIN + (v - x.0) / (x.1 - x.0) * (WIDTH - 2.0 * MARGIN);
    let up = |v: f64| HEIGHT - MARGIN - (v - y.0) / (y.1 - y.0) * (HEIGHT - 2.0 * MARGIN);
    let mut svg = String::new();
    for tick in 0..=4 {
        let share = f64::from(tick) / 4.0;
        let (at_x, at_y) = (x.0 + share * (x.1 - x.0), y.0 + share * (y.1 - y.0));
        let _ = write!(
            svg,
            "<line class=axis x1={MARGIN} x2={} y1={1:.1} y2={1:.1} /><text x=4 y={1:.1}>{at_y:.1}\
             </text><text x={2:.1} y={3}>{at_x:.1}</text>",
            WIDTH - MARGIN,
            up(at_y),
            across(at_x) - 10.0,
            HEIGHT - MARGIN + 16.0
        );
    }
    let mut names = String::new();
    for (curve, colour) in plot.curves.iter().zip(COLOURS.iter().cycle()) {
        let points = curve
            .points
            .iter()
            .filter(|(a, b)| a.is_finite() && b.is_finite());
        let line: Vec<String> = points
            .map(|&(a, b)| format!("{:.1},{:.1}", across(a), up(b)))
            .collect();
        let _ = write!(
            svg,
            "<polyline fill=none stroke='{colour}' stroke-width=1.5 points='{}'/>",
            line.join(" ")
        );
        let _ = write!(
            names,
            " <span style='color:{colour}'>&#9632;</span> {}",
            escaped(&curve.name)
        );
    }
    format!(
        "<figure><figcaption>{}</figcaption><svg width={WIDTH} height={HEIGHT} role=img>{svg}\
         <text x={MARGIN} y=12>{}</text><text x={} y={}>{}</text></svg><div>{names}</div></figure>",
        escaped(&plot.title),
        escaped(plot.y),
        WIDTH - 3.0 * MARGIN,
        HEIGHT - 6.0,
        escaped(plot.x)
    )
}
