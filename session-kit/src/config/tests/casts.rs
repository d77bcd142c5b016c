//! Values as PHP casts them.

use super::{Config, Value, json, read};
use std::time::Duration;

/// A value that is no map has the same spelling in TOML and in JSON.
pub(super) fn toml_of(value: &Value) -> String {
    let Some(map) = value.as_object() else { return value.to_string() };
    let entries: Vec<_> =
        map.iter().map(|(name, value)| format!("{name} = {}", toml_of(value))).collect();
    format!("{{ {} }}", entries.join(", "))
}

/// Checks that all these values of an option are read as the first one.
///
/// Each is checked in every format that has it.
fn alike(option: &str, values: &[Value]) {
    let shown = |options: Config| format!("{options:?}");
    let plain = shown(read(json!({ option: values[0] })).expect("it is the plain spelling"));
    for value in values {
        let json = read(json!({ option: value })).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(shown(json), plain, "{option} = {value} as JSON");
        let toml: Config = toml::from_str(&format!("{option} = {}", toml_of(value)))
            .unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(shown(toml), plain, "{option} = {value} as TOML");
        let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        if !value.is_object() {
            let variable = format!("SESSION_{}", option.to_ascii_uppercase());
            let variables = Config::from_variables([(variable, text)]);
            let variables = variables.unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(shown(variables), plain, "{option} = {value} as a variable");
        }
    }
}

#[test]
fn values_are_read_as_php_would_cast_them() {
    for option in ["locking", "consistent_read", "base64"] {
        alike(
            option,
            &[json!(true), json!(1), json!("1"), json!("true"), json!(1.0), json!("TRUE")],
        );
        alike(option, &[json!(false), json!(0), json!("0"), json!("false"), json!(""), json!(0.0)]);
    }
    for option in ["min_lock_retry_microtime", "max_lock_retry_microtime", "session_lifetime"] {
        let whole = [json!(10_000), json!(1e4), json!("10000"), json!("10000.0"), json!(" 1e4 ")];
        alike(option, &whole);
    }
    for option in ["min_lock_retry_microtime", "max_lock_retry_microtime"] {
        alike(option, &[json!(1), json!(0), json!("0")]);
    }
    let seconds =
        ["max_lock_wait_time", "lock_lease", "max_lock_hold", "clock_skew", "php_lock_timeout"];
    for option in seconds {
        alike(option, &[json!(40), json!(40.0), json!("40"), json!("40.0"), json!("4e1")]);
        alike(
            option,
            &[json!(40), json!("40s"), json!("40000ms"), json!(" 0.5m 10s "), json!("40 seconds")],
        );
    }
    for option in ["min_lock_retry_microtime", "max_lock_retry_microtime"] {
        alike(option, &[json!(20_000), json!("20ms"), json!("0.02s")]);
    }
    alike("session_lifetime", &[json!(3_600), json!("1h"), json!("60m")]);
    let batches = |size: Value, pool: Value, flush: Value| json!({ "batch_size": size, "pool_size": pool, "autoflush": flush });
    let plain = batches(json!(10), json!(1), json!(true));
    let texts = batches(json!("10"), json!("1"), json!("1"));
    alike("batch_config", &[plain, texts, batches(json!(10.0), json!(1.0), json!(1))]);
}

#[test]
fn what_is_neither_is_rejected() {
    for (option, values) in [
        ("locking", [json!(2), json!("maybe"), json!(0.5), json!(-1)]),
        ("session_lifetime", [json!("1.5s"), json!("an hour"), json!(true), json!("")]),
        ("min_lock_retry_microtime", [json!(0.5), json!(1e300), json!("inf"), json!("NaN")]),
        ("clock_skew", [json!("NaN"), json!("a second"), json!(true), json!(-0.5)]),
        (
            "max_lock_hold",
            [json!("-5s"), json!("5x"), json!("99999999999999999999d"), json!("5 5")],
        ),
        ("table_name", [json!(1), json!(true), json!(0.5), json!({})]),
    ] {
        for value in values {
            let error = read(json!({ option: value })).expect_err("it is no such value");
            assert!(error.starts_with(&format!("{option} is ")), "{error}");
        }
    }
}

#[test]
fn what_php_makes_of_delays_is_made_of_them_here() {
    let options = json!({ "min_lock_retry_microtime": 60_000, "max_lock_wait_time": 0 });
    let options = read(options).expect("PHP takes it");
    assert_eq!(options.locks.min_lock_retry, Duration::from_millis(50));
    assert_eq!(options.locks.max_lock_retry, Duration::from_millis(60));
    assert_eq!(options.locks.max_lock_wait_time, Duration::from_micros(1), "one attempt");
}
