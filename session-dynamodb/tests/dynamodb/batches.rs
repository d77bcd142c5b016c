//! Tests of concurrent batches, each with its own delay.

use crate::support::{Bench, TABLE, key, number, pausing};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::http::HttpRequest;
use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use session_core::store::{CollectingStore, Sweep, SweepBudget};
use session_dynamodb::{BatchConfig, DynamoDbStore};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Barrier;

/// The number of batches in flight. A gate opens when this many are in flight.
#[derive(Debug)]
struct Counted {
    gate: Barrier,
    now: AtomicUsize,
    most: AtomicUsize,
    all: AtomicUsize,
}

impl Counted {
    fn of(size: usize) -> Arc<Self> {
        let [now, most, all] = [0; 3].map(AtomicUsize::new);
        Arc::new(Self { gate: Barrier::new(size), now, most, all })
    }

    async fn enter(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        self.all.fetch_add(1, Ordering::SeqCst);
        self.gate.wait().await;
    }

    fn leave(&self) {
        self.now.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Debug)]
struct CountingClient(SharedHttpClient, Arc<Counted>);

impl HttpClient for CountingClient {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let below = self.0.http_connector(settings, components);
        SharedHttpConnector::new(CountingConnector(below, Arc::clone(&self.1)))
    }
}

#[derive(Debug)]
struct CountingConnector(SharedHttpConnector, Arc<Counted>);

impl HttpConnector for CountingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target");
        if !target.is_some_and(|target| target.ends_with(".BatchWriteItem")) {
            return self.0.call(request);
        }
        let (below, counted) = (self.0.clone(), Arc::clone(&self.1));
        HttpConnectorFuture::new(async move {
            counted.enter().await;
            let reply = below.call(request).await;
            counted.leave();
            reply
        })
    }
}

fn counting(client: &Client, counted: &Arc<Counted>) -> Client {
    let below = client.config().http_client().expect("the client has one");
    let counting = CountingClient(below, Arc::clone(counted));
    Client::from_conf(client.config().to_builder().http_client(counting).build())
}

async fn given_expired(bench: &Bench, count: usize) {
    for expired in 0..count {
        bench.put(&key(&format!("expired{expired}")), &[("expires", number(1))]).await;
    }
}

async fn sweep(store: &DynamoDbStore) -> Sweep {
    let budget = SweepBudget::new(NonZeroUsize::new(100).expect("it is not zero"));
    store.sweep(&budget, None).await.expect("it sweeps")
}

/// Collects 16 sessions in batches of two, and returns the most batches in flight.
async fn most_in_flight(pool_size: usize) -> usize {
    let bench = Bench::new().await;
    given_expired(&bench, 16).await;
    let counted = Counted::of(pool_size);
    let client = counting(&bench.server.client(), &counted);
    let batches = BatchConfig { batch_size: 2, pool_size, ..BatchConfig::default() };
    let builder = DynamoDbStore::builder(client, TABLE).batch_config(batches);
    let store = pausing(builder.clock(bench.clock.clone()), &bench.pause).build();
    let store = store.expect("the settings fit");
    // A store that sends fewer at a time never passes the gate.
    let sweep = tokio::time::timeout(Duration::from_mins(1), sweep(&store)).await;
    let sweep = sweep.unwrap_or_else(|_| panic!("{pool_size} were never in flight"));
    assert_eq!((sweep.expired, sweep.deleted, sweep.failed), (16, 16, 0));
    assert_eq!(counted.all.load(Ordering::SeqCst), 8);
    counted.most.load(Ordering::SeqCst)
}

#[tokio::test]
async fn as_many_batches_are_in_flight_as_the_pool_has_places() {
    for pool_size in [1, 2, 4, 8] {
        assert_eq!(most_in_flight(pool_size).await, pool_size);
    }
}

#[tokio::test]
async fn the_hook_returns_the_delay_of_its_batch() {
    let fixed =
        BatchConfig { batch_size: 10, delay: Duration::from_secs(7), ..BatchConfig::default() };
    let hooked = fixed.clone().before(|size| Duration::from_secs(size as u64));
    let undelayed = fixed.clone().before(|_| Duration::ZERO);
    for (batches, delays) in
        [(fixed, vec![7, 7, 7]), (hooked, vec![10, 10, 3]), (undelayed, vec![])]
    {
        let bench = Bench::with(|builder| builder.batch_config(batches.clone())).await;
        given_expired(&bench, 23).await;
        assert_eq!(sweep(&bench.store).await.deleted, 23);
        let slept = bench.pause.slept();
        assert_eq!(slept, delays.into_iter().map(Duration::from_secs).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_pool_of_no_or_too_many_places_is_rejected() {
    let bench = Bench::new().await;
    for pool_size in [0, 101] {
        let batches = BatchConfig { pool_size, ..BatchConfig::default() };
        let builder = DynamoDbStore::builder(bench.server.client(), TABLE).batch_config(batches);
        let error = builder.build().expect_err("it is out of its range").to_string();
        assert!(
            error.contains(&format!("pool_size is {pool_size}: it must be 1 to 100")),
            "{error}"
        );
    }
}
