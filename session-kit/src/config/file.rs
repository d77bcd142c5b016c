//! A configuration in a file, and the environment over it.

use super::variables::{PREFIX, of_variables};
use super::written::{Refusal, Written};
use super::{Config, config, read};
use session_core::{Error, Result};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

impl Config {
    /// The configuration of a file, if one is given, and of the environment.
    ///
    /// A variable such as `SESSION_TABLE_NAME` replaces the option of that name in the file. See
    /// [`from_file`](Self::from_file) and [`from_variables`](Self::from_variables).
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for a file that cannot be read, an option that
    /// does not exist, or a value out of its range. No error shows credentials.
    ///
    /// ```no_run
    /// use session_kit::Config;
    /// use std::path::Path;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> session_kit::Result<()> {
    /// let config = Config::load(Some(Path::new("sessions.toml")))?;
    /// let store = config.store().await?;
    /// let sessions = config.sessions::<Vec<String>>(store.clone())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn load(file: Option<&Path>) -> Result<Self> {
        Self::load_with(file, PREFIX, std::env::vars_os())
    }

    /// The same with variables of this prefix among these.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    ///
    /// ```
    /// use session_kit::Config;
    /// use std::time::Duration;
    ///
    /// let variables = [("WEB_STORE", "memory"), ("WEB_SESSION_LIFETIME", "1h")];
    /// let config = Config::load_with(None, "WEB_", variables)?;
    /// assert_eq!(config.session_lifetime, Duration::from_secs(3_600));
    /// # Ok::<(), session_kit::Error>(())
    /// ```
    pub fn load_with<N, V>(
        file: Option<&Path>,
        prefix: &str,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self>
    where
        N: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        let variables = of_variables(prefix, variables)?;
        let written = match file {
            Some(path) => {
                let hint = format!(" (in {})", path.display());
                of_file(path)?.with_hint(&hint).with_overrides(variables)
            }
            None => variables,
        };
        Ok(read::config(written)?)
    }

    /// The configuration of a file: JSON if its name ends in `.json`, TOML otherwise.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    ///
    /// ```no_run
    /// use session_kit::Config;
    ///
    /// let config = Config::from_file("sessions.toml")?;
    /// # Ok::<(), session_kit::Error>(())
    /// ```
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let config = read::config(of_file(path)?);
        config.map_err(|Refusal(detail)| in_file(path, &detail))
    }
}

fn of_file(path: &Path) -> Result<Written> {
    let text = fs::read_to_string(path).map_err(|error| in_file(path, &error.to_string()))?;
    let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let written = if is_json { of_json(&text) } else { of_toml(&text) };
    written.map_err(|detail| in_file(path, &detail))
}

fn of_json(text: &str) -> Result<Written, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// The error names the line. It does not show it, for it may hold credentials.
fn of_toml(text: &str) -> Result<Written, String> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        match before {
            Some(before) => format!("line {}: {}", before.lines().count().max(1), error.message()),
            None => error.message().to_owned(),
        }
    })
}

fn in_file(path: &Path, detail: &str) -> Error {
    config(format!("{}: {detail}", path.display()))
}
