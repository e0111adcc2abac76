//! Libraries of others, opened at run time from Debian's packages `libspandsp2` (LGPL) and
//! `libspeexdsp1` (BSD). One file a library; each gives safe types whose methods take slices.
//!
//! The only unsafe code of the bench: foreign functions. A function is declared here as the
//! library's header declares it; the state it made is freed when the type is dropped.

#![allow(unsafe_code)]

pub mod spandsp;
pub mod spandsp_tones;
pub mod speex_echo;
pub mod speex_jitter;
pub mod speex_resampler;
pub mod speexdsp;

use libloading::Library;

/// Opens a library, or says which package brings it.
fn open(file: &'static str, package: &'static str) -> Result<Library, String> {
    // SAFETY: initialisers of these two libraries do nothing; no other library is opened.
    unsafe { Library::new(file) }
        .map_err(|error| format!("{file}: {error}; install Debian's {package}"))
}

/// A function of a library, for as long as the process runs.
///
/// The library stays open for ever: a handful of them, opened once.
fn function<F: Copy>(library: &'static Library, name: &str) -> Result<F, String> {
    // SAFETY: the caller names the type that the library's header gives this function.
    let found = unsafe { library.get::<F>(name.as_bytes()) };
    found
        .map(|f| *f)
        .map_err(|error| format!("{name}: {error}"))
}
