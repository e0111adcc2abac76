//! The jitter buffer of libspeexdsp 1.2.1 (`speex_jitter.h`).

use std::ffi::{c_char, c_int, c_void};

use super::function;
use super::speexdsp::library;

type State = *mut c_void;

/// `JitterBufferPacket`.
#[repr(C)]
struct Packet {
    data: *mut c_char,
    length: u32,
    timestamp: u32,
    span: u32,
    sequence: u16,
    user_data: u32,
}

/// One stream; the samples themselves are of no account to it.
#[derive(Debug)]
pub struct JitterBuffer {
    state: State,
    span: u32,
    put: unsafe extern "C" fn(State, *const Packet),
    get: unsafe extern "C" fn(State, *mut Packet, i32, *mut i32) -> c_int,
    tick: unsafe extern "C" fn(State),
    free: unsafe extern "C" fn(State),
}

impl JitterBuffer {
    /// `span` is what one packet holds, in samples.
    pub fn new(span: u32) -> Result<Self, String> {
        type Init = unsafe extern "C" fn(c_int) -> State;
        let library = library()?;
        let init: Init = function(library, "jitter_buffer_init")?;
        let put = function(library, "jitter_buffer_put")?;
        let get = function(library, "jitter_buffer_get")?;
        let tick = function(library, "jitter_buffer_tick")?;
        let free = function(library, "jitter_buffer_destroy")?;
        // SAFETY: the argument is a number.
        let state = unsafe { init(span as c_int) };
        if state.is_null() {
            return Err("jitter_buffer_init gave nothing".into());
        }
        Ok(Self {
            state,
            span,
            put,
            get,
            tick,
            free,
        })
    }

    /// A packet has come.
    pub fn put(&mut self, timestamp: u32, sequence: u16) {
        let mut octets: [c_char; 4] = [0; 4];
        let packet = Packet {
            data: octets.as_mut_ptr(),
            length: octets.len() as u32,
            timestamp,
            span: self.span,
            sequence,
            user_data: 0,
        };
        // SAFETY: the packet and its octets outlive the call, which copies them.
        unsafe { (self.put)(self.state, &raw const packet) };
    }

    /// Time for a packet: the timestamp of the one to be played, if there is one.
    pub fn take(&mut self) -> Option<u32> {
        let mut octets: [c_char; 64] = [0; 64];
        let mut packet = Packet {
            data: octets.as_mut_ptr(),
            length: octets.len() as u32,
            timestamp: 0,
            span: 0,
            sequence: 0,
            user_data: 0,
        };
        let mut offset = 0;
        // SAFETY: the packet, its octets and the offset outlive the call; the state is ours.
        let told = unsafe {
            let span = self.span as i32;
            (self.get)(self.state, &raw mut packet, span, &raw mut offset)
        };
        // SAFETY: the state is ours.
        unsafe { (self.tick)(self.state) };
        (told == 0).then_some(packet.timestamp)
    }
}

impl Drop for JitterBuffer {
    fn drop(&mut self) {
        // SAFETY: the state came from jitter_buffer_init and is not used after this.
        unsafe { (self.free)(self.state) };
    }
}
