//! Every store rejects the same arguments before it reads a record.

use session_core::error::Operation;
use session_core::random::OsRandom;
use session_core::store::{
    Capabilities, Change, Expect, Key, LockDisposition, LockToken, OwnLifetime, Payload,
    PayloadKind, Record, Rotation, Tag, Touch,
};
use session_core::time::{EpochMillis, IdleTimeout, Timestamp};
use session_core::{ErrorKind, Result};
use std::time::Duration;

const NOW: EpochMillis = EpochMillis::from_epoch_millis(1_000_999);
const OVER: Timestamp = Timestamp::from_epoch_seconds(1_000);
const LATER: Timestamp = Timestamp::from_epoch_seconds(1_001);
const LEASE: Duration = Duration::from_millis(1);

/// Capabilities of text, lifetimes and keys of four bytes.
const LITTLE: Capabilities =
    Capabilities::NONE.with_payloads(PayloadKind::Text).with_lifetimes().with_max_key_bytes(4);
const MUCH: Capabilities = LITTLE.with_versions().with_rotation().with_locking();

fn key(text: &str) -> Key {
    Key::new(text).expect("it is not empty")
}

fn text() -> Payload {
    Payload::text("data")
}

fn record(expires: Timestamp) -> Record {
    Record { payload: text(), expires, deadline: Some(LATER), idle: None }
}

fn change(expires: Timestamp, lock: LockDisposition) -> Change {
    Change { payload: text(), expires, lifetime: None, lock }
}

fn touch(lock: LockDisposition) -> Touch {
    Touch { expires: OVER, lock }
}

fn rotation(expires: Timestamp) -> Rotation {
    Rotation { record: record(expires) }
}

fn lock() -> Expect {
    Expect::lock(LockToken::draw(&OsRandom))
}

fn version() -> Expect {
    Expect::version(Tag::draw(&OsRandom))
}

/// Runs every operation with these arguments. All other arguments are valid.
fn every_operation(
    store: &Capabilities,
    key: &Key,
    other: &Key,
    expect: &Expect,
) -> [(Operation, Result<()>); 4] {
    let change = change(LATER, LockDisposition::Keep);
    let rotation = rotation(LATER);
    [
        (Operation::Update, store.admit_update(key, &change, expect, NOW)),
        (Operation::Touch, store.admit_touch(key, &touch(LockDisposition::Keep), expect)),
        (Operation::Rotate, store.admit_rotate(key, other, &rotation, expect, NOW)),
        (Operation::Delete, store.admit_delete(key, expect)),
    ]
}

fn assert_rejected(admitted: Result<()>, operation: Operation, kind: ErrorKind, says: &str) {
    let error = admitted.expect_err(says);
    assert_eq!((error.operation(), error.kind()), (operation, kind), "{error}");
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn what_is_declared_is_admitted() {
    let (a, b) = (key("four"), key("FOUR"));
    let both = lock().and_version(Tag::draw(&OsRandom));
    for expect in [Expect::PRESENT, lock(), version(), both] {
        for (operation, admitted) in every_operation(&MUCH, &a, &b, &expect) {
            assert!(admitted.is_ok(), "{operation}: {admitted:?}");
        }
    }
    MUCH.admit_create(&a, &record(LATER), NOW).unwrap();
    MUCH.admit_update(&a, &change(LATER, LockDisposition::Release), &lock(), NOW).unwrap();
    MUCH.admit_touch(&a, &touch(LockDisposition::Release), &lock()).unwrap();
    MUCH.admit_rotate(&a, &b, &rotation(LATER), &lock(), NOW).unwrap();
    MUCH.admit_lease(Operation::Renew, &a, LEASE).unwrap();
}

#[test]
fn an_expectation_that_is_not_declared_is_unsupported() {
    let (a, b) = (key("a"), key("b"));
    let store = LITTLE.with_rotation();
    for (expect, says) in [(lock(), "no locks"), (version(), "no versions")] {
        for (operation, admitted) in every_operation(&store, &a, &b, &expect) {
            assert_rejected(admitted, operation, ErrorKind::Unsupported, says);
        }
    }
    for (operation, admitted) in every_operation(&store, &a, &b, &Expect::PRESENT) {
        assert!(admitted.is_ok(), "{operation}: {admitted:?}");
    }
}

#[test]
fn data_that_is_not_declared_is_unsupported() {
    let (a, b) = (key("a"), key("b"));
    let store = Capabilities::NONE.with_payloads(PayloadKind::Binary).with_rotation();
    let unsupported = |admitted, operation, says: &str| {
        assert_rejected(admitted, operation, ErrorKind::Unsupported, says);
    };
    let says = "no text payloads";
    let new = Record { deadline: None, ..record(LATER) };
    unsupported(store.admit_create(&a, &new, NOW), Operation::Create, says);
    let changed =
        store.admit_update(&a, &change(LATER, LockDisposition::Keep), &Expect::PRESENT, NOW);
    unsupported(changed, Operation::Update, says);
    let moved = Rotation { record: new.clone() };
    let rotated = store.admit_rotate(&a, &b, &moved, &Expect::PRESENT, NOW);
    unsupported(rotated, Operation::Rotate, says);

    let store = store.with_payloads(PayloadKind::Text);
    store.admit_create(&a, &new, NOW).unwrap();
    unsupported(store.admit_create(&a, &record(LATER), NOW), Operation::Create, "no lifetimes");
    let rotated = store.admit_rotate(&a, &b, &rotation(LATER), &Expect::PRESENT, NOW);
    unsupported(rotated, Operation::Rotate, "no lifetimes");
    let idle = IdleTimeout::from_seconds(60);
    let idle_alone = Record { idle: Some(idle), ..new };
    unsupported(store.admit_create(&a, &idle_alone, NOW), Operation::Create, "no lifetimes");
    let change = Change {
        lifetime: Some(OwnLifetime { idle, deadline: None }),
        ..change(LATER, LockDisposition::Keep)
    };
    let changed = store.admit_update(&a, &change, &Expect::PRESENT, NOW);
    unsupported(changed, Operation::Update, "no lifetimes");
    MUCH.admit_create(&a, &idle_alone, NOW).unwrap();
    MUCH.admit_update(&a, &change, &Expect::PRESENT, NOW).unwrap();
    let rotated = LITTLE.admit_rotate(&a, &b, &rotation(LATER), &Expect::PRESENT, NOW);
    unsupported(rotated, Operation::Rotate, "to a new id");
}

#[test]
fn a_key_beyond_the_limit_is_invalid() {
    let (short, long) = (key("four"), key("fives"));
    let invalid = |admitted, operation| {
        assert_rejected(admitted, operation, ErrorKind::InvalidArgument, "5 bytes of 4");
    };
    for (operation, admitted) in every_operation(&MUCH, &long, &short, &Expect::PRESENT) {
        invalid(admitted, operation);
    }
    let onto = MUCH.admit_rotate(&short, &long, &rotation(LATER), &Expect::PRESENT, NOW);
    invalid(onto, Operation::Rotate);
    invalid(MUCH.admit_key(Operation::Load, &long), Operation::Load);
    invalid(MUCH.admit_create(&long, &record(LATER), NOW), Operation::Create);
    invalid(MUCH.admit_lease(Operation::Acquire, &long, LEASE), Operation::Acquire);
}

#[test]
fn an_expiry_that_is_not_after_now_is_invalid() {
    let (a, b) = (key("a"), key("b"));
    let invalid = |admitted, operation| {
        assert_rejected(admitted, operation, ErrorKind::InvalidArgument, "must be in the future");
    };
    invalid(MUCH.admit_create(&a, &record(OVER), NOW), Operation::Create);
    let changed =
        MUCH.admit_update(&a, &change(OVER, LockDisposition::Keep), &Expect::PRESENT, NOW);
    invalid(changed, Operation::Update);
    let rotated = MUCH.admit_rotate(&a, &b, &rotation(OVER), &Expect::PRESENT, NOW);
    invalid(rotated, Operation::Rotate);
}

#[test]
fn a_lock_that_is_not_expected_is_not_released() {
    let a = key("a");
    let (invalid, release) = (ErrorKind::InvalidArgument, LockDisposition::Release);
    for expect in [Expect::PRESENT, version()] {
        let changed = MUCH.admit_update(&a, &change(LATER, release), &expect, NOW);
        assert_rejected(changed, Operation::Update, invalid, "can release only");
        let touched = MUCH.admit_touch(&a, &touch(release), &expect);
        assert_rejected(touched, Operation::Touch, invalid, "can release only");
    }
}

#[test]
fn a_lease_below_a_millisecond_is_invalid() {
    let a = key("a");
    let nothing = Duration::from_micros(999);
    let (invalid, says) = (ErrorKind::InvalidArgument, "at least a millisecond");
    for operation in [Operation::Acquire, Operation::Renew] {
        assert_rejected(MUCH.admit_lease(operation, &a, nothing), operation, invalid, says);
    }
}

#[test]
fn a_rotation_onto_itself_is_invalid() {
    let a = key("a");
    let rotated = MUCH.admit_rotate(&a, &a, &rotation(LATER), &Expect::PRESENT, NOW);
    assert_rejected(rotated, Operation::Rotate, ErrorKind::InvalidArgument, "two different keys");
}

#[test]
fn a_size_beyond_the_limit_is_too_large() {
    let limit = 400;
    let store = LITTLE.with_max_record_bytes(limit);
    store.admit_size(Operation::Create, limit - 1).unwrap();
    store.admit_size(Operation::Create, limit).unwrap();
    let refused = store.admit_size(Operation::Create, limit + 1);
    let kind = ErrorKind::TooLarge { size: limit + 1, limit };
    assert_rejected(refused, Operation::Create, kind, "401 bytes of 400");
    LITTLE.admit_size(Operation::Create, usize::MAX).unwrap();
}
