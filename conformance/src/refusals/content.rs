//! The behavior of a store that declares versions to be the content.

use crate::ensure::{ensure_eq, ensure_rejected};
use crate::{Context, Verdict};
use session_core::ErrorKind;
use session_core::store::{Expect, LockDisposition, Version};

/// Checks both exceptions to the laws, and that they go no further.
///
/// Equal data has one version (R5). A call that its caller repeats is rejected, and changes nothing
/// (R11).
pub(super) async fn check(context: &Context) -> Verdict {
    equal_data_is_of_one_version(context).await?;
    no_tag_is_a_version(context).await?;
    a_repeated_creation_is_rejected(context).await?;
    a_repeated_update_is_rejected(context).await?;
    if context.capabilities().locks() {
        a_repeated_update_that_released_is_rejected(context).await?;
    }
    if context.capabilities().rotates() {
        a_repeated_rotation_changes_nothing(context).await?;
    }
    Ok(())
}

async fn equal_data_is_of_one_version(context: &Context) -> Verdict {
    let key = context.given("first").await?;
    let first = context.snapshot(&key).await?;
    ensure_eq!(first.version, Version::content(first.record.payload.clone()), "the version");
    for data in ["second", "first"] {
        context.update(&key, data, &Expect::PRESENT).await?;
    }
    context.update(&key, "third", &Expect::version(first.version)).await?;
    Ok(context.ensure_data(&key, "third").await?)
}

async fn no_tag_is_a_version(context: &Context) -> Verdict {
    let key = context.given("untagged").await?;
    let before = context.snapshot(&key).await?;
    for version in [Version::NONE, context.version().into()] {
        let update = context.update(&key, "late", &Expect::version(version)).await;
        ensure_rejected!(update, Conflict);
    }
    Ok(context.ensure_unchanged(&key, &before).await?)
}

async fn a_repeated_creation_is_rejected(context: &Context) -> Verdict {
    let (key, record, version) =
        (context.key("created by content"), context.record("data"), context.version());
    context.store().create(&key, &record, &version).await?;
    let again = context.store().create(&key, &record, &version).await;
    ensure_rejected!(again, AlreadyExists);
    Ok(context.ensure_record(&key, &record).await?)
}

async fn a_repeated_update_is_rejected(context: &Context) -> Verdict {
    let key = context.given("repeated").await?;
    let expect = Expect::version(context.snapshot(&key).await?.version);
    let (change, version) = (context.change("second"), context.version());
    context.store().update(&key, &change, &expect, &version).await?;
    let before = context.snapshot(&key).await?;
    let again = context.store().update(&key, &change, &expect, &version).await;
    ensure_rejected!(again, Conflict);
    Ok(context.ensure_unchanged(&key, &before).await?)
}

async fn a_repeated_update_that_released_is_rejected(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("locked").await?;
    let (mut change, version) = (context.change("second"), context.version());
    change.lock = LockDisposition::Release;
    let expect = Expect::lock(token);
    context.store().update(&key, &change, &expect, &version).await?;
    let before = context.snapshot(&key).await?;
    let again = context.store().update(&key, &change, &expect, &version).await;
    ensure_rejected!(again, LockLost);
    Ok(context.ensure_unchanged(&key, &before).await?)
}

/// Checks that a repeated rotation changes nothing.
///
/// On the way to the store, a repetition may be recognized by the version of the rotation alone. A
/// rotation with another version is rejected.
async fn a_repeated_rotation_changes_nothing(context: &Context) -> Verdict {
    let (old, new) = (context.given("moving").await?, context.key("moved by content"));
    let (rotation, version) = (context.rotation("data"), context.version());
    let (store, present) = (context.store(), Expect::PRESENT);
    store.rotate(&old, &new, &rotation, &present, &version).await?;
    if let Err(again) = store.rotate(&old, &new, &rotation, &present, &version).await {
        ensure_eq!(again.kind(), ErrorKind::Gone, "the rejection of a repeated rotation");
    }
    let other = store.rotate(&old, &new, &rotation, &present, &context.version()).await;
    ensure_rejected!(other, Gone);
    Ok(context.ensure_record(&new, &rotation.record).await?)
}
