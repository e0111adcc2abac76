//! Where things are in the work tree.

use std::path::PathBuf;

/// The top of the work tree.
pub fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    // tests/xtask is two below the top
    here.ancestors().nth(2).map(PathBuf::from).unwrap_or(here)
}

/// Cargo's target directory.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(given) => root().join(given),
        None => root().join("target"),
    }
}

/// The chores' own corner of it: logs and stamps.
pub fn own() -> PathBuf {
    target().join("xtask")
}

/// The web pages.
pub fn web_ui() -> PathBuf {
    root().join("web-ui")
}

/// A program built in release mode.
pub fn release(program: &str) -> PathBuf {
    target().join("release").join(program)
}
