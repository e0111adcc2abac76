//! `voice [SECTION...] [--json] [--report FILE]`: every function of the voice path beside the best
//! known library that does the same, in one run.
//!
//! A *section* is one function: its file measures ours and theirs and returns figures and plots.
//! The libraries are opened when the bench runs (see [`peers`]); nothing of ours is linked to them.

mod caller_id;
mod comfort_noise;
mod concealment;
mod din;
mod dtmf;
mod echo;
mod engine;
mod g711;
mod gain_control;
mod jitter;
mod judge;
mod line;
mod material;
mod mixer;
mod noise;
mod peers;
mod progress;
mod report;
mod resample;
mod section;
mod stopwatch;
mod talk;

// The line and the signals of G.168, as the tests of the canceller have them.
#[path = "../../../media-dsp/tests/hybrid/mod.rs"]
mod hybrid;
#[path = "../../../media-dsp/tests/signal/mod.rs"]
mod signal;

// The one form of all benches; see the simulator's `callcentre`, which does the same.
#[allow(dead_code)]
#[path = "../../src/bench/figure.rs"]
mod figure;

use std::path::PathBuf;
use std::process::ExitCode;

use figure::{Figure, all_met, to_json, to_table};
use section::{SECTIONS, Section};

const USAGE: &str = "\
voice: every function of the voice path beside the best known library, in one run

  SECTION...     only these (default: all)
  --list         the names of the sections
  --json         a list on standard output instead of tables
  --report FILE  where the page with the plots goes (default target/voice/report.html)

It ends with 1 when a target is missed.";

struct Order {
    sections: Vec<String>,
    is_json: bool,
    report: PathBuf,
}

fn main() -> ExitCode {
    let order = match read_arguments() {
        Ok(Some(order)) => order,
        Ok(None) => return ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("voice: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if cfg!(debug_assertions) {
        eprintln!("voice: this build is not optimised; its figures are not the product's");
    }
    match run(&order) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("voice: a target is missed");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("voice: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every target is met.
fn run(order: &Order) -> Result<bool, String> {
    let wanted = |name: &str| order.sections.is_empty() || order.sections.iter().any(|s| s == name);
    let chosen: Vec<_> = SECTIONS.iter().filter(|(name, _)| wanted(name)).collect();
    let mut sections: Vec<Section> = Vec::new();
    for (n, (name, measure)) in chosen.iter().enumerate() {
        eprintln!("voice: {} of {}, {name}", n + 1, chosen.len());
        let section = measure().map_err(|error| format!("{name}: {error}"))?;
        if !order.is_json {
            println!("\n{}\n{}", section.title, to_table(&section.figures));
        }
        sections.push(section);
    }
    report::write(&order.report, &sections)?;
    eprintln!("voice: the plots are in {}", order.report.display());
    let figures: Vec<Figure> = sections.into_iter().flat_map(|s| s.figures).collect();
    if order.is_json {
        println!("{}", to_json(&figures));
    }
    Ok(all_met(&figures))
}

fn read_arguments() -> Result<Option<Order>, String> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let told = |error: lexopt::Error| error.to_string();
    let mut order = Order {
        sections: Vec::new(),
        is_json: false,
        report: PathBuf::from("target/voice/report.html"),
    };
    while let Some(argument) = parser.next().map_err(told)? {
        match argument {
            // The word by which `cargo xtask bench` chose this program.
            Value(word) if word == "voice" && order.sections.is_empty() => {}
            Value(word) => order.sections.push(known(word.string().map_err(told)?)?),
            Long("json") => order.is_json = true,
            Long("report") => order.report = parser.value().map_err(told)?.into(),
            Long("list") => {
                for (name, _) in SECTIONS {
                    println!("{name}");
                }
                return Ok(None);
            }
            Short('h') | Long("help") => {
                println!("{USAGE}");
                return Ok(None);
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    Ok(Some(order))
}

fn known(section: String) -> Result<String, String> {
    if SECTIONS.iter().any(|(name, _)| *name == section) {
        return Ok(section);
    }
    let names: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
    Err(format!(
        "there is no section `{section}`; there are: {}",
        names.join(" ")
    ))
}
