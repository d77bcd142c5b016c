//! A failing or silent store blocks no waiter forever and loses no lock (L9, L10).

use super::{Turns, options};
use crate::cases::pessimistic::Waiter;
use crate::context::{CLOCK_SKEW, LEASE};
use crate::ensure::{ensure, ensure_eq, ensure_rejected, ensure_within};
use crate::spy_store::{Trouble, Wakes};
use crate::{Checked, Context, Verdict, Violation};
use session_core::ErrorKind;
use session_core::time::Timer;
use std::time::Duration;

pub(crate) async fn waiting_goes_on_while_the_store_is_unavailable(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    turns.watched().acquiring.set(Trouble::Fails(ErrorKind::Unavailable));
    let second = turns.open_beside().await;
    turns.pass(options().max_lock_wait_time / 2).await;
    ensure!(second.waits(), "a failure that passes ended a wait");
    turns.watched().acquiring.set(Trouble::None);
    let begin = context.clock().elapsed();
    let session = turns.join(second).await?;
    let waited = context.since(begin);
    ensure_within!(waited, ..=options().max_lock_retry, "the wait for a free lock");
    Ok(turns.commit(session, "written").await?)
}

pub(crate) async fn waiting_for_an_unavailable_store_ends_as_unavailable(
    context: &Context,
) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    turns.watched().wake(Wakes::Never);
    turns.watched().acquiring.set(Trouble::Fails(ErrorKind::Unavailable));
    let begin = context.clock().elapsed();
    let (first, second) = (turns.open_beside().await, turns.open_beside().await);
    ensure_rejected!(turns.outcome(first).await?, Unavailable);
    ensure_rejected!(turns.outcome(second).await?, Unavailable);
    ensure_eq!(context.since(begin), options().max_lock_wait_time, "the wait");
    let mut delays = turns.watched().delays();
    // The deadline cuts the last one.
    delays.pop();
    let usual = options().min_lock_retry..=options().max_lock_retry;
    ensure!(
        delays.iter().all(|delay| usual.contains(delay)),
        "the delays: found {delays:?}, expected each in {usual:?}"
    );
    Ok(())
}

pub(crate) async fn a_lock_that_was_seen_held_ends_in_a_lock_timeout(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let foreign = context.lock(&turns.key, LEASE).await?;
    let (first, second) = (turns.open_beside().await, turns.open_beside().await);
    turns.pass(options().max_lock_wait_time / 4).await;
    turns.watched().acquiring.set(Trouble::Fails(ErrorKind::Unavailable));
    ensure_rejected!(turns.outcome(first).await?, LockTimeout);
    ensure_rejected!(turns.outcome(second).await?, LockTimeout);
    Ok(context.ensure_held(&turns.key, &foreign).await?)
}

pub(crate) async fn a_failure_for_good_ends_the_wait(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    turns.watched().acquiring.set(Trouble::Fails(ErrorKind::Denied));
    let begin = context.clock().elapsed();
    ensure_rejected!(turns.drive(turns.sessions.open(Some(turns.id.secret()))).await?, Denied);
    ensure_eq!(context.since(begin), Duration::ZERO, "the wait for what will fail again");
    Ok(())
}

pub(crate) async fn an_acquisition_is_repeated_with_its_token(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    turns.watched().acquiring.set(Trouble::LosesReplies);
    let second = turns.open_beside().await;
    turns.pass(options().max_lock_wait_time / 4).await;
    turns.watched().acquiring.set(Trouble::None);
    let begin = context.clock().elapsed();
    let session = turns.join(second).await?;
    let waited = context.since(begin);
    ensure_within!(waited, ..=options().max_lock_retry, "the wait for a lock of one's own");
    Ok(turns.commit(session, "written").await?)
}

pub(crate) async fn an_attempt_without_an_answer_ends_soon_after_the_deadline(
    context: &Context,
) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    turns.watched().acquiring.set(Trouble::StaysSilent);
    let begin = context.clock().elapsed();
    let (first, second) = (turns.open_beside().await, turns.open_beside().await);
    turns.pass(options().max_lock_wait_time).await;
    ensure!(!second.waits(), "a wait in line goes on after its deadline");
    ensure_unavailable(&turns, second).await?;
    ensure_unavailable(&turns, first).await?;
    let waited = context.since(begin);
    let latest = options().max_lock_wait_time + options().request_timeout;
    ensure_within!(waited, ..=latest, "the wait");
    turns.watched().acquiring.set(Trouble::None);
    let session = turns.open().await?;
    Ok(turns.commit(session, "written").await?)
}

/// Checks that a waiter got no answer of the store.
///
/// The attempt may have taken effect or not.
async fn ensure_unavailable(turns: &Turns<'_>, waiter: Waiter) -> Checked {
    let kind = turns.outcome(waiter).await?.err().map(|error| error.kind());
    ensure_eq!(kind, Some(ErrorKind::Unavailable), "the failure");
    Ok(())
}

pub(crate) async fn a_renewal_without_an_answer_costs_no_lock(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let holder = turns.open().await?;
    let lease = options().lock_lease;
    turns.watched().renewing.set(Trouble::StaysSilent);
    turns.pass(lease / 3).await;
    turns.watched().renewing.set(Trouble::None);
    for _ in 0..12 {
        turns.pass(lease / 6).await;
        context.ensure_busy(&turns.key).await?;
    }
    Ok(turns.commit(holder, "written").await?)
}

pub(crate) async fn a_lease_counts_from_the_start_of_its_attempt(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let (late, third) = (options().max_lock_wait_time / 2, options().lock_lease / 3);
    turns.watched().acquiring.set(Trouble::RepliesLate(late));
    turns.watched().renewing.set(Trouble::RepliesLate(late));
    let begin = context.clock().elapsed();
    let holder = turns.open().await?;
    turns.pass(options().lock_lease).await;
    let mut last = begin;
    for renewal in turns.watched().renewals() {
        let passed = renewal.saturating_sub(last);
        ensure_eq!(passed, third, "the time from the start of a lease to its renewal");
        last = renewal;
    }
    ensure!(last > begin, "the lock was never renewed");
    Ok(turns.commit(holder, "written").await?)
}

/// The process stood still for longer than the lease.
///
/// Another holder may have the lock by now.
pub(crate) async fn an_answer_after_the_lease_is_not_taken_for_a_lock(
    context: &Context,
) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let stall = options().lock_lease + CLOCK_SKEW;
    turns.watched().acquiring.set(Trouble::StallsTheProcess(stall));
    let opened = turns.drive(turns.sessions.open(Some(turns.id.secret()))).await?;
    match opened {
        Ok(_handle) => Ok(context.ensure_busy(&turns.key).await?),
        Err(error) if error.kind() == ErrorKind::Unavailable => Ok(()),
        Err(error) => Err(Violation::new(format!("the failure is {error}"))),
    }
}
