//! `bench NAME [--minutes N] [--json]`

use std::process::ExitCode;

use hotline_tests::bench::figure::{all_met, to_json, to_table};
use hotline_tests::bench::{Figure, fifty, first_call};

const USAGE: &str = "\
bench: what the product costs and how good it is, as figures with targets

  first-call     4 analog lines, 4 agents, somebody on every line all the time
  fifty          50 phones of agents and 50 of callers, all of them sipp
  --minutes N    how long (1 to 200, default 10); first-call warms up for a minute before
  --json         a list on standard output instead of a table

It ends with 1 when a target is missed.";

struct Order {
    run: fn(u32) -> Result<Vec<Figure>, String>,
    minutes: u32,
    is_json: bool,
}

fn main() -> ExitCode {
    let order = match read_arguments() {
        Ok(Some(order)) => order,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("bench: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| "error,rsipstack=off".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    if cfg!(debug_assertions) {
        eprintln!("bench: this build is not optimised; its figures are not the product's");
    }
    let figures = match (order.run)(order.minutes) {
        Ok(figures) => figures,
        Err(error) => {
            eprintln!("bench: {error}");
            return ExitCode::FAILURE;
        }
    };
    if order.is_json {
        println!("{}", to_json(&figures));
    } else {
        println!("{}", to_table(&figures));
    }
    if all_met(&figures) {
        ExitCode::SUCCESS
    } else {
        eprintln!("bench: a target is missed");
        ExitCode::FAILURE
    }
}

fn read_arguments() -> Result<Option<Order>, String> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let told = |error: lexopt::Error| error.to_string();
    let (mut name, mut is_json) = (None, false);
    let mut minutes = first_call::DEFAULT_MINUTES;
    while let Some(argument) = parser.next().map_err(told)? {
        match argument {
            Value(word) if name.is_none() => name = Some(word.string().map_err(told)?),
            Long("minutes") => minutes = parser.value().and_then(|v| v.parse()).map_err(told)?,
            Long("json") => is_json = true,
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let run = match name.as_deref() {
        Some(first_call::NAME) => first_call::run,
        Some(fifty::NAME) => fifty::run,
        Some(other) => {
            return Err(format!(
                "there is no bench named `{other}`; there are: {}, {}",
                first_call::NAME,
                fifty::NAME
            ));
        }
        None => return Err("which bench?".to_owned()),
    };
    if !(1..=first_call::MAX_MINUTES).contains(&minutes) {
        return Err(format!(
            "--minutes {minutes}: 1 to {} are allowed",
            first_call::MAX_MINUTES
        ));
    }
    Ok(Some(Order {
        run,
        minutes,
        is_json,
    }))
}
