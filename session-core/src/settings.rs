//! The name, the range and the unit of a setting.
//!
//! A store declares its settings as constants of these types. It checks values by them, and a
//! program that reads a configuration takes names, units and ranges from them. So a setting has one
//! range, and an error about it has one form: the name, the value, what it must be, the remedy.
//!
//! ```
//! use session_core::settings::{Count, Time};
//! use std::time::Duration;
//!
//! const SCAN_SEGMENTS: Count = Count { name: "scan_segments", least: 1, most: 1_000 };
//! const CLOCK_SKEW: Time = Time::of("clock_skew", 0, 300);
//!
//! let error = SCAN_SEGMENTS.check(0).expect_err("there is at least one");
//! assert!(error.to_string().contains("scan_segments is 0: it must be 1 to 1000"));
//! assert!(CLOCK_SKEW.check(Duration::from_secs(1)).is_ok());
//! ```

mod time;

pub use time::{Time, Unit};

use crate::error::Operation;
use crate::{Error, ErrorKind, Result};
use std::fmt::Display;

/// A setting that is a whole number.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    /// The name, as in a configuration.
    pub name: &'static str,
    /// The least value.
    pub least: u64,
    /// The greatest value.
    pub most: u64,
}

/// A setting that is a text of a certain form.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// The name, as in a configuration.
    pub name: &'static str,
    /// The allowed values, in the words of errors and guides.
    pub expected: &'static str,
    /// Whether a text has the form.
    pub admits: fn(&str) -> bool,
    /// The text to write instead, if the given text shows it.
    pub remedy: fn(&str) -> Option<String>,
}

impl Count {
    /// Whether the value is in the range.
    pub const fn admits(&self, value: u64) -> bool {
        self.least <= value && value <= self.most
    }

    /// The allowed values, in the words of errors and guides.
    pub fn expected(&self) -> String {
        format!("{} to {}", self.least, self.most)
    }

    /// Checks that the value is in the range.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config), naming the setting, the value and the range.
    pub fn check(&self, value: u64) -> Result<()> {
        if self.admits(value) {
            return Ok(());
        }
        Err(config(out_of_range(self.name, &value, &self.expected(), None)))
    }
}

impl Text {
    /// Checks that the text has the form.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config), naming the setting, the text and the form.
    pub fn check(&self, text: &str) -> Result<()> {
        if (self.admits)(text) { Ok(()) } else { Err(config(self.rejection(text))) }
    }

    /// The fault of a text. It begins with the name of the setting.
    ///
    /// A text with an `@` is not shown, because what stands before it in a URL can be a password.
    pub fn rejection(&self, text: &str) -> String {
        let remedy = (self.remedy)(text);
        if text.contains('@') {
            return out_of_range(self.name, &"not shown here", self.expected, remedy.as_deref());
        }
        out_of_range(self.name, &format_args!("`{text}`"), self.expected, remedy.as_deref())
    }
}

/// Why a value is rejected. It begins with the name of the setting.
///
/// ```
/// use session_core::settings::out_of_range;
///
/// let detail = out_of_range("locking", &"`maybe`", "true or false", None);
/// assert_eq!(detail, "locking is `maybe`: it must be true or false");
/// ```
pub fn out_of_range(
    name: &str,
    value: &dyn Display,
    expected: &str,
    remedy: Option<&str>,
) -> String {
    let remedy = remedy.map(|remedy| format!("; {remedy}")).unwrap_or_default();
    format!("{name} is {value}: it must be {expected}{remedy}")
}

fn config(detail: String) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn a_text_that_may_have_a_password_is_not_shown() {
        let setting = Text {
            name: "endpoint",
            expected: "a URL",
            admits: |_| false,
            remedy: |_| Some("leave it out".into()),
        };
        assert_eq!(
            setting.rejection("http://me:hush@host"),
            "endpoint is not shown here: it must be a URL; leave it out"
        );
        let error = setting.check("host").expect_err("it is none").to_string();
        assert!(error.ends_with("endpoint is `host`: it must be a URL; leave it out"), "{error}");
    }
}
