//! Tests of sessions that are read and then opened for writing (S9).

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a test")]

use session_conformance::{Context, Model};
use session_core::codec::{Base64, RawString};
use session_core::sessions::{Presented, SessionsBuilder, Undecodable, Upgraded, Written};
use session_core::strategy::Strategy;
use session_core::time::ManualClock;
use session_core::{
    ErrorKind, LastWriteWins, Lifetime, Optimistic, ReadSession, SessionId, Sessions,
};
use session_locking::Pessimistic;
use std::sync::Arc;
use std::time::Duration;

struct Bench {
    model: Arc<Model>,
    clock: ManualClock,
    id: SessionId,
}

impl Bench {
    async fn new() -> Self {
        let clock = ManualClock::at(Context::start());
        let model = Arc::new(Model::new(clock.clone()));
        let id = SessionId::parse("none").unwrap();
        let mut bench = Self { model, clock, id };
        let mut session = bench.unlocked().open(None).await.unwrap();
        session.data_mut().push_str("read");
        bench.id = session.commit().await.unwrap().id().unwrap().clone();
        bench
    }

    fn builder(&self, strategy: impl Strategy) -> SessionsBuilder<String> {
        let lifetime = Lifetime::idle(Duration::from_secs(100)).unwrap();
        let lifetime = lifetime.with_absolute(Duration::from_secs(150)).unwrap();
        let builder = Sessions::builder(strategy, RawString::new());
        builder.clock(self.clock.clone()).lifetime(lifetime)
    }

    fn unlocked(&self) -> Sessions<String> {
        self.builder(LastWriteWins::new(Arc::clone(&self.model))).build().unwrap()
    }

    fn optimistic(&self) -> Sessions<String> {
        self.builder(Optimistic::new(Arc::clone(&self.model))).build().unwrap()
    }

    fn locked(&self) -> Sessions<String> {
        self.builder(Pessimistic::new(Arc::clone(&self.model))).build().unwrap()
    }

    fn of_each_strategy(&self) -> [Sessions<String>; 3] {
        [self.unlocked(), self.optimistic(), self.locked()]
    }

    async fn read(&self, sessions: &Sessions<String>) -> ReadSession<String> {
        sessions.read(Some(self.id.secret())).await.unwrap()
    }

    async fn write(&self, data: &str) {
        let mut session = self.unlocked().open(Some(self.id.secret())).await.unwrap();
        data.clone_into(session.data_mut());
        let _ = session.commit().await.unwrap();
    }

    async fn data(&self) -> String {
        self.read(&self.unlocked()).await.data().clone()
    }
}

#[tokio::test]
async fn an_upgraded_session_is_committed_as_any() {
    let bench = Bench::new().await;
    for (number, sessions) in bench.of_each_strategy().iter().enumerate() {
        let Upgraded { mut session, changed, .. } =
            sessions.upgrade(bench.read(sessions).await).await.unwrap();
        assert!(!changed && !session.is_new());
        assert_eq!((session.id(), session.presented()), (&bench.id, Presented::Known));
        session.data_mut().push('x');
        let committed = session.commit().await.unwrap();
        assert_eq!((committed.written(), committed.has_new_id()), (Written::Updated, false));
        assert_eq!(bench.data().await, "read".to_owned() + &"x".repeat(number + 1));
        let unchanged = sessions.upgrade(bench.read(sessions).await).await.unwrap().session;
        assert_eq!(unchanged.commit().await.unwrap().written(), Written::Nothing);
    }
}

#[tokio::test]
async fn without_a_lock_the_commit_expects_what_was_read() {
    let bench = Bench::new().await;
    let sessions = bench.optimistic();
    let read = bench.read(&sessions).await;
    bench.write("written").await;
    let Upgraded { mut session, changed, .. } = sessions.upgrade(read).await.unwrap();
    assert_eq!((session.data().as_str(), changed), ("read", false));
    session.data_mut().push_str(" and changed");
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(bench.data().await, "written");
}

#[tokio::test]
async fn without_a_lock_nothing_is_sent() {
    for is_optimistic in [false, true] {
        let bench = Bench::new().await;
        let sessions = if is_optimistic { bench.optimistic() } else { bench.unlocked() };
        let read = bench.read(&sessions).await;
        sessions.destroy(Some(bench.id.secret())).await.unwrap();
        // A request to the store would find no record.
        let Upgraded { mut session, .. } = sessions.upgrade(read).await.unwrap();
        session.data_mut().push('x');
        assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Gone);
    }
}

#[tokio::test]
async fn a_session_may_be_read_by_one_strategy_and_written_by_another() {
    let bench = Bench::new().await;
    let read = bench.read(&bench.unlocked()).await;
    bench.write("written").await;
    let Upgraded { session, changed, .. } = bench.locked().upgrade(read).await.unwrap();
    assert_eq!((session.data().as_str(), changed), ("written", true));
    let mut unlocked = bench.unlocked().open(Some(bench.id.secret())).await.unwrap();
    unlocked.data_mut().push('x');
    let error = unlocked.commit().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Locked { .. }), "{error}");
}

#[tokio::test]
async fn under_a_lock_what_is_gone_shows_at_the_upgrade() {
    let bench = Bench::new().await;
    let sessions = bench.locked();
    let read = bench.read(&sessions).await;
    sessions.destroy(Some(bench.id.secret())).await.unwrap();
    assert_eq!(sessions.upgrade(read).await.unwrap_err().kind(), ErrorKind::Gone);
}

#[tokio::test]
async fn past_its_deadline_a_session_is_gone_and_its_lock_released() {
    let bench = Bench::new().await;
    for sessions in bench.of_each_strategy() {
        let read = bench.read(&sessions).await;
        bench.clock.set(Context::start().saturating_add(Duration::from_secs(150)));
        assert_eq!(sessions.upgrade(read).await.unwrap_err().kind(), ErrorKind::Gone);
        bench.clock.set(Context::start());
        assert!(bench.locked().open(Some(bench.id.secret())).await.is_ok());
    }
}

#[tokio::test]
async fn what_was_new_to_the_reader_is_new_to_the_writer() {
    let bench = Bench::new().await;
    for sessions in bench.of_each_strategy() {
        for (text, presented) in [
            (None, Presented::Nothing),
            (Some("a b"), Presented::Unacceptable),
            (Some("unknown"), Presented::Unknown),
        ] {
            let read = sessions.read(text).await.unwrap();
            let Upgraded { mut session, changed, .. } = sessions.upgrade(read).await.unwrap();
            assert_eq!((session.presented(), session.is_new(), changed), (presented, true, false));
            session.data_mut().push_str("new");
            assert!(session.commit().await.unwrap().has_new_id());
        }
    }
}

#[tokio::test]
async fn data_that_cannot_be_decoded_any_more_is_corrupt_and_starts_no_session_anew() {
    for undecodable in [Undecodable::Reject, Undecodable::StartAnew] {
        let bench = Bench::new().await;
        bench.write("YQ==").await;
        let strategy = Pessimistic::new(Arc::clone(&bench.model));
        let builder = Sessions::builder(strategy, Base64::new(RawString::new()));
        let sessions = builder.clock(bench.clock.clone()).on_undecodable(undecodable);
        let sessions: Sessions<String> = sessions.build().unwrap();
        let read = bench.read(&sessions).await;
        assert_eq!(read.data(), "a");
        bench.write("no base64").await;
        let error = sessions.upgrade(read).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert_eq!(bench.data().await, "no base64");
    }
}

#[tokio::test]
async fn the_debug_output_shows_no_data() {
    let bench = Bench::new().await;
    let sessions = bench.unlocked();
    let upgraded = sessions.upgrade(bench.read(&sessions).await).await.unwrap();
    let shown = format!("{upgraded:?}");
    assert!(shown.contains("changed: false") && !shown.contains("read"), "{shown}");
}
