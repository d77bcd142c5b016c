#[cfg(feature = "dynamodb")]
mod dynamodb;
mod kind;

pub use kind::StoreKind;

use clap::Args;
use session_kit::MemoryStore;
use session_kit::store::{CollectingStore, LockingStore};
use std::any::Any;
use std::error::Error;
use std::fmt::{self, Debug, Formatter};
use std::path::PathBuf;
use std::sync::Arc;

/// Where the sessions are stored, by the options of the command line.
#[derive(Clone, Debug, Args)]
pub struct StoreArgs {
    /// Where the sessions are stored
    #[arg(long, value_enum, default_value_t = StoreKind::Memory)]
    pub store: StoreKind,

    /// The file of SQLite, which is created if it is missing [default: session-demo.db]
    #[arg(long, value_name = "FILE")]
    pub path: Option<PathBuf>,

    /// The table of DynamoDB [default: sessions]
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,

    /// A DynamoDB that is not AWS, such as `http://localhost:8000`
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,

    /// Creates the table if there is none
    #[arg(long)]
    pub create_table: bool,
}

/// A store by all that the demonstration uses of it.
pub struct Store {
    /// The sessions are opened from it.
    pub locking: Arc<dyn LockingStore>,
    /// The store to collect from, or `None` if the server deletes expired sessions.
    pub collecting: Option<Arc<dyn CollectingStore>>,
    /// The server in this process, which ends when it is dropped.
    _server: Option<Box<dyn Any + Send + Sync>>,
}

impl Store {
    fn collected(store: Arc<impl LockingStore + CollectingStore>) -> Self {
        Self { locking: store.clone(), collecting: Some(store), _server: None }
    }
}

impl Debug for Store {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Store").field("locking", &self.locking).finish_non_exhaustive()
    }
}

impl StoreArgs {
    /// Checks the options for the store, and that this program was built with it.
    ///
    /// # Errors
    ///
    /// The option that does not apply, or the feature to build with.
    pub fn check(&self) -> Result<(), String> {
        let (any_table, is_server) =
            ("dynamodb or dynamodb-embedded", self.store == StoreKind::DynamoDb);
        for (option, is_given, applies, needs) in [
            ("--path", self.path.is_some(), self.store == StoreKind::Sqlite, "sqlite"),
            ("--table", self.table.is_some(), self.store.is_table(), any_table),
            ("--endpoint-url", self.endpoint_url.is_some(), is_server, "dynamodb"),
            ("--create-table", self.create_table, is_server, "dynamodb"),
        ] {
            if is_given && !applies {
                return Err(format!("{option} needs --store {needs}"));
            }
        }
        self.store.check_built()
    }

    /// Opens the store, and checks that it can be used.
    ///
    /// # Errors
    ///
    /// The reason why it cannot be used, and what to do.
    #[cfg_attr(
        not(any(feature = "sqlite", feature = "dynamodb")),
        expect(clippy::unused_async, reason = "the stores of other features wait")
    )]
    pub async fn open(&self) -> Result<Store, Box<dyn Error>> {
        match self.store {
            StoreKind::Memory => Ok(Store::collected(Arc::new(MemoryStore::new()))),
            #[cfg(feature = "sqlite")]
            StoreKind::Sqlite => self.file().await,
            #[cfg(feature = "dynamodb")]
            StoreKind::DynamoDb => dynamodb::on_a_server(self).await,
            #[cfg(feature = "dynamodb-embedded")]
            StoreKind::Embedded => dynamodb::embedded(self).await,
            #[cfg(not(all(
                feature = "sqlite",
                feature = "dynamodb",
                feature = "dynamodb-embedded"
            )))]
            other => Err(other.missing_feature().into()),
        }
    }

    #[cfg(feature = "sqlite")]
    async fn file(&self) -> Result<Store, Box<dyn Error>> {
        let path = self.path.clone().unwrap_or_else(|| "session-demo.db".into());
        Ok(Store::collected(Arc::new(session_kit::SqliteStore::open(path).await?)))
    }
}

#[cfg(test)]
mod tests;
