//! The rejections of a store that does not declare a capability (R14).

mod content;

use crate::cases::sessions::{ensure_data, open, stored};
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Context, Requirement, Verdict};
use session_core::codec::RawString;
use session_core::store::{Change, Expect, Key, OwnLifetime, Payload, Record, Rotation};
use session_core::time::IdleTimeout;
use session_core::{LastWriteWins, Lifetime, Result, Sessions};
use std::sync::Arc;

/// Checks that the store, which does not declare `need`, rejects what needs it.
pub(crate) async fn check(context: &Context, need: Requirement) -> Verdict {
    match need {
        Requirement::Text => payload(context, Payload::text("refused")).await,
        Requirement::Binary => payload(context, Payload::binary(*b"refused")).await,
        Requirement::Versions => expectation(context, Expect::version(context.version())).await,
        Requirement::Tags => content::check(context).await,
        Requirement::Lifetimes => lifetime(context).await,
        Requirement::Rotation => rotation(context).await,
        Requirement::Locking => locking(context).await,
        Requirement::WakeUps => watching(context).await,
        Requirement::Collecting => {
            let provided = context.provides_collecting();
            ensure!(!provided, "a collecting store is there that is not declared");
            Ok(())
        }
        Requirement::KeyLimit => long_key(context).await,
        Requirement::RecordLimit => large_record(context).await,
        Requirement::SessionKeys => {
            ensure_rejected!(sessions_over(context), Config);
            Ok(())
        }
    }
}

/// Sessions over the store, whose keys may be too long for it.
fn sessions_over(context: &Context) -> Result<Sessions<String>> {
    let strategy = LastWriteWins::new(Arc::clone(context.store()));
    Sessions::builder(strategy, RawString::new()).clock(context.clock().clone()).build()
}

/// Checks that all operations with a payload reject a kind that is not kept.
async fn payload(context: &Context, payload: Payload) -> Verdict {
    let record = Record { payload: payload.clone(), ..context.record("") };
    rejected_creation(context, &record).await?;
    let key = context.given("a").await?;
    let change = Change { payload, ..context.change("") };
    rejected_update(context, &key, &change).await?;
    rejected_rotation(context, &key, record).await
}

/// A deadline and an idle timeout are rejected in every operation that carries one.
async fn lifetime(context: &Context) -> Verdict {
    let (idle, record) = (IdleTimeout::from_seconds(60), context.record("late"));
    let with_deadline = Record { deadline: Some(context.in_seconds(60)), ..record.clone() };
    let with_idle = Record { idle: Some(idle), ..record };
    let records = [with_deadline, with_idle];
    for record in &records {
        rejected_creation(context, record).await?;
    }
    let key = context.given("a").await?;
    let lifetime = Some(OwnLifetime { idle, deadline: None });
    let change = Change { lifetime, ..context.change("late") };
    rejected_update(context, &key, &change).await?;
    for record in records {
        rejected_rotation(context, &key, record).await?;
    }
    lifetime_of_a_session(context).await
}

/// A session says so at once, and can be committed without one.
async fn lifetime_of_a_session(context: &Context) -> Verdict {
    if !Requirement::SessionKeys.is_met_by(&context.capabilities()) {
        return Ok(());
    }
    let (sessions, lifetime) = (context.sessions()?, Lifetime::default());
    ensure_rejected!(sessions.open(None).await?.set_lifetime(lifetime), Unsupported);
    let id = stored(&sessions, "data").await?;
    let mut session = open(&sessions, &id).await?;
    ensure_rejected!(session.set_lifetime(lifetime), Unsupported);
    "changed".clone_into(session.data_mut());
    let committed = session.commit().await?;
    ensure!(!committed.has_own_lifetime(), "a lifetime that was rejected is reported");
    Ok(ensure_data(&sessions, &id, "changed").await?)
}

async fn rejected_update(context: &Context, key: &Key, change: &Change) -> Verdict {
    let before = context.snapshot(key).await?;
    let (store, version) = (context.store(), context.version());
    let update = store.update(key, change, &Expect::PRESENT, &version).await;
    ensure_rejected!(update, Unsupported);
    Ok(context.ensure_unchanged(key, &before).await?)
}

/// Where records move at all.
async fn rejected_rotation(context: &Context, old: &Key, record: Record) -> Verdict {
    if !context.capabilities().rotates() {
        return Ok(());
    }
    let (before, absent) = (context.snapshot(old).await?, context.key("absent"));
    let (rotation, store, version) = (Rotation { record }, context.store(), context.version());
    let rotated = store.rotate(old, &absent, &rotation, &Expect::PRESENT, &version).await;
    ensure_rejected!(rotated, Unsupported);
    context.ensure_absent(&absent).await?;
    Ok(context.ensure_unchanged(old, &before).await?)
}

async fn rejected_creation(context: &Context, record: &Record) -> Verdict {
    let absent = context.key("absent");
    let created = context.store().create(&absent, record, &context.version()).await;
    ensure_rejected!(created, Unsupported);
    Ok(context.ensure_absent(&absent).await?)
}

/// Checks that all operations reject an expectation that cannot be compared.
async fn expectation(context: &Context, expect: Expect) -> Verdict {
    let key = context.given("a").await?;
    let before = context.snapshot(&key).await?;
    let update = context.update(&key, "late", &expect).await;
    ensure_rejected!(update, Unsupported);
    let touch = context.touch(&key, context.in_seconds(9_000), &expect).await;
    ensure_rejected!(touch, Unsupported);
    let deletion = context.store().delete(&key, &expect).await;
    ensure_rejected!(deletion, Unsupported);
    if context.capabilities().rotates() {
        let new = context.key("new");
        let rotated = context.rotate(&key, &new, "late", &expect).await;
        ensure_rejected!(rotated, Unsupported);
        context.ensure_absent(&new).await?;
    }
    Ok(context.ensure_unchanged(&key, &before).await?)
}

async fn rotation(context: &Context) -> Verdict {
    let (old, new) = (context.given("old").await?, context.key("new"));
    let before = context.snapshot(&old).await?;
    let rotated = context.rotate(&old, &new, "late", &Expect::PRESENT).await;
    ensure_rejected!(rotated, Unsupported);
    context.ensure_absent(&new).await?;
    context.ensure_unchanged(&old, &before).await?;
    rotation_of_a_session(context).await
}

/// A session says so at once, and keeps its id.
async fn rotation_of_a_session(context: &Context) -> Verdict {
    if !Requirement::SessionKeys.is_met_by(&context.capabilities()) {
        return Ok(());
    }
    let sessions = context.sessions()?;
    let id = stored(&sessions, "data").await?;
    let mut session = open(&sessions, &id).await?;
    ensure_rejected!(session.rotate(), Unsupported);
    "changed".clone_into(session.data_mut());
    let committed = session.commit().await?;
    ensure_eq!(committed.id(), Some(&id), "the id of a session that was not rotated");
    Ok(ensure_data(&sessions, &id, "changed").await?)
}

async fn locking(context: &Context) -> Verdict {
    let provided = context.provides_locking();
    ensure!(!provided, "a locking store is there that is not declared");
    expectation(context, Expect::lock(context.token())).await
}

async fn watching(context: &Context) -> Verdict {
    if context.capabilities().locks() {
        let watch = context.locking()?.watch(&context.key("a")).await;
        ensure!(watch.is_none(), "a watch is there, and wake-ups are not declared");
    }
    Ok(())
}

/// Without a limit nothing is rejected for its length.
async fn long_key(context: &Context) -> Verdict {
    let key = context.given(&"k".repeat(64 * 1024)).await?;
    let other = context.key(&"k".repeat(64 * 1024 - 1));
    context.ensure_absent(&other).await?;
    Ok(context.snapshot(&key).await.map(drop)?)
}

/// Without a limit nothing is rejected for its size.
async fn large_record(context: &Context) -> Verdict {
    let record = context.record(&"d".repeat(1024 * 1024));
    let key = context.given_record("a", &record).await?;
    let length = context.snapshot(&key).await?.record.payload.len();
    ensure_eq!(length, record.payload.len(), "the length of the data");
    Ok(())
}
