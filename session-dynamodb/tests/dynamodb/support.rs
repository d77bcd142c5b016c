use crate::wire::Wire;
use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use session_core::random::OsRandom;
use session_core::store::{
    Acquired, Change, Freshness, Key, LockDisposition, LockToken, LockingStore, Payload, Record,
    SessionStore, Snapshot, Tag,
};
use session_core::time::{EpochMillis, ManualClock, Timer, Timestamp};
use session_dynamodb::{DynamoDbStore, DynamoDbStoreBuilder, EmbeddedDynamoDb, TableOptions};
use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

pub(crate) const START: u64 = 1_700_000_000;
pub(crate) const LEASE: Duration = Duration::from_secs(30);
pub(crate) const TABLE: &str = "sessions";
/// A bound above every delay between two attempts.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(59);

/// A store over a wire that tests change, one over a sound wire, and their clock.
pub(crate) struct Bench {
    pub(crate) store: DynamoDbStore,
    pub(crate) other: DynamoDbStore,
    pub(crate) wire: Wire,
    pub(crate) clock: ManualClock,
    pub(crate) pause: Pause,
    pub(crate) server: EmbeddedDynamoDb,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with(|builder| builder.locking(true)).await
    }

    pub(crate) async fn with(set: impl Fn(DynamoDbStoreBuilder) -> DynamoDbStoreBuilder) -> Self {
        let server = EmbeddedDynamoDb::start().await.expect("the server starts");
        let (wire, pause) = (Wire::default(), Pause::default());
        let clock = ManualClock::at(EpochMillis::from_epoch_millis(START * 1_000));
        let store = |client| {
            let builder = DynamoDbStore::builder(client, TABLE).clock(clock.clone());
            set(pausing(builder, &pause)).build().expect("the settings fit")
        };
        let store = (store(wire.under(&server.client())), store(server.client()));
        let options = TableOptions { time_to_live: false, ..TableOptions::default() };
        store.1.create_table(&options).await.expect("the table can be made");
        Self { store: store.0, other: store.1, wire, clock, pause, server }
    }

    pub(crate) async fn given(&self, name: &str) -> (Key, Tag) {
        let (key, version) = (key(name), version());
        self.other.create(&key, &record(name), &version).await.expect("it is created");
        (key, version)
    }

    pub(crate) async fn given_locked(&self, name: &str) -> (Key, LockToken) {
        let ((key, _), token) = (self.given(name).await, token());
        let acquired = self.other.acquire(&key, &token, LEASE).await.expect("it can be asked");
        assert!(matches!(acquired, Acquired::Locked(_)));
        (key, token)
    }

    /// The live record, as the store under test reads it.
    pub(crate) async fn read(&self, key: &Key) -> Snapshot {
        let found = self.store.load(key, Freshness::AsConfigured).await.expect("it can be read");
        found.expect("it is live")
    }

    pub(crate) async fn data(&self, key: &Key) -> Option<String> {
        let snapshot =
            self.other.load(key, Freshness::AsConfigured).await.expect("it can be read")?;
        Some(String::from_utf8(snapshot.record.payload.as_bytes().to_vec()).expect("it is text"))
    }

    /// The raw item, or `None`.
    pub(crate) async fn item(&self, key: &Key) -> Option<HashMap<String, AttributeValue>> {
        let call = self.server.client().get_item().table_name(TABLE).consistent_read(true);
        let output = call.key("id", AttributeValue::S(key.as_str().into())).send().await;
        output.expect("it can be read").item
    }

    /// Puts a raw item, as other programs would.
    pub(crate) async fn put(&self, key: &Key, attributes: &[(&str, AttributeValue)]) {
        let mut call = self.server.client().put_item().table_name(TABLE);
        call = call.item("id", AttributeValue::S(key.as_str().into()));
        for (name, value) in attributes {
            call = call.item(*name, value.clone());
        }
        call.send().await.expect("it can be put");
    }
}

/// The same with this timer, which reaches no time limit.
pub(crate) fn pausing(builder: DynamoDbStoreBuilder, pause: &Pause) -> DynamoDbStoreBuilder {
    let builder = builder.request_timeout(REQUEST_TIMEOUT).operation_timeout(REQUEST_TIMEOUT);
    builder.timer(pause.clone())
}

pub(crate) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(crate) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(crate) fn key(name: &str) -> Key {
    Key::new(name).expect("it is not empty")
}

pub(crate) fn version() -> Tag {
    Tag::draw(&OsRandom)
}

pub(crate) fn token() -> LockToken {
    LockToken::draw(&OsRandom)
}

pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_epoch_seconds(START + seconds)
}

pub(crate) fn record(data: &str) -> Record {
    Record { payload: Payload::text(data), expires: at(3_600), deadline: None, idle: None }
}

pub(crate) fn change(data: &str, lock: LockDisposition) -> Change {
    Change { payload: Payload::text(data), expires: at(7_200), lifetime: None, lock }
}

/// A timer that does not wait between two attempts.
///
/// It runs a test's action instead of each sleep. Its time stands still, so attempts and operations
/// never reach their time limits.
#[derive(Clone, Default)]
pub(crate) struct Pause {
    meanwhile: Arc<Mutex<Option<BoxFuture<'static, ()>>>>,
    slept: Arc<Mutex<Vec<Duration>>>,
}

impl Pause {
    pub(crate) fn meanwhile(&self, work: impl Future<Output = ()> + Send + 'static) {
        *self.meanwhile.lock() = Some(Box::pin(work));
    }

    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.slept.lock().clone()
    }
}

impl Debug for Pause {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pause")
    }
}

#[async_trait]
impl Timer for Pause {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, duration: Duration) {
        if duration >= REQUEST_TIMEOUT {
            return;
        }
        self.slept.lock().push(duration);
        let work = self.meanwhile.lock().take();
        if let Some(work) = work {
            work.await;
        }
    }
}
