//! Destroyed is final for every handle of that id (S5).

use super::{THRESHOLD, key_of, open, stored};
use crate::context::LEASE;
use crate::ensure::{ensure_eq, ensure_rejected};
use crate::{Context, Verdict};
use session_core::store::Deletion;

pub(crate) async fn no_handle_restores_a_destroyed_session(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "data").await?;
        let mut changed = open(&sessions, &id).await?;
        let touched = open(&sessions, &id).await?;
        let mut again = open(&sessions, &id).await?;
        let destroyed = open(&sessions, &id).await?.destroy().await?;
        ensure_eq!(destroyed, Deletion::Deleted, "what the first destruction found");

        "changed".clone_into(changed.data_mut());
        ensure_rejected!(changed.commit().await, Gone);
        context.advance(THRESHOLD);
        ensure_rejected!(touched.commit().await, Gone);
        "again".clone_into(again.data_mut());
        ensure_eq!(again.destroy().await?, Deletion::WasAbsent, "what the second found");
        context.ensure_absent(&key_of(&id)?).await?;
    }
    Ok(())
}

pub(crate) async fn destroying_a_rotated_away_id_finds_nothing(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let old = stored(&sessions, "data").await?;
        let stale = open(&sessions, &old).await?;
        let mut session = open(&sessions, &old).await?;
        let new = session.rotate()?.clone();
        let _ = session.commit().await?;
        ensure_eq!(stale.destroy().await?, Deletion::WasAbsent, "what a stale handle found");
        ensure_eq!(
            sessions.destroy(Some(old.secret())).await?,
            Deletion::WasAbsent,
            "what was at the old id"
        );
        context.ensure_data(&key_of(&new)?, "data").await?;
    }
    Ok(())
}

pub(crate) async fn destroying_a_new_session_finds_nothing(context: &Context) -> Verdict {
    let session = context.sessions()?.open(None).await?;
    ensure_eq!(session.destroy().await?, Deletion::WasAbsent, "what was destroyed");
    Ok(())
}

pub(crate) async fn a_logout_passes_a_live_lock(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let id = stored(&sessions, "data").await?;
    context.lock(&key_of(&id)?, LEASE).await?;
    ensure_eq!(sessions.destroy(Some(id.secret())).await?, Deletion::Deleted, "what was destroyed");
    Ok(context.ensure_absent(&key_of(&id)?).await?)
}
