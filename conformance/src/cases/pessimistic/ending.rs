//! However a handle ends, it lets its lock go (L5, R13).

use super::{Turns, options};
use crate::cases::sessions::{IDLE, THRESHOLD, key_of};
use crate::context::drop_at_every_await;
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::spy_store::Trouble;
use crate::{Checked, Context, Verdict, Violation};
use session_core::store::Deletion;
use session_core::time::IdleTimeout;
use session_core::{ErrorKind, Lifetime};
use std::time::Duration;

pub(crate) async fn every_commit_releases_the_lock(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let changed = turns.open().await?;
    turns.commit(changed, "changed").await?;
    ensure_free(&turns).await?;
    let unchanged = turns.open().await?;
    let _ = turns.drive(unchanged.commit()).await??;
    ensure_free(&turns).await?;
    context.advance(THRESHOLD);
    let touched = turns.open().await?;
    let _ = turns.drive(touched.commit()).await??;
    Ok(ensure_free(&turns).await?)
}

/// Checks that the lock is free now, and not only once its lease has lapsed.
async fn ensure_free(turns: &Turns<'_>) -> Checked {
    turns.settle().await;
    let token = turns.context.ensure_free(&turns.key).await?;
    Ok(turns.context.locking()?.release(&turns.key, &token).await?)
}

pub(crate) async fn a_handle_that_is_dropped_releases_its_lock(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let mut dropped = turns.open().await?;
    "never written".clone_into(dropped.data_mut());
    drop(dropped);
    ensure_free(&turns).await?;
    Ok(context.ensure_data(&turns.key, "data").await?)
}

pub(crate) async fn a_commit_that_is_dropped_releases_its_lock(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    drop_at_every_await!(|polls| {
        let mut is_done = true;
        for _changed_and_then_unchanged in 0..2 {
            let mut session = turns.open().await?;
            *session.data_mut() = format!("changed {polls}");
            is_done &= context.up_to(polls, session.commit()).await.transpose()?.is_some();
            ensure_free(&turns).await?;
        }
        is_done
    })
}

pub(crate) async fn a_write_that_is_rejected_releases_the_lock(context: &Context) -> Verdict {
    let limit = context.capabilities().max_record_bytes().unwrap_or_default();
    for rotates in [false, true] {
        if rotates && !context.capabilities().rotates() {
            break;
        }
        let turns = Turns::with(context, "data").await?;
        let mut session = turns.open().await?;
        if rotates {
            session.rotate()?;
        }
        *session.data_mut() = "x".repeat(limit + 1);
        ensure_rejected!(turns.drive(session.commit()).await?, TooLarge);
        ensure_free(&turns).await?;
        context.ensure_data(&turns.key, "data").await?;
    }
    Ok(())
}

pub(crate) async fn an_acquisition_whose_reply_is_lost_leaves_no_lock(
    context: &Context,
) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    turns.watched().acquiring.set(Trouble::LosesReplies);
    let opened = turns.drive(turns.sessions.open(Some(turns.id.secret()))).await?;
    let kind = opened.as_ref().err().map(session_core::Error::kind);
    ensure_eq!(kind, Some(ErrorKind::Unavailable), "the failure");
    turns.watched().acquiring.set(Trouble::None);
    ensure_free(&turns).await?;
    let _ = turns.open().await?;
    Ok(())
}

pub(crate) async fn a_rotated_handle_keeps_its_lock_until_the_commit(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let mut session = turns.open().await?;
    let new = key_of(session.rotate()?)?;
    turns.pass(options().lock_lease * 3).await;
    context.ensure_busy(&turns.key).await?;
    context.ensure_absent(&new).await?;
    turns.commit(session, "written").await?;
    context.ensure_data(&new, "written").await?;
    context.ensure_absent(&turns.key).await?;
    Ok(context.ensure_free(&new).await.map(drop)?)
}

pub(crate) async fn a_rotation_under_a_lock_is_one_write(context: &Context) -> Verdict {
    for data in ["data", "changed"] {
        let turns = Turns::with(context, "data").await?;
        let mut session = turns.open().await?;
        let new = key_of(session.rotate()?)?;
        turns.commit(session, data).await?;
        turns.settle().await;
        ensure_eq!(turns.watched().writes(), 1, "the writes of a commit");
        ensure_eq!(turns.watched().releases(), 0, "the releases after a commit");
        context.ensure_data(&new, data).await?;
    }
    Ok(())
}

pub(crate) async fn a_lifetime_under_a_lock_is_one_write(context: &Context) -> Verdict {
    for data in ["data", "changed"] {
        let turns = Turns::with(context, "data").await?;
        let mut session = turns.open().await?;
        let lifetime = Lifetime::idle(Duration::from_secs(70))?.with_absolute(2 * IDLE)?;
        session.set_lifetime(lifetime)?;
        let deadline = context.in_seconds(2 * IDLE.as_secs());
        turns.commit(session, data).await?;
        turns.settle().await;
        ensure_eq!(turns.watched().writes(), 1, "the writes of a commit");
        ensure_eq!(turns.watched().releases(), 0, "the releases after a commit");
        let record = context.snapshot(&turns.key).await?.record;
        ensure_eq!(record.idle, Some(IdleTimeout::from_seconds(70)), "the idle timeout");
        ensure_eq!(record.deadline, Some(deadline), "the deadline");
        context.ensure_data(&turns.key, data).await?;
        ensure_free(&turns).await?;
    }
    Ok(())
}

pub(crate) async fn a_rotation_lets_the_queue_of_the_old_id_move_on(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let mut session = turns.open().await?;
    let second = turns.open_beside().await;
    session.rotate()?;
    turns.commit(session, "written").await?;
    let stranger = turns.join(second).await?;
    ensure!(stranger.is_new() && stranger.data().is_empty(), "a rotated-away id was adopted");
    Ok(())
}

pub(crate) async fn a_destruction_lets_the_queue_move_on(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let session = turns.open().await?;
    let second = turns.open_beside().await;
    let destroyed = turns.drive(session.destroy()).await??;
    ensure_eq!(destroyed, Deletion::Deleted, "what was destroyed");
    let stranger = turns.join(second).await?;
    if !stranger.is_new() {
        return Err(Violation::new("a destroyed session was opened"));
    }
    Ok(context.ensure_absent(&turns.key).await?)
}

pub(crate) async fn a_commit_with_a_new_id_that_is_dropped_releases_its_lock(
    context: &Context,
) -> Verdict {
    drop_at_every_await!(|polls| {
        let turns = Turns::with(context, "data").await?;
        let mut session = turns.open().await?;
        let new = key_of(session.rotate()?)?;
        let is_done = context.up_to(polls, session.commit()).await.transpose()?.is_some();
        turns.settle().await;
        let has_moved = context.has_moved(&turns.key, &new).await?;
        ensure!(has_moved || !is_done, "a commit that succeeded moved nothing");
        context.ensure_free(if has_moved { &new } else { &turns.key }).await?;
        is_done
    })
}
