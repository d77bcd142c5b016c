//! The options of version 2 of the AWS SDK, and PHP's units for the same setting.

use super::{json, read};
use crate::Config;
use serde_json::Value;
use session_dynamodb::BatchConfig;
use std::time::Duration;

fn batches(options: Value) -> BatchConfig {
    read(options).expect("PHP takes it").dynamodb.batch_config.expect("it is set")
}

#[test]
fn a_locking_strategy_is_locking() {
    for (strategy, locks) in [
        (json!(null), false),
        (json!("null"), false),
        (json!("pessimistic"), true),
        (json!("pessemistic"), true),
    ] {
        let options = read(json!({ "locking_strategy": strategy })).expect("PHP takes it");
        assert_eq!(options.locking, locks, "{strategy}");
    }
    let variable = [("SESSION_LOCKING_STRATEGY", "pessimistic")];
    assert!(Config::from_variables(variable).expect("PHP takes it").locking);
}

#[test]
fn another_locking_strategy_is_rejected_with_the_four_that_there_are() {
    for strategy in [json!("optimistic"), json!(""), json!(true), json!("Pessimistic"), json!([1])]
    {
        let error = read(json!({ "locking_strategy": strategy })).expect_err("it is none");
        let expected = "it must be null, `null`, `pessimistic` or `pessemistic`";
        assert!(error.starts_with("locking_strategy is ") && error.contains(expected), "{error}");
    }
}

#[test]
fn a_locking_strategy_that_contradicts_locking_is_rejected_with_both_names() {
    for (strategy, locking, agree) in [
        (json!("pessimistic"), json!(true), true),
        (json!("null"), json!(false), true),
        (json!(null), json!(true), true),
        (json!("pessimistic"), json!(null), true),
        (json!("pessimistic"), json!(false), false),
        (json!("pessemistic"), json!(0), false),
        (json!("null"), json!(true), false),
    ] {
        let options = read(json!({ "locking_strategy": strategy, "locking": locking }));
        match options {
            Ok(options) => {
                assert!(agree, "{strategy} and {locking}");
                assert_eq!(options.locking, strategy != "null");
            }
            Err(error) => {
                assert!(!agree, "{strategy} and {locking}: {error}");
                let start = format!("locking_strategy is `{}` and locking is", text(&strategy));
                assert!(error.starts_with(&start), "{error}");
            }
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("it is text")
}

#[test]
fn the_size_and_the_delay_of_a_collection_are_those_of_batches() {
    let both = batches(json!({ "gc_batch_size": 10, "gc_operation_delay": "2" }));
    assert_eq!((both.batch_size, both.delay), (10, Duration::from_secs(2)));
    let size = batches(json!({ "gc_batch_size": 10 }));
    assert_eq!((size.batch_size, size.delay), (10, Duration::ZERO));
    let delay = batches(json!({ "gc_operation_delay": 0.5, "batch_config": { "pool_size": 3 } }));
    assert_eq!((delay.batch_size, delay.pool_size), (25, 3));
    assert_eq!(delay.delay, Duration::from_millis(500));
    assert!(
        read(json!({ "gc_batch_size": null })).expect("not set").dynamodb.batch_config.is_none()
    );
    for (options, start) in [
        (json!({ "gc_batch_size": 50 }), "gc_batch_size is 50: it must be 2 to 25"),
        (json!({ "gc_operation_delay": 61 }), "gc_operation_delay is 61: it must be 0 to 60 sec"),
        (
            json!({ "gc_batch_size": 10, "batch_config": { "batch_size": 25 } }),
            "gc_batch_size and batch_config.batch_size are set to different values",
        ),
        (
            json!({ "gc_operation_delay": 1, "batch_config": { "delay": 2 } }),
            "gc_operation_delay and batch_config.delay are set to different values",
        ),
    ] {
        let error = read(options).expect_err("it is one setting");
        assert!(error.starts_with(start), "{error}");
    }
    let same = json!({ "gc_batch_size": 10, "batch_config": { "batch_size": 10 } });
    assert_eq!(batches(same).batch_size, 10);
}

#[test]
fn the_delay_of_http_counts_milliseconds() {
    for delay in [json!({ "@http": { "delay": 5000 } }), json!({ "@http.delay": 5000 })] {
        assert_eq!(batches(json!({ "batch_config": delay })).delay, Duration::from_secs(5));
    }
    let same = json!({ "@http": { "delay": 5000 }, "delay": 5 });
    assert_eq!(batches(json!({ "batch_config": same })).delay, Duration::from_secs(5));
    for (config, start) in [
        (
            json!({ "@http": { "delay": 5000 }, "delay": 6 }),
            "batch_config.@http.delay and delay are set to different values",
        ),
        (json!({ "@http": { "delay": 60_001 } }), "batch_config.@http.delay is 60001: it must be"),
        (json!({ "@http.delay": -1 }), "batch_config.@http.delay is -1: it must be 0 to 60000 mil"),
        (json!({ "@http": { "timeout": 1 } }), "batch_config.@http.timeout is no option"),
    ] {
        let error = read(json!({ "batch_config": config })).expect_err("it does not fit");
        assert!(error.starts_with(start), "{error}");
    }
}

#[test]
fn automatic_collecting_is_rejected_with_the_ways_to_collect() {
    let error = read(json!({ "automatic_gc": true })).expect_err("requests collect nothing");
    for way in ["on a schedule", "`Collector`", "cron", "time to live"] {
        assert!(error.starts_with("automatic_gc of PHP") && error.contains(way), "{error}");
    }
    for off in [json!(false), json!(0), json!("0"), json!(null)] {
        read(json!({ "automatic_gc": off })).expect("nothing is collected anyway");
    }
}
