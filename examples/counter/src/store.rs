use crate::dynamodb;
use clap::{Args, ValueEnum};
use session_core::{CollectingStore, LockingStore};
use session_dynamodb::EmbeddedDynamoDb;
use session_memory::MemoryStore;
use std::error::Error;
use std::sync::Arc;

/// Where the sessions are kept, by the options of the command line.
#[derive(Clone, Debug, Args)]
pub struct StoreArgs {
    /// Where the sessions are kept
    #[arg(long, value_enum, default_value_t = StoreKind::Memory)]
    pub store: StoreKind,

    /// The table of DynamoDB
    #[arg(long, value_name = "NAME", default_value = "sessions")]
    pub table: String,

    /// A DynamoDB that is not AWS, such as `http://localhost:8000`
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,

    /// Creates the table if there is none
    #[arg(long)]
    pub create_table: bool,
}

/// A kind of store, by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StoreKind {
    /// This process, until it ends
    Memory,
    /// A table, with region and credentials as every AWS tool finds them
    #[value(name = "dynamodb")]
    DynamoDb,
    /// A DynamoDB in this process, until it ends
    #[value(name = "dynamodb-embedded")]
    Embedded,
}

/// A store by all that the counter uses of it.
#[derive(Debug)]
pub struct Store {
    /// What the sessions are opened from.
    pub locking: Arc<dyn LockingStore>,
    /// What the expired ones are collected from.
    pub collecting: Arc<dyn CollectingStore>,
    /// The server ends when it is dropped.
    _server: Option<EmbeddedDynamoDb>,
}

impl Store {
    fn new(store: impl LockingStore + CollectingStore) -> Self {
        let store = Arc::new(store);
        Self { locking: store.clone(), collecting: store, _server: None }
    }
}

impl StoreArgs {
    /// Opens the store, and finds out whether it can be used.
    ///
    /// # Errors
    ///
    /// What is in the way, and the way out.
    pub async fn open(&self) -> Result<Store, Box<dyn Error>> {
        let (table, create) = (&self.table, self.create_table);
        if self.store != StoreKind::DynamoDb && (create || self.endpoint_url.is_some()) {
            return Err("--create-table and --endpoint-url need --store dynamodb".into());
        }
        Ok(match self.store {
            StoreKind::Memory => Store::new(MemoryStore::new()),
            StoreKind::DynamoDb => {
                let client = dynamodb::client(self.endpoint_url.as_deref()).await?;
                Store::new(dynamodb::store(client, table, create).await?)
            }
            StoreKind::Embedded => {
                let server = EmbeddedDynamoDb::start().await?;
                let store = dynamodb::store(server.client(), table, true).await?;
                Store { _server: Some(server), ..Store::new(store) }
            }
        })
    }
}
