//! The store reads sessions of PHP's handlers, and writes them as the handlers do.

use crate::recordings::{Recorded, WRITERS, options, recorded_items, set};
use crate::support::{Bench, key};
use aws_sdk_dynamodb::types::AttributeValue;
use session_core::codec::{Base64, Codec, RawBytes, RawString};
use session_core::store::{Expect, Freshness, Payload, PayloadKind, Record, SessionStore};
use session_core::time::EpochMillis;
use session_core::{Committed, ErrorKind, LastWriteWins, Lifetime, SessionId, Sessions};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// Puts the item into the table, and sets the clock to the time of its write.
async fn bench_with(recorded: &Recorded) -> Bench {
    let options = options(&recorded.writer);
    let bench = Bench::with(move |builder| set(&options, builder)).await;
    let AttributeValue::N(expires) = &recorded.item["expires"] else {
        panic!("expiries are numbers");
    };
    let written = expires.parse::<u64>().expect("it is a whole number") - 3_600;
    bench.clock.set(EpochMillis::from_epoch_millis(written * 1_000));
    let put = bench.server.client().put_item().table_name("sessions");
    put.set_item(Some(recorded.item.clone())).send().await.expect("it can be put");
    bench
}

fn sessions<T: 'static>(bench: &Bench, recorded: &Recorded, codec: impl Codec<T>) -> Sessions<T> {
    let mut options = options(&recorded.writer);
    options.session_name.clone_from(&recorded.session_name);
    let builder = session_dynamodb::DynamoDbStore::builder(bench.server.client(), "sessions");
    let store = set(&options, builder).clock(bench.clock.clone()).build().expect("they fit");
    Sessions::builder(LastWriteWins::new(Arc::new(store)), codec)
        .key_scheme(options.key_scheme())
        .lifetime(Lifetime::idle(Duration::from_hours(1)).expect("it is one"))
        .clock(bench.clock.clone())
        .build()
        .expect("they fit")
}

/// Changes the data and changes it back. Returns the item and the data.
async fn written_back<T>(
    recorded: &Recorded,
    codec: impl Codec<T>,
    other: T,
) -> (HashMap<String, AttributeValue>, T)
where
    T: Clone + Debug + Default + PartialEq + 'static,
{
    let bench = bench_with(recorded).await;
    let sessions = sessions(&bench, recorded, codec);
    let open = || async {
        let session = sessions.open(Some(&recorded.session_id)).await.expect("it opens");
        assert!(!session.is_new(), "{} is not found by its id", recorded.writer);
        session
    };
    let mut session = open().await;
    let data = session.data().clone();
    session.data_mut().clone_from(&other);
    let _ = session.commit().await.expect("it commits");
    let mut session = open().await;
    assert_eq!(*session.data(), other);
    session.data_mut().clone_from(&data);
    let committed = session.commit().await.expect("it commits");
    assert!(matches!(committed, Committed::Stored { new_id: false, .. }), "{committed:?}");
    let AttributeValue::S(id) = &recorded.item["id"] else { panic!("keys are text") };
    (bench.item(&key(id)).await.expect("it is there"), data)
}

#[tokio::test]
async fn every_recorded_item_is_read_and_written_back_to_the_byte() {
    let mut writers = BTreeSet::new();
    for recorded in recorded_items() {
        let options = options(&recorded.writer);
        let (item, data) = if options.base64 {
            written_back(&recorded, Base64::new(RawBytes::new()), b"\xff".to_vec()).await
        } else if options.data_attribute_type == PayloadKind::Binary {
            written_back(&recorded, RawBytes::new(), b"\xff".to_vec()).await
        } else {
            let (item, text) =
                written_back(&recorded, RawString::new(), "other|N;".to_owned()).await;
            (item, text.into_bytes())
        };
        assert_eq!(item, recorded.item, "{} of {}", recorded.writer, recorded.session_id);
        assert_eq!(data.is_empty(), !recorded.item.contains_key("data"));
        writers.insert(recorded.writer);
    }
    assert_eq!(writers, WRITERS.map(ToOwned::to_owned).into());
}

#[tokio::test]
async fn what_is_read_is_the_data_as_it_was_stored() {
    for recorded in recorded_items() {
        let bench = bench_with(&recorded).await;
        let AttributeValue::S(id) = &recorded.item["id"] else { panic!("keys are text") };
        let found = bench.read(&key(id)).await;
        let expected = match recorded.item.get("data") {
            Some(AttributeValue::S(text)) => Payload::text(text.as_str()),
            Some(AttributeValue::B(bytes)) => Payload::binary(bytes.as_ref()),
            _ if recorded.writer == "aws-sdk-php-binary" => Payload::binary([]),
            _ => Payload::text(""),
        };
        assert!(found.record.payload == expected, "{}", recorded.writer);
        bench.clock.advance(Duration::from_hours(1));
        assert_eq!(
            bench.store.load(&key(id), Freshness::AsConfigured).await.expect("it is read"),
            None
        );
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_rejected_and_the_way_out_is_named() {
    let bench = Bench::with(|builder| set(&options("aws-sdk-php"), builder)).await;
    let (key, version) = (key("PHPSESSID_abc"), crate::support::version());
    let record = Record { payload: Payload::binary([0xff]), ..crate::support::record("") };
    let created = bench.store.create(&key, &record, &version).await.expect_err("it is no text");
    let mut change = crate::support::change("", session_core::store::LockDisposition::Keep);
    change.payload = record.payload;
    let update = bench.store.update(&key, &change, &Expect::PRESENT, &version).await;
    for error in [created, update.expect_err("it is no text")] {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("data_attribute_type = \"binary\""), "{error}");
    }
    assert!(bench.wire.take_log().is_empty());
}

#[tokio::test]
async fn a_profile_knows_no_absolute_timeout() {
    let bench = Bench::with(|builder| set(&options("aws-sdk-php"), builder)).await;
    let lifetime = Lifetime::default().with_absolute(Duration::from_hours(12)).expect("it is one");
    let strategy = LastWriteWins::new(Arc::new(bench.store));
    let built = Sessions::builder(strategy, RawString::new()).lifetime(lifetime).build();
    assert_eq!(built.expect_err("there is no deadline").kind(), ErrorKind::Config);
}

#[tokio::test]
async fn an_id_finds_the_same_item_with_and_without_the_separator_at_its_end() {
    let bench = Bench::with(|builder| set(&options("aws-sdk-php"), builder)).await;
    let scheme = options("aws-sdk-php").key_scheme();
    let keys = ["abc", "abc_"].map(|id| {
        let id = SessionId::parse(id).expect("it is one");
        scheme.key(&id).expect("something is left")
    });
    let record = crate::support::record("n|i:1;");
    bench.store.create(&keys[0], &record, &crate::support::version()).await.expect("it is new");
    assert_eq!(bench.data(&keys[1]).await.as_deref(), Some("n|i:1;"));
}
