//! From whatever serde reads to options whose values make sense.

use super::batches::Batches;
use super::known::unknown;
use super::written::{Written, micros, or, seconds, text};
use super::{Options, config};
use crate::Profile;
use serde::Deserialize;
use serde::de::IgnoredAny;
use session_core::{Error, PayloadKind, Result};
use std::collections::BTreeMap;
use std::time::Duration;

/// Options as they are written. Values of the environment are texts, whatever they mean.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Raw {
    pub(super) profile: Option<String>,
    table_name: Option<String>,
    hash_key: Option<String>,
    data_attribute: Option<String>,
    data_attribute_type: Option<String>,
    base64: Option<Written<bool>>,
    session_lifetime: Option<Written<u64>>,
    session_lifetime_attribute: Option<String>,
    consistent_read: Option<Written<bool>>,
    locking: Option<Written<bool>>,
    max_lock_wait_time: Option<Written<f64>>,
    min_lock_retry_microtime: Option<Written<u64>>,
    max_lock_retry_microtime: Option<Written<u64>>,
    lock_lease: Option<Written<f64>>,
    max_lock_hold: Option<Written<f64>>,
    clock_skew: Option<Written<f64>>,
    php_lock_timeout: Option<Written<f64>>,
    lock_attribute: Option<String>,
    version_attribute: Option<String>,
    deadline_attribute: Option<String>,
    session_name: Option<String>,
    id_separator: Option<String>,
    batch_config: Option<Batches>,
    region: Option<String>,
    endpoint: Option<String>,
    #[serde(flatten)]
    #[expect(clippy::zero_sized_map_values, reason = "what serde flattens is a map")]
    unknown: BTreeMap<String, IgnoredAny>,
}

impl TryFrom<Raw> for Options {
    type Error = Error;

    fn try_from(raw: Raw) -> Result<Self> {
        if let Some(option) = raw.unknown.keys().next() {
            return Err(unknown(option));
        }
        let profile = raw.profile.as_deref().map(profile).transpose()?;
        check_keys(&raw, profile)?;
        let encodes = profile.is_some_and(Profile::encodes);
        let named_by_php = profile.map(|_| "PHPSESSID".to_owned());
        let options = Self {
            profile,
            table_name: text(raw.table_name, "sessions"),
            hash_key: text(raw.hash_key, "id"),
            data_attribute: text(raw.data_attribute, "data"),
            data_attribute_type: kind(raw.data_attribute_type.as_deref())?,
            base64: or(raw.base64, encodes),
            session_lifetime: lifetime(or(raw.session_lifetime, 1440))?,
            session_lifetime_attribute: text(raw.session_lifetime_attribute, "expires"),
            consistent_read: or(raw.consistent_read, true),
            locking: or(raw.locking, false),
            max_lock_wait_time: seconds("max_lock_wait_time", raw.max_lock_wait_time, 10.0)?,
            min_lock_retry: micros(
                "min_lock_retry_microtime",
                raw.min_lock_retry_microtime,
                10_000,
            )?,
            max_lock_retry: micros(
                "max_lock_retry_microtime",
                raw.max_lock_retry_microtime,
                50_000,
            )?,
            lock_lease: seconds("lock_lease", raw.lock_lease, 30.0)?,
            max_lock_hold: seconds("max_lock_hold", raw.max_lock_hold, 300.0)?,
            clock_skew: seconds("clock_skew", raw.clock_skew, 1.0)?,
            php_lock_timeout: php_lock_timeout(raw.php_lock_timeout)?,
            lock_attribute: text(raw.lock_attribute, "lock"),
            version_attribute: text(raw.version_attribute, "version"),
            deadline_attribute: text(raw.deadline_attribute, "deadline"),
            session_name: raw.session_name.or(named_by_php),
            id_separator: text(raw.id_separator, "_"),
            batch_config: raw.batch_config.map_or(Ok(None), Batches::read)?,
            region: raw.region,
            endpoint: raw.endpoint,
        };
        options.lock_options().check()?;
        options.check_profile()?;
        Ok(options)
    }
}

fn php_lock_timeout(written: Option<Written<f64>>) -> Result<Option<Duration>> {
    written.map(|timeout| seconds("php_lock_timeout", Some(timeout), 0.0)).transpose()
}

fn profile(name: &str) -> Result<Profile> {
    Profile::ALL.into_iter().find(|profile| profile.name() == name).ok_or_else(|| {
        let names = Profile::ALL.map(Profile::name).join("`, `");
        config(format!("profile is `{name}`: it must be one of `{names}`"))
    })
}

/// Checks the options that make keys, and those that a profile has no place for.
fn check_keys(raw: &Raw, profile: Option<Profile>) -> Result<()> {
    let Some(profile) = profile else {
        if raw.session_name.is_none() && raw.id_separator.is_some() {
            let detail = "id_separator is set and session_name is not: hashed keys have none";
            return Err(config(detail.into()));
        }
        return Ok(());
    };
    let name = profile.name();
    let unkept = [
        ("version_attribute", &raw.version_attribute, "versions are told by the content"),
        ("deadline_attribute", &raw.deadline_attribute, "there is no absolute timeout"),
    ];
    for (option, written, why) in unkept {
        if written.is_some() {
            return Err(config(format!(
                "{option} is set and the profile `{name}` keeps none: {why}"
            )));
        }
    }
    if profile != Profile::AsyncAws {
        let separator = raw.id_separator.as_deref().unwrap_or("_");
        profile.fixed("id_separator", separator, "_")?;
    }
    match raw.base64 {
        Some(Written(true)) if !profile.encodes() => {
            Err(config(format!("base64 is on and the handler of `{name}` does not decode it")))
        }
        _ => Ok(()),
    }
}

fn lifetime(seconds: u64) -> Result<u64> {
    const LONGEST: u64 = 10 * 366 * 86_400;
    if (1..=LONGEST).contains(&seconds) {
        return Ok(seconds);
    }
    Err(config(format!("session_lifetime is {seconds}: it must be 1 to {LONGEST} seconds")))
}

fn kind(written: Option<&str>) -> Result<PayloadKind> {
    match written {
        None | Some("string") => Ok(PayloadKind::Text),
        Some("binary") => Ok(PayloadKind::Binary),
        Some(other) => Err(config(format!(
            "data_attribute_type is `{other}`: it must be `string` or `binary`"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use crate::Options;
    use serde_json::{Value, json};
    use session_core::KeyScheme;
    use std::time::Duration;

    fn read(options: Value) -> Result<Options, String> {
        serde_json::from_value(options).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_those_of_php() {
        let options = Options::default();
        let empty = read(json!({})).expect("nothing is set");
        assert_eq!(format!("{empty:?}"), format!("{options:?}"));
        assert_eq!((options.session_lifetime, options.locking), (1440, false));
        assert_eq!(options.max_lock_wait_time, Duration::from_secs(10));
        assert_eq!(options.min_lock_retry, Duration::from_millis(10));
        assert_eq!(options.max_lock_retry, Duration::from_millis(50));
    }

    #[test]
    fn a_slip_is_told_with_the_nearest_option() {
        for (slip, option) in [
            ("tablename", "table_name"),
            ("lock_leese", "lock_lease"),
            ("max_lock_wait", "max_lock_wait_time"),
            ("LOCKING", "locking"),
            ("session_life_time", "session_lifetime"),
        ] {
            let error = read(json!({ slip: 1 })).expect_err("it is a slip");
            let expected = format!("no option `{slip}`: did you mean `{option}`?");
            assert!(error.contains(&expected), "{error}");
        }
    }

    #[test]
    fn values_out_of_range_are_told_with_the_range() {
        for (options, parts) in [
            (json!({ "session_lifetime": 0 }), ["session_lifetime is 0", "1 to"]),
            (json!({ "clock_skew": -1 }), ["clock_skew is -1", "0 to 86400"]),
            (json!({ "lock_lease": 1e9 }), ["lock_lease", "0 to 86400"]),
            (json!({ "min_lock_retry_microtime": 0 }), ["min_lock_retry_microtime is 0", "1 to"]),
            (json!({ "data_attribute_type": "B" }), ["data_attribute_type is `B`", "`binary`"]),
        ] {
            let error = read(options).expect_err("it is out of range");
            assert!(parts.iter().all(|part| error.contains(part)), "{error}");
        }
    }

    #[test]
    fn options_that_contradict_each_other_are_refused() {
        let error = read(json!({ "id_separator": "#" })).expect_err("there is no name");
        assert!(error.contains("id_separator") && error.contains("session_name"), "{error}");
        let waits = json!({ "min_lock_retry_microtime": 2, "max_lock_retry_microtime": 1 });
        let error = read(waits).expect_err("the shortest is longer than the longest");
        assert!(error.contains("min_lock_retry"), "{error}");
    }

    #[test]
    fn batches_are_an_option_of_options() {
        let options = read(json!({ "batch_config": { "batch_size": 10, "delay": 0.5 } }));
        let batches = options.expect("they fit").batch_config.expect("it is set");
        assert_eq!((batches.batch_size, batches.delay), (10, Duration::from_millis(500)));
        let error = read(json!({ "batch_config": { "batch_size": 26 } })).expect_err("too many");
        assert!(error.contains("batch_size is 26: it must be 2 to 25"), "{error}");
        let error = read(json!({ "batch_config": { "pool_size": 2 } })).expect_err("not known");
        assert!(error.contains("pool_size"), "{error}");
    }

    #[test]
    fn variables_are_texts() {
        let options = Options::from_variables([
            ("SESSION_CONSISTENT_READ", "false"),
            ("SESSION_SESSION_LIFETIME", "60"),
            ("SESSION_CLOCK_SKEW", "0.25"),
            ("SESSION_SESSION_NAME", "PHPSESSID"),
            ("HOME", "/root"),
        ]);
        let options = options.expect("they fit");
        assert!(!options.consistent_read);
        assert_eq!(options.session_lifetime, 60);
        assert_eq!(options.clock_skew, Duration::from_millis(250));
        assert!(matches!(options.key_scheme(), KeyScheme::Named { .. }));
        let error = Options::from_variables([("SESSION_LOCKNG", "true")]).expect_err("a slip");
        assert!(error.to_string().contains("did you mean `locking`?"), "{error}");
        let error = Options::from_variables([("SESSION_LOCKING", "maybe")]).expect_err("no value");
        assert!(error.to_string().contains("bool"), "{error}");
    }
}
