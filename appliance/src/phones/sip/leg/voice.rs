//! The voice of a leg: offer and answer on one side, the engine and the RTP thread on the other.

use std::net::{IpAddr, SocketAddr};

use hotline_call::Cause;
use hotline_dsp::engine::{Channel, Command, Law};

use crate::media::StreamSlot;
use crate::phones::sdp::{Audio, SdpError, Session, parse};
use crate::phones::sip::MediaDoor;

/// Why there is no voice.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    /// The phone's description.
    #[error("{0}")]
    Sdp(#[from] SdpError),
    /// The engine takes no commands; the tick has stopped.
    #[error("the media engine takes no commands")]
    Engine,
}

impl VoiceError {
    /// The cause of a call that ends for it.
    pub const fn cause(&self) -> Cause {
        match self {
            Self::Sdp(_) => Cause::INCOMPATIBLE_DESTINATION,
            Self::Engine => Cause::TEMPORARY_FAILURE,
        }
    }
}

/// What an agreement has changed for the people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The phone holds now.
    Held,
    /// It no longer does.
    Retrieved,
    /// Nothing.
    None,
}

enum Stream {
    Reserved,
    Open { law: Law, event: Option<u8> },
    Closed { was_open: bool },
}

/// One leg's voice. [`Voice::close`] gives the slot back.
pub struct Voice {
    media: MediaDoor,
    slot: StreamSlot,
    session: Session,
    stream: Stream,
    held: bool,
}

impl Voice {
    /// A voice not heard yet.
    pub fn new(media: MediaDoor, slot: StreamSlot) -> Self {
        let session = Session::new(session_id(), slot.local_addr);
        Self {
            media,
            slot,
            session,
            stream: Stream::Reserved,
            held: false,
        }
    }

    /// Its channel in the engine.
    pub const fn channel(&self) -> Channel {
        self.slot.channel
    }

    /// The phone reaches us at this address.
    pub fn reached_at(&mut self, address: IpAddr) {
        let local = SocketAddr::new(address, self.slot.local_addr.port());
        self.session = Session::new(session_id(), local);
    }

    /// Our offer, with the address the phone reaches us at.
    pub fn offer(&mut self, address: IpAddr) -> String {
        self.reached_at(address);
        self.session.offer()
    }

    /// Our description again, for a phone that asks without one of its own.
    pub fn offer_again(&mut self) -> String {
        self.session.offer()
    }

    /// Takes the phone's answer to our offer.
    pub fn agreed(&mut self, answer: &[u8]) -> Result<Change, VoiceError> {
        self.apply(&parse(answer, self.law())?)
    }

    /// Takes the phone's offer; our answer, and what it changes.
    pub fn offered(&mut self, offer: &[u8]) -> Result<(String, Change), VoiceError> {
        let audio = parse(offer, self.law())?;
        let change = self.apply(&audio)?;
        Ok((self.session.answer(&audio), change))
    }

    /// Whether no answer has ever been taken.
    pub const fn was_never_open(&self) -> bool {
        matches!(
            self.stream,
            Stream::Reserved | Stream::Closed { was_open: false }
        )
    }

    /// Ends it. Again is nothing.
    pub fn close(&mut self) {
        let was_open = match self.stream {
            Stream::Closed { .. } => return,
            Stream::Open { .. } => true,
            Stream::Reserved => false,
        };
        self.stream = Stream::Closed { was_open };
        if was_open {
            self.media.engine.send(Command::CloseStream {
                channel: self.slot.channel,
            });
        }
        self.media.net.release(self.slot);
    }

    const fn law(&self) -> Option<Law> {
        match self.stream {
            Stream::Open { law, .. } => Some(law),
            _ => None,
        }
    }

    fn apply(&mut self, audio: &Audio) -> Result<Change, VoiceError> {
        let Audio {
            remote,
            law,
            event,
            direction,
            ..
        } = *audio;
        let channel = self.slot.channel;
        match self.stream {
            Stream::Closed { .. } => return Ok(Change::None),
            Stream::Open { law: l, event: e } if (l, e) == (law, event) => {}
            // The jitter buffer starts anew with other payload types.
            Stream::Open { .. } | Stream::Reserved => {
                let open = Command::OpenStream {
                    channel,
                    law,
                    event_payload_type: event,
                };
                if !self.media.engine.send(open) {
                    return Err(VoiceError::Engine);
                }
                self.stream = Stream::Open { law, event };
            }
        }
        // With the old way to hold there is no address to send to, and the last one stays.
        if !remote.ip().is_unspecified() {
            self.media.net.connect(self.slot, remote, law, event);
        }
        let held = direction.is_hold();
        if held == self.held {
            return Ok(Change::None);
        }
        self.held = held;
        self.media.engine.send(Command::PauseStream {
            channel,
            paused: held,
        });
        Ok(if held {
            Change::Held
        } else {
            Change::Retrieved
        })
    }
}

/// Only to tell sessions apart; without randomness they are told apart by their Call-ID.
fn session_id() -> u32 {
    let mut octets = [0; 4];
    let _ = getrandom::fill(&mut octets);
    u32::from_be_bytes(octets) >> 1
}
