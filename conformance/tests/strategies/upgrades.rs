//! Strategies that upgrade a read session in a wrong way.

use crate::changed::{Change, Changed};
use crate::rejects;
use crate::verdicts::sound;
use async_trait::async_trait;
use session_core::random::OsRandom;
use session_core::store::{Key, LockingStore, Snapshot, Tag};
use session_core::strategy::{Opened, Strategy};
use session_core::time::ManualClock;
use session_core::{LastWriteWins, Result};
use session_locking::{LockOptions, Pessimistic};
use std::sync::Arc;

/// A fault of an upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// It takes no lock.
    LocksNothing,
    /// It locks, but uses the data of the earlier read.
    ReadsNothing,
    /// It treats every record as changed.
    TellsNoVersion,
    /// It claims an absent record.
    ClaimsWhatIsGone,
}

/// A fault in the upgrades of a strategy.
#[derive(Debug)]
struct Upgrading {
    unlocked: LastWriteWins,
    fault: Fault,
}

#[async_trait]
impl Change for Upgrading {
    async fn claim(
        &self,
        sound: &Pessimistic,
        key: &Key,
        seen: &Snapshot,
    ) -> Result<Option<Opened>> {
        if self.fault == Fault::LocksNothing {
            return self.unlocked.claim(key, seen).await;
        }
        let Some(Opened { snapshot, claim }) = sound.claim(key, seen).await? else {
            let claims = self.fault == Fault::ClaimsWhatIsGone;
            return if claims { self.unlocked.claim(key, seen).await } else { Ok(None) };
        };
        let snapshot = match self.fault {
            Fault::ReadsNothing => seen.clone(),
            Fault::TellsNoVersion => Snapshot { version: Tag::draw(&OsRandom).into(), ..snapshot },
            Fault::LocksNothing | Fault::ClaimsWhatIsGone => snapshot,
        };
        Ok(Some(Opened { snapshot, claim }))
    }
}

/// The sound strategy with this fault in its upgrades.
fn with(
    fault: Fault,
) -> impl Fn(Arc<dyn LockingStore>, LockOptions, ManualClock) -> Result<Changed<Upgrading>> + Send + Sync
{
    move |store, options, clock| {
        let unlocked = LastWriteWins::new(Arc::clone(&store));
        Ok(Changed(sound(store, options, clock), Upgrading { unlocked, fault }))
    }
}

rejects! {
    upgrades_without_a_lock = with(Fault::LocksNothing)
        => [
            an_upgrade_of_a_session_that_is_gone_is_gone,
            an_upgrade_waits_for_the_lock_and_reads_again,
            an_upgrade_after_a_touch_reports_no_change,
        ];
    upgrades_to_what_was_read = with(Fault::ReadsNothing)
        => [
            an_upgrade_waits_for_the_lock_and_reads_again,
            an_upgrade_after_a_touch_reports_no_change,
        ];
    takes_a_touch_for_a_write = with(Fault::TellsNoVersion)
        => [an_upgrade_after_a_touch_reports_no_change];
    upgrades_what_is_gone = with(Fault::ClaimsWhatIsGone)
        => [an_upgrade_of_a_session_that_is_gone_is_gone];
}
