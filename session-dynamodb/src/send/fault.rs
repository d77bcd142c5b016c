use super::trouble::{Kind, Meaning, Trouble};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::error::{BoxError, ConnectorError, ProvideErrorMetadata, SdkError};
use hyper_util::client::legacy::Error as HttpError;
use session_core::{Error, Operation};
use std::error::Error as StdError;
use std::io;
use std::iter::successors;

/// An attempt that failed, and what is to be said of it.
///
/// Of an error of the SDK nothing is kept but its code, unless it comes from below HTTP: what
/// comes from the service may carry an item, and its message a key (S6).
pub(crate) struct Fault {
    action: &'static str,
    code: Option<String>,
    kind: Kind,
    advice: &'static str,
    pub(super) may_pass: bool,
    pub(super) may_be_applied: bool,
    source: Option<BoxError>,
}

impl Fault {
    pub(crate) fn of<E>(action: &'static str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        match &error {
            SdkError::ConstructionFailure(_) => Self::new(action, Trouble::Construction, None),
            SdkError::TimeoutError(_) => Self::new(action, Trouble::Timeout, None),
            SdkError::DispatchFailure(failure) => {
                let trouble = failure.as_connector_error().map_or(Trouble::Broken, of_connector);
                Self::new(action, trouble, error.into_source().ok())
            }
            SdkError::ServiceError(context) => {
                let (error, status) = (context.err(), context.raw().status().as_u16());
                let (code, message) = (error.code(), error.message());
                Self::new(action, Trouble::Service { code, status, message }, None)
            }
            _ => Self::new(action, Trouble::Garbled, None),
        }
    }

    /// A part of a transaction that failed.
    pub(super) fn of_reason(action: &'static str, code: &str, message: Option<&str>) -> Self {
        Self::new(action, Trouble::Service { code: Some(code), status: 400, message }, None)
    }

    pub(crate) fn construction(action: &'static str, error: impl Into<BoxError>) -> Self {
        Self::new(action, Trouble::Construction, Some(error.into()))
    }

    fn new(action: &'static str, trouble: Trouble<'_>, source: Option<BoxError>) -> Self {
        let code = match trouble {
            Trouble::Service { code, .. } => code.map(str::to_owned),
            _ => None,
        };
        let Meaning { kind, may_pass, may_be_applied, advice } = trouble.meaning();
        Self { action, code, kind, advice, may_pass, may_be_applied, source }
    }

    pub(super) fn into_error(self, operation: Operation, table: &str, region: &str) -> Error {
        let Self { action, code, kind, advice, source, .. } = self;
        let code = code.map(|code| format!("{code}, ")).unwrap_or_default();
        let detail = format!("{action} on table `{table}` {region}: {code}{advice}");
        let error = Error::new(operation, kind.of_error()).with_detail(detail);
        match source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }
}

/// How far the request came. What is not known to be unsent counts as sent.
fn of_connector(error: &ConnectorError) -> Trouble<'static> {
    if error.is_user() {
        return Trouble::Client;
    }
    let known = successors(error.source(), deeper).find_map(unsent);
    known.unwrap_or(if error.is_timeout() { Trouble::Timeout } else { Trouble::Broken })
}

fn deeper<'a>(error: &&'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    (*error).source()
}

/// Why nothing was sent, if this error says that nothing was.
fn unsent(error: &(dyn StdError + 'static)) -> Option<Trouble<'static>> {
    if error.is::<CredentialsError>() || error.to_string().starts_with(NO_IDENTITY) {
        return Some(Trouble::Credentials);
    }
    let connecting = error.downcast_ref().is_some_and(HttpError::is_connect);
    let refused = error.downcast_ref().map(io::Error::kind);
    let refused = refused.is_some_and(|kind| kind == io::ErrorKind::ConnectionRefused);
    (connecting || refused).then_some(Trouble::Unreachable)
}

/// How the SDK begins to say that nobody gives it credentials; the type is its own.
const NO_IDENTITY: &str = "failed to select an auth scheme";
