//! How `credentials` are written. No error shows a part of them.

use super::value::Value;
use super::written::{Refusal, Written};
use session_dynamodb::StaticCredentials;

/// The allowed values of each part, in the words of errors and of the guide.
const EXPECTED: &str = "printable ASCII without blanks";

/// Credentials as they are written, which are none where nothing is set.
pub(super) fn credentials(written: &mut Written) -> Result<Option<StaticCredentials>, Refusal> {
    let entries = match written.take("credentials", "a map of options".into()) {
        Some(Value::Map(entries)) => entries,
        None => return Ok(None),
        Some(value) if value.is_empty() => return Ok(None),
        Some(_) => return Err(hidden("credentials", "a map of options")),
    };
    let mut within = Written::of_entries(entries).map_err(of_credentials)?;
    let credentials = take(&mut within).map_err(of_credentials)?;
    within.finish().map_err(of_credentials)?;
    Ok(credentials)
}

/// Takes every option that there is.
pub(super) fn take(written: &mut Written) -> Result<Option<StaticCredentials>, Refusal> {
    let (key, secret) = (text(written, "key")?, text(written, "secret")?);
    let token = text(written, "token")?;
    let missing = match (key, secret, token) {
        (None, None, None) => return Ok(None),
        (Some(key), Some(secret), token) => {
            let credentials = StaticCredentials::new(key, secret);
            return Ok(Some(match token {
                Some(token) => credentials.with_token(token),
                None => credentials,
            }));
        }
        (None, ..) => "key",
        (_, None, _) => "secret",
    };
    Err(Refusal(format!("{missing} is not set: set both key and secret, or neither")))
}

fn text(written: &mut Written, option: &'static str) -> Result<Option<String>, Refusal> {
    match written.take(option, EXPECTED.into()) {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text)),
        Some(_) => Err(hidden(option, EXPECTED)),
    }
}

fn hidden(option: &str, expected: &str) -> Refusal {
    Refusal(format!("{option} is not shown here: it must be {expected}"))
}

fn of_credentials(refusal: Refusal) -> Refusal {
    refusal.within("credentials")
}
