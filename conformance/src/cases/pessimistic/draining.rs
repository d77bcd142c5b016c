//! Ended handles release their locks in the background; a drain waits for it (R13).

use super::{Turns, options};
use crate::ensure::{ensure, ensure_eq, ensure_rejected, ensure_within};
use crate::spy_store::Trouble;
use crate::{Context, Verdict};
use session_core::ErrorKind;
use session_core::strategy::Drained;
use session_core::time::Timer;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(2);

pub(crate) async fn an_acquisition_that_was_not_applied_is_not_released(
    context: &Context,
) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    turns.watched().acquiring.set(Trouble::Fails(ErrorKind::Unavailable));
    let waiter = turns.open_beside().await;
    ensure_rejected!(turns.outcome(waiter).await?, Unavailable);
    turns.settle().await;
    ensure_eq!(turns.watched().releases(), 0, "releases of what is not held");
    Ok(())
}

pub(crate) async fn a_release_after_a_failed_write_is_waited_for_briefly(
    context: &Context,
) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let mut holder = turns.open().await?;
    let second = turns.open_beside().await;
    turns.watched().updating.set(Trouble::Fails(ErrorKind::Unavailable));
    turns.watched().releasing.set(Trouble::StaysSilent);
    "changed".clone_into(holder.data_mut());
    let (begin, attempts) = (context.clock().elapsed(), turns.watched().attempts().len());
    ensure_rejected!(turns.drive(holder.commit()).await?, Unavailable);
    let waited = context.since(begin);
    ensure_within!(waited, ..=options().release_timeout, "the wait for the release");
    turns.settle().await;
    ensure!(turns.watched().attempts().len() > attempts, "the release keeps the line waiting");
    ensure!(second.waits(), "a waiter got a lock that is another's");
    Ok(())
}

pub(crate) async fn a_drain_waits_for_the_releases(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let begin = context.clock().elapsed();
    let nothing = turns.drive(turns.sessions.drain(TIMEOUT)).await?;
    let dropped = turns.open().await?;
    turns.watched().releasing.set(Trouble::RepliesLate(TIMEOUT / 10));
    drop(dropped);
    let drained = turns.drive(turns.sessions.drain(TIMEOUT)).await?;
    ensure!(
        nothing.is_complete() && drained.is_complete(),
        "{drained:?}, and at first {nothing:?}"
    );
    ensure_eq!(context.since(begin), TIMEOUT / 10, "the time that draining took");
    Ok(context.ensure_free(&turns.key).await.map(drop)?)
}

pub(crate) async fn a_drain_ends_at_its_timeout_and_reports_the_rest(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let dropped = turns.open().await?;
    turns.watched().releasing.set(Trouble::StaysSilent);
    drop(dropped);
    let begin = context.clock().elapsed();
    let drained = turns.drive(turns.sessions.drain(TIMEOUT)).await?;
    ensure_eq!(context.since(begin), TIMEOUT, "the time that draining took");
    ensure_eq!(drained, Drained::default().with_pending_releases(1), "what is left");
    Ok(())
}
