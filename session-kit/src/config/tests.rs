//! The formats that are read, and the errors for everything else.

mod casts;
mod formats;
mod guide;
mod version_two;

use super::read::take;
use super::written::Written;
use crate::Config;
use serde_json::{Value, json};
use session_core::{KeyScheme, Lifetime};
use session_dynamodb::{DynamoDbStore, Profile, StaticCredentials};
use std::collections::BTreeSet;
use std::time::Duration;

fn read(options: Value) -> Result<Config, String> {
    serde_json::from_value(options).map_err(|error| error.to_string())
}

#[test]
fn the_defaults_are_those_of_php() {
    let options = Config::default();
    let empty = read(json!({})).expect("nothing is set");
    assert_eq!(format!("{empty:?}"), format!("{options:?}"));
    assert_eq!((options.session_lifetime, options.locking), (Duration::from_mins(24), false));
    assert_eq!(options.locks.max_lock_wait_time, Duration::from_secs(10));
    assert_eq!(options.locks.min_lock_retry, Duration::from_millis(10));
    assert_eq!(options.locks.max_lock_retry, Duration::from_millis(50));
}

#[test]
fn a_slip_is_reported_with_the_nearest_option() {
    for (slip, option) in [
        ("tablename", "table_name"),
        ("lock_leese", "lock_lease"),
        ("max_lock_wait", "max_lock_wait_time"),
        ("LOCKING", "locking"),
        ("session_life_time", "session_lifetime"),
    ] {
        let error = read(json!({ slip: 1 })).expect_err("it is a slip");
        let expected = format!("{slip} is no option: did you mean `{option}`?");
        assert!(error.contains(&expected), "{error}");
    }
}

#[test]
fn values_out_of_range_are_reported_with_the_range() {
    for (options, parts) in [
        (json!({ "session_lifetime": 0 }), ["session_lifetime is 0", "1 to"]),
        (json!({ "session_lifetime": 1.5 }), ["session_lifetime is 1.5", "whole seconds"]),
        (json!({ "clock_skew": -1 }), ["clock_skew is -1", "0 to 300 seconds"]),
        (json!({ "clock_skew": "6m" }), ["clock_skew is `6m`", "0 to 300 seconds"]),
        (json!({ "lock_lease": 1e9 }), ["lock_lease", "0.001 to 86400"]),
        (json!({ "php_lock_timeout": 0 }), ["php_lock_timeout is 0", "leave it out for never"]),
        (json!({ "request_timeout": 0 }), ["request_timeout is 0", "0.01 to 60 seconds"]),
        (json!({ "max_retries": 4_294_967_295_u64 }), ["max_retries is 4294967295", "0 to 100"]),
        (json!({ "scan_segments": 2_000_000 }), ["scan_segments is 2000000", "1 to 1000"]),
        (json!({ "endpoint": "" }), ["endpoint is ``", "leave it out for AWS"]),
        (json!({ "region": "" }), ["region is ``", "leave it out"]),
        (json!({ "table_name": "ab" }), ["table_name is `ab`", "3 to 255"]),
        (
            json!({ "batch_config": { "delay": 5000 } }),
            ["batch_config.delay is 5000", "PHP's `@http.delay` counts milliseconds"],
        ),
        (json!({ "min_lock_retry_microtime": -1 }), ["min_lock_retry_microtime is -1", "0 to"]),
        (json!({ "data_attribute_type": "B" }), ["data_attribute_type is `B`", "`binary`"]),
    ] {
        let error = read(options).expect_err("it is out of range");
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    }
}

#[test]
fn options_that_contradict_each_other_are_rejected() {
    let error = read(json!({ "id_separator": "#" })).expect_err("there is no name");
    assert!(error.contains("id_separator") && error.contains("session_name"), "{error}");
    let lease = json!({ "lock_lease": 1, "max_lock_retry_microtime": 2_000_000 });
    let error = read(lease).expect_err("a lease would be over before it is asked for again");
    assert!(error.starts_with("lock_lease"), "{error}");
    for (options, parts) in [
        (
            json!({ "optimistic": true, "locking": true }),
            ["optimistic and locking", "one of the two"],
        ),
        (
            json!({ "locking": true, "lock_lease": 2 }),
            ["request_timeout is 1s", "at most a third of lock_lease, 2s"],
        ),
        (
            json!({ "request_timeout": 5 }),
            ["operation_timeout is 4s", "at least request_timeout, 5s"],
        ),
        (
            json!({ "absolute_lifetime": "10m" }),
            ["absolute_lifetime is 600s", "at least session_lifetime, 1440s"],
        ),
        (
            json!({ "touch_threshold": "24m" }),
            ["touch_threshold is 1440s", "less than session_lifetime, 1440s"],
        ),
        (
            json!({ "profile": "async_aws", "table_name": "web", "absolute_lifetime": "1h" }),
            ["absolute_lifetime is set", "`async_aws` keeps none"],
        ),
        (json!({ "session_name": "", "collect_orphans": true }), ["collect_orphans", "key_scheme"]),
        (json!({ "lock_attribute": "data" }), ["is `data`", "each needs its own"]),
    ] {
        let error = read(options).expect_err("it cannot be both");
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    }
}

fn store() -> DynamoDbStore {
    let client = session_dynamodb::local_client("http://127.0.0.1:1");
    Config::default().dynamodb_store(client).expect("the defaults fit")
}

/// A value that is set in a field is checked as one that is read.
#[test]
fn fields_are_checked_where_sessions_are_built() {
    let changed = Config { session_lifetime: Duration::ZERO, ..Config::default() };
    let error = changed.sessions::<u64>(store()).expect_err("it is out of range").to_string();
    assert!(error.contains("session_lifetime is 0ns: it must be 1 to"), "{error}");
    let mut changed = Config::default();
    changed.dynamodb.endpoint = Some("localhost:8000".into());
    let client = session_dynamodb::local_client("http://127.0.0.1:1");
    for error in [
        changed.check().expect_err("it has no scheme"),
        changed.dynamodb_store(client).expect_err("it has no scheme"),
        changed.sessions::<u64>(store()).expect_err("it has no scheme"),
    ] {
        assert!(error.to_string().contains("endpoint is `localhost:8000`"), "{error}");
    }
}

#[test]
fn the_strategy_and_the_lifetime_are_those_of_the_options() {
    let client = || session_dynamodb::local_client("http://127.0.0.1:1");
    for options in [json!({}), json!({ "optimistic": true }), json!({ "locking": true })] {
        let config = read(options).expect("they fit");
        let store = config.dynamodb_store(client()).expect("they fit");
        config.sessions::<u64>(store).expect("they fit together");
    }
    let options = read(json!({ "profile": "aws_sdk_php", "optimistic": true }));
    let options = options.expect("content tells the version");
    let store = options.dynamodb_store(client()).expect("they fit");
    options.sessions_with(store, session_core::codec::RawString::new()).expect("they fit together");
    let options =
        json!({ "session_lifetime": "1h", "absolute_lifetime": "12h", "touch_threshold": 60 });
    let lifetime = read(options).expect("they fit").lifetime().expect("they fit together");
    let expected = Lifetime::idle(Duration::from_hours(1)).expect("it is one");
    let expected = expected.with_absolute(Duration::from_hours(12)).expect("it is longer");
    let expected = expected.with_touch_threshold(Duration::from_mins(1)).expect("it is shorter");
    assert_eq!(lifetime, expected);
}

#[test]
fn batches_are_an_option_of_options() {
    let options = read(json!({ "batch_config": { "batch_size": 10, "delay": 0.5 } }));
    let batches = options.expect("they fit").dynamodb.batch_config.expect("it is set");
    assert_eq!((batches.batch_size, batches.delay), (10, Duration::from_millis(500)));
    let error = read(json!({ "batch_config": { "batch_size": 26 } })).expect_err("too many");
    assert!(error.contains("batch_size is 26: it must be 2 to 25"), "{error}");
    let error = read(json!({ "batch_config": { "pool_size": 0 } })).expect_err("none at a time");
    assert!(error.contains("pool_size is 0: it must be 1 to 100"), "{error}");
}

#[test]
fn variables_are_texts() {
    let options = Config::from_variables([
        ("SESSION_CONSISTENT_READ", "false"),
        ("SESSION_SESSION_LIFETIME", "60"),
        ("SESSION_CLOCK_SKEW", "0.25"),
        ("SESSION_SESSION_NAME", "PHPSESSID"),
        ("HOME", "/root"),
    ]);
    let options = options.expect("they fit");
    assert!(!options.dynamodb.consistent_read);
    assert_eq!(options.session_lifetime, Duration::from_mins(1));
    assert_eq!(options.dynamodb.clock_skew, Duration::from_millis(250));
    assert!(matches!(options.key_scheme(), KeyScheme::Named { .. }));
    let error = Config::from_variables([("SESSION_LOCKNG", "true")]).expect_err("a slip");
    assert!(error.to_string().contains("did you mean `locking`?"), "{error}");
    let error = Config::from_variables([("SESSION_LOCKING", "maybe")]).expect_err("no value");
    assert!(error.to_string().contains("locking is `maybe`: it must be true or false"), "{error}");
}

#[test]
fn credentials_are_read_and_never_shown() {
    let full = json!({ "credentials": { "key": "AKIA1", "secret": "hush", "token": "quiet" } });
    let options = read(full).expect("they are whole");
    let expected = StaticCredentials::new("AKIA1", "hush").with_token("quiet");
    assert_eq!(options.dynamodb.credentials, Some(expected));
    let shown = format!(
        "{options:?} {:?}",
        options.dynamodb_store(session_dynamodb::local_client("http://127.0.0.1:1"))
    );
    assert!(["AKIA1", "hush", "quiet"].iter().all(|part| !shown.contains(part)), "{shown}");

    for nothing in
        [json!(null), json!([]), json!({}), json!(false), json!(""), json!({ "key": null })]
    {
        assert_eq!(
            read(json!({ "credentials": nothing })).expect("nothing is set").dynamodb.credentials,
            None
        );
    }
    for (credentials, start) in [
        (json!({ "key": "AKIA1" }), "credentials.secret is not set"),
        (json!({ "secret": "hush" }), "credentials.key is not set"),
        (json!({ "token": "quiet" }), "credentials.key is not set"),
        (json!({ "key": "AKIA1 ", "secret": "hush" }), "credentials.key is not shown here"),
        (json!({ "key": "AKIA1", "secret": "" }), "credentials.secret is not shown here"),
        (json!({ "key": 41, "secret": "hush" }), "credentials.key is not shown here"),
        (json!({ "key": "AKIA1", "secret": ["hush"] }), "credentials.secret is not shown here"),
        (
            json!({ "key": "AKIA1", "secret": "hush", "expires": 1 }),
            "credentials.expires is no option",
        ),
        (json!("AKIA1:hush"), "credentials is not shown here"),
        (json!(["AKIA1", "hush"]), "credentials is not shown here"),
    ] {
        let error = read(json!({ "credentials": credentials })).expect_err("they are not whole");
        assert!(error.starts_with(start), "{error}");
        assert!(["AKIA1", "hush", "41"].iter().all(|part| !error.contains(part)), "{error}");
    }
    let variables = [("SESSION_CREDENTIALS_KEY", "AKIA1"), ("SESSION_CREDENTIALS_SECRET", "hush")];
    let options = Config::from_variables(variables).expect("they are whole");
    assert_eq!(options.dynamodb.credentials, Some(StaticCredentials::new("AKIA1", "hush")));
    let empty = [("SESSION_CREDENTIALS_KEY", ""), ("SESSION_CREDENTIALS_SECRET", "")];
    assert_eq!(Config::from_variables(empty).expect("nothing is set").dynamodb.credentials, None);
    let error = Config::from_variables([("SESSION_CREDENTIALS", "hush")]).expect_err("it is text");
    assert!(!error.to_string().contains("hush"), "{error}");
}

/// Every option that there is.
fn known() -> Vec<&'static str> {
    let mut nothing = Written::of_entries([]).ok().expect("nothing is set");
    take(&mut nothing).ok().expect("the defaults fit together");
    nothing.asked().iter().map(|asked| asked.option).collect()
}

#[test]
fn every_option_is_asked_for_once() {
    let known = known();
    assert_eq!(known.len(), known.iter().collect::<BTreeSet<_>>().len());
}

/// The fields of a structure, as its `Debug` shows them.
fn fields(shown: &str) -> BTreeSet<&str> {
    let fields = shown.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(": "));
    fields.map(|(field, _)| field).filter(|field| !field.starts_with(' ')).collect()
}

#[test]
fn the_options_that_are_known_are_the_fields_of_the_structures() {
    let config = Config::default();
    let [all, locks, sqlite, dynamodb] = [
        format!("{config:#?}"),
        format!("{:#?}", config.locks),
        format!("{:#?}", config.sqlite),
        format!("{:#?}", config.dynamodb_options()),
    ];
    let all = [all, locks, sqlite, dynamodb];
    let mut all: BTreeSet<_> = all.iter().flat_map(|shown| fields(shown)).collect();
    for structure in ["memory", "sqlite", "dynamodb", "locks"] {
        assert!(all.remove(structure), "its fields are options");
    }
    for retry in ["min_lock_retry", "max_lock_retry"] {
        assert!(all.remove(retry), "PHP's name says the unit too");
    }
    all.extend(["min_lock_retry_microtime", "max_lock_retry_microtime"]);
    assert!(all.remove("key_scheme"), "it is made of session_name and id_separator");
    assert!(all.remove("path"), "the option names the store, too");
    all.extend(["sqlite_path", "max_sessions", "max_bytes"]);
    assert_eq!(all, known().into_iter().collect());
}

#[test]
fn an_invalid_value_is_reported_with_the_name_of_its_option() {
    for option in known() {
        for value in [json!([1]), json!({ "key": 1 })] {
            let error = read(json!({ option: value })).expect_err("it is no value of any option");
            assert!(error.starts_with(option), "{error}");
            assert!(!error.contains("bool") && !error.contains("Raw"), "{error}");
        }
    }
    for option in ["batch_size", "delay", "pool_size", "autoflush"] {
        let wrong = json!({ "batch_config": { option: "some" } });
        let error = read(wrong).expect_err("it is a word");
        let start = format!("batch_config.{option} is `some`: it must be");
        assert!(error.starts_with(&start), "{error}");
    }
    let twice = serde_json::from_str::<Config>(r#"{ "locking": true, "locking": false }"#);
    let error = twice.expect_err("which of the two?").to_string();
    assert!(error.starts_with("locking is set twice"), "{error}");
}

#[test]
fn a_value_that_is_null_is_not_set() {
    let defaults = format!("{:?}", Config::default());
    for option in known() {
        let options = read(json!({ option: null })).expect("nothing is set");
        assert_eq!(format!("{options:?}"), defaults);
    }
}

#[test]
fn a_configuration_of_nothing_is_taken_however_it_is_spelled() {
    let defaults = format!("{:?}", Config::default());
    for nothing in [json!([]), json!({}), json!(null)] {
        assert_eq!(format!("{:?}", read(nothing).expect("nothing is set")), defaults);
    }
    for other in [json!([1]), json!("locking"), json!(1)] {
        let error = read(other).expect_err("it is no configuration");
        assert!(error.contains("it must be a map of options"), "{error}");
    }
    Config::of_profile(Profile::AwsSdkPhp, json!([])).expect("PHP writes its empty array so");
}

#[test]
fn an_option_of_php_is_taken_where_it_says_what_happens_anyway() {
    for options in [
        json!({ "consistent_reads": true, "session_locking": false, "session_lifetime": 1440 }),
        json!({ "consistent_reads": "1", "session_locking": 0 }),
        json!({ "consistent_reads": false, "consistent_read": false }),
        json!({ "credentials": null, "dynamodb_client": null, "version": "2012-08-10" }),
        json!({ "credentials": [], "version": "latest", "automatic_gc": 0 }),
        json!({ "locking_strategy": "pessimistic", "locking": true, "gc_operation_delay": 0 }),
        json!({ "batch_config": { "before": null, "error": null } }),
    ] {
        read(options.clone()).unwrap_or_else(|error| panic!("{options}: {error}"));
    }
    for (options, start) in [
        (json!({ "consistent_reads": false }), "consistent_reads of PHP has no place here"),
        (json!({ "session_locking": true }), "session_locking of PHP has no place here"),
        (json!({ "version": "2011-12-05" }), "version of PHP"),
    ] {
        let error = read(options).expect_err("it says what is not done");
        assert!(error.starts_with(start), "{error}");
        assert!(!error.contains("AKIA") && !error.contains("s3"), "{error}");
    }
}
