//! Waiting ends, and spends few requests (L10).

use super::{Turns, options};
use crate::context::{CLOCK_SKEW, LEASE};
use crate::ensure::{ensure, ensure_eq, ensure_rejected, ensure_within};
use crate::spy_store::Wakes;
use crate::{Context, Verdict};
use session_core::SessionId;
use session_core::random::OsRandom;
use session_core::time::{Clock, Timer};
use std::time::Duration;

pub(crate) async fn a_second_handle_waits_for_the_first(context: &Context) -> Verdict {
    let turns = Turns::with(context, "0").await?;
    let first = turns.open().await?;
    let second = turns.open_beside().await;
    turns.pass(options().max_lock_wait_time / 2).await;
    ensure!(second.waits(), "two handles have one session open");
    turns.commit(first, "1").await?;
    let second = turns.join(second).await?;
    ensure_eq!(second.data(), "1", "what the second handle read");
    turns.commit(second, "2").await?;
    Ok(context.ensure_data(&turns.key, "2").await?)
}

pub(crate) async fn waiting_for_another_process_ends_at_the_deadline(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let before = context.snapshot(&turns.key).await?;
    let foreign = context.lock(&turns.key, LEASE).await?;
    let begin = context.clock().elapsed();
    let second = turns.open_beside().await;
    ensure_rejected!(turns.outcome(second).await?, LockTimeout);
    let waited = context.since(begin);
    ensure_eq!(waited, options().max_lock_wait_time, "the wait");
    context.ensure_unchanged(&turns.key, &before).await?;
    Ok(context.ensure_held(&turns.key, &foreign).await?)
}

pub(crate) async fn waiting_in_the_queue_ends_at_the_deadline(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let first = turns.open().await?;
    let begin = context.clock().elapsed();
    let second = turns.open_beside().await;
    ensure_rejected!(turns.outcome(second).await?, LockTimeout);
    let waited = context.since(begin);
    ensure_eq!(waited, options().max_lock_wait_time, "the wait");
    turns.commit(first, "written").await?;
    Ok(context.ensure_data(&turns.key, "written").await?)
}

/// The wall clock is corrected twice during the wait.
///
/// The wait does not depend on the wall clock.
pub(crate) async fn a_wall_clock_that_jumps_moves_no_deadline(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    context.lock(&turns.key, LEASE).await?;
    let begin = context.clock().elapsed();
    let second = turns.open_beside().await;
    for jump in [
        context.clock().now().saturating_add(LEASE / 2),
        Context::start().saturating_sub(Duration::from_hours(1)),
    ] {
        turns.pass(options().max_lock_wait_time / 4).await;
        context.clock().set(jump);
        turns.settle().await;
        ensure!(second.waits(), "a jump of the wall clock ended a wait");
    }
    ensure_rejected!(turns.outcome(second).await?, LockTimeout);
    let waited = context.since(begin);
    ensure_eq!(waited, options().max_lock_wait_time, "the wait");
    Ok(())
}

pub(crate) async fn delays_grow_between_the_minimum_and_the_maximum(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    turns.watched().wake(Wakes::Never);
    context.lock(&turns.key, LEASE).await?;
    let second = turns.open_beside().await;
    ensure_rejected!(turns.outcome(second).await?, LockTimeout);
    let mut delays = turns.watched().delays();
    let last = delays.pop().unwrap_or_default();
    let (minimum, maximum) = (options().min_lock_retry, options().max_lock_retry);
    let within = delays.iter().all(|delay| (minimum..=maximum).contains(delay));
    ensure!(within && last <= maximum, "delays beyond the options: {delays:?}, {last:?}");
    ensure_within!(delays.len(), 101.., "the delays in the wait");
    ensure_within!(delays[0], ..=2 * minimum, "the first delay");
    let longest = delays.iter().max().copied().unwrap_or_default();
    ensure!(
        longest > maximum / 2,
        "the longest delay: found {longest:?}, expected more than half of {maximum:?}"
    );
    let grown = &delays[5..];
    ensure!(grown.iter().any(|delay| *delay != grown[0]), "delays have no jitter");
    Ok(())
}

/// Each wake-up but the last comes too early, as a store's may.
pub(crate) async fn wake_ups_that_come_too_early_bring_few_attempts(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    turns.watched().wake(Wakes::Always);
    let foreign = context.lock(&turns.key, LEASE).await?;
    let second = turns.open_beside().await;
    turns.pass(options().max_lock_wait_time / 2).await;
    ensure_few(&turns.watched().attempts())?;
    let (begin, failed) = (context.clock().elapsed(), turns.watched().failed_attempts());
    context.locking()?.release(&turns.key, &foreign).await?;
    let _ = turns.join(second).await?;
    let waited = context.since(begin);
    // Where the store fails, a waiter asks once more for each failure.
    let failures = turns.watched().failed_attempts() - failed;
    let attempts = u32::try_from(failures + 1).unwrap_or(u32::MAX);
    let latest = options().min_lock_retry * attempts;
    ensure_within!(waited, ..=latest, "the wait for a free lock");
    Ok(())
}

/// Checks that attempts exceed one for each minimum delay by eight at most.
///
/// This holds for every period.
#[track_caller]
fn ensure_few(attempts: &[Duration]) -> Verdict {
    for (number, first) in attempts.iter().enumerate() {
        for (more, last) in (0_u32..).zip(&attempts[number..]) {
            let time = last.saturating_sub(*first);
            let least = options().min_lock_retry * more.saturating_sub(8);
            ensure_within!(time, least.., "the time of {more} more attempts after an attempt");
        }
    }
    Ok(())
}

pub(crate) async fn a_waiter_gets_the_lock_when_the_lease_has_lapsed(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let lease = options().max_lock_wait_time / 2;
    context.lock(&turns.key, lease).await?;
    let begin = context.clock().elapsed();
    let session = turns.open().await?;
    let waited = context.since(begin);
    let latest = lease + CLOCK_SKEW + 2 * options().max_lock_retry;
    ensure_within!(waited, lease..=latest, "the wait");
    turns.commit(session, "taken over").await?;
    Ok(context.ensure_data(&turns.key, "taken over").await?)
}

pub(crate) async fn a_waiter_gets_in_soon_after_a_release(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let foreign = context.lock(&turns.key, LEASE).await?;
    let second = turns.open_beside().await;
    turns.pass(Duration::from_secs(5)).await;
    ensure!(second.waits(), "a waiter got a lock that is another's");
    let begin = context.clock().elapsed();
    context.locking()?.release(&turns.key, &foreign).await?;
    let _ = turns.join(second).await?;
    let waited = context.since(begin);
    ensure_within!(waited, ..=options().max_lock_retry, "the wait for a free lock");
    Ok(())
}

/// The lock becomes free after the first attempt and before the watch begins.
///
/// The watch therefore has nothing to report.
pub(crate) async fn a_release_just_before_the_watch_is_not_missed(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let foreign = context.lock(&turns.key, LEASE).await?;
    turns.watched().release_before_the_watch(foreign);
    let begin = context.clock().elapsed();
    let _ = turns.open().await?;
    let waited = context.since(begin);
    // Where the store fails, a waiter asks once more for each failure.
    let failures = u32::try_from(turns.watched().failed_attempts()).unwrap_or(u32::MAX);
    let latest = options().max_lock_retry * failures;
    ensure_within!(waited, ..=latest, "the wait for a free lock");
    Ok(())
}

pub(crate) async fn an_unknown_session_is_not_waited_for(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let unknown = SessionId::draw(&OsRandom);
    let begin = context.clock().elapsed();
    let session = turns.drive(turns.sessions.open(Some(unknown.secret()))).await??;
    ensure!(session.is_new() && session.id() != &unknown, "an unknown id was adopted");
    ensure_eq!(context.clock().elapsed(), begin, "the time after opening an unknown session");
    Ok(context.ensure_absent(&crate::cases::sessions::key_of(&unknown)?).await?)
}

pub(crate) async fn readers_do_not_wait(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let holder = turns.open().await?;
    let begin = context.clock().elapsed();
    let reader = turns.drive(turns.sessions.read(Some(turns.id.secret()))).await??;
    ensure_eq!(reader.data(), "data", "what a reader read");
    let _ = reader.close().await?;
    ensure_eq!(context.clock().elapsed(), begin, "the time after reading");
    turns.commit(holder, "written").await?;
    Ok(context.ensure_data(&turns.key, "written").await?)
}
