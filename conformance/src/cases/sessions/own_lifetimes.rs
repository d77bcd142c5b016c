//! One session can get a lifetime of its own, which acts with the commit (S10).

use super::{ABSOLUTE, IDLE, THRESHOLD, key_of, open, stored, write};
use crate::context::drop_at_every_await;
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::spy_store::SpyStore;
use crate::{Checked, Context, Verdict};
use session_core::sessions::Written;
use session_core::store::{OwnLifetime, Record, SessionStore};
use session_core::time::{IdleTimeout, Timestamp};
use session_core::{Lifetime, OpenSession, SessionId, Sessions};
use std::sync::Arc;
use std::time::Duration;

/// The own idle timeout of a session, which is much longer than the configured one.
const OWN_IDLE: Duration = Duration::from_secs(10 * IDLE.as_secs());

/// [`THRESHOLD`] in the same proportion.
const OWN_THRESHOLD: Duration = Duration::from_secs(10 * THRESHOLD.as_secs());

/// The absolute timeout that a session gets with it.
const OWN_ABSOLUTE: Duration = Duration::from_secs(30 * IDLE.as_secs());

/// A lifetime that is shorter than that of the configuration.
const SHORT: Duration = Duration::from_secs(IDLE.as_secs() / 10);

/// The lifetime of "remember me", whose own threshold is not used.
#[track_caller]
fn remembered() -> Verdict<Lifetime> {
    let lifetime = Lifetime::idle(OWN_IDLE)?.with_absolute(OWN_ABSOLUTE)?;
    Ok(lifetime.with_touch_threshold(Duration::from_secs(1))?)
}

/// The lifetime of a record that gets this one now.
fn started(context: &Context, idle: Duration, absolute: Option<Duration>) -> OwnLifetime {
    OwnLifetime {
        idle: IdleTimeout::from_seconds(idle.as_secs()),
        deadline: absolute.map(|absolute| context.in_seconds(absolute.as_secs())),
    }
}

/// Checks when the stored session expires, and which lifetime it has.
async fn ensure_lifetime(
    context: &Context,
    id: &SessionId,
    expires: Timestamp,
    own: Option<OwnLifetime>,
) -> Checked {
    let record = context.snapshot(&key_of(id)?).await?.record;
    ensure_eq!(record.idle, own.map(|own| own.idle), "the idle timeout");
    ensure_eq!(record.deadline, own.and_then(|own| own.deadline), "the deadline");
    ensure_eq!(record.expires, expires, "the expiry");
    Ok(())
}

/// A new session that is remembered, with this data.
async fn remember(
    context: &Context,
    sessions: &Sessions<String>,
    data: &str,
) -> Checked<(SessionId, OwnLifetime)> {
    let mut session = sessions.open(None).await?;
    data.clone_into(session.data_mut());
    session.set_lifetime(remembered()?)?;
    let id = session.id().clone();
    let _ = session.commit().await?;
    Ok((id, started(context, OWN_IDLE, Some(OWN_ABSOLUTE))))
}

pub(crate) async fn a_new_session_can_have_a_lifetime_of_its_own(context: &Context) -> Verdict {
    let sessions = context.absolute_sessions()?;
    for (lifetime, absolute) in
        [(remembered()?, Some(OWN_ABSOLUTE)), (Lifetime::idle(OWN_IDLE)?, None)]
    {
        let mut session = sessions.open(None).await?;
        "data".clone_into(session.data_mut());
        ensure!(!session.has_own_lifetime(), "a new session has a lifetime of its own");
        session.set_lifetime(Lifetime::idle(SHORT)?)?;
        session.set_lifetime(lifetime)?;
        ensure!(session.has_own_lifetime(), "a handle does not tell the lifetime that it sets");
        let (id, own) = (session.id().clone(), started(context, OWN_IDLE, absolute));
        let expires = context.in_seconds(OWN_IDLE.as_secs());
        let committed = session.commit().await?;
        ensure_eq!(committed.expires(), Some(expires), "the expiry that a commit reports");
        ensure!(committed.has_own_lifetime(), "a commit does not tell the lifetime that it set");
        ensure_lifetime(context, &id, expires, Some(own)).await?;
    }
    Ok(())
}

pub(crate) async fn a_lifetime_alone_stores_no_new_session(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let mut session = sessions.open(None).await?;
    session.set_lifetime(remembered()?)?;
    let id = session.id().clone();
    let committed = session.commit().await?;
    ensure_eq!(committed.written(), Written::Nothing, "what a commit without data wrote");
    ensure!(!committed.has_own_lifetime(), "nothing is stored, and has a lifetime");
    Ok(context.ensure_absent(&key_of(&id)?).await?)
}

/// A commit sets the lifetime in one write, for changed and for unchanged data.
///
/// Nothing changes before the commit, or if the handle is dropped.
pub(crate) async fn a_lifetime_acts_with_the_commit(context: &Context) -> Verdict {
    let watched = SpyStore::of(context);
    let store = Arc::clone(&watched) as Arc<dyn SessionStore>;
    for sessions in context.sessions_of_each_strategy_on(&store)? {
        for data in ["data", "changed"] {
            let id = stored(&sessions, "data").await?;
            let before = context.snapshot(&key_of(&id)?).await?;
            context.advance(Duration::from_secs(1));
            let mut dropped = open(&sessions, &id).await?;
            dropped.set_lifetime(remembered()?)?;
            drop(dropped);
            let mut session = open(&sessions, &id).await?;
            data.clone_into(session.data_mut());
            session.set_lifetime(remembered()?)?;
            context.ensure_unchanged(&key_of(&id)?, &before).await?;
            let (own, writes) = (started(context, OWN_IDLE, Some(OWN_ABSOLUTE)), watched.writes());
            let expires = context.in_seconds(OWN_IDLE.as_secs());
            let committed = session.commit().await?;
            ensure_eq!(watched.writes() - writes, 1, "the writes of a commit");
            ensure_eq!(committed.written(), Written::Updated, "what the commit wrote");
            ensure_eq!(committed.expires(), Some(expires), "the expiry that a commit reports");
            ensure!(committed.has_own_lifetime(), "a commit does not tell the lifetime");
            ensure_lifetime(context, &id, expires, Some(own)).await?;
            context.ensure_data(&key_of(&id)?, data).await?;
        }
    }
    Ok(())
}

/// The deadline of before ends, too.
pub(crate) async fn a_shorter_lifetime_moves_the_expiry_backwards(context: &Context) -> Verdict {
    let sessions = context.absolute_sessions()?;
    for data in ["data", "changed"] {
        let (id, _) = remember(context, &sessions, "data").await?;
        let mut session = open(&sessions, &id).await?;
        data.clone_into(session.data_mut());
        session.set_lifetime(Lifetime::idle(SHORT)?)?;
        let _ = session.commit().await?;
        let (expires, own) = (context.in_seconds(SHORT.as_secs()), started(context, SHORT, None));
        ensure_lifetime(context, &id, expires, Some(own)).await?;
        context.advance_to_second(expires);
        context.ensure_absent(&key_of(&id)?).await?;
    }
    Ok(())
}

pub(crate) async fn a_lifetime_and_a_new_id_are_one_write(context: &Context) -> Verdict {
    let watched = SpyStore::of(context);
    let store = Arc::clone(&watched) as Arc<dyn SessionStore>;
    for sessions in context.sessions_of_each_strategy_on(&store)? {
        for data in ["data", "changed"] {
            let old = stored(&sessions, "data").await?;
            context.advance(Duration::from_secs(1));
            let mut session = open(&sessions, &old).await?;
            data.clone_into(session.data_mut());
            let new = session.rotate()?.clone();
            session.set_lifetime(remembered()?)?;
            let (own, writes) = (started(context, OWN_IDLE, Some(OWN_ABSOLUTE)), watched.writes());
            let committed = session.commit().await?;
            ensure_eq!(watched.writes() - writes, 1, "the writes of a commit");
            ensure!(committed.has_own_lifetime(), "a commit does not tell the lifetime");
            let expires = context.in_seconds(OWN_IDLE.as_secs());
            ensure_lifetime(context, &new, expires, Some(own)).await?;
            context.ensure_data(&key_of(&new)?, data).await?;
            context.ensure_absent(&key_of(&old)?).await?;
        }
    }
    Ok(())
}

/// A process with another configured lifetime reads, writes and rotates.
pub(crate) async fn an_own_idle_timeout_is_kept_by_touch_update_and_rotation(
    context: &Context,
) -> Verdict {
    let (sessions, other) = (context.sessions()?, context.absolute_sessions()?);
    let (id, own) = remember(context, &sessions, "data").await?;
    let own = Some(own);
    let first = context.in_seconds(OWN_IDLE.as_secs());
    context.advance(OWN_THRESHOLD.saturating_sub(Duration::from_secs(1)));
    for sessions in [&sessions, &other] {
        let read = sessions.read(Some(id.secret())).await?;
        ensure!(read.has_own_lifetime(), "a reader does not tell the lifetime of the session");
        ensure!(!read.is_touch_due(), "a touch is due too early");
        let closed = read.close().await?;
        ensure!(closed.own_lifetime && !closed.touched, "a session was closed as {closed:?}");
        let committed = open(sessions, &id).await?.commit().await?;
        ensure_eq!(committed.written(), Written::Nothing, "what the commit wrote");
    }
    ensure_lifetime(context, &id, first, own).await?;

    let step = Duration::from_secs(1);
    context.advance(step);
    let closed = other.read(Some(id.secret())).await?.close().await?;
    ensure!(closed.own_lifetime && closed.touched, "a session was closed as {closed:?}");
    ensure_lifetime(context, &id, context.in_seconds(OWN_IDLE.as_secs()), own).await?;
    context.advance(OWN_THRESHOLD);
    let session = open(&other, &id).await?;
    ensure!(session.has_own_lifetime(), "a handle does not tell the lifetime of the session");
    let committed = session.commit().await?;
    ensure_eq!(committed.written(), Written::Touched, "what the commit wrote");
    ensure!(committed.has_own_lifetime(), "a touch does not tell the lifetime");
    ensure_lifetime(context, &id, context.in_seconds(OWN_IDLE.as_secs()), own).await?;
    context.advance(step);
    write(&other, &id, "changed").await?;
    ensure_lifetime(context, &id, context.in_seconds(OWN_IDLE.as_secs()), own).await?;
    if context.capabilities().rotates() {
        let mut session = open(&other, &id).await?;
        let new = session.rotate()?.clone();
        let _ = session.commit().await?;
        ensure_lifetime(context, &new, context.in_seconds(OWN_IDLE.as_secs()), own).await?;
    }
    Ok(())
}

/// No expiry is later than the own deadline.
///
/// The deadline ends the session even in a process that has no absolute timeout.
pub(crate) async fn an_own_deadline_ends_the_session(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let (id, own) = remember(context, &sessions, "data").await?;
    let deadline = own.deadline.unwrap_or(Timestamp::MAX);
    for _ in 0..5 {
        context.advance(OWN_IDLE / 2);
        write(&sessions, &id, &format!("until {:?}", context.in_seconds(0))).await?;
    }
    ensure_lifetime(context, &id, deadline, Some(own)).await?;
    context.advance_to_just_before(deadline);
    let mut late = open(&sessions, &id).await?;
    late.set_lifetime(remembered()?)?;
    context.advance_to_second(deadline);
    ensure_rejected!(late.commit().await, Gone);
    Ok(context.ensure_absent(&key_of(&id)?).await?)
}

/// Opens a session, which another then writes, and gives it a lifetime.
async fn raced(
    sessions: &Sessions<String>,
    id: &SessionId,
    data: &str,
) -> Checked<OpenSession<String>> {
    let mut session = open(sessions, id).await?;
    data.clone_into(session.data_mut());
    session.set_lifetime(remembered()?)?;
    write(sessions, id, "another's").await?;
    Ok(session)
}

pub(crate) async fn a_lifetime_for_unchanged_data_keeps_the_write_of_another(
    context: &Context,
) -> Verdict {
    let sessions = context.sessions()?;
    let id = stored(&sessions, "data").await?;
    let session = raced(&sessions, &id, "data").await?;
    let own = started(context, OWN_IDLE, Some(OWN_ABSOLUTE));
    let expires = context.in_seconds(OWN_IDLE.as_secs());
    let _ = session.commit().await?;
    ensure_lifetime(context, &id, expires, Some(own)).await?;
    Ok(context.ensure_data(&key_of(&id)?, "another's").await?)
}

pub(crate) async fn a_rotation_of_unchanged_data_keeps_a_lifetime_that_another_set(
    context: &Context,
) -> Verdict {
    let sessions = context.sessions()?;
    let old = stored(&sessions, "data").await?;
    let mut session = open(&sessions, &old).await?;
    let mut other = open(&sessions, &old).await?;
    other.set_lifetime(remembered()?)?;
    let _ = other.commit().await?;
    let (own, expires) =
        (started(context, OWN_IDLE, Some(OWN_ABSOLUTE)), context.in_seconds(OWN_IDLE.as_secs()));
    let new = session.rotate()?.clone();
    let _ = session.commit().await?;
    Ok(ensure_lifetime(context, &new, expires, Some(own)).await?)
}

pub(crate) async fn a_commit_that_is_rejected_sets_no_lifetime(context: &Context) -> Verdict {
    let sessions = context.optimistic_sessions()?;
    for data in ["data", "changed"] {
        let id = stored(&sessions, "data").await?;
        let session = raced(&sessions, &id, data).await?;
        let before = context.snapshot(&key_of(&id)?).await?;
        ensure_rejected!(session.commit().await, Conflict);
        context.ensure_unchanged(&key_of(&id)?, &before).await?;
    }
    Ok(())
}

pub(crate) async fn a_commit_with_a_lifetime_dropped_at_any_await_is_whole_or_not_at_all(
    context: &Context,
) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        drop_at_every_await!(|polls| {
            let id = stored(&sessions, "before").await?;
            let before = context.snapshot(&key_of(&id)?).await?.record;
            let mut session = open(&sessions, &id).await?;
            "after".clone_into(session.data_mut());
            session.set_lifetime(Lifetime::idle(SHORT)?.with_absolute(ABSOLUTE)?)?;
            let done = context.up_to(polls, session.commit()).await;
            let OwnLifetime { idle, deadline } = started(context, SHORT, Some(ABSOLUTE));
            let after = Record {
                payload: context.payload("after"),
                expires: context.in_seconds(SHORT.as_secs()),
                deadline,
                idle: Some(idle),
            };
            let found = context.snapshot(&key_of(&id)?).await?.record;
            let is_before = done.is_none() && found == before;
            ensure!(is_before || found == after, "neither before nor after: {found:?}");
            done.transpose()?.is_some()
        })?;
    }
    Ok(())
}
