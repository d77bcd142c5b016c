//! Each of ten thousand waiters of one session gets the lock.

use session_core::Sessions;
use session_core::codec::RawString;
use session_core::time::{EpochMillis, ManualClock};
use session_locking::{LockOptions, Pessimistic};
use session_memory::MemoryStore;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinSet, yield_now};

const WAITERS: usize = 10_000;

#[tokio::test]
async fn ten_thousand_waiters_of_one_session_all_get_their_turn() {
    let clock = ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000));
    let store = Arc::new(MemoryStore::builder().clock(clock.clone()).build());
    let patience = Duration::from_hours(1);
    let options = LockOptions { max_lock_wait_time: patience, ..LockOptions::default() };
    let strategy = Pessimistic::new(store).with_options(options);
    let strategy = strategy.with_timer(clock.clone());
    let sessions = Sessions::builder(strategy, RawString::new()).clock(clock.clone());
    let sessions = sessions.build().unwrap();

    let mut first = sessions.open(None).await.unwrap();
    "|".clone_into(first.data_mut());
    let id = first.commit().await.unwrap().id().unwrap().clone();

    let mut waiters = JoinSet::new();
    for _ in 0..WAITERS {
        let (sessions, id) = (sessions.clone(), id.clone());
        waiters.spawn(async move {
            let mut session = sessions.open(Some(id.secret())).await.unwrap();
            session.data_mut().push('|');
            let _ = session.commit().await.unwrap();
        });
    }
    while !waiters.is_empty() {
        yield_now().await;
        while let Some(waited) = waiters.try_join_next() {
            waited.unwrap();
        }
        // The queue pauses now and then, and only the clock ends a pause.
        if let Some(wake) = clock.next_wake() {
            clock.advance(wake.min(options.max_lock_retry));
        }
    }
    let session = sessions.read(Some(id.secret())).await.unwrap();
    assert_eq!(session.data().len(), 1 + WAITERS);
}
