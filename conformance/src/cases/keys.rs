//! Keys are isolated, whatever characters they hold (R12).

use crate::context::{LEASE, LIFE};
use crate::ensure::{ensure, ensure_rejected};
use crate::{Checked, Context, Verdict};
use session_core::error::Operation;
use session_core::store::{Change, Expect, Freshness, Key, Record, Rotation};
use session_core::time::Timestamp;
use std::mem;

pub(crate) async fn keys_that_differ_in_case_are_isolated(context: &Context) -> Verdict {
    Ok(isolated(context, &["key", "KEY", "Key", "straße", "STRASSE", "strasse", "i", "ı", "İ"])
        .await?)
}

pub(crate) async fn keys_that_begin_alike_are_isolated(context: &Context) -> Verdict {
    let alike = ["", "k", "ke", "key", " key", "key ", "key  ", "\tkey", "key\n", "keykey"];
    Ok(isolated(context, &alike).await?)
}

pub(crate) async fn keys_with_control_characters_are_isolated(context: &Context) -> Verdict {
    let line_ends = ["a\r\n", "a\n"];
    isolated(context, &line_ends).await?;
    Ok(isolated(context, &["a", "a\0", "a\0b", "a\0c", "a\u{1}", "a\u{7f}", "\0", "\r\n"]).await?)
}

pub(crate) async fn keys_beyond_ascii_are_isolated(context: &Context) -> Verdict {
    let composed = ["\u{e9}", "e\u{301}", "e", "\u{c9}"];
    isolated(context, &composed).await?;
    let invisible = ["a", "\u{feff}a", "a\u{200b}", "a\u{ad}", "\u{202e}a", "\u{ff21}", "A"];
    isolated(context, &invisible).await?;
    isolated(context, &["a b", "a\u{a0}b"]).await?;
    Ok(isolated(context, &["\u{1f600}", "\u{1f601}", "\u{fffd}", "漢", "?"]).await?)
}

pub(crate) async fn keys_with_separators_are_isolated(context: &Context) -> Verdict {
    let below = ["a", "a/", "a/b", "a//b", "a/../b", "b", "../a", "b/../a", "a:lock"];
    isolated(context, &below).await?;
    let replaced = ["a::b", "a:b", "a_b", "a-b", "a~b", "a$b", "a+b", "a b"];
    isolated(context, &replaced).await?;
    Ok(isolated(context, &["a%20b", "a%2Fb", "a#b", "a?b", "a;b", "c", "c.", "c#d"]).await?)
}

/// A column of numbers takes some of them for equal.
pub(crate) async fn keys_that_look_like_numbers_are_isolated(context: &Context) -> Verdict {
    Ok(isolated(context, &["7", "007", "7.0", "+7", "0x7", "1000", "1e3"]).await?)
}

/// The first of them match the others as patterns, or are quoted wrongly.
pub(crate) async fn keys_that_look_like_patterns_are_isolated(context: &Context) -> Verdict {
    isolated(context, &["a", "'a'", "\"a\"", "`a`", "{a}"]).await?;
    Ok(isolated(context, &["a%", "a_", "a*", "a[b-d]", "a.", "' OR '1'='1", "ab"]).await?)
}

/// As long as the store takes them, or as any store should that names no limit.
pub(crate) async fn long_keys_that_differ_at_their_end_are_isolated(context: &Context) -> Verdict {
    const LONG: usize = 1_024;
    let longest = context.capabilities().max_key_bytes().unwrap_or(LONG).min(LONG);
    let fill = "k".repeat(longest.saturating_sub(context.key("").as_str().len() + 1));
    Ok(isolated(context, &["a", "b", "A", ""].map(|end| format!("{fill}{end}"))).await?)
}

/// A key and what must be there.
struct Kept {
    key: Key,
    record: Record,
}

/// Each operation on one of the keys leaves the others.
///
/// In both orders, because a key that is changed later hides what was done to it before.
async fn isolated(context: &Context, names: &[impl AsRef<str>]) -> Checked {
    let mut all = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let record = context.record_for(LIFE, &format!("first {number}"));
        let key = given_with_lead(context, name.as_ref(), &record).await?;
        all.push(Kept { key, record });
    }
    ensure_kept(context, &all).await?;
    let capabilities = context.capabilities();
    let operations = [
        (Operation::Update, true),
        (Operation::Touch, true),
        (Operation::Delete, true),
        (Operation::Rotate, capabilities.rotates()),
        (Operation::Collect, capabilities.collects()),
    ];
    let mut number = 0;
    for (operation, _) in operations.into_iter().filter(|(_, is_declared)| *is_declared) {
        for _ in 0..2 {
            for kept in &mut all {
                number += 1;
                kept.change_by(context, operation, number).await?;
            }
            ensure_kept(context, &all).await?;
            all.reverse();
        }
    }
    if capabilities.locks() {
        locks_isolated(context, &all).await?;
    }
    Ok(())
}

/// White space at the beginning of a name is at the beginning of the key.
async fn given_with_lead(context: &Context, name: &str, record: &Record) -> Checked<Key> {
    let (lead, rest) = name.split_at(name.len() - name.trim_start().len());
    let mut key = context.key(rest);
    if !lead.is_empty() {
        let moved = Key::new(format!("{lead}{}", key.as_str()))?;
        let shares_place = context.capabilities().share_place(&moved, &key);
        key = if shares_place { moved } else { context.key(name) };
    }
    context.store().create(&key, record, &context.version()).await?;
    Ok(key)
}

async fn ensure_kept(context: &Context, all: &[Kept]) -> Checked {
    for Kept { key, record } in all {
        context.ensure_record(key, record).await?;
    }
    Ok(())
}

impl Kept {
    /// Changes the record by this operation to one that no other key has.
    async fn change_by(&mut self, context: &Context, operation: Operation, number: u64) -> Checked {
        let (store, present, key) = (context.store(), &Expect::PRESENT, &self.key);
        self.record.expires = context.in_seconds(LIFE + number);
        if operation == Operation::Touch {
            return Ok(context.touch(key, self.record.expires, present).await?);
        }
        let before = mem::replace(&mut self.record.payload, context.payload(&number.to_string()));
        match operation {
            Operation::Update => return self.write(context, self.record.expires).await,
            Operation::Rotate => {
                let elsewhere = context.key("elsewhere");
                for (old, new, payload) in
                    [(key, &elsewhere, before), (&elsewhere, key, self.record.payload.clone())]
                {
                    let rotation = Rotation { record: Record { payload, ..self.record.clone() } };
                    store.rotate(old, new, &rotation, present, &context.version()).await?;
                }
                return Ok(());
            }
            Operation::Collect => {
                let soon = context.in_seconds(1);
                self.write(context, soon).await?;
                context.advance_to_second(soon);
                context.sweep(100).await?;
            }
            _ => drop(store.delete(key, present).await?),
        }
        context.ensure_absent(key).await?;
        Ok(store.create(key, &self.record, &context.version()).await?)
    }

    async fn write(&self, context: &Context, expires: Timestamp) -> Checked {
        let change = Change { payload: self.record.payload.clone(), expires, ..context.change("") };
        let (store, version) = (context.store(), context.version());
        Ok(store.update(&self.key, &change, &Expect::PRESENT, &version).await?)
    }
}

/// Each lock is that of its key alone, and each call changes that lock alone.
async fn locks_isolated(context: &Context, all: &[Kept]) -> Checked {
    let locking = context.locking()?;
    let mut locked = Vec::new();
    for Kept { key, .. } in all {
        locked.push((key, context.lock(key, LEASE).await?));
    }
    for _ in 0..2 {
        for (key, token) in &mut locked {
            locking.release(key, token).await?;
            *token = context.lock(key, LEASE).await?;
        }
        for (key, token) in &locked {
            context.ensure_held(key, token).await?;
        }
        locked.reverse();
    }
    for renewed in 0..locked.len() {
        let (key, token) = &locked[renewed];
        locking.renew(key, token, 2 * LEASE).await?;
        context.let_the_lease_lapse();
        context.ensure_busy(key).await?;
        locking.release(key, token).await?;
        for (key, token) in &mut locked {
            *token = context.lock(key, LEASE).await?;
        }
    }
    ensure_kept(context, all).await
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

/// The error names the size of the key and the limit, whatever the operation.
pub(crate) async fn a_key_beyond_the_limit_is_rejected(context: &Context) -> Verdict {
    let (store, present, limit) = (context.store(), Expect::PRESENT, longest(context));
    let long = key_of(context, limit + 1);
    let mut rejected = vec![
        store.load(&long, Freshness::Latest).await.map(drop),
        store.create(&long, &context.record("data"), &context.version()).await,
        context.update(&long, "data", &present).await,
        context.touch(&long, context.in_seconds(60), &present).await,
        store.delete(&long, &present).await.map(drop),
    ];
    let key = context.given("a").await?;
    if context.capabilities().rotates() {
        rejected.push(context.rotate(&key, &long, "moved", &present).await);
        rejected.push(context.rotate(&long, &context.key("b"), "moved", &present).await);
    }
    if context.capabilities().locks() {
        let (locking, token) = (context.locking()?, context.token());
        rejected.push(locking.acquire(&long, &token, LEASE).await.map(drop));
        rejected.push(locking.renew(&long, &token, LEASE).await.map(drop));
        rejected.push(locking.release(&long, &token).await);
    }
    for result in rejected {
        if let Err(error) = &result {
            let text = error.to_string();
            let numbers = text.split(|character: char| !character.is_ascii_digit());
            let names = |bytes: usize| numbers.clone().any(|number| number == bytes.to_string());
            ensure!(names(limit + 1) && names(limit), "no size or limit of {limit}: {text}");
        }
        ensure_rejected!(result, InvalidArgument);
    }
    Ok(context.ensure_data(&key, "a").await?)
}

fn longest(context: &Context) -> usize {
    let limit = context.capabilities().max_key_bytes();
    limit.expect("the case needs a limit")
}

/// A key of so many bytes, of which the last are not ASCII.
///
/// A limit counts bytes, not characters.
fn key_of(context: &Context, bytes: usize) -> Key {
    let (shortest, last) = (context.key("").as_str().len(), "\u{e9}");
    let fill = bytes - shortest - last.len();
    context.key(&format!("{}{last}", "k".repeat(fill)))
}
