//! The store in a table of DynamoDB.

use super::{Store, StoreArgs};
use session_kit::KeyScheme;
use session_kit::dynamodb::{DynamoDbStore, Options, Problem, TableOptions};
use session_kit::store::{Freshness, Key, SessionStore};
use std::error::Error;
use std::sync::Arc;

/// A table of AWS, or of another server.
pub(super) async fn on_a_server(args: &StoreArgs) -> Result<Store, Box<dyn Error>> {
    let mut options = options(args);
    options.endpoint.clone_from(&args.endpoint_url);
    let client = options.client().await?;
    let store = options.store(client).build()?;
    if args.create_table {
        store.create_table(&TableOptions::default()).await?;
    }
    check(&store, &options.table_name).await?;
    Ok(Store { locking: Arc::new(store), collecting: None, _server: None })
}

/// A table of a server in this process.
#[cfg(feature = "dynamodb-embedded")]
pub(super) async fn embedded(args: &StoreArgs) -> Result<Store, Box<dyn Error>> {
    let server = session_kit::dynamodb::EmbeddedDynamoDb::start().await?;
    let store = options(args).store(server.client()).build()?;
    store.create_table(&TableOptions::default()).await?;
    Ok(Store { locking: Arc::new(store), collecting: None, _server: Some(Box::new(server)) })
}

fn options(args: &StoreArgs) -> Options {
    let mut options = Options::default();
    options.table_name = args.table.clone().unwrap_or_else(|| "sessions".into());
    options.key_scheme = Some(KeyScheme::Hashed);
    options.locking = true;
    options
}

/// Checks that the table is there and can be read.
async fn check(store: &DynamoDbStore, table: &str) -> Result<(), Box<dyn Error>> {
    let probe = Key::new("session-demo: a probe")?;
    let Err(error) = store.load(&probe, Freshness::AsConfigured).await else { return Ok(()) };
    if store.verify_table().await.is_ok_and(|problems| problems.contains(&Problem::Missing)) {
        return Err(format!(
            "there is no table `{table}`: check region and name; --create-table creates it there"
        )
        .into());
    }
    Err(error.into())
}
