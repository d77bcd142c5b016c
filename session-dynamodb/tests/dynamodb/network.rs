//! Every operation of a store behind a proxy that makes the network fail.

use crate::admin::examine_all;
use crate::support::{
    Bench, LEASE, Pause, TABLE, at, change, key, pausing, record, token, version,
};
use aws_sdk_dynamodb::Client;
use futures_util::future::BoxFuture;
use session_conformance::proxy::{FaultProxy, HttpFault};
use session_core::Result;
use session_core::store::{
    CollectingStore, Expect, Freshness, Key, LockDisposition, LockToken, LockingStore, Rotation,
    SessionStore, SweepBudget, Tag, Touch,
};
use session_dynamodb::{
    BatchConfig, DynamoDbStore, DynamoDbStoreBuilder, TableOptions, local_client,
};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// A store behind a proxy, on the table of a bench.
pub(crate) struct Network {
    pub(crate) bench: Bench,
    pub(crate) proxy: FaultProxy<HttpFault>,
    pub(crate) pause: Pause,
}

impl Network {
    pub(crate) async fn new() -> Self {
        let bench = Bench::new().await;
        let upstream = bench.server.endpoint_url();
        let upstream = upstream.trim_start_matches("http://").parse().expect("it is an address");
        let proxy = FaultProxy::start_http(upstream).expect("loopback can be listened on");
        Self { bench, proxy, pause: Pause::default() }
    }

    pub(crate) fn client(&self) -> Client {
        local_client(&format!("http://{}", self.proxy.address()))
    }

    /// The settings of a store on the timer that does not wait.
    pub(crate) fn builder(&self) -> DynamoDbStoreBuilder {
        let builder = DynamoDbStore::builder(self.client(), TABLE).clock(self.bench.clock.clone());
        pausing(builder, &self.pause).locking(true).max_retries(1)
    }

    /// A locked session, with the arguments for operations on it.
    pub(crate) async fn given(&self, name: &str) -> Arguments {
        let (key, before) = self.bench.given(name).await;
        let token = token();
        self.bench.other.acquire(&key, &token, LEASE).await.expect("it can be asked");
        Arguments { key, before, token, version: version() }
    }
}

/// The arguments of an operation.
#[derive(Clone)]
pub(crate) struct Arguments {
    pub(crate) key: Key,
    pub(crate) before: Tag,
    pub(crate) token: LockToken,
    pub(crate) version: Tag,
}

/// An operation of the store, by its name.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// Whether it changes a record, so that its outcome can be ambiguous.
    pub(crate) writes: bool,
    pub(crate) run: fn(Arc<DynamoDbStore>, Arguments) -> BoxFuture<'static, Result<()>>,
}

macro_rules! operation {
    ($name:literal, $writes:literal, |$store:ident, $given:ident| $call:expr) => {
        Operation {
            name: $name,
            writes: $writes,
            run: |$store, $given| Box::pin(async move { $call.await.map(drop) }),
        }
    };
}

/// Every operation of sessions.
pub(crate) fn of_sessions() -> Vec<Operation> {
    vec![
        operation!("load", false, |store, given| store.load(&given.key, Freshness::AsConfigured)),
        operation!("create", true, |store, given| {
            let (key, record) = (key("new"), record("secret data"));
            async move { store.create(&key, &record, &given.version).await }
        }),
        operation!("update", true, |store, given| {
            let expect = Expect::lock(given.token).and_version(given.before);
            let change = change("secret data", LockDisposition::Release);
            async move { store.update(&given.key, &change, &expect, &given.version).await }
        }),
        operation!("touch", true, |store, given| {
            let touch = Touch { expires: at(7_200), lock: LockDisposition::Release };
            async move { store.touch(&given.key, &touch, &Expect::lock(given.token)).await }
        }),
        operation!("rotate", true, |store, given| {
            let rotation = Rotation { record: record("secret data") };
            let expect = Expect::lock(given.token);
            async move {
                store.rotate(&given.key, &key("new"), &rotation, &expect, &given.version).await
            }
        }),
        operation!("delete", true, |store, given| store.delete(&given.key, &Expect::PRESENT)),
        operation!("acquire", true, |store, given| {
            store.acquire(&given.key, &given.token, LEASE)
        }),
        operation!("renew", true, |store, given| store.renew(&given.key, &given.token, LEASE)),
        operation!("release", true, |store, given| store.release(&given.key, &given.token)),
    ]
}

/// Every operation on the whole table.
pub(crate) fn of_tables() -> Vec<Operation> {
    vec![
        operation!("sweep", false, |store, _given| async move { sweep(&store).await }),
        operation!("examine", false, |store, _given| {
            examine_all(store, NonZeroUsize::new(400).expect("it is not zero"))
        }),
        operation!("create_table", true, |store, _given| {
            async move { store.create_table(&TableOptions::default()).await }
        }),
        operation!("verify_table", false, |store, _given| store.verify_table()),
    ]
}

async fn sweep(store: &DynamoDbStore) -> Result<()> {
    let budget = SweepBudget::new(NonZeroUsize::new(100).expect("it is not zero"));
    store.sweep(&budget, None).await.map(drop)
}

/// A store that collects in batches.
pub(crate) fn in_batches(builder: DynamoDbStoreBuilder) -> DynamoDbStoreBuilder {
    builder.batch_config(BatchConfig::default())
}
