use crate::Pessimistic;
use crate::line::Place;
use parking_lot::Mutex;
use session_core::{Acquired, ErrorKind, Expect, Key, LockToken, LockingStore, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// A lock in the store, or the attempt to get it, and the place in line that goes with it.
///
/// Dropped while it stands, or may stand, it is released in the background; only then the next in
/// line gets its turn.
#[derive(Debug)]
pub(crate) struct Lock {
    pub(crate) store: Arc<dyn LockingStore>,
    pub(crate) key: Key,
    pub(crate) token: LockToken,
    pub(crate) runtime: Handle,
    place: SharedPlace,
    may_stand: bool,
}

/// A place in line, which a lock that outlives its lease has to give up as well.
pub(crate) type SharedPlace = Arc<Mutex<Option<Place>>>;

impl Lock {
    pub(crate) fn new(strategy: &Pessimistic, key: &Key, place: Place, runtime: Handle) -> Self {
        Self {
            store: Arc::clone(&strategy.store),
            key: key.clone(),
            token: LockToken::draw(&*strategy.randomness),
            runtime,
            place: Arc::new(Mutex::new(Some(place))),
            may_stand: false,
        }
    }

    /// Makes one attempt. If it is dropped or fails, the lock may stand all the same.
    pub(crate) async fn acquire(&mut self, lease: Duration) -> Result<Acquired> {
        self.may_stand = true;
        let acquired = self.store.acquire(&self.key, &self.token, lease).await?;
        self.may_stand = matches!(acquired, Acquired::Locked(_));
        Ok(acquired)
    }

    /// What a write of the holder must expect.
    pub(crate) fn expect(&self) -> Expect {
        Expect::lock(self.token.clone())
    }

    pub(crate) fn place(&self) -> SharedPlace {
        Arc::clone(&self.place)
    }

    pub(crate) fn begin_run(&self, now: Duration) {
        if let Some(place) = &*self.place.lock() {
            place.begin_run(now);
        }
    }

    /// The lock moved to the key `new`. Nobody waits there yet, and nobody gets a turn here.
    pub(crate) fn move_to(&mut self, new: &Key) {
        self.key = new.clone();
        self.place.lock().take();
    }

    /// Ends the lock after the write that was to release it.
    ///
    /// A write that was refused has released nothing, unless it was refused because there is
    /// nothing to release.
    pub(crate) async fn end<T>(mut self, written: Result<T>) -> Result<T> {
        let stands = match &written {
            Ok(_) => false,
            Err(error) => !matches!(error.kind(), ErrorKind::LockLost | ErrorKind::Gone),
        };
        if stands {
            // What the write failed for is what the caller must hear; the lock lapses anyway.
            let _ = self.store.release(&self.key, &self.token).await;
        }
        self.may_stand = false;
        self.place.lock().take();
        written
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if !self.may_stand {
            return;
        }
        let (store, key, token) = (Arc::clone(&self.store), self.key.clone(), self.token.clone());
        let place = self.place.lock().take();
        self.runtime.spawn(async move {
            // Nobody is left to hear of a failure, and the lock lapses anyway.
            let _ = store.release(&key, &token).await;
            drop(place);
        });
    }
}
