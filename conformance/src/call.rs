//! Calls with all their arguments, to be made of a store or of the model.

mod answer;
mod possible_states;

pub(crate) use answer::Answer;
pub(crate) use possible_states::PossibleStates;

use crate::Model;
use crate::model::Rows;
use crate::secrets::Secrets;
use futures_util::FutureExt;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Change, CollectingStore, Cursor, Deletion, Expect, Freshness, Key,
    LockToken, LockingStore, Payload, Record, Rotation, Snapshot, SweepBudget, Tag, Touch,
};
use session_core::time::Timestamp;
use session_core::{Error, ErrorKind, Result};
use std::mem;
use std::num::NonZeroUsize;
use std::time::Duration;

/// One call of a store.
#[derive(Clone, Debug)]
pub(crate) enum Call {
    Load {
        key: Key,
    },
    Create {
        key: Key,
        record: Record,
        version: Tag,
    },
    Update {
        key: Key,
        change: Change,
        expect: Expect,
        version: Tag,
    },
    Touch {
        key: Key,
        touch: Touch,
        expect: Expect,
    },
    Rotate {
        old: Key,
        new: Key,
        rotation: Rotation,
        expect: Expect,
        version: Tag,
    },
    Delete {
        key: Key,
        expect: Expect,
    },
    Acquire {
        key: Key,
        token: LockToken,
        lease: Duration,
    },
    Renew {
        key: Key,
        token: LockToken,
        lease: Duration,
    },
    Release {
        key: Key,
        token: LockToken,
    },
    /// A walk over all records that deletes the expired ones.
    Collect,
}

/// The answer of a call that succeeded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reply {
    Done,
    Loaded(Option<Snapshot>),
    Deletion(Deletion),
    Acquired(Acquired),
    Renewed(Timestamp),
}

impl Call {
    /// The keys, data and tokens that it names.
    pub(crate) fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::new();
        for key in self.keys() {
            secrets = secrets.with("a key", key.as_str());
        }
        if let Some(payload) = self.payload() {
            secrets = secrets.with("the data", payload.as_bytes());
        }
        if let Some(token) = self.token() {
            secrets = secrets.with("the token", token.encode());
        }
        secrets
    }

    const fn payload(&self) -> Option<&Payload> {
        match self {
            Self::Create { record, .. } => Some(&record.payload),
            Self::Update { change, .. } => Some(&change.payload),
            Self::Rotate { rotation, .. } => Some(&rotation.record.payload),
            _ => None,
        }
    }

    pub(crate) fn token(&self) -> Option<&LockToken> {
        match self {
            Self::Acquire { token, .. }
            | Self::Renew { token, .. }
            | Self::Release { token, .. } => Some(token),
            Self::Update { expect, .. }
            | Self::Touch { expect, .. }
            | Self::Rotate { expect, .. }
            | Self::Delete { expect, .. } => expect.as_lock(),
            _ => None,
        }
    }

    /// Whether a store of these capabilities takes such a call.
    pub(crate) fn is_declared(&self, capabilities: &Capabilities) -> bool {
        let names_a_version = match self {
            Self::Update { expect, .. }
            | Self::Touch { expect, .. }
            | Self::Rotate { expect, .. }
            | Self::Delete { expect, .. } => expect.as_version().is_some(),
            _ => false,
        };
        let is_kept = match self {
            Self::Rotate { .. } => capabilities.rotates(),
            Self::Collect => capabilities.collects(),
            _ => self.token().is_none() || capabilities.locks(),
        };
        is_kept && (capabilities.compares_versions() || !names_a_version)
    }

    /// Records of a walk are examined in steps of so many.
    const STEP: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

    /// More steps than a walk over the records of a program takes.
    const MOST_STEPS: usize = 1_000;

    pub(crate) const fn operation(&self) -> Operation {
        match self {
            Self::Load { .. } => Operation::Load,
            Self::Create { .. } => Operation::Create,
            Self::Update { .. } => Operation::Update,
            Self::Touch { .. } => Operation::Touch,
            Self::Rotate { .. } => Operation::Rotate,
            Self::Delete { .. } => Operation::Delete,
            Self::Acquire { .. } => Operation::Acquire,
            Self::Renew { .. } => Operation::Renew,
            Self::Release { .. } => Operation::Release,
            Self::Collect => Operation::Collect,
        }
    }

    /// The keys that it names.
    pub(crate) fn keys(&self) -> Vec<&Key> {
        match self {
            Self::Load { key }
            | Self::Create { key, .. }
            | Self::Update { key, .. }
            | Self::Touch { key, .. }
            | Self::Delete { key, .. }
            | Self::Acquire { key, .. }
            | Self::Renew { key, .. }
            | Self::Release { key, .. } => vec![key],
            Self::Rotate { old, new, .. } => vec![old, new],
            Self::Collect => Vec::new(),
        }
    }

    /// Makes the call.
    pub(crate) async fn make<S: LockingStore + CollectingStore>(&self, store: &S) -> Result<Reply> {
        let reply = match self {
            Self::Load { key } => {
                return store.load(key, Freshness::AsConfigured).await.map(Reply::Loaded);
            }
            Self::Delete { key, expect } => {
                return store.delete(key, expect).await.map(Reply::Deletion);
            }
            Self::Acquire { key, token, lease } => {
                return store.acquire(key, token, *lease).await.map(Reply::Acquired);
            }
            Self::Renew { key, token, lease } => {
                return store.renew(key, token, *lease).await.map(Reply::Renewed);
            }
            Self::Create { key, record, version } => store.create(key, record, version).await,
            Self::Update { key, change, expect, version } => {
                store.update(key, change, expect, version).await
            }
            Self::Touch { key, touch, expect } => store.touch(key, touch, expect).await,
            Self::Rotate { old, new, rotation, expect, version } => {
                store.rotate(old, new, rotation, expect, version).await
            }
            Self::Release { key, token } => store.release(key, token).await,
            Self::Collect => collect(store).await,
        };
        reply.map(|()| Reply::Done)
    }

    /// The rows after the call by the model, and its answer.
    pub(crate) fn step(&self, model: &Model, rows: Rows) -> (Rows, Result<Reply>) {
        model.with_rows(|held| *held = rows);
        let answer = self.make(model).now_or_never().expect("the model waits for nothing");
        (model.with_rows(mem::take), answer)
    }
}

/// Walks over all records, and deletes the expired ones.
async fn collect(store: &impl CollectingStore) -> Result<()> {
    let budget = SweepBudget::new(Call::STEP);
    let mut from: Option<Cursor> = None;
    for _ in 0..Call::MOST_STEPS {
        from = store.sweep(&budget, from.as_ref()).await?.next;
        if from.is_none() {
            return Ok(());
        }
    }
    let error = Error::new(Operation::Collect, ErrorKind::Config);
    Err(error.with_detail("a walk over a few records has no end"))
}
