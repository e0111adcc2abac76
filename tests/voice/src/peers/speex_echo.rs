//! speexdsp 1.2.1: its echo canceller (MDF).

use std::ffi::{c_int, c_void};

use super::function;
use super::speexdsp::library;

type State = *mut c_void;

/// Request of `speex_echo.h`.
const SET_SAMPLING_RATE: c_int = 24;
/// Samples that it takes at once: 8 ms, which it delays.
pub const FRAME: usize = 64;

/// Its canceller.
#[derive(Debug)]
pub struct EchoCanceller {
    state: State,
    cancel: unsafe extern "C" fn(State, *const i16, *const i16, *mut i16),
    destroy: unsafe extern "C" fn(State),
}

impl EchoCanceller {
    /// With a tail of so many samples, at 8 kHz.
    pub fn new(tail: usize) -> Result<Self, String> {
        type Init = unsafe extern "C" fn(c_int, c_int) -> State;
        type Control = unsafe extern "C" fn(State, c_int, *mut c_void) -> c_int;
        let library = library()?;
        let init: Init = function(library, "speex_echo_state_init")?;
        let control: Control = function(library, "speex_echo_ctl")?;
        let cancel = function(library, "speex_echo_cancellation")?;
        let destroy = function(library, "speex_echo_state_destroy")?;
        // SAFETY: plain numbers in, a new state out.
        let state = unsafe { init(FRAME as c_int, tail as c_int) };
        if state.is_null() {
            return Err("speex_echo_state_init gave nothing".into());
        }
        let mut rate: c_int = 8000;
        // SAFETY: the request takes a pointer to an int, which lives through the call.
        unsafe { control(state, SET_SAMPLING_RATE, (&raw mut rate).cast()) };
        Ok(Self {
            state,
            cancel,
            destroy,
        })
    }

    /// Takes what was sent and what came in the same 8 ms; gives what is left.
    pub fn process(&mut self, sent: &[i16; FRAME], received: &[i16; FRAME]) -> [i16; FRAME] {
        let mut out = [0; FRAME];
        let (came, sent) = (received.as_ptr(), sent.as_ptr());
        // SAFETY: all three have the frame's length; the state is ours.
        unsafe { (self.cancel)(self.state, came, sent, out.as_mut_ptr()) };
        out
    }
}

impl Drop for EchoCanceller {
    fn drop(&mut self) {
        // SAFETY: the state came from speex_echo_state_init and is not used after this.
        unsafe { (self.destroy)(self.state) };
    }
}
