//! The one error of the API.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;

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

use super::fault::{self, Fault, fault};

/// What a handler returns.
pub(super) type Result<T> = std::result::Result<T, ApiError>;

/// Why a request was not met.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    /// In a box: results are handed on far more often than they are errors.
    words: Box<ErrorWords>,
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
    /// What is wrong, to be said in another language: `between`; it never changes its meaning.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    key: Option<&'static str>,
    /// What belongs to the key: `from`, `to`, `found`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    params: BTreeMap<&'static str, String>,
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
            key: None,
            params: BTreeMap::new(),
            id: None,
        };
        Self {
            status,
            words: Box::new(words),
        }
    }

    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// What is said to people.
    pub fn message(&self) -> &str {
        &self.words.message
    }

    /// The same about this field.
    pub fn of(mut self, field: impl Into<String>) -> Self {
        self.words.field = Some(field.into());
        self
    }

    /// The same with a key for those who say it in another language.
    pub fn told(mut self, (key, params): Fault) -> Self {
        (self.words.key, self.words.params) = (Some(key), params);
        self
    }

    /// A number outside what is allowed.
    pub fn out_of_range(field: &str, found: impl Display, range: RangeInclusive<u32>) -> Self {
        let (from, to) = (range.start(), range.end());
        let message = format!("found {found}; {from} to {to} are allowed");
        let params: [(_, &dyn ToString); 3] = [("found", &found), ("from", from), ("to", to)];
        Self::invalid(field, message).told(fault("between", &params))
    }

    /// A text that is too long, or too short.
    pub fn length(field: &str, found: usize, range: RangeInclusive<usize>) -> Self {
        let (from, to) = (range.start(), range.end());
        let message = format!("found {found} characters; {from} to {to} are allowed");
        let params: [(_, &dyn ToString); 3] = [("found", &found), ("from", from), ("to", to)];
        Self::invalid(field, message).told(fault("length", &params))
    }

    /// Something that is not there, or not any more.
    pub fn unknown(field: &str, one: &str, found: impl Display) -> Self {
        let message = format!("there is no {one} {found}; choose one of the list");
        Self::invalid(field, message).told(fault("unknown", &[("found", &found)]))
    }

    /// Something written where a telephone number is wanted.
    pub fn no_number(field: &str, found: &str, why: &impl Display) -> Self {
        let key = fault("not_a_number", &[("found", &found)]);
        Self::invalid(field, format!("{found:?}: {why}")).told(key)
    }

    /// A thing that another one needs; `by` says which one, in words, `kind` and `name` for
    /// other languages.
    pub fn in_use(message: impl Into<String>, kind: &'static str, name: &str) -> Self {
        let params: [(_, &dyn ToString); 2] = [("kind", &kind), ("name", &name)];
        Self::conflict(message).told(fault("in_use", &params))
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
        (self.status, Json(ErrorBody { error: *self.words })).into_response()
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let (status, code) = match &error {
            StoreError::Locked => (StatusCode::SERVICE_UNAVAILABLE, "storage_locked"),
            StoreError::Closed => (StatusCode::SERVICE_UNAVAILABLE, "closing"),
            StoreError::Full => (StatusCode::INSUFFICIENT_STORAGE, "storage_full"),
            StoreError::Taken(_) => (StatusCode::CONFLICT, "taken"),
            StoreError::AgentTaken { account } => {
                let key = fault("agent_taken", &[("account", account)]);
                let words = Self::new(StatusCode::CONFLICT, "taken", error.to_string());
                return words.of("agent_id").told(key);
            }
            StoreError::LastAdministrator(_) => {
                let words = Self::new(
                    StatusCode::CONFLICT,
                    "last_administrator",
                    error.to_string(),
                );
                return words.told(fault("last_administrator", &[]));
            }
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
        let words = Self::new(status, code, error.to_string());
        match &error {
            AskError::Refused(refused) => words.told(fault::of_refusal(refused)),
            _ => words,
        }
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
        let words = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            error.to_string(),
        )
        .of(field);
        match fault::of_configuration(&error) {
            Some(known) => words.told(known),
            None => words,
        }
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
