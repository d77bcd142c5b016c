//! A record over the limit is rejected beforehand (R9).
//!
//! Each case is for each kind of payload that the store keeps.

use crate::context::LEASE;
use crate::ensure::{ensure, ensure_eq, ensure_rejected, ensure_within};
use crate::{Checked, Context, Finding, Verdict};
use session_core::store::{
    Acquired, Change, Expect, Key, LockDisposition, Payload, PayloadKind, Record, Rotation,
};
use session_core::{ErrorKind, Result};

pub(crate) async fn a_record_at_the_limit_is_kept(context: &Context) -> Verdict {
    for kind in kinds(context) {
        let key = context.key(kind.name());
        given_largest(context, &key, kind).await?;
    }
    Ok(())
}

pub(crate) async fn a_record_beyond_the_limit_is_too_large(context: &Context) -> Verdict {
    for kind in kinds(context) {
        let key = context.key(kind.name());
        let record = with_one_byte_more(&largest(context, &key, kind).await?);
        let created = context.store().create(&key, &record, &context.version()).await;
        ensure_one_byte_too_many(context, rejected_size(context, created)?)?;
        context.ensure_absent(&key).await?;
    }
    Ok(())
}

/// A character of two bytes in place of the last one is a byte too many.
///
/// A limit counts bytes, not characters.
pub(crate) async fn text_beyond_ascii_is_measured_in_bytes(context: &Context) -> Verdict {
    let key = context.key("a");
    let mut record = largest(context, &key, PayloadKind::Text).await?;
    let fill = "d".repeat(record.payload.len().saturating_sub(1));
    record.payload = Payload::text(fill + "\u{e9}");
    let created = context.store().create(&key, &record, &context.version()).await;
    ensure_one_byte_too_many(context, rejected_size(context, created)?)?;
    Ok(context.ensure_absent(&key).await?)
}

pub(crate) async fn an_update_to_the_limit_is_kept(context: &Context) -> Verdict {
    for kind in kinds(context) {
        let key = context.given(kind.name()).await?;
        let record = largest(context, &key, kind).await?;
        let change = Change { payload: record.payload.clone(), ..context.change("") };
        let (store, version) = (context.store(), context.version());
        store.update(&key, &change, &Expect::PRESENT, &version).await?;
        let expected = Record { expires: change.expires, ..record };
        context.ensure_record(&key, &expected).await?;
    }
    Ok(())
}

pub(crate) async fn a_rotation_to_the_limit_is_kept(context: &Context) -> Verdict {
    for kind in kinds(context) {
        let (old, new) = rotated_keys(context, kind).await?;
        let rotation = Rotation { record: largest(context, &new, kind).await? };
        let (store, version) = (context.store(), context.version());
        store.rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await?;
        context.ensure_record(&new, &rotation.record).await?;
        context.ensure_absent(&old).await?;
    }
    Ok(())
}

pub(crate) async fn an_update_beyond_the_limit_changes_nothing(context: &Context) -> Verdict {
    for kind in kinds(context) {
        let key = context.key(kind.name());
        let record = given_largest(context, &key, kind).await?;
        let before = context.snapshot(&key).await?;
        let change = Change { payload: with_one_byte_more(&record).payload, ..context.change("") };
        let (store, version) = (context.store(), context.version());
        let update = store.update(&key, &change, &Expect::PRESENT, &version).await;
        rejected_size(context, update)?;
        context.ensure_unchanged(&key, &before).await?;
    }
    Ok(())
}

pub(crate) async fn a_rotation_beyond_the_limit_changes_nothing(context: &Context) -> Verdict {
    for kind in kinds(context) {
        let (old, new) = rotated_keys(context, kind).await?;
        let before = context.snapshot(&old).await?;
        let record = with_one_byte_more(&largest(context, &new, kind).await?);
        let (rotation, version) = (Rotation { record }, context.version());
        let rotated =
            context.store().rotate(&old, &new, &rotation, &Expect::PRESENT, &version).await;
        rejected_size(context, rotated)?;
        context.ensure_absent(&new).await?;
        context.ensure_unchanged(&old, &before).await?;
    }
    Ok(())
}

pub(crate) async fn a_record_at_the_limit_has_room_for_a_lock(context: &Context) -> Verdict {
    for kind in kinds(context) {
        let key = context.key(kind.name());
        given_largest(context, &key, kind).await?;
        let token = context.token();
        let acquired = context.locking()?.acquire(&key, &token, LEASE).await?;
        let is_locked = matches!(acquired, Acquired::Locked(_));
        ensure!(is_locked, "a record at the limit cannot be locked: {acquired:?}");
        let expires = context.in_seconds(9_000);
        context.touch(&key, expires, &Expect::lock(token.clone())).await?;
        context.ensure_held(&key, &token).await?;
    }
    Ok(())
}

pub(crate) async fn after_an_update_beyond_the_limit_the_lock_is_released(
    context: &Context,
) -> Verdict {
    for kind in kinds(context) {
        let (key, token) = context.given_locked(kind.name()).await?;
        let change = Change {
            payload: with_one_byte_more(&largest(context, &key, kind).await?).payload,
            lock: LockDisposition::Release,
            ..context.change("")
        };
        let (store, version) = (context.store(), context.version());
        let update = store.update(&key, &change, &Expect::lock(token.clone()), &version).await;
        rejected_size(context, update)?;
        context.ensure_held(&key, &token).await?;
        context.locking()?.release(&key, &token).await?;
        context.ensure_free(&key).await?;
        context.ensure_data(&key, kind.name()).await?;
    }
    Ok(())
}

fn limit(context: &Context) -> usize {
    let limit = context.capabilities().max_record_bytes();
    limit.expect("the case needs a limit")
}

/// The kinds of payload that the store keeps.
fn kinds(context: &Context) -> impl Iterator<Item = PayloadKind> + use<> {
    let capabilities = context.capabilities();
    [PayloadKind::Text, PayloadKind::Binary]
        .into_iter()
        .filter(move |kind| capabilities.keeps(*kind))
}

async fn rotated_keys(context: &Context, kind: PayloadKind) -> Checked<(Key, Key)> {
    let new = context.key(&format!("new {}", kind.name()));
    Ok((context.given(kind.name()).await?, new))
}

/// Creates the largest record.
async fn given_largest(context: &Context, key: &Key, kind: PayloadKind) -> Checked<Record> {
    let record = largest(context, key, kind).await?;
    context.store().create(key, &record, &context.version()).await?;
    context.ensure_record(key, &record).await?;
    Ok(record)
}

/// The largest record under a key.
///
/// The first rejection names a size, from which it follows if data counts as its bytes. A store may
/// count what it stores instead, such as base64, and then the search goes on.
async fn largest(context: &Context, key: &Key, kind: PayloadKind) -> Checked<Record> {
    let limit = limit(context);
    let probe = context.key(&"p".repeat(key.as_str().len() - context.key("").as_str().len()));
    let (mut fits, mut over) = (0, limit + 1);
    let Some(size) = size_beyond_the_limit(context, &probe, over, kind).await? else {
        return Err(Finding::new(format!("{over} bytes are kept, and the limit is {limit}")));
    };
    let exact = limit.saturating_sub(size - over);
    let mut likely = [exact, exact + 1].into_iter();
    while fits + 1 < over {
        let next = likely.next().filter(|bytes| (fits + 1..over).contains(bytes));
        let bytes = next.unwrap_or_else(|| fits.midpoint(over));
        match size_beyond_the_limit(context, &probe, bytes, kind).await? {
            None => fits = bytes,
            Some(_) => over = bytes,
        }
    }
    Ok(with_data(context, fits, kind))
}

/// The size that a rejection of so many bytes names, or nothing if they are kept.
async fn size_beyond_the_limit(
    context: &Context,
    probe: &Key,
    bytes: usize,
    kind: PayloadKind,
) -> Checked<Option<usize>> {
    let record = with_data(context, bytes, kind);
    let created = context.store().create(probe, &record, &context.version()).await;
    if created.is_err() {
        return Ok(Some(rejected_size(context, created)?));
    }
    context.store().delete(probe, &Expect::PRESENT).await?;
    Ok(None)
}

fn with_data(context: &Context, bytes: usize, kind: PayloadKind) -> Record {
    Record { payload: payload_of(bytes, kind), ..context.record("") }
}

/// So many bytes, which are no UTF-8 if they are binary.
fn payload_of(bytes: usize, kind: PayloadKind) -> Payload {
    match kind {
        PayloadKind::Text => Payload::text("d".repeat(bytes)),
        PayloadKind::Binary => Payload::binary(vec![0xff; bytes]),
    }
}

fn with_one_byte_more(record: &Record) -> Record {
    let payload = payload_of(record.payload.len() + 1, record.payload.kind());
    Record { payload, ..*record }
}

/// Checks the size that is named for one byte more than fits.
///
/// An encoding may add more than that byte, as base64 does, and a cipher adds a block.
#[track_caller]
fn ensure_one_byte_too_many(context: &Context, size: usize) -> Verdict {
    const MOST: usize = 64;
    let limit = limit(context);
    ensure_within!(size, limit + 1..=limit + MOST, "the size with one byte too many");
    Ok(())
}

/// The size that a rejection names, with the declared limit.
#[track_caller]
fn rejected_size(context: &Context, refused: Result<()>) -> Verdict<usize> {
    let mut size = 0;
    if let Err(error) = &refused
        && let ErrorKind::TooLarge { size: found, limit: named } = error.kind()
    {
        size = found;
        ensure_eq!(named, limit(context), "the limit that the error names");
        ensure_within!(size, named + 1.., "the size of what is too large");
    }
    ensure_rejected!(refused, TooLarge);
    Ok(size)
}
