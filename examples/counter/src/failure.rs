use axum::Json;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use session_kit::{Error, ErrorKind};
use std::time::Duration;

/// An error of the sessions as an answer to the client.
#[derive(Debug)]
pub(crate) struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

#[derive(Serialize)]
struct Body {
    kind: &'static str,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let body = Json(Body { kind: error.kind().name() });
        match status(error.kind()) {
            status @ StatusCode::SERVICE_UNAVAILABLE => {
                (status, [retry_after(&error)], body).into_response()
            }
            StatusCode::INTERNAL_SERVER_ERROR => {
                tracing::error!("{error}");
                (StatusCode::INTERNAL_SERVER_ERROR, body).into_response()
            }
            status => (status, body).into_response(),
        }
    }
}

const fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Gone => StatusCode::GONE,
        ErrorKind::LockTimeout { .. } | ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Whole seconds, one at least, as [RFC 9110, section 10.2.3] has it.
///
/// [RFC 9110, section 10.2.3]: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
fn retry_after(error: &Error) -> (HeaderName, String) {
    let wait = error.retry_after().unwrap_or(Duration::ZERO);
    (header::RETRY_AFTER, (wait.as_secs() + 1).to_string())
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use axum::http::header::RETRY_AFTER;
    use axum::response::IntoResponse;
    use session_kit::error::Operation;
    use session_kit::{Error, ErrorKind};
    use std::time::Duration;

    #[test]
    fn every_kind_has_its_status() {
        let remaining = Some(Duration::from_millis(2_500));
        for (kind, status, retry_after) in [
            (ErrorKind::Conflict, 409, None),
            (ErrorKind::Gone, 410, None),
            (ErrorKind::Unavailable, 503, Some("1")),
            (ErrorKind::LockTimeout { remaining: None }, 503, Some("1")),
            (ErrorKind::LockTimeout { remaining }, 503, Some("3")),
            (ErrorKind::LockLost, 500, None),
            (ErrorKind::Corrupt, 500, None),
            (ErrorKind::Full, 500, None),
        ] {
            let error = Error::new(Operation::Commit, kind);
            let response = Failure::from(error).into_response();
            assert_eq!(response.status().as_u16(), status, "{kind:?}");
            let header = response.headers().get(RETRY_AFTER).map(|value| value.to_str().unwrap());
            assert_eq!(header, retry_after, "{kind:?}");
        }
    }
}
