//! A connector that fails on purpose, between the SDK and a server.

mod connector;
mod plan;

pub use plan::{InjectedFaults, WireFault};

use aws_sdk_dynamodb::Client;
use plan::Plan;
use std::sync::Arc;

/// Injects faults between a client and its server.
///
/// These are throttles, errors of the server, lost requests and replies, time-outs, duplicates and
/// slow requests.
///
/// It shows how your code behaves when DynamoDB fails: put it under the client of a
/// [`DynamoDbStore`](crate::DynamoDbStore) in a test. Which request meets which fault is decided by
/// a seed, in the order in which requests are sent.
///
/// ```
/// use session_core::store::{Freshness, Key, SessionStore};
/// use session_core::ErrorKind;
/// use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, WireFault, WireFaults};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> session_core::Result<()> {
/// let server = EmbeddedDynamoDb::start().await?;
/// let faults = WireFaults::seeded(7).with(WireFault::Throttled, 1.0);
/// let client = faults.under(&server.client());
/// let store = DynamoDbStore::builder(client, "sessions").max_retries(0).build()?;
/// let error = store.load(&Key::new("a")?, Freshness::AsConfigured).await.expect_err("every request is throttled");
/// assert_eq!(error.kind(), ErrorKind::Unavailable);
/// assert_eq!(faults.injected().throttled, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct WireFaults(Arc<Plan>);

impl WireFaults {
    /// No faults yet, and the seed for their chances.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Plan::seeded(seed)))
    }

    /// The same, with this fault by this chance, from 0 to 1, in every request.
    ///
    /// Of several faults that a request could meet, the first added wins.
    #[must_use]
    pub fn with(self, fault: WireFault, chance: f64) -> Self {
        self.0.add(fault, chance, None);
        self
    }

    /// Adds this fault with this chance to the requests of these actions.
    ///
    /// An action is named as in the protocol, such as `UpdateItem`.
    #[must_use]
    pub fn with_in(self, fault: WireFault, chance: f64, actions: &[&'static str]) -> Self {
        self.0.add(fault, chance, Some(actions.to_vec()));
        self
    }

    /// The same client over this wire.
    pub fn under(&self, client: &Client) -> Client {
        connector::tapped(client, Arc::clone(&self.0))
    }

    /// How many faults were injected.
    pub fn injected(&self) -> InjectedFaults {
        self.0.injected()
    }
}
