use crate::limits::config;
use aws_credential_types::Credentials;
use session_core::Result;
use std::fmt::{self, Debug, Formatter};

/// The access key of an AWS user, as it is written in options.
///
/// Credentials that last for months are better left to AWS's own ways: a role, a profile, the
/// environment. This is for servers that take any, and for configuration that has them, as that of
/// Idealstack's handler. It has no `Display`, and its `Debug` shows nothing.
///
/// ```
/// use session_dynamodb::{Options, StaticCredentials};
///
/// let mut options = Options::default();
/// options.credentials = Some(StaticCredentials::new("AKIAEXAMPLE", "a secret"));
/// assert!(!format!("{options:?}").contains("AKIAEXAMPLE"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct StaticCredentials {
    key: String,
    secret: String,
    token: Option<String>,
}

impl StaticCredentials {
    /// The credentials of this access key.
    pub fn new(key: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { key: key.into(), secret: secret.into(), token: None }
    }

    /// The same with the token of a session of AWS, which temporary credentials have.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    pub(crate) fn check(&self) -> Result<()> {
        let token = self.token.as_ref().map(|token| ("token", token));
        for (part, text) in [("key", &self.key), ("secret", &self.secret)].into_iter().chain(token)
        {
            let is_graphic = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
            if !is_graphic {
                return Err(config(format!(
                    "credentials.{part} is not shown here: it must be {EXPECTED}"
                )));
            }
        }
        Ok(())
    }

    /// The credentials as the SDK takes them.
    pub(crate) fn provided(&self) -> Credentials {
        let Self { key, secret, token } = self.clone();
        Credentials::new(key, secret, token, None, "session-dynamodb options")
    }
}

/// The allowed values of each part, in the words of errors and of the guide.
const EXPECTED: &str = "printable ASCII without blanks";

impl Debug for StaticCredentials {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("StaticCredentials(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::StaticCredentials;

    #[test]
    fn no_part_is_shown() {
        let credentials = StaticCredentials::new("AKIAEXAMPLE", "hush").with_token("quiet");
        assert_eq!(format!("{credentials:?}"), "StaticCredentials(redacted)");
        credentials.check().expect("they are printable");
        for wrong in [
            StaticCredentials::new("", "hush"),
            StaticCredentials::new("AKIAEXAMPLE", ""),
            StaticCredentials::new("AKIAEXAMPLE ", "hush"),
            StaticCredentials::new("AKIAEXAMPLE", "hush").with_token("hush\n"),
        ] {
            let error = wrong.check().expect_err("it is not printable");
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("credentials."), "{shown}");
            assert!(!shown.contains("AKIA") && !shown.contains("hush"), "{shown}");
        }
    }
}
