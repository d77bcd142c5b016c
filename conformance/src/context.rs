use crate::composite_store::CompositeStore;
use crate::contended::Contended;
use crate::handle::Handle;
use crate::harness::Habits;
use crate::{Fixture, Requirement, StrategyFactory, Verdict, Violation};
use session_core::random::{OsRandom, Randomness};
use session_core::store::{
    Capabilities, CollectingStore, DroppedCalls, Key, LockToken, LockingStore, Payload,
    PayloadKind, SessionStore, Tag,
};
use session_core::strategy::Strategy;
use session_core::time::{Clock, EpochMillis, ManualClock, SystemClock, Timer, Timestamp};
use session_locking::LockOptions;
use std::ops::RangeInclusive;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

mod checks;
mod given;
mod tasks;

pub(crate) use checks::ensure_same_payload;
pub(crate) use given::{LEASE, LIFE};
pub(crate) use tasks::{
    MOST_AWAITS, MOST_TURNS, all_at_once, drop_at_every_await, join, let_go_on, let_go_on_for,
    poll_up_to, up_to,
};

/// How much longer than its lease a lock stands before it may be taken over.
///
/// A harness configures its stores so. It is the contract's default ([L11](session_core::contract#l11)).
pub const CLOCK_SKEW: Duration = Duration::from_secs(1);

/// A store that rejects what it lacks, and that repeats calls that meet.
pub(crate) type WholeStore = Contended<CompositeStore>;

/// The tools of a case: a fresh store, its clock, and its own names.
#[derive(Debug)]
pub struct Context {
    store: Arc<dyn SessionStore>,
    /// The same store, by all of its traits.
    whole: Arc<WholeStore>,
    /// The same store, without a repetition of calls that meet.
    unrepeated: Arc<CompositeStore>,
    locking: Option<Arc<dyn LockingStore>>,
    collecting: Option<Arc<dyn CollectingStore>>,
    pessimistic: StrategyFactory,
    habits: Habits,
    clock: ManualClock,
    prefix: String,
}

impl Context {
    /// Returns the time at which every case begins.
    ///
    /// It is in the second in which the process began, and not on its boundary.
    ///
    /// Servers that remove expired records by themselves use the real time.
    pub fn start() -> EpochMillis {
        static START: LazyLock<EpochMillis> = LazyLock::new(|| {
            start_of(SystemClock.now().timestamp()).saturating_add(Duration::from_millis(250))
        });
        *START
    }

    pub(crate) fn new(fixture: Fixture, clock: ManualClock) -> Self {
        let mut nonce = [0; 8];
        OsRandom.fill(&mut nonce);
        Self::with_prefix(fixture, clock, format!("{:016x}", u64::from_le_bytes(nonce)))
    }

    /// A context whose keys begin with `prefix`.
    pub(crate) fn with_prefix(fixture: Fixture, clock: ManualClock, prefix: String) -> Self {
        let Fixture { handle, second, pessimistic, habits, teardown: _ } = fixture;
        let unrepeated = Arc::new(CompositeStore::new(handle.clone(), second));
        let whole = Arc::new(Contended::new(Arc::clone(&unrepeated)));
        let Handle { store, locking, collecting } = handle.replaced_by(Arc::clone(&whole));
        Self { store, whole, unrepeated, locking, collecting, pessimistic, habits, clock, prefix }
    }

    /// The store.
    pub fn store(&self) -> &Arc<dyn SessionStore> {
        &self.store
    }

    /// The store, each of whose calls is made once, also where calls meet.
    pub(crate) const fn unrepeated_store(&self) -> &Arc<CompositeStore> {
        &self.unrepeated
    }

    /// The store, for calls of any of its traits.
    pub(crate) const fn whole_store(&self) -> &Arc<WholeStore> {
        &self.whole
    }

    /// The store as one that locks.
    ///
    /// # Errors
    ///
    /// A violation, if it declares locking and the fixture lacks it.
    #[track_caller]
    pub fn locking(&self) -> Verdict<&Arc<dyn LockingStore>> {
        match &self.locking {
            Some(store) => Ok(store),
            None => Err(Violation::new("locking is declared, but the fixture has none")),
        }
    }

    /// The store as one that collects.
    ///
    /// # Errors
    ///
    /// A violation, if it declares collecting and the fixture lacks it.
    #[track_caller]
    pub fn collecting(&self) -> Verdict<&Arc<dyn CollectingStore>> {
        match &self.collecting {
            Some(store) => Ok(store),
            None => Err(Violation::new("collecting is declared, but the fixture has none")),
        }
    }

    /// The capabilities of the store.
    pub fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    /// Checks that what is needed, and therefore declared, is in the fixture too.
    #[track_caller]
    pub(crate) fn ensure_provided(&self, needs: &[Requirement]) -> Verdict {
        for need in needs {
            match need {
                Requirement::Locking => drop(self.locking()?),
                Requirement::Collecting => drop(self.collecting()?),
                _ => {}
            }
        }
        Ok(())
    }

    /// The pessimistic strategy over `store`, as the fixture has it.
    #[track_caller]
    pub(crate) fn pessimistic(
        &self,
        store: Arc<dyn LockingStore>,
        options: LockOptions,
    ) -> Verdict<Arc<dyn Strategy>> {
        Ok(self.pessimistic.make(store, options, self.clock.clone())?)
    }

    pub(crate) fn provides_locking(&self) -> bool {
        self.locking.is_some()
    }

    pub(crate) fn provides_collecting(&self) -> bool {
        self.collecting.is_some()
    }

    /// Whether it is known when the dropped calls of the store have ended.
    pub(crate) fn settles(&self) -> bool {
        let is_at_once = self.capabilities().dropped_calls() == DroppedCalls::AtOnce;
        is_at_once || !self.habits.settle.is_empty()
    }

    /// Waits until the dropped calls have ended, if it is known how.
    pub(crate) async fn settle(&self) {
        for settle in &self.habits.settle {
            settle().await;
        }
    }

    /// How many of so many expired records a sweep deletes or examines.
    ///
    /// There are fewer where the server removes such records by itself.
    pub(crate) fn of_expired(&self, records: u64) -> RangeInclusive<u64> {
        if self.removes_expired() { 0..=records } else { records..=records }
    }

    pub(crate) const fn removes_expired(&self) -> bool {
        self.habits.removes_expired
    }

    /// The clock of the store.
    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }

    /// How much time has passed since a reading of the monotonic clock.
    pub(crate) fn since(&self, earlier: Duration) -> Duration {
        self.clock.elapsed().saturating_sub(earlier)
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        self.clock.advance(duration);
    }

    /// Moves the clock forward to `time`.
    pub fn advance_to(&self, time: EpochMillis) {
        self.clock.advance(time.saturating_since(self.clock.now()));
    }

    /// Moves the clock forward to the first millisecond of `second`.
    pub fn advance_to_second(&self, second: Timestamp) {
        self.advance_to(start_of(second));
    }

    /// Moves the clock forward to the last millisecond before `second`.
    pub fn advance_to_just_before(&self, second: Timestamp) {
        self.advance_to(start_of(second).saturating_sub(Duration::from_millis(1)));
    }

    /// The second that lies `seconds` after the present one.
    pub fn in_seconds(&self, seconds: u64) -> Timestamp {
        let now = self.clock.now().timestamp();
        now.saturating_add(Duration::from_secs(seconds))
    }

    /// Returns a key of this case alone, even where cases share a table.
    ///
    /// All keys of a case are in one place.
    ///
    /// # Panics
    ///
    /// If the store declares places, and no key is in the first one.
    pub fn key(&self, name: &str) -> Key {
        let prefix = &self.prefix;
        let key = |text: String| Key::new(text).expect("the prefix is not empty");
        let Some(places) = self.capabilities().places() else {
            return key(format!("{prefix}{name}"));
        };
        // All of them have one length, and differ at their end if the names do.
        let mut keys = (0..10_000).map(|number| key(format!("{prefix}{number:04}{name}")));
        keys.find(|key| places.of(key) == 0).expect("some key is in the first place")
    }

    /// A version that nobody has used.
    pub fn version(&self) -> Tag {
        Tag::draw(&OsRandom)
    }

    /// A token that nobody has used.
    pub fn token(&self) -> LockToken {
        LockToken::draw(&OsRandom)
    }

    /// A payload with this text, of a kind that the store keeps.
    pub fn payload(&self, text: &str) -> Payload {
        if self.capabilities().keeps(PayloadKind::Text) {
            Payload::text(text)
        } else {
            Payload::binary(text.as_bytes())
        }
    }
}

fn start_of(second: Timestamp) -> EpochMillis {
    EpochMillis::from_epoch_millis(second.as_epoch_seconds() * 1_000)
}
