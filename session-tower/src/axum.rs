//! Extractors for axum.

mod read_section;
mod write_section;

pub use read_section::ReadSection;
pub use write_section::WriteSection;

use crate::{Failure, Plain, Refuse, Session};
use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
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
    /// The response that [`Plain`] makes. The failure is [logged](session_http::Failure::log).
    fn into_response(self) -> Response {
        self.log();
        Plain.refuse(&self)
    }
}
