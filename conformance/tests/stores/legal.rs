//! Stores that make unusual choices and satisfy the laws.

use crate::around::UnavailableWhereCallsMeet;
use crate::broken::bounds::Bounded;
use crate::calls::{AcquireCall, Call, CreateCall, LoadCall, RotateCall, SweepCall, UpdateCall};
use crate::content::RecognizesNothing;
use crate::in_steps;
use crate::rules::Does;
use crate::twist::{Twist, ruled, ruled_and_twisted, twisted, twisted_over, two_handles};
use crate::waking::{Fault, Wakes};
use async_trait::async_trait;
use futures_util::lock::Mutex;
use session_conformance::runner::{Runner, Selection};
use session_conformance::{CASES, Case, Context, Fixture, Harness, Lawful, Model, Rules};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Change, DroppedCalls, Expect, Key, Payload, PayloadKind, Places,
    SessionStore, Snapshot, Sweep, Tag, WakeUps, Watch,
};
use session_core::time::{Clock, ManualClock};
use std::sync::Arc;
use tokio::task::yield_now;

const TEXT: Capabilities = Capabilities::NONE.with_payloads(PayloadKind::Text);
const BINARY: Capabilities = Capabilities::NONE.with_payloads(PayloadKind::Binary);

/// The largest number of places.
pub(crate) const PLACES: Places = Places::new(Places::MAX, |key| {
    key.as_str().bytes().fold(0, |sum, byte| sum.wrapping_mul(31) ^ byte)
});

/// Waits long before and after every operation, even if all other calls must wait.
#[derive(Debug, Default)]
struct IsVerySlow {
    one_at_a_time: Option<Mutex<()>>,
}

impl IsVerySlow {
    /// A store with one mutex for the table, which each operation holds throughout.
    fn with_one_lock_for_everything() -> Self {
        Self { one_at_a_time: Some(Mutex::default()) }
    }
}

#[async_trait]
impl Twist for IsVerySlow {
    async fn call<C: Call<Model>>(&self, model: &Model, call: C) -> Result<C::Answer> {
        let _turn = match &self.one_at_a_time {
            Some(mutex) => Some(mutex.lock().await),
            None => None,
        };
        for _ in 0..5 {
            yield_now().await;
        }
        let answer = call.on(model).await;
        for _ in 0..5 {
            yield_now().await;
        }
        answer
    }
}

/// Stores binary data as base64, and counts that.
#[derive(Debug)]
struct CountsBase64;

fn admit_base64(model: &Model, operation: Operation, key: &Key, payload: &Payload) -> Result<()> {
    let factor = if payload.kind() == PayloadKind::Binary { 4 } else { 3 };
    let size = key.as_str().len() + payload.len() * factor / 3 + 64;
    model.capabilities().admit_size(operation, size)
}

#[async_trait]
impl Twist for CountsBase64 {
    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        admit_base64(model, Operation::Create, call.key, &call.record.payload)?;
        call.on(model).await
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        admit_base64(model, Operation::Rotate, call.new, &call.rotation.record.payload)?;
        call.on(model).await
    }

    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        admit_base64(model, Operation::Update, call.key, &call.change.payload)?;
        call.on(model).await
    }
}

/// Removes each expired record that it finds.
async fn removes_expired_records_on_sight(
    model: &Model,
    call: LoadCall<'_>,
) -> Result<Option<Snapshot>> {
    let LoadCall { key, .. } = call;
    let seen = model.with_rows(|rows| rows.get(key).cloned());
    let found = call.on(model).await?;
    if found.is_none() {
        model.with_rows(|rows| {
            rows.retain(|other, row| other != key || Some(&*row) != seen.as_ref());
        });
    }
    Ok(found)
}

/// Removes all expired records before each sweep, which then deletes none.
#[derive(Debug)]
struct RemovesExpiredRecordsByItself(ManualClock);

#[async_trait]
impl Twist for RemovesExpiredRecordsByItself {
    async fn sweep(&self, model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
        let now = self.0.now();
        model.with_rows(|rows| rows.retain(|_, row| !row.record.expires.is_over(now)));
        call.on(model).await
    }
}

/// Executes an update whose caller left when it settles.
#[derive(Clone, Debug, Default)]
struct UpdatesWhenItSettles(Arc<Mutex<Option<Late>>>);

/// An update whose caller left.
#[derive(Debug)]
struct Late {
    key: Key,
    change: Change,
    expect: Expect,
    version: Tag,
}

impl UpdatesWhenItSettles {
    fn fixture(clock: ManualClock) -> Fixture {
        let (model, twist) = (Arc::new(Model::new(clock)), Self::default());
        let fixture = twisted_over(Arc::clone(&model), twist.clone());
        fixture.with_settle(move || {
            let (late, model) = (Arc::clone(&twist.0), Arc::clone(&model));
            async move {
                if let Some(Late { key, change, expect, version }) = late.lock().await.take() {
                    drop(model.update(&key, &change, &expect, &version).await);
                }
            }
        })
    }
}

#[async_trait]
impl Twist for UpdatesWhenItSettles {
    fn capabilities(&self, model: &Model) -> Capabilities {
        model.capabilities().with_dropped_calls(DroppedCalls::Late)
    }

    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let UpdateCall { key, change, expect, version } = call;
        let (key, change, expect) = (key.clone(), change.clone(), expect.clone());
        *self.0.lock().await = Some(Late { key, change, expect, version: *version });
        yield_now().await;
        *self.0.lock().await = None;
        call.on(model).await
    }
}

/// Does not report the remaining time of a lease.
async fn without_remaining_lease(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    Ok(match call.on(model).await? {
        Acquired::Busy { .. } => Acquired::Busy { remaining: None },
        answer => answer,
    })
}

/// Wakes a waiter at every wait, even if the lock was not released.
#[derive(Debug)]
struct WakesTooEarly;

#[async_trait]
impl Twist for WakesTooEarly {
    fn capabilities(&self, model: &Model) -> Capabilities {
        model.capabilities().with_wake_ups(WakeUps::ThisHandle)
    }

    async fn watch(&self, _model: &Model, _key: &Key) -> Option<Box<dyn Watch>> {
        Some(Box::new(AlwaysChanged))
    }
}

#[derive(Debug)]
struct AlwaysChanged;

#[async_trait]
impl Watch for AlwaysChanged {
    async fn changed(&mut self) {}
}

/// The cases with threads. Each takes half a second, so only some stores run them.
fn cases_on_threads() -> Vec<&'static Case> {
    CASES.iter().filter(|case| case.group == "threads").collect()
}

/// The other cases.
fn cases() -> Vec<&'static Case> {
    CASES.iter().filter(|case| case.group != "threads").collect()
}

/// Runs the cases without threads, with their time limit.
///
/// Returns the number of passed cases, and of those with a rejection that the store declares.
fn assert_passes(harness: impl Harness + 'static) -> (usize, usize) {
    assert_passes_each(cases(), harness)
}

fn assert_passes_each(
    cases: Vec<&'static Case>,
    harness: impl Harness + 'static,
) -> (usize, usize) {
    let selection = cases.into_iter().fold(Selection::all(), Selection::with_case);
    let report = Runner::new(harness).select(selection).run();
    assert!(report.passed(), "{}", report.to_table());
    (report.counts().kept, report.counts().refused)
}

macro_rules! accepts {
    ($($store:ident = $fixture:expr;)*) => {
        $(#[test]
        fn $store() {
            let (kept, refused) = assert_passes(|clock: ManualClock| ($fixture)(clock));
            assert_eq!(kept + refused, cases().len());
        })*
    };
}

accepts! {
    text_and_nothing_else = ruled(Does(TEXT));
    binary_and_nothing_else = ruled(Does(BINARY));
    locks_without_versions = ruled(Does(TEXT.with_locking().with_rotation()));
    versions_without_locks = ruled(Does(BINARY.with_versions().with_lifetimes().with_rotation()));
    collects_without_locks = ruled(Does(TEXT.with_collecting()));
    locks_without_rotation = ruled(Does(TEXT.with_locking().with_versions().with_collecting()));
    has_narrow_limits = ruled(Does(
        Lawful.capabilities().with_max_key_bytes(32).with_max_record_bytes(512)
    ));
    has_a_bound = twisted(Bounded::default());
    is_unavailable_where_calls_meet = twisted(UnavailableWhereCallsMeet::default());
    moves_within_a_place_alone = ruled(Does(Lawful.capabilities().with_places(PLACES)));
    has_one_lock_for_everything = twisted(IsVerySlow::with_one_lock_for_everything());
    is_very_slow = twisted(IsVerySlow::default());
    is_slow_and_does_little = ruled_and_twisted(Does(TEXT), IsVerySlow::default());
    compares_content = ruled(RecognizesNothing);
    removes_the_expired_on_sight = twisted(in_steps::load(removes_expired_records_on_sight));
    removes_the_expired_by_itself = |clock: ManualClock| {
        twisted(RemovesExpiredRecordsByItself(clock.clone()))(clock).removes_expired()
    };
    updates_when_it_settles = UpdatesWhenItSettles::fixture;
    knows_no_remaining_lease = twisted(in_steps::acquire(without_remaining_lease));
    counts_bytes_as_base64 = twisted(CountsBase64);
    wakes_too_early = twisted(WakesTooEarly);
    wakes_who_watches = twisted(Wakes::with(Fault::Sound));
    has_two_handles = two_handles(IsVerySlow::default);
    has_two_handles_that_wake_their_own = two_handles(|| Wakes::with(Fault::Sound));
}

/// The stores whose answers are others where calls meet, by the cases with threads.
#[test]
fn stores_whose_calls_meet_pass_on_threads() {
    assert_passes_each(cases_on_threads(), |clock: ManualClock| {
        twisted(UnavailableWhereCallsMeet::default())(clock)
    });
    assert_passes_each(cases_on_threads(), |clock: ManualClock| {
        twisted(IsVerySlow::with_one_lock_for_everything())(clock)
    });
    assert_passes_each(cases_on_threads(), |clock: ManualClock| {
        two_handles(IsVerySlow::default)(clock)
    });
    assert_passes_each(cases_on_threads(), |clock: ManualClock| ruled(RecognizesNothing)(clock));
    assert_passes_each(cases_on_threads(), |clock: ManualClock| ruled(Does(TEXT))(clock));
}

/// No case is skipped, and rejections of undeclared operations are counted.
///
/// The store must reject the operations that it does not declare.
#[test]
fn a_rejection_is_counted_apart_from_a_law_kept() {
    let everything = |clock: ManualClock| Model::new(clock).into_fixture();
    let refused = refused_by(&Model::new(ManualClock::at(Context::start())).capabilities());
    assert_eq!(assert_passes(everything), (cases().len() - refused, refused));

    let little = |clock: ManualClock| ruled(Does(TEXT))(clock);
    assert_eq!(assert_passes(little).1, refused_by(&TEXT));
}

/// The number of cases that need a capability that is not declared.
fn refused_by(capabilities: &Capabilities) -> usize {
    let is_refused =
        |case: &&Case| !case.needs.iter().all(|requirement| requirement.is_met_by(capabilities));
    cases().into_iter().filter(is_refused).count()
}
