//! Tests of migrations that are rejected before the first request.

use crate::support::named;
use session_cli::{DataEncoding, Migration};
use session_core::store::PayloadKind;
use session_core::{ErrorKind, KeyScheme, Result};
use session_dynamodb::{DynamoDbStore, DynamoDbStoreBuilder, Profile, local_client};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

const NOBODY: &str = "http://127.0.0.1:1";

/// The settings of PHP's handler.
fn php() -> DynamoDbStoreBuilder {
    builder("sessions").key_scheme(named("PHPSESSID", "_")).profile(Profile::AwsSdkPhp)
}

fn builder(table: &str) -> DynamoDbStoreBuilder {
    DynamoDbStore::builder(local_client(NOBODY), table)
}

fn store(builder: DynamoDbStoreBuilder) -> DynamoDbStore {
    builder.build().expect("the settings fit")
}

fn migration(
    from: DynamoDbStoreBuilder,
    to: DynamoDbStoreBuilder,
    encoding: DataEncoding,
) -> Result<Migration> {
    Migration::new(Arc::new(store(from)), &store(to), encoding, |_| true)
}

/// The error for an impossible migration.
fn rejection(from: DynamoDbStoreBuilder, to: DynamoDbStoreBuilder) -> String {
    let error = migration(from, to, DataEncoding::String).expect_err("it is rejected");
    assert_eq!(error.kind(), ErrorKind::Config);
    error.to_string()
}

#[test]
fn what_is_not_converted_is_rejected_by_name() {
    for (to, named) in [
        (builder("web").key_scheme(named("PHPSESSID", "_")), "table_name"),
        (php().key_scheme(named("SID", "_")), "session_name"),
        (php().key_scheme(named("PHPSESSID", "-")), "id_separator"),
        (builder("sessions").key_scheme(KeyScheme::Hashed), "keeps the keys"),
        (php().hash_key("key"), "#key is `id` in the source and `key` in the target"),
        (php().data_attribute("d"), "#data"),
        (php().session_lifetime_attribute("e"), "#expires"),
    ] {
        let rejection = rejection(php(), to);
        assert!(rejection.contains(named), "{rejection}");
    }
}

#[test]
fn what_items_do_not_show_is_not_compared() {
    let to = DynamoDbStore::builder(local_client("http://elsewhere"), "sessions")
        .key_scheme(named("PHPSESSID", "_"))
        .profile(Profile::AwsSdkPhp)
        .locking(true)
        .php_lock_timeout(Duration::from_mins(1))
        .consistent_read(false)
        .transactions(false)
        .scan_segments(NonZeroUsize::MIN)
        .max_retries(0);
    migration(php(), to, DataEncoding::String).expect("the items are the same");
}

#[test]
fn an_encoding_of_another_type_than_the_targets_is_rejected() {
    let binary = || php().data_attribute_type(PayloadKind::Binary);
    for (to, encoding) in [
        (php(), DataEncoding::Binary),
        (binary(), DataEncoding::String),
        (binary(), DataEncoding::Base64),
    ] {
        let error = migration(php(), to, encoding).expect_err("the types differ");
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = error.to_string();
        assert!(text.contains("data_attribute_type") && text.contains(encoding.name()), "{text}");
    }
    let error = php().profile(Profile::AsyncAws).data_attribute_type(PayloadKind::Binary).build();
    assert!(error.expect_err("no handler has it").to_string().contains("keeps strings"));
}

#[test]
fn a_store_that_does_not_know_its_keys_is_rejected() {
    let text = rejection(builder("sessions"), php());
    assert!(text.contains("key_scheme"), "{text}");
    let to_any = migration(php(), builder("sessions"), DataEncoding::String);
    to_any.expect("keys stay, whatever the target says of them");
}

#[test]
fn names_of_tags_matter_only_where_there_are_tags() {
    let tagging = |version| {
        builder("sessions").key_scheme(named("PHPSESSID", "_")).version_attribute(version)
    };
    migration(tagging("v"), php(), DataEncoding::String).expect("the tags go");
    let text = rejection(tagging("v"), tagging("version"));
    assert!(text.contains("#version is `v` in the source and `version` in the target"), "{text}");
}
