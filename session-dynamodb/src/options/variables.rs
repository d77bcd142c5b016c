//! Options in variables of the environment.

use super::value::Value;
use super::written::{Refusal, Written};
use super::{Options, read};
use session_core::Result;
use std::collections::BTreeMap;
use std::ffi::OsStr;

/// The prefix of variables, unless another is given.
const PREFIX: &str = "SESSION_";

/// Variables of that prefix which belong to others, and mean nothing that a store could do: of the
/// desktop the first, of Laravel's `config/session.php` the rest.
const OF_OTHERS: [&str; 13] = [
    "manager",
    "connection",
    "cookie",
    "domain",
    "driver",
    "encrypt",
    "expire_on_close",
    "http_only",
    "partitioned_cookie",
    "path",
    "same_site",
    "secure_cookie",
    "store",
];

/// Those of Laravel that could be taken for ours, each with why it is not and what is.
const MISTAKABLE: [(&str, &str); 2] = [
    ("lifetime", "counts minutes: the lifetime is SESSION_SESSION_LIFETIME, in seconds"),
    ("table", "is a table of SQL: the table of DynamoDB is SESSION_TABLE_NAME"),
];

/// Options that are maps: a variable is an entry of one, as `SESSION_BATCH_CONFIG_DELAY` is.
const MAPS: [&str; 2] = ["batch_config", "credentials"];

/// Options for which an empty variable counts as not set, for "AWS's own way" has no other spelling
/// where a variable cannot be unset.
const UNSET_IF_EMPTY: [&str; 5] =
    ["region", "endpoint", "credentials_key", "credentials_secret", "credentials_token"];

/// What is said besides of a name that is no option's, for it may be another program's.
const HINT: &str = " (if the variable belongs to another program, use another prefix for options)";

impl Options {
    /// The options that variables of the environment set, by names such as `SESSION_TABLE_NAME`.
    ///
    /// Variables of other names are not looked at, so they may be no UTF-8. Nor are those of
    /// Laravel and of the desktop that have the prefix and no meaning to a store, such as
    /// `SESSION_DRIVER` and `SESSION_MANAGER`. Laravel's `SESSION_LIFETIME`, which counts minutes,
    /// and its `SESSION_TABLE` are refused: where they are set, ours have [another
    /// prefix](Self::from_variables_with_prefix).
    ///
    /// An entry of `batch_config` or `credentials` has a variable of its own, such as
    /// `SESSION_BATCH_CONFIG_BATCH_SIZE`. An empty variable of the region, the endpoint or the
    /// credentials counts as not set.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for an option that is not known, or a value out of its range.
    ///
    /// ```
    /// use session_dynamodb::Options;
    ///
    /// let options = Options::from_variables(std::env::vars_os())?;
    /// assert_eq!(options.table_name, "sessions");
    ///
    /// let set = [("SESSION_LOCKING", "true"), ("SESSION_CLOCK_SKEW", "0.5")];
    /// let options = Options::from_variables(set)?;
    /// assert!(options.locking);
    ///
    /// let error = Options::from_variables([("SESSION_LIFETIME", "120")]).expect_err("Laravel's");
    /// assert!(error.to_string().contains("minutes"));
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub fn from_variables<N, V>(variables: impl IntoIterator<Item = (N, V)>) -> Result<Self>
    where
        N: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        Self::from_variables_with_prefix(PREFIX, variables)
    }

    /// The same for names of another prefix, all of which are ours then.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for an option that is not known, or a value out of its range.
    ///
    /// ```
    /// use session_dynamodb::Options;
    ///
    /// let set = [("SESSION_LIFETIME", "120"), ("WEB_SESSION_LIFETIME", "3600")];
    /// let options = Options::from_variables_with_prefix("WEB_", set)?;
    /// assert_eq!(options.session_lifetime, 3600);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub fn from_variables_with_prefix<N, V>(
        prefix: &str,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self>
    where
        N: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        let variables = variables.into_iter();
        let ours =
            variables.filter_map(|(name, value)| option(prefix, name.as_ref(), value.as_ref()));
        let ours: Result<Vec<_>, Refusal> = ours.collect();
        let written = ours.map(with_maps).and_then(Written::of_entries);
        Ok(written.map(|written| written.with_hint(HINT)).and_then(read::options)?)
    }
}

/// The option that a variable sets, if it is one of ours.
fn option(prefix: &str, name: &OsStr, value: &OsStr) -> Option<Result<(String, Value), Refusal>> {
    let name = name.to_string_lossy();
    let option = name.strip_prefix(prefix)?.to_ascii_lowercase();
    if prefix == PREFIX {
        if OF_OTHERS.contains(&option.as_str()) {
            return None;
        }
        if let Some((_, why)) = MISTAKABLE.iter().find(|(mistakable, _)| *mistakable == option) {
            let way_out = "where Laravel's is set, give ours another prefix";
            return Some(Err(Refusal(format!("{name} is Laravel's, and {why}; {way_out}"))));
        }
    }
    let Some(text) = value.to_str() else {
        return Some(Err(Refusal(format!("{option} is no UTF-8"))));
    };
    if text.is_empty() && UNSET_IF_EMPTY.contains(&option.as_str()) {
        return None;
    }
    Some(Ok((option, Value::Text(text.to_owned()))))
}

/// The same with the entries of a map as one.
fn with_maps(options: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let mut maps: BTreeMap<&str, Vec<(String, Value)>> = BTreeMap::new();
    let mut others = Vec::new();
    for (option, value) in options {
        let entry = MAPS
            .into_iter()
            .find_map(|map| Some((map, option.strip_prefix(map)?.strip_prefix('_')?.to_owned())));
        match entry {
            Some((map, entry)) => maps.entry(map).or_default().push((entry, value)),
            None => others.push((option, value)),
        }
    }
    let maps = maps.into_iter().map(|(map, entries)| (map.to_owned(), Value::Map(entries)));
    others.into_iter().chain(maps).collect()
}

#[cfg(test)]
mod tests {
    use crate::Options;
    use std::time::Duration;

    #[test]
    fn variables_of_others_change_nothing() {
        let others = ["DRIVER", "DOMAIN", "ENCRYPT", "PATH", "CONNECTION", "STORE", "COOKIE"];
        let more = ["SECURE_COOKIE", "HTTP_ONLY", "SAME_SITE", "PARTITIONED_COOKIE", "MANAGER"];
        let names = others.into_iter().chain(more).map(|name| format!("SESSION_{name}"));
        let options = Options::from_variables(names.map(|name| (name, "of another"))).unwrap();
        assert_eq!(format!("{options:?}"), format!("{:?}", Options::default()));
    }

    #[test]
    fn a_lifetime_in_minutes_is_never_taken_for_ours() {
        for (name, named) in [
            ("SESSION_LIFETIME", "SESSION_SESSION_LIFETIME"),
            ("SESSION_TABLE", "SESSION_TABLE_NAME"),
        ] {
            let error = Options::from_variables([(name, "120")]).unwrap_err().to_string();
            let parts = [&format!("{name} is Laravel's") as &str, named, "another prefix"];
            assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        }
    }

    #[test]
    fn of_what_may_be_another_programs_the_way_out_is_named() {
        let error = Options::from_variables([("SESSION_SECRET", "hush")]).unwrap_err().to_string();
        assert!(error.contains("secret is no option") && !error.contains("hush"), "{error}");
        assert!(error.contains("another program, use another prefix for options"), "{error}");
    }

    #[test]
    fn under_a_prefix_of_ones_own_every_name_is_ours() {
        let set = [("SESSION_LOCKNG", "1"), ("S_LOCKING", "1"), ("S_SESSION_LIFETIME", "60")];
        let options = Options::from_variables_with_prefix("S_", set).unwrap();
        assert!(options.locking);
        assert_eq!(options.session_lifetime, 60);
        for name in ["S_DRIVER", "S_LIFETIME", "S_MANAGER"] {
            let error = Options::from_variables_with_prefix("S_", [(name, "1")]).unwrap_err();
            assert!(error.to_string().contains("is no option"), "{error}");
        }
    }

    #[test]
    fn an_entry_of_a_map_has_a_variable_of_its_own() {
        let set = [("SESSION_BATCH_CONFIG_BATCH_SIZE", "10"), ("SESSION_BATCH_CONFIG_DELAY", "2s")];
        let batches = Options::from_variables(set).unwrap().batch_config.expect("it is set");
        assert_eq!((batches.batch_size, batches.delay), (10, Duration::from_secs(2)));
        let one = Options::from_variables([("SESSION_BATCH_CONFIG_DELAY", "0.5")]).unwrap();
        assert_eq!(one.batch_config.expect("it is set").batch_size, 25);
        for (name, value, start) in [
            ("SESSION_BATCH_CONFIG_DELAY", "5000", "batch_config.delay is `5000`"),
            ("SESSION_BATCH_CONFIG_SIZE", "5", "batch_config.size is no option"),
            ("SESSION_BATCH_CONFIG", "5", "batch_config is `5`: it must be a map"),
        ] {
            let error = Options::from_variables([(name, value)]).unwrap_err().to_string();
            assert!(error.contains(start), "{error}");
        }
        let both = [("SESSION_BATCH_CONFIG_DELAY", "1"), ("SESSION_BATCH_CONFIG", "")];
        let error = Options::from_variables(both).unwrap_err().to_string();
        assert!(error.contains("batch_config is set twice"), "{error}");
    }

    /// Compose files and shells set a variable to nothing where they cannot unset it.
    #[test]
    fn an_empty_endpoint_or_region_is_not_set() {
        let set = [("SESSION_ENDPOINT", ""), ("SESSION_REGION", "")];
        let options = Options::from_variables(set).unwrap();
        assert_eq!((options.endpoint, options.region), (None, None));
        for (name, value) in [
            ("SESSION_ENDPOINT", " "),
            ("SESSION_REGION", " "),
            ("SESSION_TABLE_NAME", ""),
            ("SESSION_HASH_KEY", ""),
            ("SESSION_CLOCK_SKEW", ""),
        ] {
            let error = Options::from_variables([(name, value)]).unwrap_err().to_string();
            assert!(error.contains("it must be"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_utf8_matters_only_where_it_is_ours() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let broken = OsStr::from_bytes(b"\xff");
        let options =
            Options::from_variables([(OsStr::new("LS_COLORS"), broken), (broken, broken)]);
        assert_eq!(options.unwrap().table_name, "sessions");
        let error = Options::from_variables([(OsStr::new("SESSION_TABLE_NAME"), broken)]);
        assert!(error.unwrap_err().to_string().contains("table_name is no UTF-8"));
        let slip = OsStr::from_bytes(b"SESSION_TABLE_NAME\xff");
        let error = Options::from_variables([(slip, OsStr::new("web"))]).unwrap_err();
        assert!(error.to_string().contains("did you mean `table_name`?"), "{error}");
    }
}
