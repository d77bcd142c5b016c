//! What to say of options that there are not.

use super::Options;
use super::elsewhere::explanation;
use super::value::Value;
use super::written::{Refusal, Written};

/// Whether a value is what happens anyway.
type IsSo = fn(&Value, &Options) -> bool;

/// Options that handlers of PHP have, or had, when they change nothing, and what stands for them
/// here. PHP ignores what it does not know; whoever moves here must hear of it.
const OF_PHP: [(&str, IsSo, &str); 5] = [
    (
        "automatic_gc",
        |value, _| value.is_empty() || value.as_flag() == Some(false),
        "requests collect nothing. Collect on a schedule: a `Collector` in a task or from cron, or \
         the table's time to live",
    ),
    (
        "consistent_reads",
        |value, options| value.as_flag() == Some(options.consistent_read),
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
        |value, options| value.as_flag() == Some(options.locking),
        "the handler's README has it and its code never locks: it is `locking`",
    ),
    (
        "version",
        |value, _| matches!(value.as_text(), Some("latest" | "2012-08-10")),
        "it is the API's, of which there is `2012-08-10` alone: leave this out",
    ),
];

/// Takes the options that are PHP's alone, and refuses those that say what is not done here.
pub(super) fn take_options_of_php(written: &mut Written, options: &Options) -> Result<(), Refusal> {
    for (option, is_so, instead) in OF_PHP {
        if written.take_foreign(option).is_some_and(|value| !is_so(&value, options)) {
            return Err(Refusal(format!("{option} of PHP has no place here: {instead}")));
        }
    }
    Ok(())
}

/// The refusal of an option that there is not, where these are.
pub(super) fn unknown(option: &str, known: &[&'static str]) -> Refusal {
    if let Some(explanation) = explanation(option) {
        return Refusal(format!("{option} is no option: {explanation}"));
    }
    let nearest = nearest(&option.to_ascii_lowercase(), known);
    let nearest = nearest.map(|nearest| format!(": did you mean `{nearest}`?"));
    Refusal(format!("{option} is no option{}", nearest.unwrap_or_default()))
}

/// The option that is meant, if one is near: no more than a third of its characters differ, or one
/// begins with the other and is not much longer.
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
    use super::{OF_PHP, distance, nearest};
    use crate::Options;
    use serde_json::json;

    #[test]
    fn an_option_that_php_has_is_explained() {
        for (option, _, instead) in OF_PHP {
            let read = serde_json::from_value::<Options>(json!({ option: "what is not done" }));
            let error = read.expect_err("it has no place").to_string();
            assert!(error.starts_with(option) && error.contains(instead), "{error}");
        }
    }

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
    fn the_distance_counts_changes() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
        assert_eq!(distance("lockng", "locking"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
