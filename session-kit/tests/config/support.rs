//! A server with a table, and a timer that does not wait.

use async_trait::async_trait;
use aws_sdk_dynamodb::types::AttributeValue;
use session_kit::Config;
use session_kit::dynamodb::{EmbeddedDynamoDb, TableOptions};
use session_kit::time::Timer;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const TABLE: &str = "sessions";

/// A server with the table of the defaults.
pub(crate) struct Server(pub(crate) EmbeddedDynamoDb);

impl Server {
    pub(crate) async fn start() -> Self {
        let server = EmbeddedDynamoDb::start().await.expect("the server starts");
        let store = Config::default().dynamodb_store(server.client()).expect("it fits");
        let table = TableOptions { time_to_live: false, ..TableOptions::default() };
        store.create_table(&table).await.expect("the table can be made");
        Self(server)
    }

    pub(crate) async fn put(&self, key: &str, attributes: &[(&str, AttributeValue)]) {
        let mut call = self.0.client().put_item().table_name(TABLE).item("id", text(key));
        for (name, value) in attributes {
            call = call.item(*name, value.clone());
        }
        call.send().await.expect("it can be put");
    }

    /// The raw item, or `None`.
    pub(crate) async fn item(&self, key: &str) -> Option<HashMap<String, AttributeValue>> {
        let call = self.0.client().get_item().table_name(TABLE).consistent_read(true);
        call.key("id", text(key)).send().await.expect("it can be read").item
    }
}

pub(crate) fn number(number: u64) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

pub(crate) fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// A timer that does not wait, and lists the requested waits.
///
/// Its time stands still.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pause(Arc<Mutex<Vec<Duration>>>);

/// The store's time limits in these tests. A wait for one of them never ends.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(59);

impl Pause {
    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.0.lock().expect("nobody panics").clone()
    }
}

#[async_trait]
impl Timer for Pause {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, duration: Duration) {
        if duration >= TIME_LIMIT {
            return std::future::pending().await;
        }
        self.0.lock().expect("nobody panics").push(duration);
    }
}
