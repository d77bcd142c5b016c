//! Options in variables of the environment.

use super::value::Value;
use super::written::{Refusal, Written};
use super::{Config, StoreKind, read};
use session_core::Result;
use std::collections::BTreeMap;
use std::ffi::OsStr;

/// The prefix of variables, unless another is given.
pub(super) const PREFIX: &str = "SESSION_";

/// Variables of that prefix that belong to others, and mean nothing to a store.
///
/// The first is the desktop's. The rest are from Laravel's `config/session.php`.
const OF_OTHERS: [&str; 12] = [
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
];

/// Laravel's variables with names of this crate, and why and how to replace them.
const MISTAKABLE: [(&str, &str); 2] = [
    ("lifetime", "counts minutes: the lifetime is SESSION_SESSION_LIFETIME, in seconds"),
    ("table", "is a table of SQL: the table of DynamoDB is SESSION_TABLE_NAME"),
];

/// Options that are maps, with a variable per entry: `SESSION_BATCH_CONFIG_DELAY`.
const MAPS: [&str; 2] = ["batch_config", "credentials"];

/// Options for which an empty variable counts as not set.
///
/// Where a variable cannot be unset, "AWS's own way" has no other spelling.
const UNSET_IF_EMPTY: [&str; 6] =
    ["store", "region", "endpoint", "credentials_key", "credentials_secret", "credentials_token"];

/// The addition to an error about an unknown name, which may be another program's.
const HINT: &str = " (if the variable belongs to another program, use another prefix for options)";

impl Config {
    /// Reads a configuration from the environment, such as from `SESSION_TABLE_NAME`.
    ///
    /// Variables of other names are not looked at, so they may be no UTF-8. Nor are those of
    /// Laravel and of the desktop that have the prefix and no meaning here, such as
    /// `SESSION_DRIVER` and `SESSION_MANAGER`. Laravel's `SESSION_LIFETIME`, which counts minutes,
    /// its `SESSION_TABLE`, and a `SESSION_STORE` that names no store of this crate are rejected:
    /// where they are set, use [another prefix](Self::from_variables_with_prefix) here.
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
    /// use session_kit::Config;
    ///
    /// let set = [("SESSION_STORE", "memory"), ("SESSION_LOCKING", "true")];
    /// let config = Config::from_variables(set)?;
    /// assert!(config.locking);
    ///
    /// let error = Config::from_variables([("SESSION_LIFETIME", "120")]).expect_err("Laravel's");
    /// assert!(error.to_string().contains("minutes"));
    /// # Ok::<(), session_kit::Error>(())
    /// ```
    pub fn from_variables<N, V>(variables: impl IntoIterator<Item = (N, V)>) -> Result<Self>
    where
        N: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        Self::from_variables_with_prefix(PREFIX, variables)
    }

    /// The same for names of another prefix, which belong to this crate alone.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for an option that is not known, or a value out of its range.
    ///
    /// ```
    /// use session_kit::Config;
    ///
    /// let set = [("SESSION_LIFETIME", "120"), ("WEB_SESSION_LIFETIME", "3600")];
    /// let config = Config::from_variables_with_prefix("WEB_", set)?;
    /// assert_eq!(config.session_lifetime.as_secs(), 3_600);
    /// # Ok::<(), session_kit::Error>(())
    /// ```
    pub fn from_variables_with_prefix<N, V>(
        prefix: &str,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self>
    where
        N: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        Ok(read::config(of_variables(prefix, variables)?)?)
    }
}

/// The options that variables of this prefix set.
pub(super) fn of_variables<N, V>(
    prefix: &str,
    variables: impl IntoIterator<Item = (N, V)>,
) -> Result<Written, Refusal>
where
    N: AsRef<OsStr>,
    V: AsRef<OsStr>,
{
    let variables = variables.into_iter();
    let ours = variables.filter_map(|(name, value)| option(prefix, name.as_ref(), value.as_ref()));
    let ours: Result<Vec<_>, Refusal> = ours.collect();
    Ok(ours.map(with_maps).and_then(Written::of_entries)?.with_hint(HINT))
}

/// The option that a variable sets, if it is known.
fn option(prefix: &str, name: &OsStr, value: &OsStr) -> Option<Result<(String, Value), Refusal>> {
    let name = name.to_string_lossy();
    let option = name.strip_prefix(prefix)?.to_ascii_lowercase();
    if prefix == PREFIX {
        if OF_OTHERS.contains(&option.as_str()) {
            return None;
        }
        if let Some((_, why)) = MISTAKABLE.iter().find(|(mistakable, _)| *mistakable == option) {
            let way_out = "where Laravel's is set, use another prefix here";
            return Some(Err(Refusal(format!("{name} is Laravel's, and {why}; {way_out}"))));
        }
    }
    if prefix == PREFIX && option == "store" && !names_store(value) {
        let stores = StoreKind::names();
        return Some(Err(Refusal(format!(
            "{name} must be {stores}: Laravel's names a cache; where it is set, use another \
             prefix"
        ))));
    }
    let Some(text) = value.to_str() else {
        return Some(Err(Refusal(format!("{option} is no UTF-8"))));
    };
    if text.is_empty() && UNSET_IF_EMPTY.contains(&option.as_str()) {
        return None;
    }
    Some(Ok((option, Value::Text(text.to_owned()))))
}

fn names_store(value: &OsStr) -> bool {
    value.is_empty() || StoreKind::ALL.iter().any(|store| value == store.name())
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
    use crate::Config;
    use std::time::Duration;

    #[test]
    fn variables_of_others_change_nothing() {
        let others = ["DRIVER", "DOMAIN", "ENCRYPT", "PATH", "CONNECTION", "COOKIE"];
        let more = ["SECURE_COOKIE", "HTTP_ONLY", "SAME_SITE", "PARTITIONED_COOKIE", "MANAGER"];
        let names = others.into_iter().chain(more).map(|name| format!("SESSION_{name}"));
        let config = Config::from_variables(names.map(|name| (name, "of another"))).unwrap();
        assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
    }

    #[test]
    fn a_lifetime_in_minutes_is_rejected() {
        for (name, named) in [
            ("SESSION_LIFETIME", "SESSION_SESSION_LIFETIME"),
            ("SESSION_TABLE", "SESSION_TABLE_NAME"),
        ] {
            let error = Config::from_variables([(name, "120")]).unwrap_err().to_string();
            let parts = [&format!("{name} is Laravel's") as &str, named, "another prefix"];
            assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        }
    }

    #[test]
    fn a_store_of_laravel_is_rejected() {
        for value in ["redis", "dynamo", "Memory"] {
            let error = Config::from_variables([("SESSION_STORE", value)]).unwrap_err().to_string();
            assert!(error.contains("SESSION_STORE must be `memory`, `sqlite` or"), "{error}");
        }
        let none = Config::from_variables([("SESSION_STORE", "")]).unwrap();
        assert_eq!(none.store, None);
    }

    #[test]
    fn an_unknown_variable_error_suggests_another_prefix() {
        let error = Config::from_variables([("SESSION_SECRET", "hush")]).unwrap_err().to_string();
        assert!(error.contains("secret is no option") && !error.contains("hush"), "{error}");
        assert!(error.contains("another program, use another prefix for options"), "{error}");
    }

    #[test]
    fn under_another_prefix_every_name_is_an_option() {
        let set = [("SESSION_LOCKNG", "1"), ("S_LOCKING", "1"), ("S_SESSION_LIFETIME", "60")];
        let config = Config::from_variables_with_prefix("S_", set).unwrap();
        assert!(config.locking);
        assert_eq!(config.session_lifetime, Duration::from_mins(1));
        for name in ["S_DRIVER", "S_LIFETIME", "S_MANAGER"] {
            let error = Config::from_variables_with_prefix("S_", [(name, "1")]).unwrap_err();
            assert!(error.to_string().contains("is no option"), "{error}");
        }
    }

    #[test]
    fn an_entry_of_a_map_has_a_variable_of_its_own() {
        let set = [("SESSION_BATCH_CONFIG_BATCH_SIZE", "10"), ("SESSION_BATCH_CONFIG_DELAY", "2s")];
        let batches =
            Config::from_variables(set).unwrap().dynamodb.batch_config.expect("it is set");
        assert_eq!((batches.batch_size, batches.delay), (10, Duration::from_secs(2)));
        let one = Config::from_variables([("SESSION_BATCH_CONFIG_DELAY", "0.5")]).unwrap();
        assert_eq!(one.dynamodb.batch_config.expect("it is set").batch_size, 25);
        for (name, value, start) in [
            ("SESSION_BATCH_CONFIG_DELAY", "5000", "batch_config.delay is `5000`"),
            ("SESSION_BATCH_CONFIG_SIZE", "5", "batch_config.size is no option"),
            ("SESSION_BATCH_CONFIG", "5", "batch_config is `5`: it must be a map"),
        ] {
            let error = Config::from_variables([(name, value)]).unwrap_err().to_string();
            assert!(error.contains(start), "{error}");
        }
        let both = [("SESSION_BATCH_CONFIG_DELAY", "1"), ("SESSION_BATCH_CONFIG", "")];
        let error = Config::from_variables(both).unwrap_err().to_string();
        assert!(error.contains("batch_config is set twice"), "{error}");
    }

    /// Compose files and shells set a variable to nothing where they cannot unset it.
    #[test]
    fn an_empty_endpoint_or_region_is_not_set() {
        let set = [("SESSION_ENDPOINT", ""), ("SESSION_REGION", "")];
        let config = Config::from_variables(set).unwrap();
        assert_eq!((config.dynamodb.endpoint, config.dynamodb.region), (None, None));
        for (name, value) in [
            ("SESSION_ENDPOINT", " "),
            ("SESSION_REGION", " "),
            ("SESSION_TABLE_NAME", ""),
            ("SESSION_HASH_KEY", ""),
            ("SESSION_CLOCK_SKEW", ""),
        ] {
            let error = Config::from_variables([(name, value)]).unwrap_err().to_string();
            assert!(error.contains("it must be"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn text_that_is_not_utf8_matters_only_in_options() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let broken = OsStr::from_bytes(b"\xff");
        let config = Config::from_variables([(OsStr::new("LS_COLORS"), broken), (broken, broken)]);
        assert_eq!(config.unwrap().dynamodb.table_name, "sessions");
        let error = Config::from_variables([(OsStr::new("SESSION_TABLE_NAME"), broken)]);
        assert!(error.unwrap_err().to_string().contains("table_name is no UTF-8"));
        let slip = OsStr::from_bytes(b"SESSION_TABLE_NAME\xff");
        let error = Config::from_variables([(slip, OsStr::new("web"))]).unwrap_err();
        assert!(error.to_string().contains("did you mean `table_name`?"), "{error}");
    }
}
