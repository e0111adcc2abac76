//! The town: the exchange and its customers, shared between the card that runs it and whoever
//! places calls.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::customer::{Customer, Noticed};
use crate::exchange::caller_id::{message, modulate};
use crate::exchange::tone::SAMPLES_PER_MS;
use crate::exchange::{Line, LineSettings, Outcome, Pair, Progress, Terminal};
use hotline_call::{CallerId, Digit, Number};
use hotline_drivers::card::MAX_PORTS;

/// The date that caller identity carries: month, day, hour, minute. The town has no calendar.
const DATE: &str = "01010800";

/// A call that was placed. Never reused in the life of a town.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallTicket(pub u64);

/// All lines are in use; here is the customer back.
#[derive(Debug)]
pub struct NoFreeLine(pub Box<Customer>);

/// Somebody in the town who can be called.
#[derive(Debug)]
pub enum Subscriber {
    /// Talks to somebody else, whenever called.
    Busy,
    /// Never answers.
    Away,
    /// Answers the first call after so long, and follows the script from there; away after that.
    Answers {
        /// How long it rings.
        after_ms: u64,
        /// Who; the caller identity is the subscriber's own number.
        customer: Box<Customer>,
    },
}

/// A call that is over, as its customer tells it.
#[derive(Clone, Debug)]
pub struct FinishedCall {
    /// Which.
    pub ticket: CallTicket,
    /// The port of the card it came in on.
    pub port: usize,
    /// Who called, or was called.
    pub caller: CallerId,
    /// When it was placed, in milliseconds of the town.
    pub placed_ms: u64,
    /// What was noticed, by the millisecond since then.
    pub log: Vec<(u64, Noticed)>,
    /// What was heard since the answer: linear, 8 kHz, as much as the customer keeps.
    pub heard: Vec<i16>,
}

impl FinishedCall {
    /// The millisecond in which something was first noticed.
    #[must_use]
    pub fn when(&self, noticed: Noticed) -> Option<u64> {
        self.log
            .iter()
            .find(|(_, what)| *what == noticed)
            .map(|&(ms, _)| ms)
    }
}

/// A handle to the town; all clones are the same town. Time passes only while a card runs it.
#[derive(Clone, Debug)]
pub struct Town(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    lines: [Line; MAX_PORTS],
    calls: [Option<Box<Call>>; MAX_PORTS],
    /// Who can be called, by number.
    subscribers: Vec<(Vec<Digit>, Listed)>,
    /// Calls that are over; room is made for them when they are placed.
    finished: Vec<(usize, Box<Call>)>,
    /// What the customers say in the coming sample.
    said: [f64; MAX_PORTS],
    placed: u64,
    now: u64,
}

/// A subscriber as the exchange knows one.
#[derive(Debug)]
enum Listed {
    Busy,
    Rings {
        answered_after_ms: Option<u64>,
        /// The call of who answers it.
        call: Option<Box<Call>>,
    },
}

#[derive(Debug)]
struct Call {
    ticket: CallTicket,
    placed_ms: u64,
    customer: Customer,
}

impl Town {
    /// A town whose lines are all like this.
    #[must_use]
    pub fn new(settings: &LineSettings, seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            lines: std::array::from_fn(|port| Line::new(settings.clone(), seed ^ port as u64)),
            calls: [const { None }; MAX_PORTS],
            subscribers: Vec::new(),
            finished: Vec::new(),
            said: [0.0; MAX_PORTS],
            placed: 0,
            now: 0,
        })))
    }

    /// Places a call on the first free line.
    ///
    /// # Errors
    /// [`NoFreeLine`] gives the customer back.
    pub fn place(&self, customer: Customer) -> Result<CallTicket, NoFreeLine> {
        let free = { self.state().free_ports().next() };
        match free {
            Some(port) => self.place_on(port, customer),
            None => Err(NoFreeLine(Box::new(customer))),
        }
    }

    /// Places a call on this line.
    ///
    /// # Errors
    /// [`NoFreeLine`] gives the customer back: the line is in use, broken, or not there.
    pub fn place_on(&self, port: usize, customer: Customer) -> Result<CallTicket, NoFreeLine> {
        let burst = modulate(&message(customer.caller(), DATE));
        let mut state = self.state();
        if !state.free_ports().any(|free| free == port) {
            return Err(NoFreeLine(Box::new(customer)));
        }
        state.placed += 1;
        let ticket = CallTicket(state.placed);
        let placed_ms = state.now / SAMPLES_PER_MS;
        state.calls[port] = Some(Box::new(Call {
            ticket,
            placed_ms,
            customer,
        }));
        state.lines[port].ring(burst);
        state.finished.reserve(MAX_PORTS);
        Ok(ticket)
    }

    /// Somebody can be called from now on under this number. The ticket is that of the call which
    /// a subscriber who answers will take.
    pub fn subscribe(&self, number: &Number, subscriber: Subscriber) -> CallTicket {
        let mut state = self.state();
        state.placed += 1;
        let ticket = CallTicket(state.placed);
        let listed = match subscriber {
            Subscriber::Busy => Listed::Busy,
            Subscriber::Away => Listed::Rings {
                answered_after_ms: None,
                call: None,
            },
            Subscriber::Answers { after_ms, customer } => Listed::Rings {
                answered_after_ms: Some(after_ms),
                call: Some(Box::new(Call {
                    ticket,
                    placed_ms: 0,
                    customer: *customer,
                })),
            },
        };
        let digits = number.as_str().chars().filter_map(Digit::new).collect();
        state.subscribers.push((digits, listed));
        state.finished.reserve(MAX_PORTS);
        ticket
    }

    /// What was dialled last on this line.
    ///
    /// # Panics
    /// When there is no such port.
    #[must_use]
    pub fn dialled(&self, port: usize) -> String {
        let state = self.state();
        let digits = state.lines[port].dialled().iter();
        digits.map(|digit| digit.label()).collect()
    }

    /// Takes the calls that are over, oldest first.
    #[must_use]
    pub fn finished(&self) -> Vec<FinishedCall> {
        let finished = {
            let mut state = self.state();
            let room = Vec::with_capacity(MAX_PORTS);
            std::mem::replace(&mut state.finished, room)
        };
        finished
            .into_iter()
            .map(|(port, call)| {
                let Call {
                    ticket,
                    placed_ms,
                    customer,
                } = *call;
                let (caller, log, heard) = customer.into_memory();
                FinishedCall {
                    ticket,
                    port,
                    caller,
                    placed_ms,
                    log,
                    heard,
                }
            })
            .collect()
    }

    /// Milliseconds since the town began.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.state().now / SAMPLES_PER_MS
    }

    /// Does something to a line: breaks it, reverses it, changes its settings.
    ///
    /// # Panics
    /// When there is no such port.
    pub fn line<T>(&self, port: usize, what: impl FnOnce(&mut Line) -> T) -> T {
        what(&mut self.state().lines[port])
    }

    /// One sample of the whole town.
    pub(crate) fn sample(&self, terminals: &[Terminal; MAX_PORTS]) -> [Pair; MAX_PORTS] {
        self.state().sample(terminals)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panics while holding the town")
    }
}

impl State {
    fn free_ports(&self) -> impl Iterator<Item = usize> {
        (0..MAX_PORTS).filter(|&port| self.calls[port].is_none() && self.lines[port].is_free())
    }

    fn sample(&mut self, terminals: &[Terminal; MAX_PORTS]) -> [Pair; MAX_PORTS] {
        self.now += 1;
        std::array::from_fn(|port| {
            let line = &mut self.lines[port];
            let (pair, heard, progress) = line.sample(terminals[port], self.said[port]);
            self.said[port] = 0.0;
            if progress == Some(Progress::Dialled) {
                put_through(line, &mut self.subscribers, &mut self.calls[port], self.now);
            }
            let Some(call) = &mut self.calls[port] else {
                return pair;
            };
            if let Some(progress) = progress {
                call.customer.learn(progress);
            }
            self.said[port] = call.customer.sample(heard);
            if call.customer.is_done() {
                line.far_end_hangs_up();
                self.finished
                    .extend(self.calls[port].take().map(|call| (port, call)));
            }
            pair
        })
    }
}

/// Once what was dialled is a number, the one who has it is called.
fn put_through(
    line: &mut Line,
    subscribers: &mut [(Vec<Digit>, Listed)],
    place: &mut Option<Box<Call>>,
    now: u64,
) {
    let dialled = line.dialled();
    let Some((_, listed)) = subscribers.iter_mut().find(|(number, _)| number == dialled) else {
        return;
    };
    let outcome = match listed {
        Listed::Busy => Outcome::Busy,
        Listed::Rings {
            answered_after_ms,
            call,
        } => {
            *place = call.take();
            if let Some(call) = place {
                call.placed_ms = now / SAMPLES_PER_MS;
            }
            let answered_after_ms = answered_after_ms.take();
            Outcome::Rings { answered_after_ms }
        }
    };
    line.put_through(outcome);
}
