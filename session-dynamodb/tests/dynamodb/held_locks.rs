//! Tests of the file in which a process lists its locks.

use crate::support::{Bench, LEASE, TABLE, key, pausing, token};
use crate::wire::Fate;
use session_core::codec::RawString;
use session_core::store::{Acquired, Key, LockingStore};
use session_core::{KeyScheme, Sessions};
use session_dynamodb::DynamoDbStore;
use session_locking::{HeldLocks, LockOptions, Pessimistic};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A file of held locks in its own folder.
struct List(PathBuf);

impl List {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let (process, number) = (std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(format!("listed-{process}-{number}"));
        std::fs::create_dir_all(&folder).expect("it can be made");
        Self(folder.join("locks"))
    }

    fn open(&self) -> HeldLocks {
        HeldLocks::open(&self.0).expect("nobody else has it open")
    }

    /// The number of keys that the next process would find.
    fn len(&self) -> usize {
        let text = std::fs::read_to_string(&self.0).expect("it can be read");
        let removed = |token: &str| text.contains(&format!("- {token}\n"));
        let added = text.lines().filter_map(|line| line.strip_prefix("+ "));
        added.filter(|line| !removed(line.split(' ').next().expect("it has a token"))).count()
    }

    /// The locks that the next process would find if this one were killed now.
    fn left(&self) -> Self {
        let left = Self::new();
        std::fs::copy(&self.0, &left.0).expect("it can be copied");
        left
    }
}

impl Drop for List {
    fn drop(&mut self) {
        drop(self.0.parent().map(std::fs::remove_dir_all));
    }
}

fn strategy(bench: &Bench, list: &List) -> Pessimistic {
    let builder = DynamoDbStore::builder(bench.wire.under(&bench.server.client()), TABLE);
    let builder = pausing(builder, &bench.pause).locking(true).clock(bench.clock.clone());
    let options =
        LockOptions { max_lock_wait_time: Duration::from_micros(1), ..LockOptions::default() };
    let strategy = Pessimistic::new(Arc::new(builder.build().expect("it fits")));
    strategy.with_options(options).with_held_locks(list.open())
}

fn sessions(strategy: Pessimistic, bench: &Bench) -> Sessions<String> {
    let builder = Sessions::builder(strategy, RawString::new()).key_scheme(KeyScheme::Plain);
    builder.clock(bench.clock.clone()).build().expect("they fit")
}

async fn is_free(bench: &Bench, key: &Key) -> bool {
    let acquired = bench.other.acquire(key, &token(), LEASE).await.expect("it is asked");
    matches!(acquired, Acquired::Locked(_))
}

#[tokio::test]
async fn a_lock_is_listed_until_its_session_is_committed() {
    let (bench, list) = (Bench::new().await, List::new());
    bench.given("abc").await;
    let sessions = sessions(strategy(&bench, &list), &bench);
    let mut session = sessions.open(Some("abc")).await.expect("it is free");
    assert_eq!(list.len(), 1);
    session.data_mut().push('!');
    let _ = session.commit().await.expect("it holds the lock");
    assert_eq!(list.len(), 0);
}

#[tokio::test]
async fn a_failed_wait_and_an_unknown_session_leave_nothing_listed() {
    let (bench, list) = (Bench::new().await, List::new());
    bench.given_locked("abc").await;
    let sessions = sessions(strategy(&bench, &list), &bench);
    sessions.open(Some("abc")).await.expect_err("another holds it");
    let _ = sessions.open(Some("unknown")).await.expect("it is a new session");
    assert_eq!(list.len(), 0);
}

#[tokio::test]
async fn nothing_is_listed_after_the_commit_of_a_rotation() {
    let (bench, list) = (Bench::new().await, List::new());
    bench.given("abc").await;
    let sessions = sessions(strategy(&bench, &list), &bench);
    let mut session = sessions.open(Some("abc")).await.expect("it is free");
    let new = key(session.rotate().expect("the store rotates").secret());
    assert_eq!(list.len(), 1);
    let _ = session.commit().await.expect("it holds the lock");
    assert_eq!(list.len(), 0);
    assert!(is_free(&bench, &new).await);
}

/// The first releases of the next process are throttled.
#[tokio::test]
async fn a_left_lock_is_released_although_the_first_attempts_fail() {
    let (bench, list) = (Bench::new().await, List::new());
    let (abc, _) = bench.given("abc").await;
    let sessions = sessions(strategy(&bench, &list), &bench);
    let _session = sessions.open(Some("abc")).await.expect("it is free");
    let left = list.left();
    let next = strategy(&bench, &left).with_timer(bench.clock.clone());
    let throttled = || Fate::Answer(400, r#"{"__type":"x#ThrottlingException"}"#);
    bench.wire.plan((0..5).map(|_| throttled()));
    let (still_left, ()) = tokio::join!(next.release_left_locks(), async {
        while bench.clock.next_wake().is_none() {
            tokio::task::yield_now().await;
        }
        bench.clock.advance(Duration::from_secs(1));
    });
    assert_eq!(still_left, 0);
    assert!(is_free(&bench, &abc).await);
    assert_eq!(next.release_left_locks().await, 0, "there is nothing left to release");
}
