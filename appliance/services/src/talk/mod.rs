//! A conversation: who takes part in it beside the customer, who talks aside, whose phone rings
//! for it. Hold, transfer, consultation and conference are all changes of it.
//!
//! There are two rooms. The customer is always in the main room; agents are in it too, or aside,
//! where one asks another. Whoever is alone in a room hears music.

mod fold;
mod give;
mod give_away;
mod keys;
mod leave;
mod request;
mod supervision;
mod turn;

pub(crate) use request::Part;
pub(crate) use supervision::Supervision;

use hotline_call::{LegId, LineId, Moment, Number};

use crate::{AgentId, Destination, Doing, QueueId, RingPurpose};

/// The most agents in a conversation; with the customer that makes five (features B16).
pub(crate) const MAX_SEATS: usize = 4;
/// How long a phone rings that was asked for by an agent (semantics §5.7).
pub(crate) const RING_MS: u64 = 20_000;
/// How often a call can be given on: a caller who was passed around so often stays where it is
/// (semantics §5.7, loop guard).
pub(crate) const MAX_HOPS: u32 = 3;
/// How much longer a caller counts as having waited who was given on to a queue (semantics §5.7).
pub(crate) const TRANSFER_BONUS_S: u32 = 60;

/// Everybody who talks with the customer, or about the customer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Talk {
    /// Where the customer came from: it gives the time for notes, and takes back whoever is lost.
    pub queue: QueueId,
    /// The agents, in the order they came.
    pub seats: Vec<Seat>,
    /// Who asks another agent, aside.
    pub leader: Option<AgentId>,
    /// The phone that rings for the conversation.
    pub ringing: Option<Ringing>,
    /// Who is no agent and got the call, or is asked.
    pub given: Option<Given>,
    /// The supervisor who is with one of the agents.
    pub supervision: Option<Supervision>,
    /// Keys pressed that may become a code.
    pub keys: Option<keys::Keys>,
}

/// A telephone here, or a number outside, to which an agent gave a call or asks aside.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Given {
    /// As the agent said it.
    pub to: Destination,
    /// Lines on which it was dialled, if it is a number outside.
    pub lines: Vec<LineId>,
}

impl Given {
    /// The number outside, if it is one.
    pub const fn number(&self) -> Option<&Number> {
        match &self.to {
            Destination::Outside(number) => Some(number),
            _ => None,
        }
    }
}

/// An agent in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Seat {
    pub agent: AgentId,
    pub leg: LegId,
    pub room: Room,
    /// Is asked by another agent; has not been with the customer.
    pub is_guest: bool,
    /// Neither hears nor is heard.
    pub is_held: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Room {
    Main,
    Aside,
}

/// A phone that rings for a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Ringing {
    pub agent: AgentId,
    pub leg: LegId,
    /// Who asked for it.
    pub by: AgentId,
    pub purpose: RingPurpose,
    pub until: Moment,
}

/// How it is for the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Somebody talks to the customer.
    Talking,
    /// Everybody who does is busy aside.
    OnHold,
    /// Nobody does; a phone rings.
    Transferring,
}

/// Who is recorded beside the customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tracks {
    /// The first agent in the main room.
    pub first: Option<LegId>,
    /// A supervisor who speaks, or else the second agent.
    pub third: Option<LegId>,
    /// All other agents there.
    pub also: Vec<LegId>,
}

impl Talk {
    /// The customer and one agent.
    pub fn new(queue: QueueId, agent: AgentId, leg: LegId) -> Self {
        Self {
            queue,
            seats: vec![Seat {
                agent,
                leg,
                room: Room::Main,
                is_guest: false,
                is_held: false,
            }],
            leader: None,
            ringing: None,
            given: None,
            supervision: None,
            keys: None,
        }
    }

    /// The customer alone, for whom a phone is to ring.
    pub const fn nobody(queue: QueueId) -> Self {
        Self {
            queue,
            seats: Vec::new(),
            leader: None,
            ringing: None,
            given: None,
            supervision: None,
            keys: None,
        }
    }

    /// The place of an agent.
    pub fn seat(&self, agent: AgentId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.agent == agent)
    }

    /// Whose leg it is.
    pub fn seat_at(&self, leg: LegId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.leg == leg)
    }

    /// The agents who are the customer's, in the order they came.
    pub fn hosts(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| !seat.is_guest)
    }

    /// Who is asked aside.
    pub fn guest(&self) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.is_guest)
    }

    /// The phone that rings to be asked something.
    pub fn asked(&self) -> Option<&Ringing> {
        let asked = |ringing: &&Ringing| ringing.purpose == RingPurpose::Consult;
        self.ringing.as_ref().filter(asked)
    }

    /// How it is for the customer.
    pub fn standing(&self) -> Standing {
        let talks = |seat: &Seat| seat.room == Room::Main && !seat.is_held;
        if self.hosts().any(talks) {
            Standing::Talking
        } else if self.hosts().next().is_some() {
            Standing::OnHold
        } else {
            Standing::Transferring
        }
    }

    /// What an agent does in it.
    pub fn doing(&self, seat: &Seat) -> Doing {
        let others = |other: &&Seat| other.leg != seat.leg && other.room == Room::Main;
        if seat.is_held {
            Doing::Holding
        } else if seat.room == Room::Aside {
            Doing::Consulting
        } else if self.hosts().any(|other| others(&other)) {
            Doing::Conferencing
        } else {
            Doing::Talking
        }
    }

    /// The legs recorded beside the customer's.
    pub fn tracks(&self) -> Tracks {
        let in_it = self.hosts().filter(|seat| seat.room == Room::Main);
        let mut in_it = in_it.map(|seat| seat.leg);
        let first = in_it.next();
        let speaks = self.supervision.as_ref().filter(|there| there.speaks());
        let third = speaks.map(|there| there.leg).or_else(|| in_it.next());
        Tracks {
            first,
            third,
            also: in_it.collect(),
        }
    }
}
