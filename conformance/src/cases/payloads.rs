//! Data comes back as it was (R8).

use crate::context::{LEASE, LIFE, ensure_same_payload};
use crate::ensure::{ensure_eq, ensure_rejected};
use crate::{Checked, Context, Verdict};
use session_core::store::{Deletion, Expect, Key, Payload, Record, Rotation};

const HOSTILE_TEXT: &str = "\0 \"'\\{}<>%\u{7f}\r\n\té e\u{301} ß 漢 \u{1f600}\u{feff}\u{10ffff} ";

/// Texts that a store might trim, escape, cut, normalize or misunderstand.
const HOSTILE_TEXTS: [&str; 38] = [
    HOSTILE_TEXT,
    "",
    " ",
    " \tleading and trailing\n ",
    "line\r\nline\nline\r",
    "\0",
    "cut\0here",
    "\u{feff}mark",
    "\u{1f600}\u{10ffff}",
    "e\u{301}\u{e9}",
    "'; DROP TABLE sessions; --",
    "\\",
    "\\ud800",
    "\\u0000\\x00%00&#0;",
    "\"quoted\"",
    "{\"a\":[null]}",
    "NULL",
    "null",
    "0",
    "007",
    "1e5",
    "aGVsbG8=",
    "68656c6c6f",
    "AAAA",
    "ends in a line\n",
    "\\\\server\\share",
    "it''s",
    "&amp;&lt;",
    "%20+",
    "base64:aGk=",
    "true",
    "{\"a\":1.0}",
    "{\"a\": 1}",
    "{\"cart\":[]}",
    "9007199254740993",
    "a\\/b",
    "\u{2028}\u{85}",
    "\u{fffe}\u{ffff}",
];

pub(crate) async fn text_comes_back_character_for_character(context: &Context) -> Verdict {
    Ok(come_back(context, &HOSTILE_TEXTS.map(Payload::text)).await?)
}

/// Every byte, bytes that are no UTF-8, and bytes that look like text.
pub(crate) async fn binary_comes_back_byte_for_byte(context: &Context) -> Verdict {
    let every: Vec<u8> = (0..=u8::MAX).collect();
    let hostile: [&[u8]; 7] =
        [&every, b"", b"\0\0", b"\xed\xa0\x80", b"\xff\xfea\0", b"\x1f\x8b\x08", b"ends in zero\0"];
    let as_text = HOSTILE_TEXTS.map(str::as_bytes);
    let payloads: Vec<_> = hostile.into_iter().chain(as_text).map(Payload::binary).collect();
    Ok(come_back(context, &payloads).await?)
}

pub(crate) async fn text_and_binary_of_equal_bytes_keep_their_kind(context: &Context) -> Verdict {
    Ok(come_back(context, &[Payload::text("same"), Payload::binary(*b"same")]).await?)
}

pub(crate) async fn an_update_may_change_the_kind(context: &Context) -> Verdict {
    let mut record = context.record("");
    record.payload = Payload::text("text");
    let key = context.given_record("a", &record).await?;
    for payload in [Payload::binary(*b"\xff\0"), Payload::text("text")] {
        updated_to(context, &key, payload).await?;
    }
    Ok(())
}

pub(crate) async fn empty_text_is_data(context: &Context) -> Verdict {
    Ok(empty_is_data(context, Payload::text("")).await?)
}

pub(crate) async fn empty_binary_is_data(context: &Context) -> Verdict {
    Ok(empty_is_data(context, Payload::binary([])).await?)
}

/// Data of no bytes is not the absence of a record.
pub(crate) async fn an_empty_session_is_as_live_as_any(context: &Context) -> Verdict {
    let mut empty = context.record("");
    let key = context.given_record("a", &empty).await?;
    empty.expires = context.in_seconds(9_000);
    context.touch(&key, empty.expires, &Expect::PRESENT).await?;
    context.ensure_record(&key, &empty).await?;
    let capabilities = context.capabilities();
    if capabilities.locks() {
        let token = context.lock(&key, LEASE).await?;
        context.ensure_held(&key, &token).await?;
        context.locking()?.release(&key, &token).await?;
    }
    if capabilities.collects() {
        context.sweep(100).await?;
    }
    context.ensure_record(&key, &empty).await?;
    let mut last = key;
    if capabilities.rotates() {
        let new = context.key("new");
        context.rotate(&last, &new, "", &Expect::PRESENT).await?;
        context.ensure_data(&new, "").await?;
        last = new;
    }
    let deletion = context.store().delete(&last, &Expect::PRESENT).await?;
    ensure_eq!(deletion, Deletion::Deleted, "a deletion of empty data");
    Ok(())
}

pub(crate) async fn a_rotation_carries_data_of_either_kind(context: &Context) -> Verdict {
    let bytes: Vec<u8> = (0..=u8::MAX).rev().collect();
    for payload in [Payload::text(HOSTILE_TEXT), Payload::binary(bytes)] {
        let name = payload.kind().name();
        let (old, new) = (context.given(name).await?, context.key(&format!("new {name}")));
        rotated_to(context, (&old, &new), payload).await?;
    }
    Ok(())
}

/// Each payload comes back from a creation, a touch, an update and a rotation.
async fn come_back(context: &Context, payloads: &[Payload]) -> Checked {
    for (number, payload) in payloads.iter().enumerate() {
        let mut payloads = payloads.iter().cycle().skip(number + 1).cloned();
        let mut next = || payloads.next().unwrap_or_else(|| payload.clone());
        let record = Record { payload: payload.clone(), ..context.record("") };
        let key = context.given_record(&number.to_string(), &record).await?;
        context.ensure_record(&key, &record).await?;
        let expires = context.in_seconds(2 * LIFE);
        context.touch(&key, expires, &Expect::PRESENT).await?;
        context.ensure_record(&key, &Record { expires, ..record }).await?;
        updated_to(context, &key, next()).await?;
        if context.capabilities().rotates() {
            let new = context.key(&format!("new {number}"));
            rotated_to(context, (&key, &new), next()).await?;
        }
    }
    Ok(())
}

async fn rotated_to(context: &Context, (old, new): (&Key, &Key), payload: Payload) -> Checked {
    let rotation = Rotation { record: Record { payload, ..context.record("") } };
    let (store, version) = (context.store(), context.version());
    store.rotate(old, new, &rotation, &Expect::PRESENT, &version).await?;
    context.ensure_record(new, &rotation.record).await
}

async fn updated_to(context: &Context, key: &Key, payload: Payload) -> Checked {
    let mut change = context.change("");
    change.payload = payload.clone();
    let (store, version) = (context.store(), context.version());
    store.update(key, &change, &Expect::PRESENT, &version).await?;
    Ok(ensure_same_payload(&context.snapshot(key).await?.record.payload, &payload)?)
}

/// A record without data is as live as any other, however it became so.
async fn empty_is_data(context: &Context, empty: Payload) -> Checked {
    let mut record = context.record("");
    record.payload = empty.clone();
    let key = context.given_record("a", &record).await?;
    context.ensure_record(&key, &record).await?;
    let (other, version) = (context.record("other"), context.version());
    let again = context.store().create(&key, &other, &version);
    ensure_rejected!(again.await, AlreadyExists);

    context.update(&key, "full", &Expect::PRESENT).await?;
    updated_to(context, &key, empty).await?;
    context.update(&key, "full again", &Expect::PRESENT).await?;
    context.ensure_data(&key, "full again").await
}
