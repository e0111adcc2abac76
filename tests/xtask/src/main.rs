//! The one door to every chore of the house. It depends on no other crate, so it builds on a
//! bare machine and brings the rest.

mod command;
mod fuzz;
mod needs;
mod place;
mod plan;
mod program;
mod setup;
mod suite;
mod tidy;
mod ui;

use std::process::ExitCode;

const HELP: &str = "\
The chores of Hotline. Each installs what it needs, or says how.

cargo xtask demo [--check] [ARGUMENT...]
    Runs the real program on a virtual card and a virtual town of callers.
    --check places three calls, verifies them and ends. Other arguments go to
    the program; `cargo xtask demo -- --help` lists them.
cargo xtask test [--list | STEP...]
    Runs everything that CI runs, or only the named steps with what they need.
cargo xtask bench NAME [--json] [ARGUMENT...]
    Measures, prints a table; --json prints a list on standard output. Fails
    when a target is missed. NAME: first-call, fifty [--minutes N],
    callcentre.
cargo xtask sim [--seed N] [--days D] [--seats S] [--long] [--score] [--mutants]
    Random days of a call centre on a virtual clock, everything checked after
    every event. The same seed gives the same facts. --long: a million calls;
    --mutants: a faulty core must be caught. `cargo xtask sim -- --help`.
cargo xtask ui
    Builds the web pages into web-ui/dist, if their sources changed.
cargo xtask tidy
    Checks the rules of the house that no compiler knows.
cargo xtask setup
    Installs what the demo and the tests need and does nothing else.

Logs: target/xtask/*.log
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print!("{HELP}");
        return ExitCode::from(2);
    };
    let asks_help = rest
        .first()
        .is_some_and(|first| first == "--help" || first == "-h");
    if asks_help || matches!(name.as_str(), "--help" | "-h" | "help") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match obey(name, rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Fault::Usage(reason)) => {
            eprintln!("xtask: {reason}\n\n{HELP}");
            ExitCode::from(2)
        }
        Err(Fault::Failed(reason)) => {
            if !reason.is_empty() {
                eprintln!("xtask: {reason}");
            }
            ExitCode::FAILURE
        }
    }
}

enum Fault {
    /// The command line makes no sense.
    Usage(String),
    /// The chore failed. Empty when all has been said.
    Failed(String),
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self::Failed(reason)
    }
}

fn obey(name: &str, rest: &[String]) -> Result<(), Fault> {
    match name {
        "demo" => Ok(program::demo(after_dashes(rest))?),
        "bench" => bench(rest),
        "sim" => Ok(program::sim(after_dashes(rest))?),
        "test" => test(rest),
        "ui" => nothing_after(name, rest).and_then(|()| Ok(program::pages()?)),
        "tidy" => nothing_after(name, rest).and_then(|()| tidy()),
        "setup" => nothing_after(name, rest).and_then(|()| {
            let steps = ["packages".to_owned(), "ui-modules".to_owned()];
            test(&steps)
        }),
        _ => Err(Fault::Usage(format!("there is no chore named `{name}`"))),
    }
}

fn after_dashes(rest: &[String]) -> &[String] {
    match rest.split_first() {
        Some((first, others)) if first == "--" => others,
        _ => rest,
    }
}

fn nothing_after(name: &str, rest: &[String]) -> Result<(), Fault> {
    match rest.first() {
        None => Ok(()),
        Some(extra) => Err(Fault::Usage(format!(
            "`{name}` takes no argument, found `{extra}`"
        ))),
    }
}

/// The programs check their own arguments; what can be seen at once is told before the build.
fn bench(rest: &[String]) -> Result<(), Fault> {
    let Some((name, options)) = rest
        .split_first()
        .filter(|(name, _)| !name.starts_with('-'))
    else {
        return Err(Fault::Usage(
            "`bench` takes a name first, such as `first-call`".into(),
        ));
    };
    match name.as_str() {
        "first-call" => {
            check_minutes(options)?;
            Ok(program::bench(rest, &[needs::DEMO])?)
        }
        "fifty" => {
            check_minutes(options)?;
            Ok(program::bench(rest, &[needs::DEMO, needs::TEST])?)
        }
        "callcentre" => Ok(program::callcentre(options)?),
        "voice" => Ok(program::voice(options)?),
        _ => Err(Fault::Usage(format!(
            "there is no bench named `{name}`; there are: first-call fifty callcentre voice"
        ))),
    }
}

fn check_minutes(options: &[String]) -> Result<(), Fault> {
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match option.as_str() {
            "--json" => {}
            "--minutes" if options.next().is_some_and(|n| n.parse::<u32>().is_ok()) => {}
            "--minutes" => return Err(Fault::Usage("`--minutes` takes a number".into())),
            _ => return Err(Fault::Usage(format!("`bench` does not know `{option}`"))),
        }
    }
    Ok(())
}

fn test(rest: &[String]) -> Result<(), Fault> {
    if rest == ["--list"] {
        suite::names().iter().for_each(|name| println!("{name}"));
        return Ok(());
    }
    let tally = suite::run(rest)?;
    println!("{tally}");
    if tally.all_passed() {
        Ok(())
    } else {
        Err(Fault::Failed(String::new()))
    }
}

fn tidy() -> Result<(), Fault> {
    let report = tidy::look(&place::root())?;
    print!("{report}");
    if report.faults.is_empty() {
        Ok(())
    } else {
        Err(Fault::Failed(report.in_short()))
    }
}
