//! Room on the disk, and the reserve that facts may use when there is no more.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use nix::fcntl::posix_fallocate;
use nix::sys::statvfs::statvfs;

/// How big a disk is, and how much of it is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// All octets this program could have.
    pub total: u64,
    /// Those it can still have.
    pub free: u64,
}

impl Room {
    /// How much of it is used, in percent, rounded down.
    #[must_use]
    pub const fn used_percent(self) -> u64 {
        let used = self.total.saturating_sub(self.free) as u128;
        match (used * 100).checked_div(self.total as u128) {
            Some(percent) => percent as u64,
            None => 100,
        }
    }
}

/// The room of the disk that `path` is on, without what is kept for the system's administrator.
///
/// # Errors
/// When the system cannot tell.
pub fn room(path: &Path) -> io::Result<Room> {
    let stat = statvfs(path)?;
    // The types differ between platforms; on Linux of 64 bits these are no-ops.
    #[allow(clippy::useless_conversion)]
    let blocks = |count| u64::from(count) * u64::from(stat.fragment_size());
    let free = blocks(stat.blocks_available());
    let used = blocks(stat.blocks()).saturating_sub(blocks(stat.blocks_free()));
    Ok(Room {
        total: used + free,
        free,
    })
}

/// The free octets of the disk that `path` is on, as far as this program may use them.
///
/// # Errors
/// When the system cannot tell.
pub fn free_octets(path: &Path) -> io::Result<u64> {
    let stat = statvfs(path)?;
    // The types differ between platforms; on Linux of 64 bits these are no-ops.
    #[allow(clippy::useless_conversion)]
    Ok(u64::from(stat.blocks_available()) * u64::from(stat.fragment_size()))
}

/// A file of blocks that are really allocated, so that giving it up makes room at once.
#[derive(Debug)]
pub struct Reserve {
    path: PathBuf,
    octets: u64,
}

impl Reserve {
    /// The reserve at `path`, not made yet.
    #[must_use]
    pub const fn new(path: PathBuf, octets: u64) -> Self {
        Self { path, octets }
    }

    /// How much it sets aside.
    #[must_use]
    pub const fn octets(&self) -> u64 {
        self.octets
    }

    /// Whether it is whole.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|file| file.len() >= self.octets)
    }

    /// Makes it whole; a part that cannot be made whole is given up again.
    ///
    /// # Errors
    /// When there is not enough room, or the file cannot be made.
    pub fn keep(&self) -> io::Result<()> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&self.path)?;
        allocate(&file, self.octets).inspect_err(|_| self.give_up())
    }

    /// Gives its room to whoever needs it.
    pub fn give_up(&self) {
        if let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::error!(%error, path = %self.path.display(), "the reserve cannot be given up");
        }
    }
}

fn allocate(file: &File, octets: u64) -> io::Result<()> {
    let length = i64::try_from(octets).map_err(io::Error::other)?;
    posix_fallocate(file, 0, length)?;
    file.sync_all()
}
