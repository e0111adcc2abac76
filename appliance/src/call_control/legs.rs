//! Which media channel each leg has, both ways.

use std::collections::BTreeMap;

use hotline_call::{LegId, LineId, Moment};
use hotline_dsp::engine::Channel;

/// What a leg is at our end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// A line of the card.
    Line(LineId),
    /// A stream to a phone.
    Phone,
}

#[derive(Clone, Copy, Debug)]
struct Leg {
    channel: Channel,
    ends: Ends,
    held: bool,
    /// Since when its party should be heard; a phone that calls sends nothing before our answer.
    speaks_since: Option<Moment>,
}

/// All legs with a channel.
#[derive(Debug, Default)]
pub struct Legs {
    legs: BTreeMap<LegId, Leg>,
    channels: BTreeMap<Channel, LegId>,
}

impl Legs {
    /// A leg got a channel.
    pub fn add(&mut self, leg: LegId, channel: Channel, ends: Ends) {
        self.legs.insert(
            leg,
            Leg {
                channel,
                ends,
                held: false,
                speaks_since: Some(Moment::default()),
            },
        );
        self.channels.insert(channel, leg);
    }

    /// The leg is over. `false` when it was not known: it has been told as over before.
    pub fn remove(&mut self, leg: LegId) -> bool {
        let Some(gone) = self.legs.remove(&leg) else {
            return false;
        };
        if self.channels.get(&gone.channel) == Some(&leg) {
            self.channels.remove(&gone.channel);
        }
        true
    }

    /// The channel of a leg.
    #[must_use]
    pub fn channel(&self, leg: LegId) -> Option<Channel> {
        self.legs.get(&leg).map(|leg| leg.channel)
    }

    /// What a leg is.
    #[must_use]
    pub fn ends(&self, leg: LegId) -> Option<Ends> {
        self.legs.get(&leg).map(|leg| leg.ends)
    }

    /// All legs.
    #[must_use]
    pub fn all(&self) -> Vec<(LegId, Ends)> {
        self.legs.iter().map(|(leg, at)| (*leg, at.ends)).collect()
    }

    /// The leg on a channel.
    #[must_use]
    pub fn on(&self, channel: Channel) -> Option<LegId> {
        self.channels.get(&channel).copied()
    }

    /// Remembers whether the leg's party holds: it may send nothing then.
    pub fn set_held(&mut self, leg: LegId, held: bool) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.held = held;
        }
    }

    /// From when on the leg's party should be heard; `None`: not yet.
    pub fn expect_speech(&mut self, leg: LegId, since: Option<Moment>) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.speaks_since = since;
        }
    }

    /// Whether the leg's party should have been heard in the last `within_ms`.
    #[must_use]
    pub fn speech_expected(&self, leg: LegId, now: Moment, within_ms: u64) -> bool {
        let since = self.legs.get(&leg).and_then(|leg| leg.speaks_since);
        since.is_some_and(|since| now.since_ms(since) >= within_ms)
    }

    /// Whether the leg's party holds.
    #[must_use]
    pub fn is_held(&self, leg: LegId) -> bool {
        self.legs.get(&leg).is_some_and(|leg| leg.held)
    }
}
