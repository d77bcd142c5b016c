//! A held session does not expire (L14).

use super::acquiring::sole_winner;
use crate::context::{CLOCK_SKEW, LEASE, drop_at_every_await, join};
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Checked, Context, Finding, Verdict};
use session_core::store::{Acquired, Expect, Key, LockDisposition, LockToken, Record, Touch};
use session_core::time::{Clock, Timestamp};
use std::sync::Arc;
use std::time::Duration;

/// When a record expires, in seconds, that does so under a lease.
const SOON: u64 = 10;

/// The expiry of a record that is locked from now on.
fn expiry_under_lease(context: &Context) -> Timestamp {
    let lapse = context.lapse_of(LEASE).as_epoch_millis();
    Timestamp::from_epoch_seconds(lapse.div_ceil(1_000))
}

/// Locks a record, and returns it as the store does.
async fn locked(context: &Context, key: &Key, token: &LockToken) -> Checked<Record> {
    match context.locking()?.acquire(key, token, LEASE).await? {
        Acquired::Locked(snapshot) => Ok(snapshot.record),
        other => Err(Finding::new(format!("a free lock cannot be had: {other:?}"))),
    }
}

async fn ensure_expires(context: &Context, key: &Key, expected: Timestamp) -> Checked {
    let expires = context.snapshot(key).await?.record.expires;
    ensure_eq!(expires, expected, "the stored expiry");
    Ok(())
}

pub(crate) async fn a_lock_moves_an_expiry_that_comes_before_its_end(context: &Context) -> Verdict {
    let record = context.record_for(SOON, "data");
    let key = context.given_record("a", &record).await?;
    let before = context.snapshot(&key).await?;
    let expected = expiry_under_lease(context);
    let found = locked(context, &key, &context.token()).await?;
    ensure_eq!(found.expires, expected, "the expiry that came with the lock");
    let after = context.snapshot(&key).await?;
    ensure_eq!(after.version, before.version, "the version");
    Ok(context.ensure_record(&key, &Record { expires: expected, ..record }).await?)
}

pub(crate) async fn a_lock_leaves_a_later_expiry(context: &Context) -> Verdict {
    let least = expiry_under_lease(context);
    for (name, later) in [("at the end", 0), ("later", 1), ("much later", 3_600)] {
        let expires = least.saturating_add(Duration::from_secs(later));
        let record = Record { expires, ..context.record(name) };
        let key = context.given_record(name, &record).await?;
        let token = context.token();
        let found = locked(context, &key, &token).await?;
        ensure_eq!(found.expires, expires, "the expiry that came with the lock");
        let renewed = context.locking()?.renew(&key, &token, LEASE).await?;
        ensure_eq!(renewed, expires, "the expiry that came with the renewal");
        context.ensure_record(&key, &record).await?;
    }
    Ok(())
}

pub(crate) async fn a_lock_moves_the_expiry_to_a_whole_second(context: &Context) -> Verdict {
    for millis in [0, 1, 999] {
        let record = context.record_for(SOON, "data");
        let key = context.given_record(&format!("{millis}"), &record).await?;
        context.advance_to_second(context.in_seconds(1));
        context.advance(Duration::from_millis(millis));
        let lease_and_skew = LEASE + CLOCK_SKEW + Duration::from_secs(u64::from(millis > 0));
        let expected = context.in_seconds(lease_and_skew.as_secs());
        locked(context, &key, &context.token()).await?;
        ensure_expires(context, &key, expected).await?;
    }
    Ok(())
}

pub(crate) async fn a_renewal_moves_the_expiry(context: &Context) -> Verdict {
    let key = context.given_record("a", &context.record_for(SOON, "data")).await?;
    let token = context.lock(&key, LEASE).await?;
    for _ in 0..2 {
        context.advance(LEASE / 2);
        let expected = expiry_under_lease(context);
        let renewed = context.locking()?.renew(&key, &token, LEASE).await?;
        ensure_eq!(renewed, expected, "the expiry that came with the renewal");
        ensure_expires(context, &key, expected).await?;
    }
    context.advance(LEASE / 2);
    let expected = expiry_under_lease(context);
    let again = locked(context, &key, &token).await?;
    ensure_eq!(again.expires, expected, "the expiry that came with a repeated acquisition");
    Ok(ensure_expires(context, &key, expected).await?)
}

pub(crate) async fn a_takeover_moves_the_expiry(context: &Context) -> Verdict {
    let (key, stale) = context.given_locked("a").await?;
    let lapse = context.lapse_of(LEASE);
    let soon = lapse.timestamp().saturating_add(Duration::from_secs(SOON));
    context.expire_under_lock(&key, &stale, soon).await?;
    context.advance_to(lapse);
    let expected = expiry_under_lease(context);
    let found = locked(context, &key, &context.token()).await?;
    ensure_eq!(found.expires, expected, "the expiry that came with the lock");
    ensure_expires(context, &key, expected).await?;
    context.advance_to_second(soon);
    let late = context.update(&key, "too late", &Expect::lock(stale)).await;
    ensure_rejected!(late, LockLost);
    Ok(())
}

pub(crate) async fn a_held_session_outlives_its_expiry(context: &Context) -> Verdict {
    let record = context.record_for(SOON, "data");
    let key = context.given_record("a", &record).await?;
    let token = context.lock(&key, LEASE).await?;
    while !record.expires.saturating_add(3 * LEASE).is_over(context.clock().now()) {
        context.advance(LEASE / 3);
        context.ensure_data(&key, "data").await?;
        context.locking()?.renew(&key, &token, LEASE).await?;
    }
    context.advance_to(context.lapse_of(LEASE).saturating_sub(Duration::from_millis(1)));
    context.update(&key, "written", &Expect::lock(token)).await?;
    Ok(context.ensure_data(&key, "written").await?)
}

pub(crate) async fn a_lock_moves_no_expiry_past_the_deadline(context: &Context) -> Verdict {
    let deadline = context.in_seconds(2 * SOON);
    let record = Record { deadline: Some(deadline), ..context.record_for(SOON, "data") };
    let key = context.given_record("a", &record).await?;
    let token = context.token();
    let found = locked(context, &key, &token).await?;
    ensure_eq!(found.expires, deadline, "the expiry that came with the lock");
    ensure_expires(context, &key, deadline).await?;
    context.advance_to_just_before(deadline);
    let renewed = context.locking()?.renew(&key, &token, LEASE).await?;
    ensure_eq!(renewed, deadline, "the expiry that came with the renewal");
    context.advance_to_second(deadline);
    context.ensure_absent(&key).await?;
    ensure_rejected!(context.update(&key, "too late", &Expect::lock(token)).await, Gone);
    Ok(())
}

pub(crate) async fn a_call_without_the_lock_moves_no_expiry(context: &Context) -> Verdict {
    let key = context.given_record("a", &context.record_for(SOON, "data")).await?;
    context.lock(&key, LEASE).await?;
    let before = context.snapshot(&key).await?;
    context.advance(LEASE / 2);
    let other = context.token();
    let busy = context.locking()?.acquire(&key, &other, 9 * LEASE).await?;
    ensure!(matches!(busy, Acquired::Busy { .. }), "a held lock was answered with {busy:?}");
    ensure_rejected!(context.locking()?.renew(&key, &other, 9 * LEASE).await, LockLost);
    context.locking()?.release(&key, &other).await?;
    Ok(context.ensure_unchanged(&key, &before).await?)
}

/// A concurrent touch may change the record after a contender has read it.
pub(crate) async fn of_many_contenders_for_an_expiring_session_one_locks(
    context: &Context,
) -> Verdict {
    for round in 0..8 {
        let record = context.record_for(SOON, "data");
        let key = context.given_record(&format!("{round}"), &record).await?;
        let touch = Touch { expires: context.in_seconds(SOON + 1), lock: LockDisposition::Keep };
        let (store, touched) = (Arc::clone(context.store()), key.clone());
        let touch = async move { store.touch(&touched, &touch, &Expect::PRESENT).await };
        let touch = tokio::spawn(touch);
        let winner = sole_winner(context, &key, 8).await?;
        join(touch).await?;
        context.ensure_held(&key, &winner).await?;
        ensure_expires(context, &key, expiry_under_lease(context)).await?;
    }
    Ok(())
}

pub(crate) async fn a_dropped_acquisition_moves_the_expiry_with_the_lock(
    context: &Context,
) -> Verdict {
    drop_at_every_await!(|polls| {
        let record = context.record_for(SOON, "data");
        let key = context.given_record(&format!("{polls}"), &record).await?;
        let (token, expected) = (context.token(), expiry_under_lease(context));
        let done = context.up_to(polls, context.locking()?.acquire(&key, &token, LEASE)).await;
        let found = context.contend(&key).await?;
        ensure!(
            done.is_none() || matches!(found, Acquired::Busy { .. }),
            "after an acquisition that succeeded, another was answered with {found:?}"
        );
        ensure_expires(context, &key, expected).await?;
        done.transpose()?.is_some()
    })
}

/// After the earlier lease has lapsed, a busy lock shows that it was renewed.
pub(crate) async fn a_dropped_renewal_moves_the_expiry_with_the_lock(context: &Context) -> Verdict {
    drop_at_every_await!(|polls| {
        let record = context.record_for(SOON, "data");
        let key = context.given_record(&format!("{polls}"), &record).await?;
        let (token, lapse) = (context.lock(&key, LEASE).await?, context.lapse_of(LEASE));
        context.advance(LEASE / 2);
        let expected = expiry_under_lease(context);
        let renew = context.locking()?.renew(&key, &token, LEASE);
        let done = context.up_to(polls, renew).await.transpose()?;
        context.advance_to(lapse);
        let is_renewed = matches!(context.contend(&key).await?, Acquired::Busy { .. });
        ensure!(is_renewed || done.is_none(), "a renewal that succeeded renewed nothing");
        if is_renewed {
            ensure_expires(context, &key, expected).await?;
        }
        done.is_some()
    })
}
