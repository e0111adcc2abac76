//! spandsp 0.0.6: its receivers of keys, of caller identification and of the network's tones.

use std::ffi::{c_char, c_int, c_void};

use super::function;
use super::spandsp::library;

type State = *mut c_void;
type Receive = unsafe extern "C" fn(State, *const i16, c_int) -> c_int;
type Free = unsafe extern "C" fn(State) -> c_int;

/// Its DTMF receiver, as it comes.
#[derive(Debug)]
pub struct Keys {
    state: State,
    receive: Receive,
    get: unsafe extern "C" fn(State, *mut c_char, c_int) -> usize,
    free: Free,
}

impl Keys {
    pub fn new() -> Result<Self, String> {
        type Init = unsafe extern "C" fn(State, *const c_void, State) -> State;
        let library = library()?;
        let init: Init = function(library, "dtmf_rx_init")?;
        let receive = function(library, "dtmf_rx")?;
        let get = function(library, "dtmf_rx_get")?;
        let free = function(library, "dtmf_rx_free")?;
        // SAFETY: a null state asks for a new one; without a callback the digits are kept.
        let state = unsafe { init(std::ptr::null_mut(), std::ptr::null(), std::ptr::null_mut()) };
        if state.is_null() {
            return Err("dtmf_rx_init gave nothing".into());
        }
        Ok(Self {
            state,
            receive,
            get,
            free,
        })
    }

    /// Takes samples; gives the keys that were heard.
    pub fn process(&mut self, samples: &[i16]) -> String {
        let mut keys = [0u8; 129];
        // SAFETY: the length is that of the slice; of at most 128 keys and a zero there is room.
        let count = unsafe {
            (self.receive)(self.state, samples.as_ptr(), samples.len() as c_int);
            (self.get)(self.state, keys.as_mut_ptr().cast(), 128)
        };
        keys[..count].iter().map(|&key| char::from(key)).collect()
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        // SAFETY: the state came from dtmf_rx_init and is not used after this.
        unsafe { (self.free)(self.state) };
    }
}

/// Which modulation, in spandsp's numbers (`adsi.h`).
#[derive(Clone, Copy, Debug)]
pub enum Standard {
    /// Bell 202.
    Class = 1,
    /// V.23.
    Clip = 2,
}

/// Its receiver of caller identification.
#[derive(Debug)]
pub struct CallerId {
    state: State,
    /// Boxed, since the library keeps its address.
    #[allow(
        clippy::box_collection,
        reason = "the state may move, the list may not"
    )]
    messages: Box<Vec<Vec<u8>>>,
    receive: Receive,
    free: Free,
}

impl CallerId {
    pub fn new(standard: Standard) -> Result<Self, String> {
        type Put = unsafe extern "C" fn(*mut c_void, *const u8, c_int);
        type Init = unsafe extern "C" fn(State, c_int, Put, *mut c_void) -> State;
        unsafe extern "C" fn put(to: *mut c_void, octets: *const u8, length: c_int) {
            let length = usize::try_from(length).unwrap_or(0);
            // SAFETY: it is the box given to adsi_rx_init, which lives as long as the state and is
            // not looked at while the library works; the octets are as many as it says.
            unsafe {
                let octets = std::slice::from_raw_parts(octets, length);
                (*to.cast::<Vec<Vec<u8>>>()).push(octets.to_vec());
            }
        }
        let library = library()?;
        let init: Init = function(library, "adsi_rx_init")?;
        let receive = function(library, "adsi_rx")?;
        let free = function(library, "adsi_rx_free")?;
        let mut messages = Box::new(Vec::new());
        let to = (&raw mut *messages).cast();
        // SAFETY: a null state asks for a new one; the standard is one of adsi.h's.
        let state = unsafe { init(std::ptr::null_mut(), standard as c_int, put, to) };
        if state.is_null() {
            return Err("adsi_rx_init gave nothing".into());
        }
        Ok(Self {
            state,
            messages,
            receive,
            free,
        })
    }

    /// Takes samples; gives the messages whose checksum was good, without the checksum.
    pub fn process(&mut self, samples: &[i16]) -> Vec<Vec<u8>> {
        // SAFETY: the length is that of the slice; the state is ours.
        unsafe { (self.receive)(self.state, samples.as_ptr(), samples.len() as c_int) };
        std::mem::take(&mut *self.messages)
    }
}

impl Drop for CallerId {
    fn drop(&mut self) {
        // SAFETY: the state came from adsi_rx_init and is not used after this.
        unsafe { (self.free)(self.state) };
    }
}

/// Its receiver of one tone of the network with its cadence.
#[derive(Debug)]
pub struct Cadence {
    state: State,
    descriptor: State,
    heard: Box<usize>,
    receive: Receive,
    free: Free,
    free_descriptor: Free,
}

impl Cadence {
    /// One frequency, then silence, so often, each within 15 %.
    pub fn new(hz: u16, on_off_ms: (u16, u16), times: usize) -> Result<Self, String> {
        type Make = unsafe extern "C" fn(State) -> State;
        type Add = unsafe extern "C" fn(State) -> c_int;
        type Element = unsafe extern "C" fn(State, c_int, c_int, c_int, c_int, c_int) -> c_int;
        type Tell = unsafe extern "C" fn(*mut c_void, c_int, c_int, c_int);
        type Init = unsafe extern "C" fn(State, State, Tell, *mut c_void) -> State;
        unsafe extern "C" fn tell(to: *mut c_void, tone: c_int, _: c_int, _: c_int) {
            if tone >= 0 {
                // SAFETY: it is the box given to super_tone_rx_init, which lives as long as the
                // state and is not looked at while the library works.
                unsafe { *to.cast::<usize>() += 1 };
            }
        }
        let library = library()?;
        let make: Make = function(library, "super_tone_rx_make_descriptor")?;
        let add: Add = function(library, "super_tone_rx_add_tone")?;
        let element: Element = function(library, "super_tone_rx_add_element")?;
        let init: Init = function(library, "super_tone_rx_init")?;
        let receive = function(library, "super_tone_rx")?;
        let free = function(library, "super_tone_rx_free")?;
        let free_descriptor = function(library, "super_tone_rx_free_descriptor")?;
        let mut heard = Box::new(0);
        let to = (&raw mut *heard).cast();
        let within = |ms: u16| (c_int::from(ms) * 85 / 100, c_int::from(ms) * 115 / 100);
        // SAFETY: nulls ask for new ones; the tone is one of the descriptor's, 0 is no frequency (−1,
        // as the header has it, is one that never comes).
        let (state, descriptor) = unsafe {
            let descriptor = make(std::ptr::null_mut());
            let tone = add(descriptor);
            for n in 0..2 * times {
                let (hz, ms) = match n % 2 {
                    0 => (c_int::from(hz), on_off_ms.0),
                    _ => (0, on_off_ms.1),
                };
                element(descriptor, tone, hz, 0, within(ms).0, within(ms).1);
            }
            (init(std::ptr::null_mut(), descriptor, tell, to), descriptor)
        };
        if state.is_null() {
            return Err("super_tone_rx_init gave nothing".into());
        }
        Ok(Self {
            state,
            descriptor,
            heard,
            receive,
            free,
            free_descriptor,
        })
    }

    /// Takes samples; tells how often the tone was found in them.
    pub fn process(&mut self, samples: &[i16]) -> usize {
        // SAFETY: the length is that of the slice; the state is ours.
        unsafe { (self.receive)(self.state, samples.as_ptr(), samples.len() as c_int) };
        std::mem::take(&mut *self.heard)
    }
}

impl Drop for Cadence {
    fn drop(&mut self) {
        // SAFETY: both came from the library and are not used after this; the state goes first.
        unsafe {
            (self.free)(self.state);
            (self.free_descriptor)(self.descriptor);
        }
    }
}
