//! `demo [--check] [--data DIR] [--http ADDRESS] [--sip ADDRESS] [--seed N]`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hotline_tests::demo::{self, DemoSettings, check};

const USAGE: &str = "\
demo: a call centre with lines, callers and agents that are made up, and a door for your phone

  --data DIR      where everything is kept (default target/demo, made anew each time)
  --http ADDRESS  where the pages are (default 0.0.0.0:8080)
  --sip ADDRESS   where phones register (default 0.0.0.0:5060)
  --seed N        who calls when and does what (default 1)
  --check         three calls, a look at all that came of them, one line; kept only with --data";

struct Order {
    settings: DemoSettings,
    is_check: bool,
    is_own_data: bool,
}

fn main() -> ExitCode {
    let order = match read_arguments() {
        Ok(Some(order)) => order,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("demo: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| "error,rsipstack=off".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let outcome = if order.is_check {
        check_calls(&order)
    } else {
        run(&order)
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn check_calls(order: &Order) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let data = if order.is_own_data {
        &order.settings.data
    } else {
        folder.path()
    };
    let line = check::run(data, order.settings.seed)
        .map_err(|faults| format!("the check failed (seed {}):\n{faults}", order.settings.seed))?;
    println!("{line}");
    Ok(())
}

fn run(order: &Order) -> Result<(), String> {
    let settings = &order.settings;
    if !order.is_own_data && settings.data.join("hotline.db").exists() {
        std::fs::remove_dir_all(&settings.data)
            .map_err(|error| format!("{}: {error}", settings.data.display()))?;
    }
    let over = Arc::new(AtomicBool::new(false));
    let office = demo::open(settings)?;
    println!("{}", demo::welcome(&office, &settings.data)?);
    let told = Arc::clone(&over);
    std::thread::spawn(move || wait_for_signal(&told));
    let outcome = demo::traffic(&office, settings, || over.load(Ordering::Relaxed));
    office.close();
    outcome
}

fn wait_for_signal(over: &AtomicBool) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let waited = runtime.and_then(|runtime| runtime.block_on(tokio::signal::ctrl_c()));
    if let Err(error) = waited {
        eprintln!("demo: cannot wait for Ctrl-C: {error}");
    }
    over.store(true, Ordering::Relaxed);
}

fn read_arguments() -> Result<Option<Order>, String> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let any = |port| SocketAddr::from(([0, 0, 0, 0], port));
    let (mut data, mut is_check, mut seed) = (None, false, 1);
    let (mut http, mut sip) = (any(8080), any(5060));
    let told = |error: lexopt::Error| error.to_string();
    while let Some(argument) = parser.next().map_err(told)? {
        match argument {
            Long("data") => data = Some(PathBuf::from(parser.value().map_err(told)?)),
            Long("http") => http = parser.value().and_then(|v| v.parse()).map_err(told)?,
            Long("sip") => sip = parser.value().and_then(|v| v.parse()).map_err(told)?,
            Long("seed") => seed = parser.value().and_then(|v| v.parse()).map_err(told)?,
            Long("check") => is_check = true,
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let is_own_data = data.is_some();
    let data = match data {
        Some(data) => data,
        None => std::env::current_dir()
            .map_err(|error| error.to_string())?
            .join("target/demo"),
    };
    let settings = DemoSettings {
        data,
        http,
        sip,
        seed,
    };
    Ok(Some(Order {
        settings,
        is_check,
        is_own_data,
    }))
}
