//! Stores that are correct for a single client only.

use super::{ENOUGH, assert_found, counter_example};
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use session_conformance::histories::{Options, Scheduling};
use session_conformance::{Lock, Model, Row};
use session_core::Result;
use session_core::store::{
    Acquired, Change, CollectingStore, Cursor, Expect, Freshness, Key, LockToken, LockingStore,
    Record, Rotation, SessionStore, Snapshot, Sweep, SweepBudget, Tag, Touch, Version,
};
use session_core::time::{Clock, EpochMillis, ManualClock};
use std::thread;
use std::time::Duration;
use tokio::task::yield_now;

fn row_of(model: &Model, key: &Key) -> Option<Row> {
    model.with_rows(|rows| rows.get(key).cloned())
}

/// Compares the version, and writes a moment later.
#[derive(Debug)]
struct LosesUpdates;

#[async_trait]
impl Twist for LosesUpdates {
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let seen = model.load(key, Freshness::AsConfigured).await?;
        yield_now().await;
        let is_expected = |snapshot: Snapshot| expect.as_version() == Some(&snapshot.version);
        let unfenced = seen.is_some_and(is_expected) && expect.as_lock().is_none();
        let expect = if unfenced { &Expect::PRESENT } else { expect };
        model.update(key, change, expect, version).await
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
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        let is_free = row_of(model, key).is_some_and(|row| row.lock.is_none());
        yield_now().await;
        if is_free {
            model.with_rows(|rows| rows.get_mut(key).and_then(|row| row.lock.take()));
        }
        model.acquire(key, token, lease).await
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
    async fn acquire(
        &self,
        model: &Model,
        key: &Key,
        token: &LockToken,
        lease: Duration,
    ) -> Result<Acquired> {
        let before = row_of(model, key).and_then(|row| row.lock);
        let acquired = model.acquire(key, token, lease).await?;
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
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let seen = row_of(model, key);
        yield_now().await;
        model.with_rows(|rows| {
            if let Some(seen) = seen {
                rows.entry(key.clone()).or_insert(seen);
            }
        });
        model.update(key, change, expect, version).await
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
    async fn touch(&self, model: &Model, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        let seen = model.load(key, Freshness::AsConfigured).await?;
        yield_now().await;
        model.touch(key, touch, expect).await?;
        model.with_rows(|rows| {
            if let (Some(seen), Some(row)) = (seen, rows.get_mut(key)) {
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

/// Lists expired records, and deletes them a moment later, even if they were renewed.
#[derive(Debug)]
struct CollectsWhatItSaw;

#[async_trait]
impl Twist for CollectsWhatItSaw {
    async fn sweep(
        &self,
        model: &Model,
        budget: &SweepBudget,
        from: Option<&Cursor>,
    ) -> Result<Sweep> {
        let before = model.with_rows(|rows| rows.clone());
        let sweep = model.sweep(budget, from).await?;
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
    async fn rotate(
        &self,
        model: &Model,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let before = row_of(model, old);
        model.rotate(old, new, rotation, expect, version).await?;
        if let Some(before) = before {
            model.with_rows(|rows| rows.insert(old.clone(), before));
            yield_now().await;
            model.with_rows(|rows| rows.remove(old));
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
    async fn create(&self, model: &Model, key: &Key, record: &Record, version: &Tag) -> Result<()> {
        model.create(key, record, version).await?;
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
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let seen = row_of(model, key);
        yield_now().await;
        let present = row_of(model, key);
        model.with_rows(|rows| match seen {
            Some(seen) => rows.insert(key.clone(), seen),
            None => rows.remove(key),
        });
        let loaded = model.load(key, freshness).await;
        model.with_rows(|rows| match present {
            Some(present) => rows.insert(key.clone(), present),
            None => rows.remove(key),
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
    async fn load(
        &self,
        model: &Model,
        key: &Key,
        freshness: Freshness,
    ) -> Result<Option<Snapshot>> {
        let loaded = model.load(key, freshness).await;
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
    async fn update(
        &self,
        model: &Model,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Tag,
    ) -> Result<()> {
        let seen = row_of(model, key);
        thread::yield_now();
        let is_expected = |row: Row| expect.as_version() == Some(&row.version);
        let unfenced = seen.is_some_and(is_expected) && expect.as_lock().is_none();
        let expect = if unfenced { &Expect::PRESENT } else { expect };
        model.update(key, change, expect, version).await
    }
}

#[test]
fn a_race_of_threads_is_found_on_threads() {
    let harness = |clock: ManualClock| twisted(RacesBetweenThreads)(clock);
    let options = Options::new(Scheduling::Threads).regardless_of_the_environment();
    let found = counter_example(&harness, &options.cases(ENOUGH));
    println!("{found}");
}
