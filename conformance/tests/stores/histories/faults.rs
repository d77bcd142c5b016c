//! Stores that are correct for a single client only.

use super::{ENOUGH, assert_found, counter_example};
use crate::broken::steps::{CreatesAndThenDeletes, looks_and_then_updates};
use crate::calls::{AcquireCall, CreateCall, LoadCall, SweepCall, TouchCall, UpdateCall};
use crate::changes::change_row;
use crate::in_steps;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::histories::{Options, Scheduling};
use session_conformance::{Lock, Model, Row};
use session_core::Result;
use session_core::store::{
    Acquired, Expect, Freshness, Key, LockToken, SessionStore, Snapshot, Sweep, Version,
};
use session_core::time::{Clock, EpochMillis, ManualClock};
use std::thread;
use tokio::task::yield_now;

fn row_of(model: &Model, key: &Key) -> Option<Row> {
    model.with_rows(|rows| rows.get(key).cloned())
}

/// Compares the version, and writes a moment later.
async fn loses_updates(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let UpdateCall { key, expect, .. } = call;
    let seen = model.load(key, Freshness::AsConfigured).await?;
    yield_now().await;
    let is_expected = |snapshot: Snapshot| expect.as_version() == Some(&snapshot.version);
    let unfenced = seen.is_some_and(is_expected) && expect.as_lock().is_none();
    let expect = if unfenced { &Expect::PRESENT } else { expect };
    UpdateCall { expect, ..call }.on(model).await
}

/// Checks whether the lock is free, and takes it a moment later.
async fn locks_twice(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    let AcquireCall { key, .. } = call;
    let is_free = row_of(model, key).is_some_and(|row| row.lock.is_none());
    yield_now().await;
    if is_free {
        model.with_rows(|rows| rows.get_mut(key).and_then(|row| row.lock.take()));
    }
    call.on(model).await
}

/// Checks whether the lock has lapsed, and takes it over a moment later.
async fn takes_over_twice(model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
    let AcquireCall { key, token, .. } = call;
    let before = row_of(model, key).and_then(|row| row.lock);
    let acquired = call.on(model).await?;
    let is_takeover = before.is_some_and(|lock| lock.token != *token);
    if is_takeover && matches!(acquired, Acquired::Locked(_)) {
        let new = row_of(model, key).and_then(|row| row.lock);
        change_row(model, key, |row| row.lock = lapsed());
        yield_now().await;
        change_row(model, key, |row| row.lock = new);
    }
    Ok(acquired)
}

/// A lock that every client may take over.
fn lapsed() -> Option<Lock> {
    let token = LockToken::decode("AAAAAAAAAAAAAAAAAAAAAA")?;
    Some(Lock { token, end: EpochMillis::from_epoch_millis(0) })
}

/// Writes back the whole record that it has read, to move its expiry.
async fn touches_everything(model: &Model, call: TouchCall<'_>) -> Result<()> {
    let seen = model.load(call.key, Freshness::AsConfigured).await?;
    yield_now().await;
    call.on(model).await?;
    model.with_rows(|rows| {
        if let (Some(seen), Some(row)) = (seen, rows.get_mut(call.key)) {
            row.record.payload = seen.record.payload;
            row.version = seen.version;
        }
    });
    Ok(())
}

/// Lists expired records and deletes them a moment later, even if renewed.
async fn collects_what_it_saw(model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
    let before = model.with_rows(|rows| rows.clone());
    let sweep = call.on(model).await?;
    let swept = model.with_rows(|rows| {
        let mut swept = before;
        swept.retain(|key, _| !rows.contains_key(key));
        rows.extend(swept.clone());
        swept
    });
    yield_now().await;
    model.with_rows(|rows| rows.retain(|key, _| !swept.contains_key(key)));
    Ok(sweep)
}

/// Creates a record without its data, and writes the data a moment later.
async fn creates_by_halves(model: &Model, call: CreateCall<'_>) -> Result<()> {
    let CreateCall { key, version, .. } = call;
    call.on(model).await?;
    let whole = row_of(model, key);
    let is_own = |row: &Row| row.version == (*version).into();
    model.with_rows(|rows| {
        let row = rows.get_mut(key).filter(|row| is_own(row));
        row.map(|row| row.version = Version::NONE)
    });
    yield_now().await;
    if let Some(whole) = whole {
        change_row(model, key, |row| row.version = whole.version);
    }
    Ok(())
}

/// Reads the record first and the clock a moment later.
async fn reads_the_clock_late(model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
    let seen = row_of(model, call.key);
    yield_now().await;
    let present = row_of(model, call.key);
    model.with_rows(|rows| match seen {
        Some(seen) => rows.insert(call.key.clone(), seen),
        None => rows.remove(call.key),
    });
    let loaded = call.on(model).await;
    model.with_rows(|rows| match present {
        Some(present) => rows.insert(call.key.clone(), present),
        None => rows.remove(call.key),
    });
    loaded
}

/// Declares a test for each store whose fault must be found.
macro_rules! finds {
    ($($fault:ident in $fixture:expr;)*) => {
        $(#[test]
        fn $fault() {
            assert_found(|clock| $fixture(clock));
        })*
    };
}

finds! {
    a_lost_update_is_found in twisted(in_steps::update(loses_updates));
    a_double_holder_is_found in twisted(in_steps::acquire(locks_twice));
    a_takeover_in_two_steps_is_found in twisted(in_steps::acquire(takes_over_twice));
    a_resurrection_is_found in twisted(in_steps::update(looks_and_then_updates));
    a_touch_that_writes_back_what_it_read_is_found in twisted(in_steps::touch(touches_everything));
    a_collection_of_what_was_renewed_is_found in twisted(in_steps::sweep(collects_what_it_saw));
    a_rotation_in_two_steps_is_found in twisted(CreatesAndThenDeletes { names_a_version: false });
    half_a_creation_is_found in twisted(in_steps::create(creates_by_halves));
    a_clock_that_is_read_after_the_record_is_found in twisted(in_steps::load(reads_the_clock_late));
}

/// Decides by the time of the previous load.
#[derive(Debug)]
struct RemembersTheTime {
    clock: ManualClock,
    /// The model's.
    remembered: ManualClock,
}

#[async_trait]
impl Twist for RemembersTheTime {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        let loaded = call.on(model).await;
        self.remembered.set(self.clock.now());
        loaded
    }
}

#[test]
fn a_clock_that_was_read_before_the_call_is_found() {
    assert_found(|clock| {
        let remembered = ManualClock::at(clock.now());
        twisted(RemembersTheTime { clock, remembered: remembered.clone() })(remembered)
    });
}

/// Compares the version and then writes, without an await in between.
async fn races_between_threads(model: &Model, call: UpdateCall<'_>) -> Result<()> {
    let UpdateCall { key, expect, .. } = call;
    let seen = row_of(model, key);
    thread::yield_now();
    let is_expected = |row: Row| expect.as_version() == Some(&row.version);
    let unfenced = seen.is_some_and(is_expected) && expect.as_lock().is_none();
    let expect = if unfenced { &Expect::PRESENT } else { expect };
    UpdateCall { expect, ..call }.on(model).await
}

#[test]
fn a_race_of_threads_is_found_on_threads() {
    let harness = |clock: ManualClock| twisted(in_steps::update(races_between_threads))(clock);
    let options = Options::new(Scheduling::Threads).regardless_of_the_environment();
    let found = counter_example(&harness, &options.cases(ENOUGH));
    println!("{found}");
}
