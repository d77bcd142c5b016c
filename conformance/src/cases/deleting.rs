//! `delete` is idempotent and says whether there was something (R7).

use crate::context::all_at_once;
use crate::ensure::{ensure_eq, ensure_rejected};
use crate::{Context, Verdict};
use session_core::ErrorKind;
use session_core::store::{Deletion, Expect, Version};
use std::sync::Arc;
use tokio::task::yield_now;

pub(crate) async fn a_deletion_reports_whether_there_was_a_session(context: &Context) -> Verdict {
    let store = context.store();
    let key = context.given("a").await?;
    let first = store.delete(&key, &Expect::PRESENT).await?;
    ensure_eq!(first, Deletion::Deleted, "the first deletion");
    context.ensure_absent(&key).await?;
    let second = store.delete(&key, &Expect::PRESENT).await?;
    ensure_eq!(second, Deletion::WasAbsent, "the second deletion");
    let unknown = store.delete(&context.key("unknown"), &Expect::PRESENT).await?;
    ensure_eq!(unknown, Deletion::WasAbsent, "the deletion of an unknown key");
    Ok(())
}

pub(crate) async fn a_deletion_finds_a_session_up_to_its_expiry(context: &Context) -> Verdict {
    let record = context.record_for(10, "data");
    let key = context.given_record("a", &record).await?;
    context.advance_to_just_before(record.expires);
    let deletion = context.store().delete(&key, &Expect::PRESENT).await?;
    ensure_eq!(deletion, Deletion::Deleted, "the deletion");
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn a_deletion_of_an_expired_session_finds_nothing(context: &Context) -> Verdict {
    let key = context.given_expired("a").await?;
    let deletion = context.store().delete(&key, &Expect::PRESENT).await?;
    ensure_eq!(deletion, Deletion::WasAbsent, "the deletion");
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn a_deletion_expecting_another_version_is_a_conflict(
    context: &Context,
) -> Verdict {
    let key = context.given("a").await?;
    let stale = context.snapshot(&key).await?.version;
    context.update(&key, "second", &Expect::PRESENT).await?;
    let before = context.snapshot(&key).await?;
    for other in [stale, Version::NONE] {
        let deletion = context.store().delete(&key, &Expect::version(other)).await;
        ensure_rejected!(deletion, Conflict);
        context.ensure_unchanged(&key, &before).await?;
    }

    let read = Expect::version(before.version);
    let deletion = context.store().delete(&key, &read).await?;
    ensure_eq!(deletion, Deletion::Deleted, "a deletion of the version read");
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn of_many_deletions_exactly_one_finds_the_session(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let deletions = (0..8).map(|_| {
        let (store, key) = (Arc::clone(context.store()), key.clone());
        async move { store.delete(&key, &Expect::PRESENT).await }
    });
    let mut found = 0;
    for deletion in all_at_once(deletions).await? {
        found += usize::from(deletion? == Deletion::Deleted);
    }
    ensure_eq!(found, 1, "the number of deletions that found it");
    Ok(context.ensure_absent(&key).await?)
}

/// An update under way does not bring back a record that was deleted.
///
/// This holds whether the update or the deletion comes first.
pub(crate) async fn an_update_that_races_a_deletion_revives_nothing(context: &Context) -> Verdict {
    for round in 0..8 {
        let key = context.given(&format!("{round}")).await?;
        let (store, late) = (Arc::clone(context.store()), key.clone());
        let (change, version) = (context.change("late"), context.version());
        let update =
            tokio::spawn(
                async move { store.update(&late, &change, &Expect::PRESENT, &version).await },
            );
        if round % 2 == 0 {
            yield_now().await; // the update gets as far as its first await
        }
        let deletion = context.store().delete(&key, &Expect::PRESENT).await?;
        ensure_eq!(deletion, Deletion::Deleted, "the deletion");
        if let Ok(Err(error)) = update.await {
            let kind = error.kind();
            ensure_eq!(kind, ErrorKind::Gone, "the rejection of the update");
        }
        context.ensure_absent(&key).await?;
    }
    Ok(())
}
