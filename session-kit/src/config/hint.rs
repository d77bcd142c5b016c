//! What an error says of an option that does not exist.

use super::elsewhere::explanation;

/// The error for an option that does not exist, where these are known.
pub(super) fn unknown(option: &str, known: &[&'static str]) -> String {
    if let Some(explanation) = explanation(option) {
        return format!("{option} is no option: {explanation}");
    }
    let nearest = nearest(&option.to_ascii_lowercase(), known);
    let nearest = nearest.map(|nearest| format!(": did you mean `{nearest}`?"));
    format!("{option} is no option{}", nearest.unwrap_or_default())
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
    use super::{distance, nearest};

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
