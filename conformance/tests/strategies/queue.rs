//! Tests of one process's wait queue, among other processes and after its holders.

use crate::verdicts::sound;
use session_conformance::{Context, Model};
use session_core::random::OsRandom;
use session_core::store::{
    Acquired, Freshness, Key, LockToken, LockingStore, Payload, Record, SessionStore, Tag,
};
use session_core::strategy::{Opened, Strategy};
use session_core::time::ManualClock;
use session_locking::{LockOptions, Pessimistic};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::yield_now;

const LEASE: Duration = Duration::from_secs(30);

/// A queue over a store. Each waiter holds the lock for as long as a pause.
struct Queue {
    clock: ManualClock,
    model: Arc<Model>,
    strategy: Pessimistic,
    key: Key,
    pause: Duration,
}

impl Queue {
    async fn new() -> Self {
        let clock = ManualClock::at(Context::start());
        let model = Arc::new(Model::new(clock.clone()));
        let key = Key::new("a").expect("it is not empty");
        let record = Record {
            payload: Payload::text("data"),
            expires: Context::start().saturating_add(LEASE * 100).timestamp(),
            deadline: None,
            idle: None,
        };
        let version = Tag::draw(&OsRandom);
        model.create(&key, &record, &version).await.expect("nothing is there");
        let options = LockOptions::default();
        let store = Arc::clone(&model) as Arc<dyn LockingStore>;
        let strategy = sound(store, options, clock.clone());
        Self { clock, model, strategy, key, pause: options.max_lock_retry }
    }

    async fn pass(&self) {
        self.clock.advance(self.pause);
        settle().await;
    }

    /// The holder after `holder`, and whether it had to pause before.
    async fn hand_over(&self, holder: Opened, is_interrupted: bool) -> (Opened, bool) {
        let (strategy, key) = (self.strategy.clone(), self.key.clone());
        let next = tokio::spawn(async move { strategy.open(&key, Freshness::AsConfigured).await });
        settle().await;
        self.pass().await;
        holder.claim.release().await.expect("it is held");
        if is_interrupted {
            self.lock_elsewhere().await;
        }
        settle().await;
        let pauses = !next.is_finished();
        if pauses {
            self.pass().await;
        }
        let opened = next.await.expect("it does not panic").expect("nobody holds the lock");
        (opened.expect("the record is there"), pauses)
    }

    /// Another process has the lock when the next waiter of the queue requests it.
    async fn lock_elsewhere(&self) {
        let token = LockToken::draw(&OsRandom);
        let acquired = self.model.acquire(&self.key, &token, LEASE).await;
        assert!(matches!(acquired, Ok(Acquired::Locked(_))), "the next in line was first");
        settle().await;
        self.model.release(&self.key, &token).await.expect("it is held");
        self.pass().await;
    }
}

async fn settle() {
    for _ in 0..20 {
        yield_now().await;
    }
}

/// Returns the numbers of those of 20 holders that did not follow at once.
///
/// Before such a holder the queue paused, or another process had the lock.
async fn pauses(interrupted: Option<usize>) -> Vec<usize> {
    let queue = Queue::new().await;
    let opened = queue
        .strategy
        .open(&queue.key, Freshness::AsConfigured)
        .await
        .expect("nobody holds the lock");
    let mut holder = opened.expect("the record is there");
    let mut pauses = Vec::new();
    for number in 2..=20 {
        let (next, is_paused) = queue.hand_over(holder, interrupted == Some(number)).await;
        holder = next;
        pauses.extend(is_paused.then_some(number));
    }
    pauses
}

#[tokio::test]
async fn a_queue_restarts_its_count_after_another_process_had_the_lock() {
    assert_eq!(pauses(None).await, [9, 17]);
    assert_eq!(pauses(Some(5)).await, [13]);
}

/// One task waits for the first renewals of all locks, and ends with the last lock.
#[tokio::test]
async fn holders_that_are_done_renew_nothing() {
    let queue = Queue::new().await;
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let idle = tasks();
    for _ in 0..3 {
        let opened = queue.strategy.open(&queue.key, Freshness::AsConfigured).await;
        let holder = opened.expect("nobody holds the lock").expect("the record is there");
        settle().await;
        assert_eq!(tasks(), idle + 1, "a task waits for the first renewal");
        holder.claim.release().await.expect("it is held");
        settle().await;
    }
    assert_eq!(tasks(), idle + 1);
    queue.clock.advance(LEASE);
    settle().await;
    assert_eq!(tasks(), idle);
}
