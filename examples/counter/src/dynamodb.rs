use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Region;
use session_kit::KeyScheme;
use session_kit::dynamodb::{DynamoDbStore, Options, Problem, TableOptions};
use session_kit::store::{Freshness, Key, SessionStore};
use std::error::Error;

/// A client of AWS, or of another server at `endpoint_url`.
pub(crate) async fn client(endpoint_url: Option<&str>) -> session_kit::Result<Client> {
    let mut options = Options::default();
    options.endpoint = endpoint_url.map(ToOwned::to_owned);
    options.client().await
}

/// The store in this table, which is there and can be read.
pub(crate) async fn store(
    client: Client,
    table: &str,
    create: bool,
) -> Result<DynamoDbStore, Box<dyn Error>> {
    let place = place(&client, table);
    let builder = DynamoDbStore::builder(client, table).key_scheme(KeyScheme::Hashed);
    let store = builder.locking(true).build()?;
    if create {
        store.create_table(&TableOptions::default()).await?;
    }
    let probe = Key::new("session-counter: a probe")?;
    if let Err(error) = store.load(&probe, Freshness::AsConfigured).await {
        return Err(if is_missing(&store).await {
            format!(
                "there is no {place}: check region and name first; --create-table creates the \
                 table there"
            )
            .into()
        } else {
            error.into()
        });
    }
    Ok(store)
}

/// The table with its region, for people.
fn place(client: &Client, table: &str) -> String {
    let region = client.config().region().map_or("no region", Region::as_ref);
    format!("table `{table}` in the region {region}")
}

async fn is_missing(store: &DynamoDbStore) -> bool {
    store.verify_table().await.is_ok_and(|problems| problems.contains(&Problem::Missing))
}
