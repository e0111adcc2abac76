//! `sim [--seed N] [--days D] [--seats S] [--every E] [--calls C | --long] [--mutants]`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use hotline_sim::corpus::{Corpus, corpus};
use hotline_sim::score::{Table, WaitTable, estimators, fairness};
use hotline_sim::{Days, Failed, Lived, Story, Sum, many, mutants, run};

const USAGE: &str = "\
sim: random days of a call centre, everything checked after every event

  --seed N       everything is drawn from it (default 1)
  --days D       how many days (1 to 366, default 1)
  --seats S      how many agents (1 to 1000, default 50)
  --every E      compare what people see, and the fold of the facts, after every
                 E events (default 1)
  --alone        agents keep to themselves: no transfers, conferences, supervision,
                 parked calls, forwarding, messages, overflow, calls of our phones
  --calls C      days of one seed after the other, offices of 1 to 50 agents in
                 turn, until so many calls have been
  --long         the same as --calls 1000000 --every 16
  --as-it-is     a day that fails is not made shorter
  --score        calm days: how evenly each strategy spreads the work, and
                 how right callers are told how long they will wait
  --corpus DIR   write facts as this release tells them, for later ones to read
  --mutants      make the core faulty on purpose, in a copy, once for each entry
                 of the table; each must be caught

The same seed gives the same facts, byte for byte: the number printed last is
made of all of them. It ends with 1 when an invariant does not hold.";

/// How often the sum of many days is told.
const PACE: Duration = Duration::from_secs(10);
const LONG: u64 = 1_000_000;
const LONG_EVERY: u64 = 16;

struct Order {
    days: Days,
    calls: Option<u64>,
    is_shortened: bool,
    corpus: Option<PathBuf>,
    mutants: bool,
    score: bool,
}

fn main() -> ExitCode {
    let order = match read_arguments() {
        Ok(Some(order)) => order,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("sim: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if order.mutants {
        return mutate();
    }
    if let Some(folder) = &order.corpus {
        return keep_corpus(folder);
    }
    if order.score {
        return score(order.days.seed);
    }
    let started = Instant::now();
    let failed = match order.calls {
        None => match run(order.days) {
            Ok(lived) => {
                println!("{}", told(order.days, &lived, started.elapsed()));
                return ExitCode::SUCCESS;
            }
            Err(story) => Failed {
                days: order.days,
                story,
            },
        },
        Some(calls) => match live_many(order.days, calls) {
            Ok(sum) => {
                println!("{}", in_words(sum, started.elapsed()));
                return ExitCode::SUCCESS;
            }
            Err(failed) => *failed,
        },
    };
    tell_failure(failed, order.is_shortened);
    ExitCode::FAILURE
}

fn live_many(days: Days, calls: u64) -> Result<Sum, Box<Failed>> {
    let (started, last) = (Instant::now(), Mutex::new(Instant::now()));
    many(days.seed, calls, days.every, days.is_alone, |sum| {
        if let Ok(mut last) = last.lock()
            && last.elapsed() >= PACE
        {
            *last = Instant::now();
            eprintln!("{} of {calls} calls", in_words(sum, started.elapsed()));
        }
    })
}

fn told(days: Days, lived: &Lived, took: Duration) -> String {
    let Lived {
        calls,
        events,
        facts,
        turned_away,
        tally,
        hash,
    } = lived;
    format!(
        "seed {} · {} days · {} seats · {:.1} s\n\
         calls        {calls} ({turned_away} more found no free line)\n\
         in queues    {} = {} answered + {} abandoned + {} flowed out + {} in progress\n\
         events       {events}\n\
         facts        {facts}\n\
         hash         {hash:016x}",
        days.seed,
        days.days,
        days.seats,
        took.as_secs_f64(),
        tally.offered,
        tally.answered,
        tally.abandoned,
        tally.flowed_out,
        tally.in_progress,
    )
}

fn in_words(sum: Sum, took: Duration) -> String {
    let Sum {
        days,
        calls,
        events,
        facts,
    } = sum;
    let seconds = took.as_secs_f64();
    format!(
        "{calls} calls in {days} days, {events} events, {facts} facts, {seconds:.0} s: all held"
    )
}

fn tell_failure(failed: Failed, is_shortened: bool) {
    let Failed { days, story } = failed;
    eprintln!("{}", story.broken());
    eprintln!(
        "again: cargo xtask sim --seed {} --days {} --seats {} --every {}{}",
        days.seed,
        days.days,
        days.seats,
        days.every,
        if days.is_alone { " --alone" } else { "" }
    );
    if is_shortened {
        eprintln!("making it shorter, which may take a minute");
        let shortened = Story::shortened(*story);
        match shortened {
            Some(story) => eprintln!("{story}"),
            None => eprintln!("told again from its steps it does not fail"),
        }
    }
}

fn mutate() -> ExitCode {
    match mutants::run() {
        Ok(report) => {
            println!("{report}");
            if report.all_caught() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("sim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn keep_corpus(folder: &Path) -> ExitCode {
    let kept = corpus()
        .map_err(|broken| broken.to_string())
        .and_then(|kept| {
            std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
            let Corpus {
                day,
                records,
                shapes,
            } = kept;
            for (name, lines) in [("day", day), ("records", records), ("shapes", shapes)] {
                let file = folder.join(name).with_extension("jsonl");
                std::fs::write(&file, lines.join("\n") + "\n")
                    .map_err(|error| format!("{}: {error}", file.display()))?;
                println!("{}: {} lines", file.display(), lines.len());
            }
            Ok(())
        });
    match kept {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sim: {error}");
            ExitCode::FAILURE
        }
    }
}

fn score(seed: u64) -> ExitCode {
    let scores = fairness(seed).and_then(|spread| Ok((spread, estimators(seed)?)));
    match scores {
        Ok((spread, waits)) => {
            println!("{}\n\n{}", Table(&spread), WaitTable(&waits));
            ExitCode::SUCCESS
        }
        Err(broken) => {
            eprintln!("{broken}");
            ExitCode::FAILURE
        }
    }
}

fn read_arguments() -> Result<Option<Order>, String> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let told = |error: lexopt::Error| error.to_string();
    let mut order = Order {
        days: Days {
            seed: 1,
            days: 1,
            seats: 50,
            every: 1,
            is_alone: false,
        },
        calls: None,
        is_shortened: true,
        corpus: None,
        mutants: false,
        score: false,
    };
    while let Some(argument) = parser.next().map_err(told)? {
        match argument {
            Long("seed") => order.days.seed = number(&mut parser)?,
            Long("days") => order.days.days = within("--days", number(&mut parser)?, 366)?,
            Long("seats") => order.days.seats = within("--seats", number(&mut parser)?, 1000)?,
            Long("alone") => order.days.is_alone = true,
            Long("every") => order.days.every = number(&mut parser)?.max(1),
            Long("calls") => order.calls = Some(number(&mut parser)?),
            Long("long") => (order.calls, order.days.every) = (Some(LONG), LONG_EVERY),
            Long("as-it-is") => order.is_shortened = false,
            Long("corpus") => order.corpus = Some(parser.value().map_err(told)?.into()),
            Long("mutants") => order.mutants = true,
            Long("score") => order.score = true,
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected().to_string()),
        }
    }
    Ok(Some(order))
}

fn number(parser: &mut lexopt::Parser) -> Result<u64, String> {
    use lexopt::ValueExt;
    let value = parser.value().and_then(|value| value.parse());
    value.map_err(|error| error.to_string())
}

fn within(name: &str, found: u64, most: u32) -> Result<u32, String> {
    let number = u32::try_from(found).ok();
    let number = number.filter(|n| (1..=most).contains(n));
    number.ok_or_else(|| format!("{name} {found}: 1 to {most} are allowed"))
}
