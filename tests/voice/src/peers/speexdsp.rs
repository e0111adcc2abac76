//! speexdsp 1.2.1: its preprocessor.

use std::ffi::{c_int, c_void};
use std::sync::OnceLock;

use libloading::Library;

use super::{function, open};

static LIBRARY: OnceLock<Result<Library, String>> = OnceLock::new();

pub(super) fn library() -> Result<&'static Library, String> {
    let opened = LIBRARY.get_or_init(|| open("libspeexdsp.so.1", "libspeexdsp1"));
    opened.as_ref().map_err(Clone::clone)
}

type State = *mut c_void;

/// Requests of `speex_preprocess.h`.
const SET_DENOISE: c_int = 0;
const SET_AGC: c_int = 2;
const SET_VAD: c_int = 4;
const SET_PROB_START: c_int = 14;
const SET_PROB_CONTINUE: c_int = 16;
const SET_AGC_TARGET: c_int = 46;
/// Probabilities in percent from which and down to which it takes a frame for speech. With its own,
/// 35 and 20, it takes every frame for it; with these it tells speech from noise best.
const PROBABILITIES: [c_int; 2] = [95, 90];

/// Samples that it takes at once: 20 ms.
pub const FRAME: usize = 160;
/// How much later its output comes out, measured by cross-correlation.
pub const DELAY: usize = 160;

/// What it is to do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Work {
    pub denoise: bool,
    pub vad: bool,
    /// The level to be brought to, as the header has it: the peak of a sine of this loudness.
    pub agc_target: Option<i32>,
}

/// Its preprocessor.
#[derive(Debug)]
pub struct Preprocessor {
    state: State,
    run: unsafe extern "C" fn(State, *mut i16) -> c_int,
    destroy: unsafe extern "C" fn(State),
}

impl Preprocessor {
    pub fn new(work: Work) -> Result<Self, String> {
        type Init = unsafe extern "C" fn(c_int, c_int) -> State;
        type Control = unsafe extern "C" fn(State, c_int, *mut c_void) -> c_int;
        let library = library()?;
        let init: Init = function(library, "speex_preprocess_state_init")?;
        let control: Control = function(library, "speex_preprocess_ctl")?;
        let destroy = function(library, "speex_preprocess_state_destroy")?;
        let run = function(library, "speex_preprocess_run")?;
        // SAFETY: any size and rate are lawful.
        let state = unsafe { init(FRAME as c_int, 8000) };
        if state.is_null() {
            return Err("speex_preprocess_state_init gave nothing".into());
        }
        let preprocessor = Self {
            state,
            run,
            destroy,
        };
        let set = |request: c_int, value: i32| {
            let mut value: c_int = value;
            // SAFETY: the state is ours; these requests read one int.
            unsafe { control(state, request, (&raw mut value).cast()) };
        };
        set(SET_DENOISE, i32::from(work.denoise));
        set(SET_VAD, i32::from(work.vad));
        set(SET_PROB_START, PROBABILITIES[0]);
        set(SET_PROB_CONTINUE, PROBABILITIES[1]);
        set(SET_AGC, i32::from(work.agc_target.is_some()));
        if let Some(target) = work.agc_target {
            set(SET_AGC_TARGET, target);
        }
        Ok(preprocessor)
    }

    /// Works on 20 ms in place; whether it takes it for speech.
    pub fn process(&mut self, frame: &mut [i16; FRAME]) -> bool {
        // SAFETY: the frame has the samples that the state was made for; the state is ours.
        unsafe { (self.run)(self.state, frame.as_mut_ptr()) != 0 }
    }

    /// Works on all whole frames; what it gave, and which frames it took for speech.
    pub fn process_all(&mut self, samples: &[i16]) -> (Vec<i16>, Vec<bool>) {
        let mut out = samples.to_vec();
        let (frames, _) = out.as_chunks_mut::<FRAME>();
        let spoken = frames.iter_mut().map(|frame| self.process(frame)).collect();
        (out, spoken)
    }
}

impl Drop for Preprocessor {
    fn drop(&mut self) {
        // SAFETY: the state came from speex_preprocess_state_init and is not used after this.
        unsafe { (self.destroy)(self.state) };
    }
}
