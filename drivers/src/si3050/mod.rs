//! Silicon Labs Si3050 with Si3018/3019: the FXO module. One visit every few milliseconds reads its
//! state, keeps its hook as wanted, and brings it back when it fails.

pub mod bring_up;
pub mod country;
pub mod line;
pub mod regs;
pub mod spi;

use std::time::Duration;

use crate::card::{Hook, PortEvent};
use bring_up::{BringUp, ModuleFault, ModuleSettings, Progress};
use line::{LineEvents, LineState};
use regs::{DaaControl1, LineSideStatus, LineVoltage};
use spi::ModuleBus;

/// Insane readings of register 5 in a row after which the module is initialised anew.
const STRIKES: u8 = 8;
/// The isolation link is looked at every so many visits instead of the line voltage.
const LINK_EVERY: u8 = 16;
/// The wait before a module that could not be brought back is tried again.
const RETRY: Duration = Duration::from_secs(2);

const NOTHING: LineEvents = [None; 3];

/// One FXO module after a successful bring-up.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    settings: ModuleSettings,
    state: State,
    /// The hook as wanted, and whether it is still to be written.
    hook: Hook,
    hook_pending: bool,
    /// Times that register 5 was written because it was not as set.
    rewrites: u64,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// In service.
    Running {
        line: LineState,
        strikes: u8,
        visits: u8,
    },
    /// On its way back; the next step is due in so many milliseconds.
    Recovering { bring_up: BringUp, wait_ms: u32 },
}

impl Module {
    /// Brings a module up; `pause` lets time pass.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn bring_up<B: ModuleBus>(
        bus: &mut B,
        settings: ModuleSettings,
        mut pause: impl FnMut(&mut B, Duration),
    ) -> Result<Self, ModuleFault> {
        let mut bring_up = BringUp::Probe;
        loop {
            match bring_up.step(bus, &settings) {
                Progress::After(Duration::ZERO) => {}
                Progress::After(time) => pause(bus, time),
                Progress::Failed(fault) => return Err(fault),
                Progress::Up => break,
            }
        }
        let state = State::running(&settings);
        Ok(Self {
            settings,
            state,
            hook: Hook::OnHook,
            hook_pending: false,
            rewrites: 0,
        })
    }

    /// Wants this hook; it is written at the next chance. A module out of service stays on-hook.
    pub fn set_hook(&mut self, hook: Hook) {
        if let State::Running { .. } = self.state {
            self.hook = hook;
            self.hook_pending = true;
        }
    }

    /// Writes the hook if that is still to be done; whether it was. One register access.
    pub fn write_pending_hook(&mut self, bus: &mut impl ModuleBus) -> bool {
        let pending = std::mem::take(&mut self.hook_pending);
        if pending {
            self.write_hook(bus);
        }
        pending
    }

    /// Whether [`write_pending_hook`](Self::write_pending_hook) has something to do.
    pub const fn hook_is_pending(&self) -> bool {
        self.hook_pending
    }

    /// Times that register 5 was written because it was not as set.
    pub const fn rewrites(&self) -> u64 {
        self.rewrites
    }

    /// Reads the module `elapsed_ms` after the last visit: two register accesses, four when a hook
    /// or link must be looked after, six when a failed module is probed.
    pub fn visit(&mut self, bus: &mut impl ModuleBus, elapsed_ms: u32) -> LineEvents {
        match self.state {
            State::Running {
                line,
                strikes,
                visits,
            } => self.attend(bus, elapsed_ms, line, strikes, visits),
            State::Recovering { bring_up, wait_ms } => {
                self.recover(bus, bring_up, wait_ms.saturating_sub(elapsed_ms));
                NOTHING
            }
        }
    }

    fn attend(
        &mut self,
        bus: &mut impl ModuleBus,
        elapsed_ms: u32,
        mut line: LineState,
        strikes: u8,
        visits: u8,
    ) -> LineEvents {
        let control = DaaControl1::from_bits(bus.read(DaaControl1::REGISTER));
        let mut events = NOTHING;
        if !control.is_sane() {
            if strikes + 1 >= STRIKES {
                return self.fail();
            }
            self.rewrite_hook(bus);
            self.state = State::Running {
                line,
                strikes: strikes + 1,
                visits,
            };
            return events;
        }
        if !control.is_set_for(self.hook) {
            self.rewrite_hook(bus);
        }
        if visits >= LINK_EVERY {
            let status = LineSideStatus::from_bits(bus.read(LineSideStatus::REGISTER));
            if !status.link_up() {
                return self.fail();
            }
        }
        let voltage = LineVoltage::from_bits(bus.read(LineVoltage::REGISTER));
        events = line.handle(elapsed_ms, self.hook, control, voltage);
        let visits = if visits >= LINK_EVERY { 0 } else { visits + 1 };
        self.state = State::Running {
            line,
            strikes: 0,
            visits,
        };
        events
    }

    /// Out of service; on-hook, because the call that was there is lost with the line.
    fn fail(&mut self) -> LineEvents {
        self.hook = Hook::OnHook;
        self.hook_pending = false;
        self.state = State::Recovering {
            bring_up: BringUp::Probe,
            wait_ms: 0,
        };
        [Some(PortEvent::Failed), None, None]
    }

    fn recover(&mut self, bus: &mut impl ModuleBus, mut bring_up: BringUp, wait_ms: u32) {
        if wait_ms > 0 {
            self.state = State::Recovering { bring_up, wait_ms };
            return;
        }
        self.state = match bring_up.step(bus, &self.settings) {
            Progress::Up => State::running(&self.settings),
            Progress::After(time) => State::Recovering {
                bring_up,
                wait_ms: milliseconds(time),
            },
            Progress::Failed(_) => State::Recovering {
                bring_up: BringUp::Probe,
                wait_ms: milliseconds(RETRY),
            },
        };
    }

    fn rewrite_hook(&mut self, bus: &mut impl ModuleBus) {
        self.rewrites += 1;
        self.write_hook(bus);
    }

    fn write_hook(&self, bus: &mut impl ModuleBus) {
        bus.write(
            DaaControl1::REGISTER,
            DaaControl1::for_hook(self.hook).bits(),
        );
    }
}

impl State {
    const fn running(settings: &ModuleSettings) -> Self {
        let line = LineState::new(settings.ring_detector);
        Self::Running {
            line,
            strikes: 0,
            visits: 0,
        }
    }
}

/// Whole milliseconds; the times here are all of a few seconds at most.
fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}
