//! The sound of recordings, whole or in part, and its shape.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt as _, stream};
use hotline_services::RecordingId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::media::opus_file::OpusReader;
use crate::media::recording_file;
use crate::store::RecordingRow;

use super::Api;
use super::error::{ApiError, Result};
use super::input::{Asked, Id};
use super::permit::{May, Permit, RecordingsDownload, RecordingsListen};
use super::waveform::{self, Waveform};

/// So much is read at once: two seconds of sound.
const CHUNK: u64 = 65_536;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(sound))
        .routes(routes!(as_wav))
        .routes(routes!(shape))
}

/// `7.wav`.
struct WavName(u64);

impl std::str::FromStr for WavName {
    type Err = ();

    fn from_str(name: &str) -> std::result::Result<Self, ()> {
        name.strip_suffix(".wav")
            .and_then(|id| id.parse().ok())
            .map(Self)
            .ok_or(())
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ShapeQuery {
    /// 1 to 4000, default 600.
    #[param(required = false)]
    columns: Option<usize>,
}

/// A recording and where its sound is.
async fn recording<P: Permit>(api: &Api, who: &May<P>, id: u64) -> Result<(RecordingRow, PathBuf)> {
    let row = api.store.recording(RecordingId(id)).await?;
    let row = row.ok_or_else(|| ApiError::not_found("recording"))?;
    if let Some(within) = who.calls_within(P::PERMISSION) {
        let record = api.store.call(row.call).await?;
        record
            .filter(|record| within.has(record))
            .ok_or_else(|| ApiError::not_found("recording"))?;
    }
    let path = located(api, &row)?;
    Ok((row, path))
}

/// Where the sound of a recording is.
fn located(api: &Api, row: &RecordingRow) -> Result<PathBuf> {
    // The path is our own; a store that came from elsewhere must not lead outside all the same.
    let path = Path::new(&row.path);
    if !path
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return Err(ApiError::not_found("recording"));
    }
    Ok(api.store.dir().join(path))
}

/// The sound of a recording that the person may hear for another reason than its call.
pub(super) async fn play(api: &Api, id: RecordingId, headers: &HeaderMap) -> Result<Response> {
    let row = api.store.recording(id).await?;
    let row = row.ok_or_else(|| ApiError::not_found("recording"))?;
    send_file(located(api, &row)?, headers).await
}

fn unreadable(error: &io::Error) -> ApiError {
    match error.kind() {
        io::ErrorKind::NotFound => {
            let message = "the file of this recording is gone; it was removed from the disk";
            ApiError::new(StatusCode::GONE, "recording_gone", message)
        }
        _ => ApiError::internal(error),
    }
}

/// The sound as it is stored, WAV or (some minutes after the call) Ogg Opus: left the customer, right
/// the agent, and in the middle (the third track) a supervisor who took part. `Range` is understood.
#[utoipa::path(get, path = "/api/recordings/{id}/sound",
    security(("session" = [RecordingsListen::WORD])), params(("id" = u64, Path)),
    responses((status = OK, content_type = "audio/wav"), (status = OK, content_type = "audio/ogg"),
              (status = PARTIAL_CONTENT, content_type = "audio/wav")))]
async fn sound(
    State(api): State<Api>,
    who: May<RecordingsListen>,
    Id(id): Id<u64>,
    headers: HeaderMap,
) -> Result<Response> {
    let (_, path) = recording(&api, &who, id).await?;
    send_file(path, &headers).await
}

/// The whole sound as a WAV file to keep, whatever it is stored as.
#[utoipa::path(get, path = "/api/recordings/{file}",
    security(("session" = [RecordingsDownload::WORD])),
    params(("file" = String, Path, description = "`{id}.wav`")),
    responses((status = OK, content_type = "audio/wav")))]
async fn as_wav(
    State(api): State<Api>,
    who: May<RecordingsDownload>,
    Id(WavName(id)): Id<WavName>,
    headers: HeaderMap,
) -> Result<Response> {
    let (row, path) = recording(&api, &who, id).await?;
    if !is_opus(&path) {
        return send_file(path, &headers).await;
    }
    let opened = blocking(move || OpusReader::open(&path)).await;
    let reader = opened.map_err(|error| unreadable(&error))?;
    let body = Body::from_stream(wav_stream(reader, row.duration_ms));
    Ok(([(header::CONTENT_TYPE, "audio/wav")], body).into_response())
}

fn is_opus(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "opus")
}

/// A header, then the frames, decoded as the listener takes them: exactly as many as it says.
fn wav_stream(
    reader: OpusReader,
    duration_ms: u64,
) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
    let tracks = reader.tracks();
    let octets = duration_ms * 16 * tracks as u64;
    let header = recording_file::header(octets, tracks as u16);
    let header = stream::once(async move { Ok(Bytes::from(header.to_vec())) });
    let frames = stream::try_unfold((reader, octets), move |(mut reader, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let (reader, frames) = blocking(move || {
            let mut chunk = Vec::new();
            while (chunk.len() as u64) < CHUNK.min(left) {
                let Some(frames) = reader.next_frame()? else {
                    // Milliseconds are whole, samples may be a few more or less.
                    chunk.resize(chunk.len() + 16 * tracks, 0);
                    break;
                };
                chunk.extend(frames.iter().flat_map(|sample| sample.to_le_bytes()));
            }
            Ok((reader, chunk))
        })
        .await?;
        let mut frames = frames;
        frames.truncate(usize::try_from(left).unwrap_or(usize::MAX));
        let left = left - frames.len() as u64;
        Ok(Some((Bytes::from(frames), (reader, left))))
    });
    header.chain(frames)
}

async fn send_file(path: PathBuf, headers: &HeaderMap) -> Result<Response> {
    let kind = if is_opus(&path) {
        "audio/ogg"
    } else {
        "audio/wav"
    };
    let opened = blocking(move || {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok((file, length))
    });
    let (file, length) = opened.await.map_err(|error| unreadable(&error))?;
    let range = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    let (status, first, last) = match range.map(|text| parse_range(text, length)) {
        None | Some(Range::Ignored) => (StatusCode::OK, 0, length),
        Some(Range::Part(first, end)) => (StatusCode::PARTIAL_CONTENT, first, end),
        Some(Range::Outside) => {
            let headers = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response());
        }
    };
    let mut response = (
        status,
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::ACCEPT_RANGES, "bytes".to_owned()),
            (header::CONTENT_LENGTH, (last - first).to_string()),
        ],
        body(file, first, last),
    )
        .into_response();
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {first}-{}/{length}", last - 1);
        let value = range.parse().map_err(|error| ApiError::internal(&error))?;
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    Ok(response)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(io::Error::other)?
}

/// The octets from `first` to before `end`, read as the listener takes them.
fn body(file: File, first: u64, end: u64) -> Body {
    Body::from_stream(stream::try_unfold(
        (file, first),
        move |(mut file, at)| async move {
            if at >= end {
                return Ok::<_, io::Error>(None);
            }
            let (file, chunk) = blocking(move || {
                file.seek(SeekFrom::Start(at))?;
                let mut chunk = Vec::new();
                file.by_ref()
                    .take(CHUNK.min(end - at))
                    .read_to_end(&mut chunk)?;
                Ok((file, chunk))
            })
            .await?;
            if chunk.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let next = at + chunk.len() as u64;
            Ok(Some((Bytes::from(chunk), (file, next))))
        },
    ))
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    /// From the first octet to before the second number.
    Part(u64, u64),
    /// Nothing there.
    Outside,
    /// Not one plain range of octets: the whole is sent (RFC 9110 §14.2 allows it).
    Ignored,
}

fn parse_range(text: &str, length: u64) -> Range {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|r| r.split_once('-')) else {
        return Range::Ignored;
    };
    let (first, end) = match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last.saturating_add(1).min(length)),
        (Ok(first), Err(_)) if last.trim().is_empty() => (first, length),
        (Err(_), Ok(suffix)) if first.trim().is_empty() => (length.saturating_sub(suffix), length),
        _ => return Range::Ignored,
    };
    if first < end {
        Range::Part(first, end)
    } else {
        Range::Outside
    }
}

/// The shape of the sound: the lowest and highest sample of each column.
#[utoipa::path(get, path = "/api/recordings/{id}/waveform",
    security(("session" = [RecordingsListen::WORD])),
    params(("id" = u64, Path), ShapeQuery), responses((status = OK, body = Waveform)))]
async fn shape(
    State(api): State<Api>,
    who: May<RecordingsListen>,
    Id(id): Id<u64>,
    Asked(query): Asked<ShapeQuery>,
) -> Result<Json<Waveform>> {
    let columns = query.columns.unwrap_or(600);
    if !(1..=4_000).contains(&columns) {
        let message = format!("found {columns}; 1 to 4000 are allowed");
        return Err(ApiError::invalid("columns", message));
    }
    let (row, path) = recording(&api, &who, id).await?;
    let shape = blocking(move || {
        if is_opus(&path) {
            waveform::of_opus(&path, columns, row.duration_ms)
        } else {
            waveform::of(&path, columns)
        }
    })
    .await;
    Ok(Json(shape.map_err(|error| unreadable(&error))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_cut_to_the_file_and_nonsense_is_ignored() {
        assert_eq!(parse_range("bytes=0-99", 1000), Range::Part(0, 100));
        assert_eq!(parse_range("bytes=990-", 1000), Range::Part(990, 1000));
        assert_eq!(parse_range("bytes=-10", 1000), Range::Part(990, 1000));
        assert_eq!(
            parse_range("bytes=0-18446744073709551615", 1000),
            Range::Part(0, 1000)
        );
        assert_eq!(parse_range("bytes=1000-", 1000), Range::Outside);
        assert_eq!(parse_range("bytes=0-1,5-6", 1000), Range::Ignored);
        assert_eq!(parse_range("bytes=9-1", 1000), Range::Ignored);
        assert_eq!(parse_range("lines=0-1", 1000), Range::Ignored);
    }
}
