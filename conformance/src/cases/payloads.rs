//! Data comes back as it was (R8).

use crate::context::ensure_same_payload;
use crate::ensure::ensure_refused;
use crate::{Context, Verdict};
use session_core::{Expect, Key, Payload};

const HOSTILE_TEXT: &str = "\0 \"'\\{}<>%\u{7f}\r\n\té e\u{301} ß 漢 \u{1f600}\u{feff}\u{10ffff} ";

pub(crate) async fn text_comes_back_character_for_character(context: &Context) -> Verdict {
    comes_back(context, Payload::text(HOSTILE_TEXT)).await
}

pub(crate) async fn binary_comes_back_byte_for_byte(context: &Context) -> Verdict {
    let bytes: Vec<u8> = (0..=u8::MAX).chain((0..=u8::MAX).rev()).collect();
    comes_back(context, Payload::binary(bytes)).await
}

pub(crate) async fn text_and_binary_of_equal_bytes_stay_what_they_are(
    context: &Context,
) -> Verdict {
    comes_back(context, Payload::text("same")).await?;
    comes_back(context, Payload::binary(*b"same")).await
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
    empty_is_data(context, Payload::text("")).await
}

pub(crate) async fn empty_binary_is_data(context: &Context) -> Verdict {
    empty_is_data(context, Payload::binary([])).await
}

/// The payload survives being created and being updated.
async fn comes_back(context: &Context, payload: Payload) -> Verdict {
    let mut record = context.record("");
    record.payload = payload.clone();
    let created = context.given_record(payload.kind().name(), &record).await?;
    context.ensure_record(&created, &record).await?;

    let updated = context.given(&format!("updated {}", payload.kind().name())).await?;
    updated_to(context, &updated, payload).await
}

async fn updated_to(context: &Context, key: &Key, payload: Payload) -> Verdict {
    let mut change = context.change("");
    change.payload = payload.clone();
    let (store, version) = (context.store(), context.version());
    store.update(key, &change, &Expect::PRESENT, &version).await?;
    ensure_same_payload(&context.snapshot(key).await?.record.payload, &payload)
}

/// A record without data is as live as any other, however it became so.
async fn empty_is_data(context: &Context, empty: Payload) -> Verdict {
    let mut record = context.record("");
    record.payload = empty.clone();
    let key = context.given_record("a", &record).await?;
    context.ensure_record(&key, &record).await?;
    let (other, version) = (context.record("other"), context.version());
    let again = context.store().create(&key, &other, &version);
    ensure_refused!(again.await, AlreadyExists);

    context.update(&key, "full", &Expect::PRESENT).await?;
    updated_to(context, &key, empty).await?;
    context.update(&key, "full again", &Expect::PRESENT).await?;
    context.ensure_data(&key, "full again").await
}
