//! A rotation is retried only if another write came first.

use crate::stored::stored;
use session_conformance::{Context, Model, Row, Rules};
use session_core::codec::RawString;
use session_core::error::{Operation, Outcome};
use session_core::store::{Deletion, Expect};
use session_core::time::{EpochMillis, ManualClock};
use session_core::{Error, ErrorKind, LastWriteWins, Result, SessionId, Sessions};
use std::sync::{Arc, Mutex};

/// A store that rejects rotations in this way, and notes their expectations.
#[derive(Debug)]
struct Rejects {
    kind: ErrorKind,
    outcome: Outcome,
    expected: Mutex<Vec<Expect>>,
}

impl Rejects {
    fn with(kind: ErrorKind, outcome: Outcome) -> Arc<Self> {
        Arc::new(Self { kind, outcome, expected: Mutex::default() })
    }

    /// The expectations of the rotations so far.
    fn tried(&self) -> Vec<Expect> {
        std::mem::take(&mut *self.expected.lock().expect("nobody panicked"))
    }
}

impl Rules for Rejects {
    fn check(&self, operation: Operation, _: &Row, expect: &Expect, _: EpochMillis) -> Result<()> {
        if operation != Operation::Rotate {
            return Ok(());
        }
        self.expected.lock().expect("nobody panicked").push(expect.clone());
        let error = Error::new(operation, self.kind);
        Err(match self.outcome {
            Outcome::NotApplied => error,
            Outcome::Unknown => error.with_unknown_outcome(),
        })
    }
}

/// Commits a rotation with this data to a session whose data is `data`.
///
/// Returns the new id and the error.
async fn rejected(rules: &Arc<Rejects>, data: &str) -> (SessionId, Error) {
    let clock = ManualClock::at(Context::start());
    let model = Arc::new(Model::with_rules(clock.clone(), Arc::clone(rules) as Arc<dyn Rules>));
    let strategy = LastWriteWins::new(model);
    let sessions =
        Sessions::builder(strategy, RawString::new()).clock(clock).build().expect("they fit");
    let id = stored(&sessions, "data").await;

    let mut session = sessions.open(Some(id.secret())).await.expect("it is there");
    data.clone_into(session.data_mut());
    let new = session.rotate().expect("the store rotates").clone();
    (new, session.commit().await.expect_err("it is rejected"))
}

#[tokio::test]
async fn a_rotation_whose_outcome_is_unknown_is_reported_and_not_tried_again() {
    for kind in [ErrorKind::Unavailable, ErrorKind::Conflict] {
        let rules = Rejects::with(kind, Outcome::Unknown);
        let (new, error) = rejected(&rules, "data").await;
        assert_eq!((error.kind(), error.outcome()), (kind, Outcome::Unknown));
        assert_eq!(error.new_id(), Some(&new));
        assert_eq!(rules.tried().len(), 1, "{kind}");
    }
}

#[tokio::test]
async fn a_rotation_of_unchanged_data_is_tried_eight_times() {
    let rules = Rejects::with(ErrorKind::Conflict, Outcome::NotApplied);
    let (_, error) = rejected(&rules, "data").await;
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Conflict, Outcome::NotApplied));
    assert_eq!(error.new_id(), None);
    let tried = rules.tried();
    assert_eq!(tried.len(), 8);
    assert!(tried.iter().all(|expect| expect.as_version().is_some()));
}

#[tokio::test]
async fn a_rotation_of_changed_data_expects_a_record_and_nothing_else() {
    let rules = Rejects::with(ErrorKind::Conflict, Outcome::NotApplied);
    rejected(&rules, "changed").await;
    assert_eq!(rules.tried(), [Expect::PRESENT]);
}

/// The record under the old id is deleted, because the new one does not exist yet.
#[tokio::test]
async fn a_rotated_session_that_is_destroyed_instead_is_deleted() {
    let clock = ManualClock::at(Context::start());
    let strategy = LastWriteWins::new(Model::new(clock.clone()));
    let sessions = Sessions::builder(strategy, RawString::new()).clock(clock).build().unwrap();
    let id = stored(&sessions, "data").await;

    let mut session = sessions.open(Some(id.secret())).await.unwrap();
    session.rotate().unwrap();
    assert_eq!(session.destroy().await.unwrap(), Deletion::Deleted);
    assert!(sessions.open(Some(id.secret())).await.unwrap().is_new());
}
