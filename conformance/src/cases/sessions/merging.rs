//! A merge keeps both changes, or the commit that lost the race is a conflict (S8).

use super::{ensure_data, key_of, open, stored, write};
use crate::context::all_at_once;
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Checked, Context, Verdict};
use session_core::sessions::Written;
use session_core::store::{Payload, PayloadKind};
use session_core::strategy::Merge;
use session_core::time::IdleTimeout;
use session_core::{Lifetime, OpenSession, Optimistic, Result, SessionId, Sessions};
use std::str;
use std::sync::Arc;
use std::time::Duration;

/// Text whose lines are the pieces, of which a change leaves the number as it is.
#[derive(Debug)]
struct Lines;

impl Merge for Lines {
    fn merge(
        &self,
        read: &Payload,
        changed: &Payload,
        stored: &Payload,
    ) -> Result<Option<Payload>> {
        let (read_lines, stored_lines) = (lines(read), lines(stored));
        let pieces = read_lines.zip(lines(changed)).zip(stored_lines);
        let merged: Option<Vec<_>> = pieces
            .map(|((read, changed), stored)| match (read == changed, read == stored) {
                (true, _) => Some(stored),
                (false, true) => Some(changed),
                (false, false) => None,
            })
            .collect();
        Ok(merged.map(|lines| like(changed, &lines.join("\n"))))
    }
}

fn lines(payload: &Payload) -> impl Iterator<Item = &str> {
    str::from_utf8(payload.as_bytes()).unwrap_or_default().lines()
}

fn like(other: &Payload, text: &str) -> Payload {
    match other.kind() {
        PayloadKind::Text => Payload::text(text),
        PayloadKind::Binary => Payload::binary(text.as_bytes()),
    }
}

impl Context {
    #[track_caller]
    fn merging_sessions(&self) -> Verdict<Sessions<String>> {
        let strategy = Optimistic::new(Arc::clone(self.store())).merging(Lines);
        Ok(self.builder(strategy).build()?)
    }
}

/// Opens a session and changes line two, then writes another line one beside it.
async fn raced(sessions: &Sessions<String>, id: &SessionId) -> Checked<OpenSession<String>> {
    let mut session = open(sessions, id).await?;
    "one\nchanged".clone_into(session.data_mut());
    write(sessions, id, "stored\ntwo").await?;
    Ok(session)
}

pub(crate) async fn changes_of_different_pieces_are_merged(context: &Context) -> Verdict {
    let sessions = context.merging_sessions()?;
    let id = stored(&sessions, "one\ntwo").await?;
    let committed = raced(&sessions, &id).await?.commit().await?;
    ensure_eq!(committed.written(), Written::Updated, "what the commit wrote");
    Ok(ensure_data(&sessions, &id, "stored\nchanged").await?)
}

/// Nor is the change lost where it is the same: both may have counted.
pub(crate) async fn changes_of_one_piece_are_a_conflict(context: &Context) -> Verdict {
    let sessions = context.merging_sessions()?;
    for data in ["other\ntwo", "same\ntwo"] {
        let id = stored(&sessions, "one\ntwo").await?;
        let mut loser = open(&sessions, &id).await?;
        data.clone_into(loser.data_mut());
        write(&sessions, &id, "same\ntwo").await?;
        ensure_rejected!(loser.commit().await, Conflict);
        ensure_data(&sessions, &id, "same\ntwo").await?;
    }
    Ok(())
}

pub(crate) async fn a_rotation_that_lost_the_race_is_merged(context: &Context) -> Verdict {
    let sessions = context.merging_sessions()?;
    let old = stored(&sessions, "one\ntwo").await?;
    let mut session = raced(&sessions, &old).await?;
    let new = session.rotate()?.clone();
    let committed = session.commit().await?;
    ensure_eq!(committed.written(), Written::Rotated, "what the commit wrote");
    context.ensure_absent(&key_of(&old)?).await?;
    Ok(ensure_data(&sessions, &new, "stored\nchanged").await?)
}

pub(crate) async fn concurrent_changes_of_pieces_are_merged_or_conflict(
    context: &Context,
) -> Verdict {
    const HANDLES: usize = 10;
    let sessions = context.merging_sessions()?;
    let before = ["before"; HANDLES].join("\n");
    let id = stored(&sessions, &before).await?;
    let mut commits = Vec::new();
    for line in 0..HANDLES {
        let mut session = open(&sessions, &id).await?;
        *session.data_mut() = with_line(&before, line);
        commits.push(async move { session.commit().await });
    }
    let results = all_at_once(commits).await?;
    ensure!(results.iter().any(Result::is_ok), "no commit succeeded");
    let mut expected = before;
    for (line, result) in results.into_iter().enumerate() {
        match result {
            Ok(_) => expected = with_line(&expected, line),
            result => ensure_rejected!(result, Conflict),
        }
    }
    Ok(ensure_data(&sessions, &id, &expected).await?)
}

pub(crate) async fn a_lifetime_is_set_with_a_merge(context: &Context) -> Verdict {
    let sessions = context.merging_sessions()?;
    let id = stored(&sessions, "one\ntwo").await?;
    let mut session = raced(&sessions, &id).await?;
    session.set_lifetime(remembered()?)?;
    let (expires, deadline) = (context.in_seconds(2_000), context.in_seconds(9_001));
    let committed = session.commit().await?;
    ensure!(committed.has_own_lifetime(), "a commit does not tell the lifetime that it set");
    let record = context.snapshot(&key_of(&id)?).await?.record;
    ensure_eq!(record.idle, Some(IdleTimeout::from_seconds(2_000)), "the idle timeout");
    ensure_eq!(record.deadline, Some(deadline), "the deadline");
    ensure_eq!(record.expires, expires, "the expiry");
    Ok(ensure_data(&sessions, &id, "stored\nchanged").await?)
}

/// The loser's expiry was computed for the lifetime that it read.
pub(crate) async fn a_lifetime_that_another_set_is_a_conflict(context: &Context) -> Verdict {
    let sessions = context.merging_sessions()?;
    for lifetime in [remembered()?, Lifetime::idle(Duration::from_secs(2_000))?] {
        let id = stored(&sessions, "one\ntwo").await?;
        let mut loser = open(&sessions, &id).await?;
        "one\nchanged".clone_into(loser.data_mut());
        let mut winner = open(&sessions, &id).await?;
        winner.set_lifetime(lifetime)?;
        let _ = winner.commit().await?;
        let before = context.snapshot(&key_of(&id)?).await?;
        ensure_rejected!(loser.commit().await, Conflict);
        context.ensure_unchanged(&key_of(&id)?, &before).await?;
    }
    Ok(())
}

fn remembered() -> Result<Lifetime> {
    Lifetime::idle(Duration::from_secs(2_000))?.with_absolute(Duration::from_secs(9_001))
}

/// The text with this line changed.
fn with_line(text: &str, changed: usize) -> String {
    let lines = text.lines().enumerate();
    let lines: Vec<_> =
        lines.map(|(line, before)| if line == changed { "after" } else { before }).collect();
    lines.join("\n")
}
