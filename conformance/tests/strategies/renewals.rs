//! Strategies that handle the reply of a renewal, or a missing reply, wrongly.

use crate::forwarding::forwards_sessions;
use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use session_core::error::Operation;
use session_core::store::{Acquired, Key, LockToken, LockingStore, Watch};
use session_core::time::{ManualClock, Timestamp};
use session_core::{Error, ErrorKind, Result};
use session_locking::{LockOptions, Pessimistic};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// A fault in the renewals of a strategy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It treats a renewal without a reply as a lost lock.
    GivesUpWithoutAReply,
    /// It starts a renewal only after the previous one has ended.
    OneAfterTheOther,
    /// It does not note the expiry that a renewal returns.
    IgnoresTheExpiry,
}

#[derive(Debug)]
struct Renewing {
    store: Arc<dyn LockingStore>,
    fault: Fault,
    last: Arc<Mutex<()>>,
}

#[async_trait]
impl LockingStore for Renewing {
    async fn acquire(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Acquired> {
        self.store.acquire(key, token, lease).await
    }

    async fn renew(&self, key: &Key, token: &LockToken, lease: Duration) -> Result<Timestamp> {
        if self.fault == Fault::GivesUpWithoutAReply {
            let renewed = self.store.renew(key, token, lease).await;
            return renewed.map_err(|_| Error::new(Operation::Renew, ErrorKind::LockLost));
        }
        if self.fault == Fault::IgnoresTheExpiry {
            let renewed = self.store.renew(key, token, lease).await;
            return renewed.map(|_| Timestamp::from_epoch_seconds(0));
        }
        let (store, key, token) = (Arc::clone(&self.store), key.clone(), token.clone());
        let last = Arc::clone(&self.last).lock_owned().await;
        let renewal = tokio::spawn(async move {
            let renewed = store.renew(&key, &token, lease).await;
            drop(last);
            renewed
        });
        renewal.await.map_err(|_| Error::new(Operation::Renew, ErrorKind::Unavailable))?
    }

    async fn release(&self, key: &Key, token: &LockToken) -> Result<()> {
        self.store.release(key, token).await
    }

    async fn watch(&self, key: &Key) -> Option<Box<dyn Watch>> {
        self.store.watch(key).await
    }
}

forwards_sessions!(Renewing);

/// The sound strategy with this fault in its renewals.
fn with(
    fault: Fault,
) -> impl Fn(Arc<dyn LockingStore>, LockOptions, ManualClock) -> Result<Pessimistic> + Send + Sync {
    move |store, options, clock| {
        let store = Renewing { store, fault, last: Arc::default() };
        Ok(sound(Arc::new(store), options, clock))
    }
}

rejects! {
    gives_up_a_lock_whose_renewal_has_no_reply = with(Fault::GivesUpWithoutAReply)
    => [
        a_renewal_whose_reply_is_lost_loses_no_lock,
    ];
    waits_for_a_renewal_that_has_no_reply = with(Fault::OneAfterTheOther)
    => [
        a_renewal_without_an_answer_costs_no_lock,
    ];
    ignores_the_expiry_that_a_renewal_left = with(Fault::IgnoresTheExpiry)
    => [
        a_release_names_the_expiry_that_renewals_left,
    ];
}
