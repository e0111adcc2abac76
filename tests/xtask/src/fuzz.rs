//! Fuzzing: each target of `tests/fuzz` is fed by libFuzzer for a while.
//!
//! The compiler of the rest is enough: coverage is counted by a pass that it has, and there is no
//! unsafe code that a sanitizer of the nightly one would watch.

use crate::command::Log;
use crate::place;

/// One file in `tests/fuzz/src` each.
const TARGETS: &[&str] = &["rtp", "jitter", "stream", "ranges"];
/// Seconds a target is fed.
const FED_S: u32 = 30;
/// No input is longer: a datagram of Ethernet, or some hundred packets.
const LONGEST_OCTETS: u32 = 1500;
/// Named, so that programs which run while building are built without the pass.
const MACHINE: &str = "x86_64-unknown-linux-gnu";
/// What libFuzzer wants of the code it runs: a counter at every edge, and the operands of compares.
const FLAGS: &str = "-Cpasses=sancov-module -Ccodegen-units=1 --cfg fuzzing \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Builds the targets and feeds each. What was found before is tried first; an input that breaks a
/// target is kept, and the step fails and names it.
pub fn run(log: &Log) -> Result<Option<String>, String> {
    let folder = place::root().join("tests/fuzz");
    let own = place::target().join("fuzz");
    let built = own.display().to_string();
    let build = [
        "cargo",
        "build",
        "--release",
        "--locked",
        "--target",
        MACHINE,
    ];
    let surroundings = [("RUSTFLAGS", FLAGS), ("CARGO_TARGET_DIR", built.as_str())];
    log.run(&folder, &build, &surroundings)?;
    for target in TARGETS {
        feed(log, target)?;
    }
    Ok(Some(format!("{} targets, {FED_S} s each", TARGETS.len())))
}

fn feed(log: &Log, target: &str) -> Result<(), String> {
    let own = place::target().join("fuzz");
    let corpus = own.join("corpus").join(target);
    let broken = own.join("broken");
    for folder in [&corpus, &broken] {
        let made = std::fs::create_dir_all(folder);
        made.map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    }
    let program = own.join(MACHINE).join("release").join(target);
    let [program, corpus] = [program, corpus].map(|path| path.display().to_string());
    let time = format!("-max_total_time={FED_S}");
    let length = format!("-max_len={LONGEST_OCTETS}");
    let kept = format!("-artifact_prefix={}/{target}-", broken.display());
    let line = [&program, &time, &length, &kept, "-timeout=5", &corpus];
    log.run(&place::root(), &line, &[]).map_err(|error| {
        let told = log.tail(2_000);
        let input = told.lines().rev().find(|line| line.contains("written to"));
        format!("{target}: {}", input.unwrap_or(&error))
    })
}
