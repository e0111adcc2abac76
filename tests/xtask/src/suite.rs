//! `cargo xtask test`: everything that CI runs, in the order that costs least.
//!
//! Four builds cannot be shared: what clippy checks, what the tests run (dev profile), what libFuzzer
//! feeds (`fuzz`) and what the demo runs (release). Each is made once. The pages come first, for the
//! program embeds them; while npm works, Cargo builds the licence checker.

use std::time::Duration;

use crate::command::{self, Log};
use crate::needs::{self, CARGO_DENY};
use crate::place;
use crate::plan::{Lane, Plan, Step, Tally, Work};
use crate::{fuzz, program, setup, tidy, ui};

type Checked = Result<Option<String>, String>;

/// Runs the suite, or the named steps of it with what they need.
pub fn run(only: &[String]) -> Result<Tally, String> {
    let plan = Plan::new(chosen(steps(), only)?);
    let tally = plan.run();
    println!("{}", plan.table());
    Ok(tally)
}

/// The names of the steps, in order.
pub fn names() -> Vec<&'static str> {
    steps().iter().map(|step| step.name).collect()
}

fn steps() -> Vec<Step> {
    vec![
        cargo("packages", &[], packages),
        node("ui-modules", &[], setup::npm),
        node("ui-build", &["ui-modules"], ui::build),
        node("ui-check", &["ui-modules"], ui::check),
        node("ui-test", &["ui-modules"], ui::test),
        cargo("format", &[], format),
        cargo("tidy", &[], tidy_step),
        cargo("licences", &["packages"], licences),
        cargo("clippy", &["packages", "ui-build"], clippy),
        cargo("doc", &["packages", "ui-build"], doc),
        cargo("tests", &["packages", "ui-build"], tests),
        cargo("fuzz", &["packages"], fuzz::run),
        cargo("sim-mutants", &["packages"], sim_mutants),
        cargo("ui-browser", &["packages", "ui-build"], ui::browser),
        cargo("demo-build", &["packages", "ui-build"], |log| {
            program::build(log, "demo")
        }),
        cargo("demo-check", &["demo-build"], demo_check),
    ]
}

fn cargo(name: &'static str, after: &'static [&'static str], work: fn(&Log) -> Checked) -> Step {
    Step {
        name,
        lane: Lane::Cargo,
        after,
        limit: limit(name),
        work: Box::new(work) as Work,
    }
}

fn node(name: &'static str, after: &'static [&'static str], work: fn(&Log) -> Checked) -> Step {
    Step {
        name,
        lane: Lane::Node,
        after,
        limit: limit(name),
        work: Box::new(work) as Work,
    }
}

/// No step may hang a run: generous for two cores, short of CI's own limit.
fn limit(name: &str) -> Duration {
    let minutes = if matches!(name, "tests" | "clippy" | "demo-build") {
        40
    } else {
        15
    };
    Duration::from_secs(minutes * 60)
}

fn chosen(all: Vec<Step>, only: &[String]) -> Result<Vec<Step>, String> {
    if only.is_empty() {
        return Ok(all);
    }
    let known: Vec<&str> = all.iter().map(|step| step.name).collect();
    if let Some(strange) = only.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(format!(
            "no step is named `{strange}`; there are: {}",
            known.join(" ")
        ));
    }
    // every step stands after the steps it needs: one walk from the end finds them all
    let mut wanted: Vec<&str> = only.iter().map(String::as_str).collect();
    for step in all.iter().rev() {
        if wanted.contains(&step.name) {
            wanted.extend(step.after);
        }
    }
    let wanted: Vec<String> = wanted.into_iter().map(str::to_owned).collect();
    Ok(all
        .into_iter()
        .filter(|step| wanted.iter().any(|name| name == step.name))
        .collect())
}

fn packages(log: &Log) -> Checked {
    setup::debian(log, &[needs::DEMO, needs::TEST])
}

fn format(log: &Log) -> Checked {
    log.run(&place::root(), &["cargo", "fmt", "--all", "--check"], &[])?;
    Ok(None)
}

fn tidy_step(log: &Log) -> Checked {
    let report = tidy::look(&place::root())?;
    log.say(&report.to_string());
    if report.faults.is_empty() {
        Ok(None)
    } else {
        Err(report.in_short())
    }
}

fn licences(log: &Log) -> Checked {
    let deny = cargo_deny(log)?;
    let line = [
        deny.as_str(),
        "--locked",
        "check",
        "licenses",
        "bans",
        "sources",
    ];
    log.run(&place::root(), &line, &[])?;
    Ok(None)
}

/// The licence checker of the pinned version, built from source the first time.
fn cargo_deny(log: &Log) -> Result<String, String> {
    let tools = place::target().join("tools");
    let own = tools.join("bin/cargo-deny").display().to_string();
    let told = format!("cargo-deny {CARGO_DENY}");
    let is_it = |program: &String| {
        let version = command::output(program, &["--version"], &place::root());
        version.is_some_and(|version| version.trim() == told)
    };
    if let Some(found) = [own.clone(), "cargo-deny".into()].into_iter().find(is_it) {
        return Ok(found);
    }
    let folder = tools.display().to_string();
    let install = [
        "cargo",
        "install",
        "cargo-deny",
        "--version",
        CARGO_DENY,
        "--locked",
    ];
    let slim = ["--no-default-features", "--root", &folder];
    log.run(&place::root(), &[&install[..], &slim[..]].concat(), &[])?;
    Ok(own)
}

fn clippy(log: &Log) -> Checked {
    let line = [
        "cargo",
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
    ];
    log.run(
        &place::root(),
        &[&line[..], &["-D", "warnings"]].concat(),
        &[],
    )?;
    Ok(None)
}

fn doc(log: &Log) -> Checked {
    let line = ["cargo", "doc", "--locked", "--workspace", "--no-deps"];
    log.run(&place::root(), &line, &[("RUSTDOCFLAGS", "-D warnings")])?;
    Ok(None)
}

/// With nextest where it is installed, else with Cargo's own runner.
fn tests(log: &Log) -> Checked {
    let root = place::root();
    if command::output("cargo", &["nextest", "--version"], &root).is_none() {
        log.run(
            &root,
            &["cargo", "test", "--locked", "--workspace", "--no-fail-fast"],
            &[],
        )?;
        return Ok(Some("cargo test".into()));
    }
    let line = [
        "cargo",
        "nextest",
        "run",
        "--locked",
        "--workspace",
        "--profile",
        "ci",
    ];
    log.run(&root, &line, &[])?;
    let summary = nextest_summary(&log.tail(20_000));
    // nextest does not run the examples in the documentation
    log.run(
        &root,
        &["cargo", "test", "--locked", "--workspace", "--doc"],
        &[],
    )?;
    Ok(summary)
}

/// `142 tests run: 142 passed (3 slow), 0 skipped` of nextest's last lines.
fn nextest_summary(log: &str) -> Option<String> {
    let line = log.lines().rev().find(|line| line.contains("Summary ["))?;
    line.split_once(']').map(|(_, told)| told.trim().to_owned())
}

/// The simulator's checks bite: a core made faulty on purpose is caught, fault by fault.
fn sim_mutants(log: &Log) -> Checked {
    let line = ["cargo", "run", "--quiet", "--locked", "-p", program::SIM];
    let rest = ["--bin", "sim", "--", "--mutants"];
    log.run(&place::root(), &[&line[..], &rest[..]].concat(), &[])?;
    Ok(Some(log.last_line()))
}

fn demo_check(log: &Log) -> Checked {
    let demo = place::release("demo").display().to_string();
    log.run(&place::root(), &[&demo, "--check"], &[])?;
    Ok(Some(log.last_line()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_stands_after_the_steps_it_needs() {
        let all = steps();
        for (index, step) in all.iter().enumerate() {
            for before in step.after {
                let at = all.iter().position(|other| other.name == *before);
                assert!(
                    at.is_some_and(|at| at < index),
                    "{} needs {before}",
                    step.name
                );
            }
        }
    }

    #[test]
    fn a_chosen_step_brings_the_steps_it_needs_and_no_other() {
        let names = |only: &str| -> Vec<&str> {
            let steps = chosen(steps(), &[only.to_owned()]).unwrap();
            steps.iter().map(|step| step.name).collect()
        };
        assert_eq!(names("tidy"), ["tidy"]);
        assert_eq!(
            names("clippy"),
            ["packages", "ui-modules", "ui-build", "clippy"]
        );
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_list() {
        let told = chosen(steps(), &["lint".to_owned()]).err().unwrap();
        assert!(told.contains("`lint`") && told.contains("clippy"), "{told}");
    }

    #[test]
    fn the_summary_of_the_test_runner_is_found() {
        let log = "x\n     Summary [  12.3s] 42 tests run: 42 passed, 0 skipped\n";
        assert_eq!(
            nextest_summary(log).unwrap(),
            "42 tests run: 42 passed, 0 skipped"
        );
    }
}
