//! The programs that are built in release mode and then take over: the demo, the benches, the
//! simulator.

use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use crate::command::Log;
use crate::needs::{self, Package};
use crate::place;
use crate::plan::{Lane, Plan, Step, Work};
use crate::{setup, ui};

/// The package of the simulator.
pub const SIM: &str = "hotline-sim";

/// How long one command of a step may run.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// Sets up and runs `cargo xtask demo`; returns only when that failed.
pub fn demo(arguments: &[String]) -> Result<(), String> {
    become_program("demo", &[needs::DEMO], arguments)
}

/// Installs these packages and runs `cargo xtask bench`; returns only when that failed.
pub fn bench(arguments: &[String], needs: &'static [&'static [Package]]) -> Result<(), String> {
    become_program("bench", needs, arguments)
}

/// Builds and runs `cargo xtask sim`; returns only when that failed.
pub fn sim(arguments: &[String]) -> Result<(), String> {
    become_program_of_sim("sim", arguments)
}

/// Builds and runs `cargo xtask bench callcentre`; returns only when that failed.
pub fn callcentre(arguments: &[String]) -> Result<(), String> {
    become_program_of_sim("callcentre", arguments)
}

/// Builds and runs `cargo xtask bench voice`, with the peers and judges it compares with; returns
/// only when that failed.
pub fn voice(arguments: &[String]) -> Result<(), String> {
    let packages: Work = Box::new(|log| setup::debian(log, &[needs::VOICE]));
    finish(Plan::new(vec![
        step("packages", Lane::Cargo, &[], packages),
        step("judges", Lane::Node, &["packages"], Box::new(setup::judges)),
        step(
            "program",
            Lane::Cargo,
            &[],
            Box::new(|log| build_of(log, "hotline-voice", "voice")),
        ),
    ]))?;
    take_over("voice", arguments)
}

/// What the simulator's room brings is Rust alone, so nothing else is set up.
fn become_program_of_sim(program: &'static str, arguments: &[String]) -> Result<(), String> {
    let work: Work = Box::new(move |log| build_of(log, SIM, program));
    finish(Plan::new(vec![step("program", Lane::Cargo, &[], work)]))?;
    take_over(program, arguments)
}

/// Everything a user needs for `cargo xtask ui`.
pub fn pages() -> Result<(), String> {
    finish(Plan::new(vec![modules(), pages_step()]))
}

fn become_program(
    program: &'static str,
    needs: &'static [&'static [Package]],
    arguments: &[String],
) -> Result<(), String> {
    let packages: Work = Box::new(|log| setup::debian(log, needs));
    let after: &[&str] = &["packages", "pages"];
    finish(Plan::new(vec![
        step("packages", Lane::Cargo, &[], packages),
        modules(),
        pages_step(),
        step(
            "program",
            Lane::Cargo,
            after,
            Box::new(move |log| build(log, program)),
        ),
    ]))?;
    take_over(program, arguments)
}

fn take_over(program: &str, arguments: &[String]) -> Result<(), String> {
    let path = place::release(program);
    let failed = Command::new(&path)
        .args(arguments)
        .current_dir(place::root())
        .exec();
    Err(format!("cannot start {}: {failed}", path.display()))
}

/// Builds one of the programs of the `tests` room, as the product is built.
pub fn build(log: &Log, program: &str) -> Result<Option<String>, String> {
    build_of(log, "hotline-tests", program)
}

/// Builds a program of a package, as the product is built.
pub fn build_of(log: &Log, package: &str, program: &str) -> Result<Option<String>, String> {
    let line = ["cargo", "build", "--locked", "--release", "-p", package];
    log.run(
        &place::root(),
        &[&line[..], &["--bin", program]].concat(),
        &[],
    )?;
    Ok(None)
}

fn modules() -> Step {
    step(
        "modules of the pages",
        Lane::Node,
        &[],
        Box::new(setup::npm),
    )
}

fn pages_step() -> Step {
    step(
        "pages",
        Lane::Node,
        &["modules of the pages"],
        Box::new(ui::build),
    )
}

fn step(name: &'static str, lane: Lane, after: &'static [&'static str], work: Work) -> Step {
    Step {
        name,
        lane,
        after,
        limit: LIMIT,
        work,
    }
}

fn finish(plan: Plan) -> Result<(), String> {
    let tally = plan.run();
    if tally.all_passed() {
        Ok(())
    } else {
        Err(format!("stopped: {tally}"))
    }
}
