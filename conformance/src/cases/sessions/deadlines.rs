//! The absolute deadline is set at creation, and no expiry passes it (S7).

use super::{ABSOLUTE, IDLE, THRESHOLD, key_of, open, stored, write};
use crate::ensure::{ensure, ensure_eq, ensure_rejected, ensure_within};
use crate::{Checked, Context, Verdict};
use session_core::time::{Clock, Timestamp};
use session_core::{SessionId, Sessions};

/// How often half of [`IDLE`] can pass, up to a time close to the deadline.
const HALF_LIVES: u64 = 2 * ABSOLUTE.as_secs() / IDLE.as_secs() - 1;

pub(crate) async fn the_deadline_is_set_at_creation_and_kept(context: &Context) -> Verdict {
    let sessions = context.absolute_sessions()?;
    let deadline = context.in_seconds(ABSOLUTE.as_secs());
    let id = stored(&sessions, "first").await?;
    ensure_deadline(context, &id, deadline).await?;
    context.advance(THRESHOLD);
    write(&sessions, &id, "second").await?;
    ensure_deadline(context, &id, deadline).await?;
    context.advance(THRESHOLD);
    let _ = open(&sessions, &id).await?.commit().await?;
    Ok(ensure_deadline(context, &id, deadline).await?)
}

pub(crate) async fn a_rotation_keeps_the_deadline(context: &Context) -> Verdict {
    let sessions = context.absolute_sessions()?;
    let deadline = context.in_seconds(ABSOLUTE.as_secs());
    let id = stored(&sessions, "data").await?;
    context.advance(THRESHOLD);
    let mut session = open(&sessions, &id).await?;
    let new = session.rotate()?.clone();
    let _ = session.commit().await?;
    Ok(ensure_deadline(context, &new, deadline).await?)
}

async fn ensure_deadline(context: &Context, id: &SessionId, deadline: Timestamp) -> Checked {
    let found = context.snapshot(&key_of(id)?).await?.record.deadline;
    ensure_eq!(found, Some(deadline), "the deadline");
    Ok(())
}

pub(crate) async fn no_expiry_passes_the_deadline(context: &Context) -> Verdict {
    let sessions = context.absolute_sessions()?;
    let deadline = context.in_seconds(ABSOLUTE.as_secs());
    let id = stored(&sessions, "data").await?;
    let mut last = context.snapshot(&key_of(&id)?).await?.record.expires;
    for _ in 0..HALF_LIVES {
        context.advance(IDLE / 2);
        write(&sessions, &id, &format!("at {:?}", context.clock().now())).await?;
        let expires = context.snapshot(&key_of(&id)?).await?.record.expires;
        ensure_within!(expires, last..=deadline, "the expiry");
        last = expires;
    }
    ensure_eq!(last, deadline, "the expiry in the end");
    context.advance_to_just_before(deadline);
    let _ = sessions.read(Some(id.secret())).await?.close().await?;
    let _ = open(&sessions, &id).await?;
    context.advance_to_second(deadline);
    let session = sessions.open(Some(id.secret())).await?;
    ensure!(session.is_new(), "a session outlived its deadline");
    Ok(())
}

pub(crate) async fn a_commit_after_the_deadline_is_gone(context: &Context) -> Verdict {
    let sessions = context.absolute_sessions()?;
    let deadline = context.in_seconds(ABSOLUTE.as_secs());
    let id = stored(&sessions, "data").await?;
    keep_alive(context, &sessions, &id, deadline).await?;
    context.advance_to_just_before(deadline);
    let mut changed = open(&sessions, &id).await?;
    let mut rotated = open(&sessions, &id).await?;
    let unchanged = open(&sessions, &id).await?;
    context.advance_to_second(deadline);
    "changed".clone_into(changed.data_mut());
    ensure_rejected!(changed.commit().await, Gone);
    if context.capabilities().rotates() {
        rotated.rotate()?;
    }
    ensure_rejected!(rotated.commit().await, Gone);
    ensure_rejected!(unchanged.commit().await, Gone);
    Ok(context.ensure_absent(&key_of(&id)?).await?)
}

/// Touches the session until nothing but its deadline ends it.
async fn keep_alive(
    context: &Context,
    sessions: &Sessions<String>,
    id: &SessionId,
    deadline: Timestamp,
) -> Checked {
    for _ in 0..HALF_LIVES {
        context.advance(IDLE / 2);
        let _ = sessions.read(Some(id.secret())).await?.close().await?;
    }
    let expires = context.snapshot(&key_of(id)?).await?.record.expires;
    ensure_eq!(expires, deadline, "the expiry in the end");
    Ok(())
}
