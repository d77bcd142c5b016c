//! Tests of the table of Laravel's driver `dynamodb`, with options of the guide.

use aws_sdk_dynamodb::types::AttributeValue;
use session_kit::codec::RawString;
use session_kit::dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions};
use session_kit::random::OsRandom;
use session_kit::sessions::Presented;
use session_kit::store::{
    Acquired, Change, Expect, Key, LockDisposition, LockToken, LockingStore, Payload, SessionStore,
    Tag,
};
use session_kit::time::{Clock, EpochMillis, ManualClock};
use session_kit::{Committed, Config, ErrorKind, LastWriteWins, Sessions};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// The options of the guide, with Laravel's `cache.prefix` `laravel-cache-`.
const OPTIONS: [(&str, &str); 8] = [
    ("SESSION_PROFILE", "async_aws"),
    ("SESSION_TABLE_NAME", "cache"),
    ("SESSION_HASH_KEY", "key"),
    ("SESSION_DATA_ATTRIBUTE", "value"),
    ("SESSION_SESSION_LIFETIME_ATTRIBUTE", "expires_at"),
    ("SESSION_SESSION_NAME", "laravel-cache-"),
    ("SESSION_ID_SEPARATOR", ""),
    ("SESSION_SESSION_LIFETIME", "7200"),
];

const ID: &str = "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0";
const SESSION: &str = r#"s:6:"a:0:{}";"#;

fn config() -> Config {
    Config::from_variables(OPTIONS).expect("they fit")
}

struct Bench {
    server: EmbeddedDynamoDb,
    clock: ManualClock,
}

fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// The whole item that Laravel's cache puts at each write.
fn item(bench: &Bench, value: &str) -> HashMap<String, AttributeValue> {
    let expires = bench.clock.now().timestamp().as_epoch_seconds() + 7_200;
    let attributes = [
        ("key", text(&format!("laravel-cache-{ID}"))),
        ("value", text(value)),
        ("expires_at", number(expires)),
    ];
    attributes.map(|(name, value)| (name.to_owned(), value)).into()
}

async fn put(bench: &Bench, value: &str) {
    let put = bench.server.client().put_item().table_name("cache");
    put.set_item(Some(item(bench, value))).send().await.expect("it can be put");
}

async fn stored(bench: &Bench) -> HashMap<String, AttributeValue> {
    let get = bench.server.client().get_item().table_name("cache");
    let get = get.key("key", text(&format!("laravel-cache-{ID}"))).send().await;
    get.expect("it can be read").item.expect("it is there")
}

async fn bench() -> (Bench, Arc<DynamoDbStore>) {
    let server = EmbeddedDynamoDb::start().await.expect("the server starts");
    let clock = ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000));
    let bench = Bench { server, clock };
    let options = config().dynamodb_options();
    let builder = options.store(bench.server.client()).locking(true);
    let store = Arc::new(builder.clock(bench.clock.clone()).build().expect("they fit"));
    let table = TableOptions { time_to_live: false, ..TableOptions::default() };
    store.create_table(&table).await.expect("the table can be made");
    put(&bench, SESSION).await;
    (bench, store)
}

fn sessions(bench: &Bench, store: &Arc<DynamoDbStore>) -> Sessions<String> {
    Sessions::builder(LastWriteWins::new(Arc::clone(store)), RawString::new())
        .key_scheme(config().key_scheme())
        .lifetime(config().lifetime().expect("it is one"))
        .clock(bench.clock.clone())
        .build()
        .expect("they fit")
}

#[tokio::test]
async fn a_session_of_laravel_is_found_by_its_id_and_written_as_laravel_writes_it() {
    let (bench, store) = bench().await;
    let mut session = sessions(&bench, &store).open(Some(ID)).await.expect("it opens");
    assert_eq!((session.presented(), &session.data()[..]), (Presented::Known, SESSION));
    let changed = r#"s:17:"a:1:{i:0;s:1:"x";}";"#;
    changed.clone_into(session.data_mut());
    let committed = session.commit().await.expect("it commits");
    assert!(matches!(committed, Committed::Stored { new_id: false, .. }), "{committed:?}");
    assert_eq!(stored(&bench).await, item(&bench, changed));
}

#[tokio::test]
async fn what_laravel_writes_past_a_lock_stays_and_the_holder_is_reported() {
    let (bench, store) = bench().await;
    let key = Key::new(format!("laravel-cache-{ID}")).expect("it is not empty");
    let mine = LockToken::draw(&OsRandom);
    let acquired =
        store.acquire(&key, &mine, Duration::from_secs(30)).await.expect("it can be asked");
    let Acquired::Locked(snapshot) = acquired else { panic!("nobody holds it") };
    put(&bench, "s:1:\"x\";").await;
    let expect = Expect::lock(mine).and_version(snapshot.version);
    let expires = bench.clock.now().timestamp().saturating_add(Duration::from_hours(2));
    let payload = Payload::text("s:1:\"y\";");
    let change = Change { payload, expires, lifetime: None, lock: LockDisposition::Release };
    let lost =
        store.update(&key, &change, &expect, &Tag::draw(&OsRandom)).await.expect_err("it is lost");
    assert_eq!(lost.kind(), ErrorKind::LockLost);
    assert_eq!(stored(&bench).await, item(&bench, "s:1:\"x\";"));
}

#[tokio::test]
async fn a_number_of_the_cache_is_no_session() {
    let (bench, store) = bench().await;
    let mut item = item(&bench, "");
    item.insert("value".to_owned(), number(7));
    let put = bench.server.client().put_item().table_name("cache");
    put.set_item(Some(item)).send().await.expect("it can be put");
    let error = sessions(&bench, &store).open(Some(ID)).await.expect_err("it is a number");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}
