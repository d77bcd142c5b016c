//! `acquire` locks and reads a live record in one step (L1, L2, L3, L8).

use crate::context::{CLOCK_SKEW, LEASE, all_at_once};
use crate::ensure::{ensure_eq, ensure_within};
use crate::{Checked, Context, Finding, Verdict, Violation};
use session_core::store::{
    Acquired, Change, Expect, Key, LockDisposition, LockToken, LockingStore,
};
use std::sync::Arc;
use tokio::task::yield_now;

pub(crate) async fn an_acquisition_reads_the_record(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let read = context.snapshot(&key).await?;
    let answer = context.contend(&key).await?;
    ensure_eq!(answer, Acquired::Locked(read.clone()), "the answer");
    Ok(context.ensure_unchanged(&key, &read).await?)
}

pub(crate) async fn acquire_of_a_held_lock_is_busy(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let answer = context.contend(&key).await?;
    let Acquired::Busy { remaining } = answer else {
        return Err(Violation::new(format!("a held lock was answered with {answer:?}")));
    };
    let most = LEASE + CLOCK_SKEW;
    ensure_within!(remaining.unwrap_or_default(), ..=most, "what remains of the lease");
    Ok(context.ensure_held(&key, &token).await?)
}

pub(crate) async fn a_lock_has_lapsed_after_the_time_that_remains(context: &Context) -> Verdict {
    let (key, _) = context.given_locked("a").await?;
    context.advance(LEASE / 3);
    if let Acquired::Busy { remaining: Some(remaining) } = context.contend(&key).await? {
        context.advance(remaining);
        context.ensure_free(&key).await?;
    }
    Ok(())
}

pub(crate) async fn acquire_of_an_unknown_session_is_absent(context: &Context) -> Verdict {
    for key in [context.key("unknown"), context.given_deleted("a").await?] {
        let answer = context.contend(&key).await?;
        ensure_eq!(answer, Acquired::Absent, "the answer");
        context.ensure_absent(&key).await?;
        context.store().create(&key, &context.record("new"), &context.version()).await?;
        context.ensure_free(&key).await?;
    }
    Ok(())
}

pub(crate) async fn acquire_of_an_expired_session_is_absent(context: &Context) -> Verdict {
    let key = context.given_expired("a").await?;
    let answer = context.contend(&key).await?;
    ensure_eq!(answer, Acquired::Absent, "the answer");
    context.ensure_absent(&key).await?;
    context.store().create(&key, &context.record("new"), &context.version()).await?;
    Ok(context.ensure_free(&key).await.map(drop)?)
}

pub(crate) async fn a_session_can_be_locked_up_to_its_expiry(context: &Context) -> Verdict {
    let record = context.record_for(10, "data");
    let key = context.given_record("a", &record).await?;
    context.advance_to_just_before(record.expires);
    let token = context.ensure_free(&key).await?;
    context.ensure_busy(&key).await?;
    Ok(context.ensure_held(&key, &token).await?)
}

pub(crate) async fn of_many_contenders_exactly_one_locks(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let winner = sole_winner(context, &key, 32).await?;
    Ok(context.ensure_held(&key, &winner).await?)
}

/// Lets contenders acquire a lock at once, and checks that exactly one gets it.
///
/// The others must find the lock busy.
pub(super) async fn sole_winner(context: &Context, key: &Key, count: usize) -> Checked<LockToken> {
    let locking = context.locking()?;
    let contenders = (0..count).map(|_| {
        let (locking, key, token) = (Arc::clone(locking), key.clone(), context.token());
        async move { (locking.acquire(&key, &token, LEASE).await, token) }
    });
    let mut winners = Vec::new();
    for (answer, token) in all_at_once(contenders).await? {
        match answer? {
            Acquired::Locked(_) => winners.push(token),
            Acquired::Busy { .. } => {}
            Acquired::Absent => return Err(Finding::new("a contender found no record")),
        }
    }
    ensure_eq!(winners.len(), 1, "the number of contenders that locked");
    Ok(winners.remove(0))
}

/// Each holder appends a letter to the data that it got with the lock.
///
/// No letter may be lost.
pub(crate) async fn writes_of_successive_holders_are_kept(context: &Context) -> Verdict {
    const WRITES: usize = 12;
    let key = context.given_record("a", &context.record("")).await?;
    let holders = (0..WRITES).map(|_| {
        let (locking, key, token) = (Arc::clone(context.locking()?), key.clone(), context.token());
        let (change, version) = (context.change(""), context.version());
        let grown: Vec<_> = (1..=WRITES).map(|n| context.payload(&"x".repeat(n))).collect();
        Ok(async move {
            let read = lock_when_free(&*locking, &key, &token).await?;
            yield_now().await;
            let payload = grown[read].clone();
            let lock = LockDisposition::Release;
            let change = Change { payload, lock, ..change };
            let expect = Expect::lock(token);
            locking.update(&key, &change, &expect, &version).await?;
            Verdict::Ok(())
        })
    });
    let holders = holders.collect::<Verdict<Vec<_>>>()?;
    for written in all_at_once(holders).await? {
        written?;
    }
    Ok(context.ensure_data(&key, &"x".repeat(WRITES)).await?)
}

/// Acquires the lock once it is free, and returns the length of the data read.
async fn lock_when_free(
    locking: &dyn LockingStore,
    key: &Key,
    token: &LockToken,
) -> Checked<usize> {
    for _ in 0..10_000 {
        match locking.acquire(key, token, LEASE).await? {
            Acquired::Locked(snapshot) => return Ok(snapshot.record.payload.len()),
            Acquired::Busy { .. } => yield_now().await,
            Acquired::Absent => return Err(Finding::new("the record vanished")),
        }
    }
    Err(Finding::new("the lock never became free"))
}
