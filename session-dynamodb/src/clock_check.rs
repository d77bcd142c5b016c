//! Compares the clock of a collector with the `Date` of the server's replies.

use crate::limits::config;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use session_core::Result;
use session_core::error::Operation;
use session_core::time::{EpochMillis, Timestamp};
use std::time::Duration;

/// The most that the two clocks may differ by.
const MOST: Duration = Duration::from_mins(1);

/// Checks the clock against a server's time, received within `elapsed` of `now`.
///
/// # Errors
///
/// [`Config`](session_core::ErrorKind::Config), naming both times, if they differ by more than a
/// minute.
pub(crate) fn check(server: Timestamp, now: EpochMillis, elapsed: Duration) -> Result<()> {
    let (from, to) = (now.timestamp(), now.saturating_add(elapsed).timestamp());
    let difference = server.saturating_since(to).max(from.saturating_since(server));
    if difference <= MOST {
        return Ok(());
    }
    let error = config(format!(
        "the clock of this host is at {}, and the server's at {}: a collector needs clocks that \
         differ by a minute at most, or it would delete live sessions; set the clock",
        shown(to),
        shown(server)
    ));
    Err(error.during(Operation::Collect))
}

/// As RFC 3339 writes it.
fn shown(time: Timestamp) -> String {
    let seconds = i64::try_from(time.as_epoch_seconds()).expect("the range of times ends before");
    let shown = DateTime::from_secs(seconds).fmt(Format::DateTime);
    shown.expect("the years of all times have four digits")
}

/// The time of a `Date` header, or `None` if it is no date.
pub(crate) fn read_date(text: &str) -> Option<Timestamp> {
    let date = DateTime::from_str(text, Format::HttpDate).ok()?;
    u64::try_from(date.secs()).ok().and_then(Timestamp::try_from_epoch_seconds)
}

#[cfg(test)]
mod tests {
    use super::{check, read_date};
    use session_core::ErrorKind;
    use session_core::time::{EpochMillis, Timestamp};
    use std::time::Duration;

    const NOW: u64 = 1_700_000_000;

    fn result(server: u64, elapsed: u64) -> Result<(), String> {
        let now = EpochMillis::from_epoch_millis(NOW * 1_000 + 999);
        let server = Timestamp::from_epoch_seconds(server);
        let checked = check(server, now, Duration::from_secs(elapsed));
        checked.map_err(|error| {
            assert_eq!(error.kind(), ErrorKind::Config);
            error.to_string()
        })
    }

    #[test]
    fn clocks_may_differ_by_a_minute_in_either_direction() {
        assert_eq!(result(NOW - 60, 0), Ok(()));
        assert_eq!(result(NOW + 60, 0), Ok(()));
        assert_eq!(result(NOW + 70, 10), Ok(()), "the reply came ten seconds later");
        for server in [0, NOW - 61, NOW + 61, Timestamp::MAX.as_epoch_seconds()] {
            assert!(result(server, 0).is_err(), "{server}");
        }
    }

    #[test]
    fn the_error_names_both_times() {
        let error = result(NOW - 3_600, 0).expect_err("an hour is too much");
        assert!(error.starts_with("collect: "), "{error}");
        for time in ["2023-11-14T22:13:20Z", "2023-11-14T21:13:20Z"] {
            assert!(error.contains(time), "{error}");
        }
    }

    #[test]
    fn a_date_is_read() {
        let date = read_date("Tue, 14 Nov 2023 22:13:20 GMT");
        assert_eq!(date, Some(Timestamp::from_epoch_seconds(NOW)));
        for text in ["", "yesterday", "1700000000", "Thu, 01 Jan 1600 00:00:00 GMT"] {
            assert_eq!(read_date(text), None, "{text}");
        }
    }
}
