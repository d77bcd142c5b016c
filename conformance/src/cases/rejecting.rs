//! A store rejects undeclared requests, and rejections have an order (R14, R15).

use crate::context::LEASE;
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Context, Requirement, Verdict, refusals};
use session_core::store::{
    Acquired, Deletion, Expect, LockDisposition, PayloadKind, Touch, Version,
};
use std::time::Duration;

pub(crate) async fn declared_capabilities_are_provided(context: &Context) -> Verdict {
    let capabilities = context.capabilities();
    let kinds = [PayloadKind::Text, PayloadKind::Binary];
    let keeps_some = kinds.iter().any(|kind| capabilities.keeps(*kind));
    ensure!(keeps_some, "the store keeps no kind of payload");
    let locks = context.provides_locking();
    ensure_eq!(locks, capabilities.locks(), "whether there is a locking store");
    let collects = context.provides_collecting();
    ensure_eq!(collects, capabilities.collects(), "whether there is a collecting store");
    context.given("a").await?;
    ensure_eq!(context.capabilities(), capabilities, "the capabilities later");
    if locks {
        let locking = context.locking()?.capabilities();
        ensure_eq!(locking, capabilities, "the locking store's capabilities");
    }
    Ok(())
}

pub(crate) async fn undeclared_capabilities_are_rejected(context: &Context) -> Verdict {
    let capabilities = context.capabilities();
    for need in Requirement::ALL {
        if !need.is_met_by(&capabilities) {
            refusals::check(context, *need).await?;
            let keys = ["a", "old"].map(|name| context.key(name));
            for key in keys {
                context.store().delete(&key, &Expect::PRESENT).await?;
            }
        }
    }
    Ok(())
}

pub(crate) async fn gone_comes_before_conflict(context: &Context) -> Verdict {
    for key in [context.given_expired("a").await?, context.given_deleted("b").await?] {
        for version in [context.version().into(), Version::NONE] {
            let expect = Expect::version(version);
            ensure_rejected!(context.update(&key, "late", &expect).await, Gone);
            let touch = context.touch(&key, context.in_seconds(60), &expect).await;
            ensure_rejected!(touch, Gone);
            let deletion = context.store().delete(&key, &expect).await?;
            ensure_eq!(deletion, Deletion::WasAbsent, "a deletion of an expired record");
            context.ensure_absent(&key).await?;
        }
    }
    Ok(())
}

pub(crate) async fn gone_comes_before_lock_lost_and_locked(context: &Context) -> Verdict {
    let (key, token) = context.given_expired_locked("a").await?;
    for expect in [Expect::PRESENT, Expect::lock(context.token()), Expect::lock(token.clone())] {
        ensure_rejected!(context.update(&key, "late", &expect).await, Gone);
        let touch = context.touch(&key, context.in_seconds(60), &expect).await;
        ensure_rejected!(touch, Gone);
    }
    let renewed = context.locking()?.renew(&key, &token, LEASE).await;
    ensure_rejected!(renewed, Gone);
    let answer = context.contend(&key).await?;
    ensure_eq!(answer, Acquired::Absent, "an acquisition of an expired record");
    let deletion = context.store().delete(&key, &Expect::lock(context.token())).await?;
    ensure_eq!(deletion, Deletion::WasAbsent, "a deletion of an expired record");
    Ok(())
}

pub(crate) async fn lock_lost_comes_before_conflict(context: &Context) -> Verdict {
    let (key, _) = context.given_locked("a").await?;
    let before = context.snapshot(&key).await?;
    let expect = Expect::lock(context.token()).and_version(context.version());
    ensure_rejected!(context.update(&key, "late", &expect).await, LockLost);
    let touch = context.touch(&key, context.in_seconds(9_000), &expect).await;
    ensure_rejected!(touch, LockLost);
    ensure_rejected!(context.store().delete(&key, &expect).await, LockLost);
    Ok(context.ensure_unchanged(&key, &before).await?)
}

pub(crate) async fn locked_comes_before_conflict(context: &Context) -> Verdict {
    let (key, _) = context.given_locked("a").await?;
    let before = context.snapshot(&key).await?;
    let expect = Expect::version(context.version());
    ensure_rejected!(context.update(&key, "late", &expect).await, Locked);
    Ok(context.ensure_unchanged(&key, &before).await?)
}

/// A holder gets `Conflict` and keeps the lock if its record has another version.
pub(crate) async fn a_held_lock_and_another_version_is_a_conflict(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let before = context.snapshot(&key).await?;
    for other in [context.version().into(), Version::NONE] {
        let expect = Expect::lock(token.clone()).and_version(other);
        ensure_rejected!(context.update(&key, "late", &expect).await, Conflict);
        ensure_rejected!(context.store().delete(&key, &expect).await, Conflict);
        context.ensure_unchanged(&key, &before).await?;
        context.ensure_held(&key, &token).await?;
    }
    let both = Expect::lock(token).and_version(before.version);
    Ok(context.update(&key, "second", &both).await?)
}

pub(crate) async fn rejections_of_the_old_key_come_before_already_exists(
    context: &Context,
) -> Verdict {
    let (old, _) = context.given_locked("old").await?;
    let new = context.given("new").await?;
    let gone = context.given_deleted("gone").await?;
    let rotated = context.rotate(&gone, &new, "late", &Expect::PRESENT).await;
    ensure_rejected!(rotated, Gone);
    let rotated = context.rotate(&old, &new, "late", &Expect::PRESENT).await;
    ensure_rejected!(rotated, Locked);
    let foreign = Expect::lock(context.token());
    ensure_rejected!(context.rotate(&old, &new, "late", &foreign).await, LockLost);
    Ok(context.ensure_data(&new, "new").await?)
}

/// A past expiry is rejected without a look at the record, which is absent.
pub(crate) async fn a_meaningless_expiry_comes_before_gone(context: &Context) -> Verdict {
    let (key, mut change) = (context.key("unknown"), context.change("dead"));
    change.expires = context.in_seconds(0);
    let (store, version) = (context.store(), context.version());
    let update = store.update(&key, &change, &Expect::PRESENT, &version).await;
    ensure_rejected!(update, InvalidArgument);
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn a_release_that_names_no_lock_is_rejected(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let before = context.snapshot(&key).await?;
    let (store, present) = (context.store(), Expect::PRESENT);
    let mut change = context.change("late");
    change.lock = LockDisposition::Release;
    let update = store.update(&key, &change, &present, &context.version()).await;
    ensure_rejected!(update, InvalidArgument);
    let touch = Touch { expires: context.in_seconds(9_000), lock: LockDisposition::Release };
    ensure_rejected!(store.touch(&key, &touch, &present).await, InvalidArgument);
    context.ensure_unchanged(&key, &before).await?;
    Ok(context.ensure_held(&key, &token).await?)
}

pub(crate) async fn a_lease_of_nothing_is_rejected(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let (locking, nothing) = (context.locking()?, Duration::ZERO);
    ensure_rejected!(locking.renew(&key, &token, nothing).await, InvalidArgument);
    context.ensure_held(&key, &token).await?;
    let free = context.given("b").await?;
    let acquired = locking.acquire(&free, &context.token(), nothing).await;
    ensure_rejected!(acquired, InvalidArgument);
    Ok(context.ensure_free(&free).await.map(drop)?)
}
