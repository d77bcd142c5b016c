//! Strategies that open sessions in a wrong way.

use crate::changed::{Change, Changed};
use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use futures_util::future::{Either, select};
use session_core::error::Operation;
use session_core::store::{Freshness, Key, LockingStore};
use session_core::strategy::{Opened, Strategy};
use session_core::time::{ManualClock, Timer};
use session_core::{Error, ErrorKind, LastWriteWins, Result};
use session_locking::{LockOptions, Pessimistic};
use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Every handle has its own queue, so all of them ask the store.
#[derive(Debug)]
struct Unqueued {
    store: Arc<dyn LockingStore>,
    options: LockOptions,
    clock: ManualClock,
}

#[async_trait]
impl Change for Unqueued {
    async fn open(
        &self,
        _: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let Self { store, options, clock } = self;
        sound(Arc::clone(store), *options, clock.clone()).open(key, freshness).await
    }
}

/// Opening goes on in the background after its caller has left.
#[derive(Debug)]
struct Detached;

#[async_trait]
impl Change for Detached {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let (strategy, key) = (sound.clone(), key.clone());
        let opening = tokio::spawn(async move { strategy.open(&key, freshness).await });
        opening.await.map_err(|_| Error::new(Operation::Open, ErrorKind::Unavailable))?
    }
}

/// Treats a lock that it cannot get as an absent session.
#[derive(Debug)]
struct Forgetful;

#[async_trait]
impl Change for Forgetful {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        match sound.open(key, freshness).await {
            Err(error) if matches!(error.kind(), ErrorKind::LockTimeout { .. }) => Ok(None),
            opened => opened,
        }
    }
}

/// Restarts its wait at each wake-up, and so asks the store at once.
#[derive(Debug)]
struct Startled(Arc<dyn LockingStore>);

#[async_trait]
impl Change for Startled {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        for _ in 0..1_000 {
            let watch = self.0.watch(key).await;
            let woken = pin!(async move {
                match watch {
                    Some(mut watch) => watch.changed().await,
                    None => pending().await,
                }
            });
            if let Either::Left((opened, _)) = select(sound.open(key, freshness), woken).await {
                return opened;
            }
        }
        sound.open(key, freshness).await
    }
}

/// Shows the id of the session that it cannot open in the error.
#[derive(Debug)]
struct Talkative;

#[async_trait]
impl Change for Talkative {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let opened = sound.open(key, freshness).await;
        opened.map_err(|error| error.with_detail(format!("waited for {}", key.as_str())))
    }
}

/// Waits for an absent session to appear.
#[derive(Debug)]
struct Hopeful {
    wait: Duration,
    clock: ManualClock,
}

#[async_trait]
impl Change for Hopeful {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let opened = sound.open(key, freshness).await?;
        if opened.is_some() {
            return Ok(opened);
        }
        self.clock.sleep(self.wait).await;
        sound.open(key, freshness).await
    }
}

/// Delays every eighth handle, even if the handles before it were quick.
#[derive(Debug)]
struct Dawdling {
    opened: AtomicUsize,
    clock: ManualClock,
    pause: Duration,
}

#[async_trait]
impl Change for Dawdling {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let opened = sound.open(key, freshness).await;
        if self.opened.fetch_add(1, Ordering::SeqCst) % 8 == 7 {
            self.clock.advance(self.pause);
        }
        opened
    }
}

rejects! {
    locks_nothing = |store, _, _| Ok(LastWriteWins::new(store))
        => [a_second_handle_waits_for_the_first, a_lock_is_renewed_while_it_is_held];
    lets_everybody_ask_the_store = |store, options, clock: ManualClock| {
        let strategy = sound(Arc::clone(&store), options, clock.clone());
        Ok(Changed(strategy, Unqueued { store, options, clock }))
    }
        => [local_waiters_go_first_in_first_out, only_the_head_of_the_queue_asks_the_store];
    waits_on_when_it_is_canceled =
        |store, options, clock| Ok(Changed(sound(store, options, clock), Detached))
        => [a_canceled_waiter_leaves_the_queue];
    begins_a_new_session_after_a_timeout =
        |store, options, clock| Ok(Changed(sound(store, options, clock), Forgetful))
        => [
            waiting_for_another_process_ends_at_the_deadline,
            waiting_in_the_queue_ends_at_the_deadline,
        ];
    asks_whenever_it_is_woken =
        |store, options, clock| Ok(Changed(sound(Arc::clone(&store), options, clock), Startled(store)))
        => [wake_ups_that_come_too_early_bring_few_attempts];
    names_the_key_that_it_waited_for =
        |store, options, clock| Ok(Changed(sound(store, options, clock), Talkative))
        => [locked_handles_and_their_errors_show_no_secret];
    pauses_however_quick_the_hand_overs_are = |store, options: LockOptions, clock: ManualClock| {
        let (pause, opened) = (options.max_lock_retry, AtomicUsize::new(0));
        let strategy = sound(store, options, clock.clone());
        Ok(Changed(strategy, Dawdling { opened, clock, pause }))
    }
        => [pauses_take_a_sixth_of_the_time_at_most];
    waits_for_unknown_sessions = |store, options: LockOptions, clock: ManualClock| {
        let wait = options.max_lock_wait_time;
        Ok(Changed(sound(store, options, clock.clone()), Hopeful { wait, clock }))
    }
        => [an_unknown_session_is_not_waited_for, a_deletion_under_a_lock_lets_the_queue_move_on];
}
