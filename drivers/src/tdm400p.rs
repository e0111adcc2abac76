//! TDM400P and its kin: four sites for telephone modules behind a Tj320 bridge. Which chips are on
//! the board and how they are wired; section numbers are those of the two fact sheets.

use std::time::Duration;

use crate::bus::PciDevice;
use crate::card::{
    AnalogCard, CardCounters, Hook, Law, MAX_PORTS, PortBlock, PortEvent, RingDetector, Tick,
};
use crate::si3050::Module;
use crate::si3050::bring_up::{ModuleFault, ModuleSettings};
use crate::si3050::country::Country;
use crate::si3050::regs::Gain;
use crate::si3050::spi::{Pins, Spi};
use crate::tiger320::regs::{AuxFunction, SerialControl};
use crate::tiger320::ring::{FRAME_OCTETS, FRAMES, HALF_OCTETS};
use crate::tiger320::{Tiger320, Wakeup};

/// Subsystem vendors of this family, from the prototype to revision I (bridge §1.1).
const SUBSYSTEM_VENDORS: [u16; 12] = [
    0xA159, 0xE159, 0xB100, 0xB1D9, 0xB118, 0xB119, 0xA9FD, 0xA8FD, 0xA800, 0xA801, 0xA908, 0xA901,
];

/// Local register: frame sync and fitted modules.
const FRAME_SYNC: u8 = 0;
/// Local register: one bit selects the module on the SPI bus.
const MODULE_SELECT: u8 = 2;
/// Local register: version of the companion chip.
const VERSION: u8 = 3;
/// The version that reads when there is no companion chip.
const NO_COMPANION: u8 = 0x59;
/// From this version on the scratch register is the select register, before it is register 1.
const SCRATCH_MOVED: u8 = 0x70;

/// AUX pins: chip select, clock, data to the module, data from it (module §2.1).
const AUX_SELECT: u8 = 0x04;
const AUX_CLOCK: u8 = 0x08;
const AUX_DATA: u8 = 0x10;
const AUX_DATA_IN: u8 = 0x20;
/// All pins but the data from the module are outputs.
const AUX_OUTPUTS: u8 = 0xDF;

/// How the card is to be set.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Companding law.
    pub law: Law,
    /// Line termination.
    pub country: &'static Country,
    /// How ringing is recognised.
    pub ring_detector: RingDetector,
    /// Gain toward the line.
    pub transmit_gain: Gain,
    /// Gain from the line.
    pub receive_gain: Gain,
    /// Take a board whose subsystem vendor is not known as one of the family: clones, and boards
    /// whose identity straps read wrong.
    pub any_board: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            law: Law::A,
            country: &Country::CHINA,
            ring_detector: RingDetector::Alternation,
            transmit_gain: Gain::NONE,
            receive_gain: Gain::NONE,
            any_board: false,
        }
    }
}

/// What each site holds: nothing wrong, or why it cannot be used.
pub type Sites = [Option<ModuleFault>; MAX_PORTS];

/// Why the card cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BringUpError {
    /// Another board with the same bridge.
    #[error(
        "subsystem vendor {found:#06x} names no card of the TDM400P family (0xb100, 0xb119, \
         0xa901…); if it is one, allow any board in the card's settings"
    )]
    WrongBoard {
        /// What the board says it is.
        found: u16,
    },
    /// Nothing answers.
    #[error("every register reads 0xff: the card is not on the bus; reseat it, then check power")]
    CardGone,
    /// The DMA memory cannot be used by the bridge.
    #[error("DMA memory at {address:#010x} is not dword aligned")]
    DmaAddress {
        /// Where it is.
        address: u32,
    },
    /// The companion chip loses bits.
    #[error(
        "companion chip version {version:#04x} is dead: local register {register} was written \
         {wrote:#04x} and reads {read:#04x}; replace the card"
    )]
    CompanionChip {
        /// Its version.
        version: u8,
        /// The register that failed.
        register: u8,
        /// What was written.
        wrote: u8,
        /// What was read.
        read: u8,
    },
    /// There is not one module that can be used.
    #[error("no usable FXO module on the card: {}", describe(.0))]
    NoModule(Sites),
    /// The bridge does not move samples.
    #[error(
        "the DMA engine does not start: its pointer did not move within 10 ms; check that bus \
         mastering is enabled, then try another slot"
    )]
    DmaNeverStarts,
}

/// The sites and their faults in one line, sites counted from 1 as printed on the board.
fn describe(sites: &Sites) -> String {
    let texts = sites
        .iter()
        .enumerate()
        .filter_map(|(index, fault)| fault.map(|fault| format!("site {}: {fault}", index + 1)));
    texts.collect::<Vec<_>>().join("; ")
}

/// A running card.
#[derive(Debug)]
pub struct Tdm400p<D: PciDevice> {
    board: Board<D>,
    modules: [Option<Module>; MAX_PORTS],
    sites: Sites,
    events: Events,
    counters: CardCounters,
    /// Milliseconds since start, lost ones included.
    clock_ms: u32,
    /// `clock_ms` when each module was last visited.
    visited_ms: [u32; MAX_PORTS],
}

impl<D: PciDevice> Tdm400p<D> {
    /// Brings the card up (bridge §4.1, module §5.1); takes about 1 s and a little more a module.
    ///
    /// # Errors
    /// Which step failed, what was found, and what to do.
    pub fn bring_up(device: D, settings: Settings) -> Result<Self, BringUpError> {
        let mut board = Board {
            bridge: Tiger320::new(device),
            selected: None,
        };
        board.check_identity(settings.any_board)?;
        board.check_companion()?;
        board.bridge.configure(
            AUX_OUTPUTS,
            AUX_SELECT | AUX_CLOCK | AUX_DATA,
            AuxFunction::ANALOG_CARD,
            SerialControl::ANALOG_CARD,
        );
        let (modules, sites) = board.bring_up_modules(&settings);
        if modules.iter().all(Option::is_none) {
            board.bridge.shut_down();
            return Err(BringUpError::NoModule(sites));
        }
        board.announce_fitted(&modules);
        if !board.bridge.start(silence(settings.law)) {
            board.bridge.shut_down();
            return Err(BringUpError::DmaNeverStarts);
        }
        Ok(Self {
            board,
            modules,
            sites,
            events: Events::default(),
            counters: CardCounters::default(),
            clock_ms: 0,
            visited_ms: [0; MAX_PORTS],
        })
    }

    /// Why a site is not in use; `None` where a module is.
    pub const fn sites(&self) -> &Sites {
        &self.sites
    }

    /// The function the card is on.
    pub const fn device(&mut self) -> &mut D {
        self.board.bridge.device()
    }

    /// Serves one module: whoever has a hook to be moved first, else the one whose turn it is. So
    /// a millisecond costs one visit, whatever happens, and each module is seen every 4 ms.
    fn attend_modules(&mut self) {
        let turn = self.clock_ms as usize % MAX_PORTS;
        let waiting =
            |module: &Option<Module>| module.as_ref().is_some_and(Module::hook_is_pending);
        let port = self.modules.iter().position(waiting).unwrap_or(turn);
        let Some(module) = &mut self.modules[port] else {
            return;
        };
        let mut bus = self.board.module(port);
        if module.write_pending_hook(&mut bus) {
            return;
        }
        let elapsed_ms = self.clock_ms.wrapping_sub(self.visited_ms[port]);
        self.visited_ms[port] = self.clock_ms;
        for event in module.visit(&mut bus, elapsed_ms).into_iter().flatten() {
            self.events.push(port, event);
        }
    }
}

impl<D: PciDevice + Send> AnalogCard for Tdm400p<D> {
    fn fitted(&self) -> [bool; MAX_PORTS] {
        self.modules.each_ref().map(Option::is_some)
    }

    fn exchange(
        &mut self,
        transmit: &[PortBlock; MAX_PORTS],
        received: &mut [PortBlock; MAX_PORTS],
    ) -> Tick {
        let (half, missed) = match self.board.bridge.wait() {
            Wakeup::Half { half, missed } => (half, missed),
            Wakeup::Silent => return Tick::Silent,
            Wakeup::Gone => return Tick::Gone,
        };
        let mut octets = [0; HALF_OCTETS];
        self.board.bridge.receive(half, &mut octets);
        part(&octets, received);
        join(transmit, &mut octets);
        self.board.bridge.transmit(half, &octets);
        self.clock_ms = self.clock_ms.wrapping_add(1 + missed);
        self.counters.ticks += 1;
        self.counters.missed += u64::from(missed);
        self.attend_modules();
        Tick::Samples { missed }
    }

    fn set_hook(&mut self, port: usize, hook: Hook) {
        if let Some(Some(module)) = self.modules.get_mut(port) {
            module.set_hook(hook);
        }
    }

    fn poll_event(&mut self) -> Option<(usize, PortEvent)> {
        self.events.pop()
    }

    fn counters(&self) -> CardCounters {
        CardCounters {
            foreign: self.board.bridge.foreign(),
            aborts: self.board.bridge.aborts(),
            rewrites: self.modules.iter().flatten().map(Module::rewrites).sum(),
            ..self.counters
        }
    }
}

impl<D: PciDevice> Drop for Tdm400p<D> {
    /// The engine must stand still before its memory is given back. The card's reset, with which
    /// this ends, puts every line on-hook.
    fn drop(&mut self) {
        self.board.bridge.shut_down();
    }
}

/// The wiring: a bridge, a companion chip that selects a module, four pins of SPI.
#[derive(Debug)]
struct Board<D> {
    bridge: Tiger320<D>,
    selected: Option<usize>,
}

impl<D: PciDevice> Board<D> {
    fn check_identity(&mut self, any_board: bool) -> Result<(), BringUpError> {
        let found = self.bridge.device().subsystem_vendor();
        if found == 0xFFFF {
            return Err(BringUpError::CardGone);
        }
        if !any_board && !SUBSYSTEM_VENDORS.contains(&found) {
            return Err(BringUpError::WrongBoard { found });
        }
        match self.bridge.device().dma_address() {
            address if !address.is_multiple_of(4) => Err(BringUpError::DmaAddress { address }),
            _ => Ok(()),
        }
    }

    /// Bridge §4.1 steps 2 and 3.
    fn check_companion(&mut self) -> Result<(), BringUpError> {
        if !self.bridge.release_card() {
            return Err(BringUpError::CardGone);
        }
        let version = self.bridge.read_local(VERSION);
        if version == NO_COMPANION {
            return Ok(());
        }
        let register = if version >= SCRATCH_MOVED {
            MODULE_SELECT
        } else {
            1
        };
        for (register, wrote) in (0..=254).map(|v| (register, v)).chain([(FRAME_SYNC, 0x01)]) {
            self.bridge.write_local(register, wrote);
            let read = self.bridge.read_local(register);
            if read != wrote {
                return Err(BringUpError::CompanionChip {
                    version,
                    register,
                    wrote,
                    read,
                });
            }
        }
        Ok(())
    }

    fn bring_up_modules(&mut self, settings: &Settings) -> ([Option<Module>; MAX_PORTS], Sites) {
        let (mut modules, mut sites) = ([None; MAX_PORTS], [None; MAX_PORTS]);
        for port in 0..MAX_PORTS {
            let settings = ModuleSettings {
                law: settings.law,
                country: settings.country,
                ring_detector: settings.ring_detector,
                first_bit: first_bit(port),
                transmit_gain: settings.transmit_gain,
                receive_gain: settings.receive_gain,
            };
            let mut bus = self.module(port);
            match Module::bring_up(&mut bus, settings, |bus, time| bus.0.pause(time)) {
                Ok(module) => modules[port] = Some(module),
                Err(fault) => sites[port] = Some(fault),
            }
        }
        (modules, sites)
    }

    /// Bridge §4.1 step 10.
    fn announce_fitted(&mut self, modules: &[Option<Module>; MAX_PORTS]) {
        let bits = (0..MAX_PORTS).filter(|&port| modules[port].is_some());
        let fitted = bits.fold(0, |fitted, port| fitted | 1 << port);
        self.bridge.write_local(FRAME_SYNC, fitted << 1 | 1);
    }

    /// The registers of the module at this site.
    fn module(&mut self, port: usize) -> Spi<SitePins<'_, D>> {
        if self.selected != Some(port) {
            self.bridge.write_local(MODULE_SELECT, 1 << port);
            self.selected = Some(port);
        }
        Spi(SitePins(&mut self.bridge))
    }
}

/// The SPI pins of the selected site.
struct SitePins<'a, D>(&'a mut Tiger320<D>);

impl<D: PciDevice> SitePins<'_, D> {
    fn pause(&mut self, time: Duration) {
        self.0.device().pause(time);
    }
}

impl<D: PciDevice> Pins for SitePins<'_, D> {
    fn drive(&mut self, select: bool, clock: bool, data: bool) {
        let pin = |high: bool, mask: u8| if high { mask } else { 0 };
        self.0
            .set_aux(pin(select, AUX_SELECT) | pin(clock, AUX_CLOCK) | pin(data, AUX_DATA));
    }

    fn data_in(&mut self) -> bool {
        self.0.aux() & AUX_DATA_IN != 0
    }
}

/// The serial word goes out most significant bit first, so the last site comes first (bridge §3.2).
const fn first_bit(port: usize) -> u8 {
    (8 * (MAX_PORTS - 1 - port)) as u8
}

/// The octet of silence.
const fn silence(law: Law) -> u8 {
    match law {
        Law::A => 0xD5,
        Law::Mu => 0xFF,
    }
}

/// Parts a half of the ring into the ports' blocks: octet k of a frame is site k.
fn part(octets: &[u8; HALF_OCTETS], ports: &mut [PortBlock; MAX_PORTS]) {
    for frame in 0..FRAMES {
        for (port, block) in ports.iter_mut().enumerate() {
            block[frame] = octets[frame * FRAME_OCTETS + port];
        }
    }
}

/// Joins the ports' blocks into a half of the ring.
fn join(ports: &[PortBlock; MAX_PORTS], octets: &mut [u8; HALF_OCTETS]) {
    for frame in 0..FRAMES {
        for (port, block) in ports.iter().enumerate() {
            octets[frame * FRAME_OCTETS + port] = block[frame];
        }
    }
}

/// Events not yet polled. One visit makes three at most, and they are polled after each exchange;
/// should nobody poll, the newest are dropped.
#[derive(Debug, Default)]
struct Events {
    ring: [Option<(usize, PortEvent)>; 16],
    first: usize,
    count: usize,
}

impl Events {
    fn push(&mut self, port: usize, event: PortEvent) {
        if self.count < self.ring.len() {
            self.ring[(self.first + self.count) % self.ring.len()] = Some((port, event));
            self.count += 1;
        }
    }

    fn pop(&mut self) -> Option<(usize, PortEvent)> {
        let event = self.ring[self.first].take()?;
        self.first = (self.first + 1) % self.ring.len();
        self.count -= 1;
        Some(event)
    }
}
