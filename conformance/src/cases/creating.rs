//! `create` rejects a live record and replaces a expired one entirely (R3).

use crate::context::{LEASE, all_at_once};
use crate::ensure::{ensure_eq, ensure_rejected};
use crate::{Context, Verdict};
use session_core::ErrorKind;
use session_core::store::{Expect, Record};
use session_core::time::Timestamp;
use std::sync::Arc;

pub(crate) async fn a_live_record_is_not_created_again(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let before = context.snapshot(&key).await?;
    let other = context.record("other");
    let created = context.store().create(&key, &other, &context.version()).await;
    ensure_rejected!(created, AlreadyExists);
    Ok(context.ensure_unchanged(&key, &before).await?)
}

pub(crate) async fn a_record_is_not_replaced_before_its_expiry(context: &Context) -> Verdict {
    let record = context.record_for(10, "live");
    let key = context.given_record("a", &record).await?;
    context.advance_to_just_before(record.expires);
    let created = context.store().create(&key, &context.record("new"), &context.version()).await;
    ensure_rejected!(created, AlreadyExists);
    Ok(context.ensure_record(&key, &record).await?)
}

pub(crate) async fn an_expired_record_is_replaced(context: &Context) -> Verdict {
    let key = context.given_expired("a").await?;
    let record = context.record("new");
    context.store().create(&key, &record, &context.version()).await?;
    Ok(context.ensure_record(&key, &record).await?)
}

pub(crate) async fn a_deleted_record_is_created_anew(context: &Context) -> Verdict {
    let key = context.given_deleted("a").await?;
    let record = context.record("new");
    context.store().create(&key, &record, &context.version()).await?;
    Ok(context.ensure_record(&key, &record).await?)
}

pub(crate) async fn a_deadline_comes_back(context: &Context) -> Verdict {
    let mut record = context.record_for(10, "data");
    for (name, deadline) in [("a", context.in_seconds(60)), ("last", Timestamp::MAX)] {
        record.deadline = Some(deadline);
        let key = context.given_record(name, &record).await?;
        context.ensure_record(&key, &record).await?;
    }
    record.deadline = None;
    let key = context.given_record("b", &record).await?;
    Ok(context.ensure_record(&key, &record).await?)
}

pub(crate) async fn the_deadline_of_an_expired_record_is_not_inherited(
    context: &Context,
) -> Verdict {
    let mut expired = context.record_for(10, "expired");
    expired.deadline = Some(context.in_seconds(60));
    let key = context.given_record("a", &expired).await?;
    context.advance_to_second(expired.expires);
    let new = context.record_for(10, "new");
    context.store().create(&key, &new, &context.version()).await?;
    Ok(context.ensure_record(&key, &new).await?)
}

pub(crate) async fn the_lock_of_an_expired_record_is_not_inherited(context: &Context) -> Verdict {
    let (key, old) = context.given_expired_locked("a").await?;
    context.store().create(&key, &context.record("new"), &context.version()).await?;
    let late = context.update(&key, "late", &Expect::lock(old)).await;
    ensure_rejected!(late, LockLost);
    context.ensure_data(&key, "new").await?;
    let token = context.lock(&key, LEASE).await?;
    Ok(context.ensure_held(&key, &token).await?)
}

pub(crate) async fn the_version_of_an_expired_record_is_not_inherited(
    context: &Context,
) -> Verdict {
    let expired = context.record_for(10, "expired");
    let key = context.given_record("a", &expired).await?;
    let old = context.snapshot(&key).await?.version;
    context.advance_to_second(expired.expires);
    context.store().create(&key, &context.record("new"), &context.version()).await?;
    let late = context.update(&key, "late", &Expect::version(old)).await;
    ensure_rejected!(late, Conflict);
    Ok(context.ensure_data(&key, "new").await?)
}

pub(crate) async fn a_record_that_is_expired_already_is_not_created(context: &Context) -> Verdict {
    let key = context.key("a");
    for seconds_ago in [0, 1, 86_400] {
        let now = context.in_seconds(0).as_epoch_seconds();
        let expires = Timestamp::from_epoch_seconds(now - seconds_ago);
        let record = Record { expires, ..context.record("expired") };
        let created = context.store().create(&key, &record, &context.version()).await;
        ensure_rejected!(created, InvalidArgument);
        context.ensure_absent(&key).await?;
    }
    let shortest = context.record_for(1, "shortest");
    let key = context.given_record("a", &shortest).await?;
    Ok(context.ensure_record(&key, &shortest).await?)
}

pub(crate) async fn of_many_creators_exactly_one_wins(context: &Context) -> Verdict {
    for key in [context.key("a"), context.given_expired("b").await?] {
        let creations = (0..16).map(|number| {
            let (store, key) = (Arc::clone(context.store()), key.clone());
            let record = context.record(&format!("{number}"));
            let version = context.version();
            async move { (store.create(&key, &record, &version).await, record) }
        });
        let mut winners = Vec::new();
        for (created, record) in all_at_once(creations).await? {
            match created {
                Ok(()) => winners.push(record),
                Err(error) => {
                    let kind = error.kind();
                    ensure_eq!(kind, ErrorKind::AlreadyExists, "the rejection of a loser");
                }
            }
        }
        ensure_eq!(winners.len(), 1, "the number of winners");
        context.ensure_record(&key, &winners[0]).await?;
    }
    Ok(())
}
