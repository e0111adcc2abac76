//! `hotline run`, `hotline check-config`, `hotline rebuild`, `hotline config`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use hotline::config::{Config, LogFormat};
use hotline::run::{Doors, Running, reachable, start};

const USAGE: &str = "\
hotline - a call centre in a box

  hotline run --config FILE            run until SIGINT or SIGTERM
  hotline check-config --config FILE   say whether FILE is good, start nothing
  hotline rebuild --config FILE        make the call records again from the facts, on a copy, and
                                       compare; beside a running program too
  hotline config                       print a configuration with every default
  hotline openapi                      print the description of the HTTP API
  hotline --version

Exit codes: 0 good, 1 could not start, 2 bad configuration or arguments,
3 the records made again differ from those kept.";

/// How long a program that cannot go on may take to end.
const STOPS_IN: Duration = Duration::from_secs(10);

enum Order {
    Run(PathBuf),
    Check(PathBuf),
    Rebuild(PathBuf),
    Print(String),
}

fn main() -> ExitCode {
    let order = match read_arguments() {
        Ok(order) => order,
        Err(error) => {
            eprintln!("hotline: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let path = match &order {
        Order::Print(text) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Order::Check(path) | Order::Rebuild(path) | Order::Run(path) => path,
    };
    let config = match Config::load(path) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("hotline: {error}");
            return ExitCode::from(2);
        }
    };
    match order {
        Order::Run(_) => run(&config),
        Order::Rebuild(_) => rebuild(&config),
        _ => {
            println!("{} is good", path.display());
            ExitCode::SUCCESS
        }
    }
}

fn run(config: &Config) -> ExitCode {
    start_logging(config);
    match start(config, Doors::default()) {
        Ok(running) => serve(running),
        Err(error) => {
            eprintln!("hotline: {}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

fn rebuild(config: &Config) -> ExitCode {
    let told = |done, all| eprintln!("{done} of {all} facts");
    let rebuilt = match hotline::store::rebuild(&config.paths.data, told) {
        Ok(rebuilt) => rebuilt,
        Err(error) => {
            eprintln!("hotline: {}", with_causes(&error));
            return ExitCode::FAILURE;
        }
    };
    let (calls, facts, copy) = (rebuilt.calls, rebuilt.facts, rebuilt.copy.display());
    println!("{calls} calls from {facts} facts, in {copy}");
    if rebuilt.differences.is_empty() {
        println!("They are the same as those kept.");
        return ExitCode::SUCCESS;
    }
    println!(
        "These differ from those kept, among others: {:?}",
        rebuilt.differences
    );
    ExitCode::from(3)
}

fn serve(running: Running) -> ExitCode {
    println!("Hotline runs: http://{}", reachable(running.web));
    if let Some(code) = &running.setup_code {
        println!("It is not set up yet. The page asks for this code: {code}");
    }
    let failed = running.failed.clone();
    let waited = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map(|runtime| {
            runtime.block_on(async {
                use tokio::signal::unix::{SignalKind, signal};
                let mut terminate = signal(SignalKind::terminate())?;
                tokio::select! {
                    outcome = tokio::signal::ctrl_c() => outcome,
                    _ = terminate.recv() => Ok(()),
                    () = failed.cancelled() => Err(std::io::Error::other("there is no sound")),
                }
            })
        });
    match waited {
        Ok(Ok(())) => {
            running.stop();
            ExitCode::SUCCESS
        }
        Ok(Err(error)) | Err(error) => {
            eprintln!("hotline: cannot go on: {error}");
            stop_in_time(running);
            ExitCode::FAILURE
        }
    }
}

/// Ends what can be ended. A thread that hangs is not waited for: whoever started the program could
/// not start it anew.
fn stop_in_time(running: Running) {
    let (tell, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        running.stop();
        let _ = tell.send(());
    });
    if ended.recv_timeout(STOPS_IN).is_err() {
        eprintln!("hotline: a thread does not end; the next start closes what is open");
    }
}

fn read_arguments() -> Result<Order, String> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let (mut command, mut config) = (None, None);
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Value(word) if command.is_none() => command = Some(word.to_string_lossy().into_owned()),
            Long("config") => {
                config = Some(PathBuf::from(
                    parser.value().map_err(|error| error.to_string())?,
                ));
            }
            Short('h') | Long("help") => return Ok(Order::Print(USAGE.into())),
            Short('V') | Long("version") => {
                return Ok(Order::Print(format!(
                    "hotline {}",
                    env!("CARGO_PKG_VERSION")
                )));
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    let needs_file = || {
        config
            .clone()
            .ok_or("which configuration? Say --config FILE".to_owned())
    };
    match command.as_deref() {
        Some("run") => Ok(Order::Run(needs_file()?)),
        Some("check-config") => Ok(Order::Check(needs_file()?)),
        Some("rebuild") => Ok(Order::Rebuild(needs_file()?)),
        Some("config") => Ok(Order::Print(Config::documented().trim_end().into())),
        Some("openapi") => Ok(Order::Print(hotline::http::openapi())),
        Some(other) => Err(format!("there is no command {other:?}")),
        None => Err("what shall it do?".into()),
    }
}

fn start_logging(config: &Config) {
    use tracing_subscriber::EnvFilter;
    // rsipstack logs whole SIP messages at INFO: numbers and passwords' digests stay out of the log.
    let filter = EnvFilter::new(format!("{},rsipstack=warn", config.log.level));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match config.log.format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
