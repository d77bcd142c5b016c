//! Tests of decisions that the conformance suite cannot see.
//!
//! These are locks without an end, content as a version, ambiguous calls, and rows that were not
//! reported. The suite tests everything else, over a store of these functions.

use super::{
    Context, Counterpart, Decision, Effect, Field, Lease, Move, Patch, Row, RowLock, acquire,
    create, delete, release, remove_lapsed_lock, renew, rotate, sweep, touch, update,
};
use crate::random::OsRandom;
use crate::store::{
    Acquired, Change, Deletion, Expect, LockDisposition, LockToken, OwnLifetime, Payload, Record,
    Rotation, Tag, Touch, Version,
};
use crate::time::{EpochMillis, IdleTimeout, Timestamp};
use crate::{ErrorKind, Result};
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(30);

fn context() -> Context {
    Context::new(EpochMillis::from_epoch_millis(1_000_000), Duration::from_secs(1))
}

fn in_doubt() -> Context {
    context().in_doubt(true)
}

fn record(data: &str, expires: u64) -> Record {
    let expires = Timestamp::from_epoch_seconds(expires);
    Record { payload: Payload::text(data), expires, deadline: None, idle: None }
}

fn content(record: &Record) -> Version {
    Version::content(record.payload.clone())
}

fn drawn() -> Tag {
    Tag::draw(&OsRandom)
}

/// The version of a row that another write left.
fn seen() -> Version {
    Version::tagged(drawn())
}

fn change(record: &Record, lock: LockDisposition) -> Change {
    Change { payload: record.payload.clone(), expires: record.expires, lifetime: None, lock }
}

fn kind<T>(result: Result<T>) -> ErrorKind {
    result.err().expect("it is rejected").kind()
}

#[test]
fn a_foreign_lock_has_no_end_and_keeps_out_who_names_no_token() {
    let (stored, version, token) = (record("x", 2_000), seen(), LockToken::draw(&OsRandom));
    let found = Row { lock: RowLock::Foreign, ..Row::new(&stored, &version) };
    let row = Some(found);
    let locked = ErrorKind::Locked { remaining: None };
    let to = change(&stored, LockDisposition::Keep);
    assert_eq!(kind(update(row, &to, &Expect::PRESENT, &drawn(), &context())), locked);
    let fenced = Expect::lock(token.clone());
    assert_eq!(kind(update(row, &to, &fenced, &drawn(), &context())), ErrorKind::LockLost);
    let Decision { answer, effect } = acquire(row, &token, LEASE, &context());
    assert_eq!((answer, effect), (Acquired::Busy { remaining: None }, Effect::Nothing));
    assert_eq!(kind(renew(row, &token, LEASE, &context())), ErrorKind::LockLost);
    assert_eq!(release(row, &token), Effect::Nothing);
    assert_eq!(remove_lapsed_lock(found, &context()), Effect::Nothing);
    let expired = Row { expires: Timestamp::from_epoch_seconds(1), ..found };
    let Decision { answer, effect } = sweep(expired, Duration::ZERO, &context());
    assert_eq!((answer, effect), (true, Effect::Nothing), "the lock spares it");
}

#[test]
fn a_row_is_swept_once_it_has_been_expired_for_the_grace() {
    let (stored, version) = (record("x", 999), seen());
    let row = Row::new(&stored, &version);
    for (grace, expired) in
        [(0, true), (999, true), (1_000, true), (1_001, false), (u64::MAX, false)]
    {
        let swept = sweep(row, Duration::from_millis(grace), &context());
        let effect = if expired { Effect::Remove } else { Effect::Nothing };
        assert_eq!((swept.answer, swept.effect), (expired, effect), "{grace} ms");
    }
    let last = Row { expires: Timestamp::MAX, ..row };
    assert!(!sweep(last, Duration::ZERO, &context()).answer);
}

#[test]
fn a_foreign_lock_stops_neither_a_touch_nor_a_deletion() {
    let (stored, version) = (record("x", 2_000), seen());
    let row = Some(Row { lock: RowLock::Foreign, ..Row::new(&stored, &version) });
    let later = Timestamp::from_epoch_seconds(3_000);
    let to = Touch { expires: later, lock: LockDisposition::Keep };
    let touched = touch(row, &to, &Expect::PRESENT, &context()).expect("it passes");
    assert_eq!(touched, Effect::Patch(Patch { expires: Field::Set(later), ..Patch::NOTHING }));
    let deleted = delete(row, &Expect::PRESENT, &context()).expect("it passes");
    assert_eq!((deleted.answer, deleted.effect), (Deletion::Deleted, Effect::Remove));
}

#[test]
fn a_lapsed_lock_is_removed_and_one_within_the_clock_skew_is_not() {
    let (stored, version, token) = (record("x", 2_000), seen(), LockToken::draw(&OsRandom));
    for (end, effect) in [
        (999_000, Effect::Patch(Patch { lock: Field::Set(None), ..Patch::NOTHING })),
        (999_001, Effect::Nothing),
    ] {
        let end = EpochMillis::from_epoch_millis(end);
        let lock = RowLock::Leased(Lease { token: &token, end });
        let row = Row { lock, ..Row::new(&stored, &version) };
        assert_eq!(remove_lapsed_lock(row, &context()), effect);
    }
}

/// Equal content may be another's.
#[test]
fn content_shows_a_write_only_after_an_attempt_in_doubt_and_with_its_expiry() {
    let stored = record("x", 2_000);
    let version = content(&stored);
    let row = Some(Row::new(&stored, &version));
    for (write, context, is_own) in [
        (record("x", 2_000), in_doubt(), true),
        (record("x", 2_000), context(), false),
        (record("x", 2_001), in_doubt(), false),
        (record("y", 2_000), in_doubt(), false),
    ] {
        let created = create(row, &write, &drawn(), &context).map(drop);
        assert_eq!(created.is_ok(), is_own, "{created:?}");
        let read = Expect::version(content(&record("before", 1)));
        let to = change(&write, LockDisposition::Keep);
        let updated = update(row, &to, &read, &drawn(), &context).map(drop);
        assert_eq!(updated.is_ok(), is_own, "{updated:?}");
    }
}

/// Equal data with another lifetime is another's as well.
#[test]
fn content_shows_a_write_only_with_its_lifetime() {
    let (idle, deadline) =
        (IdleTimeout::from_seconds(60), Some(Timestamp::from_epoch_seconds(5_000)));
    let stored = Record { deadline, idle: Some(idle), ..record("x", 2_000) };
    let version = content(&stored);
    let row = Some(Row::new(&stored, &version));
    let read = Expect::version(content(&record("before", 1)));
    let longer = IdleTimeout::from_seconds(61);
    for (lifetime, is_own) in [
        (None, true),
        (Some(OwnLifetime { idle, deadline }), true),
        (Some(OwnLifetime { idle: longer, deadline }), false),
        (Some(OwnLifetime { idle, deadline: None }), false),
    ] {
        let to = Change { lifetime, ..change(&stored, LockDisposition::Keep) };
        let updated = update(row, &to, &read, &drawn(), &in_doubt()).map(drop);
        assert_eq!(updated.is_ok(), is_own, "{lifetime:?}: {updated:?}");
    }
    for (created, is_own) in [
        (stored.clone(), true),
        (Record { idle: None, ..stored.clone() }, false),
        (Record { deadline: None, ..stored.clone() }, false),
    ] {
        assert_eq!(create(row, &created, &drawn(), &in_doubt()).is_ok(), is_own, "{created:?}");
    }
}

#[test]
fn an_update_sets_both_halves_of_a_lifetime_or_neither() {
    let (stored, version, tag) = (record("x", 2_000), seen(), drawn());
    let row = Some(Row::new(&stored, &version));
    let idle = IdleTimeout::from_seconds(60);
    let set = (Field::Set(None), Field::Set(Some(idle)));
    for (lifetime, expected) in
        [(None, (Field::Keep, Field::Keep)), (Some(OwnLifetime { idle, deadline: None }), set)]
    {
        let to = Change { lifetime, ..change(&stored, LockDisposition::Keep) };
        let decided = update(row, &to, &Expect::PRESENT, &tag, &context());
        let Ok(Effect::Patch(patch)) = decided else { panic!("{decided:?}") };
        assert_eq!((patch.deadline, patch.idle), expected);
    }
}

#[test]
fn where_tags_stand_content_shows_nothing() {
    let (stored, tag) = (record("x", 2_000), drawn());
    let version = Version::tagged(tag);
    let row = Some(Row::new(&stored, &version));
    assert_eq!(kind(create(row, &stored, &drawn(), &in_doubt())), ErrorKind::AlreadyExists);
    assert_eq!(create(row, &stored, &tag, &context()).ok(), Some(Effect::Nothing));
}

#[test]
fn content_does_not_show_a_write_whose_lock_still_stands() {
    let (stored, token) = (record("x", 2_000), LockToken::draw(&OsRandom));
    let version = content(&stored);
    let end = EpochMillis::from_epoch_millis(1_010_000);
    let lock = RowLock::Leased(Lease { token: &token, end });
    let row = Some(Row { lock, ..Row::new(&stored, &version) });
    let to = change(&stored, LockDisposition::Release);
    let (fenced, tag) = (Expect::lock(token.clone()), drawn());
    let decided = update(row, &to, &fenced, &tag, &in_doubt());
    let Ok(Effect::Patch(patch)) = decided else { panic!("{decided:?}") };
    assert_eq!(patch.lock, Field::Set(None));
}

#[test]
fn a_row_that_was_not_reported_raises_no_objection() {
    let (stored, version) = (record("x", 2_000), seen());
    let (row, rotation) = (Row::new(&stored, &version), Rotation { record: record("y", 3_000) });
    let rotated = |rows| rotate(rows, &rotation, &Expect::PRESENT, &drawn(), &context());
    let (known, unreported) = (Counterpart::Known(row), Counterpart::NotReported);
    assert_eq!(rotated((unreported, unreported)).ok(), Some(Move::Rotate));
    assert_eq!(rotated((known, unreported)).ok(), Some(Move::Rotate));
    assert_eq!(kind(rotated((unreported, known))), ErrorKind::AlreadyExists);
    assert_eq!(kind(rotated((Counterpart::Absent, known))), ErrorKind::Gone);
}

#[test]
fn content_shows_a_rotation_only_with_the_absence_of_the_old_row() {
    let rotation = Rotation { record: record("x", 2_000) };
    let version = content(&rotation.record);
    let new = Counterpart::Known(Row::new(&rotation.record, &version));
    let rotated =
        |old, context| rotate((old, new), &rotation, &Expect::PRESENT, &drawn(), &context);
    assert_eq!(rotated(Counterpart::Absent, in_doubt()).ok(), Some(Move::Nothing));
    assert_eq!(kind(rotated(Counterpart::Absent, context())), ErrorKind::Gone);
    assert_eq!(kind(rotated(Counterpart::NotReported, in_doubt())), ErrorKind::AlreadyExists);
    assert_eq!(kind(rotated(new, in_doubt())), ErrorKind::AlreadyExists);
}

#[test]
fn a_tag_at_the_new_key_shows_a_rotation_with_any_old_row() {
    let (rotation, tag) = (Rotation { record: record("x", 2_000) }, drawn());
    let version = Version::tagged(tag);
    let new = Counterpart::Known(Row::new(&rotation.record, &version));
    for old in [Counterpart::Absent, Counterpart::NotReported] {
        let rotated = rotate((old, new), &rotation, &Expect::PRESENT, &tag, &context());
        assert_eq!(rotated.ok(), Some(Move::Nothing));
    }
}

#[test]
fn a_lease_is_never_shortened() {
    let (stored, version, token) = (record("x", 2_000), seen(), LockToken::draw(&OsRandom));
    let end = context().now.saturating_add(LEASE);
    let held_until = |end| {
        let lock = RowLock::Leased(Lease { token: &token, end });
        Row { lock, ..Row::new(&stored, &version) }
    };
    let millisecond = Duration::from_millis(1);
    let lock = Field::Set(Some(Lease { token: &token, end }));
    for (present, effect) in [
        (end.saturating_add(millisecond), Effect::Nothing),
        (end, Effect::Nothing),
        (end.saturating_sub(millisecond), Effect::Patch(Patch { lock, ..Patch::NOTHING })),
    ] {
        let row = held_until(present);
        let renewed = renew(Some(row), &token, LEASE, &context()).expect("it is held");
        assert_eq!((renewed.answer, renewed.effect), (stored.expires, effect.clone()));
        let acquired = acquire(Some(row), &token, LEASE, &context());
        assert!(matches!(acquired.answer, Acquired::Locked(_)));
        assert_eq!(acquired.effect, effect);
    }
}

/// A lock that lasts long enough stays where only the expiry moves.
#[test]
fn a_lease_moves_an_expiry_that_comes_before_its_end() {
    let (stored, version, token) = (record("x", 1_001), seen(), LockToken::draw(&OsRandom));
    let lapse = context().now.saturating_add(LEASE + context().clock_skew).timestamp();
    let deadline = lapse.as_epoch_seconds() - 1;
    let deadline = Timestamp::from_epoch_seconds(deadline);
    let end = context().now.saturating_add(LEASE);
    let held = RowLock::Leased(Lease { token: &token, end });
    let lock = Field::Set(Some(Lease { token: &token, end }));
    for (held, deadline, lock, expires) in [
        (RowLock::Free, None, lock, lapse),
        (RowLock::Free, Some(deadline), lock, deadline),
        (held, None, Field::Keep, lapse),
    ] {
        let row = Row { lock: held, deadline, ..Row::new(&stored, &version) };
        let acquired = acquire(Some(row), &token, LEASE, &context());
        let Acquired::Locked(snapshot) = acquired.answer else { panic!("it is free") };
        assert_eq!(snapshot.record.expires, expires);
        let patch = Patch { lock, expires: Field::Set(expires), ..Patch::NOTHING };
        assert_eq!(acquired.effect, Effect::Patch(patch));
    }
}

/// Stores with content as the version may not keep the kind of an empty payload.
#[test]
fn empty_content_of_either_kind_is_one_version() {
    let stored = record("", 2_000);
    let version = content(&stored);
    let row = Some(Row::new(&stored, &version));
    for (payload, is_expected) in
        [(Payload::text(""), true), (Payload::binary([]), true), (Payload::text("x"), false)]
    {
        let expect = Expect::version(Version::content(payload));
        assert_eq!(delete(row, &expect, &context()).is_ok(), is_expected);
    }
}

/// A touch without a lock may be another handle's, so the version must match, too.
#[test]
fn a_repeated_touch_of_another_version_is_a_conflict() {
    let (stored, read) = (record("x", 2_000), seen());
    let to = Touch { expires: stored.expires, lock: LockDisposition::Release };
    let expect = Expect::lock(LockToken::draw(&OsRandom)).and_version(read.clone());
    let touched = |version| touch(Some(Row::new(&stored, version)), &to, &expect, &context());
    assert_eq!(touched(&read).ok(), Some(Effect::Nothing));
    assert_eq!(kind(touched(&seen())), ErrorKind::Conflict);
}

#[test]
fn content_does_not_show_a_write_on_an_expired_row() {
    let stored = record("x", 1);
    let version = content(&stored);
    let row = Some(Row::new(&stored, &version));
    let to = change(&stored, LockDisposition::Keep);
    assert_eq!(kind(update(row, &to, &Expect::PRESENT, &drawn(), &in_doubt())), ErrorKind::Gone);
}
