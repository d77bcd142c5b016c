//! What a client asks of a store, and what it is told.

use super::target::Target;
use futures_util::FutureExt;
use session_core::{
    Acquired, Change, Cursor, Deletion, Error, ErrorKind, Expect, Key, LockToken, Operation,
    Outcome, Record, Result, Rotation, Snapshot, SweepBudget, Touch, Version,
};
use std::num::NonZeroUsize;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// One call with all its arguments, to be made of a store or of the model.
#[derive(Clone, Debug)]
pub(super) enum Call {
    Load { key: Key },
    Create { key: Key, record: Record, version: Version },
    Update { key: Key, change: Change, expect: Expect, version: Version },
    Touch { key: Key, touch: Touch, expect: Expect },
    Rotate { old: Key, new: Key, rotation: Rotation, expect: Expect, version: Version },
    Delete { key: Key, expect: Expect },
    Acquire { key: Key, token: LockToken, lease: Duration },
    Renew { key: Key, token: LockToken, lease: Duration },
    Release { key: Key, token: LockToken },
    Collect,
    Advance { by: Duration },
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Replied(Reply),
    Refused(ErrorKind),
    /// The store failed and says that it may have done it all the same.
    Unknown(ErrorKind),
    Panicked,
}

/// What a call that succeeded says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reply {
    Done,
    Loaded(Option<Snapshot>),
    Deletion(Deletion),
    Acquired(Acquired),
}

impl Call {
    /// Records of a walk are examined in steps of so many.
    const STEP: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

    /// More steps than a walk over the records of a program takes.
    const MOST_STEPS: usize = 1_000;

    /// The keys that it names.
    pub(super) fn keys(&self) -> Vec<Key> {
        match self {
            Self::Load { key }
            | Self::Create { key, .. }
            | Self::Update { key, .. }
            | Self::Touch { key, .. }
            | Self::Delete { key, .. }
            | Self::Acquire { key, .. }
            | Self::Renew { key, .. }
            | Self::Release { key, .. } => vec![key.clone()],
            Self::Rotate { old, new, .. } => vec![old.clone(), new.clone()],
            Self::Collect | Self::Advance { .. } => Vec::new(),
        }
    }

    /// Makes the call.
    pub(super) async fn make(&self, target: &Target) -> Answer {
        match AssertUnwindSafe(self.ask(target)).catch_unwind().await {
            Ok(Ok(reply)) => Answer::Replied(reply),
            Ok(Err(error)) if error.outcome() == Outcome::Unknown => Answer::Unknown(error.kind()),
            Ok(Err(error)) => Answer::Refused(error.kind()),
            Err(_) => Answer::Panicked,
        }
    }

    async fn ask(&self, target: &Target) -> Result<Reply> {
        let store = &target.store;
        let reply = match self {
            Self::Load { key } => return store.load(key).await.map(Reply::Loaded),
            Self::Delete { key, expect } => {
                return store.delete(key, expect).await.map(Reply::Deletion);
            }
            Self::Acquire { key, token, lease } => {
                return target.locking().acquire(key, token, *lease).await.map(Reply::Acquired);
            }
            Self::Create { key, record, version } => store.create(key, record, version).await,
            Self::Update { key, change, expect, version } => {
                store.update(key, change, expect, version).await
            }
            Self::Touch { key, touch, expect } => store.touch(key, touch, expect).await,
            Self::Rotate { old, new, rotation, expect, version } => {
                store.rotate(old, new, rotation, expect, version).await
            }
            Self::Renew { key, token, lease } => target.locking().renew(key, token, *lease).await,
            Self::Release { key, token } => target.locking().release(key, token).await,
            Self::Collect => collect(target).await,
            Self::Advance { by } => {
                target.clock.advance(*by);
                Ok(())
            }
        };
        reply.map(|()| Reply::Done)
    }
}

/// Walks over all records, and deletes the expired ones.
async fn collect(target: &Target) -> Result<()> {
    let budget = SweepBudget { max_records: Call::STEP };
    let mut from: Option<Cursor> = None;
    for _ in 0..Call::MOST_STEPS {
        from = target.collecting().sweep(&budget, from.as_ref()).await?.next;
        if from.is_none() {
            return Ok(());
        }
    }
    let error = Error::new(Operation::Collect, ErrorKind::Config);
    Err(error.with_detail("a walk over a few records has no end"))
}
