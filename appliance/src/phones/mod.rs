//! The phones' door: a registrar, and calls to and of registered phones. Speaks SIP outside and
//! [`hotline_call::Event`] inside; decides nothing about a call.

mod accounts;
mod sdp;
mod sip;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use hotline_call::{CallerId, Cause, Event, LegId, LegIds, Moment, PhoneId};
use hotline_dsp::engine::Channel;
use tokio::sync::{mpsc, watch};

use crate::clock::Clock;
use crate::media::{EngineHandle, NetHandle, StreamSlot};

pub use accounts::{Account, Accounts, Ha1};

/// Where phones reach us, and how.
#[derive(Clone, Debug)]
pub struct PhoneSettings {
    /// Where SIP is heard, by UDP and by TCP.
    pub listen: SocketAddr,
    /// The realm of every account; a secret holds for one realm only.
    pub realm: String,
    /// The address told to phones. `None`: the one this machine has towards each phone.
    pub advertise: Option<IpAddr>,
    /// The shortest registration allowed, in seconds (RFC 3261 §10.2.8); default 60.
    pub min_expires_s: u32,
    /// The longest registration granted, in seconds; default 3600.
    pub max_expires_s: u32,
}

/// What a phone told, in the words of the call model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneEvent {
    /// When.
    pub at: Moment,
    /// What. Of a leg: `Offered` when the phone calls, `Alerting`, `Answered`, `Held`, `Retrieved`, `Digit` (SIP INFO only; keys
    /// in RTP come from the engine), and exactly one `Released`, the last. Of a phone:
    /// `InService`, `OutOfService`.
    pub event: Event,
    /// The engine's channel of a leg that is `Offered`, open already.
    pub channel: Option<Channel>,
}

/// Names for the legs that doors make, one source for all doors.
pub type DoorLegs = Arc<Mutex<LegIds>>;

/// By which transport a phone has registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
}

/// One phone reachable now. A phone with several contacts is there several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The phone.
    pub phone: PhoneId,
    /// The contact it gave.
    pub contact: String,
    /// Where its requests come from, and ours go to.
    pub address: SocketAddr,
    /// What it says it is.
    pub user_agent: Option<String>,
    /// When the registration lapses.
    pub expires_at: Moment,
    /// How it is reached.
    pub transport: Transport,
}

/// Why the door did not open.
#[derive(Debug, thiserror::Error)]
pub enum PhonesError {
    /// The UDP socket.
    #[error("cannot hear SIP on UDP {address}")]
    Udp {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The TCP socket.
    #[error("cannot hear SIP on TCP {address}")]
    Tcp {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The SIP stack would not start.
    #[error("the SIP stack does not start: {0}")]
    Stack(String),
}

/// The open door. Dropping it closes the sockets and ends every task; legs still up then are not
/// told as released.
pub struct Phones {
    door: Arc<sip::Door>,
}

impl Phones {
    /// Opens the sockets and answers phones from now on, in tasks of the runtime this is called
    /// in. `events` is waited for when it is full: drain it.
    ///
    /// # Errors
    /// [`PhonesError`] says what could not be opened.
    pub async fn start(
        settings: PhoneSettings,
        accounts: watch::Receiver<Arc<Accounts>>,
        engine: EngineHandle,
        net: NetHandle,
        events: mpsc::Sender<PhoneEvent>,
        clock: Clock,
    ) -> Result<Self, PhonesError> {
        let media = sip::MediaDoor { engine, net };
        let door = sip::Door::open(settings, accounts, media, events, clock).await?;
        Ok(Self { door })
    }

    /// Rings a phone. `slot` is owned by the leg from here: its stream is opened when the phone
    /// answers, and closed and released before `Released` is told. Never blocks.
    pub fn ring(&self, leg: LegId, phone: PhoneId, caller: CallerId, slot: StreamSlot) {
        sip::ring(&self.door, leg, phone, caller, slot);
    }

    /// From now on phones can call; their legs take their names from here. Before, a call of theirs
    /// is refused.
    pub fn name_legs(&self, names: DoorLegs) {
        self.door.name_legs(names);
    }

    /// Answers a leg told by `Offered`. One that is answered or over already is left alone.
    pub fn answer(&self, leg: LegId) {
        self.door.answer(leg);
    }

    /// The phone of a leg told by `Offered` hears its channel of the engine from now on, instead of
    /// ringing, though nobody has answered. Any other leg is left alone.
    pub fn early(&self, leg: LegId) {
        self.door.early(leg);
    }

    /// The phone of a leg is told that the call is not given to whom it asked for.
    pub fn refuse_transfer(&self, leg: LegId) {
        self.door.refuse_transfer(leg);
    }

    /// Ends a leg. `Released` is told once it is over, within 5 s, whatever the phone does. A leg
    /// that is over already is left alone.
    pub fn release(&self, leg: LegId, cause: Cause) {
        self.door.release(leg, cause);
    }

    /// Who is reachable now, the newest contact of each phone first.
    #[must_use]
    pub fn registrations(&self) -> Vec<Registration> {
        self.door.registrations()
    }

    /// Where SIP is heard; of use when port 0 was asked for.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.door.local_addr()
    }

    /// Legs that still hold memory, those over but listening for stragglers included.
    #[must_use]
    pub fn legs(&self) -> usize {
        self.door.legs()
    }
}

impl Drop for Phones {
    fn drop(&mut self) {
        self.door.close();
    }
}
