//! The one error of the API.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hotline_services::{ConfigurationError, Refused};
use serde::Serialize;
use utoipa::PartialSchema;
use utoipa::ToSchema;
use utoipa::openapi::OpenApi;

use crate::call_control::AskError;
use crate::store::{SetupError, StoreError};

/// What a handler returns.
pub(super) type Result<T> = std::result::Result<T, ApiError>;

/// Why a request was not met.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    words: ErrorWords,
}

/// What is said about it.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct ErrorWords {
    /// For programs: `not_signed_in`.
    code: &'static str,
    /// For people: what was found, what is allowed, what to do.
    message: String,
    /// The field it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    field: Option<String>,
    /// To find it in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    id: Option<String>,
}

/// The body of every answer that is not a success.
#[derive(Serialize, ToSchema)]
#[schema(as = Error)]
struct ErrorBody {
    error: ErrorWords,
}

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let words = ErrorWords {
            code,
            message: message.into(),
            field: None,
            id: None,
        };
        Self { status, words }
    }

    /// The same about this field.
    pub fn of(mut self, field: impl Into<String>) -> Self {
        self.words.field = Some(field.into());
        self
    }

    pub fn not_found(what: &str) -> Self {
        let message = format!("there is no such {what}; it may have been removed");
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", message).of(field)
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", message)
    }

    /// A fault of ours: the log has the cause, the person the number to find it by.
    pub fn internal(cause: &dyn std::error::Error) -> Self {
        let mut octets = [0; 4];
        // Without random numbers the number is 0; the log line is there all the same.
        let _ = getrandom::fill(&mut octets);
        let id = format!("{:08x}", u32::from_be_bytes(octets));
        let source = cause.source().map(ToString::to_string);
        tracing::error!(id, %cause, source, "a request failed");
        let message = "something went wrong in this box; try again, and look for the number in the \
                       log if it happens again";
        let mut error = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message);
        error.words.id = Some(id);
        error
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(ErrorBody { error: self.words })).into_response()
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let (status, code) = match &error {
            StoreError::Locked => (StatusCode::SERVICE_UNAVAILABLE, "storage_locked"),
            StoreError::Closed => (StatusCode::SERVICE_UNAVAILABLE, "closing"),
            StoreError::Full => (StatusCode::INSUFFICIENT_STORAGE, "storage_full"),
            StoreError::Taken(_) => (StatusCode::CONFLICT, "taken"),
            _ => return Self::internal(&error),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<AskError> for ApiError {
    fn from(error: AskError) -> Self {
        let (status, code) = match &error {
            AskError::Refused(Refused::NotPermitted(_)) => (StatusCode::FORBIDDEN, "not_allowed"),
            AskError::Refused(_) => (StatusCode::CONFLICT, "refused"),
            AskError::Voice(_) => (StatusCode::SERVICE_UNAVAILABLE, "voice_missing"),
            AskError::NotRunning | AskError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<ConfigurationError> for ApiError {
    fn from(error: ConfigurationError) -> Self {
        // `queues[2].ring_s` is `ring_s` in the form that was sent.
        let field = error
            .field
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_owned();
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            error.to_string(),
        )
        .of(field)
    }
}

impl From<SetupError> for ApiError {
    fn from(error: SetupError) -> Self {
        let words = error.to_string();
        match error {
            SetupError::Done => Self::new(StatusCode::CONFLICT, "already_set_up", words),
            SetupError::WrongCode { .. } => {
                Self::new(StatusCode::FORBIDDEN, "wrong_code", words).of("code")
            }
            SetupError::NoTriesLeft => {
                Self::new(StatusCode::FORBIDDEN, "no_tries_left", words).of("code")
            }
            SetupError::Store(error) => error.into(),
        }
    }
}

/// Adds the shape of errors to the document.
pub(super) fn describe(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    components
        .schemas
        .insert("Error".to_owned(), ErrorBody::schema());
    components
        .schemas
        .insert("ErrorWords".to_owned(), ErrorWords::schema());
}
