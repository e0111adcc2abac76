//! All that callers hear, and the sounds that an administrator puts in its place.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use hotline_services::{Configuration, Language, Say, number_of_prompt, number_of_text};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::call_control::sayings_of;
use crate::media::prompts::{PromptError, Prompts, key, sentence};
use crate::media::recording_file;

use super::Api;
use super::error::{ApiError, Result};
use super::fault::fault;
use super::permit::{May, MenusWrite, Permit, QueuesRead};

/// Five minutes of CD sound, which is the longest that is taken.
pub(super) const BODY_LIMIT: usize = 56_000_000;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(sound, replace, restore))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}

/// One sound that callers hear.
#[derive(Serialize, ToSchema)]
struct PromptRow {
    /// Its name in addresses.
    key: String,
    kind: PromptKind,
    /// `zh`, `en`; null: music has none.
    language: Option<String>,
    /// What is dialled after the code for recording an announcement to speak it from a phone; null: it
    /// cannot be spoken so.
    number: Option<u32>,
    /// What the voice says; empty: music.
    text: String,
    duration_ms: u64,
    /// Whether a sound was put in its place.
    replaced: bool,
}

/// Where a sound belongs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PromptKind {
    /// What an administrator wrote: greetings of menus, announcements.
    Text,
    /// Music on hold.
    Music,
    /// What every box says.
    Sentence,
    /// Places, times, digits and other counting.
    Number,
}

impl PromptRow {
    fn new(house: &Configuration, prompts: &Prompts, say: &Say) -> Option<Self> {
        let (kind, number) = match say {
            Say::Prompt(prompt, language) => (
                PromptKind::Sentence,
                Some(number_of_prompt(*prompt, *language)),
            ),
            Say::Text(text, language) => {
                let number = number_of_text(text, *language);
                let leads_here = house.text_of_number(number) == Some((text, *language));
                (PromptKind::Text, leads_here.then_some(number))
            }
            Say::Music => (PromptKind::Music, None),
            _ => (PromptKind::Number, None),
        };
        let (text, language) = sentence(say).unzip();
        Some(Self {
            key: key(say)?,
            kind,
            language: language.map(|language| match language {
                Language::Zh => "zh".to_owned(),
                Language::En => "en".to_owned(),
            }),
            number,
            text: text.unwrap_or_default(),
            duration_ms: prompts.clip(say).map_or(0, |clip| clip.len() as u64 / 8),
            replaced: prompts.is_replaced(say),
        })
    }
}

/// All that callers may hear, what the administrator wrote first.
fn all(house: &Configuration) -> Vec<Say> {
    let mut sayings = sayings_of(house);
    sayings.sort_by_key(|say| !matches!(say, Say::Text(..)));
    sayings.extend(Prompts::built_in());
    sayings
}

pub(super) fn prompts(api: &Api) -> Result<Prompts> {
    api.call_control.prompts().cloned().ok_or_else(|| {
        let message = "this box has no voice; see its log";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "voice_missing", message)
    })
}

fn refused(error: &PromptError) -> ApiError {
    match error {
        PromptError::Brought(_) | PromptError::Silent => {
            ApiError::invalid("sound", error.to_string()).told(fault("not_a_sound", &[]))
        }
        PromptError::Voice(_) | PromptError::Refused { .. } => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            ApiError::new(status, "voice_missing", error.to_string())
        }
        _ => ApiError::internal(error),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, PromptError> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|error| ApiError::internal(&error))?;
    done.map_err(|error| refused(&error))
}

/// What callers hear, as a WAV file.
pub(super) async fn heard(api: &Api, say: Say) -> Result<impl IntoResponse + use<>> {
    let prompts = prompts(api)?;
    let file = blocking(move || {
        prompts.prepare([&say])?;
        Ok(wav(&prompts.clip(&say).unwrap_or_else(|| [].into())))
    });
    Ok(([(header::CONTENT_TYPE, "audio/wav")], file.await?))
}

/// Puts a sound in its place, or takes it away.
pub(super) async fn put(
    api: &Api,
    work: impl FnOnce(&Prompts) -> std::result::Result<(), PromptError> + Send + 'static,
) -> Result<StatusCode> {
    let prompts = prompts(api)?;
    blocking(move || work(&prompts)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A sound as a WAV file: the same on both channels, as recordings are.
fn wav(clip: &[i16]) -> Vec<u8> {
    let mut file = recording_file::header(clip.len() as u64 * 4, 2).to_vec();
    for sample in clip {
        file.extend(sample.to_le_bytes());
        file.extend(sample.to_le_bytes());
    }
    file
}

/// All that callers may hear, in the order of [`PromptKind`] within each language.
#[utoipa::path(get, path = "/api/prompts", security(("session" = [QueuesRead::WORD])),
    responses((status = OK, body = Vec<PromptRow>)))]
async fn list(api: State<Api>, _who: May<QueuesRead>) -> Result<Json<Vec<PromptRow>>> {
    let prompts = prompts(&api)?;
    let house = Arc::clone(&api.store.configuration().borrow());
    let rows = blocking(move || {
        let sayings = all(&house);
        prompts.prepare(&sayings)?;
        let row = |say| PromptRow::new(&house, &prompts, say);
        Ok(sayings.iter().filter_map(row).collect())
    });
    Ok(Json(rows.await?))
}

fn found(api: &Api, wanted: &str) -> Result<Say> {
    let sayings = all(&api.store.configuration().borrow());
    let mut sayings = sayings.into_iter();
    let say = sayings.find(|say| key(say).is_some_and(|key| key == wanted));
    say.ok_or_else(|| ApiError::not_found("prompt"))
}

/// What callers hear, as a WAV file.
#[utoipa::path(get, path = "/api/prompts/{key}", security(("session" = [QueuesRead::WORD])),
    params(("key" = String, Path)),
    responses((status = OK, content_type = "audio/wav")))]
async fn sound(
    api: State<Api>,
    _who: May<QueuesRead>,
    Path(key): Path<String>,
) -> Result<impl IntoResponse> {
    let say = found(&api, &key)?;
    heard(&api, say).await
}

/// Puts a sound in its place: WAV, MP3, Ogg Vorbis or FLAC of any rate, at most five minutes.
#[utoipa::path(put, path = "/api/prompts/{key}", security(("session" = [MenusWrite::WORD])),
    params(("key" = String, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = NO_CONTENT)))]
async fn replace(
    api: State<Api>,
    _who: May<MenusWrite>,
    Path(key): Path<String>,
    file: Bytes,
) -> Result<StatusCode> {
    let say = found(&api, &key)?;
    put(&api, move |all| all.replace(&say, &file)).await
}

/// Lets callers hear the voice, or the box's own music, again.
#[utoipa::path(delete, path = "/api/prompts/{key}", security(("session" = [MenusWrite::WORD])),
    params(("key" = String, Path)),
    responses((status = NO_CONTENT)))]
async fn restore(
    api: State<Api>,
    _who: May<MenusWrite>,
    Path(key): Path<String>,
) -> Result<StatusCode> {
    let say = found(&api, &key)?;
    put(&api, move |all| all.restore(&say)).await
}
