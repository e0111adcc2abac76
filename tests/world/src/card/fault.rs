//! What can go wrong with a card, on command from another thread.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use super::module::ModuleFault;

/// Something that happens to the card at its next sample or wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardFault {
    /// The card leaves the bus.
    Gone,
    /// The bridge gets no answer on the bus and stops its DMA.
    MasterAbort,
    /// The next interrupt is delivered so many frames of 125 µs late; 8 are a lost millisecond.
    Late {
        /// How late.
        frames: u32,
    },
    /// Another device on the line interrupts.
    ForeignInterrupt,
    /// A module breaks, or is repaired.
    Module {
        /// Site, from 0.
        port: usize,
        /// How.
        fault: ModuleFault,
    },
    /// A disturbed SPI bus leaves an octet in a register.
    Corruption {
        /// Site, from 0.
        port: usize,
        /// Which register.
        register: u8,
        /// What is left there.
        octet: u8,
    },
}

/// A switch for faults; all clones act on the same card.
#[derive(Clone, Debug, Default)]
pub struct FaultSwitch(Arc<Mutex<VecDeque<CardFault>>>);

impl FaultSwitch {
    /// Lets this happen; faults take effect in order.
    pub fn throw(&self, fault: CardFault) {
        self.queue().push_back(fault);
    }

    pub(super) fn next(&self) -> Option<CardFault> {
        self.queue().pop_front()
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<CardFault>> {
        self.0
            .lock()
            .expect("nobody panics while holding the switch")
    }
}
