//! A session that was read is opened for writing, under a lock (S9).

use super::Turns;
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Checked, Context, Verdict, Violation};
use session_core::ReadSession;
use session_core::sessions::Upgraded;
use session_core::store::Expect;
use std::time::Duration;

impl Turns<'_> {
    async fn read(&self) -> Checked<ReadSession<String>> {
        Ok(self.sessions.read(Some(self.id.secret())).await?)
    }

    async fn upgrade(&self, read: ReadSession<String>) -> Checked<Upgraded<String>> {
        Ok(self.drive(self.sessions.upgrade(read)).await??)
    }
}

pub(crate) async fn an_upgrade_waits_for_the_lock_and_reads_again(context: &Context) -> Verdict {
    let turns = Turns::with(context, "read").await?;
    let (read, holder) = (turns.read().await?, turns.open().await?);
    let sessions = turns.sessions.clone();
    let upgrading = tokio::spawn(async move { sessions.upgrade(read).await });
    turns.settle().await;
    ensure!(!upgrading.is_finished(), "an upgrade passed a live lock");
    turns.commit(holder, "written").await?;
    let upgraded = turns.drive(upgrading).await?;
    let failed = |error| Violation::new(format!("an upgrade failed: {error}"));
    let Upgraded { session, changed, .. } = upgraded.map_err(failed)??;
    ensure!(changed, "a write since the reading is not reported");
    ensure_eq!(session.data(), "written", "the data of an upgraded session");
    context.ensure_busy(&turns.key).await?;
    turns.commit(session, "upgraded").await?;
    Ok(context.ensure_data(&turns.key, "upgraded").await?)
}

pub(crate) async fn an_upgrade_after_a_touch_reports_no_change(context: &Context) -> Verdict {
    let turns = Turns::with(context, "read").await?;
    let read = turns.read().await?;
    context.advance(Duration::from_secs(1));
    context.touch(&turns.key, context.in_seconds(9_000), &Expect::PRESENT).await?;
    let Upgraded { session, changed, .. } = turns.upgrade(read).await?;
    ensure!(!changed, "a touch was taken for a write");
    ensure_eq!(session.data(), "read", "the data of an upgraded session");
    ensure_eq!(session.expires(), Some(context.in_seconds(9_000)), "its expiry");
    turns.commit(session, "upgraded").await?;
    Ok(context.ensure_data(&turns.key, "upgraded").await?)
}

pub(crate) async fn an_upgrade_of_a_session_that_is_gone_is_gone(context: &Context) -> Verdict {
    let turns = Turns::with(context, "read").await?;
    let read = turns.read().await?;
    turns.sessions.destroy(Some(turns.id.secret())).await?;
    ensure_rejected!(turns.drive(turns.sessions.upgrade(read)).await?, Gone);
    Ok(context.ensure_absent(&turns.key).await?)
}
