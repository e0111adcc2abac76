//! spandsp 0.0.6.

use std::ffi::{c_int, c_void};
use std::sync::OnceLock;

use libloading::Library;

use super::{function, open};

static LIBRARY: OnceLock<Result<Library, String>> = OnceLock::new();

pub(super) fn library() -> Result<&'static Library, String> {
    let opened = LIBRARY.get_or_init(|| open("libspandsp.so.2", "libspandsp2"));
    opened.as_ref().map_err(Clone::clone)
}

type State = *mut c_void;

/// Which law, in spandsp's numbers (`g711.h`).
#[derive(Clone, Copy, Debug)]
pub enum Law {
    A = 0,
    Mu = 1,
}

/// Its G.711 coder.
#[derive(Debug)]
pub struct G711 {
    state: State,
    encode: unsafe extern "C" fn(State, *mut u8, *const i16, c_int) -> c_int,
    decode: unsafe extern "C" fn(State, *mut i16, *const u8, c_int) -> c_int,
    free: unsafe extern "C" fn(State) -> c_int,
}

impl G711 {
    pub fn new(law: Law) -> Result<Self, String> {
        type Init = unsafe extern "C" fn(State, c_int) -> State;
        let library = library()?;
        let init: Init = function(library, "g711_init")?;
        let free = function(library, "g711_free")?;
        let encode = function(library, "g711_encode")?;
        let decode = function(library, "g711_decode")?;
        // SAFETY: a null state asks for a new one; the mode is one of g711.h's.
        let state = unsafe { init(std::ptr::null_mut(), law as c_int) };
        if state.is_null() {
            return Err("g711_init gave nothing".into());
        }
        Ok(Self {
            state,
            encode,
            decode,
            free,
        })
    }

    /// Panics if the slices differ in length.
    pub fn encode(&mut self, linear: &[i16], octets: &mut [u8]) {
        assert_eq!(linear.len(), octets.len());
        let length = linear.len() as c_int;
        // SAFETY: both slices have this length; the state is ours.
        unsafe { (self.encode)(self.state, octets.as_mut_ptr(), linear.as_ptr(), length) };
    }

    /// Panics if the slices differ in length.
    pub fn decode(&mut self, octets: &[u8], linear: &mut [i16]) {
        assert_eq!(linear.len(), octets.len());
        let length = octets.len() as c_int;
        // SAFETY: both slices have this length; the state is ours.
        unsafe { (self.decode)(self.state, linear.as_mut_ptr(), octets.as_ptr(), length) };
    }
}

impl Drop for G711 {
    fn drop(&mut self) {
        // SAFETY: the state came from g711_init and is not used after this.
        unsafe { (self.free)(self.state) };
    }
}

/// Its packet loss concealment (`plc.h`).
#[derive(Debug)]
pub struct Concealment {
    state: State,
    rx: unsafe extern "C" fn(State, *mut i16, c_int) -> c_int,
    fillin: unsafe extern "C" fn(State, *mut i16, c_int) -> c_int,
    free: unsafe extern "C" fn(State) -> c_int,
}

impl Concealment {
    pub fn new() -> Result<Self, String> {
        type Init = unsafe extern "C" fn(State) -> State;
        let library = library()?;
        let init: Init = function(library, "plc_init")?;
        let rx = function(library, "plc_rx")?;
        let fillin = function(library, "plc_fillin")?;
        let free = function(library, "plc_free")?;
        // SAFETY: a null state asks for a new one.
        let state = unsafe { init(std::ptr::null_mut()) };
        if state.is_null() {
            return Err("plc_init gave nothing".into());
        }
        Ok(Self {
            state,
            rx,
            fillin,
            free,
        })
    }

    /// A packet came; its start may be changed.
    pub fn heard(&mut self, samples: &mut [i16]) {
        // SAFETY: the length is that of the slice; the state is ours.
        unsafe { (self.rx)(self.state, samples.as_mut_ptr(), samples.len() as c_int) };
    }

    /// A packet is missing: it is made up.
    pub fn missing(&mut self, samples: &mut [i16]) {
        // SAFETY: the length is that of the slice; the state is ours.
        unsafe { (self.fillin)(self.state, samples.as_mut_ptr(), samples.len() as c_int) };
    }
}

impl Drop for Concealment {
    fn drop(&mut self) {
        // SAFETY: the state came from plc_init and is not used after this.
        unsafe { (self.free)(self.state) };
    }
}
