//! A rotation is tried again where another write came first, and for no other reason.

use session_conformance::{Context, Model, Row, Rules};
use session_core::codec::RawString;
use session_core::error::{Operation, Outcome};
use session_core::store::Expect;
use session_core::time::{EpochMillis, ManualClock};
use session_core::{Error, ErrorKind, LastWriteWins, Result, Sessions};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Answers rotations with an outcome that nobody knows, and counts them.
#[derive(Debug, Default)]
struct LosesReplies {
    rotations: AtomicUsize,
}

impl Rules for LosesReplies {
    fn check(&self, operation: Operation, _: &Row, _: &Expect, _: EpochMillis) -> Result<()> {
        if operation != Operation::Rotate {
            return Ok(());
        }
        self.rotations.fetch_add(1, Ordering::SeqCst);
        Err(Error::new(operation, ErrorKind::Unavailable).with_unknown_outcome())
    }
}

#[tokio::test]
async fn a_rotation_whose_outcome_is_unknown_is_reported_and_not_tried_again() {
    let (clock, rules) = (ManualClock::at(Context::START), Arc::new(LosesReplies::default()));
    let model = Arc::new(Model::with_rules(clock.clone(), Arc::clone(&rules) as Arc<dyn Rules>));
    let sessions = Sessions::builder(LastWriteWins::new(model), RawString::new())
        .clock(clock)
        .build()
        .unwrap();
    let mut session = sessions.open(None).await.unwrap();
    session.data_mut().push_str("data");
    let id = session.id().clone();
    let _ = session.commit().await.unwrap();

    let mut session = sessions.open(Some(id.secret())).await.unwrap();
    let error = session.rotate().await.unwrap_err();
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Unavailable, Outcome::Unknown));
    assert_eq!(session.id(), &id);
    assert_eq!(rules.rotations.load(Ordering::SeqCst), 1);
}
