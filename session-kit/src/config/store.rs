//! The store that a configuration chooses.

use super::{Config, StoreKind, config};
use session_core::store::{CollectingStore, LockingStore};
use session_core::{Error, Result};
use std::sync::Arc;

/// A store that a configuration can choose, with locks and collection.
///
/// ```
/// use session_kit::Config;
/// use session_kit::store::{Freshness, Key, SessionStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> session_kit::Result<()> {
/// let config = Config::from_variables([("SESSION_STORE", "memory")])?;
/// let store = config.store().await?;
/// assert!(store.load(&Key::new("unknown")?, Freshness::AsConfigured).await?.is_none());
/// # Ok(())
/// # }
/// ```
pub trait Store: LockingStore + CollectingStore {}

impl<S: LockingStore + CollectingStore + ?Sized> Store for S {}

impl Config {
    /// Opens the store. An `Arc` of a store is a store, too.
    ///
    /// For DynamoDB this makes a client of AWS, with the feature `aws-client`. An application with a
    /// client of its own calls `dynamodb_store`.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) if no store is chosen, if the feature of the
    /// store is off, for options out of their range, and for what keeps a client from being made.
    #[cfg_attr(
        not(any(feature = "aws-client", feature = "sqlite")),
        expect(
            clippy::unused_async,
            reason = "with these features it makes a client or opens a file"
        )
    )]
    pub async fn store(&self) -> Result<Arc<dyn Store>> {
        self.check()?;
        let (store, feature): (Option<Arc<dyn Store>>, _) = match self.store {
            Some(StoreKind::Memory) => {
                #[cfg(feature = "memory")]
                let store: Option<Arc<dyn Store>> = Some(Arc::new(self.memory.clone().build()));
                #[cfg(not(feature = "memory"))]
                let store = None;
                (store, "memory")
            }
            Some(StoreKind::Sqlite) => {
                #[cfg(feature = "sqlite")]
                let store: Option<Arc<dyn Store>> = Some(Arc::new(self.sqlite_store().await?));
                #[cfg(not(feature = "sqlite"))]
                let store = None;
                (store, "sqlite")
            }
            Some(StoreKind::DynamoDb) => {
                #[cfg(feature = "aws-client")]
                let store: Option<Arc<dyn Store>> = {
                    let client = self.dynamodb_options().client().await?;
                    Some(Arc::new(self.dynamodb_store(client)?))
                };
                #[cfg(not(feature = "aws-client"))]
                let store = None;
                (store, "aws-client")
            }
            None => {
                return Err(config(format!("store is not set: set it to {}", StoreKind::names())));
            }
        };
        store.ok_or_else(|| {
            let kind = self.store.map_or("", StoreKind::name);
            feature_is_off("store", kind, feature)
        })
    }
}

/// The error for a value that needs a feature of this crate.
pub(super) fn feature_is_off(option: &str, value: &str, feature: &str) -> Error {
    config(format!("{option} is `{value}`: turn on the feature `{feature}` of session-kit"))
}
