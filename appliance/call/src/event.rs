use serde::{Deserialize, Serialize};

use crate::{CallerId, Cause, Device, Digit, LegId, Number};

/// Which side of a call did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The person outside.
    Customer,
    /// The agent.
    Agent,
    /// This machine: a time-out, a rule, a fault.
    System,
}

/// What a door tells: something happened to a leg or to a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Somebody calls us on `device`. The leg is new, its number made by the door, and alerting.
    Offered {
        /// The new leg.
        leg: LegId,
        /// Where it comes in.
        device: Device,
        /// Who calls.
        caller: CallerId,
        /// Which of our numbers was dialled, where the line tells.
        called: Option<Number>,
    },
    /// The device we called rings.
    Alerting {
        /// The leg of [`Command::Ring`].
        leg: LegId,
    },
    /// The device we called has answered; media flows.
    Answered {
        /// The leg of [`Command::Ring`].
        leg: LegId,
    },
    /// A party pressed a key, told once, when the key is let go.
    Digit {
        /// Whose key.
        leg: LegId,
        /// Which key.
        digit: Digit,
        /// How long it was held.
        duration_ms: u32,
    },
    /// A party has put the call on hold from its own device.
    Held {
        /// The party that holds.
        leg: LegId,
    },
    /// A party has taken the call back from hold.
    Retrieved {
        /// The party that held.
        leg: LegId,
    },
    /// A party asks, by a key of its own device, that the call be given to somebody (REFER, RFC 3515).
    /// The leg is released once that is done; else the device is told by
    /// [`Command::RefuseTransfer`].
    TransferAsked {
        /// The party that gives the call away.
        leg: LegId,
        /// Whom it dialled.
        to: Number,
    },
    /// The leg is over, whoever ended it. Exactly one for each leg, the last event of it.
    Released {
        /// The leg.
        leg: LegId,
        /// Why (Q.850).
        cause: Cause,
    },
    /// The device can take and make calls: a line has battery, a phone is registered.
    InService {
        /// The device.
        device: Device,
    },
    /// The device cannot: a cable is out, a registration has lapsed.
    OutOfService {
        /// The device.
        device: Device,
    },
}

/// What the centre asks of a door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Answer the offered leg; media flows at once.
    Answer {
        /// A leg told by [`Event::Offered`].
        leg: LegId,
    },
    /// Call a device. The door tells `Alerting`, `Answered`, or `Released` with the cause.
    Ring {
        /// The new leg, its number made by the centre.
        leg: LegId,
        /// What to ring.
        device: Device,
        /// What the device shows.
        caller: CallerId,
    },
    /// End the leg. The door tells `Released` once it is over, whatever the far end does.
    Release {
        /// The leg.
        leg: LegId,
        /// The cause the far end is told, where its signalling can carry one.
        cause: Cause,
    },
    /// What was asked by [`Event::TransferAsked`] is not done; the call goes on.
    RefuseTransfer {
        /// The leg that asked.
        leg: LegId,
    },
    /// Call a number outside over a line. The door tells as for `Ring`.
    Dial {
        /// The new leg, its number made by the centre.
        leg: LegId,
        /// The line.
        device: Device,
        /// What is dialled on it.
        number: Number,
        /// What the called person is shown, where the line can tell it.
        caller: CallerId,
    },
    /// This leg now hears exactly these. What is played to it is heard instead of them.
    Hear {
        /// Who hears.
        leg: LegId,
        /// Whom, up to [`MAX_HEARD`]; nobody is silence. Never the leg itself.
        from: Vec<Heard>,
    },
}

/// How many others one leg can hear at once.
pub const MAX_HEARD: usize = 7;

/// Somebody who is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Heard {
    /// Who.
    pub leg: LegId,
    /// How loud, in dB; −60 to 12, 0 is unchanged.
    pub gain_db: i8,
}

impl Heard {
    /// As loud as it is.
    #[must_use]
    pub const fn unchanged(leg: LegId) -> Self {
        Self { leg, gain_db: 0 }
    }
}
