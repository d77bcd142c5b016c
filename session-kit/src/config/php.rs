//! The options that handlers of PHP have and that change nothing here.

use super::Config;
use super::value::Value;
use super::written::{Refusal, Written};

/// Whether a value is what happens anyway.
type IsSo = fn(&Value, &Config) -> bool;

/// Options of PHP's handlers that are accepted only with a value without effect.
///
/// Each has its replacement here. PHP ignores options that it does not know. Here they are errors.
const OF_PHP: [(&str, IsSo, &str); 5] = [
    (
        "automatic_gc",
        |value, _| value.is_empty() || value.as_flag() == Some(false),
        "requests collect nothing. Collect on a schedule: a `Collector` in a task or from cron, or \
         the table's time to live",
    ),
    (
        "consistent_reads",
        |value, config| value.as_flag() == Some(config.dynamodb.consistent_read),
        "the handler's README has it and its code reads `consistent_read`: set that, or leave \
         this out",
    ),
    (
        "dynamodb_client",
        |value, _| value.is_empty(),
        "the client is given where the store is made: leave this out",
    ),
    (
        "session_locking",
        |value, config| value.as_flag() == Some(config.locking),
        "the handler's README has it and its code never locks: it is `locking`",
    ),
    (
        "version",
        |value, _| matches!(value.as_text(), Some("latest" | "2012-08-10")),
        "it is the API's, of which there is `2012-08-10` alone: leave this out",
    ),
];

/// Takes options that only PHP has, and rejects values that would change anything.
pub(super) fn take_options_of_php(written: &mut Written, config: &Config) -> Result<(), Refusal> {
    for (option, is_so, instead) in OF_PHP {
        if written.take_foreign(option).is_some_and(|value| !is_so(&value, config)) {
            return Err(Refusal(format!("{option} of PHP has no place here: {instead}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::OF_PHP;
    use crate::Config;
    use serde_json::json;

    #[test]
    fn an_option_that_php_has_is_explained() {
        for (option, _, instead) in OF_PHP {
            let read = serde_json::from_value::<Config>(json!({ option: "what is not done" }));
            let error = read.expect_err("it has no place").to_string();
            assert!(error.starts_with(option) && error.contains(instead), "{error}");
        }
    }
}
