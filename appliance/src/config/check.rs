//! What a type cannot hold: ranges, pairs of values, what is on the disk.

use std::ops::RangeInclusive;
use std::path::Path;

use hotline_dsp::engine::EchoSettings;
use nix::unistd::{AccessFlags, access};
use tracing_subscriber::EnvFilter;

use super::{Address, Config};

/// One value that is not allowed.
pub(super) struct Fault {
    /// As `section.key`.
    pub key: &'static str,
    /// What was found.
    pub found: String,
    /// Why that is not allowed, when the "Allowed:" line does not say it all.
    pub because: Option<String>,
}

type Check = Result<(), Fault>;

/// The first value that is not allowed.
pub(super) fn first_fault(config: &Config) -> Option<Fault> {
    check(config).err()
}

fn check(config: &Config) -> Check {
    let Config {
        paths,
        http,
        sip,
        rtp,
        lines,
        storage,
        media,
        log,
    } = config;
    data_directory(&paths.data)?;
    port("http.listen", http.listen.port())?;
    port("sip.listen", sip.listen.port())?;
    if http.listen == sip.listen {
        let why = "sip.listen has the same address and port";
        return Err(because("http.listen", http.listen, why.to_owned()));
    }
    realm(&sip.realm)?;
    for (key, address) in [("sip.address", sip.address), ("rtp.address", rtp.address)] {
        told_address(key, address)?;
    }
    range(
        "sip.registration_max_s",
        sip.registration_max_s,
        60..=86_400,
    )?;
    range(
        "sip.registration_min_s",
        sip.registration_min_s,
        30..=3_600.min(sip.registration_max_s),
    )?;
    rtp_ports(rtp.first_port, rtp.last_port)?;
    range("lines.busy_tone_hz", lines.busy_tone_hz, 300..=1_000)?;
    range("lines.busy_on_ms", lines.busy_on_ms, 100..=2_000)?;
    range("lines.busy_off_ms", lines.busy_off_ms, 100..=2_000)?;
    range(
        "lines.echo_tail_ms",
        lines.echo_tail_ms,
        EchoSettings::TAIL_MS,
    )?;
    if let Some(card) = lines.cards.first() {
        return Err(Fault {
            key: "lines.cards",
            found: card.to_string(),
            because: None,
        });
    }
    range("storage.reserve_mb", storage.reserve_mb, 1..=4_096)?;
    range(
        "storage.recordings_reserve_mb",
        storage.recordings_reserve_mb,
        1..=1_000_000,
    )?;
    range("media.realtime_priority", media.realtime_priority, 0..=99)?;
    match EnvFilter::try_new(&log.level) {
        Ok(_) => Ok(()),
        Err(error) => Err(because("log.level", &log.level, error.to_string())),
    }
}

fn because(key: &'static str, found: impl ToString, why: String) -> Fault {
    Fault {
        key,
        found: found.to_string(),
        because: Some(why),
    }
}

fn range<T: PartialOrd + ToString>(
    key: &'static str,
    value: T,
    allowed: RangeInclusive<T>,
) -> Check {
    if allowed.contains(&value) {
        return Ok(());
    }
    let why = format!(
        "{} to {} here",
        allowed.start().to_string(),
        allowed.end().to_string()
    );
    Err(because(key, value, why))
}

fn port(key: &'static str, port: u16) -> Check {
    // Port 0 would let the kernel choose, and no phone or browser could be told where to go.
    if port == 0 {
        return Err(because(key, "port 0", "the port is 1 to 65535".to_owned()));
    }
    Ok(())
}

fn realm(realm: &str) -> Check {
    let lawful = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    if (1..=64).contains(&realm.len()) && realm.chars().all(lawful) {
        return Ok(());
    }
    Err(Fault {
        key: "sip.realm",
        found: format!("{realm:?}"),
        because: None,
    })
}

fn told_address(key: &'static str, address: Address) -> Check {
    match address {
        Address::Given(ip) if ip.is_unspecified() || ip.is_multicast() => {
            Err(because(key, ip, "nobody can send to this one".to_owned()))
        }
        _ => Ok(()),
    }
}

fn rtp_ports(first: u16, last: u16) -> Check {
    if first < 1_024 || !first.is_multiple_of(2) {
        return Err(Fault {
            key: "rtp.first_port",
            found: first.to_string(),
            because: None,
        });
    }
    if last < first.saturating_add(15) {
        let why = format!("first_port is {first}");
        return Err(because("rtp.last_port", last, why));
    }
    Ok(())
}

/// The directory, or the nearest one above it that exists, must be writable: it is made at start.
fn data_directory(data: &Path) -> Check {
    let fault = |why: String| Err(because("paths.data", data.display(), why));
    if !data.is_absolute() {
        return fault("it does not begin with /".to_owned());
    }
    let Some(nearest) = data.ancestors().find(|path| path.exists()) else {
        return fault("nothing of it exists".to_owned());
    };
    if !nearest.is_dir() {
        return fault(format!("{} is not a directory", nearest.display()));
    }
    match access(nearest, AccessFlags::W_OK | AccessFlags::X_OK) {
        Ok(()) => Ok(()),
        Err(error) => fault(format!(
            "{} cannot be written: {}",
            nearest.display(),
            error.desc()
        )),
    }
}
