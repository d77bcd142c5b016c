//! Tests of a session's ids, times and debug output.

use crate::stored::stored;
use session_conformance::{Context, Lawful, Model, Rules};
use session_core::codec::RawString;
use session_core::sessions::{SessionsBuilder, Written};
use session_core::store::{Capabilities, Deletion};
use session_core::time::ManualClock;
use session_core::{Committed, KeyScheme, LastWriteWins, SessionId, Sessions};
use std::sync::Arc;
use std::time::Duration;

/// A store with keys as long as a generated id.
#[derive(Debug)]
struct Narrow;

impl Rules for Narrow {
    fn capabilities(&self) -> Capabilities {
        Lawful.capabilities().with_max_key_bytes(32)
    }
}

fn builder() -> SessionsBuilder<String> {
    let clock = ManualClock::at(Context::start());
    let model = Model::with_rules(clock.clone(), Arc::new(Narrow));
    Sessions::builder(LastWriteWins::new(Arc::new(model)), RawString::new())
        .key_scheme(KeyScheme::Plain)
        .clock(clock)
}

fn sessions() -> Sessions<String> {
    builder().build().expect("an id fits")
}

#[test]
fn the_time_to_an_expiry_counts_from_the_present_second() {
    let (sessions, now) = (sessions(), Context::start().timestamp());
    let later = now.saturating_add(Duration::from_secs(10));
    assert_eq!(sessions.time_to(later), Duration::from_secs(10));
    assert_eq!(sessions.time_to(now), Duration::ZERO);
}

#[tokio::test]
async fn a_commit_says_the_id_of_what_is_stored() {
    let sessions = sessions();
    let committed = sessions.open(None).await.unwrap().commit().await.unwrap();
    assert_eq!((committed.id(), &committed), (None, &Committed::Nothing));
    let mut session = sessions.open(None).await.unwrap();
    session.data_mut().push_str("data");
    let id = session.id().clone();
    let committed = session.commit().await.unwrap();
    assert_eq!(committed.id(), Some(&id));
    let Committed::Stored { written, new_id, .. } = committed else { panic!("{committed:?}") };
    assert_eq!((written, new_id), (Written::Created, true));
}

#[tokio::test]
async fn an_id_too_long_for_the_store_is_one_that_it_does_not_know() {
    let sessions = sessions();
    let id = stored(&sessions, "data").await;
    assert!(!sessions.open(Some(id.secret())).await.unwrap().is_new());

    let longer = SessionId::parse(&format!("{}0", id.secret())).unwrap();
    assert!(sessions.open(Some(longer.secret())).await.unwrap().is_new());
    assert_eq!(sessions.read(Some(longer.secret())).await.unwrap().id(), None);
    assert_eq!(sessions.destroy(Some(longer.secret())).await.unwrap(), Deletion::WasAbsent);
    assert_eq!(sessions.destroy(Some(id.secret())).await.unwrap(), Deletion::Deleted);
}

#[tokio::test]
async fn the_debug_output_shows_settings_and_times_alone() {
    let printed = format!("{:?}", builder());
    assert!(printed.starts_with("SessionsBuilder { strategy: LastWriteWins"), "{printed}");
    assert!(printed.contains("codec: RawString"), "{printed}");

    let sessions = sessions();
    let printed = format!("{sessions:?}");
    assert!(printed.starts_with("Sessions { strategy: LastWriteWins"), "{printed}");
    for setting in ["codec: RawString", "key_scheme: Plain", "lifetime: Lifetime"] {
        assert!(printed.contains(setting), "{printed}");
    }

    let mut session = sessions.open(None).await.unwrap();
    assert_eq!(format!("{session:?}"), "OpenSession { expires: None, .. }");
    session.data_mut().push_str("secret");
    let id = session.id().clone();
    let _ = session.commit().await.unwrap();
    let expires = Context::start().timestamp().saturating_add(Duration::from_mins(24));
    let expires = format!("{{ expires: Some({expires:?}), .. }}");
    let session = sessions.open(Some(id.secret())).await.unwrap();
    assert_eq!(format!("{session:?}"), format!("OpenSession {expires}"));
    let session = sessions.read(Some(id.secret())).await.unwrap();
    assert_eq!(format!("{session:?}"), format!("ReadSession {expires}"));
}

#[tokio::test]
async fn closing_says_whether_it_moved_the_expiry() {
    let clock = ManualClock::at(Context::start());
    let strategy = LastWriteWins::new(Model::new(clock.clone()));
    let sessions = Sessions::<String>::builder(strategy, RawString::new()).clock(clock.clone());
    let sessions = sessions.build().unwrap();
    assert!(sessions.capabilities().rotates());
    let mut session = sessions.open(None).await.unwrap();
    session.data_mut().push_str("data");
    let id = session.id().clone();
    let stored = session.commit().await.unwrap().expires();
    for (later, moves) in [(Duration::from_secs(1), false), (Duration::from_mins(12), true)] {
        clock.advance(later);
        let session = sessions.read(Some(id.secret())).await.unwrap();
        assert_eq!(session.is_touch_due(), moves, "{later:?}");
        let closed = session.close().await.unwrap();
        assert_eq!((closed.touched, closed.expires > stored), (moves, moves), "{later:?}");
    }
    let unknown = sessions.read(Some("unknown")).await.unwrap();
    assert!(!unknown.is_touch_due());
    let closed = unknown.close().await.unwrap();
    assert_eq!((closed.touched, closed.expires), (false, None));
}
