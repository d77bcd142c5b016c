//! The requests of a cycle, as a user of the SDK would write them down.

use super::{Cycle, Raw, SESSIONS, TABLE};
use crate::server::Server;
use crate::tap::Tap;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use futures_util::future::{BoxFuture, FutureExt};
use session_benches::{key, stamped};
use session_core::LastWriteWins;
use session_core::random::OsRandom;
use session_core::store::{LockToken, Tag};
use session_core::time::{Clock, SystemClock};
use session_dynamodb::DynamoDbStore;
use session_locking::Pessimistic;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

const IDLE: Duration = Duration::from_mins(24);
const LEASE: Duration = Duration::from_secs(30);

const UNLOCKED: &str = "#expires > :v3 AND (attribute_not_exists(#lock) OR #lock < :v4)";
const FREE: &str = "#expires > :v1 AND (attribute_not_exists(#lock) OR #lock < :v2 \
                    OR (contains(#lock, :v3) AND #lock <= :v0))";
const HELD: &str = "#expires > :v3 AND contains(#lock, :v4) AND #version = :v5";
const WRITE: &str = "SET #expires = :v0, #version = :v1, #data = :v2 REMOVE #lock";

/// A cycle of bare calls, which neither decode nor check the items that they read.
pub(super) struct Bare {
    client: Client,
    keys: Vec<String>,
    locks: bool,
}

impl Bare {
    pub(super) fn unlocked(server: &Server) -> Self {
        Self::new(server.client(), false)
    }

    pub(super) fn locked(server: &Server) -> Self {
        Self::new(server.client(), true)
    }

    fn new(client: Client, locks: bool) -> Self {
        let keys = (0..SESSIONS).map(|session| key(session).as_str().to_owned()).collect();
        Self { client, keys, locks }
    }

    fn key(&self, session: usize) -> AttributeValue {
        AttributeValue::S(self.keys[session].clone())
    }

    async fn get(&self, session: usize) -> HashMap<String, AttributeValue> {
        let call = self.client.get_item().table_name(TABLE).key("id", self.key(session));
        let output = call.consistent_read(true).send().await.expect("the server answers");
        output.item.expect("the session is there")
    }

    async fn lock(&self, session: usize, token: &str) -> HashMap<String, AttributeValue> {
        let now = SystemClock.now();
        let end = now.saturating_add(LEASE).as_epoch_millis();
        let lapsed = now.as_epoch_millis() - 999;
        let call = self.update(session);
        let call = call
            .update_expression("SET #lock = :v0")
            .condition_expression(FREE)
            .expression_attribute_names("#expires", "expires")
            .expression_attribute_names("#lock", "lock")
            .expression_attribute_values(":v0", AttributeValue::S(format!("{end};{token}")))
            .expression_attribute_values(":v1", seconds(now.timestamp().as_epoch_seconds()))
            .expression_attribute_values(":v2", AttributeValue::S(lapsed.to_string()))
            .expression_attribute_values(":v3", AttributeValue::S(format!(";{token}")))
            .return_values(ReturnValue::AllNew);
        let output = call.send().await.expect("the lock is free");
        output.attributes.expect("the item was asked for")
    }

    /// Writes on the condition that the lock is held and the version is the one read.
    ///
    /// Without a lock of its own, the condition is that there is no lock.
    async fn write(&self, session: usize, data: String, held: Option<(&str, AttributeValue)>) {
        let now = SystemClock.now();
        let expires = now.timestamp().saturating_add(IDLE).as_epoch_seconds();
        let version = Tag::draw(&OsRandom);
        let tag = Blob::new(version.as_bytes().as_slice());
        let call = match held {
            Some((token, version)) => self
                .update(session)
                .condition_expression(HELD)
                .expression_attribute_values(":v4", AttributeValue::S(format!(";{token}")))
                .expression_attribute_values(":v5", version),
            None => {
                self.update(session).condition_expression(UNLOCKED).expression_attribute_values(
                    ":v4",
                    AttributeValue::S((now.as_epoch_millis() - 999).to_string()),
                )
            }
        };
        let call = call
            .update_expression(WRITE)
            .expression_attribute_names("#expires", "expires")
            .expression_attribute_names("#data", "data")
            .expression_attribute_names("#version", "version")
            .expression_attribute_names("#lock", "lock")
            .expression_attribute_values(":v0", seconds(expires))
            .expression_attribute_values(":v1", AttributeValue::B(tag))
            .expression_attribute_values(":v2", AttributeValue::S(data))
            .expression_attribute_values(":v3", seconds(now.timestamp().as_epoch_seconds()));
        call.send().await.expect("nobody else writes");
    }

    fn update(&self, session: usize) -> UpdateItemFluentBuilder {
        let call = self.client.update_item().table_name(TABLE).key("id", self.key(session));
        call.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }
}

fn seconds(seconds: u64) -> AttributeValue {
    AttributeValue::N(seconds.to_string())
}

impl Cycle for Bare {
    fn run(&self, session: usize, stamp: u64) -> BoxFuture<'_, ()> {
        async move {
            let token = self.locks.then(|| LockToken::draw(&OsRandom).encode());
            let mut item = match &token {
                Some(token) => self.lock(session, token).await,
                None => self.get(session).await,
            };
            let Some(AttributeValue::S(data)) = item.remove("data") else {
                unreachable!("the data of every session is text");
            };
            let version = item.remove("version").expect("every session has a version");
            let held = token.as_deref().map(|token| (token, version));
            self.write(session, stamped(&data, stamp), held).await;
        }
        .boxed()
    }
}

/// Checks that the bare requests are those of the store, except for their values.
pub(super) async fn check_requests(server: &Server) {
    let tap = Tap::default();
    let client = tap.under(&server.client());
    let store = |locking| {
        let store = DynamoDbStore::builder(client.clone(), TABLE).locking(locking).build();
        Arc::new(store.expect("the settings fit"))
    };
    let pairs: [(Bare, Raw); 2] = [
        (Bare::new(client.clone(), false), Raw::new(LastWriteWins::new(store(false)))),
        (Bare::new(client.clone(), true), Raw::new(Pessimistic::new(store(true)))),
    ];
    for (bare, ours) in pairs {
        ours.run(0, 1).await;
        let ours = tap.take();
        bare.run(0, 2).await;
        assert_eq!(tap.take(), ours, "the requests that are compared are not the same");
    }
}
