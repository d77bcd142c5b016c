//! The results of `load` (R1, R2).

use crate::context::LEASE;
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Checked, Context, Verdict};
use session_core::ErrorKind;
use session_core::store::{Change, Deletion, Expect, Freshness, Key, Record, Rotation};
use session_core::time::Timestamp;
use std::time::Duration;

pub(crate) async fn an_unknown_key_loads_as_none(context: &Context) -> Verdict {
    context.given("known").await?;
    Ok(context.ensure_absent(&context.key("unknown")).await?)
}

pub(crate) async fn a_created_record_is_loaded(context: &Context) -> Verdict {
    let record = context.record("data");
    let key = context.given_record("a", &record).await?;
    Ok(context.ensure_record(&key, &record).await?)
}

pub(crate) async fn an_updated_record_is_loaded(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let before = context.snapshot(&key).await?;
    let mut change = context.change("second");
    for expires in [before.record.expires, context.in_seconds(5)] {
        change.expires = expires;
        let (store, version) = (context.store(), context.version());
        store.update(&key, &change, &Expect::PRESENT, &version).await?;
        context.ensure_data(&key, "second").await?;
        let found = context.snapshot(&key).await?.record.expires;
        ensure_eq!(found, expires, "the expiry of the update");
    }
    Ok(())
}

pub(crate) async fn a_record_is_live_up_to_its_expiry(context: &Context) -> Verdict {
    let record = context.record_for(10, "data");
    let key = context.given_record("a", &record).await?;
    context.advance_to_just_before(record.expires);
    Ok(context.ensure_record(&key, &record).await?)
}

pub(crate) async fn a_record_is_expired_from_its_expiry_on(context: &Context) -> Verdict {
    let record = context.record_for(10, "data");
    let key = context.given_record("a", &record).await?;
    context.advance_to_second(record.expires);
    context.ensure_absent(&key).await?;
    context.advance(Duration::from_hours(24));
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn a_sweep_changes_no_answer_of_load(context: &Context) -> Verdict {
    let live = context.given("live").await?;
    let before = context.snapshot(&live).await?;
    let expired = context.given_expired("expired").await?;
    context.ensure_absent(&expired).await?;
    context.sweep(100).await?;
    context.ensure_absent(&expired).await?;
    Ok(context.ensure_unchanged(&live, &before).await?)
}

/// Each expiry at which a narrower number would end comes back.
///
/// They are the next second, the last ones of 31 and 32 bits, their successors, and the last of all.
pub(crate) async fn an_expiry_in_the_far_future_comes_back(context: &Context) -> Verdict {
    let (store, present) = (context.store(), Expect::PRESENT);
    let (soon, last) =
        (context.in_seconds(1).as_epoch_seconds(), Timestamp::MAX.as_epoch_seconds());
    for seconds in [soon, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, last - 1, last] {
        let expires = Timestamp::from_epoch_seconds(seconds);
        let mut record = Record { expires, ..context.record_for(1, "created") };
        let key = context.given_record(&format!("c{seconds}"), &record).await?;
        context.ensure_record(&key, &record).await?;

        record.payload = context.payload("touched");
        let near = Record { expires: context.in_seconds(1), ..record.clone() };
        let key = context.given_record(&format!("t{seconds}"), &near).await?;
        context.touch(&key, expires, &present).await?;
        context.ensure_record(&key, &record).await?;

        record.payload = context.payload("updated");
        let change = Change { expires, ..context.change("updated") };
        store.update(&key, &change, &present, &context.version()).await?;
        context.ensure_record(&key, &record).await?;

        if context.capabilities().rotates() {
            record.payload = context.payload("rotated");
            let (new, version) = (context.key(&format!("r{seconds}")), context.version());
            let rotation = Rotation { record: record.clone() };
            store.rotate(&key, &new, &rotation, &present, &version).await?;
            context.ensure_record(&new, &record).await?;
        }
    }
    Ok(())
}

/// A store may keep an expired record or remove it.
///
/// The clock goes back, which shows whether the store still keeps the record. Either is legal.
pub(crate) async fn a_clock_that_jumps_back_makes_no_error(context: &Context) -> Verdict {
    let before = context.record_for(10, "before");
    let start = Context::start();
    let key = context.given_record("a", &before).await?;
    context.advance_to_second(before.expires);
    context.ensure_absent(&key).await?;
    context.clock().set(start);
    let found = context.store().load(&key, Freshness::Latest).await?;
    let is_old = found.is_none_or(|snapshot| snapshot.record == before);
    ensure!(is_old, "the clock went back, and the record is another");

    let created = context.given("b").await?;
    context.clock().set(start.saturating_sub(Duration::from_hours(1)));
    Ok(context.ensure_data(&created, "b").await?)
}

/// The read may return an older state than the last write, but never an absence.
pub(crate) async fn a_read_that_may_be_stale_misses_no_record(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let found = context.store().load(&key, Freshness::AsConfigured).await?;
    ensure!(found.is_some(), "the record is not found by a read that may be stale");
    context.update(&key, "second", &Expect::PRESENT).await?;
    let found = context.store().load(&key, Freshness::AsConfigured).await?;
    ensure!(found.is_some(), "the changed record is not found by a read that may be stale");
    Ok(())
}

/// A store that has room for so many evicts none of them, whatever else it holds.
///
/// A store with a lower bound is `Full` there. It keeps its records, and still serves other calls.
pub(crate) async fn more_than_a_thousand_live_records_are_kept(context: &Context) -> Verdict {
    const RECORDS: usize = 1_100;
    let keys: Vec<_> = (0..RECORDS).map(|number| context.key(&format!("{number}"))).collect();
    let room = fill(context, &keys).await?;
    for key in &keys[..room] {
        context.ensure_data(key, "data").await?;
    }
    if let Some(rejected) = keys.get(room) {
        context.ensure_absent(rejected).await?;
        let (late, version) = (context.record("late"), context.version());
        ensure_rejected!(context.store().create(&keys[0], &late, &version).await, AlreadyExists);
        ensure_room_comes_back(context, &keys[..room]).await?;
    }
    Ok(())
}

/// Creates records until the store is full, and returns how many it took.
async fn fill(context: &Context, keys: &[Key]) -> Checked<usize> {
    let record = context.record("data");
    for (count, key) in keys.iter().enumerate() {
        let created = context.store().create(key, &record, &context.version()).await;
        if created.as_ref().is_err_and(|error| error.kind() == ErrorKind::Full) {
            ensure_rejected!(created, Full);
            return Ok(count);
        }
        created?;
    }
    Ok(keys.len())
}

/// Checks that a full store releases and deletes, and that ended records leave their room.
///
/// Some records are deleted. The others are rotated onto expired records, and back. A store may divide
/// its room into pages, so half of it is enough.
async fn ensure_room_comes_back(context: &Context, keys: &[Key]) -> Checked {
    let (store, present) = (context.store(), &Expect::PRESENT);
    let (rotated, deleted) = keys.split_at(keys.len() / 4);
    if context.capabilities().locks() {
        let (locking, token) = (context.locking()?, context.token());
        // A lock may need room that is not there.
        if locking.acquire(&keys[0], &token, LEASE).await.is_ok() {
            locking.release(&keys[0], &token).await?;
        }
    }
    for key in deleted {
        let deletion = store.delete(key, present).await?;
        ensure_eq!(deletion, Deletion::Deleted, "the deletion in a full store");
    }
    let short = context.record_for(10, "data");
    let targets: Vec<_> = deleted.iter().take(rotated.len()).collect();
    for key in &targets {
        store.create(key, &short, &context.version()).await?;
    }
    context.advance_to_second(short.expires);
    if context.capabilities().rotates() {
        for (key, target) in rotated.iter().zip(&targets) {
            context.rotate(key, target, "data", present).await?;
            context.rotate(target, key, "data", present).await?;
        }
    }
    if context.capabilities().collects() {
        context.sweep(100).await?;
    }
    let room = fill(context, deleted).await?;
    ensure!(room >= keys.len() / 2, "the store took {} records, and then {room}", keys.len());
    for key in keys.iter().take(rotated.len() + room) {
        context.ensure_data(key, "data").await?;
    }
    Ok(())
}
