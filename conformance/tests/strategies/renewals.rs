//! Strategies that handle the reply of a renewal, or a missing reply, wrongly.

use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use session_conformance::twist::{RenewCall, Twist, Twisted};
use session_core::error::Operation;
use session_core::store::LockingStore;
use session_core::time::{ManualClock, Timestamp};
use session_core::{Error, ErrorKind, Result};
use session_locking::{LockOptions, Pessimistic};
use std::sync::Arc;
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
impl Twist<dyn LockingStore> for Renewing {
    async fn renew(&self, store: &dyn LockingStore, call: RenewCall<'_>) -> Result<Timestamp> {
        if self.fault == Fault::GivesUpWithoutAReply {
            let renewed = call.on(store).await;
            return renewed.map_err(|_| Error::new(Operation::Renew, ErrorKind::LockLost));
        }
        if self.fault == Fault::IgnoresTheExpiry {
            let renewed = call.on(store).await;
            return renewed.map(|_| Timestamp::from_epoch_seconds(0));
        }
        let (store, key, token) = (Arc::clone(&self.store), call.key.clone(), call.token.clone());
        let (last, lease) = (Arc::clone(&self.last).lock_owned().await, call.lease);
        let renewal = tokio::spawn(async move {
            let renewed = store.renew(&key, &token, lease).await;
            drop(last);
            renewed
        });
        renewal.await.map_err(|_| Error::new(Operation::Renew, ErrorKind::Unavailable))?
    }
}

/// The sound strategy with this fault in its renewals.
fn with(
    fault: Fault,
) -> impl Fn(Arc<dyn LockingStore>, LockOptions, ManualClock) -> Result<Pessimistic> + Send + Sync {
    move |store, options, clock| {
        let renewing = Renewing { store: Arc::clone(&store), fault, last: Arc::default() };
        Ok(sound(Arc::new(Twisted::over(store, renewing)), options, clock))
    }
}

rejects! {
    gives_up_a_lock_whose_renewal_has_no_reply = with(Fault::GivesUpWithoutAReply)
        => [a_renewal_whose_reply_is_lost_loses_no_lock];
    waits_for_a_renewal_that_has_no_reply = with(Fault::OneAfterTheOther)
        => [a_renewal_without_an_answer_costs_no_lock];
    ignores_the_expiry_that_a_renewal_left = with(Fault::IgnoresTheExpiry)
        => [a_release_names_the_expiry_that_renewals_left];
}
