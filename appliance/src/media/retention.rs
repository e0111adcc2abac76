//! Recordings whose time is over, and the oldest when the disk fills, go. Facts and call records
//! stay, and the log says what was removed and why.

use std::io;
use std::path::Path;

use super::recording_file::third_of;
use crate::store::{Removal, Store, StoreError, WhenLow};
use crate::system::alarms::{AlarmCode, Alarms};
use crate::system::disk::Room;

/// Recordings removed in one turn: a slow disk is not kept busy with it for long.
const AT_ONCE: usize = 20;
/// From this share on people are told (features D2).
const FILLING_PERCENT: u64 = 85;
/// From this share on the oldest go, if the policy lets them (features D2).
const FULL_PERCENT: u64 = 95;

/// One turn: removes what the policy wants removed, and says when the disk fills. Returns how many
/// recordings were removed.
///
/// # Errors
/// The store cannot be read or written; a recording that is noted as removed and whose file is still
/// there goes in the next turn.
pub async fn tend(store: &Store, room: Option<Room>, alarms: &Alarms) -> Result<usize, StoreError> {
    let policy = store.retention().await?;
    let used = room.map(Room::used_percent);
    let mut wants = vec![Removal::Age];
    let is_full = used.is_some_and(|used| used >= FULL_PERCENT);
    if is_full && policy.when_low == WhenLow::RemoveOldest {
        wants.push(Removal::Room);
    }
    let mut removed = 0;
    for why in wants {
        for row in store.removable_recordings(&policy, why, AT_ONCE).await? {
            removed += usize::from(store.remove_recording(row, why).await?);
        }
    }
    for row in store.recordings_to_unlink(2 * AT_ONCE).await? {
        let path = store.dir().join(&row.path);
        if unlink(&path) && unlink(&third_of(&path)) {
            store.recording_unlinked(row.id).await?;
        }
    }
    let message = used.filter(|used| *used >= FILLING_PERCENT).map(|used| {
        let what = match policy.when_low {
            WhenLow::RemoveOldest => "from 95 % on the oldest recordings are removed",
            WhenLow::Keep => {
                "when it is full new calls are refused; keep recordings for fewer days"
            }
        };
        format!("{used} % of the disk is used; {what}")
    });
    alarms.set(AlarmCode::StorageFilling, None, message.as_deref());
    Ok(removed)
}

/// Whether the file is gone.
fn unlink(path: &Path) -> bool {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(path = %path.display(), %error, "a removed recording's file is in the way");
            false
        }
        _ => true,
    }
}
