//! Opening for reading never locks and never writes data (S2).

use super::{IDLE, THRESHOLD, key_of, stored};
use crate::context::LEASE;
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Context, Verdict};
use session_core::SessionId;
use session_core::random::OsRandom;
use session_core::store::{Expect, Record};
use std::time::Duration;

pub(crate) async fn reading_changes_nothing_before_a_touch_is_due(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "data").await?;
        let before = context.snapshot(&key_of(&id)?).await?;
        context.advance(THRESHOLD.saturating_sub(Duration::from_secs(1)));
        let session = sessions.read(Some(id.secret())).await?;
        ensure_eq!(session.data(), "data", "the data");
        ensure!(!session.is_touch_due(), "a touch is due too early");
        let closed = session.close().await?;
        ensure_eq!(closed.expires, Some(before.record.expires), "the expiry");
        ensure!(!closed.touched, "closing tells of a touch that was not due");
        context.ensure_unchanged(&key_of(&id)?, &before).await?;
    }
    Ok(())
}

pub(crate) async fn reading_touches_when_that_is_due(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "data").await?;
        let mut expected = context.snapshot(&key_of(&id)?).await?;
        context.advance(THRESHOLD);
        let session = sessions.read(Some(id.secret())).await?;
        let is_due = session.is_touch_due();
        let closed = session.close().await?;
        let expires = context.in_seconds(IDLE.as_secs());
        ensure_eq!(closed.expires, Some(expires), "the expiry that closing tells");
        ensure_eq!(closed.touched, is_due, "whether closing touched what was due");
        expected.record = Record { expires, ..expected.record };
        context.ensure_unchanged(&key_of(&id)?, &expected).await?;
    }
    Ok(())
}

pub(crate) async fn a_session_that_is_only_read_lives_on(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let id = stored(&sessions, "data").await?;
    for _ in 0..20 {
        context.advance(IDLE / 4);
        let session = sessions.read(Some(id.secret())).await?;
        ensure!(session.id().is_some(), "a session expired while it was read");
        let _ = session.close().await?;
    }
    Ok(())
}

pub(crate) async fn reading_an_unknown_id_stores_nothing(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let id = SessionId::draw(&OsRandom);
    let session = sessions.read(Some(id.secret())).await?;
    ensure!(session.id().is_none() && session.data().is_empty(), "there is an unknown session");
    ensure_eq!(session.close().await?.expires, None, "the expiry of no session");
    Ok(context.ensure_absent(&key_of(&id)?).await?)
}

pub(crate) async fn reading_is_not_stopped_by_a_lock(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let id = stored(&sessions, "data").await?;
    let token = context.lock(&key_of(&id)?, LEASE + THRESHOLD).await?;
    context.advance(THRESHOLD);
    let session = sessions.read(Some(id.secret())).await?;
    ensure_eq!(session.data(), "data", "the data");
    let _ = session.close().await?;
    Ok(context.ensure_held(&key_of(&id)?, &token).await?)
}

pub(crate) async fn a_reader_restores_no_deleted_session(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let id = stored(&sessions, "data").await?;
    context.advance(THRESHOLD);
    let session = sessions.read(Some(id.secret())).await?;
    context.store().delete(&key_of(&id)?, &Expect::PRESENT).await?;
    ensure_rejected!(session.close().await, Gone);
    Ok(context.ensure_absent(&key_of(&id)?).await?)
}
