//! The sentences every box has, and the sounds that an administrator puts in their place.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use hotline_services::{Language, Prompt, Say, number_of_prompt};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::media::prompts::{PromptError, Prompts, words};
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

/// One sentence in one language.
#[derive(Serialize, ToSchema)]
struct PromptRow {
    /// `all_agents_busy`.
    prompt: String,
    /// `zh`, `en`.
    language: String,
    /// What is dialled after the code for recording an announcement to speak it from a phone.
    number: u32,
    /// What the voice says.
    text: &'static str,
    duration_ms: u64,
    /// Whether a sound was put in its place.
    replaced: bool,
}

/// A sentence as it stands in an address.
#[derive(Deserialize)]
struct Which {
    prompt: Prompt,
    language: Language,
}

fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

pub(super) fn prompts(api: &Api) -> Result<Prompts> {
    api.call_control.prompts().cloned().ok_or_else(|| {
        let message = "this box has no voice; see its log";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "voice_missing", message)
    })
}

fn refused(error: &PromptError) -> ApiError {
    match error {
        PromptError::Sound(_)
        | PromptError::Rate(_)
        | PromptError::TooLongSound(_)
        | PromptError::Silent => {
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

/// All sentences in all languages.
#[utoipa::path(get, path = "/api/prompts", security(("session" = [QueuesRead::WORD])),
    responses((status = OK, body = Vec<PromptRow>)))]
async fn list(api: State<Api>, _who: May<QueuesRead>) -> Result<Json<Vec<PromptRow>>> {
    let prompts = prompts(&api)?;
    let rows = blocking(move || {
        let sayings = Prompts::built_in();
        prompts.prepare(&sayings)?;
        let row = |say: &Say| {
            let Say::Prompt(prompt, language) = *say else {
                return None;
            };
            let samples = prompts.clip(say).map_or(0, |clip| clip.len() as u64);
            Some(PromptRow {
                prompt: word(&prompt),
                language: word(&language),
                number: number_of_prompt(prompt, language),
                text: words(prompt, language),
                duration_ms: samples / 8,
                replaced: prompts.is_replaced(prompt, language),
            })
        };
        Ok(sayings.iter().filter_map(row).collect())
    });
    Ok(Json(rows.await?))
}

/// An address, or why it is none.
type Address = std::result::Result<Path<Which>, PathRejection>;

fn found(which: Address) -> Result<Which> {
    which
        .map(|Path(which)| which)
        .map_err(|_| ApiError::not_found("prompt"))
}

/// What callers hear, as a WAV file.
#[utoipa::path(get, path = "/api/prompts/{prompt}/{language}",
    security(("session" = [QueuesRead::WORD])),
    params(("prompt" = String, Path), ("language" = String, Path)),
    responses((status = OK, content_type = "audio/wav")))]
async fn sound(
    api: State<Api>,
    _who: May<QueuesRead>,
    which: Address,
) -> Result<impl IntoResponse> {
    let Which { prompt, language } = found(which)?;
    heard(&api, Say::Prompt(prompt, language)).await
}

/// Puts a sound in the place of a sentence: a WAV file of any rate, at most five minutes.
#[utoipa::path(put, path = "/api/prompts/{prompt}/{language}",
    security(("session" = [MenusWrite::WORD])),
    params(("prompt" = String, Path), ("language" = String, Path)),
    request_body(content = Vec<u8>, content_type = "audio/wav"),
    responses((status = NO_CONTENT)))]
async fn replace(
    api: State<Api>,
    _who: May<MenusWrite>,
    which: Address,
    file: Bytes,
) -> Result<StatusCode> {
    let Which { prompt, language } = found(which)?;
    put(&api, move |all| all.replace(prompt, language, &file)).await
}

/// Lets callers hear the voice again.
#[utoipa::path(delete, path = "/api/prompts/{prompt}/{language}",
    security(("session" = [MenusWrite::WORD])),
    params(("prompt" = String, Path), ("language" = String, Path)),
    responses((status = NO_CONTENT)))]
async fn restore(api: State<Api>, _who: May<MenusWrite>, which: Address) -> Result<StatusCode> {
    let Which { prompt, language } = found(which)?;
    put(&api, move |all| all.restore(prompt, language)).await
}
