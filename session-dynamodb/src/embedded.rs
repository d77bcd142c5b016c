use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_http_client::Builder as HttpClient;
use dynoxide::Database;
use dynoxide::server::serve_with_shutdown;
use session_core::error::Operation;
use session_core::{Error, ErrorKind, Result};
use std::error::Error as StdError;
use std::fmt::{self, Debug, Formatter};
use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A DynamoDB in the process of a test: empty, in memory, gone when it is dropped.
///
/// It starts in milliseconds, needs neither an account nor a download, and every test can have its
/// own. Behind it is [dynoxide](https://docs.rs/dynoxide-rs), which does what DynamoDB does in all
/// that this crate relies on, except that it never throttles.
///
/// ```
/// use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions};
/// # use session_core::store::{Freshness, SessionStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> session_core::Result<()> {
/// let server = EmbeddedDynamoDb::start().await?;
/// let store = DynamoDbStore::builder(server.client(), "sessions").locking(true).build()?;
/// store.create_table(&TableOptions::default()).await?;
/// # assert!(store.load(&session_core::store::Key::new("unknown")?, Freshness::AsConfigured).await?.is_none());
/// # Ok(())
/// # }
/// ```
pub struct EmbeddedDynamoDb {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl EmbeddedDynamoDb {
    /// Starts a server on a free port of this host, as a task of the current runtime.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) if there is no port or no memory for it.
    pub async fn start() -> Result<Self> {
        let database = Database::memory().map_err(not_started)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(not_started)?;
        let address = listener.local_addr().map_err(not_started)?;
        let server = tokio::spawn(async move {
            // Nobody asks it to stop: the task is aborted.
            let _ = serve_with_shutdown(listener, database, pending::<()>()).await;
        });
        Ok(Self { address, server })
    }

    /// Where the server listens, for a client of another making.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> session_core::Result<()> {
    /// let server = session_dynamodb::EmbeddedDynamoDb::start().await?;
    /// assert!(server.endpoint_url().starts_with("http://127.0.0.1:"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn endpoint_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A client of this server, which needs no credentials that mean anything.
    pub fn client(&self) -> Client {
        local_client(&self.endpoint_url())
    }
}

/// A client of a server without TLS that takes any credentials.
///
/// ```
/// let client = session_dynamodb::local_client("http://127.0.0.1:8000");
/// assert!(client.config().region().is_some());
/// ```
pub fn local_client(endpoint_url: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint_url)
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "embedded"))
        .http_client(HttpClient::new().build_http());
    Client::from_conf(config.build())
}

fn not_started(source: impl StdError + Send + Sync + 'static) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config)
        .with_detail("the embedded server does not start")
        .with_source(source)
}

impl Drop for EmbeddedDynamoDb {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Debug for EmbeddedDynamoDb {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EmbeddedDynamoDb")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
