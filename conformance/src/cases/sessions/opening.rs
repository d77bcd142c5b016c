//! An unknown id is never adopted (S1), and unreadable data is preserved (R2).

use super::{ensure_data, id_of, key_of, open, stored, write};
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Checked, Context, Verdict};
use session_core::codec::{Base64, RawString};
use session_core::random::OsRandom;
use session_core::sessions::{Presented, Written};
use session_core::store::Payload;
use session_core::{LastWriteWins, SessionId, Sessions};
use std::sync::Arc;

pub(crate) async fn an_unknown_id_gets_a_fresh_one(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let unknown = SessionId::draw(&OsRandom);
        rejected_id(&sessions, unknown.secret(), Presented::Unknown).await?;
    }
    Ok(())
}

pub(crate) async fn an_id_that_is_none_gets_a_fresh_one(context: &Context) -> Verdict {
    let sessions = context.sessions()?;
    let megabyte = "a".repeat(1 << 20);
    for text in ["", " ", "..", "a b", "a\0b", "\u{1F950}", "a;b", megabyte.as_str()] {
        rejected_id(&sessions, text, Presented::Unacceptable).await?;
    }
    Ok(())
}

pub(crate) async fn an_expired_id_gets_a_fresh_one(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "old").await?;
        context.advance_to_second(context.snapshot(&key_of(&id)?).await?.record.expires);
        rejected_id(&sessions, id.secret(), Presented::Unknown).await?;
    }
    Ok(())
}

pub(crate) async fn a_destroyed_id_gets_a_fresh_one(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "old").await?;
        sessions.destroy(Some(id.secret())).await?;
        rejected_id(&sessions, id.secret(), Presented::Unknown).await?;
    }
    Ok(())
}

/// Checks that a session that is opened with an unknown id gets another id.
///
/// The presented id must stay unknown after the session was written.
async fn rejected_id(sessions: &Sessions<String>, presented: &str, why: Presented) -> Checked {
    let mut session = sessions.open(Some(presented)).await?;
    ensure_eq!(session.presented(), why, "what became of the presented id");
    ensure!(session.is_new(), "a session was found under an id that the store does not know");
    ensure!(session.data().is_empty(), "a new session has data");
    ensure!(session.id().secret() != presented, "an unknown id was adopted");
    "new".clone_into(session.data_mut());
    let (id, _) = id_of(session.commit().await?)?;
    ensure!(id.secret() != presented, "an unknown id was adopted");
    let again = sessions.read(Some(presented)).await?;
    ensure!(again.id().is_none(), "an unknown id was adopted");
    ensure_data(sessions, &id, "new").await?;
    Ok(())
}

pub(crate) async fn data_comes_back_under_its_id(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "first").await?;
        ensure_data(&sessions, &id, "first").await?;
        write(&sessions, &id, "second").await?;
        ensure_data(&sessions, &id, "second").await?;
    }
    Ok(())
}

pub(crate) async fn data_that_cannot_be_decoded_is_corrupt_and_stays(context: &Context) -> Verdict {
    let strategy = LastWriteWins::new(Arc::clone(context.store()));
    let encoded = Sessions::builder(strategy, Base64::new(RawString::new()))
        .clock(context.clock().clone())
        .build()?;
    let id = stored(&context.sessions()?, "this is no base64").await?;
    let before = context.snapshot(&key_of(&id)?).await?;
    let opened = encoded.open(Some(id.secret())).await;
    let payload = opened.as_ref().err().and_then(|error| error.payload().cloned());
    ensure_rejected!(opened, Corrupt);
    ensure_eq!(payload.as_ref(), Some(&before.record.payload), "the bytes in the error");
    ensure_rejected!(encoded.read(Some(id.secret())).await, Corrupt);
    Ok(context.ensure_unchanged(&key_of(&id)?, &before).await?)
}

pub(crate) async fn empty_data_of_a_stored_session_is_data(context: &Context) -> Verdict {
    for sessions in context.sessions_of_each_strategy()? {
        let id = stored(&sessions, "something").await?;
        let mut session = open(&sessions, &id).await?;
        session.data_mut().clear();
        let (_, written) = id_of(session.commit().await?)?;
        ensure_eq!(written, Written::Updated, "what the commit wrote");
        ensure_data(&sessions, &id, "").await?;
        let payload: Payload = context.snapshot(&key_of(&id)?).await?.record.payload;
        ensure!(payload.is_empty(), "empty data was kept as something");
    }
    Ok(())
}
