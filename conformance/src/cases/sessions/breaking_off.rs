//! A call of `Sessions` that is dropped leaves the session before or after it (R13).

use super::{THRESHOLD, ensure_data, open, stored};
use crate::context::{drop_at_every_await, up_to};
use crate::ensure::ensure;
use crate::{Context, Verdict};

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
