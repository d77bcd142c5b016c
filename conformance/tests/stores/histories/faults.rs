//! Stores that are correct for a single client only.

use super::{ENOUGH, assert_found, counter_example};
use crate::calls::{
    AcquireCall, CreateCall, LoadCall, RotateCall, SweepCall, TouchCall, UpdateCall,
};
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
#[derive(Debug)]
struct LosesUpdates;

#[async_trait]
impl Twist for LosesUpdates {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let UpdateCall { key, expect, .. } = call;
        let seen = model.load(key, Freshness::AsConfigured).await?;
        yield_now().await;
        let is_expected = |snapshot: Snapshot| expect.as_version() == Some(&snapshot.version);
        let unfenced = seen.is_some_and(is_expected) && expect.as_lock().is_none();
        let expect = if unfenced { &Expect::PRESENT } else { expect };
        UpdateCall { expect, ..call }.on(model).await
    }
}

#[test]
fn a_lost_update_is_found() {
    assert_found(|clock| twisted(LosesUpdates)(clock));
}

/// Checks whether the lock is free, and takes it a moment later.
#[derive(Debug)]
struct LocksTwice;

#[async_trait]
impl Twist for LocksTwice {
    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        let AcquireCall { key, .. } = call;
        let is_free = row_of(model, key).is_some_and(|row| row.lock.is_none());
        yield_now().await;
        if is_free {
            model.with_rows(|rows| rows.get_mut(key).and_then(|row| row.lock.take()));
        }
        call.on(model).await
    }
}

#[test]
fn a_double_holder_is_found() {
    assert_found(|clock| twisted(LocksTwice)(clock));
}

/// Checks whether the lock has lapsed, and takes it over a moment later.
#[derive(Debug)]
struct TakesOverTwice;

#[async_trait]
impl Twist for TakesOverTwice {
    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        let AcquireCall { key, token, .. } = call;
        let before = row_of(model, key).and_then(|row| row.lock);
        let acquired = call.on(model).await?;
        let is_takeover = before.is_some_and(|lock| lock.token != *token);
        if is_takeover && matches!(acquired, Acquired::Locked(_)) {
            let new = row_of(model, key).and_then(|row| row.lock);
            model.with_rows(|rows| rows.get_mut(key).map(|row| row.lock = lapsed()));
            yield_now().await;
            model.with_rows(|rows| rows.get_mut(key).map(|row| row.lock = new));
        }
        Ok(acquired)
    }
}

/// A lock that every client may take over.
fn lapsed() -> Option<Lock> {
    let token = LockToken::decode("AAAAAAAAAAAAAAAAAAAAAA")?;
    Some(Lock { token, end: EpochMillis::from_epoch_millis(0) })
}

#[test]
fn a_takeover_in_two_steps_is_found() {
    assert_found(|clock| twisted(TakesOverTwice)(clock));
}

/// Reads the record, and writes it a moment later, even if it was deleted.
#[derive(Debug)]
struct Resurrects;

#[async_trait]
impl Twist for Resurrects {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let seen = row_of(model, call.key);
        yield_now().await;
        model.with_rows(|rows| {
            if let Some(seen) = seen {
                rows.entry(call.key.clone()).or_insert(seen);
            }
        });
        call.on(model).await
    }
}

#[test]
fn a_resurrection_is_found() {
    assert_found(|clock| twisted(Resurrects)(clock));
}

/// Writes back the whole record that it has read, to move its expiry.
#[derive(Debug)]
struct TouchesEverything;

#[async_trait]
impl Twist for TouchesEverything {
    async fn touch(&self, model: &Model, call: TouchCall<'_>) -> Result<()> {
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
}

#[test]
fn a_touch_that_writes_back_what_it_read_is_found() {
    assert_found(|clock| twisted(TouchesEverything)(clock));
}

/// Lists expired records and deletes them a moment later, even if renewed.
#[derive(Debug)]
struct CollectsWhatItSaw;

#[async_trait]
impl Twist for CollectsWhatItSaw {
    async fn sweep(&self, model: &Model, call: SweepCall<'_>) -> Result<Sweep> {
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
}

#[test]
fn a_collection_of_what_was_renewed_is_found() {
    assert_found(|clock| twisted(CollectsWhatItSaw)(clock));
}

/// Creates at the new key, and deletes at the old one a moment later.
#[derive(Debug)]
struct RotatesInTwoSteps;

#[async_trait]
impl Twist for RotatesInTwoSteps {
    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        let before = row_of(model, call.old);
        call.on(model).await?;
        if let Some(before) = before {
            model.with_rows(|rows| rows.insert(call.old.clone(), before));
            yield_now().await;
            model.with_rows(|rows| rows.remove(call.old));
        }
        Ok(())
    }
}

#[test]
fn a_rotation_in_two_steps_is_found() {
    assert_found(|clock| twisted(RotatesInTwoSteps)(clock));
}

/// Creates a record without its data, and writes the data a moment later.
#[derive(Debug)]
struct CreatesByHalves;

#[async_trait]
impl Twist for CreatesByHalves {
    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
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
            model.with_rows(|rows| rows.get_mut(key).map(|row| row.version = whole.version));
        }
        Ok(())
    }
}

#[test]
fn half_a_creation_is_found() {
    assert_found(|clock| twisted(CreatesByHalves)(clock));
}

/// Reads the record first and the clock a moment later.
#[derive(Debug)]
struct ReadsTheClockLate;

#[async_trait]
impl Twist for ReadsTheClockLate {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
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
}

#[test]
fn a_clock_that_is_read_after_the_record_is_found() {
    assert_found(|clock| twisted(ReadsTheClockLate)(clock));
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
#[derive(Debug)]
struct RacesBetweenThreads;

#[async_trait]
impl Twist for RacesBetweenThreads {
    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        let UpdateCall { key, expect, .. } = call;
        let seen = row_of(model, key);
        thread::yield_now();
        let is_expected = |row: Row| expect.as_version() == Some(&row.version);
        let unfenced = seen.is_some_and(is_expected) && expect.as_lock().is_none();
        let expect = if unfenced { &Expect::PRESENT } else { expect };
        UpdateCall { expect, ..call }.on(model).await
    }
}

#[test]
fn a_race_of_threads_is_found_on_threads() {
    let harness = |clock: ManualClock| twisted(RacesBetweenThreads)(clock);
    let options = Options::new(Scheduling::Threads).regardless_of_the_environment();
    let found = counter_example(&harness, &options.cases(ENOUGH));
    println!("{found}");
}
