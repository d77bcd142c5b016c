//! Tests of the classification of items, a page at a time.

use super::{bench, examine_all, examined, given, given_data};
use crate::support::{Bench, START, key, number, text};
use crate::wire::Fate;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use session_core::error::Operation;
use session_core::store::{Cursor, Key, Payload};
use session_core::{ErrorKind, KeyScheme};
use session_dynamodb::admin::{DataAttribute, ExaminedItem, ItemState, LockState, TableAdmin};
use session_dynamodb::{DynamoDbStore, Profile};
use std::num::NonZeroUsize;
use std::sync::Arc;

const DENIED: Fate = Fate::Answer(400, r#"{"__type":"x#AccessDeniedException"}"#);

fn bytes(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

fn lock_until(millis: u64) -> AttributeValue {
    text(&format!("{millis:013};AAAAAAAAAAAAAAAAAAAAAA"))
}

async fn only(bench: &Bench, admin: &TableAdmin, key: &Key) -> ExaminedItem {
    let mut found = examined(admin).await;
    assert_eq!(found.len(), 1);
    let delete = bench.server.client().delete_item().table_name("sessions");
    delete.key("id", text(key.as_str())).send().await.expect("it is deleted");
    found.remove(0)
}

#[tokio::test]
async fn an_item_is_live_expired_orphaned_or_foreign() {
    let (admin, bench) = bench().await;
    let (live, over) = (("expires", number(START + 1)), ("expires", number(START)));
    for (name, attributes, state) in [
        ("SID_a", vec![live.clone()], ItemState::Live),
        ("SID_a", vec![over.clone()], ItemState::Expired),
        ("SID_a", vec![], ItemState::Orphaned),
        ("SID_a", vec![("lock", number(1))], ItemState::Orphaned),
        ("SID_a", vec![("note", text("another's"))], ItemState::Foreign),
        ("SID_a", vec![("expires", text("soon"))], ItemState::Foreign),
        ("SID_a", vec![live.clone(), ("data", number(1))], ItemState::Foreign),
        ("SID_admin_a", vec![live.clone()], ItemState::Foreign),
        ("USER#1", vec![over], ItemState::Foreign),
    ] {
        let key = key(name);
        bench.put(&key, &attributes).await;
        let found = only(&bench, &admin, &key).await;
        assert_eq!((found.state(), found.key()), (state, &key), "{name}: {attributes:?}");
    }
}

#[tokio::test]
async fn a_lock_is_none_held_php_s_or_lapsed() {
    let (admin, bench) = bench().await;
    let now = START * 1_000;
    for (lock, state) in [
        (None, LockState::None),
        (Some(lock_until(now + 1)), LockState::Held),
        // A second of clock skew is the default.
        (Some(lock_until(now - 999)), LockState::Held),
        (Some(lock_until(now - 1_000)), LockState::Lapsed),
        (Some(number(1)), LockState::Php),
    ] {
        let attributes: Vec<_> = lock.into_iter().map(|lock| ("lock", lock)).collect();
        let key = given(&bench, "a", &attributes).await;
        let found = only(&bench, &admin, &key).await;
        assert_eq!((found.state(), found.lock()), (ItemState::Live, state), "{attributes:?}");
    }
}

#[tokio::test]
async fn data_is_a_string_bytes_absent_or_another_value() {
    let (admin, bench) = bench().await;
    for (data, expected) in [
        (None, DataAttribute::Absent),
        (Some(text("data")), DataAttribute::Payload(Payload::text("data"))),
        (Some(bytes(b"data")), DataAttribute::Payload(Payload::binary(*b"data"))),
        (Some(number(1)), DataAttribute::Other),
        (Some(AttributeValue::Bool(true)), DataAttribute::Other),
    ] {
        let attributes: Vec<_> = data.into_iter().map(|data| ("data", data)).collect();
        let key = given(&bench, "a", &attributes).await;
        assert_eq!(only(&bench, &admin, &key).await.data(), expected);
    }
}

#[tokio::test]
async fn tags_are_seen_under_a_profile_too() {
    let (_, bench) = bench().await;
    let name = KeyScheme::Named { name: "SID".into(), separator: "_".into() };
    let builder = DynamoDbStore::builder(bench.server.client(), "sessions");
    let builder = builder.profile(Profile::AwsSdkPhp).key_scheme(name).clock(bench.clock.clone());
    let admin = TableAdmin::new(Arc::new(builder.build().expect("the settings fit")));
    for (attributes, has_tags) in [
        (vec![("version", bytes(&[7; 16]))], true),
        (vec![("deadline", number(START + 60))], true),
        (vec![("idle", number(60))], true),
        (vec![], false),
        // An item of another program that uses the attribute names of tags.
        (vec![("version", text("1.2")), ("deadline", text("soon")), ("idle", text("long"))], false),
    ] {
        let key = given(&bench, "a", &attributes).await;
        let found = only(&bench, &admin, &key).await;
        assert_eq!((found.has_tags(), found.state()), (has_tags, ItemState::Live));
    }
}

#[tokio::test]
async fn a_page_is_bounded_and_the_next_one_follows_it() {
    let (admin, bench) = bench().await;
    for id in ["a", "b", "c", "d", "e"] {
        given_data(&bench, id, "data").await;
    }
    let (two, mut next, mut keys) = (NonZeroUsize::new(2).expect("it is two"), None, Vec::new());
    loop {
        let page = admin.examine(two, next.as_ref()).await;
        assert!(page.units > 0.0);
        let page = page.result.expect("it can be read");
        assert!(page.items.len() <= 2);
        keys.extend(page.items.iter().map(|item| item.key().as_str().to_owned()));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    keys.sort();
    assert_eq!(keys, ["SID_a", "SID_b", "SID_c", "SID_d", "SID_e"]);
    assert!(bench.wire.take_log().iter().all(|sent| sent.action == "Scan"));
}

#[tokio::test]
async fn the_parts_that_were_read_are_counted_if_another_one_fails() {
    let (_, bench) = bench().await;
    for number in 0..20 {
        given_data(&bench, &number.to_string(), "data").await;
    }
    let client = bench.wire.under(&bench.server.client());
    let builder = DynamoDbStore::builder(client, "sessions").clock(bench.clock.clone());
    let builder = builder.scan_segments(NonZeroUsize::new(2).expect("it is two"));
    let store = Arc::new(builder.build().expect("the settings fit"));
    bench.wire.plan([Fate::Pass, DENIED]);
    let page = TableAdmin::new(Arc::clone(&store)).examine(NonZeroUsize::MAX, None).await;
    let error = page.result.expect_err("one part may not be read");
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Denied, Operation::Migrate));
    assert!(page.units > 0.0);
    assert_eq!(examine_all(store, NonZeroUsize::MAX).await.expect("they may").len(), 20);
}

#[tokio::test]
async fn a_cursor_of_another_making_is_rejected() {
    let (admin, bench) = bench().await;
    let page = admin.examine(NonZeroUsize::MAX, Some(&Cursor::new("nonsense"))).await;
    let error = page.result.expect_err("it is not a walk's");
    assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidArgument, Operation::Migrate));
    assert!(bench.wire.take_log().is_empty());
}

#[tokio::test]
async fn debug_shows_neither_keys_nor_data() {
    let (admin, bench) = bench().await;
    for id in ["secret1", "secret2"] {
        given_data(&bench, id, "secret data").await;
    }
    let page = admin.examine(NonZeroUsize::MIN, None).await.result.expect("it can be read");
    assert!(page.next.is_some());
    let shown = format!("{page:?} {admin:?}");
    assert!(shown.contains("Live"), "{shown}");
    assert!(!shown.contains("secret") && !shown.contains("U0lEX3NlY3"), "{shown}");
}
