//! Faults that careless stores have because of how real databases behave.

use crate::broken::rejects;
use crate::calls::{
    AcquireCall, CreateCall, DeleteCall, LoadCall, RenewCall, RotateCall, TouchCall, UpdateCall,
};
use crate::changes::{Renews, Touches, now};
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Lawful, Model, Row, Rules};
use session_core::error::Operation;
use session_core::store::{
    Acquired, Capabilities, Deletion, Freshness, Key, Payload, PayloadKind, SessionStore, Snapshot,
    Tag,
};
use session_core::time::{Clock, EpochMillis, ManualClock, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;
use tokio::task::yield_now;

/// Changes the row that an operation leaves.
#[derive(Debug)]
struct Writes(fn(operation: Operation, before: Option<&Row>, after: &mut Row));

impl Rules for Writes {
    fn written(&self, operation: Operation, before: Option<&Row>, mut after: Row) -> Row {
        self.0(operation, before, &mut after);
        after
    }
}

/// Copies `MySQL`, whose `DATETIME` without digits rounds to the nearest second.
fn rounds_leases(operation: Operation, _: Option<&Row>, after: &mut Row) {
    if let (Operation::Acquire | Operation::Renew, Some(lock)) = (operation, &mut after.lock) {
        let seconds = (lock.end.as_epoch_millis() + 500) / 1_000;
        lock.end = EpochMillis::saturating_from_epoch_millis(seconds * 1_000);
    }
}

/// Copies `SET deadline = COALESCE(?, deadline)`, which cannot set it to null.
fn coalesces_the_deadline(operation: Operation, before: Option<&Row>, after: &mut Row) {
    if operation == Operation::Update {
        let deadline = after.record.deadline;
        after.record.deadline = deadline.or(before.and_then(|row| row.record.deadline));
    }
}

/// Copies `utf8mb4_general_ci` of `MySQL`, which takes all emoji for equal.
#[derive(Debug)]
struct TakesAllEmojiForEqual;

impl Rules for TakesAllEmojiForEqual {
    fn file_under(&self, key: &Key) -> Key {
        let is_emoji = |char| char > '\u{FFFF}';
        Key::new(key.as_str().replace(is_emoji, "\u{FFFD}")).expect("a key is not empty")
    }
}

/// Copies `TEXT` and `BLOB` of `MySQL`, which cut off what they do not hold.
#[derive(Debug)]
struct CutsLongData;

impl Rules for CutsLongData {
    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE
            .with_payloads(PayloadKind::Text)
            .with_payloads(PayloadKind::Binary)
            .with_versions()
            .with_lifetimes()
            .with_rotation()
            .with_locking()
            .with_collecting()
            .with_dropped_calls(Lawful.capabilities().dropped_calls())
    }

    fn written(&self, _: Operation, _: Option<&Row>, mut after: Row) -> Row {
        let cut = match &after.record.payload {
            Payload::Text(text) => Payload::text(&text[..text.floor_char_boundary(65_535)]),
            Payload::Binary(bytes) => Payload::binary(&bytes[..bytes.len().min(65_535)]),
        };
        after.record.payload = cut;
        after
    }
}

/// Copies `EXPIRE` of Redis, which counts whole seconds from the write on.
#[derive(Debug)]
struct CountsFromTheWrite {
    clock: ManualClock,
    fractions: Mutex<BTreeMap<(Option<Tag>, Timestamp), Duration>>,
}

fn counts_from_the_write(clock: &ManualClock) -> CountsFromTheWrite {
    CountsFromTheWrite { clock: clock.clone(), fractions: Mutex::default() }
}

fn version_and_expiry(row: &Row) -> (Option<Tag>, Timestamp) {
    (row.version.as_tag().copied(), row.record.expires)
}

impl Rules for CountsFromTheWrite {
    fn is_live(&self, _: Operation, row: &Row, now: EpochMillis) -> bool {
        let fractions = self.fractions.lock().expect("no panic");
        let fraction = fractions.get(&version_and_expiry(row)).copied().unwrap_or_default();
        !row.record.expires.is_over(now.saturating_sub(fraction))
    }

    fn written(&self, operation: Operation, _: Option<&Row>, after: Row) -> Row {
        if operation != Operation::Release {
            let fraction = Duration::from_millis(self.clock.now().as_epoch_millis() % 1_000);
            let mut fractions = self.fractions.lock().expect("no panic");
            fractions.insert(version_and_expiry(&after), fraction);
        }
        after
    }
}

/// Copies Cassandra, where a write gives its TTL only to the cells it writes.
#[derive(Debug)]
struct ExpiresByCell {
    clock: ManualClock,
    lifetimes: Mutex<BTreeMap<Key, Timestamp>>,
}

fn expires_by_cell(clock: &ManualClock) -> ExpiresByCell {
    ExpiresByCell { clock: clock.clone(), lifetimes: Mutex::default() }
}

impl ExpiresByCell {
    fn write(&self, key: &Key, expires: Timestamp) {
        self.lifetimes.lock().expect("no panic").insert(key.clone(), expires);
    }

    fn lapse(&self, model: &Model, key: &Key) {
        let expires = self.lifetimes.lock().expect("no panic").get(key).copied();
        if expires.is_some_and(|expires| expires.is_over(self.clock.now())) {
            model.with_rows(|rows| {
                if let Some(row) = rows.get_mut(key) {
                    (row.record.deadline, row.record.idle) = (None, None);
                }
            });
        }
    }
}

#[async_trait]
impl Twist for ExpiresByCell {
    async fn load(&self, model: &Model, call: LoadCall<'_>) -> Result<Option<Snapshot>> {
        self.lapse(model, call.key);
        call.on(model).await
    }

    async fn create(&self, model: &Model, call: CreateCall<'_>) -> Result<()> {
        call.on(model).await?;
        self.write(call.key, call.record.expires);
        Ok(())
    }

    async fn update(&self, model: &Model, call: UpdateCall<'_>) -> Result<()> {
        self.lapse(model, call.key);
        call.on(model).await?;
        if call.change.lifetime.is_some() {
            self.write(call.key, call.change.expires);
        }
        Ok(())
    }

    async fn rotate(&self, model: &Model, call: RotateCall<'_>) -> Result<()> {
        call.on(model).await?;
        self.write(call.new, call.rotation.record.expires);
        Ok(())
    }

    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        self.lapse(model, call.key);
        call.on(model).await
    }
}

/// Copies `VARCHAR(64)` of `MySQL`, which cuts the names in a table of locks.
#[derive(Debug)]
struct CutsLockNames(ManualClock);

#[async_trait]
impl Twist for CutsLockNames {
    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        let name = |key: &Key| key.as_str().chars().take(64).collect::<String>();
        let lapse = model.with_rows(|rows| {
            let others = rows.iter().filter(|(key, _)| *key != call.key);
            let mut same = others.filter(|(key, _)| name(key) == name(call.key));
            let lapses = same.find_map(|(_, row)| row.lock.as_ref().map(|lock| lock.end));
            lapses.map(|end| end.saturating_add(Duration::from_secs(1)))
        });
        let remaining = lapse.map(|lapse| lapse.saturating_since(self.0.now()));
        let remaining = remaining.filter(|remaining| !remaining.is_zero());
        match now(model.load(call.key, Freshness::Latest))? {
            Some(_) if remaining.is_some() => Ok(Acquired::Busy { remaining }),
            _ => call.on(model).await,
        }
    }
}

/// Copies a client of etcd, which keeps one lease alive for all of its locks.
fn renews_every_lock(model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
    let expires = now(call.on(model))?;
    model.with_rows(|rows| {
        let Some(renewed) = rows.get(call.key).and_then(|row| row.lock.clone()) else {
            return;
        };
        let locks = rows.values_mut().filter_map(|row| row.lock.as_mut());
        for lock in locks.filter(|lock| lock.end > renewed.end.saturating_sub(call.lease)) {
            lock.end = lock.end.max(renewed.end);
        }
    });
    Ok(expires)
}

/// Copies `MySQL`, which counts a row as affected only if it changes.
fn takes_no_change_for_no_lock(model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
    let row = || model.with_rows(|rows| rows.get(call.key).cloned());
    let before = row();
    let expires = now(call.on(model))?;
    if row() == before {
        return Err(Error::new(Operation::Renew, ErrorKind::LockLost));
    }
    Ok(expires)
}

/// Copies `SELECT` and `DELETE` in Postgres, at its level `READ COMMITTED`.
#[derive(Debug)]
struct LooksThenDeletes;

#[async_trait]
impl Twist for LooksThenDeletes {
    async fn delete(&self, model: &Model, call: DeleteCall<'_>) -> Result<Deletion> {
        let found = model.load(call.key, Freshness::Latest).await?;
        yield_now().await;
        let deletion = call.on(model).await?;
        Ok(if found.is_some() { Deletion::Deleted } else { deletion })
    }
}

/// Files keys under what databases and file systems make of them.
#[derive(Debug)]
struct FilesUnder(fn(&str) -> String);

impl Rules for FilesUnder {
    fn file_under(&self, key: &Key) -> Key {
        Key::new(self.0(key.as_str())).expect("a key is not empty")
    }
}

/// Stores what databases make of a text.
#[derive(Debug)]
struct Rewrites(fn(&str) -> String);

impl Rules for Rewrites {
    fn written(&self, _: Operation, _: Option<&Row>, mut after: Row) -> Row {
        if let Payload::Text(text) = &after.record.payload {
            after.record.payload = Payload::text(self.0(text));
        }
        after
    }
}

/// Copies the numeric affinity of SQLite, by which "007" is 7.
fn numeric(key: &str) -> String {
    // The keys of the suite begin with 16 characters of their own.
    let (rest, end) = key.split_at(key.len().min(16));
    end.parse::<f64>().map_or_else(|_| key.to_owned(), |number| format!("{rest}{number}"))
}

/// Copies `cjson` of Redis, which takes an empty array for an empty object.
fn encodes_data_again(model: &Model, call: TouchCall<'_>) -> Result<()> {
    now(call.on(model))?;
    model.with_rows(|rows| {
        if let Some(row) = rows.get_mut(call.key)
            && let Payload::Text(text) = &row.record.payload
        {
            row.record.payload = Payload::text(text.replace("[]", "{}"));
        }
    });
    Ok(())
}

rejects! {
    rounds_leases_to_seconds = ruled(Writes(rounds_leases)) => [a_lease_lasts_to_the_millisecond];
    coalesces_the_deadline = ruled(Writes(coalesces_the_deadline)) => [an_update_sets_the_lifetime];
    takes_all_emoji_for_equal = ruled(TakesAllEmojiForEqual) => [keys_beyond_ascii_are_isolated];
    cuts_long_data = ruled(CutsLongData) => [a_record_at_the_limit_is_kept];
    counts_seconds_from_the_write = |clock: ManualClock| ruled(counts_from_the_write(&clock))(clock)
        => [a_record_is_expired_from_its_expiry_on];
    expires_by_cell = |clock: ManualClock| twisted(expires_by_cell(&clock))(clock)
        => [an_own_deadline_ends_the_session, no_expiry_passes_the_deadline];
    cuts_lock_names = |clock: ManualClock| twisted(CutsLockNames(clock.clone()))(clock)
        => [long_keys_that_differ_at_their_end_are_isolated];
    renews_every_lock = twisted(Renews(renews_every_lock))
        => [keys_that_begin_alike_are_isolated];
    takes_no_change_for_no_lock = twisted(Renews(takes_no_change_for_no_lock))
        => [a_renewal_keeps_the_token];
    looks_then_deletes = twisted(LooksThenDeletes)
        => [of_many_deletions_exactly_one_finds_the_session];
    compares_keys_as_numbers = ruled(FilesUnder(numeric))
        => [keys_that_look_like_numbers_are_isolated];
    folds_double_slashes = ruled(FilesUnder(|key| key.replace("//", "/")))
        => [keys_with_separators_are_isolated];
    drops_a_last_dot = ruled(FilesUnder(|key| key.trim_end_matches(['.', '/']).to_owned()))
        => [keys_with_separators_are_isolated];
    cuts_keys_at_a_number_sign = ruled(FilesUnder(|key| {
        key.split_once('#').map_or(key, |(start, _)| start).to_owned()
    })) => [keys_with_separators_are_isolated];
    takes_plus_for_a_space = ruled(FilesUnder(|key| key.replace('+', " ")))
        => [keys_with_separators_are_isolated];
    takes_dashes_for_underscores = ruled(FilesUnder(|key| key.replace(['-', '~', '$'], "_")))
        => [keys_with_separators_are_isolated];
    drops_quotes = ruled(FilesUnder(|key| key.replace(['\'', '"', '`'], "")))
        => [keys_that_look_like_patterns_are_isolated];
    folds_sharp_s = ruled(FilesUnder(|key| key.replace('ß', "ss")))
        => [keys_that_differ_in_case_are_isolated];
    ignores_invisible_characters = ruled(FilesUnder(|key| {
        key.replace(['\u{feff}', '\u{200b}', '\u{ad}', '\u{202e}'], "")
    })) => [keys_beyond_ascii_are_isolated];
    takes_a_hard_space_for_a_space = ruled(FilesUnder(|key| key.replace('\u{a0}', " ")))
        => [keys_beyond_ascii_are_isolated];
    takes_line_ends_for_equal = ruled(FilesUnder(|key| key.replace("\r\n", "\n")))
        => [keys_with_control_characters_are_isolated];
    cuts_a_last_line_end = ruled(Rewrites(|text| text.trim_end_matches('\n').to_owned()))
        => [text_comes_back_character_for_character];
    unescapes_text = ruled(Rewrites(|text| text.replace("\\\\", "\\").replace("''", "'")))
        => [text_comes_back_character_for_character];
    decodes_entities = ruled(Rewrites(|text| text.replace("&amp;", "&")))
        => [text_comes_back_character_for_character];
    decodes_percent = ruled(Rewrites(|text| text.replace("%20", " ")))
        => [text_comes_back_character_for_character];
    takes_off_a_prefix = ruled(Rewrites(|text| text.trim_start_matches("base64:").to_owned()))
        => [text_comes_back_character_for_character];
    spaces_json = ruled(Rewrites(|text| text.replace("\": ", "\":")))
        => [text_comes_back_character_for_character];
    rounds_numbers_in_json = ruled(Rewrites(|text| text.replace(":1.0", ":1")))
        => [text_comes_back_character_for_character];
    encodes_data_again_in_a_touch = twisted(Touches(encodes_data_again))
        => [text_comes_back_character_for_character];
}
