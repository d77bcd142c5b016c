mod journal;
mod left;

pub(crate) use left::LeftLocks;

use journal::Journal;
use parking_lot::Mutex;
use session_core::error::Operation;
use session_core::store::{Key, LockToken};
use session_core::{Error, ErrorKind, Result};
use std::fmt::{self, Debug, Formatter};
use std::path::Path;
use std::sync::Arc;

/// A file with the locks of this process, for the next process after a crash.
///
/// A killed process cannot release its locks, and others wait until the leases are over. The
/// process that starts next with the same file releases them at once: see
/// [`Pessimistic::release_left_locks`](crate::Pessimistic::release_left_locks). This matters most
/// where handlers of PHP share the table, as they do not know leases.
///
/// The file contains keys and lock tokens, which are secrets. Only its owner can read and write it
/// (mode 0600, on Unix). It belongs to one process at a time, so each process of a host needs a
/// file of its own. It has to survive the crash of the process, not that of the host: nothing is
/// synchronized to the disk. Each lock costs two short writes. A write that fails fails no session:
/// the lease still ends the lock.
///
/// Clones share the file.
///
/// ```
/// use session_locking::HeldLocks;
///
/// # let folder = std::env::temp_dir().join(format!("held-locks-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).expect("it can be made");
/// # let path = folder.join("worker-1.locks");
/// let held_locks = HeldLocks::open(&path)?;
///
/// let error = HeldLocks::open(&path).expect_err("this process has it open");
/// assert!(error.to_string().contains("another process"));
/// # drop(held_locks);
/// # std::fs::remove_dir_all(folder).expect("it is ours");
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone)]
pub struct HeldLocks {
    journal: Arc<Mutex<Journal>>,
    left: Arc<Mutex<Vec<(Key, LockToken)>>>,
}

impl HeldLocks {
    /// Opens the file at `path`, or creates it, and reads which locks were left.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) if the file cannot be opened, if another process has it open,
    /// or if it was not made by this type. A foreign file stays as it is.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let journal = Journal::open(path).map_err(|problem| {
            let detail = format!("held_locks is `{}`: {problem}", path.display());
            Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
        })?;
        let left = Mutex::new(journal.locks());
        Ok(Self { journal: Arc::new(Mutex::new(journal)), left: Arc::new(left) })
    }

    /// The locks that the previous process left, once.
    pub(crate) fn take_left(&self) -> Vec<(Key, LockToken)> {
        std::mem::take(&mut *self.left.lock())
    }

    /// Adds a lock that is about to be acquired.
    pub(crate) fn add(&self, key: &Key, token: &LockToken) -> Entry {
        self.journal.lock().add(key, token);
        Entry { held_locks: self.clone(), token: token.clone() }
    }

    /// Removes a lock that does not stand any more.
    fn remove(&self, token: &LockToken) {
        self.journal.lock().remove(token);
    }
}

/// A lock in the file. If it is dropped, the lock stays there, as it may stand.
#[derive(Debug)]
pub(crate) struct Entry {
    held_locks: HeldLocks,
    token: LockToken,
}

impl Entry {
    /// Removes the lock, which does not stand any more.
    pub(crate) fn remove(self) {
        self.held_locks.remove(&self.token);
    }
}

impl Debug for HeldLocks {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("HeldLocks")
    }
}
