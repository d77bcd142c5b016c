//! Tests of the texts of errors, and of their advice to the caller.

use session_core::error::{Operation, Outcome, Retry};
use session_core::store::Payload;
use session_core::{Error, ErrorKind, SessionId};
use std::error::Error as StdError;
use std::io;
use std::time::Duration;

#[test]
fn every_kind_says_what_to_do() {
    let some = Some(Duration::from_secs(3));
    for (kind, retry) in [
        (ErrorKind::Unavailable, Retry::Later),
        (ErrorKind::LockTimeout { remaining: some }, Retry::Later),
        (ErrorKind::Locked { remaining: some }, Retry::Later),
        (ErrorKind::Full, Retry::Later),
        (ErrorKind::LockLost, Retry::Reopen),
        (ErrorKind::Conflict, Retry::Reopen),
        (ErrorKind::AlreadyExists, Retry::Reopen),
        (ErrorKind::Gone, Retry::Never),
        (ErrorKind::Unsupported, Retry::Never),
        (ErrorKind::TooLarge { size: 2, limit: 1 }, Retry::Never),
        (ErrorKind::Corrupt, Retry::Never),
        (ErrorKind::Config, Retry::Never),
        (ErrorKind::Denied, Retry::Never),
        (ErrorKind::InvalidArgument, Retry::Never),
    ] {
        let error = Error::new(Operation::Update, kind);
        assert_eq!((error.kind(), error.retry()), (kind, retry));
        assert_eq!(error.outcome(), Outcome::NotApplied);
        let variant = format!("{kind:?}");
        assert_eq!(variant.split_once(' ').map_or(&*variant, |(name, _)| name), kind.name());
    }
}

#[test]
fn after_an_unknown_outcome_only_a_new_look_helps() {
    let error = Error::new(Operation::Update, ErrorKind::Unavailable).with_unknown_outcome();
    assert_eq!((error.outcome(), error.retry()), (Outcome::Unknown, Retry::Reopen));
    assert!(error.to_string().contains("outcome unknown"));
}

#[test]
fn the_new_id_of_a_session_is_in_the_error_and_not_printed() {
    let id = SessionId::parse("0123456789abcdef").unwrap();
    let error = Error::new(Operation::Rotate, ErrorKind::Unavailable).with_unknown_outcome();
    assert_eq!(error.new_id(), None);
    let error = error.with_new_id(id.clone());
    assert_eq!(error.new_id(), Some(&id));
    let printed = format!("{error} {error:?}");
    assert!(!printed.contains(id.secret()), "{printed}");
}

#[test]
fn a_lock_in_the_way_says_how_long() {
    let remaining = Some(Duration::from_secs(3));
    for kind in [ErrorKind::Locked { remaining }, ErrorKind::LockTimeout { remaining }] {
        assert_eq!(Error::new(Operation::Open, kind).retry_after(), remaining);
    }
    assert_eq!(Error::new(Operation::Open, ErrorKind::Gone).retry_after(), None);
}

#[test]
fn the_source_is_kept_and_not_printed_twice() {
    let error = Error::new(Operation::Load, ErrorKind::Unavailable)
        .with_detail("the table did not answer")
        .with_source(io::Error::other("connection reset"));
    let text = "load: the store is unavailable: the table did not answer";
    assert_eq!(error.to_string(), text);
    assert_eq!(error.source().unwrap().to_string(), "connection reset");
}

#[test]
fn what_is_corrupt_can_be_had_but_is_not_printed() {
    let payload = Payload::text("hunter2");
    let error = Error::new(Operation::Decode, ErrorKind::Corrupt).with_payload(payload.clone());
    assert_eq!(error.payload(), Some(&payload));
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[test]
fn a_part_can_be_reported_as_the_whole() {
    let error = Error::new(Operation::Load, ErrorKind::Unavailable).during(Operation::Open);
    assert_eq!(error.operation(), Operation::Open);
    assert_eq!(error.to_string(), "open: the store is unavailable");
}
