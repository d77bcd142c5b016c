//! The text of a lock: when its lease ends, and whose it is.
//!
//! `<13 digits of epoch milliseconds>;<22 characters of base64url>`. Both questions about it are
//! answered by the server with one comparison each: it has lapsed if the text is less than the 13
//! digits of a point in time, and a token holds it if the text contains `;` and the token.

use session_core::store::LockToken;
use session_core::time::EpochMillis;
use std::time::Duration;

/// The length of a lock's text, in bytes.
pub(crate) const LOCK_BYTES: usize = DIGITS + 1 + LockToken::ENCODED_LEN;

/// As many as those of [`EpochMillis::MAX`], so that texts compare as times do.
const DIGITS: usize = 13;

/// The lock of `token` with a lease that ends at `end`.
pub(crate) fn lock_text(end: EpochMillis, token: &LockToken) -> String {
    format!("{}{}", digits(end), held_mark(token))
}

/// The part of a lock's text that shows its holder `token`, whatever its end.
pub(crate) fn held_mark(token: &LockToken) -> String {
    format!(";{}", token.encode())
}

/// The upper bound for the text of a lock that has lapsed at `now`.
///
/// An equal end is over: the comparison is strict and the mark one millisecond later. So it is
/// also right for a text that goes on behind its digits, as every lock's does.
pub(crate) fn lapse_mark(now: EpochMillis, clock_skew: Duration) -> String {
    let millisecond = Duration::from_millis(1);
    digits(now.saturating_sub(clock_skew).saturating_add(millisecond))
}

/// The holder's token and the end of the lease in a lock's text.
///
/// It is `None` for a text that is no lock of this project.
pub(crate) fn read_lock(text: &str) -> Option<(LockToken, EpochMillis)> {
    let (end, token) = text.split_once(';')?;
    let token = LockToken::decode(token)?;
    let is_ours = end.len() == DIGITS && end.bytes().all(|byte| byte.is_ascii_digit());
    let millis = is_ours.then(|| end.parse().ok())??;
    Some((token, EpochMillis::try_from_epoch_millis(millis)?))
}

fn digits(time: EpochMillis) -> String {
    format!("{:013}", time.as_epoch_millis())
}

#[cfg(test)]
mod tests {
    use super::{LOCK_BYTES, held_mark, lapse_mark, lock_text, read_lock};
    use session_core::random::OsRandom;
    use session_core::store::LockToken;
    use session_core::time::EpochMillis;
    use std::time::Duration;

    const END: EpochMillis = EpochMillis::from_epoch_millis(1_700_000_000_123);
    const SKEW: Duration = Duration::from_secs(1);

    #[test]
    fn a_lock_is_read_back() {
        let token = LockToken::draw(&OsRandom);
        let text = lock_text(END, &token);
        assert_eq!(text.len(), LOCK_BYTES);
        assert!(text.starts_with("1700000000123;"));
        assert_eq!(read_lock(&text), Some((token.clone(), END)));
        assert!(text.contains(&held_mark(&token)));
        assert!(!text.contains(&held_mark(&LockToken::draw(&OsRandom))));
    }

    #[test]
    fn a_lock_lapses_in_the_millisecond_in_which_lease_and_skew_are_over() {
        let text = lock_text(END, &LockToken::draw(&OsRandom));
        let over = END.saturating_add(SKEW);
        assert!(text < lapse_mark(over, SKEW));
        assert!(text >= lapse_mark(over.saturating_sub(Duration::from_millis(1)), SKEW));
    }

    #[test]
    fn ends_compare_as_text_as_they_do_as_numbers() {
        let token = LockToken::draw(&OsRandom);
        let ends = [0, 1, 999_999_999_999, 1_000_000_000_000, 9_999_999_999_999];
        let texts = ends.map(|end| lock_text(EpochMillis::from_epoch_millis(end), &token));
        assert!(texts.is_sorted());
        assert!(texts.iter().all(|text| text.len() == LOCK_BYTES));
    }

    #[test]
    fn a_text_that_is_not_ours_is_no_lock() {
        for text in ["", "1", "1700000000123", "1700000000123;", "1700000000123;short", ";"] {
            assert_eq!(read_lock(text), None, "{text}");
        }
        let token = LockToken::draw(&OsRandom).encode();
        assert_eq!(read_lock(&format!("17000000001234;{token}")), None);
        assert_eq!(read_lock(&format!("+700000000123;{token}")), None);
    }
}
