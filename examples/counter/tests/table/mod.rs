//! Direct access to the table that the counters share.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its table fails there")]

use aws_sdk_dynamodb::types::AttributeValue;
use session_kit::dynamodb::EmbeddedDynamoDb;
use session_kit::time::{Clock, EpochMillis, SystemClock};
use std::collections::HashMap;
use std::time::Duration;

pub(crate) struct Table(EmbeddedDynamoDb);

/// The interval of reads, and their time limit.
const PAUSE: Duration = Duration::from_millis(10);
const LOOKS: usize = 1_000;

impl Table {
    pub(crate) async fn start() -> Self {
        Self(EmbeddedDynamoDb::start().await.unwrap())
    }

    pub(crate) fn endpoint_url(&self) -> String {
        self.0.endpoint_url()
    }

    /// The only session.
    pub(crate) async fn item(&self) -> HashMap<String, AttributeValue> {
        let scan = self.0.client().scan().table_name("sessions").send().await.unwrap();
        let mut items = scan.items.unwrap();
        assert_eq!(items.len(), 1, "sessions");
        items.remove(0)
    }

    /// The end of its lock's lease, which is the first 13 digits of the lock.
    pub(crate) async fn lease_end(&self) -> Option<EpochMillis> {
        let item = self.item().await;
        let lock = item.get("lock")?.as_s().unwrap();
        Some(EpochMillis::from_epoch_millis(lock[..13].parse().unwrap()))
    }

    pub(crate) async fn wait_until_locked(&self) {
        for _ in 0..LOOKS {
            if self.lease_end().await.is_some() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("nobody locks the session");
    }

    /// Waits for a renewal of the lock, which shows that the holder knows of it.
    pub(crate) async fn wait_until_renewed(&self) {
        self.wait_until_locked().await;
        let first = self.lease_end().await;
        for _ in 0..LOOKS {
            if self.lease_end().await > first {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("nobody renews the lock");
    }

    /// Waits until another process may take the lock over.
    pub(crate) async fn wait_until_lapsed(&self, skew: Duration) {
        for _ in 0..LOOKS {
            let lease_end = self.lease_end().await.expect("the holder holds its lock");
            if lease_end.saturating_add(skew) < SystemClock.now() {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("the lock does not lapse");
    }
}
