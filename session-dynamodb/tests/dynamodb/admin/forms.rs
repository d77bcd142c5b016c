//! Tests of the possible conversions between forms of sessions.

use crate::support::key;
use session_core::store::{Payload, PayloadKind};
use session_core::{ErrorKind, KeyScheme};
use session_dynamodb::admin::TableForm;
use session_dynamodb::{DynamoDbStore, DynamoDbStoreBuilder, Profile, local_client};

fn builder(table: &str) -> DynamoDbStoreBuilder {
    DynamoDbStore::builder(local_client("http://127.0.0.1:1"), table)
}

fn hashed() -> DynamoDbStoreBuilder {
    builder("sessions").key_scheme(KeyScheme::Hashed)
}

fn form(builder: DynamoDbStoreBuilder) -> TableForm {
    TableForm::of(&builder.build().expect("the settings fit"))
}

#[test]
fn a_form_that_differs_in_what_stays_is_no_target() {
    for (target, named) in [
        (builder("web").key_scheme(KeyScheme::Hashed), "table_name"),
        (builder("sessions").key_scheme(KeyScheme::Plain), "keeps the keys"),
        (hashed().hash_key("key"), "#key is `id` in the source and `key` in the target"),
        (hashed().lock_attribute("held"), "#lock"),
        (hashed().version_attribute("tag"), "#version"),
    ] {
        let error = form(hashed()).check_conversion_to(&form(target)).expect_err("it differs");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(named), "{error}");
    }
    let error = form(builder("sessions")).check_conversion_to(&form(hashed()));
    assert!(error.expect_err("whose keys?").to_string().contains("key_scheme"));
}

#[test]
fn a_form_that_differs_in_data_and_tags_is_a_target() {
    let shared = |tag| builder("sessions").profile(Profile::AwsSdkPhp).version_attribute(tag);
    for target in
        [hashed().data_attribute_type(PayloadKind::Binary), shared("version"), shared("v")]
    {
        form(hashed()).check_conversion_to(&form(target)).expect("that is converted");
    }
}

#[test]
fn a_form_without_tags_has_room_for_more() {
    let (tags, none) = (form(hashed()), form(builder("sessions").profile(Profile::AwsSdkPhp)));
    assert!(tags.has_tags() && !none.has_tags());
    let most = (0..400 * 1024).rev().find(|length| {
        let payload = Payload::binary(vec![0; *length]);
        tags.has_room_for(&key("a"), &payload)
    });
    let more = Payload::binary(vec![0; most.expect("there is room for some") + 1]);
    assert!(none.has_room_for(&key("a"), &more) && !tags.has_room_for(&key("a"), &more));
    assert_eq!((tags.data_kind(), none.data_kind()), (PayloadKind::Text, PayloadKind::Text));
}
