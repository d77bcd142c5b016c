use session_benches::{HOUR, key, payload};
use session_core::Result;
use session_core::random::{Randomness, SeededRandom};
use session_core::store::{Change, Expect, LockDisposition, Record, SessionStore, Tag};
use session_core::time::{Clock, SystemClock, Timer, TokioTimer};
use session_sqlite::SqliteStore;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// The store, with a session for each task.
pub(crate) struct Store {
    store: Arc<SqliteStore>,
    tasks: usize,
}

impl Store {
    pub(crate) async fn open(path: &Path, tasks: usize) -> Result<Self> {
        let store = Arc::new(SqliteStore::open(path).await?);
        let expires = SystemClock.now().timestamp().saturating_add(HOUR);
        for task in 0..tasks {
            let payload = payload(task);
            let record = Record { payload, expires, deadline: None, idle: None };
            store.create(&key(task), &record, &draw(&SeededRandom::default())).await?;
        }
        Ok(Self { store, tasks })
    }

    /// How long the tasks take for so many updates each.
    pub(crate) async fn round(&self, updates: usize) -> Result<Duration> {
        let begin = TokioTimer::new();
        let mut tasks = JoinSet::new();
        for task in 0..self.tasks {
            tasks.spawn(update(Arc::clone(&self.store), task, updates));
        }
        for result in tasks.join_all().await {
            result?;
        }
        Ok(begin.elapsed())
    }
}

async fn update(store: Arc<SqliteStore>, task: usize, updates: usize) -> Result<()> {
    let (key, random) = (key(task), SeededRandom::default());
    for number in 0..updates {
        let expires = SystemClock.now().timestamp().saturating_add(HOUR);
        let payload = payload(task + number);
        let change = Change { payload, expires, lifetime: None, lock: LockDisposition::Keep };
        store.update(&key, &change, &Expect::PRESENT, &draw(&random)).await?;
    }
    Ok(())
}

fn draw(random: &impl Randomness) -> Tag {
    Tag::draw(random)
}
