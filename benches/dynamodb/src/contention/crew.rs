//! The waiters of one process.

use super::php::Php;
use super::{Policy, TABLE};
use crate::meter::Meter;
use crate::process::wait_for_orders;
use crate::server::Server;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use session_benches::{id, key};
use session_core::codec::RawString;
use session_core::store::{Freshness, SessionStore};
use session_core::time::Timer;
use session_core::time::TokioTimer;
use session_core::{ErrorKind, Sessions};
use session_dynamodb::{DynamoDbStore, local_client};
use session_locking::Pessimistic;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

/// How long the session is worked on.
const WORK: Duration = Duration::from_millis(5);

/// What the waiters of a process are to do.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Orders {
    #[arg(long)]
    pub(super) policy: Policy,
    #[arg(long)]
    pub(super) session: usize,
    #[arg(long)]
    pub(super) waiters: usize,
    #[arg(long)]
    pub(super) turns: usize,
}

impl Orders {
    /// The command line that gives these orders.
    pub(super) fn arguments(&self, server: &Server) -> Vec<String> {
        let Self { policy, session, waiters, turns } = self;
        let policy = policy.to_possible_value().expect("no policy is hidden");
        vec![
            "crew".into(),
            format!("--endpoint-url={}", server.endpoint_url()),
            format!("--policy={}", policy.get_name()),
            format!("--session={session}"),
            format!("--waiters={waiters}"),
            format!("--turns={turns}"),
        ]
    }
}

/// The outcomes of the waiters of a process.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Logged {
    /// From the order to go on until the last of them was done.
    pub(super) seconds: f64,
    /// How often they asked for the lock.
    pub(super) attempts: u32,
    /// How long each waited who got the session, in seconds.
    pub(super) waits: Vec<f64>,
    /// How many gave up.
    pub(super) starved: usize,
}

/// In a process of its own: works by its arguments, and reports.
///
/// # Panics
///
/// If the server fails, which the process that started this one notices.
pub(crate) fn crew(orders: &Orders, endpoint_url: &str) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let logged =
        runtime.expect("the system has threads to give").block_on(work(orders, endpoint_url));
    println!("{}", serde_json::to_string(&logged).expect("numbers are JSON"));
}

async fn work(orders: &Orders, endpoint_url: &str) -> Logged {
    let meter = Meter::of_requests();
    let client = meter.under(&local_client(endpoint_url));
    let store = DynamoDbStore::builder(client.clone(), TABLE).locking(true).build();
    let store = Arc::new(store.expect("the settings fit"));
    open_connections(&store, orders).await;
    let sessions = Sessions::builder(Pessimistic::new(store), RawString::new()).build();
    let waiter = match orders.policy {
        Policy::Queue => Waiter::Queue(sessions.expect("the store keeps text")),
        Policy::Php => Waiter::Php(Php::new(client, TABLE)),
    };
    println!("ready");
    wait_for_orders();
    meter.take();
    let timer = TokioTimer::new();
    let mut waiters = JoinSet::new();
    for _ in 0..orders.waiters {
        waiters.spawn(waiter.clone().take_turns(*orders, timer));
    }
    let waits: Vec<Option<Duration>> = waiters.join_all().await.into_iter().flatten().collect();
    Logged {
        seconds: timer.elapsed().as_secs_f64(),
        attempts: u32::try_from(meter.take().attempts).expect("nobody asks so often"),
        starved: waits.iter().filter(|wait| wait.is_none()).count(),
        waits: waits.into_iter().flatten().map(|wait| wait.as_secs_f64()).collect(),
    }
}

/// Opens as many connections as can be needed at a time.
async fn open_connections(store: &Arc<DynamoDbStore>, orders: &Orders) {
    let mut loads = JoinSet::new();
    for _ in 0..orders.waiters {
        let (store, key) = (Arc::clone(store), key(orders.session));
        loads.spawn(async move { store.load(&key, Freshness::AsConfigured).await.map(drop) });
    }
    for loaded in loads.join_all().await {
        loaded.expect("the server answers");
    }
}

/// One who wants the session.
#[derive(Clone)]
enum Waiter {
    Queue(Sessions<String>),
    Php(Php),
}

impl Waiter {
    /// How long each turn was waited for, or nothing where the wait was given up.
    async fn take_turns(self, orders: Orders, timer: TokioTimer) -> Vec<Option<Duration>> {
        let mut waits = Vec::new();
        for _ in 0..orders.turns {
            let begin = timer.elapsed();
            let wait = match &self {
                Self::Queue(sessions) => queue(sessions, orders.session, timer).await,
                Self::Php(php) => php.turn(orders.session, timer, WORK).await,
            };
            waits.push(wait.map(|end| end.saturating_sub(begin)));
        }
        waits
    }
}

async fn queue(sessions: &Sessions<String>, session: usize, timer: TokioTimer) -> Option<Duration> {
    let mut opened = match sessions.open(Some(&id(session))).await {
        Ok(opened) => opened,
        Err(error) if matches!(error.kind(), ErrorKind::LockTimeout { .. }) => return None,
        Err(error) => panic!("{error}"),
    };
    let end = timer.elapsed();
    timer.sleep(WORK).await;
    opened.data_mut().push('.');
    let _ = opened.commit().await.expect("the lock is held");
    Some(end)
}
