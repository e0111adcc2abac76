//! What comes in, refused in our own words when it is not what it should be.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::ApiError;

/// A JSON body.
pub(super) struct Sent<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::BytesRejection(error)) => Err(ApiError::new(
                error.status(),
                "body_too_large",
                error.body_text(),
            )),
            Err(error) => Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "bad_request",
                error.body_text(),
            )),
        }
    }
}

/// A query string.
pub(super) struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(query)) => Ok(Self(query)),
            Err(error) => Err(ApiError::new(
                StatusCode::BAD_REQUEST,
                "bad_request",
                error.body_text(),
            )),
        }
    }
}

/// The number in the path; a path without one leads nowhere.
pub(super) struct Id<T>(pub T);

impl<T: std::str::FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let number = path.ok().and_then(|Path(text)| text.parse().ok());
        number
            .map(Self)
            .ok_or_else(|| ApiError::not_found("address"))
    }
}

/// A name people give to things: not empty, not endless.
pub(super) fn name(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    match text.chars().count() {
        1..=64 => Ok(text.to_owned()),
        n => Err(ApiError::length("name", n, 1..=64)),
    }
}
