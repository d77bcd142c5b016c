use session_core::{
    Acquired, Change, CollectingStore, Deletion, Error, Expect, Key, LockToken, LockingStore,
    Operation, Record, Result, Rotation, Snapshot, SweepBudget, Touch, Version,
};
use std::num::NonZeroUsize;
use std::time::Duration;

/// One call of a program.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Load(Key),
    Create(Key, Record, Version),
    Update(Key, Change, Expect, Version),
    Touch(Key, Touch, Expect),
    Rotate(Key, Key, Rotation, Expect, Version),
    Delete(Key, Expect),
    Acquire(Key, LockToken, Duration),
    Renew(Key, LockToken, Duration),
    Release(Key, LockToken),
    Sweep,
}

/// What a call was answered, as far as two lawful stores give the same answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Loaded(Option<Snapshot>),
    Done,
    Deletion(Deletion),
    Locked(Snapshot),
    Busy,
    Absent,
    Refused(&'static str),
}

impl Step {
    pub(super) const fn operation(&self) -> Operation {
        match self {
            Self::Load(..) => Operation::Load,
            Self::Create(..) => Operation::Create,
            Self::Update(..) => Operation::Update,
            Self::Touch(..) => Operation::Touch,
            Self::Rotate(..) => Operation::Rotate,
            Self::Delete(..) => Operation::Delete,
            Self::Acquire(..) => Operation::Acquire,
            Self::Renew(..) => Operation::Renew,
            Self::Release(..) => Operation::Release,
            Self::Sweep => Operation::Collect,
        }
    }

    /// The keys that it is about.
    pub(super) fn keys(&self) -> Vec<&Key> {
        match self {
            Self::Load(key)
            | Self::Create(key, ..)
            | Self::Update(key, ..)
            | Self::Touch(key, ..)
            | Self::Delete(key, ..)
            | Self::Acquire(key, ..)
            | Self::Renew(key, ..)
            | Self::Release(key, ..) => vec![key],
            Self::Rotate(old, new, ..) => vec![old, new],
            Self::Sweep => Vec::new(),
        }
    }

    /// The same call, with the content for the version of what it writes.
    pub(super) fn by_content(&self) -> Self {
        let mut step = self.clone();
        match &mut step {
            Self::Create(_, record, version) => *version = Version::content(record.payload.clone()),
            Self::Update(_, change, _, version) => {
                *version = Version::content(change.payload.clone());
            }
            Self::Rotate(_, _, rotation, _, version) => {
                *version = Version::content(rotation.record.payload.clone());
            }
            _ => {}
        }
        step
    }

    pub(super) async fn run<S: LockingStore + CollectingStore>(&self, store: &S) -> Result<Answer> {
        let done = |()| Answer::Done;
        match self {
            Self::Load(key) => store.load(key).await.map(Answer::Loaded),
            Self::Create(key, record, version) => {
                store.create(key, record, version).await.map(done)
            }
            Self::Update(key, change, expect, version) => {
                store.update(key, change, expect, version).await.map(done)
            }
            Self::Touch(key, touch, expect) => store.touch(key, touch, expect).await.map(done),
            Self::Rotate(old, new, rotation, expect, version) => {
                store.rotate(old, new, rotation, expect, version).await.map(done)
            }
            Self::Delete(key, expect) => store.delete(key, expect).await.map(Answer::Deletion),
            Self::Acquire(key, token, lease) => {
                store.acquire(key, token, *lease).await.map(Answer::from)
            }
            Self::Renew(key, token, lease) => store.renew(key, token, *lease).await.map(done),
            Self::Release(key, token) => store.release(key, token).await.map(done),
            Self::Sweep => {
                let budget = SweepBudget { max_records: NonZeroUsize::MAX };
                store.sweep(&budget, None).await.map(|_| Answer::Done)
            }
        }
    }
}

impl From<Acquired> for Answer {
    fn from(acquired: Acquired) -> Self {
        match acquired {
            Acquired::Locked(snapshot) => Self::Locked(snapshot),
            Acquired::Busy { .. } => Self::Busy,
            Acquired::Absent => Self::Absent,
        }
    }
}

impl From<&Error> for Answer {
    fn from(error: &Error) -> Self {
        Self::Refused(error.kind().name())
    }
}

impl Answer {
    /// The same answer of a store that does not compare versions, and so need not tell them.
    pub(super) fn without_version(self) -> Self {
        let unversioned = |snapshot| Snapshot { version: Version::NONE, ..snapshot };
        match self {
            Self::Loaded(found) => Self::Loaded(found.map(unversioned)),
            Self::Locked(found) => Self::Locked(unversioned(found)),
            other => other,
        }
    }
}
