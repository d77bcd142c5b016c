use crate::wire::Wire;
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use parking_lot::Mutex;
use session_cli::{DataEncoding, Migration, MigrationReport, Survey};
use session_core::KeyScheme;
use session_core::store::{Freshness, Key, SessionStore};
use session_core::time::{EpochMillis, ManualClock, Timer};
use session_dynamodb::{
    DynamoDbStore, DynamoDbStoreBuilder, EmbeddedDynamoDb, Profile, TableOptions,
};
use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::future::ready;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub(crate) const START: u64 = 1_700_000_000;
pub(crate) const TABLE: &str = "sessions";
/// A bound above every delay between two attempts.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(59);

/// A table, a wire to it that tests tamper with, and the clock of the walks.
pub(crate) struct Bench {
    pub(crate) wire: Wire,
    pub(crate) clock: ManualClock,
    pub(crate) pause: Pause,
    pub(crate) server: EmbeddedDynamoDb,
}

/// The form of sessions before or after a migration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    pub(crate) encoding: DataEncoding,
    pub(crate) profile: Option<Profile>,
    pub(crate) data_attribute: &'static str,
}

impl Form {
    /// The form of PHP's handler with data in this encoding.
    pub(crate) const fn shared(encoding: DataEncoding) -> Self {
        Self { encoding, profile: Some(Profile::AwsSdkPhp), data_attribute: "data" }
    }

    /// The form of a store that writes tags, and keys as PHP does.
    pub(crate) const fn tagging(encoding: DataEncoding) -> Self {
        Self { encoding, profile: None, data_attribute: "data" }
    }

    /// The settings of a store of this form.
    pub(crate) fn builder(self, client: Client) -> DynamoDbStoreBuilder {
        let builder = DynamoDbStore::builder(client, TABLE).key_scheme(named("PHPSESSID", "_"));
        let builder = builder.data_attribute_type(self.encoding.kind());
        let builder = builder.data_attribute(self.data_attribute);
        match self.profile {
            Some(profile) => builder.profile(profile),
            None => builder,
        }
    }
}

pub(crate) fn named(name: &str, separator: &str) -> KeyScheme {
    KeyScheme::Named { name: name.into(), separator: separator.into() }
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let server = EmbeddedDynamoDb::start().await.expect("the server starts");
        let clock = ManualClock::at(EpochMillis::from_epoch_millis(START * 1_000));
        let store = DynamoDbStore::builder(server.client(), TABLE).build();
        let options = TableOptions { time_to_live: false, ..TableOptions::default() };
        let created = store.expect("the settings fit").create_table(&options).await;
        created.expect("the table can be made");
        Self { wire: Wire::default(), clock, pause: Pause::default(), server }
    }

    /// A store of this form on the wire, which walks in one part.
    pub(crate) fn store(&self, form: Form) -> Arc<DynamoDbStore> {
        self.store_on(form.builder(self.wire.under(&self.server.client())))
    }

    /// The same on another wire.
    pub(crate) fn store_on(&self, builder: DynamoDbStoreBuilder) -> Arc<DynamoDbStore> {
        let builder = builder.request_timeout(REQUEST_TIMEOUT).operation_timeout(REQUEST_TIMEOUT);
        let builder = builder.timer(self.pause.clone()).clock(self.clock.clone());
        let builder = builder.scan_segments(NonZeroUsize::MIN);
        Arc::new(builder.build().expect("the settings fit"))
    }

    pub(crate) fn survey(&self, form: Form) -> Survey {
        Survey::new(self.store(form), decodes).timer(self.pause.clone())
    }

    pub(crate) fn migration(&self, from: Form, to: Form) -> Migration {
        self.migration_by(self.store(from), to, decodes)
    }

    pub(crate) fn migration_by(
        &self,
        store: Arc<DynamoDbStore>,
        to: Form,
        decodes: impl Fn(&[u8]) -> bool + Send + Sync + 'static,
    ) -> Migration {
        let target = to.builder(self.server.client()).build().expect("the settings fit");
        let migration = Migration::new(store, &target, to.encoding, decodes);
        migration.expect("it is one").timer(self.pause.clone())
    }

    pub(crate) async fn convert(&self, from: Form, to: Form) -> MigrationReport {
        let migration = self.migration(from, to).dry_run(false);
        migration.run(None, |_| ()).await.expect("it comes to its end")
    }

    pub(crate) async fn data(&self, key: &Key) -> Option<String> {
        let store = Form::shared(DataEncoding::String).builder(self.server.client());
        let store = store.clock(self.clock.clone()).build().expect("the settings fit");
        let snapshot = store.load(key, Freshness::AsConfigured).await.expect("it can be read")?;
        Some(String::from_utf8(snapshot.record.payload.as_bytes().to_vec()).expect("it is text"))
    }

    /// The raw item, or `None`.
    pub(crate) async fn item(&self, key: &Key) -> Option<HashMap<String, AttributeValue>> {
        let call = self.server.client().get_item().table_name(TABLE).consistent_read(true);
        let output = call.key("id", AttributeValue::S(key.as_str().into())).send().await;
        output.expect("it can be read").item
    }

    /// Every item of the table.
    pub(crate) async fn items(&self) -> Vec<HashMap<String, AttributeValue>> {
        let call = self.server.client().scan().table_name(TABLE).consistent_read(true);
        call.send().await.expect("it can be read").items.unwrap_or_default()
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

/// A simple decoder: no base64 text has a colon, and all recordings have one.
pub(crate) fn decodes(data: &[u8]) -> bool {
    data.contains(&b':')
}

pub(crate) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(crate) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(crate) fn bytes(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

pub(crate) fn lock_until(millis: u64) -> AttributeValue {
    text(&format!("{millis:013};AAAAAAAAAAAAAAAAAAAAAA"))
}

pub(crate) fn key(name: &str) -> Key {
    Key::new(name).expect("it is not empty")
}

/// The key of a session of PHP's.
pub(crate) fn php_key(id: &str) -> Key {
    key(&format!("PHPSESSID_{id}"))
}

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A timer that does not wait between two attempts.
///
/// It runs a test's action instead of each sleep. Its time stands still, so attempts and operations
/// never reach their time limits.
#[derive(Clone, Default)]
pub(crate) struct Pause {
    meanwhile: Arc<Mutex<Option<Work>>>,
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
        work.unwrap_or_else(|| Box::pin(ready(()))).await;
    }
}
