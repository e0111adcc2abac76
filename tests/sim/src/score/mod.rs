//! How well callers and agents fare on calm days: how evenly each strategy spreads the work, and how
//! right callers are told how long they will wait.

mod fairness;
mod wait;

use std::sync::{Arc, Mutex, PoisonError};

use hotline_services::{Broken, Configuration, Fact, Menu, Queue};

pub use self::fairness::{Fairness, Table, fairness};
pub use self::wait::{Estimators, WaitTable, estimators};
use crate::check::Depth;
use crate::office::office;
use crate::town::{Setting, Temper, Town};

/// Who looks at the facts of the days.
trait Watch: Clone + Default + Send + 'static {
    fn take(&mut self, fact: &Fact);
}

/// Lives the calm days of a seed with so many seats, all of whom serve the one queue.
fn live<Seen: Watch>(
    (seed, seats, days): (u64, u32, u32),
    temper: Temper,
    queue: Queue,
) -> Result<Seen, Broken> {
    let setting = Setting {
        seed,
        days,
        seats,
        depth: Depth::Shallow,
        temper,
    };
    let seen = Arc::new(Mutex::new(Seen::default()));
    let watch = Arc::clone(&seen);
    let watch = Box::new(move |fact: &Fact| {
        watch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(fact);
    });
    let mut town = Town::new(setting, one_queue(seats, queue), Some(watch))?;
    town.live()?;
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(seen.clone())
}

/// One queue that all agents serve alike, without notes after the call.
fn one_queue(seats: u32, queue: Queue) -> Configuration {
    let whole = office(seats, 0);
    let agents = whole.agents.into_iter().map(|mut agent| {
        (agent.skills, agent.weight) = (Vec::new(), 1);
        agent
    });
    let agents: Vec<_> = agents.collect();
    let queue = Queue {
        agents: agents.iter().map(|a| a.id).collect(),
        wrapup_s: 0,
        max_wait_s: 7200,
        max_waiting: 200,
        ..queue
    };
    let menus = whole.menus.into_iter().take(1).map(|menu| Menu {
        choices: menu.choices.into_iter().take(1).collect(),
        ..menu
    });
    Configuration {
        menus: menus.collect(),
        agents,
        queues: vec![queue],
        ..Configuration::default()
    }
}

#[allow(clippy::cast_precision_loss)]
const fn float(n: u64) -> f64 {
    n as f64
}
