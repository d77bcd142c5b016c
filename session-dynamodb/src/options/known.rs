//! Which options there are, and what to say of others.

use super::config;
use session_core::Error;

const KNOWN: [&str; 25] = [
    "profile",
    "table_name",
    "hash_key",
    "data_attribute",
    "data_attribute_type",
    "base64",
    "session_lifetime",
    "session_lifetime_attribute",
    "consistent_read",
    "locking",
    "max_lock_wait_time",
    "min_lock_retry_microtime",
    "max_lock_retry_microtime",
    "lock_lease",
    "max_lock_hold",
    "clock_skew",
    "php_lock_timeout",
    "lock_attribute",
    "version_attribute",
    "deadline_attribute",
    "session_name",
    "id_separator",
    "batch_config",
    "region",
    "endpoint",
];

/// Options that handlers of PHP have, or had, and what stands for them here. PHP ignores what it
/// does not know; whoever moves here must hear of it.
const OF_PHP: [(&str, &str); 9] = [
    ("automatic_gc", "run a `Collector` on a schedule of your own"),
    ("consistent_reads", "the handler's README has it and its code reads `consistent_read`"),
    ("credentials", "they come with the client that the store is given"),
    ("dynamodb_client", "the client is given where the store is made"),
    ("gc_batch_size", "it is `batch_config.batch_size`, for a `Collector`"),
    ("gc_operation_delay", "it is `batch_config.delay`, or the pace of a `Collector`"),
    ("locking_strategy", "it is `locking`, true for `pessimistic`"),
    ("session_locking", "the handler's README has it and its code never locks; it is `locking`"),
    ("version", "it is the API's, of which there is one"),
];

/// The error for an option that there is not.
pub(super) fn unknown(option: &str) -> Error {
    let written = option.to_ascii_lowercase();
    if let Some((_, instead)) = OF_PHP.iter().find(|(name, _)| *name == written) {
        return config(format!("the option `{option}` of PHP has no place here: {instead}"));
    }
    let nearest = KNOWN.iter().min_by_key(|known| {
        if known.starts_with(&written) { 0 } else { distance(&written, known) }
    });
    let nearest = nearest.expect("some options are known");
    config(format!("there is no option `{option}`: did you mean `{nearest}`?"))
}

/// How many characters must be put in, left out or exchanged to make one text the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<_> = to.chars().collect();
    let mut row: Vec<_> = (0..=to.len()).collect();
    for (line, character) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other) in to.iter().enumerate() {
            let exchanged = diagonal + usize::from(character != *other);
            diagonal = row[column + 1];
            row[column + 1] = exchanged.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, OF_PHP, distance, unknown};
    use crate::Options;
    use serde_json::{Value, json};

    fn read(options: Value) -> Result<Options, String> {
        serde_json::from_value(options).map_err(|error| error.to_string())
    }

    #[test]
    fn every_option_is_known() {
        for option in KNOWN {
            let error = read(json!({ option: [1] })).expect_err("a list is no value");
            assert!(!error.contains("no option"), "{error}");
        }
    }

    #[test]
    fn an_option_that_php_has_is_explained() {
        for (option, instead) in OF_PHP {
            assert!(!KNOWN.contains(&option));
            let error = unknown(option).to_string();
            assert!(error.contains(option) && error.contains(instead), "{error}");
        }
    }

    #[test]
    fn the_distance_counts_changes() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
        assert_eq!(distance("lockng", "locking"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
