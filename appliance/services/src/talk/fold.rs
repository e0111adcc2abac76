use hotline_call::{LegId, Moment};

use super::{Given, Ringing, Room, Seat, Talk};
use crate::{Destination, OtherAsked, RingPurpose, TransferAwaited, What};

impl Talk {
    /// Folds a fact of its call. The state does, and so does the call record.
    pub fn apply(&mut self, at: Moment, what: &What) {
        match *what {
            What::Connected { agent, leg, .. } => self.connect(agent, leg),
            What::Disconnected { agent, leg, .. } => {
                self.seats.retain(|seat| seat.leg != leg);
                if self.leader == Some(agent) {
                    self.leader = None;
                }
            }
            What::Transferred { ref to, .. } | What::OtherAsked(OtherAsked { ref to, .. }) => {
                self.give(to)
            }
            What::Held { leg, .. } => self.set_held(leg, true),
            What::Retrieved { leg, .. } => self.set_held(leg, false),
            What::PartyRung {
                agent,
                leg,
                by,
                purpose,
                ring_ms,
                line,
                ..
            } => {
                if let Some(given) = self.given.as_mut() {
                    given.lines.extend(line);
                }
                self.ringing = Some(Ringing {
                    agent,
                    leg,
                    by,
                    purpose,
                    until: at.plus_ms(ring_ms),
                });
                if purpose == RingPurpose::Consult {
                    self.go_aside(by);
                }
            }
            What::TransferAwaited(TransferAwaited { leg, ring_ms, .. }) => {
                if let Some(ringing) = self.ringing.as_mut().filter(|r| r.leg == leg) {
                    ringing.purpose = RingPurpose::Transfer;
                    ringing.until = at.plus_ms(ring_ms);
                }
            }
            What::OfferEnded { leg, .. } => {
                if self.ringing.take_if(|r| r.leg == leg).is_some() {
                    self.come_back();
                }
            }
            What::ConsultBegan { agent, leg, .. } => {
                self.ringing.take_if(|ringing| ringing.leg == leg);
                self.sit_down(agent, leg, Room::Aside);
            }
            What::ConsultEnded { leg, .. } => {
                self.seats.retain(|seat| seat.leg != leg);
                self.come_back();
            }
            What::Swapped { agent, .. } => {
                if let Some(seat) = self.seats.iter_mut().find(|seat| seat.agent == agent) {
                    seat.room = match seat.room {
                        Room::Main => Room::Aside,
                        Room::Aside => Room::Main,
                    };
                }
            }
            What::PartiesTurned(ref turned) => self.turn(turned),
            What::KeyPressed { leg, ref keys, .. } => self.press(at, leg, keys),
            _ => self.supervise(at, what),
        }
    }

    /// Whoever asks another is with that one.
    fn go_aside(&mut self, by: crate::AgentId) {
        self.leader = Some(by);
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.agent == by) {
            (seat.room, seat.is_held) = (Room::Aside, false);
        }
    }

    /// An agent gives the call away, or asks somebody. Who was asked and then gets the call is
    /// still on the same line.
    fn give(&mut self, to: &Destination) {
        if self.given.as_ref().is_some_and(|given| given.to == *to) {
            return;
        }
        self.given = match to {
            Destination::Outside(_) | Destination::Phone(_) => Some(Given {
                to: to.clone(),
                lines: Vec::new(),
            }),
            _ => None,
        };
    }

    /// Somebody comes to the customer: whose phone was answered, or who was asked aside.
    fn connect(&mut self, agent: crate::AgentId, leg: LegId) {
        self.ringing.take_if(|ringing| ringing.leg == leg);
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.leg == leg) {
            if std::mem::take(&mut seat.is_guest) {
                self.come_back();
            }
            return;
        }
        self.sit_down(agent, leg, Room::Main);
    }

    /// Somebody more takes part; who is aside is only asked.
    fn sit_down(&mut self, agent: crate::AgentId, leg: LegId, room: Room) {
        self.seats.push(Seat {
            agent,
            leg,
            room,
            is_guest: room == Room::Aside,
            is_held: false,
        });
    }

    /// Nobody is aside any more.
    fn come_back(&mut self) {
        self.leader = None;
        for seat in &mut self.seats {
            seat.room = Room::Main;
        }
    }

    fn set_held(&mut self, leg: LegId, is_held: bool) {
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.leg == leg) {
            seat.is_held = is_held;
        }
    }
}
