//! When a lock lapses, and what then becomes of it (L4, L7, L11).

use super::acquiring::sole_winner;
use crate::context::LEASE;
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Checked, Context, Finding, Verdict, Violation};
use session_core::ErrorKind;
use session_core::store::{Acquired, Deletion, Expect, Key, LockToken, Record};
use session_core::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::yield_now;

const MILLISECOND: Duration = Duration::from_millis(1);
const YEAR: Duration = Duration::from_hours(365 * 24);

pub(crate) async fn a_lock_is_not_taken_over_within_lease_and_skew(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let lapse = context.lapse_of(LEASE);
    context.advance(LEASE);
    context.ensure_busy(&key).await?;
    context.advance_to(lapse.saturating_sub(MILLISECOND));
    // A read must not remove the lock before that either.
    let _ = context.snapshot(&key).await?;
    context.ensure_busy(&key).await?;
    Ok(context.ensure_held(&key, &token).await?)
}

pub(crate) async fn a_lease_beyond_the_last_time_is_held(context: &Context) -> Verdict {
    let record = Record { expires: Timestamp::MAX, ..context.record("data") };
    let key = context.given_record("a", &record).await?;
    let token = context.lock(&key, Duration::MAX).await?;
    context.locking()?.renew(&key, &token, Duration::MAX).await?;
    context.advance(80 * YEAR);
    context.ensure_busy(&key).await?;
    Ok(context.ensure_held(&key, &token).await?)
}

/// Leases around a second and beyond 32 bits are not rounded.
///
/// The long ones need more than 32 bits of milliseconds, or of seconds.
pub(crate) async fn a_lease_lasts_to_the_millisecond(context: &Context) -> Verdict {
    let (locking, seconds) = (context.locking()?, |seconds: u64| 1_000 * seconds + 1);
    for millis in [1, 999, 1_001, (1 << 32) + 1, seconds(1 << 31), seconds(1 << 32)] {
        let lease = Duration::from_millis(millis);
        let record = Record { expires: Timestamp::MAX, ..context.record_for(1, "data") };
        let acquired = context.given_record(&format!("a{millis}"), &record).await?;
        context.lock(&acquired, lease).await?;
        let renewed = context.given_record(&format!("r{millis}"), &record).await?;
        let token = context.lock(&renewed, MILLISECOND).await?;
        locking.renew(&renewed, &token, lease).await?;
        let lapse = context.lapse_of(lease);
        context.advance_to(lapse.saturating_sub(MILLISECOND));
        context.ensure_busy(&acquired).await?;
        context.ensure_busy(&renewed).await?;
        context.advance_to(lapse);
        context.ensure_free(&acquired).await?;
        context.ensure_free(&renewed).await?;
    }
    Ok(())
}

pub(crate) async fn a_lapsed_lock_is_taken_over(context: &Context) -> Verdict {
    let (key, _) = context.given_locked("a").await?;
    let read = context.snapshot(&key).await?;
    context.let_the_lease_lapse();
    let answer = context.contend(&key).await?;
    ensure_eq!(answer, Acquired::Locked(read), "the answer");
    Ok(context.ensure_busy(&key).await?)
}

pub(crate) async fn of_many_takers_over_exactly_one_wins(context: &Context) -> Verdict {
    let (key, stale) = context.given_locked("a").await?;
    context.let_the_lease_lapse();
    let winner = sole_winner(context, &key, 32).await?;
    let late = context.update(&key, "late", &Expect::lock(stale)).await;
    ensure_rejected!(late, LockLost);
    Ok(context.ensure_held(&key, &winner).await?)
}

pub(crate) async fn a_stale_holder_writes_nothing(context: &Context) -> Verdict {
    let (key, stale) = context.given_locked("a").await?;
    context.let_the_lease_lapse();
    let holder = context.ensure_free(&key).await?;
    let before = context.snapshot(&key).await?;
    let expect = Expect::lock(stale);
    ensure_rejected!(context.update(&key, "late", &expect).await, LockLost);
    let touch = context.touch(&key, context.in_seconds(9_000), &expect).await;
    ensure_rejected!(touch, LockLost);
    ensure_rejected!(context.store().delete(&key, &expect).await, LockLost);
    context.ensure_unchanged(&key, &before).await?;
    Ok(context.ensure_held(&key, &holder).await?)
}

pub(crate) async fn a_holder_may_write_late_if_nobody_took_over(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let expect = Expect::lock(token.clone());
    context.let_the_lease_lapse();
    context.advance(Duration::from_mins(10));
    context.touch(&key, context.in_seconds(9_000), &expect).await?;
    context.update(&key, "late", &expect).await?;
    context.ensure_held(&key, &token).await?;
    // A read may remove a lapsed lock, so it comes last (L7).
    context.ensure_data(&key, "late").await?;
    let (other, token) = context.given_locked("b").await?;
    context.let_the_lease_lapse();
    let deletion = context.store().delete(&other, &Expect::lock(token)).await?;
    ensure_eq!(deletion, Deletion::Deleted, "a late deletion");
    Ok(())
}

pub(crate) async fn an_unfenced_update_passes_a_lapsed_lock_only(context: &Context) -> Verdict {
    let (key, _) = context.given_locked("a").await?;
    let lapse = context.lapse_of(LEASE);
    context.advance_to(lapse.saturating_sub(MILLISECOND));
    let early = context.update(&key, "early", &Expect::PRESENT).await;
    ensure_rejected!(early, Locked);
    context.advance_to(lapse);
    context.update(&key, "passed", &Expect::PRESENT).await?;
    Ok(context.ensure_data(&key, "passed").await?)
}

pub(crate) async fn an_update_that_passes_a_lapsed_lock_removes_it(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    context.let_the_lease_lapse();
    context.update(&key, "passed", &Expect::PRESENT).await?;
    let late = context.update(&key, "late", &Expect::lock(token.clone())).await;
    ensure_rejected!(late, LockLost);
    let renewed = context.locking()?.renew(&key, &token, LEASE).await;
    ensure_rejected!(renewed, LockLost);
    Ok(context.ensure_data(&key, "passed").await?)
}

pub(crate) async fn a_clock_that_jumps_back_frees_no_lock(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    context.clock().set(Context::start().saturating_sub(Duration::from_hours(24)));
    context.ensure_busy(&key).await?;
    context.update(&key, "second", &Expect::lock(token.clone())).await?;
    Ok(context.ensure_held(&key, &token).await?)
}

/// A takeover by a clock that was ahead stays valid after the clock is set back.
///
/// The token decides, and not the time.
pub(crate) async fn a_clock_that_jumped_ahead_gives_no_lock_back(context: &Context) -> Verdict {
    let (key, stale) = context.given_locked("a").await?;
    context.clock().set(context.lapse_of(LEASE));
    let holder = context.ensure_free(&key).await?;
    context.clock().set(Context::start());
    let late = context.update(&key, "late", &Expect::lock(stale.clone())).await;
    ensure_rejected!(late, LockLost);
    let renewed = context.locking()?.renew(&key, &stale, LEASE).await;
    ensure_rejected!(renewed, LockLost);
    context.update(&key, "second", &Expect::lock(holder.clone())).await?;
    context.ensure_held(&key, &holder).await?;
    Ok(context.ensure_data(&key, "second").await?)
}

/// The new holder reads the old holder's write, or that write gets `LockLost`.
pub(crate) async fn a_takeover_that_races_a_write_loses_nothing(context: &Context) -> Verdict {
    for round in 0..8 {
        let (key, stale) = context.given_locked(&format!("{round}")).await?;
        context.let_the_lease_lapse();
        let (written, answer) = write_and_take_over(context, &key, stale, round % 2 == 0).await?;
        let Acquired::Locked(read) = answer else {
            return Err(Violation::new(format!("a takeover was answered with {answer:?}")));
        };
        let has_read_the_write = read.record.payload == context.payload("written");
        ensure_eq!(has_read_the_write, written, "whether the write came before the takeover");
        context.ensure_unchanged(&key, &read).await?;
    }
    Ok(())
}

/// Whether the write succeeded, and the answer to the takeover.
async fn write_and_take_over(
    context: &Context,
    key: &Key,
    stale: LockToken,
    writes_first: bool,
) -> Checked<(bool, Acquired)> {
    let (store, written) = (Arc::clone(context.store()), key.clone());
    let (change, version) = (context.change("written"), context.version());
    let write = tokio::spawn(async move {
        let expect = Expect::lock(stale);
        store.update(&written, &change, &expect, &version).await
    });
    if writes_first {
        yield_now().await;
    }
    let answer = context.contend(key).await?;
    let written = write.await.map_err(|error| Finding::new(format!("a task failed: {error}")))?;
    if let Err(error) = &written {
        let is_lost = matches!(error.kind(), ErrorKind::LockLost);
        ensure!(is_lost, "the rejection of the stale holder: {error}");
    }
    Ok((written.is_ok(), answer))
}
