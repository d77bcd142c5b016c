//! A call of `Sessions` that is dropped leaves the session before or after it (R13).

use super::{IDLE, THRESHOLD, ensure_data, key_of, open, stored};
use crate::context::{drop_at_every_await, up_to};
use crate::ensure::{ensure, ensure_eq};
use crate::spy_store::SpyStore;
use crate::{Context, Verdict};
use session_core::store::{Record, SessionStore};
use std::sync::Arc;

pub(crate) async fn a_first_commit_dropped_at_any_await_is_whole_or_not_at_all(
    context: &Context,
) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        drop_at_every_await!(|polls| {
            let mut session = sessions.open(None).await?;
            let key = key_of(session.id())?;
            "data".clone_into(session.data_mut());
            let done = up_to(polls, session.commit()).await;
            let (payload, expires) = (context.payload("data"), context.in_seconds(IDLE.as_secs()));
            match context.store().load(&key).await?.map(|found| found.record) {
                Some(found) => ensure_eq!(
                    found,
                    Record { payload, expires, deadline: None },
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
            let done = up_to(polls, session.commit()).await;
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
            let done = up_to(polls, read).await;
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
            let done = up_to(polls, open(&sessions, &id).await?.destroy()).await;
            let found = sessions.open(Some(id.secret())).await?;
            let is_gone = found.is_new() && found.data().is_empty();
            let is_there = done.is_none() && found.data() == "data";
            ensure!(is_gone || is_there, "neither there nor gone");
            done.transpose()?.is_some()
        })?;
    }
    Ok(())
}

/// The handle remains: what it writes then brings no second session about.
pub(crate) async fn a_rotation_of_the_id_dropped_at_any_await_leaves_one_session(
    context: &Context,
) -> Verdict {
    let watched = SpyStore::of(context);
    let store = Arc::clone(&watched) as Arc<dyn SessionStore>;
    for sessions in context.sessions_of_each_strategy_on(&store)? {
        drop_at_every_await!(|polls| {
            let old = stored(&sessions, "data").await?;
            let mut session = open(&sessions, &old).await?;
            let done = up_to(polls, session.rotate()).await.transpose()?.is_some();
            let (old, new) = (key_of(&old)?, watched.take_rotated_to());
            if let Some(new) = &new {
                let has_moved = context.has_moved(&old, new).await?;
                ensure!(has_moved || !done, "a rotation that succeeded moved nothing");
                context.ensure_data(if has_moved { new } else { &old }, "data").await?;
            }
            let is_told = !done || new == Some(key_of(session.id())?);
            ensure!(is_told, "a rotated session does not know its id");
            "changed".clone_into(session.data_mut());
            // What moved away is gone to the handle that was not told.
            let _ = session.commit().await;
            match &new {
                Some(new) => drop(context.has_moved(&old, new).await?),
                None => context.ensure_data(&old, "changed").await?,
            }
            done
        })?;
    }
    Ok(())
}
