//! What a machine must have, as data: the only list of its kind in the house.

/// One Debian package.
pub struct Package {
    /// Its name in Debian 12.
    pub name: &'static str,
    /// The program that shows it is there, for packages that bring one. A machine that has the
    /// program from elsewhere needs no package.
    pub program: Option<&'static str>,
    /// What it is wanted for.
    pub why: &'static str,
}

const fn package(name: &'static str, program: Option<&'static str>, why: &'static str) -> Package {
    Package { name, program, why }
}

/// To build and run the program with its virtual card and its town of callers.
pub const DEMO: &[Package] = &[
    package("gcc", Some("cc"), "compiles SQLite and links"),
    package("libc6-dev", None, "headers for SQLite"),
    package("cmake", Some("cmake"), "builds libopus"),
    package("pkg-config", Some("pkg-config"), "finds C libraries"),
    package(
        "espeak-ng",
        Some("espeak-ng"),
        "speaks the prompts and the callers",
    ),
];

/// What the tests want beyond [`DEMO`]. All of it runs as processes of its own; nothing is linked.
pub const TEST: &[Package] = &[
    package(
        "sip-tester",
        Some("sipp"),
        "sipp: a SIP peer driven by scenarios",
    ),
    package(
        "baresip-core",
        Some("baresip"),
        "baresip: a SIP phone that listens and speaks",
    ),
    package(
        "sox",
        Some("sox"),
        "brings recordings to one rate and format",
    ),
    package(
        "libsox-fmt-mp3",
        None,
        "writes MP3, as people bring it along",
    ),
    package(
        "asterisk-core-sounds-en-wav",
        None,
        "human speech to send down the line",
    ),
    package(
        "opus-tools",
        Some("opusdec"),
        "plays recordings that we have coded",
    ),
    package(
        "iproute2",
        Some("ip"),
        "networks of their own for the phones",
    ),
    package(
        "chromium",
        Some("chromium"),
        "the browser of the tests of the web pages",
    ),
    package(
        "python3-phonenumbers",
        None,
        "libphonenumber: where landlines are registered",
    ),
    package("g++", Some("c++"), "builds libFuzzer"),
    package("fonts-noto-cjk", None, "Chinese letters in that browser"),
];

/// What `cargo xtask bench voice` compares with. The libraries are opened by the bench when it runs;
/// nothing is linked.
pub const VOICE: &[Package] = &[
    package("libspandsp2", None, "a peer of most functions"),
    package("libspeexdsp1", None, "a peer of echo, noise and jitter"),
    package(
        "asterisk-core-sounds-en-wav",
        None,
        "human speech to send through",
    ),
    package(
        "asterisk-core-sounds-es-wav",
        None,
        "people who press no key",
    ),
    package(
        "asterisk-core-sounds-fr-wav",
        None,
        "people who press no key",
    ),
    package(
        "asterisk-core-sounds-it-wav",
        None,
        "people who press no key",
    ),
    package(
        "asterisk-core-sounds-ru-wav",
        None,
        "people who press no key",
    ),
    package(
        "asterisk-moh-opsound-wav",
        None,
        "music, which presses none",
    ),
    package("espeak-ng", Some("espeak-ng"), "machines that speak"),
    package("python3-venv", None, "a place for the judges of speech"),
    package("python3-dev", None, "builds the judge PESQ"),
    package("gcc", Some("cc"), "builds the judge PESQ"),
];

/// The judges of speech, from PyPI: what they say is theirs, they run as a process.
pub const JUDGES: &[&str] = &["pesq==0.0.4", "pystoi==0.4.1"];

/// The oldest Node.js that Vite builds with. Debian 12's own (18) is older, so it is never installed
/// from there.
pub const NODE: (u32, u32) = (20, 19);

/// The licence checker, built from source into `target/tools` where it is not on the machine.
pub const CARGO_DENY: &str = "0.20.2";
