//! Rotation keeps data, deadline and lock, and the old id stops working (S4).

use super::{IDLE, THRESHOLD, ensure_data, key_of, open, stored, write};
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Context, Verdict};
use session_core::Committed;
use session_core::store::Expect;

pub(crate) async fn a_rotated_session_keeps_its_data_under_a_new_id(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let old = stored(&sessions, "data").await?;
        let before = context.snapshot(&key_of(&old)?).await?.record;
        let mut session = open(&sessions, &old).await?;
        session.rotate().await?;
        let new = session.id().clone();
        ensure!(new != old, "a rotation kept the id");
        context.ensure_absent(&key_of(&old)?).await?;
        context.ensure_record(&key_of(&new)?, &before).await?;
        let _ = session.commit().await?;
        ensure!(sessions.read(Some(old.secret())).await?.id().is_none(), "the old id works");
        ensure_data(&sessions, &new, "data").await?;
    }
    Ok(())
}

pub(crate) async fn changes_outlast_a_rotation_until_the_commit(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let old = stored(&sessions, "first").await?;
        let mut session = open(&sessions, &old).await?;
        "second".clone_into(session.data_mut());
        session.rotate().await?;
        let new = session.id().clone();
        context.ensure_data(&key_of(&new)?, "first").await?;
        let _ = session.commit().await?;
        context.ensure_data(&key_of(&new)?, "second").await?;
        context.ensure_absent(&key_of(&old)?).await?;
    }
    Ok(())
}

pub(crate) async fn a_new_session_rotates_without_the_store(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let mut session = sessions.open(None).await?;
    let first = session.id().clone();
    session.rotate().await?;
    let second = session.id().clone();
    ensure!(first != second, "a rotation kept the id");
    "data".clone_into(session.data_mut());
    let _ = session.commit().await?;
    context.ensure_absent(&key_of(&first)?).await?;
    context.ensure_data(&key_of(&second)?, "data").await
}

pub(crate) async fn a_rotation_that_races_a_destruction_is_gone(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "data").await?;
        let mut session = open(&sessions, &id).await?;
        sessions.destroy(Some(id.secret())).await?;
        ensure_rejected!(session.rotate().await, Gone);
        ensure!(session.id() == &id, "a rotation that failed changed the id");
        context.ensure_absent(&key_of(&id)?).await?;
    }
    Ok(())
}

pub(crate) async fn a_rotation_after_the_expiry_is_gone(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "data").await?;
        let mut session = open(&sessions, &id).await?;
        context.advance(IDLE);
        ensure_rejected!(session.rotate().await, Gone);
    }
    Ok(())
}

pub(crate) async fn a_rotation_is_a_use_that_moves_the_expiry(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "data").await?;
        let mut session = open(&sessions, &id).await?;
        context.advance(THRESHOLD);
        sessions.read(Some(id.secret())).await?.close().await?;
        context.advance(IDLE.saturating_sub(THRESHOLD / 2));
        session.rotate().await?;
        let expires = context.snapshot(&key_of(session.id())?).await?.record.expires;
        ensure_eq!(expires, context.in_seconds(IDLE.as_secs()), "the expiry after a rotation");
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
        let mut session = open(&sessions, &id).await?;
        session.rotate().await?;
        let expires = context.snapshot(&key_of(session.id())?).await?.record.expires;
        ensure_eq!(expires, context.in_seconds(IDLE.as_secs()), "the expiry after a rotation");
    }
    Ok(())
}

pub(crate) async fn data_that_a_rotation_took_along_is_not_taken_for_a_change(
    context: &Context,
) -> Verdict {
    let sessions = context.sessions()?;
    let old = stored(&sessions, "first").await?;
    let mut session = open(&sessions, &old).await?;
    "first".clone_into(session.data_mut());
    write(&sessions, &old, "another's").await?;
    session.rotate().await?;
    let new = session.id().clone();
    let committed = session.commit().await?;
    let has_new_id = matches!(committed, Committed::Stored { new_id: true, .. });
    ensure!(has_new_id, "a rotated session was committed as {committed:?}");
    context.ensure_data(&key_of(&new)?, "another's").await
}

pub(crate) async fn a_rotation_takes_along_what_another_wrote(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let old = stored(&sessions, "first").await?;
    let mut session = open(&sessions, &old).await?;
    write(&sessions, &old, "another's").await?;
    session.rotate().await?;
    context.ensure_data(&key_of(session.id())?, "another's").await
}

pub(crate) async fn an_optimistic_rotation_that_lost_the_race_is_a_conflict(
    context: &Context,
) -> Verdict {
    let sessions = context.optimistic_sessions()?;
    let id = stored(&sessions, "first").await?;
    let mut session = open(&sessions, &id).await?;
    write(&sessions, &id, "second").await?;
    ensure_rejected!(session.rotate().await, Conflict);
    context.ensure_data(&key_of(&id)?, "second").await
}
