//! `renew` extends a held lock, and ends no other lock (L9).

use crate::context::LEASE;
use crate::ensure::{ensure_eq, ensure_rejected};
use crate::{Context, Verdict};
use session_core::store::Expect;
use std::time::Duration;

const MILLISECOND: Duration = Duration::from_millis(1);

pub(crate) async fn a_renewed_lock_stands_longer(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let before = context.snapshot(&key).await?;
    context.advance(LEASE / 2);
    context.locking()?.renew(&key, &token, LEASE).await?;
    let lapse = context.lapse_of(LEASE);
    context.advance_to(lapse.saturating_sub(MILLISECOND));
    context.ensure_busy(&key).await?;
    context.ensure_unchanged(&key, &before).await?;
    context.advance_to(lapse);
    Ok(context.ensure_free(&key).await.map(drop)?)
}

pub(crate) async fn a_renewal_never_shortens_the_lease(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let lapse = context.lapse_of(LEASE);
    context.locking()?.renew(&key, &token, MILLISECOND).await?;
    context.advance_to(lapse.saturating_sub(MILLISECOND));
    context.ensure_busy(&key).await?;
    context.advance_to(lapse);
    Ok(context.ensure_free(&key).await.map(drop)?)
}

pub(crate) async fn a_repeated_acquisition_starts_the_lease_anew(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    context.advance(LEASE / 2);
    let locking = context.locking()?;
    locking.acquire(&key, &token, LEASE).await?;
    let lapse = context.lapse_of(LEASE);
    locking.acquire(&key, &token, MILLISECOND).await?;
    context.advance_to(lapse.saturating_sub(MILLISECOND));
    Ok(context.ensure_busy(&key).await?)
}

pub(crate) async fn renew_of_the_lock_of_another_is_lock_lost(context: &Context) -> Verdict {
    let locking = context.locking()?;
    let (key, token) = context.given_locked("a").await?;
    let lapse = context.lapse_of(LEASE);
    let foreign = context.token();
    ensure_rejected!(locking.renew(&key, &foreign, 2 * LEASE).await, LockLost);
    context.ensure_held(&key, &token).await?;
    context.advance_to(lapse);
    context.ensure_free(&key).await?;
    ensure_rejected!(locking.renew(&key, &token, LEASE).await, LockLost);

    let unlocked = context.given("b").await?;
    ensure_rejected!(locking.renew(&unlocked, &token, LEASE).await, LockLost);
    Ok(context.ensure_free(&unlocked).await.map(drop)?)
}

pub(crate) async fn renew_of_a_gone_session_is_gone(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    context.store().delete(&key, &Expect::PRESENT).await?;
    let renewed = context.locking()?.renew(&key, &token, LEASE).await;
    ensure_rejected!(renewed, Gone);
    Ok(context.ensure_absent(&key).await?)
}

/// A holder can renew a lapsed lock that nobody has taken over.
///
/// It needs this if the reply to a renewal arrives after the end of the lease.
pub(crate) async fn a_lapsed_lock_is_renewed_while_it_is_held(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    context.let_the_lease_lapse();
    context.locking()?.renew(&key, &token, LEASE).await?;
    context.ensure_busy(&key).await?;
    context.update(&key, "second", &Expect::lock(token)).await?;
    Ok(context.ensure_data(&key, "second").await?)
}

/// A holder whose renewal has an unknown outcome writes with the token it has.
pub(crate) async fn a_renewal_keeps_the_token(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let version = context.snapshot(&key).await?.version;
    for _ in 0..3 {
        context.locking()?.renew(&key, &token, LEASE).await?;
    }
    let found = context.snapshot(&key).await?.version;
    ensure_eq!(found, version, "the version after renewals");
    context.update(&key, "second", &Expect::lock(token)).await?;
    Ok(context.ensure_data(&key, "second").await?)
}
