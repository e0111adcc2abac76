//! The index of recordings in the store. It has a thread of its own, for the recorder must not
//! wait for a disk that is busy with something else.

use std::path::Path;
use std::thread::JoinHandle;

use hotline_services::RecordingId;
use tokio::sync::mpsc;

use super::recorder::RecordingEvent;
use super::recording_file::{file_of, join_third, repair};
use crate::run::{StartError, block_on, thread};
use crate::store::{RECORDINGS_FOLDER, RecordingRow, RecordingState, Store, StoreError};
use crate::system::alarms::{AlarmCode, Alarms};

/// Gives recordings of a life that ended without a word a good header and their length.
///
/// # Errors
/// When the store cannot be read or written. A file that cannot be mended is noted as failed.
pub async fn mend(store: &Store) -> Result<(), StoreError> {
    for row in store.unfinished_recordings().await? {
        let (state, duration_ms, bytes) = match repair(&store.dir().join(&row.path)) {
            Ok((duration_ms, bytes)) => (RecordingState::Repaired, duration_ms, bytes),
            Err(error) => {
                tracing::error!(recording = row.id.0, %error, "the recording cannot be mended");
                (RecordingState::Failed, 0, 0)
            }
        };
        store
            .end_recording(row.id, state, duration_ms, bytes)
            .await?;
    }
    Ok(())
}

/// Starts the thread; returns what the recorder tells it with. It ends when that is dropped.
///
/// # Errors
/// The system has no thread left.
pub fn start(
    store: Store,
    alarms: Alarms,
    failures: mpsc::Sender<RecordingId>,
) -> Result<(impl FnMut(RecordingEvent) + Send + 'static, JoinHandle<()>), StartError> {
    // Two events a recording: the sender is bounded by the recordings themselves.
    let (tell, mut told) = mpsc::unbounded_channel::<RecordingEvent>();
    let handle = thread("recording index", move || {
        let ended = block_on(async move {
            while let Some(event) = told.recv().await {
                if let RecordingEvent::Failed {
                    recording, reason, ..
                } = &event
                {
                    let message = format!("recording {} ended early: {reason}", recording.0);
                    alarms.raise(AlarmCode::RecordingFailed, None, &message);
                    // Fails when call control is gone; then nobody needs to know.
                    let _ = failures.send(*recording).await;
                }
                if let Err(error) = note(&store, event).await {
                    tracing::error!(%error, "the recording is not in the index");
                }
            }
        });
        if let Err(error) = ended {
            tracing::error!(%error, "the index of recordings is not kept");
        }
    })?;
    let tell = move |event| {
        // Fails when the thread is gone, which has said so itself.
        let _ = tell.send(event);
    };
    Ok((tell, handle))
}

async fn note(store: &Store, event: RecordingEvent) -> Result<(), StoreError> {
    match event {
        RecordingEvent::Started {
            recording,
            call,
            file,
            at,
        } => {
            let row = RecordingRow {
                id: recording,
                call,
                // Seen from the data directory, as the row says.
                path: Path::new(RECORDINGS_FOLDER)
                    .join(file)
                    .to_string_lossy()
                    .into_owned(),
                state: RecordingState::InProgress,
                started_at: at.wall_ms,
                duration_ms: 0,
                bytes: 0,
                held: false,
            };
            store.save_recording(row).await
        }
        RecordingEvent::Finished {
            recording,
            duration_ms,
        } => {
            let path = store.dir().join(RECORDINGS_FOLDER).join(file_of(recording));
            let bytes = join_third(&path).unwrap_or_else(|error| {
                tracing::error!(recording = recording.0, %error, "the third voice stays in a file of its own");
                duration_ms * 32
            });
            store
                .end_recording(recording, RecordingState::Complete, duration_ms, bytes)
                .await
        }
        RecordingEvent::Failed {
            recording,
            duration_ms,
            ..
        } => {
            let bytes = duration_ms * 32;
            store
                .end_recording(recording, RecordingState::Failed, duration_ms, bytes)
                .await
        }
    }
}
