use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use session_kit::tower::Failure;
use std::fmt::Display;

/// A response to a request that is not carried out.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The request says something that is not possible: status 400.
    Invalid(String),
    /// A page of another origin sent the request: status 403.
    CrossSite,
    /// The session failed.
    Session(Failure),
    /// Another response of this application, as it is.
    Response(Box<Response>),
}

impl Refusal {
    pub(crate) fn invalid(reason: impl Display) -> Self {
        Self::Invalid(reason.to_string())
    }
}

impl<E: Into<Failure>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Session(error.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Invalid(reason) => {
                let body = json!({ "kind": "InvalidArgument", "detail": reason });
                (StatusCode::BAD_REQUEST, Json(body)).into_response()
            }
            Self::CrossSite => {
                let detail = "a page of another origin sent the request";
                let body = json!({ "kind": "CrossSite", "detail": detail });
                (StatusCode::FORBIDDEN, Json(body)).into_response()
            }
            Self::Session(failure) => failure.into_response(),
            Self::Response(response) => *response,
        }
    }
}
