//! Tests of made-up ids of clients, under which PHP stores empty sessions.

use crate::recordings::{Recorded, WRITERS, options, recorded_items, set};
use crate::support::{Bench, key, number};
use aws_sdk_dynamodb::types::AttributeValue;
use session_core::codec::{Codec, RawBytes, RawString};
use session_core::sessions::{IdAlphabet, Presented};
use session_core::time::EpochMillis;
use session_core::{Committed, KeyScheme, LastWriteWins, Lifetime, SessionId, Sessions};
use session_dynamodb::{DynamoDbStore, Profile};
use session_locking::Pessimistic;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

fn key_of(recorded: &Recorded) -> session_core::store::Key {
    let AttributeValue::S(id) = &recorded.item["id"] else { panic!("keys are text") };
    key(id)
}

/// The recorded empty sessions of each handler.
fn empty() -> Vec<Recorded> {
    let is_empty = |recorded: &Recorded| match recorded.item.get("data") {
        None => true,
        Some(AttributeValue::S(text)) => text == "a:0:{}" || text == "YTowOnt9",
        Some(AttributeValue::B(bytes)) => bytes.as_ref() == b"a:0:{}",
        Some(_) => false,
    };
    recorded_items().into_iter().filter(is_empty).collect()
}

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

fn sessions<T: 'static>(
    bench: &Bench,
    recorded: &Recorded,
    locking: bool,
    codec: impl Codec<T>,
) -> Sessions<T> {
    let mut options = options(&recorded.writer);
    options.session_name.clone_from(&recorded.session_name);
    let builder = DynamoDbStore::builder(bench.wire.under(&bench.server.client()), "sessions");
    let store = Arc::new(set(&options, builder).clock(bench.clock.clone()).build().expect("it is"));
    let builder = if locking {
        Sessions::builder(Pessimistic::new(store), codec)
    } else {
        Sessions::builder(LastWriteWins::new(store), codec)
    };
    let lifetime = Lifetime::idle(Duration::from_hours(1)).expect("it is one");
    let builder = builder.key_scheme(options.key_scheme()).lifetime(lifetime);
    let builder = builder.rotate_empty(Profile::is_empty_session);
    builder.clock(bench.clock.clone()).build().expect("they fit")
}

/// Writes the first data to the empty session, and returns its new id.
async fn first_write<T: Default + 'static>(
    sessions: &Sessions<T>,
    recorded: &Recorded,
    data: T,
) -> SessionId {
    let mut session = sessions.open(Some(&recorded.session_id)).await.expect("it opens");
    assert_eq!(session.presented(), Presented::Known, "{}", recorded.writer);
    *session.data_mut() = data;
    let committed = session.commit().await.expect("it commits");
    let Committed::Stored { id, new_id: true, .. } = committed else { panic!("{committed:?}") };
    assert_ne!(id.secret(), recorded.session_id);
    id
}

async fn made_up(recorded: &Recorded, locking: bool) {
    let bench = bench_with(recorded).await;
    let binary = recorded.writer == "aws-sdk-php-binary";
    let id = if binary {
        let sessions = sessions(&bench, recorded, locking, RawBytes::new());
        first_write(&sessions, recorded, b"user|i:7;".to_vec()).await
    } else {
        let sessions = sessions(&bench, recorded, locking, RawString::new());
        first_write(&sessions, recorded, "user|i:7;".to_owned()).await
    };
    let what = format!("{}, locking: {locking}", recorded.writer);
    assert_eq!(bench.item(&key_of(recorded)).await, None, "{what}");
    let named = KeyScheme::Named { name: recorded.session_name.clone(), separator: "_".into() };
    let item = bench.item(&named.key(&id).expect("it has one")).await.expect("it is there");
    let data = match &item["data"] {
        AttributeValue::S(text) => text.as_bytes(),
        AttributeValue::B(bytes) => bytes.as_ref(),
        other => panic!("{other:?}"),
    };
    assert_eq!(data, b"user|i:7;", "{what}");
    assert!(!item.contains_key("lock"), "{what}");
}

#[tokio::test]
async fn an_empty_session_of_php_gets_a_fresh_id_with_its_first_data() {
    let mut writers = BTreeSet::new();
    for recorded in empty() {
        for locking in [false, true] {
            made_up(&recorded, locking).await;
        }
        writers.insert(recorded.writer);
    }
    assert_eq!(writers, WRITERS.map(ToOwned::to_owned).into());
}

#[tokio::test]
async fn ids_that_an_application_of_php_sets_itself_are_known_by_the_printable_alphabet() {
    let bench = Bench::with(|builder| builder.profile(Profile::AwsSdkPhp)).await;
    let store = Arc::new(
        DynamoDbStore::builder(bench.wire.under(&bench.server.client()), "sessions")
            .profile(Profile::AwsSdkPhp)
            .clock(bench.clock.clone())
            .build()
            .expect("it is one"),
    );
    let builder = || {
        Sessions::builder(LastWriteWins::new(Arc::clone(&store)), RawString::new())
            .key_scheme(options("aws-sdk-php").key_scheme())
            .clock(bench.clock.clone())
    };
    let (php, wide) = (builder(), builder().id_alphabet(IdAlphabet::Printable));
    let (php, wide) = (php.build().expect("it is"), wide.build().expect("it is"));
    for id in ["user@host", "a/b", "x.y:z+=", "user_7"] {
        let item = [("expires", number(1_700_003_600)), ("data", AttributeValue::S(id.into()))];
        bench.put(&key(&format!("PHPSESSID_{id}")), &item).await;
        let session = wide.open(Some(id)).await.expect("it opens");
        assert_eq!((session.presented(), &session.data()[..]), (Presented::Known, id));
        bench.wire.take_log();
        let session = php.open(Some(id)).await.expect("it opens");
        assert_eq!(session.presented(), Presented::Unacceptable);
        let session = php.read(Some(id)).await.expect("it opens");
        assert_eq!(session.presented(), Presented::Unacceptable);
        assert!(bench.wire.take_log().is_empty(), "nothing is sent for {id}");
    }
}
