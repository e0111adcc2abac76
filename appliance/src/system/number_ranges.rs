//! The database of mobile numbers: a file in the data directory, the one before it, and in memory,
//! for a call waits for no file.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use hotline_services::region::{Directory, MAX_OCTETS, Segments, SegmentsError};
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

const IN_USE: &str = "in-use.dat";
const FORMER: &str = "former.dat";
const PART: &str = "part.dat";

/// What is told of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranges {
    /// Its version, as it tells itself: `2312`.
    pub version: String,
    /// How many ranges it has.
    pub ranges: usize,
    /// How long it is.
    pub octets: usize,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// When it was put here, ms since 1970 UTC.
    pub taken_at: u64,
}

/// The database in use, and the one before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// In use; `None`: mobile numbers are not known.
    pub in_use: Option<Ranges>,
    /// The one before, to go back to.
    pub former: Option<Ranges>,
}

/// Why nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum RangesError {
    /// The file is no database.
    #[error("{0}")]
    Wrong(#[from] SegmentsError),
    /// There is no database before this one.
    #[error("there is no former database to go back to")]
    NoFormer,
    /// A file cannot be read or written.
    #[error("the file {path} cannot be read or written")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// The database of mobile numbers. Cheap to clone; clones share it.
#[derive(Clone, Debug)]
pub struct NumberRanges {
    folder: PathBuf,
    directory: watch::Sender<Arc<Directory>>,
    /// Held while files are changed.
    kept: Arc<Mutex<Kept>>,
}

impl NumberRanges {
    /// The database kept in a folder. A file that cannot be read is left where it is and told in
    /// the log; mobile numbers are not known then.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        let read = |name: &str| match read(&folder.join(name)) {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(file = name, %error, "no database of mobile numbers");
                None
            }
        };
        let (in_use, former) = (read(IN_USE), read(FORMER));
        let kept = Kept {
            in_use: in_use.as_ref().map(|(ranges, _)| ranges.clone()),
            former: former.map(|(ranges, _)| ranges),
        };
        let directory = Directory::new(in_use.map(|(_, segments)| segments));
        Self {
            folder: folder.into(),
            directory: watch::Sender::new(Arc::new(directory)),
            kept: Arc::new(Mutex::new(kept)),
        }
    }

    /// Where numbers are registered, now and whenever that changes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Arc<Directory>> {
        self.directory.subscribe()
    }

    /// Where numbers are registered, now.
    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.borrow())
    }

    /// What is kept.
    #[must_use]
    pub fn kept(&self) -> Kept {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }

    /// Puts a file in the place of the database, which is kept as the former one. It is checked
    /// first. Blocks; not for call control.
    ///
    /// # Errors
    /// It is no database, or cannot be kept; the one in use is still in use then.
    pub fn replace(&self, file: &[u8]) -> Result<Kept, RangesError> {
        let segments = Segments::parse(file)?;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let [part, in_use, former] = [PART, IN_USE, FORMER].map(|name| self.folder.join(name));
        let written = std::fs::create_dir_all(&self.folder).and_then(|()| {
            let mut written = File::create(&part)?;
            written.write_all(file)?;
            written.sync_all()
        });
        written.map_err(failed(&part))?;
        if kept.in_use.is_some() {
            second_name(&in_use, &former)?;
        }
        std::fs::rename(&part, &in_use).map_err(failed(&in_use))?;
        if let Some(before) = kept.in_use.replace(told(&in_use, file, &segments)) {
            kept.former = Some(before);
        }
        self.put_in_use(segments);
        Ok(kept.clone())
    }

    /// Goes back to the former database; the one in use becomes the former. Blocks; not for call
    /// control.
    ///
    /// # Errors
    /// There is none, or it cannot be read; the one in use is still in use then.
    pub fn restore(&self) -> Result<Kept, RangesError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let [part, in_use, former] = [PART, IN_USE, FORMER].map(|name| self.folder.join(name));
        let (ranges, segments) = read(&former)?.ok_or(RangesError::NoFormer)?;
        let is_used = kept.in_use.is_some();
        if is_used {
            second_name(&in_use, &part)?;
        }
        std::fs::rename(&former, &in_use).map_err(failed(&in_use))?;
        if is_used {
            std::fs::rename(&part, &former).map_err(failed(&former))?;
        }
        kept.former = kept.in_use.replace(ranges);
        self.put_in_use(segments);
        Ok(kept.clone())
    }

    fn put_in_use(&self, segments: Segments) {
        let directory = Directory::new(Some(segments));
        self.directory.send_replace(Arc::new(directory));
    }
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> RangesError {
    let path = path.to_owned();
    move |source| RangesError::File { path, source }
}

/// Gives a file a second name, so that at no moment it has none.
fn second_name(file: &Path, name: &Path) -> Result<(), RangesError> {
    match std::fs::remove_file(name) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(name)(error)),
        _ => {}
    }
    std::fs::hard_link(file, name).map_err(failed(name))
}

/// A file and what is told of it; `None`: there is none.
fn read(path: &Path) -> Result<Option<(Ranges, Segments)>, RangesError> {
    let length = match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        found => found.map_err(failed(path))?.len(),
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > MAX_OCTETS {
        return Err(SegmentsError::Length(length).into());
    }
    let file = std::fs::read(path).map_err(failed(path))?;
    let segments = Segments::parse(&file)?;
    Ok(Some((told(path, &file, &segments), segments)))
}

fn told(path: &Path, file: &[u8], segments: &Segments) -> Ranges {
    let changed = std::fs::metadata(path).and_then(|found| found.modified());
    let changed = changed
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let taken_at = changed.and_then(|at| u64::try_from(at.as_millis()).ok());
    let sum = Sha256::digest(file);
    Ranges {
        version: segments.version().to_owned(),
        ranges: segments.len(),
        octets: file.len(),
        sha256: sum.iter().map(|octet| format!("{octet:02x}")).collect(),
        taken_at: taken_at.unwrap_or_default(),
    }
}
