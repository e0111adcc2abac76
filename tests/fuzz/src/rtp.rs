//! Any datagram: it is RTP or it is not, and its payload lies within it.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The program itself would be a long build for its shortest file.
#[allow(dead_code)]
#[path = "../../../appliance/src/media/net/header.rs"]
mod header;

use header::{HEADER, parse};

fuzz_target!(|datagram: &[u8]| {
    let Some((header, payload)) = parse(datagram) else {
        return;
    };
    assert!(datagram[0] >> 6 == 2);
    assert!(payload.len() <= datagram.len() - HEADER);
    assert!(header.payload_type() < 128);
    let within = datagram[HEADER..].as_ptr_range();
    assert!(payload.is_empty() || within.contains(&payload.as_ptr()));
    // Without anything optional the payload is the rest.
    if datagram[0] & 0x3F == 0 {
        assert_eq!(payload, &datagram[HEADER..]);
    }
});
