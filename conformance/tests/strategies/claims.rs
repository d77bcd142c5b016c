//! Strategies whose handles end in a wrong way.

use crate::changed::{Change, Changed};
use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use session_conformance::{Lawful, Rules};
use session_core::error::Operation;
use session_core::store::{
    Deletion, Expect, Freshness, Key, LockDisposition, LockingStore, Payload, Tag,
};
use session_core::strategy::{Claim, Opened, Strategy, Write};
use session_core::time::{ManualClock, Timestamp};
use session_core::{Error, ErrorKind, Result};
use session_locking::{LockOptions, Pessimistic};
use std::mem::forget;
use std::sync::Arc;

/// A fault of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It reports a write with a lost lock as successful.
    SwallowsTheLoss,
    /// It reports a write to a deleted session as successful.
    SwallowsTheDeletion,
    /// It does not release the lock after a write that is too large.
    KeepsTheLockOfTheRefused,
    /// It does not release the lock of a session without changes.
    KeepsTheLockOfTheUnchanged,
    /// A dropped handle releases neither its lock nor its slot in the queue.
    LeaksWhenDropped,
    /// It does not destroy the session.
    DestroysNothing,
    /// It never rotates.
    RotatesNothing,
    /// It rotates with the old data, and writes the new data in a second request.
    RotatesInTwoSteps,
    /// It writes the data and the expiry of a session, but not its new lifetime.
    ForgetsTheLifetime,
}

/// A fault in the claims of a strategy.
#[derive(Debug)]
struct Bad {
    store: Arc<dyn LockingStore>,
    fault: Fault,
}

#[async_trait]
impl Change for Bad {
    async fn open(
        &self,
        sound: &Pessimistic,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Opened>> {
        let opened = sound.open(key, freshness).await?;
        Ok(opened.map(|Opened { snapshot, claim }| {
            let (read, store) = (snapshot.record.payload.clone(), Arc::clone(&self.store));
            let claim = Box::new(BadClaim { claim: Some(claim), store, read, fault: self.fault });
            Opened { snapshot, claim }
        }))
    }
}

#[derive(Debug)]
struct BadClaim {
    claim: Option<Box<dyn Claim>>,
    store: Arc<dyn LockingStore>,
    read: Payload,
    fault: Fault,
}

impl BadClaim {
    fn take(&mut self) -> Box<dyn Claim> {
        self.claim.take().expect("a claim is consumed once")
    }
}

fn judged(fault: Fault, written: Result<()>) -> Result<()> {
    let kind = written.as_ref().err().map(Error::kind);
    match (fault, kind) {
        (Fault::SwallowsTheLoss, Some(ErrorKind::LockLost))
        | (Fault::SwallowsTheDeletion, Some(ErrorKind::Gone)) => Ok(()),
        _ => written,
    }
}

#[async_trait]
impl Claim for BadClaim {
    async fn update(mut self: Box<Self>, mut write: Write, version: &Tag) -> Result<()> {
        let fault = self.fault;
        if fault == Fault::ForgetsTheLifetime {
            write.lifetime = None;
        }
        let limit = Lawful.capabilities().max_record_bytes().expect("the model has a limit");
        if fault == Fault::KeepsTheLockOfTheRefused && write.payload.len() > limit {
            forget(self.take());
            let kind = ErrorKind::TooLarge { size: write.payload.len(), limit };
            return Err(Error::new(Operation::Update, kind));
        }
        judged(fault, self.take().update(write, version).await)
    }

    async fn touch(mut self: Box<Self>, expires: Timestamp) -> Result<()> {
        let fault = self.fault;
        judged(fault, self.take().touch(expires).await)
    }

    async fn rotate(mut self: Box<Self>, new: &Key, write: Write, version: &Tag) -> Result<()> {
        match self.fault {
            Fault::RotatesNothing => self.take().release().await,
            Fault::RotatesInTwoSteps => {
                let read = Write { payload: self.read.clone(), ..write.clone() };
                self.take().rotate(new, read, version).await?;
                let change = write.into_change(LockDisposition::Keep);
                self.store.update(new, &change, &Expect::PRESENT, version).await
            }
            fault => judged(fault, self.take().rotate(new, write, version).await),
        }
    }

    async fn delete(mut self: Box<Self>) -> Result<Deletion> {
        if self.fault == Fault::DestroysNothing {
            self.take().release().await?;
            return Ok(Deletion::Deleted);
        }
        self.take().delete().await
    }

    async fn release(mut self: Box<Self>) -> Result<()> {
        let fault = self.fault;
        if fault == Fault::KeepsTheLockOfTheUnchanged {
            forget(self.take());
            return Ok(());
        }
        judged(fault, self.take().release().await)
    }
}

impl Drop for BadClaim {
    fn drop(&mut self) {
        if self.fault == Fault::LeaksWhenDropped {
            forget(self.claim.take());
        }
    }
}

/// The sound strategy with this fault in its claims.
fn with(
    fault: Fault,
) -> impl Fn(Arc<dyn LockingStore>, LockOptions, ManualClock) -> Result<Changed<Bad>> + Send + Sync
{
    move |store, options, clock| {
        Ok(Changed(sound(Arc::clone(&store), options, clock), Bad { store, fault }))
    }
}

rejects! {
    swallows_the_loss_of_a_lock = with(Fault::SwallowsTheLoss)
        => [
            a_hung_holder_does_not_stop_the_queue,
            a_lost_lock_is_reported_at_the_commit,
            renewal_stops_after_the_longest_hold,
        ];
    keeps_the_lock_of_an_unchanged_session = with(Fault::KeepsTheLockOfTheUnchanged)
        => [every_commit_releases_the_lock];
    leaks_the_lock_of_a_dropped_handle = with(Fault::LeaksWhenDropped)
        => [
            a_commit_that_is_dropped_releases_its_lock,
            a_handle_that_is_dropped_releases_its_lock,
            an_opening_dropped_at_any_await_leaves_no_lock,
        ];
    destroys_nothing = with(Fault::DestroysNothing)
        => [a_destruction_lets_the_queue_move_on];
    rotates_nothing = with(Fault::RotatesNothing)
        => [a_rotation_lets_the_queue_of_the_old_id_move_on, a_rotation_under_a_lock_is_one_write];
    rotates_in_two_steps = with(Fault::RotatesInTwoSteps)
        => [a_rotation_under_a_lock_is_one_write, a_write_that_is_rejected_releases_the_lock];
    swallows_the_deletion_of_a_session = with(Fault::SwallowsTheDeletion)
        => [a_deletion_under_a_lock_is_reported_at_the_commit];
    forgets_the_lifetime = with(Fault::ForgetsTheLifetime)
        => [a_lifetime_under_a_lock_is_one_write];
    keeps_the_lock_of_a_write_that_is_rejected = with(Fault::KeepsTheLockOfTheRefused)
        => [a_write_that_is_rejected_releases_the_lock];
}
