use crate::meter::Meter;
use crate::server::Server;
use crate::table::new_table;
use session_core::codec::RawString;
use session_core::random::OsRandom;
use session_core::store::{Acquired, Key, LockToken, LockingStore};
use session_core::time::{Clock, ManualClock, SystemClock};
use session_core::{KeyScheme, LastWriteWins, SessionId, Sessions};
use session_dynamodb::DynamoDbStore;
use session_locking::Pessimistic;
use std::sync::Arc;
use std::time::Duration;

const TABLE: &str = "capacity";
const LEASE: Duration = Duration::from_secs(30);

/// The size of an item besides its data: names, key, expiry, version, and lock.
///
/// There is room for a lock in any case.
pub(super) const BESIDES_DATA: usize = 160;

/// Sessions of one size, with and without locking, over a client with a meter.
pub(super) struct Scene {
    pub(super) meter: Meter,
    pub(super) store: Arc<DynamoDbStore>,
    pub(super) unlocked: Sessions<String>,
    pub(super) locked: Sessions<String>,
    clock: ManualClock,
    size: usize,
}

impl Scene {
    pub(super) async fn set(server: &Server, size: usize) -> Self {
        new_table(&server.client(), TABLE).await;
        let (meter, clock) = (Meter::of_capacity(), ManualClock::at(SystemClock.now()));
        let client = meter.under(&server.client());
        let store = |locking| {
            let builder = DynamoDbStore::builder(client.clone(), TABLE).locking(locking);
            Arc::new(builder.clock(clock.clone()).build().expect("the settings fit"))
        };
        let store_with_locks = store(true);
        let unlocked = Sessions::builder(LastWriteWins::new(store(false)), RawString::new());
        let locked = Pessimistic::new(store_with_locks.clone());
        let locked = Sessions::builder(locked, RawString::new());
        Self {
            meter,
            store: store_with_locks,
            unlocked: unlocked.clock(clock.clone()).build().expect("the store keeps text"),
            locked: locked.clock(clock.clone()).build().expect("the store keeps text"),
            clock,
            size,
        }
    }

    /// The id of a new session of the scene's size.
    pub(super) async fn given(&self) -> String {
        let mut new = self.unlocked.open(None).await.expect("the server answers");
        self.change(new.data_mut());
        let committed = new.commit().await.expect("nothing is in the way");
        self.meter.take();
        committed.id().expect("it has data").secret().to_owned()
    }

    /// Replaces the data by another of the same length.
    pub(super) fn change(&self, data: &mut String) {
        let other = if data.starts_with('a') { "b" } else { "a" };
        *data = other.repeat(self.size - BESIDES_DATA);
    }

    /// Locks a session for somebody else.
    pub(super) async fn hold(&self, id: &str) -> (Key, LockToken, Duration) {
        let id = SessionId::parse(id).expect("it was drawn");
        let (key, token) = (KeyScheme::Hashed.key(&id).expect("it was drawn"), Self::token());
        let acquired = self.store.acquire(&key, &token, LEASE).await.expect("the server answers");
        assert!(matches!(acquired, Acquired::Locked(_)), "the lock is not free");
        self.meter.take();
        (key, token, LEASE)
    }

    pub(super) fn token() -> LockToken {
        LockToken::draw(&OsRandom)
    }

    /// An id that no session has.
    pub(super) fn unknown() -> String {
        SessionId::draw(&OsRandom).secret().to_owned()
    }

    pub(super) fn let_lock_lapse(&self) {
        self.clock.advance(LEASE + Duration::from_secs(2));
    }

    pub(super) fn let_touch_fall_due(&self) {
        self.clock.advance(Duration::from_mins(3));
    }
}
