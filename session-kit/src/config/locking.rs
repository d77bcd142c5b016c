//! Whether sessions lock, by either version of the AWS SDK.

use super::written::{Refusal, Written};
use session_core::settings::out_of_range;

const STRATEGY: &str = "locking_strategy";

/// The words of version 2 of the AWS SDK. Its documentation has the last spelling.
const STRATEGIES: [(&str, bool); 3] =
    [("null", false), ("pessimistic", true), ("pessemistic", true)];

/// The values of [`STRATEGIES`], and null, which is not set.
const EXPECTED: &str = "null, `null`, `pessimistic` or `pessemistic`";

/// `locking`, or `locking_strategy` of version 2 of the AWS SDK.
pub(super) fn take_locking(written: &mut Written) -> Result<Option<bool>, Refusal> {
    let locking = written.flag("locking")?;
    let Some(value) = written.take_foreign(STRATEGY) else { return Ok(locking) };
    let known = STRATEGIES.iter().find(|(name, _)| value.as_text() == Some(name));
    let Some((name, locks)) = known else {
        return Err(Refusal(out_of_range(STRATEGY, &value, EXPECTED, None)));
    };
    match locking {
        Some(other) if other != *locks => Err(Refusal(format!(
            "{STRATEGY} is `{name}` and locking is {other}: both set the same, so leave one out"
        ))),
        _ => Ok(Some(*locks)),
    }
}
