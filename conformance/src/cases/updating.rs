//! `update` replaces data and expiry of live records only (R4, R5, R10).

use crate::contended::is_contention;
use crate::context::{LEASE, all_at_once};
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Context, Verdict};
use session_core::ErrorKind;
use session_core::store::{Change, Expect, LockDisposition, Record, SessionStore, Version};
use std::sync::Arc;
use std::time::Duration;

pub(crate) async fn update_of_an_unknown_session_is_gone(context: &Context) -> Verdict {
    let key = context.key("unknown");
    let update = context.update(&key, "late", &Expect::PRESENT).await;
    ensure_rejected!(update, Gone);
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn update_of_a_deleted_session_is_gone(context: &Context) -> Verdict {
    let key = context.given_deleted("a").await?;
    let update = context.update(&key, "late", &Expect::PRESENT).await;
    ensure_rejected!(update, Gone);
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn update_of_an_expired_session_is_gone(context: &Context) -> Verdict {
    let key = context.given_expired("a").await?;
    let update = context.update(&key, "late", &Expect::PRESENT).await;
    ensure_rejected!(update, Gone);
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn a_session_can_be_updated_up_to_its_expiry(context: &Context) -> Verdict {
    let record = context.record_for(10, "first");
    let key = context.given_record("a", &record).await?;
    context.advance_to_just_before(record.expires);
    context.update(&key, "second", &Expect::PRESENT).await?;
    context.advance(Duration::from_secs(1));
    Ok(context.ensure_data(&key, "second").await?)
}

pub(crate) async fn an_update_keeps_the_deadline(context: &Context) -> Verdict {
    let mut record = context.record("first");
    record.deadline = Some(context.in_seconds(86_400));
    let key = context.given_record("a", &record).await?;
    context.update(&key, "second", &Expect::PRESENT).await?;
    let deadline = context.snapshot(&key).await?.record.deadline;
    ensure_eq!(deadline, record.deadline, "the deadline");
    Ok(())
}

pub(crate) async fn an_update_to_an_expiry_that_is_over_is_rejected(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let before = context.snapshot(&key).await?;
    let mut change = context.change("dead");
    change.expires = context.in_seconds(0);
    let (store, version) = (context.store(), context.version());
    let update = store.update(&key, &change, &Expect::PRESENT, &version).await;
    ensure_rejected!(update, InvalidArgument);
    Ok(context.ensure_unchanged(&key, &before).await?)
}

pub(crate) async fn without_an_expectation_the_last_write_wins(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    for data in ["second", "third", "fourth"] {
        context.update(&key, data, &Expect::PRESENT).await?;
        context.ensure_data(&key, data).await?;
    }
    Ok(())
}

pub(crate) async fn an_update_may_expect_the_version_read(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    for data in ["second", "", "third"] {
        let read = context.snapshot(&key).await?.version;
        context.update(&key, data, &Expect::version(read)).await?;
        context.ensure_data(&key, data).await?;
    }
    Ok(())
}

pub(crate) async fn an_update_expecting_another_version_is_a_conflict(
    context: &Context,
) -> Verdict {
    let key = context.given("a").await?;
    let first = context.snapshot(&key).await?.version;
    context.update(&key, "", &Expect::PRESENT).await?;
    let empty = context.snapshot(&key).await?.version;
    context.update(&key, "third", &Expect::PRESENT).await?;
    let before = context.snapshot(&key).await?;
    for other in [first, empty, context.version().into(), Version::NONE] {
        let update = context.update(&key, "late", &Expect::version(other)).await;
        ensure_rejected!(update, Conflict);
        context.ensure_unchanged(&key, &before).await?;
    }
    Ok(())
}

pub(crate) async fn of_many_updates_expecting_one_version_exactly_one_wins(
    context: &Context,
) -> Verdict {
    let key = context.given("a").await?;
    let expect = Expect::version(context.snapshot(&key).await?.version);
    let updates = (0..16).map(|number| {
        let (store, key) = (Arc::clone(context.store()), key.clone());
        let (change, version) = (context.change(&format!("{number}")), context.version());
        let expect = expect.clone();
        async move {
            let update = store.update(&key, &change, &expect, &version).await;
            (update, format!("{number}"))
        }
    });
    let mut winners = Vec::new();
    for (update, data) in all_at_once(updates).await? {
        match update {
            Ok(()) => winners.push(data),
            Err(error) => ensure_eq!(error.kind(), ErrorKind::Conflict, "a loser's rejection"),
        }
    }
    ensure_eq!(winners.len(), 1, "the number of winners");
    Ok(context.ensure_data(&key, &winners[0]).await?)
}

/// If two callers add one to the same number, one of them must get an error.
pub(crate) async fn of_equal_updates_expecting_one_version_exactly_one_wins(
    context: &Context,
) -> Verdict {
    let key = context.given("a").await?;
    let expect = Expect::version(context.snapshot(&key).await?.version);
    let updates = (0..16).map(|_| {
        let (store, key, expect) = (Arc::clone(context.store()), key.clone(), expect.clone());
        let (change, version) = (context.change("next"), context.version());
        async move { store.update(&key, &change, &expect, &version).await }
    });
    let mut winners = 0;
    for update in all_at_once(updates).await? {
        match update {
            Ok(()) => winners += 1,
            Err(error) => ensure_eq!(error.kind(), ErrorKind::Conflict, "a loser's rejection"),
        }
    }
    ensure_eq!(winners, 1, "the number of winners");
    Ok(context.ensure_data(&key, "next").await?)
}

pub(crate) async fn data_that_is_written_back_has_another_version(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let first = context.snapshot(&key).await?.version;
    for data in ["second", "a"] {
        context.update(&key, data, &Expect::PRESENT).await?;
    }
    let before = context.snapshot(&key).await?;
    let late = context.update(&key, "late", &Expect::version(first)).await;
    ensure_rejected!(late, Conflict);
    Ok(context.ensure_unchanged(&key, &before).await?)
}

/// Each update writes data that matches its expiry and its lifetime.
///
/// The match shows a mixture of two writes. An update that was not applied because it met another
/// one leaves nothing.
pub(crate) async fn updates_at_once_leave_one_of_them_whole(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let before = context.snapshot(&key).await?.record;
    let changes: Vec<_> = (100..116)
        .map(|seconds| {
            let mut change = context.change(&format!("{seconds}"));
            change.expires = context.in_seconds(seconds);
            change.lifetime = context.lifetime(seconds);
            change
        })
        .collect();
    let updates = changes.clone().into_iter().map(|change| {
        let (store, key) = (Arc::clone(context.unrepeated_store()), key.clone());
        let version = context.version();
        async move { store.update(&key, &change, &Expect::PRESENT, &version).await }
    });
    let mut applied = Vec::new();
    for (update, change) in all_at_once(updates).await?.into_iter().zip(&changes) {
        match update {
            Err(error) if is_contention(&error) => {}
            answer => {
                answer?;
                applied.push(change);
            }
        }
    }
    let found = context.snapshot(&key).await?.record;
    let is_left_by = |change: &Change| {
        let lifetime = change.lifetime.map(|own| (own.deadline, own.idle));
        change.payload == found.payload
            && change.expires == found.expires
            && lifetime == found.idle.map(|idle| (found.deadline, idle))
    };
    let is_unchanged = applied.is_empty() && found == before;
    let is_whole = is_unchanged || applied.into_iter().any(is_left_by);
    ensure!(is_whole, "the record is none of the applied writes: {found:?}");
    Ok(())
}

/// An update that changes nothing is applied like any other write.
///
/// Some databases count only the rows that an update changes, and some caches skip an equal write.
pub(crate) async fn an_update_that_changes_nothing_is_a_write(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let before = context.snapshot(&key).await?;
    let Record { payload, expires, .. } = before.record.clone();
    let mut change = Change { payload, expires, ..context.change("") };
    let (store, capabilities) = (context.store(), context.capabilities());
    store.update(&key, &change, &Expect::PRESENT, &context.version()).await?;
    context.ensure_record(&key, &before.record).await?;
    if capabilities.compares_versions() {
        let by_content = capabilities.tells_versions_by_content();
        let other = if by_content { context.version().into() } else { before.version };
        let late = store.update(&key, &change, &Expect::version(other), &context.version()).await;
        ensure_rejected!(late, Conflict);
    }
    if capabilities.locks() {
        let token = context.lock(&key, LEASE).await?;
        let late = store.update(&key, &change, &Expect::PRESENT, &context.version()).await;
        ensure_rejected!(late, Locked);
        let foreign = Expect::lock(context.token());
        let late = store.update(&key, &change, &foreign, &context.version()).await;
        ensure_rejected!(late, LockLost);
        change.lock = LockDisposition::Release;
        store.update(&key, &change, &Expect::lock(token), &context.version()).await?;
        context.ensure_free(&key).await?;
    }
    Ok(context.ensure_record(&key, &before.record).await?)
}
