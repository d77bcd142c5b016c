//! The writes of a commit (S2, S3).

use super::{IDLE, THRESHOLD, ensure_data, id_of, key_of, open, stored, write};
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Context, Verdict, Violation};
use session_core::sessions::Written;
use session_core::store::{Expect, Record};
use session_core::{Committed, ErrorKind};
use std::time::Duration;

pub(crate) async fn a_new_session_without_data_stores_nothing(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let session = sessions.open(None).await?;
        let key = key_of(session.id())?;
        ensure_eq!(session.commit().await?, Committed::Nothing, "the commit of no data");
        context.ensure_absent(&key).await?;

        let mut session = sessions.open(None).await?;
        session.data_mut().clear();
        ensure_eq!(session.commit().await?, Committed::Nothing, "the commit of default data");
    }
    Ok(())
}

pub(crate) async fn changed_data_is_written_with_a_new_expiry(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "first").await?;
        context.advance(Duration::from_secs(1));
        let mut session = open(&sessions, &id).await?;
        "second".clone_into(session.data_mut());
        let committed = session.commit().await?;
        let expires = context.in_seconds(IDLE.as_secs());
        let (written, new_id, own_lifetime) = (Written::Updated, false, false);
        let expected = Committed::Stored { id: id.clone(), expires, written, new_id, own_lifetime };
        ensure_eq!(committed, expected, "the commit");
        let payload = context.payload("second");
        let record = Record { payload, expires, deadline: None, idle: None };
        context.ensure_record(&key_of(&id)?, &record).await?;
    }
    Ok(())
}

pub(crate) async fn an_unchanged_session_is_not_written(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "data").await?;
        let before = context.snapshot(&key_of(&id)?).await?;
        context.advance(THRESHOLD.saturating_sub(Duration::from_secs(1)));
        let (_, written) = id_of(open(&sessions, &id).await?.commit().await?)?;
        ensure_eq!(written, Written::Nothing, "what the commit wrote");

        let mut lent = open(&sessions, &id).await?;
        "data".clone_into(lent.data_mut());
        let (_, written) = id_of(lent.commit().await?)?;
        ensure_eq!(written, Written::Nothing, "what a commit of the same data wrote");
        context.ensure_unchanged(&key_of(&id)?, &before).await?;
    }
    Ok(())
}

/// Another process has a longer lifetime, or this one had.
pub(crate) async fn a_later_expiry_stays_until_the_next_write(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "first").await?;
        let later = context.in_seconds(10 * IDLE.as_secs());
        context.touch(&key_of(&id)?, later, &Expect::PRESENT).await?;
        context.advance(THRESHOLD);
        let _ = sessions.read(Some(id.secret())).await?.close().await?;
        let _ = open(&sessions, &id).await?.commit().await?;
        let expires = context.snapshot(&key_of(&id)?).await?.record.expires;
        ensure_eq!(expires, later, "the expiry of a session that is only read");
        write(&sessions, &id, "second").await?;
        let expires = context.snapshot(&key_of(&id)?).await?.record.expires;
        ensure_eq!(expires, context.in_seconds(IDLE.as_secs()), "the expiry after a write");
    }
    Ok(())
}

pub(crate) async fn an_unchanged_session_is_touched_when_due(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "data").await?;
        let mut expected = context.snapshot(&key_of(&id)?).await?;
        context.advance(THRESHOLD);
        let (_, written) = id_of(open(&sessions, &id).await?.commit().await?)?;
        ensure_eq!(written, Written::Touched, "what the commit wrote");
        expected.record.expires = context.in_seconds(IDLE.as_secs());
        context.ensure_unchanged(&key_of(&id)?, &expected).await?;
    }
    Ok(())
}

pub(crate) async fn of_two_commits_the_last_wins(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let id = stored(&sessions, "first").await?;
    let mut early = open(&sessions, &id).await?;
    write(&sessions, &id, "late").await?;
    "early".clone_into(early.data_mut());
    let _ = early.commit().await?;
    ensure_data(&sessions, &id, "early").await?;
    Ok(())
}

pub(crate) async fn an_optimistic_commit_that_lost_the_race_is_a_conflict(
    context: &Context,
) -> Verdict {
    let sessions = context.optimistic_sessions()?;
    let id = stored(&sessions, "first").await?;
    let mut loser = open(&sessions, &id).await?;
    write(&sessions, &id, "winner").await?;
    "loser".clone_into(loser.data_mut());
    ensure_rejected!(loser.commit().await, Conflict);
    ensure_data(&sessions, &id, "winner").await?;
    Ok(())
}

pub(crate) async fn an_optimistic_touch_has_no_race_to_lose(context: &Context) -> Verdict {
    let sessions = context.optimistic_sessions()?;
    let id = stored(&sessions, "first").await?;
    context.advance(THRESHOLD);
    let unchanged = open(&sessions, &id).await?;
    write(&sessions, &id, "second").await?;
    context.advance(THRESHOLD);
    let (_, written) = id_of(unchanged.commit().await?)?;
    ensure_eq!(written, Written::Touched, "what the commit wrote");
    ensure_data(&sessions, &id, "second").await?;
    Ok(())
}

pub(crate) async fn data_over_the_limit_is_rejected_and_the_session_stays(
    context: &Context,
) -> Verdict {
    let limit = context.capabilities().max_record_bytes().unwrap_or_default();
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "small").await?;
        let before = context.snapshot(&key_of(&id)?).await?;
        let mut session = open(&sessions, &id).await?;
        *session.data_mut() = "x".repeat(limit + 1);
        let Err(error) = session.commit().await else {
            return Err(Violation::new("data over the limit was written"));
        };
        let size_is_reported =
            matches!(error.kind(), ErrorKind::TooLarge { size, .. } if size > limit);
        ensure!(size_is_reported, "data over the limit was rejected with {error}");
        context.ensure_unchanged(&key_of(&id)?, &before).await?;
        write(&sessions, &id, "small again").await?;
    }
    Ok(())
}
