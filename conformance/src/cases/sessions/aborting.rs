//! A dropped call of `Sessions` is applied as a whole or not at all (R13).

use super::{IDLE, THRESHOLD, ensure_data, key_of, open, stored};
use crate::context::drop_at_every_await;
use crate::ensure::{ensure, ensure_eq};
use crate::{Context, Verdict};
use session_core::store::{Freshness, Record};

pub(crate) async fn a_first_commit_dropped_at_any_await_is_whole_or_not_at_all(
    context: &Context,
) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        drop_at_every_await!(|polls| {
            let mut session = sessions.open(None).await?;
            let key = key_of(session.id())?;
            "data".clone_into(session.data_mut());
            let done = context.up_to(polls, session.commit()).await;
            let (payload, expires) = (context.payload("data"), context.in_seconds(IDLE.as_secs()));
            match context.store().load(&key, Freshness::Latest).await?.map(|found| found.record) {
                Some(found) => ensure_eq!(
                    found,
                    Record { payload, expires, deadline: None, idle: None },
                    "the new session"
                ),
                None => ensure!(done.is_none(), "a first commit that succeeded stored nothing"),
            }
            done.transpose()?.is_some()
        })?;
    }
    Ok(())
}

pub(crate) async fn a_commit_dropped_at_any_await_is_whole_or_not_at_all(
    context: &Context,
) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        drop_at_every_await!(|polls| {
            let id = stored(&sessions, "before").await?;
            let mut session = open(&sessions, &id).await?;
            "after".clone_into(session.data_mut());
            let done = context.up_to(polls, session.commit()).await;
            let found = open(&sessions, &id).await?;
            let is_before = done.is_none() && found.data() == "before";
            ensure!(is_before || found.data() == "after", "neither before nor after");
            done.transpose()?.is_some()
        })?;
    }
    Ok(())
}

/// Opening and closing both: what is read is due to be touched.
pub(crate) async fn a_read_dropped_at_any_await_loses_nothing(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        drop_at_every_await!(|polls| {
            let id = stored(&sessions, "data").await?;
            context.advance(THRESHOLD);
            let read = async { sessions.read(Some(id.secret())).await?.close().await };
            let done = context.up_to(polls, read).await;
            ensure_data(&sessions, &id, "data").await?;
            done.transpose()?.is_some()
        })?;
    }
    Ok(())
}

pub(crate) async fn a_destruction_dropped_at_any_await_is_whole_or_not_at_all(
    context: &Context,
) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        drop_at_every_await!(|polls| {
            let id = stored(&sessions, "data").await?;
            let done = context.up_to(polls, open(&sessions, &id).await?.destroy()).await;
            let found = sessions.open(Some(id.secret())).await?;
            let is_gone = found.is_new() && found.data().is_empty();
            let is_there = done.is_none() && found.data() == "data";
            ensure!(is_gone || is_there, "neither there nor gone");
            done.transpose()?.is_some()
        })?;
    }
    Ok(())
}

pub(crate) async fn a_commit_with_a_new_id_dropped_at_any_await_leaves_one_session(
    context: &Context,
) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        drop_at_every_await!(|polls| {
            let old = stored(&sessions, "data").await?;
            let before = context.snapshot(&key_of(&old)?).await?;
            let mut session = open(&sessions, &old).await?;
            "changed".clone_into(session.data_mut());
            let (old, new) = (key_of(&old)?, key_of(session.rotate()?)?);
            let done = context.up_to(polls, session.commit()).await.transpose()?.is_some();
            let has_moved = context.has_moved(&old, &new).await?;
            ensure!(has_moved || !done, "a commit that succeeded moved nothing");
            match context.store().load(&old, Freshness::Latest).await? {
                Some(found) => ensure_eq!(found, before, "the session under its old id"),
                None => context.ensure_data(&new, "changed").await?,
            }
            done
        })?;
    }
    Ok(())
}
