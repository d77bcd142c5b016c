//! Nothing secret is printed (S6).

use super::{key_of, open, stored};
use crate::context::LEASE;
use crate::ensure::{ensure, ensure_eq};
use crate::secrets::Secrets;
use crate::{Checked, Context, Requirement, Verdict};
use session_core::codec::{Base64, RawString};
use session_core::store::{Acquired, Change, Cursor, Expect, Freshness, Key, LockToken, Payload};
use session_core::time::Timestamp;
use session_core::{Error, LastWriteWins, OpenSession, Result, Sessions};
use std::sync::Arc;
use std::time::Duration;

/// Data that is a secret. It is no base64.
pub(crate) const DATA: &str = "hunter2";

pub(crate) async fn debug_output_shows_no_secret(context: &Context) -> Verdict {
    let key = context.given_record("a", &context.record(DATA)).await?;
    let snapshot = context.snapshot(&key).await?;
    let printed = format!("{:?} {snapshot:?} {key:?}", context.store());
    ensure_hidden(&printed, &[DATA, key.as_str()])?;
    if !Requirement::SessionKeys.is_met_by(&context.capabilities()) {
        return Ok(());
    }
    let sessions = context.sessions()?;
    let id = stored(&sessions, DATA).await?;
    let session: OpenSession<String> = open(&sessions, &id).await?;
    let read = sessions.read(Some(id.secret())).await?;
    let printed = [
        format!("{session:?} {:?} {read:?} {sessions:?}", session.id()),
        format!("{:?}", session.commit().await?),
    ];
    for text in printed {
        ensure_hidden(&text, &[DATA, id.secret(), key_of(&id)?.as_str()])?;
    }
    Ok(())
}

pub(crate) async fn debug_of_a_locked_store_shows_no_token(context: &Context) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let busy = context.contend(&key).await?;
    let free = context.given("free").await?;
    let locked = context.locking()?.acquire(&free, &token, Duration::from_secs(1)).await?;
    ensure!(matches!(locked, Acquired::Locked(_)), "a free lock cannot be had: {locked:?}");
    let expect = Expect::lock(token.clone());
    let printed = [
        format!("{:?} {:?}", context.store(), context.locking()?),
        format!("{busy:?} {locked:?} {token:?} {expect:?}"),
    ];
    printed.iter().try_for_each(|text| ensure_hidden(text, &[&token.encode()]))
}

pub(crate) async fn errors_show_no_secret(context: &Context) -> Verdict {
    let key = context.given("a").await?;
    let absent = context.key("absent");
    // It is too long for a store with a limit. An error might show its beginning.
    let beginning = context.key("long");
    let long = "k".repeat(context.capabilities().max_key_bytes().unwrap_or_default());
    let long = context.key(&format!("long {long}"));
    let mut errors = refusals(context, &key, &absent).await;
    errors.extend(rejections_of_arguments(context, &long).await?);
    errors.extend(rejections_of_a_rotation(context, &key, &absent).await);
    errors.extend(conflicts(context, &key).await);
    for error in errors {
        let hidden = [DATA, key.as_str(), absent.as_str(), beginning.as_str()];
        ensure_error_hides(&error, &hidden)?;
    }
    if !Requirement::SessionKeys.is_met_by(&context.capabilities()) {
        return Ok(());
    }
    let id = stored(&context.sessions()?, DATA).await?;
    let strategy = LastWriteWins::new(Arc::clone(context.store()));
    let encoded = Sessions::<String>::builder(strategy, Base64::new(RawString::new()));
    let encoded = encoded.clock(context.clock().clone()).build()?;
    if let Err(corrupt) = encoded.open(Some(id.secret())).await {
        ensure_error_hides(&corrupt, &[DATA, id.secret(), key_of(&id)?.as_str()])?;
    }
    Ok(())
}

/// Returns errors of all kinds that a store with the least capabilities can give.
async fn refusals(context: &Context, key: &Key, absent: &Key) -> Vec<Error> {
    let store = context.store();
    let version = context.version();
    let present = &Expect::PRESENT;
    let change = Change { payload: context.payload(DATA), ..context.change("") };
    let past = Change { expires: Timestamp::from_epoch_seconds(1), ..change.clone() };
    let mut large = context.record("");
    let limit = context.capabilities().max_record_bytes().unwrap_or_default();
    large.payload = match context.payload("") {
        Payload::Text(_) => Payload::text(DATA.repeat(limit)),
        Payload::Binary(_) => Payload::binary(DATA.repeat(limit).into_bytes()),
    };
    refused([
        store.create(key, &context.record(DATA), &version).await,
        store.update(absent, &change, present, &version).await,
        store.update(key, &past, present, &version).await,
        context.touch(absent, context.in_seconds(60), present).await,
        store.create(absent, &large, &version).await,
    ])
}

/// Errors of the operations that no other rejection reaches.
async fn rejections_of_arguments(context: &Context, long: &Key) -> Checked<Vec<Error>> {
    let (store, present) = (context.store(), &Expect::PRESENT);
    let mut results = vec![
        store.load(long, Freshness::Latest).await.map(drop),
        store.delete(long, present).await.map(drop),
    ];
    if context.capabilities().locks() {
        let (locking, token) = (context.locking()?, context.token());
        results.push(locking.acquire(long, &token, LEASE).await.map(drop));
        results.push(locking.renew(long, &token, LEASE).await.map(drop));
        results.push(locking.release(long, &token).await);
    }
    if context.capabilities().collects() {
        let (budget, cursor) = (Context::budget(1), Cursor::new(long.as_str()));
        results.push(context.collecting()?.sweep(&budget, Some(&cursor)).await.map(drop));
    }
    Ok(refused(results))
}

async fn rejections_of_a_rotation(context: &Context, key: &Key, absent: &Key) -> Vec<Error> {
    let present = &Expect::PRESENT;
    refused([
        context.rotate(absent, &context.key("new"), DATA, present).await,
        context.rotate(key, key, DATA, present).await,
    ])
}

async fn conflicts(context: &Context, key: &Key) -> Vec<Error> {
    let (store, other) = (context.store(), Expect::version(context.version()));
    refused([
        context.update(key, DATA, &other).await,
        context.touch(key, context.in_seconds(60), &other).await,
        context.rotate(key, &context.key("new"), DATA, &other).await,
        store.delete(key, &other).await.map(drop),
    ])
}

pub(crate) async fn lock_errors_show_no_secret(context: &Context) -> Verdict {
    let (key, holder) = context.given_locked("a").await?;
    let (absent, other) = (context.given_deleted("absent").await?, context.token());
    let mut errors = Vec::new();
    for token in [&holder, &other] {
        errors.extend(fenced_rejections(context, &absent, token).await?);
    }
    errors.extend(fenced_rejections(context, &key, &other).await?);
    let present = &Expect::PRESENT;
    let stale = Expect::lock(holder.clone()).and_version(context.version());
    errors.extend(refused([
        context.update(&key, DATA, present).await,
        context.rotate(&key, &context.key("new"), DATA, present).await,
        context.update(&key, DATA, &stale).await,
        context.locking()?.acquire(&key, &other, Duration::ZERO).await.map(drop),
    ]));
    let (holder, other) = (holder.encode(), other.encode());
    for error in errors {
        ensure_error_hides(&error, &[DATA, key.as_str(), absent.as_str(), &holder, &other])?;
    }
    Ok(())
}

/// The errors of the operations that name a token.
async fn fenced_rejections(context: &Context, key: &Key, token: &LockToken) -> Checked<Vec<Error>> {
    let (store, locking, fenced) =
        (context.store(), context.locking()?, Expect::lock(token.clone()));
    Ok(refused([
        context.update(key, DATA, &fenced).await,
        context.touch(key, context.in_seconds(60), &fenced).await,
        locking.renew(key, token, Duration::from_secs(1)).await.map(drop),
        context.rotate(key, &context.key("new"), DATA, &fenced).await,
        store.delete(key, &fenced).await.map(drop),
        locking.release(key, token).await,
    ]))
}

fn refused(results: impl IntoIterator<Item = Result<()>>) -> Vec<Error> {
    results.into_iter().filter_map(Result::err).collect()
}

/// Checks that the `Display` and `Debug` of an error and its sources hide secrets.
#[track_caller]
pub(crate) fn ensure_error_hides(error: &Error, hidden: &[&str]) -> Verdict {
    let shown = secrets(hidden).found_in_error(error).map(|shown| shown.to_string());
    ensure_eq!(shown, None, "what an error shows: {error}");
    Ok(())
}

/// Checks that a text shows none of these secrets.
#[track_caller]
pub(crate) fn ensure_hidden(text: &str, hidden: &[&str]) -> Verdict {
    let shown = secrets(hidden).found_in(text).map(|shown| shown.to_string());
    ensure_eq!(shown, None, "what is printed in: {text}");
    Ok(())
}

fn secrets(hidden: &[&str]) -> Secrets {
    let numbered = hidden.iter().enumerate();
    numbered
        .fold(Secrets::new(), |all, (number, secret)| all.with(format!("secret {number}"), secret))
}
