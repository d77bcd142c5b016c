//! The waiters of one process queue first in, first out, and share one request.

use super::{Turns, options};
use crate::context::{drop_at_every_await, up_to};
use crate::ensure::{ensure, ensure_eq, ensure_within};
use crate::{Checked, Context, Verdict};
use session_core::time::Timer;
use std::time::Duration;

/// So many that they hardly ever do so by chance.
pub(crate) async fn local_waiters_go_first_in_first_out(context: &Context) -> Verdict {
    let turns = Turns::with(context, "no one").await?;
    let mut waiters = Vec::new();
    let first = turns.open().await?;
    for _ in 0..9 {
        waiters.push(turns.open_beside().await);
    }
    turns.commit(first, "0").await?;
    for (number, waiter) in (1..).zip(waiters) {
        let session = turns.join(waiter).await?;
        let data = format!("{}{number}", session.data());
        turns.commit(session, &data).await?;
    }
    Ok(context.ensure_data(&turns.key, "0123456789").await?)
}

pub(crate) async fn only_the_head_of_the_queue_asks_the_store(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let holder = turns.open().await?;
    let mut waiters = Vec::new();
    for _ in 0..20 {
        waiters.push(turns.open_beside().await);
    }
    turns.pass(options().max_lock_wait_time / 2).await;
    ensure_eq!(turns.watched().attempts().len(), 1, "attempts while a local holder works");
    turns.commit(holder, "written").await?;
    for waiter in waiters {
        drop(turns.join(waiter).await?);
        turns.settle().await;
    }
    ensure_eq!(turns.watched().attempts().len(), 21, "attempts of 21 holders in all");
    Ok(())
}

/// Hands the lock over between waiting handles, and returns the attempts' delays.
///
/// Each handle holds the lock for `hold`. The delays are the times between the attempts.
async fn hand_over(turns: &Turns<'_>, handles: usize, hold: Duration) -> Checked<Vec<Duration>> {
    let mut waiters = Vec::new();
    for _ in 0..handles {
        waiters.push(turns.open_beside().await);
    }
    for waiter in waiters {
        let session = turns.join(waiter).await?;
        turns.pass(hold).await;
        let _ = turns.drive(session.commit()).await??;
    }
    Ok(turns.watched().delays())
}

pub(crate) async fn after_eight_local_hand_overs_the_queue_pauses(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let hold = options().max_lock_retry;
    let delays = hand_over(&turns, 21, hold).await?;
    let paused = |delay: &&Duration| **delay >= hold + options().max_lock_retry;
    let in_a_row = delays.split(|delay| paused(&delay)).map(<[_]>::len);
    ensure_within!(in_a_row.max(), ..=Some(8), "the hand-overs in a row of {delays:?}");
    ensure_eq!(delays.iter().filter(paused).count(), 2, "the pauses among 20 hand-overs");
    Ok(())
}

pub(crate) async fn pauses_take_a_sixth_of_the_time_at_most(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let hold = options().min_lock_retry;
    let delays = hand_over(&turns, 61, hold).await?;
    let paused: Duration = delays.iter().map(|delay| delay.saturating_sub(hold)).sum();
    let all: Duration = delays.iter().sum();
    ensure_within!(paused, options().max_lock_retry.., "the pauses for other processes");
    ensure_within!(paused, ..=all / 6, "the pauses in {all:?}");
    Ok(())
}

pub(crate) async fn a_canceled_waiter_leaves_the_queue(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let holder = turns.open().await?;
    let canceled = turns.open_beside().await;
    let second = turns.open_beside().await;
    canceled.cancel();
    turns.commit(holder, "written").await?;
    let begin = turns.watched().attempts().len();
    let session = turns.join(second).await?;
    ensure_eq!(turns.watched().attempts().len() - begin, 1, "the attempts of who is left");
    Ok(turns.commit(session, "written again").await?)
}

pub(crate) async fn an_opening_dropped_at_any_await_leaves_no_lock(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    drop_at_every_await!(|polls| {
        let opening = turns.sessions.open(Some(turns.id.secret()));
        let done = context.up_to(polls, opening).await;
        let is_done = done.transpose()?.is_some();
        turns.settle().await;
        let _ = turns.open().await?;
        turns.settle().await;
        is_done
    })
}

/// Each waiter is dropped at another await, if its opening has that many.
///
/// Only the awaits before the turn of the next waiter count.
pub(crate) async fn a_waiter_dropped_at_any_await_leaves_the_queue(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    // The line may pause once for other processes, and then asks once more.
    let most = options().max_lock_retry * 2;
    for polls in 0..8 {
        let holder = turns.open().await?;
        let (sessions, id) = (turns.sessions.clone(), turns.id.clone());
        let opening = async move { sessions.open(Some(id.secret())).await };
        let dropped = tokio::spawn(up_to(polls, opening));
        let second = turns.open_beside().await;
        turns.pass(most).await;
        dropped.abort();
        let is_dropped = dropped.await.ok().flatten().is_none();
        ensure!(is_dropped, "a lock was had that another holds");
        turns.commit(holder, "written").await?;
        let begin = context.clock().elapsed();
        let session = turns.join(second).await?;
        let waited = context.since(begin);
        ensure_within!(waited, ..=most, "the wait of the next one after the release");
        turns.commit(session, "written again").await?;
    }
    Ok(())
}
