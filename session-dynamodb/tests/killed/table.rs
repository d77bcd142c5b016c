use aws_sdk_dynamodb::types::AttributeValue;
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const NAME: &str = "sessions";

/// A table with the session `abc`, and a folder for the processes that use it.
pub(crate) struct Table {
    server: EmbeddedDynamoDb,
    folder: PathBuf,
}

impl Table {
    pub(crate) async fn with_session(data: &str) -> Self {
        let server = EmbeddedDynamoDb::start().await.expect("the server starts");
        let store = DynamoDbStore::builder(server.client(), NAME).build().expect("it fits");
        store.create_table(&TableOptions::default()).await.expect("the table can be made");
        let put = server.client().put_item().table_name(NAME);
        let put = put.item("id", AttributeValue::S("PHPSESSID_abc".into()));
        let put = put.item("expires", AttributeValue::N("9999999999".into()));
        put.item("data", AttributeValue::S(data.into())).send().await.expect("it can be put");
        Self { server, folder: folder() }
    }

    pub(crate) fn endpoint(&self) -> String {
        self.server.endpoint_url()
    }

    /// The file of held locks of all processes on this table.
    pub(crate) fn held_locks(&self) -> PathBuf {
        self.folder.join("locks")
    }

    async fn item(&self) -> HashMap<String, AttributeValue> {
        let get = self.server.client().get_item().table_name(NAME).consistent_read(true);
        let got = get.key("id", AttributeValue::S("PHPSESSID_abc".into())).send().await;
        got.expect("it can be read").item.expect("the session is there")
    }

    pub(crate) async fn has_lock(&self) -> bool {
        self.item().await.contains_key("lock")
    }

    pub(crate) async fn wait_until_unlocked(&self) {
        while self.has_lock().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) async fn data(&self) -> String {
        self.item().await["data"].as_s().expect("it is text").clone()
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn folder() -> PathBuf {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let (process, number) = (std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(format!("killed-{process}-{number}"));
    std::fs::create_dir_all(&folder).expect("it can be made");
    folder
}
