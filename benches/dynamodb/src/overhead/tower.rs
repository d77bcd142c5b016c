use super::{Cycle, SESSIONS};
use crate::server::Server;
use futures_util::future::{BoxFuture, FutureExt};
use session_benches::{HOUR, fields, name, value};
use std::collections::HashMap;
use std::sync::Arc;
use tower_sessions::session::Id;
use tower_sessions::{Expiry, Session};
use tower_sessions_dynamodb_store::aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use tower_sessions_dynamodb_store::{DynamoDBStore, DynamoDBStoreProps};

/// A cycle through `tower-sessions`: a query and a put.
///
/// The query is eventually consistent, and the put has no condition.
pub(super) struct Tower {
    store: Arc<DynamoDBStore>,
    ids: Vec<String>,
    expiry: Expiry,
}

impl Tower {
    pub(super) async fn new(server: &Server) -> Self {
        let props = DynamoDBStoreProps::default();
        create_table(server, &props).await;
        let store = Arc::new(DynamoDBStore::new(server.client(), props));
        let expiry = Expiry::OnInactivity(HOUR.try_into().expect("an hour is no long time"));
        let mut ids = Vec::new();
        for session in 0..SESSIONS {
            let new = Session::new(None, store.clone(), Some(expiry));
            let data: HashMap<String, String> = fields(session);
            for (name, value) in data {
                new.insert(&name, value).await.expect("a string is JSON");
            }
            new.save().await.expect("the server answers");
            ids.push(new.id().expect("it is saved").to_string());
        }
        Self { store, ids, expiry }
    }
}

async fn create_table(server: &Server, props: &DynamoDBStoreProps) {
    let client = server.client();
    // Where there is none, there is none to delete.
    let _ = client.delete_table().table_name(&props.table_name).send().await;
    let name = &props.partition_key.name;
    let key = KeySchemaElement::builder().attribute_name(name).key_type(KeyType::Hash);
    let attribute =
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S);
    let call = client.create_table().table_name(&props.table_name);
    call.key_schema(key.build().expect("it is complete"))
        .attribute_definitions(attribute.build().expect("it is complete"))
        .billing_mode(BillingMode::PayPerRequest)
        .send()
        .await
        .expect("the server creates tables");
}

impl Cycle for Tower {
    fn run(&self, session: usize, stamp: u64) -> BoxFuture<'_, ()> {
        async move {
            let id: Id = self.ids[session].parse().expect("the ids are well formed");
            let opened = Session::new(Some(id), self.store.clone(), Some(self.expiry));
            let inserted = opened.insert(&name(0), value(session, 0, stamp)).await;
            inserted.expect("a string is JSON");
            opened.save().await.expect("the server answers");
        }
        .boxed()
    }
}
