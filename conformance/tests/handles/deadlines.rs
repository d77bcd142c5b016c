//! The deadline also holds by the application's clock, for every store clock (S7).

use crate::stored::stored;
use session_conformance::{Context, Model};
use session_core::codec::RawString;
use session_core::error::Operation;
use session_core::store::Deletion;
use session_core::time::{Clock, EpochMillis, ManualClock};
use session_core::{ErrorKind, LastWriteWins, Lifetime, OpenSession, SessionId, Sessions};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const LIFE: Duration = Duration::from_secs(100);
const MILLISECOND: Duration = Duration::from_millis(1);

/// A clock that can advance right after it was read.
#[derive(Clone, Debug)]
struct Application {
    clock: ManualClock,
    after_reading: Arc<Mutex<Duration>>,
}

impl Clock for Application {
    fn now(&self) -> EpochMillis {
        let now = self.clock.now();
        let mut next = self.after_reading.lock().unwrap_or_else(PoisonError::into_inner);
        self.clock.advance(mem::take(&mut *next));
        now
    }
}

/// Sessions with a deadline, in a store with its own clock, and one stored session.
struct Apart {
    store: ManualClock,
    application: Application,
    sessions: Sessions<String>,
    id: SessionId,
}

impl Apart {
    async fn with_a_session() -> Self {
        let store = ManualClock::at(Context::start());
        let clock = ManualClock::at(Context::start());
        let application = Application { clock, after_reading: Arc::default() };
        let lifetime = Lifetime::idle(LIFE).and_then(|lifetime| lifetime.with_absolute(LIFE));
        let model = Arc::new(Model::new(store.clone()));
        let sessions = Sessions::builder(LastWriteWins::new(model), RawString::new())
            .lifetime(lifetime.expect("they agree"))
            .clock(application.clone())
            .build()
            .expect("the model keeps deadlines");
        let id = stored(&sessions, "data").await;
        Self { store, application, sessions, id }
    }

    async fn open(&self) -> OpenSession<String> {
        self.sessions.open(Some(self.id.secret())).await.expect("the model answers")
    }
}

/// The time from [`Context::start()`] to the second of the deadline.
fn to_the_deadline() -> Duration {
    let deadline = Context::start().timestamp().saturating_add(LIFE);
    Duration::from_secs(deadline.as_epoch_seconds())
        .saturating_sub(Duration::from_millis(Context::start().as_epoch_millis()))
}

#[tokio::test]
async fn at_its_deadline_a_session_opens_no_more_though_the_store_has_it() {
    let apart = Apart::with_a_session().await;
    apart.application.clock.advance(to_the_deadline().saturating_sub(MILLISECOND));
    let session = apart.open().await;
    assert_eq!((session.id(), session.data().as_str()), (&apart.id, "data"));
    apart.application.clock.advance(MILLISECOND);
    let session = apart.open().await;
    assert!(session.is_new() && session.data().is_empty());
    assert_ne!(session.id(), &apart.id);
    assert_eq!(apart.sessions.destroy(Some(apart.id.secret())).await.unwrap(), Deletion::Deleted);
}

#[tokio::test]
async fn at_its_deadline_a_session_is_read_no_more_though_the_store_has_it() {
    let apart = Apart::with_a_session().await;
    let id = Some(apart.id.secret());
    apart.application.clock.advance(to_the_deadline().saturating_sub(MILLISECOND));
    let session = apart.sessions.read(id).await.unwrap();
    assert_eq!((session.id(), session.data().as_str()), (Some(&apart.id), "data"));
    apart.application.clock.advance(MILLISECOND);
    let session = apart.sessions.read(id).await.unwrap();
    assert_eq!((session.id(), session.data().as_str()), (None, ""));
}

#[tokio::test]
async fn at_its_deadline_a_handle_writes_no_more_though_the_store_has_it() {
    let apart = Apart::with_a_session().await;
    let (unchanged, mut rotated) = (apart.open().await, apart.open().await);
    apart.application.clock.advance(to_the_deadline());
    assert_eq!(unchanged.commit().await.unwrap_err().kind(), ErrorKind::Gone);
    rotated.rotate().unwrap();
    assert_eq!(rotated.commit().await.unwrap_err().kind(), ErrorKind::Gone);
}

/// The commit requests the deadline as expiry, which is in the past for the store.
#[tokio::test]
async fn a_deadline_that_passes_during_the_commit_is_gone() {
    let apart = Apart::with_a_session().await;
    let mut session = apart.open().await;
    session.data_mut().push_str("changed");
    apart.store.advance(to_the_deadline());
    apart.application.clock.advance(to_the_deadline().saturating_sub(MILLISECOND));
    *apart.application.after_reading.lock().unwrap() = MILLISECOND;
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.operation(), error.kind()), (Operation::Commit, ErrorKind::Gone));
}

#[tokio::test]
async fn what_a_store_rejects_before_the_deadline_is_reported_as_it_is() {
    let apart = Apart::with_a_session().await;
    let mut session = apart.open().await;
    session.data_mut().push_str("changed");
    apart.store.advance(to_the_deadline());
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.operation(), error.kind()), (Operation::Update, ErrorKind::InvalidArgument));
}

#[tokio::test]
async fn what_a_store_rejects_for_another_reason_is_reported_as_it_is() {
    let apart = Apart::with_a_session().await;
    let mut session = apart.open().await;
    session.data_mut().push_str("changed");
    apart.sessions.destroy(Some(apart.id.secret())).await.unwrap();
    apart.application.clock.advance(to_the_deadline().saturating_sub(MILLISECOND));
    *apart.application.after_reading.lock().unwrap() = MILLISECOND;
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.operation(), error.kind()), (Operation::Update, ErrorKind::Gone));
}
