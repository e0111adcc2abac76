//! The resampler of libspeexdsp 1.2.1 (`speex_resampler.h`).

use std::ffi::{c_int, c_uint, c_void};

use super::function;
use super::speexdsp::library;

type State = *mut c_void;
type Process =
    unsafe extern "C" fn(State, c_uint, *const i16, *mut c_uint, *mut i16, *mut c_uint) -> c_int;

/// One channel between two rates.
#[derive(Debug)]
pub struct Resampler {
    state: State,
    process: Process,
    free: unsafe extern "C" fn(State),
}

impl Resampler {
    /// `quality` is 0 to 10.
    pub fn new(from_hz: u32, to_hz: u32, quality: c_int) -> Result<Self, String> {
        type Init = unsafe extern "C" fn(c_uint, c_uint, c_uint, c_int, *mut c_int) -> State;
        let library = library()?;
        let init: Init = function(library, "speex_resampler_init")?;
        let process = function(library, "speex_resampler_process_int")?;
        let free = function(library, "speex_resampler_destroy")?;
        let mut error = 0;
        // SAFETY: `error` outlives the call; the other arguments are numbers.
        let state = unsafe { init(1, from_hz, to_hz, quality, &raw mut error) };
        if state.is_null() {
            return Err(format!("speex_resampler_init gave error {error}"));
        }
        Ok(Self {
            state,
            process,
            free,
        })
    }

    /// How many samples it wrote.
    pub fn process(&mut self, from: &[i16], to: &mut [i16]) -> usize {
        let (mut taken, mut given) = (from.len() as c_uint, to.len() as c_uint);
        // SAFETY: the lengths are those of the slices; the state is ours and has one channel, 0.
        unsafe {
            (self.process)(
                self.state,
                0,
                from.as_ptr(),
                &raw mut taken,
                to.as_mut_ptr(),
                &raw mut given,
            )
        };
        given as usize
    }
}

impl Drop for Resampler {
    fn drop(&mut self) {
        // SAFETY: the state came from speex_resampler_init and is not used after this.
        unsafe { (self.free)(self.state) };
    }
}
