//! A record over the limit is rejected beforehand (R9).

use crate::context::LEASE;
use crate::ensure::{ensure, ensure_eq, ensure_rejected};
use crate::{Checked, Context, Verdict, Violation};
use session_core::store::{Acquired, Expect, Key, LockDisposition, Payload, PayloadKind, Record};
use session_core::{ErrorKind, Result};

pub(crate) async fn a_record_at_the_limit_is_kept(context: &Context) -> Verdict {
    let (key, record) = largest(context, "a").await?;
    context.store().create(&key, &record, &context.version()).await?;
    Ok(context.ensure_record(&key, &record).await?)
}

pub(crate) async fn a_record_beyond_the_limit_is_too_large(context: &Context) -> Verdict {
    let (key, record) = largest(context, "a").await?;
    let record = with_one_byte_more(&record);
    let created = context.store().create(&key, &record, &context.version()).await;
    ensure_eq!(size_of(created)?, limit(context) + 1, "the size of one byte too many");
    Ok(context.ensure_absent(&key).await?)
}

/// The last byte is replaced by a character of two bytes.
///
/// A limit counts bytes, not characters.
pub(crate) async fn text_beyond_ascii_is_measured_in_bytes(context: &Context) -> Verdict {
    let (key, mut record) = largest(context, "a").await?;
    let fill = "d".repeat(record.payload.len().saturating_sub(1));
    record.payload = Payload::text(fill + "\u{e9}");
    let created = context.store().create(&key, &record, &context.version()).await;
    ensure_eq!(size_of(created)?, limit(context) + 1, "the size with two bytes for the last");
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn an_update_to_the_limit_is_kept(context: &Context) -> Verdict {
    let (key, record) = largest(context, "a").await?;
    context.given("a").await?;
    let mut change = context.change("");
    change.payload = record.payload.clone();
    let (store, version) = (context.store(), context.version());
    store.update(&key, &change, &Expect::PRESENT, &version).await?;
    let expected = Record { expires: change.expires, ..record };
    Ok(context.ensure_record(&key, &expected).await?)
}

pub(crate) async fn a_rotation_to_the_limit_is_kept(context: &Context) -> Verdict {
    let (old, mut rotation) = (context.given("old").await?, context.rotation(""));
    let (new, record) = largest(context, "new").await?;
    rotation.record = record;
    let (store, version) = (context.store(), context.version());
    store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await?;
    context.ensure_record(&new, &rotation.record).await?;
    Ok(context.ensure_absent(&old).await?)
}

pub(crate) async fn an_update_beyond_the_limit_changes_nothing(context: &Context) -> Verdict {
    let (key, record) = largest(context, "a").await?;
    context.store().create(&key, &record, &context.version()).await?;
    let before = context.snapshot(&key).await?;
    let mut change = context.change("");
    change.payload = with_one_byte_more(&record).payload;
    let (store, version) = (context.store(), context.version());
    let update = store.update(&key, &change, &Expect::PRESENT, &version).await;
    ensure_rejected!(update, TooLarge);
    Ok(context.ensure_unchanged(&key, &before).await?)
}

pub(crate) async fn a_rotation_beyond_the_limit_changes_nothing(context: &Context) -> Verdict {
    let (old, mut rotation) = (context.given("old").await?, context.rotation(""));
    let before = context.snapshot(&old).await?;
    let (new, record) = largest(context, "new").await?;
    rotation.record = with_one_byte_more(&record);
    let (store, version) = (context.store(), context.version());
    let rotated = store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await;
    ensure_rejected!(rotated, TooLarge);
    context.ensure_absent(&new).await?;
    Ok(context.ensure_unchanged(&old, &before).await?)
}

pub(crate) async fn a_record_at_the_limit_has_room_for_a_lock(context: &Context) -> Verdict {
    let (key, record) = largest(context, "a").await?;
    context.store().create(&key, &record, &context.version()).await?;
    let token = context.token();
    let acquired = context.locking()?.acquire(&key, &token, LEASE).await?;
    let is_locked = matches!(acquired, Acquired::Locked(_));
    ensure!(is_locked, "a record at the limit cannot be locked: {acquired:?}");
    let expires = context.in_seconds(9_000);
    context.touch(&key, expires, &Expect::lock(token.clone())).await?;
    Ok(context.ensure_held(&key, &token).await?)
}

pub(crate) async fn after_an_update_beyond_the_limit_the_lock_is_released(
    context: &Context,
) -> Verdict {
    let (key, token) = context.given_locked("a").await?;
    let mut change = context.change("");
    change.payload = with_one_byte_more(&largest(context, "a").await?.1).payload;
    change.lock = LockDisposition::Release;
    let (store, version) = (context.store(), context.version());
    let update = store.update(&key, &change, &Expect::lock(token.clone()), &version).await;
    ensure_rejected!(update, TooLarge);
    context.ensure_held(&key, &token).await?;
    context.locking()?.release(&key, &token).await?;
    context.ensure_free(&key).await?;
    Ok(context.ensure_data(&key, "a").await?)
}

fn limit(context: &Context) -> usize {
    let limit = context.capabilities().max_record_bytes();
    limit.expect("the case needs a limit")
}

/// Returns a key and the largest record that fits under it.
///
/// The size that a rejection reports shows how large that record is.
async fn largest(context: &Context, name: &str) -> Checked<(Key, Record)> {
    let (key, limit) = (context.key(name), limit(context));
    let probe = context.key(&"p".repeat(name.len()));
    let mut record = with_data(context, limit + 1);
    let refused = context.store().create(&probe, &record, &context.version()).await;
    let size = size_of(refused)?;
    ensure!(size > limit, "{size} bytes are too large for a limit of {limit}");
    let overhead = size - (limit + 1);
    ensure!(overhead <= limit, "an overhead of {overhead} bytes leaves no room in {limit}");
    record = with_data(context, limit - overhead);
    Ok((key, record))
}

fn with_data(context: &Context, bytes: usize) -> Record {
    context.record(&"d".repeat(bytes))
}

fn with_one_byte_more(record: &Record) -> Record {
    let mut bytes = record.payload.as_bytes().to_vec();
    bytes.push(b'd');
    let payload = match record.payload.kind() {
        PayloadKind::Binary => Payload::binary(bytes),
        PayloadKind::Text => Payload::text("d".repeat(bytes.len())),
    };
    Record { payload, ..*record }
}

/// Returns the size that a rejection reports.
#[track_caller]
fn size_of(refused: Result<()>) -> Verdict<usize> {
    match refused {
        Err(error) => match error.kind() {
            ErrorKind::TooLarge { size, .. } => Ok(size),
            _ => Err(Violation::new(format!("rejected, but not as too large: {error}"))),
        },
        Ok(()) => Err(Violation::new("a record beyond the limit is kept")),
    }
}
