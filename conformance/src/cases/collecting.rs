//! Collecting deletes what is expired, by condition, in bounded steps (G1 to G3).

use crate::context::{CLOCK_SKEW, LEASE, MOST_AWAITS, join, let_go_on, up_to};
use crate::ensure::{ensure, ensure_eq, ensure_within};
use crate::{Checked, Context, Verdict, Violation};
use session_core::Result;
use session_core::store::{Change, Expect, Freshness, Key, Record, Rotation, SweepBudget};
use session_core::time::{Clock, EpochMillis, Timestamp};
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// More records than any case has.
const ALL: usize = 100;

pub(crate) async fn a_sweep_deletes_expired_records(context: &Context) -> Verdict {
    let record = context.record_for(10, "dead");
    let live = context.given("live").await?;
    for name in ["a", "b", "c"] {
        context.given_record(name, &record).await?;
    }
    context.advance_to_second(record.expires);
    let sweep = context.sweep(ALL).await?;
    ensure_within!(sweep.deleted, context.of_expired(3), "the deleted records");
    ensure_eq!(sweep.failed, 0, "the failures");
    for name in ["a", "b", "c"] {
        ensure_removed(context, &context.key(name)).await?;
    }
    let again = context.sweep(ALL).await?;
    ensure_eq!(again.deleted, 0, "the records that a second sweep deleted");
    Ok(context.ensure_data(&live, "live").await?)
}

/// Checks that the record is removed, and not only hidden by its expiry.
///
/// The check sets the clock back to when the record was live.
async fn ensure_removed(context: &Context, key: &Key) -> Checked {
    let now = context.clock().now();
    context.clock().set(Context::start());
    let kept = context.store().load(key, Freshness::Latest).await?;
    context.clock().set(now);
    ensure!(kept.is_none(), "a record that was reported as deleted is still there");
    Ok(())
}

pub(crate) async fn a_sweep_leaves_live_records(context: &Context) -> Verdict {
    let record = context.record_for(10, "live");
    let key = context.given_record("a", &record).await?;
    context.advance_to_just_before(record.expires);
    let sweep = context.sweep(ALL).await?;
    ensure_eq!(sweep.deleted, 0, "the deleted records");
    Ok(context.ensure_record(&key, &record).await?)
}

/// Also after a sweep that found the record live, which must not lose sight of it.
pub(crate) async fn a_sweep_goes_by_the_latest_expiry(context: &Context) -> Verdict {
    let (first, last) = (context.in_seconds(10), context.in_seconds(60));
    let keys = given_moved_expiries(context, first, last).await?;
    for _ in 0..2 {
        let sweep = context.sweep(ALL).await?;
        ensure_eq!(sweep.deleted, 0, "the deleted records that are live");
        for key in &keys {
            context.ensure_data(key, "data").await?;
        }
        context.advance_to_just_before(last);
    }
    context.advance_to_second(last);
    context.sweep(ALL).await?;
    for key in &keys {
        ensure_removed(context, key).await?;
    }
    Ok(())
}

/// Creates records whose expiry was moved to `last`, and advances to `first`.
///
/// Before the move they expired earlier or later than `last`.
async fn given_moved_expiries(
    context: &Context,
    first: Timestamp,
    last: Timestamp,
) -> Checked<Vec<Key>> {
    let (store, present) = (context.store(), Expect::PRESENT);
    let early = context.record_for(10, "data");
    let moved = Record { expires: last, ..early.clone() };
    let mut keys = Vec::new();
    for name in ["created", "deleted", "touched", "updated"] {
        keys.push(context.given_record(name, &early).await?);
    }
    keys.push(context.given("shortened").await?);
    context.touch(&keys[2], last, &present).await?;
    for key in &keys[3..] {
        let change = Change { expires: last, ..context.change("data") };
        store.update(key, &change, &present, &context.version()).await?;
    }
    store.delete(&keys[1], &present).await?;
    if context.capabilities().locks() {
        keys.extend(given_moved_by_locks(context, &early, last).await?);
    }
    let rotates = context.capabilities().rotates();
    let targets = ["rotated", "onto an expired"].map(|name| context.key(name));
    if rotates {
        store.create(&targets[1], &early, &context.version()).await?;
    }
    context.advance_to_second(first);
    for key in &keys[..2] {
        store.create(key, &moved, &context.version()).await?;
    }
    if rotates {
        for (number, new) in targets.into_iter().enumerate() {
            let old = context.given(&format!("old {number}")).await?;
            let rotation = Rotation { record: moved.clone() };
            store.rotate(&old, &new, &rotation, &present, &context.version()).await?;
            keys.push(new);
        }
    }
    Ok(keys)
}

/// Creates two records whose expiry was moved by a lock and by a renewal.
///
/// The locks are released, because they would spare the records.
async fn given_moved_by_locks(
    context: &Context,
    early: &Record,
    last: Timestamp,
) -> Checked<[Key; 2]> {
    let locked = context.given_record("locked", early).await?;
    let renewed = context.given_record("renewed", early).await?;
    let token = context.lock(&renewed, Duration::from_secs(8)).await?;
    let now = context.in_seconds(5);
    context.advance_to_second(now);
    let seconds = last.as_epoch_seconds() - now.as_epoch_seconds();
    let lease = Duration::from_secs(seconds).saturating_sub(CLOCK_SKEW);
    let expires = context.locking()?.renew(&renewed, &token, lease).await?;
    ensure_eq!(expires, last, "the expiry under the lock");
    context.locking()?.release(&renewed, &token).await?;
    let token = context.lock(&locked, lease).await?;
    context.locking()?.release(&locked, &token).await?;
    Ok([locked, renewed])
}

pub(crate) async fn a_sweep_leaves_records_expired_within_the_grace(context: &Context) -> Verdict {
    const GRACE: Duration = Duration::from_mins(1);
    let record = context.record_for(10, "dead");
    context.given_record("a", &record).await?;
    let budget = Context::budget(ALL).with_grace(GRACE);
    context.advance_to_second(record.expires);
    let due = context.clock().now().saturating_add(GRACE);
    for (time, expected) in
        [(context.clock().now(), 0), (due.saturating_sub(Duration::from_millis(1)), 0), (due, 1)]
    {
        context.advance_to(time);
        let sweep = context.sweep_by(&budget).await?;
        ensure_within!(
            sweep.deleted,
            context.of_expired(expected),
            "the records deleted at {time:?}, due at {due:?}"
        );
    }
    Ok(())
}

/// The clock goes back between two steps: what lives again by then is spared.
pub(crate) async fn each_step_of_a_sweep_goes_by_its_own_time(context: &Context) -> Verdict {
    const RECORDS: u64 = 5;
    let record = context.record_for(10, "data");
    for number in 0..RECORDS {
        context.given_record(&number.to_string(), &record).await?;
    }
    context.advance_to_second(record.expires);
    let budget = SweepBudget::new(NonZeroUsize::MIN);
    let collecting = context.collecting()?;
    let first = collecting.sweep(&budget, None).await?;
    context.clock().set(Context::start());
    let mut next = first.next;
    for _ in 0..ALL {
        let Some(from) = next else { break };
        next = collecting.sweep(&budget, Some(&from)).await?.next;
    }
    let mut left = 0;
    for number in 0..RECORDS {
        left += u64::from(
            context
                .store()
                .load(&context.key(&number.to_string()), Freshness::Latest)
                .await?
                .is_some(),
        );
    }
    let expected = context.of_expired(RECORDS.saturating_sub(first.deleted));
    ensure_within!(left, expected, "the records that live again");
    Ok(())
}

/// The expired record is created anew while a sweep is held at its n-th await.
///
/// The sweep has already seen that the record is expired.
pub(crate) async fn a_session_renewed_during_a_sweep_is_never_deleted(
    context: &Context,
) -> Verdict {
    let budget = SweepBudget::new(NonZeroUsize::new(ALL).expect("a budget is positive"));
    for awaits in 1..=MOST_AWAITS {
        let key = context.given_expired(&format!("{awaits}")).await?;
        let mut sweep = pin!(context.collecting()?.sweep(&budget, None));
        if up_to(awaits, sweep.as_mut()).await.transpose()?.is_some() {
            return Ok(());
        }
        let record = context.record("renewed");
        let renewal = tokio::spawn(creation(context, &key, &record));
        let_go_on(&renewal).await;
        sweep.await?;
        join(renewal).await?;
        context.ensure_record(&key, &record).await?;
        context.store().delete(&key, &Expect::PRESENT).await?;
    }
    Err(Violation::new("a sweep of one record has hundreds of awaits"))
}

/// The creation of a record, as a task of its own.
fn creation(
    context: &Context,
    key: &Key,
    record: &Record,
) -> impl Future<Output = Result<()>> + use<> {
    let (store, version) = (Arc::clone(context.store()), context.version());
    let (key, record) = (key.clone(), record.clone());
    async move { store.create(&key, &record, &version).await }
}

pub(crate) async fn a_live_lock_keeps_an_expired_record(context: &Context) -> Verdict {
    let (_, lapse) = given_locked_and_expiring(context).await?;
    context.advance_to(lapse.saturating_sub(Duration::from_millis(1)));
    let sweep = context.sweep(ALL).await?;
    ensure_eq!(sweep.deleted, 0, "the records deleted under a live lock");
    Ok(())
}

pub(crate) async fn a_lapsed_lock_keeps_nothing(context: &Context) -> Verdict {
    let (key, lapse) = given_locked_and_expiring(context).await?;
    context.advance_to(lapse);
    let sweep = context.sweep(ALL).await?;
    ensure_within!(sweep.deleted, context.of_expired(1), "the records deleted under a lapsed lock");
    Ok(ensure_removed(context, &key).await?)
}

/// A record that expires long before its lock lapses.
async fn given_locked_and_expiring(context: &Context) -> Checked<(Key, EpochMillis)> {
    let (key, token) = context.given_locked("a").await?;
    let lapse = context.lapse_of(LEASE);
    context.expire_under_lock(&key, &token, context.in_seconds(10)).await?;
    Ok((key, lapse))
}

pub(crate) async fn a_sweep_keeps_to_its_budget_and_ends(context: &Context) -> Verdict {
    let record = context.record_for(10, "dead");
    for number in 0..7 {
        context.given_record(&format!("dead {number}"), &record).await?;
        context.given(&format!("live {number}")).await?;
    }
    context.advance_to_second(record.expires);
    let sweep = context.sweep(2).await?;
    ensure_within!(sweep.deleted, context.of_expired(7), "the deleted records");
    for number in 0..7 {
        ensure_removed(context, &context.key(&format!("dead {number}"))).await?;
        context.snapshot(&context.key(&format!("live {number}"))).await?;
    }
    Ok(())
}

/// Records within the grace, locked records and expired records alternate.
///
/// Each run of one kind is a few steps of the sweep long.
pub(crate) async fn a_sweep_gets_past_spared_records(context: &Context) -> Verdict {
    const GRACE: Duration = Duration::from_secs(30);
    let (old, young) = (context.record_for(10, "old"), context.record_for(35, "young"));
    let (mut dead, mut spared) = (Vec::new(), Vec::new());
    for run in 0..3 {
        for number in 0..5 {
            spared.push(context.given_record(&format!("{run} a {number}"), &young).await?);
            if context.capabilities().locks() {
                let key = context.given(&format!("{run} b {number}")).await?;
                let token = context.lock(&key, Duration::from_mins(10)).await?;
                context.expire_under_lock(&key, &token, old.expires).await?;
                spared.push(key);
            }
            dead.push(context.given_record(&format!("{run} c {number}"), &old).await?);
        }
    }
    context.advance_to_second(old.expires.saturating_add(GRACE));
    let budget = Context::budget(2).with_grace(GRACE);
    let sweep = context.sweep_by(&budget).await?;
    ensure_within!(
        sweep.deleted,
        context.of_expired(dead.len() as u64),
        "the records deleted among spared ones"
    );
    for key in &dead {
        ensure_removed(context, key).await?;
    }
    context.advance(Duration::from_mins(10));
    let sweep = context.sweep_by(&budget).await?;
    ensure_within!(
        sweep.deleted,
        context.of_expired(spared.len() as u64),
        "the records deleted that were spared before"
    );
    Ok(())
}

pub(crate) async fn a_sweep_reports_the_outcome_of_expired_records(context: &Context) -> Verdict {
    let (_, lapse) = given_locked_and_expiring(context).await?;
    let record = context.record_for(10, "dead");
    for name in ["b", "c"] {
        context.given_record(name, &record).await?;
    }
    context.advance_to(lapse.saturating_sub(Duration::from_secs(5)));
    let sweep = context.sweep(ALL).await?;
    let accounted = sweep.deleted + sweep.spared + sweep.failed;
    ensure_within!(sweep.deleted, context.of_expired(2), "the deleted records");
    ensure_eq!(accounted, sweep.expired, "the expired records accounted for");
    ensure!(sweep.scanned >= sweep.expired, "fewer records examined than found expired");
    Ok(())
}
