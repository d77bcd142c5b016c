//! A held lock is renewed for a bounded time; its loss is reported (L4, L9, L12).

use super::{Turns, options};
use crate::cases::sessions::THRESHOLD;
use crate::cases::sessions::secrets::{DATA, ensure_error_hides, ensure_hidden};
use crate::context::{CLOCK_SKEW, LEASE};
use crate::ensure::{ensure, ensure_eq, ensure_rejected, ensure_within};
use crate::spy_store::Trouble;
use crate::{Checked, Context, Verdict, Violation};
use session_core::Lifetime;
use session_core::store::{Expect, LockToken, SessionStore};
use session_core::time::{Clock, Timer};
use std::time::Duration;

pub(crate) async fn a_lock_is_renewed_while_it_is_held(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let holder = turns.open().await?;
    turns.pass(options().lock_lease * 5).await;
    context.ensure_busy(&turns.key).await?;
    turns.commit(holder, "written").await?;
    Ok(context.ensure_data(&turns.key, "written").await?)
}

/// A session that expires within a lease, if nobody holds it.
fn short_lived() -> session_core::Result<Lifetime> {
    let (idle, threshold) = (options().lock_lease / 3, options().lock_lease / 5);
    Lifetime::idle(idle)?.with_touch_threshold(threshold)
}

pub(crate) async fn a_session_does_not_expire_while_it_is_held(context: &Context) -> Verdict {
    let turns = Turns::living(context, "data", short_lived()?).await?;
    let holder = turns.open().await?;
    turns.pass(options().lock_lease * 5).await;
    turns.commit(holder, "written").await?;
    Ok(context.ensure_data(&turns.key, "written").await?)
}

/// By that, a release whose reply is lost is recognized when it is repeated.
pub(crate) async fn a_release_names_the_expiry_that_renewals_left(context: &Context) -> Verdict {
    for trouble in [Trouble::None, Trouble::LosesReplies] {
        let turns = Turns::living(context, "data", short_lived()?).await?;
        let holder = turns.open().await?;
        turns.watched().renewing.set(trouble);
        turns.pass(options().lock_lease * 3 / 4).await;
        let left = context.snapshot(&turns.key).await?.record.expires;
        let _ = turns.drive(holder.commit()).await??;
        let named = turns.watched().touched();
        let most = left.saturating_add(options().lock_lease);
        ensure_within!(named, Some(left)..=Some(most), "the expiry that the release names");
        context.ensure_free(&turns.key).await?;
    }
    Ok(())
}

pub(crate) async fn a_renewal_whose_reply_is_lost_loses_no_lock(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let holder = turns.open().await?;
    turns.watched().renewing.set(Trouble::LosesReplies);
    turns.pass(options().lock_lease * 3).await;
    context.ensure_busy(&turns.key).await?;
    turns.watched().renewing.set(Trouble::None);
    turns.pass(options().lock_lease * 2).await;
    context.ensure_busy(&turns.key).await?;
    turns.commit(holder, "written").await?;
    Ok(context.ensure_data(&turns.key, "written").await?)
}

pub(crate) async fn renewal_stops_after_the_longest_hold(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let mut hung = turns.open().await?;
    turns.pass(options().max_lock_hold).await;
    context.ensure_busy(&turns.key).await?;
    turns.pass(options().lock_lease + CLOCK_SKEW).await;
    let new_holder = context.ensure_free(&turns.key).await?;
    "too late".clone_into(hung.data_mut());
    ensure_rejected!(turns.drive(hung.commit()).await?, LockLost);
    context.ensure_data(&turns.key, "data").await?;
    Ok(context.ensure_held(&turns.key, &new_holder).await?)
}

pub(crate) async fn a_hung_holder_does_not_stop_the_queue(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let mut hung = turns.open().await?;
    turns.pass(options().max_lock_hold + options().lock_lease * 5 / 6).await;
    let next = turns.open().await?;
    turns.commit(next, "the next one's").await?;
    "too late".clone_into(hung.data_mut());
    ensure_rejected!(turns.drive(hung.commit()).await?, LockLost);
    Ok(context.ensure_data(&turns.key, "the next one's").await?)
}

pub(crate) async fn a_lost_lock_is_reported_at_the_commit(context: &Context) -> Verdict {
    let lapse = options().lock_lease + CLOCK_SKEW;
    for (data, later) in [("changed", lapse), ("data", lapse), ("data", THRESHOLD)] {
        let turns = Turns::with(context, "data").await?;
        let mut holder = turns.open().await?;
        data.clone_into(holder.data_mut());
        let new_holder = take_over(&turns, later).await?;
        ensure_rejected!(turns.drive(holder.commit()).await?, LockLost);
        context.ensure_data(&turns.key, "data").await?;
        context.ensure_held(&turns.key, &new_holder).await?;
    }
    Ok(())
}

/// Lets another holder take over after a jump of the wall clock.
///
/// Leases end by the wall clock, and renewals come by the monotonic clock.
async fn take_over(turns: &Turns<'_>, later: Duration) -> Checked<LockToken> {
    let clock = turns.context.clock();
    clock.set(clock.now().saturating_add(later));
    turns.context.lock(&turns.key, LEASE).await
}

/// A held token does not prove that no other program wrote.
pub(crate) async fn a_write_past_the_lock_is_reported_to_its_holder(context: &Context) -> Verdict {
    for rotates in [false, true] {
        if rotates && !context.capabilities().rotates() {
            break;
        }
        let turns = Turns::with(context, "data").await?;
        let mut holder = turns.open().await?;
        let token = turns.watched().token();
        let token = token.ok_or_else(|| Violation::new("a session was opened without a lock"))?;
        context.update(&turns.key, "another's", &Expect::lock(token)).await?;
        if rotates {
            holder.rotate()?;
        }
        "changed".clone_into(holder.data_mut());
        ensure_rejected!(turns.drive(holder.commit()).await?, Conflict);
        context.ensure_data(&turns.key, "another's").await?;
        context.ensure_free(&turns.key).await?;
    }
    Ok(())
}

pub(crate) async fn a_deletion_under_a_lock_is_reported_at_the_commit(
    context: &Context,
) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let mut holder = turns.open().await?;
    context.store().delete(&turns.key, &Expect::PRESENT).await?;
    "changed".clone_into(holder.data_mut());
    ensure_rejected!(turns.drive(holder.commit()).await?, Gone);
    Ok(context.ensure_absent(&turns.key).await?)
}

pub(crate) async fn a_deletion_under_a_lock_lets_the_queue_move_on(context: &Context) -> Verdict {
    let turns = Turns::with(context, "data").await?;
    let holder = turns.open().await?;
    context.store().delete(&turns.key, &Expect::PRESENT).await?;
    turns.pass(options().lock_lease / 3).await;
    let begin = context.clock().elapsed();
    let stranger = turns.drive(turns.sessions.open(Some(turns.id.secret()))).await??;
    ensure!(stranger.is_new(), "a deleted session was opened");
    ensure_eq!(context.since(begin), Duration::ZERO, "the wait for a session that is gone");
    drop(holder);
    Ok(())
}

/// Waits that time out, in the queue and at its head, and a lock that is lost.
pub(crate) async fn locked_handles_and_their_errors_show_no_secret(context: &Context) -> Verdict {
    let turns = Turns::with(context, DATA).await?;
    let mut holder = turns.open().await?;
    let token = turns.watched().token();
    let token = token.ok_or_else(|| Violation::new("a session was opened without a lock"))?;
    let printed = format!("{holder:?} {:?}", turns.sessions);
    let second = turns.open_beside().await;
    let in_line = turns.outcome(second).await?.err();
    context.locking()?.release(&turns.key, &token).await?;
    let foreign = context.lock(&turns.key, LEASE).await?;
    "changed".clone_into(holder.data_mut());
    let lost = turns.drive(holder.commit()).await?.err();
    let third = turns.open_beside().await;
    let at_the_head = turns.outcome(third).await?.err();

    let tokens = [token, foreign].map(|token| token.encode());
    let secrets = [DATA, turns.id.secret(), turns.key.as_str(), &tokens[0], &tokens[1]];
    ensure_hidden(&printed, &secrets)?;
    let errors = [in_line, lost, at_the_head];
    errors.iter().flatten().try_for_each(|error| ensure_error_hides(error, &secrets))
}
