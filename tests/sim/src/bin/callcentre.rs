//! `callcentre [--events N] [--kinds] [--json]`: what one event costs the core.

use std::process::ExitCode;

use hotline_sim::load::{Costs, Size, measure};

// The one form of all benches. The crate it stands in needs the whole product to be built; this
// bench needs only the core.
#[allow(dead_code)]
#[path = "../../../src/bench/figure.rs"]
mod figure;

use figure::{Figure, Peer, Target, all_met, to_json, to_table};

const USAGE: &str = "\
callcentre: what CallCentre::handle costs, in a small office and in a big one

  --events N     how many events are measured in each (default 300000)
  --kinds        also print the cost by kind of event, on standard error
  --json         a list on standard output instead of a table

It ends with 1 when a target is missed.";

const SMALL: Size = Size {
    agents: 10,
    waiting: 40,
    queues: 8,
};
const BIG: Size = Size {
    agents: 50,
    waiting: 200,
    queues: 32,
};
const SEED: u64 = 20_261_127;

struct Order {
    events: usize,
    kinds: bool,
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
            eprintln!("callcentre: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    if cfg!(debug_assertions) {
        eprintln!("callcentre: this build is not optimised; its figures are not the product's");
    }
    let measured = [
        ("10 agents, 40 waiting, 8 queues", SMALL),
        ("50, 200, 32", BIG),
    ];
    let [small, big] = measured.map(|(name, size)| {
        eprintln!("measuring {} events: {name}", order.events);
        let costs = measure(size, order.events, SEED);
        if order.kinds {
            tell_kinds(&costs);
        }
        costs
    });
    let figures = figures(&small, &big);
    if order.is_json {
        println!("{}", to_json(&figures));
    } else {
        println!("{}", to_table(&figures));
    }
    if all_met(&figures) {
        ExitCode::SUCCESS
    } else {
        eprintln!("callcentre: a target is missed");
        ExitCode::FAILURE
    }
}

fn figures(small: &Costs, big: &Costs) -> Vec<Figure> {
    let beside = |mut figure: Figure, value: f64| {
        figure.peer = Some(Peer {
            name: "in the small office".to_owned(),
            value,
        });
        figure
    };
    let told = |name, value| Figure::told(name, value, "µs");
    let p99 = told(
        "one event, 99 of 100: 50 agents, 200 waiting, 32 queues",
        big.p99_us,
    );
    let growth = big.p99_us / small.p99_us.max(f64::EPSILON);
    vec![
        told(
            "one event, half: 10 agents, 40 waiting, 8 queues",
            small.p50_us,
        ),
        told(
            "one event, 99 of 100: 10 agents, 40 waiting, 8 queues",
            small.p99_us,
        ),
        told(
            "one event, the longest: 10 agents, 40 waiting, 8 queues",
            small.max_us,
        ),
        beside(
            told(
                "one event, half: 50 agents, 200 waiting, 32 queues",
                big.p50_us,
            ),
            small.p50_us,
        ),
        beside(p99.must_be(Target::Below(20.0)), small.p99_us),
        beside(
            told(
                "one event, the longest: 50 agents, 200 waiting, 32 queues",
                big.max_us,
            ),
            small.max_us,
        ),
        Figure::told(
            "99 of 100, the big office over the small one",
            growth,
            "times",
        )
        .must_be(Target::Below(4.0)),
    ]
}

fn tell_kinds(costs: &Costs) {
    for (kind, events, half, most) in &costs.by_kind {
        eprintln!("  {kind:<10} {events:>7}  half {half:>7.1} µs  99 of 100 {most:>7.1} µs");
    }
}

fn read_arguments() -> Result<Option<Order>, String> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_env();
    let told = |error: lexopt::Error| error.to_string();
    let mut order = Order {
        events: 300_000,
        kinds: false,
        is_json: false,
    };
    while let Some(argument) = parser.next().map_err(told)? {
        match argument {
            Long("events") => {
                order.events = parser.value().and_then(|v| v.parse()).map_err(told)?;
            }
            Long("kinds") => order.kinds = true,
            Long("json") => order.is_json = true,
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected().to_string()),
        }
    }
    if order.events < 1000 {
        return Err(format!(
            "--events {}: 1000 or more are allowed",
            order.events
        ));
    }
    Ok(Some(order))
}
