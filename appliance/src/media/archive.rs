//! After the call: recordings become small, and go when their time is over. One thread, one file at a time, of the lowest priority.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::Duration;

use hotline_services::RecordingId;
use tokio_util::sync::CancellationToken;

use super::{opus_file, retention};
use crate::run::{StartError, block_on, thread};
use crate::store::{RecordingRow, Store, StoreError};
use crate::system::alarms::Alarms;
use crate::system::disk;

/// How often it is looked for recordings to be coded or removed.
const LOOK: Duration = Duration::from_secs(5);
/// A recording is left alone for so long after its end: the page that shows it may be playing it.
const REST_MS: u64 = 600_000;

/// Starts the thread.
///
/// # Errors
/// The system has no thread left.
pub fn start(
    store: Store,
    alarms: Alarms,
    stop: CancellationToken,
) -> Result<JoinHandle<()>, StartError> {
    thread("archive", move || {
        give_way();
        let ended = block_on(async move {
            let mut failed = BTreeSet::new();
            loop {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(LOOK) => {}
                }
                // What could not be coded now is tried again at the next look.
                if let Err(error) = code_all(&store, REST_MS, &mut failed, &stop).await {
                    tracing::warn!(%error, "recordings are not coded now");
                }
                let room = disk::room(store.dir()).inspect_err(|error| {
                    tracing::warn!(%error, "the room on the disk cannot be read");
                });
                if let Err(error) = retention::tend(&store, room.ok(), &alarms).await {
                    tracing::warn!(%error, "recordings are not removed now");
                }
            }
        });
        if let Err(error) = ended {
            tracing::error!(%error, "recordings are not coded");
        }
    })
}

/// On Linux niceness is a thread's own.
fn give_way() {
    use thread_priority::unix::set_thread_priority_and_policy;
    use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};
    let lowest = ThreadPriority::Min;
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    let set = set_thread_priority_and_policy(thread_priority::thread_native_id(), lowest, policy);
    if let Err(error) = set {
        tracing::debug!(?error, "the archive runs with the priority of all others");
    }
}

/// Codes every recording that ended at least `rest_ms` ago and is still WAV; returns how many.
///
/// # Errors
/// The store cannot be read or written. A file that cannot be coded stays as it is, is `failed`, and
/// not tried again.
pub async fn code_all(
    store: &Store,
    rest_ms: u64,
    failed: &mut BTreeSet<RecordingId>,
    stop: &CancellationToken,
) -> Result<u32, StoreError> {
    let mut coded = 0;
    for row in store.uncoded_recordings(rest_ms, failed.len()).await? {
        if stop.is_cancelled() {
            break;
        }
        if failed.contains(&row.id) {
            continue;
        }
        match code(store.dir(), &row) {
            Ok((path, octets)) => {
                store.move_recording(row.id, path, octets).await?;
                remove(&store.dir().join(&row.path));
                coded += 1;
            }
            Err(error) => {
                tracing::error!(recording = row.id.0, %error, "the recording stays WAV");
                failed.insert(row.id);
            }
        }
    }
    Ok(coded)
}

/// Writes beside the WAV file, under another name until it is whole and on the disk.
fn code(directory: &Path, row: &RecordingRow) -> io::Result<(String, u64)> {
    let path = PathBuf::from(&row.path).with_extension("opus");
    let whole = directory.join(&path);
    let part = whole.with_extension("part");
    let octets = opus_file::encode(&directory.join(&row.path), &part).inspect_err(|_| {
        remove(&part);
    })?;
    std::fs::rename(&part, &whole)?;
    Ok((path.to_string_lossy().into_owned(), octets))
}

fn remove(path: &Path) {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "a file is in the way");
        }
        _ => {}
    }
}
