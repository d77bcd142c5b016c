//! The text of an error about an unknown option.

use super::elsewhere::explanation;

/// The options of the store on DynamoDB, for builds without it.
#[cfg(any(test, not(feature = "dynamodb")))]
const OF_DYNAMODB: [&str; 23] = [
    "profile",
    "table_name",
    "hash_key",
    "data_attribute",
    "session_lifetime_attribute",
    "lock_attribute",
    "version_attribute",
    "deadline_attribute",
    "idle_attribute",
    "data_attribute_type",
    "consistent_read",
    "transactions",
    "php_lock_timeout",
    "operation_timeout",
    "max_retries",
    "scan_segments",
    "collect_orphans",
    "batch_config",
    "region",
    "endpoint",
    "credentials",
    "gc_batch_size",
    "gc_operation_delay",
];

/// The error for an option that does not exist, where these are known.
pub(super) fn unknown(option: &str, known: &[&'static str]) -> String {
    if let Some(explanation) = explanation(option) {
        return format!("{option} is no option: {explanation}");
    }
    #[cfg(not(feature = "dynamodb"))]
    if OF_DYNAMODB.contains(&option) {
        return format!(
            "{option} is an option of the store `dynamodb`: turn on the feature `dynamodb` of \
             session-kit"
        );
    }
    let nearest = nearest(&option.to_ascii_lowercase(), known);
    let nearest = nearest.map(|nearest| format!(": did you mean `{nearest}`?"));
    format!("{option} is no option{}", nearest.unwrap_or_default())
}

/// The nearest option, if one is near.
///
/// At most a third of its characters differ, or one begins with the other and is not much longer.
fn nearest(written: &str, known: &[&'static str]) -> Option<&'static str> {
    let is_beginning = |known: &str| {
        let (shorter, longer) = (written.len().min(known.len()), written.len().max(known.len()));
        let is_one = known.starts_with(written) || written.starts_with(known);
        is_one && 2 * shorter >= longer
    };
    let by_distance = known
        .iter()
        .map(|known| (if is_beginning(known) { 0 } else { distance(written, known) }, *known));
    let (distance, nearest) = by_distance.min_by_key(|(distance, _)| *distance)?;
    (3 * distance <= nearest.len()).then_some(nearest)
}

/// How many characters to insert, delete or replace to make one text the other.
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
    use super::super::{dynamodb, written::Written};
    use super::{OF_DYNAMODB, distance, nearest};
    use crate::Config;
    use serde_json::json;

    #[test]
    fn an_option_is_meant_only_if_it_is_near() {
        let known = ["table_name", "locking", "lock_lease", "session_name", "endpoint", "region"];
        for (written, meant) in [
            ("tablename", Some("table_name")),
            ("table", Some("table_name")),
            ("tabel_nmae", None),
            ("lockng", Some("locking")),
            ("lock_leese", Some("lock_lease")),
            ("endpoint_url", Some("endpoint")),
            ("regoin", Some("region")),
            ("lo", None),
            ("debug", None),
            ("service", None),
            ("secure", None),
            ("cookie_name", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, &known), meant, "{written}");
        }
    }

    #[test]
    fn builds_without_dynamodb_know_its_options() {
        for option in OF_DYNAMODB {
            let read = serde_json::from_value::<Config>(json!({ option: [1] }));
            let error = read.expect_err("it is no value of it").to_string();
            assert!(error.starts_with(&format!("{option} is ")), "{error}");
            assert!(!error.contains("is no option"), "{error}");
            let other = json!({ "store": "memory", option: null });
            serde_json::from_value::<Config>(other).expect("null is not set");
        }
        let nothing = Written::of_entries([]).ok().expect("nothing is set");
        let mut dynamodb = nothing;
        let mut config = Config::default();
        let taken = dynamodb::take(&mut dynamodb, &mut config);
        taken.ok().expect("nothing is set");
        let asked = dynamodb.asked().iter().map(|asked| asked.option);
        let missing: Vec<_> = asked.filter(|option| !OF_DYNAMODB.contains(option)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_distance_counts_changes() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
        assert_eq!(distance("lockng", "locking"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
