//! The extractors for axum.

mod read_section;
mod write_section;

pub use read_section::ReadSection;
pub use write_section::WriteSection;

use crate::{Failure, Session};
use axum_core::body::Body;
use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use http::request::Parts;

impl<D, S> FromRequestParts<S> for Session<D>
where
    D: Default + Send + Sync + 'static,
    S: Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Self::of(&parts.extensions)
    }
}

impl IntoResponse for Failure {
    /// The status, the headers and the body of the failure. Errors of the server are logged.
    fn into_response(self) -> Response {
        let error = self.error();
        if let Some(error) = error.filter(|_| self.status().is_server_error()) {
            let (kind, operation) = (error.kind().name(), error.operation().name());
            tracing::error!(kind, operation, %error, "the session failed");
        }
        let mut response = Response::new(Body::from(self.body()));
        *response.status_mut() = self.status();
        *response.headers_mut() = self.headers();
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}
