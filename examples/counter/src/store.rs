use crate::dynamodb;
use clap::{Args, ValueEnum};
use session_kit::dynamodb::EmbeddedDynamoDb;
use session_kit::memory::MemoryStore;
use session_kit::sqlite::SqliteStore;
use session_kit::store::{CollectingStore, LockingStore};
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

/// Where the sessions are kept, by the options of the command line.
#[derive(Clone, Debug, Args)]
pub struct StoreArgs {
    /// Where the sessions are kept
    #[arg(long, value_enum, default_value_t = StoreKind::Memory)]
    pub store: StoreKind,

    /// The file of SQLite, which is created if it is missing
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

/// A kind of store, by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StoreKind {
    /// This process, until it ends
    Memory,
    /// A file, which several processes of this host can share
    Sqlite,
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
    /// The store to collect from, or `None` if the server deletes expired sessions.
    pub collecting: Option<Arc<dyn CollectingStore>>,
    /// The server ends when it is dropped.
    _server: Option<EmbeddedDynamoDb>,
}

impl Store {
    /// The memory of this process, from which nobody else deletes what is expired.
    fn memory() -> Self {
        let store = Arc::new(MemoryStore::new());
        Self { locking: store.clone(), collecting: Some(store), _server: None }
    }

    /// A file, from which nobody else deletes what is expired either.
    async fn file(path: &PathBuf) -> session_kit::Result<Self> {
        let store = Arc::new(SqliteStore::open(path).await?);
        Ok(Self { locking: store.clone(), collecting: Some(store), _server: None })
    }

    /// A table of DynamoDB, whose time to live deletes what is expired.
    fn table(store: impl LockingStore, server: Option<EmbeddedDynamoDb>) -> Self {
        Self { locking: Arc::new(store), collecting: None, _server: server }
    }
}

impl StoreArgs {
    pub(crate) fn check(&self) -> Result<(), String> {
        let (any_table, on_a_server) = ("dynamodb or dynamodb-embedded", "dynamodb");
        let is_a_file = self.store == StoreKind::Sqlite;
        for (option, is_given, applies, needs) in [
            ("--path", self.path.is_some(), is_a_file, "sqlite"),
            ("--table", self.table.is_some(), self.is_a_table(), any_table),
            ("--endpoint-url", self.endpoint_url.is_some(), self.is_on_a_server(), on_a_server),
            ("--create-table", self.create_table, self.is_on_a_server(), on_a_server),
        ] {
            if is_given && !applies {
                return Err(format!("{option} needs --store {needs}"));
            }
        }
        if is_a_file && self.path.is_none() {
            return Err("--store sqlite needs --path, the file".into());
        }
        Ok(())
    }

    fn is_a_table(&self) -> bool {
        matches!(self.store, StoreKind::DynamoDb | StoreKind::Embedded)
    }

    fn is_on_a_server(&self) -> bool {
        self.store == StoreKind::DynamoDb
    }

    /// Opens the store, and finds out whether it can be used.
    ///
    /// # Errors
    ///
    /// The obstacle, and what to do.
    pub async fn open(&self) -> Result<Store, Box<dyn Error>> {
        let table = self.table.as_deref().unwrap_or("sessions");
        Ok(match self.store {
            StoreKind::Memory => Store::memory(),
            StoreKind::Sqlite => {
                Store::file(self.path.as_ref().ok_or("--path is missing")?).await?
            }
            StoreKind::DynamoDb => {
                let client = dynamodb::client(self.endpoint_url.as_deref()).await?;
                Store::table(dynamodb::store(client, table, self.create_table).await?, None)
            }
            StoreKind::Embedded => {
                let server = EmbeddedDynamoDb::start().await?;
                let store = dynamodb::store(server.client(), table, true).await?;
                Store::table(store, Some(server))
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{StoreArgs, StoreKind};

    async fn is_collected(store: StoreKind) -> bool {
        let file = std::env::temp_dir().join(format!("counter-{}.db", std::process::id()));
        let path = Some(file.clone());
        let args = StoreArgs { store, path, table: None, endpoint_url: None, create_table: false };
        let is_collected = args.open().await.unwrap().collecting.is_some();
        drop(std::fs::remove_file(file));
        is_collected
    }

    /// Collecting from a table reads all of it, and pays for that.
    #[tokio::test]
    async fn only_what_no_server_deletes_by_itself_is_collected() {
        assert!(is_collected(StoreKind::Memory).await);
        assert!(is_collected(StoreKind::Sqlite).await);
        assert!(!is_collected(StoreKind::Embedded).await);
    }
}
