//! What is refused before anything is sent.

use super::Migration;
use crate::{Options, Profile, local_client};
use session_core::ErrorKind;
use session_core::store::PayloadKind;
use std::sync::Arc;

fn options(text: &str) -> Options {
    serde_json::from_str(text).expect("they are options")
}

/// Why there is no such migration.
fn refusal(from: &Options, to: &Options) -> String {
    let store = from.store(local_client("http://127.0.0.1:1")).build().expect("it fits");
    let refused = Migration::new(Arc::new(store), from, to, |_| true);
    let error = refused.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::Config);
    error.to_string()
}

#[test]
fn what_is_not_converted_is_rejected_by_name() {
    let from = options(r#"{"profile": "aws_sdk_php"}"#);
    for (to, named) in [
        (r#"{"profile": "aws_sdk_php", "table_name": "web"}"#, "table_name"),
        (r#"{"profile": "aws_sdk_php", "session_name": "SID"}"#, "session_name"),
        (
            r#"{"profile": "async_aws", "table_name": "sessions", "id_separator": "-"}"#,
            "id_separator",
        ),
        ("{}", "keys stay"),
        (r#"{"profile": "aws_sdk_php", "hash_key": "key"}"#, "#key is `id` and is to be `key`"),
        (r#"{"profile": "aws_sdk_php", "data_attribute": "d"}"#, "#data"),
        (r#"{"profile": "aws_sdk_php", "session_lifetime_attribute": "e"}"#, "#expires"),
    ] {
        let refusal = refusal(&from, &options(to));
        assert!(refusal.contains(named), "{refusal}");
    }
}

#[test]
fn what_items_do_not_show_is_not_compared() {
    let from = options(r#"{"profile": "aws_sdk_php"}"#);
    let to = options(
        r#"{"profile": "aws_sdk_php", "session_lifetime": 60, "locking": true, "lock_lease": 10,
            "consistent_read": false, "region": "eu-west-3", "endpoint": "http://elsewhere",
            "batch_config": {"batch_size": 2}}"#,
    );
    let store = from.store(local_client("http://127.0.0.1:1")).build().expect("it fits");
    Migration::new(Arc::new(store), &from, &to, |_| true).expect("the items are the same");
}

#[test]
fn forms_that_no_handler_has_are_rejected() {
    let from = options("{}");
    let mut both = options(r#"{"base64": true}"#);
    both.data_attribute_type = PayloadKind::Binary;
    assert!(refusal(&from, &both).contains("one of the two"));
    let php = options(r#"{"profile": "async_aws", "table_name": "sessions"}"#);
    let mut binary = php.clone();
    binary.data_attribute_type = PayloadKind::Binary;
    assert!(refusal(&php, &binary).contains("keeps strings"));
}

#[test]
fn a_store_of_other_options_is_rejected() {
    let (from, other) = (options("{}"), options(r#"{"data_attribute": "payload"}"#));
    let store = other.store(local_client("http://127.0.0.1:1")).build().expect("it fits");
    let refused = Migration::new(Arc::new(store), &from, &from, |_| true);
    assert_eq!(refused.expect_err("it is another").kind(), ErrorKind::Config);
}

#[test]
fn names_of_tags_matter_only_where_there_are_tags() {
    let from = options(r#"{"session_name": "PHPSESSID", "version_attribute": "v"}"#);
    let to = options(r#"{"profile": "aws_sdk_php"}"#);
    let store = from.store(local_client("http://127.0.0.1:1")).build().expect("it fits");
    Migration::new(Arc::new(store), &from, &to, |_| true).expect("the tags go");
    assert_eq!(to.profile, Some(Profile::AwsSdkPhp));
}
