//! A commit writes data and new id in one step, and the old id stops working (S4).

use super::secrets::{DATA, ensure_error_hides};
use super::{IDLE, THRESHOLD, ensure_data, key_of, open, stored, write};
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::spy_store::{SpyStore, Trouble};
use crate::{Checked, Context, Verdict, Violation};
use session_core::error::Outcome;
use session_core::sessions::Written;
use session_core::store::{Expect, SessionStore};
use session_core::{ErrorKind, OpenSession, SessionId};
use std::sync::Arc;

pub(crate) async fn a_rotated_session_keeps_its_data_under_a_new_id(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let old = stored(&sessions, "data").await?;
        let before = context.snapshot(&key_of(&old)?).await?.record;
        let mut session = open(&sessions, &old).await?;
        let new = session.rotate()?.clone();
        ensure!(new != old, "a rotation kept the id");
        let committed = session.commit().await?;
        ensure_eq!(committed.id(), Some(&new), "the id of the committed session");
        ensure!(committed.has_new_id(), "a rotated session was committed as {committed:?}");
        ensure_eq!(committed.written(), Written::Rotated, "what the commit wrote");
        context.ensure_absent(&key_of(&old)?).await?;
        context.ensure_record(&key_of(&new)?, &before).await?;
        ensure!(sessions.read(Some(old.secret())).await?.id().is_none(), "the old id works");
        ensure_data(&sessions, &new, "data").await?;
    }
    Ok(())
}

/// Nor does it without a commit, and the session is stored under its old id still.
pub(crate) async fn a_rotation_changes_nothing_before_the_commit(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let old = stored(&sessions, "data").await?;
        let before = context.snapshot(&key_of(&old)?).await?;
        let mut session = open(&sessions, &old).await?;
        "changed".clone_into(session.data_mut());
        let new = session.rotate()?.clone();
        ensure_eq!(session.id(), &new, "the id of a rotated session");
        ensure_eq!(session.rotate()?, &new, "the id after a second rotation");
        context.ensure_unchanged(&key_of(&old)?, &before).await?;
        context.ensure_absent(&key_of(&new)?).await?;
        drop(session);
        context.ensure_unchanged(&key_of(&old)?, &before).await?;
        context.ensure_absent(&key_of(&new)?).await?;
    }
    Ok(())
}

pub(crate) async fn changed_data_and_a_new_id_are_one_write(context: &Context) -> Verdict {
    let watched = SpyStore::of(context);
    let store = Arc::clone(&watched) as Arc<dyn SessionStore>;
    for sessions in context.sessions_of_each_strategy_on(&store)? {
        let old = stored(&sessions, "first").await?;
        let mut session = open(&sessions, &old).await?;
        let (before, new) = (watched.writes(), rotated(&mut session, "second")?);
        let _ = session.commit().await?;
        ensure_eq!(watched.writes() - before, 1, "the writes of a commit");
        context.ensure_data(&key_of(&new)?, "second").await?;
        context.ensure_absent(&key_of(&old)?).await?;
    }
    Ok(())
}

/// Changes the data and rotates, and gives the new id.
#[track_caller]
fn rotated(session: &mut OpenSession<String>, data: &str) -> Verdict<SessionId> {
    data.clone_into(session.data_mut());
    Ok(session.rotate()?.clone())
}

pub(crate) async fn a_new_session_rotates_without_the_store(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let mut session = sessions.open(None).await?;
    let first = session.id().clone();
    let second = rotated(&mut session, "data")?;
    ensure!(first != second, "a rotation kept the id");
    let _ = session.commit().await?;
    context.ensure_absent(&key_of(&first)?).await?;
    Ok(context.ensure_data(&key_of(&second)?, "data").await?)
}

pub(crate) async fn a_rotation_that_races_a_destruction_is_gone(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        for data in ["data", "changed"] {
            let id = stored(&sessions, "data").await?;
            let mut session = open(&sessions, &id).await?;
            sessions.destroy(Some(id.secret())).await?;
            let new = rotated(&mut session, data)?;
            ensure_rejected!(session.commit().await, Gone);
            context.ensure_absent(&key_of(&id)?).await?;
            context.ensure_absent(&key_of(&new)?).await?;
        }
    }
    Ok(())
}

pub(crate) async fn a_rotation_after_the_expiry_is_gone(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "data").await?;
        let mut session = open(&sessions, &id).await?;
        context.advance(IDLE);
        let new = session.rotate()?.clone();
        ensure_rejected!(session.commit().await, Gone);
        context.ensure_absent(&key_of(&new)?).await?;
    }
    Ok(())
}

pub(crate) async fn a_rotation_is_a_use_that_moves_the_expiry(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "data").await?;
        let session = open(&sessions, &id).await?;
        context.advance(THRESHOLD);
        let _ = sessions.read(Some(id.secret())).await?.close().await?;
        context.advance(IDLE.saturating_sub(THRESHOLD / 2));
        ensure_full_expiry(context, session).await?;
    }
    Ok(())
}

/// Another process has a longer lifetime, or this one had.
pub(crate) async fn a_rotation_sets_an_earlier_expiry_too(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "data").await?;
        let later = context.in_seconds(10 * IDLE.as_secs());
        context.touch(&key_of(&id)?, later, &Expect::PRESENT).await?;
        context.advance(THRESHOLD);
        ensure_full_expiry(context, open(&sessions, &id).await?).await?;
    }
    Ok(())
}

/// Checks that a rotation without a change sets the expiry that a write sets.
async fn ensure_full_expiry(context: &Context, mut session: OpenSession<String>) -> Checked {
    let (new, expected) = (session.rotate()?.clone(), context.in_seconds(IDLE.as_secs()));
    let committed = session.commit().await?;
    ensure_eq!(committed.expires(), Some(expected), "the expiry that a commit reports");
    let expires = context.snapshot(&key_of(&new)?).await?.record.expires;
    ensure_eq!(expires, expected, "the expiry after a rotation");
    Ok(())
}

/// Data that was handed out to be changed and is as it was is unchanged as well.
pub(crate) async fn a_rotation_of_unchanged_data_keeps_the_write_of_another(
    context: &Context,
) -> Verdict {
    let sessions = context.sessions()?;
    for is_lent in [false, true] {
        let old = stored(&sessions, "first").await?;
        let mut session = open(&sessions, &old).await?;
        if is_lent {
            "first".clone_into(session.data_mut());
        }
        write(&sessions, &old, "another's").await?;
        let new = session.rotate()?.clone();
        let _ = session.commit().await?;
        context.ensure_data(&key_of(&new)?, "another's").await?;
        context.ensure_absent(&key_of(&old)?).await?;
    }
    Ok(())
}

pub(crate) async fn a_rotation_of_changed_data_overwrites_the_write_of_another(
    context: &Context,
) -> Verdict {
    let sessions = context.sessions()?;
    let old = stored(&sessions, "first").await?;
    let mut session = open(&sessions, &old).await?;
    write(&sessions, &old, "another's").await?;
    let new = rotated(&mut session, "changed")?;
    let _ = session.commit().await?;
    context.ensure_data(&key_of(&new)?, "changed").await?;
    Ok(context.ensure_absent(&key_of(&old)?).await?)
}

pub(crate) async fn an_optimistic_rotation_that_lost_the_race_is_a_conflict(
    context: &Context,
) -> Verdict {
    let sessions = context.optimistic_sessions()?;
    for data in ["first", "changed"] {
        let id = stored(&sessions, "first").await?;
        let mut session = open(&sessions, &id).await?;
        write(&sessions, &id, "second").await?;
        let new = rotated(&mut session, data)?;
        ensure_rejected!(session.commit().await, Conflict);
        context.ensure_data(&key_of(&id)?, "second").await?;
        context.ensure_absent(&key_of(&new)?).await?;
    }
    Ok(())
}

/// Afterwards the old id works, and can be rotated.
pub(crate) async fn a_rejected_rotation_leaves_the_old_id_and_creates_no_other(
    context: &Context,
) -> Verdict {
    let limit = context.capabilities().max_record_bytes().unwrap_or_default();
    for sessions in context.sessions_of_each_strategy()? {
        let old = stored(&sessions, "data").await?;
        let before = context.snapshot(&key_of(&old)?).await?;
        let mut session = open(&sessions, &old).await?;
        let new = rotated(&mut session, &"x".repeat(limit + 1))?;
        let rejected = session.commit().await;
        let new_id = rejected.as_ref().err().and_then(session_core::Error::new_id);
        ensure!(new_id.is_none(), "the error has an id that does not exist");
        ensure_rejected!(rejected, TooLarge);
        context.ensure_unchanged(&key_of(&old)?, &before).await?;
        context.ensure_absent(&key_of(&new)?).await?;
        let mut session = open(&sessions, &old).await?;
        let new = session.rotate()?.clone();
        let _ = session.commit().await?;
        ensure_data(&sessions, &new, "data").await?;
    }
    Ok(())
}

/// The error shows it to nobody who prints it.
pub(crate) async fn a_rotation_of_unknown_outcome_reports_its_new_id(context: &Context) -> Verdict {
    let watched = SpyStore::of(context);
    let store = Arc::clone(&watched) as Arc<dyn SessionStore>;
    for sessions in context.sessions_of_each_strategy_on(&store)? {
        for (trouble, is_unknown) in
            [(Trouble::LosesReplies, true), (Trouble::Fails(ErrorKind::Unavailable), false)]
        {
            let old = stored(&sessions, DATA).await?;
            let mut session = open(&sessions, &old).await?;
            let new = session.rotate()?.clone();
            watched.rotating.set(trouble);
            let failed = session.commit().await;
            watched.rotating.set(Trouble::None);
            let error = failed.err().ok_or_else(|| Violation::new("a failure was lost"))?;
            let has_unknown_outcome = error.outcome() == Outcome::Unknown;
            ensure_eq!(has_unknown_outcome, is_unknown, "whether the outcome is unknown");
            ensure_eq!(error.new_id(), is_unknown.then_some(&new), "the new id");
            ensure_error_hides(&error, &[DATA, old.secret(), new.secret()])?;
            let (there, gone) = if is_unknown { (&new, &old) } else { (&old, &new) };
            ensure_data(&sessions, there, DATA).await?;
            context.ensure_absent(&key_of(gone)?).await?;
        }
    }
    Ok(())
}
