//! Keys are isolated, whatever characters they hold (R12).

use crate::context::LEASE;
use crate::ensure::ensure_rejected;
use crate::{Checked, Context, Verdict};
use session_core::store::{Expect, Freshness, Key};

pub(crate) async fn keys_that_differ_in_case_are_isolated(context: &Context) -> Verdict {
    Ok(isolated(context, &["key", "KEY", "Key", "straße", "STRASSE"]).await?)
}

pub(crate) async fn keys_that_begin_alike_are_isolated(context: &Context) -> Verdict {
    Ok(isolated(context, &["", "k", "ke", "key", "key ", "key  ", "key\n", "keykey"]).await?)
}

pub(crate) async fn keys_with_control_characters_are_isolated(context: &Context) -> Verdict {
    Ok(isolated(context, &["a", "a\0", "a\0b", "a\0c", "a\u{1}", "a\u{7f}", "\0", "\r\n"]).await?)
}

pub(crate) async fn keys_beyond_ascii_are_isolated(context: &Context) -> Verdict {
    let composed = ["\u{e9}", "e\u{301}", "e"];
    isolated(context, &composed).await?;
    Ok(isolated(context, &["\u{1f600}", "\u{1f601}", "\u{fffd}", "漢", "?"]).await?)
}

pub(crate) async fn keys_with_separators_are_isolated(context: &Context) -> Verdict {
    Ok(isolated(context, &["a/b", "a_b", "a:b", "a;b", "a#b", "a%2Fb", "a*", "a?b", "../a", "a'b"])
        .await?)
}

/// As long as the store takes them, or as any store should that names no limit.
pub(crate) async fn long_keys_that_differ_at_their_end_are_isolated(context: &Context) -> Verdict {
    const LONG: usize = 1_024;
    let longest = context.capabilities().max_key_bytes().unwrap_or(LONG).min(LONG);
    let fill = "k".repeat(longest.saturating_sub(context.key("").as_str().len() + 1));
    Ok(isolated(context, &["a", "b", "A", ""].map(|end| format!("{fill}{end}"))).await?)
}

/// Each key has its own record, and its deletion leaves the others.
async fn isolated(context: &Context, names: &[impl AsRef<str>]) -> Checked {
    let mut keys = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let record = context.record(&format!("{number}"));
        keys.push(context.given_record(name.as_ref(), &record).await?);
    }
    for (number, key) in keys.iter().enumerate() {
        context.ensure_data(key, &format!("{number}")).await?;
        let data = format!("{number} again");
        context.update(key, &data, &Expect::PRESENT).await?;
    }
    for (number, key) in keys.iter().enumerate() {
        context.ensure_data(key, &format!("{number} again")).await?;
        context.store().delete(key, &Expect::PRESENT).await?;
        context.ensure_absent(key).await?;
    }
    Ok(())
}

pub(crate) async fn locks_of_different_keys_are_independent(context: &Context) -> Verdict {
    let (first, token) = context.given_locked("a").await?;
    let (second, other) = context.given_locked("A").await?;
    let write = context.update(&second, "late", &Expect::lock(token.clone())).await;
    ensure_rejected!(write, LockLost);
    context.locking()?.release(&first, &token).await?;
    context.ensure_held(&second, &other).await?;
    Ok(context.lock(&first, LEASE).await.map(drop)?)
}

pub(crate) async fn a_key_at_the_limit_is_kept(context: &Context) -> Verdict {
    let longest = key_of(context, longest(context));
    let record = context.record("data");
    context.store().create(&longest, &record, &context.version()).await?;
    Ok(context.ensure_record(&longest, &record).await?)
}

pub(crate) async fn a_key_beyond_the_limit_is_rejected(context: &Context) -> Verdict {
    let (store, present) = (context.store(), Expect::PRESENT);
    let long = key_of(context, longest(context) + 1);
    ensure_rejected!(store.load(&long, Freshness::Latest).await, InvalidArgument);
    let created = store.create(&long, &context.record("data"), &context.version()).await;
    ensure_rejected!(created, InvalidArgument);
    ensure_rejected!(context.update(&long, "data", &present).await, InvalidArgument);
    let touch = context.touch(&long, context.in_seconds(60), &present).await;
    ensure_rejected!(touch, InvalidArgument);
    ensure_rejected!(store.delete(&long, &present).await, InvalidArgument);
    if context.capabilities().rotates() {
        let key = context.given("a").await?;
        let rotated = context.rotate(&key, &long, "moved", &present).await;
        ensure_rejected!(rotated, InvalidArgument);
        context.ensure_data(&key, "a").await?;
    }
    if context.capabilities().locks() {
        let acquired = context.locking()?.acquire(&long, &context.token(), LEASE).await;
        ensure_rejected!(acquired, InvalidArgument);
    }
    Ok(())
}

fn longest(context: &Context) -> usize {
    let limit = context.capabilities().max_key_bytes();
    limit.expect("the case needs a limit")
}

/// Returns a key of this many bytes that ends with a character beyond ASCII.
///
/// It shows that a limit counts bytes and not characters.
fn key_of(context: &Context, bytes: usize) -> Key {
    let (shortest, last) = (context.key("").as_str().len(), "\u{e9}");
    let fill = bytes - shortest - last.len();
    context.key(&format!("{}{last}", "k".repeat(fill)))
}
