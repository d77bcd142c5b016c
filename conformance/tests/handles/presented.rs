//! The tests of `presented()`: none, unacceptable, unknown and known ids.

use crate::stored::stored;
use session_conformance::{Context, Model};
use session_core::codec::RawString;
use session_core::sessions::{IdAlphabet, Presented, SessionsBuilder};
use session_core::time::ManualClock;
use session_core::{KeyScheme, LastWriteWins, Sessions};
use std::sync::Arc;

fn builder() -> SessionsBuilder<String> {
    let clock = ManualClock::at(Context::start());
    let model = Model::new(clock.clone());
    Sessions::builder(LastWriteWins::new(Arc::new(model)), RawString::new()).clock(clock)
}

fn named(name: &str) -> KeyScheme {
    KeyScheme::Named { name: name.into(), separator: "_".into() }
}

async fn presented(sessions: &Sessions<String>, text: Option<&str>) -> Presented {
    let opened = sessions.open(text).await.expect("it opens");
    assert_eq!(opened.is_new(), opened.presented() != Presented::Known);
    let read = sessions.read(text).await.expect("it opens");
    assert_eq!(read.id().is_none(), read.presented() != Presented::Known);
    assert_eq!(opened.presented(), read.presented(), "reading and writing agree");
    opened.presented()
}

#[tokio::test]
async fn a_session_says_what_became_of_the_presented_id() {
    let sessions = builder().build().unwrap();
    let id = stored(&sessions, "data").await;
    assert_eq!(presented(&sessions, None).await, Presented::Nothing);
    assert_eq!(presented(&sessions, Some("")).await, Presented::Unacceptable);
    assert_eq!(presented(&sessions, Some("user@host")).await, Presented::Unacceptable);
    assert_eq!(presented(&sessions, Some("unknown")).await, Presented::Unknown);
    assert_eq!(presented(&sessions, Some(id.secret())).await, Presented::Known);
    sessions.destroy(Some(id.secret())).await.unwrap();
    assert_eq!(presented(&sessions, Some(id.secret())).await, Presented::Unknown);
}

#[tokio::test]
async fn the_key_scheme_has_an_alphabet_unless_another_is_set() {
    for (scheme, set, accepted, unacceptable) in [
        (KeyScheme::Hashed, None, "a_b-c", "a,b"),
        (KeyScheme::Plain, None, "a_b-c", "a,b"),
        (named("SID"), None, "a,b-c", "a_b"),
        (named("SID"), Some(IdAlphabet::UrlSafe), "a_b-c", "a,b"),
        (named("SID"), Some(IdAlphabet::Printable), "x.y:z+=", "x;y"),
    ] {
        let mut builder = builder().key_scheme(scheme.clone());
        if let Some(alphabet) = set {
            builder = builder.id_alphabet(alphabet);
        }
        let sessions = builder.build().unwrap();
        assert_eq!(presented(&sessions, Some(accepted)).await, Presented::Unknown, "{scheme:?}");
        let other = presented(&sessions, Some(unacceptable)).await;
        assert_eq!(other, Presented::Unacceptable, "{scheme:?}");
    }
}

#[tokio::test]
async fn an_accepted_id_that_is_unknown_is_not_adopted() {
    let sessions = builder().key_scheme(named("SID")).id_alphabet(IdAlphabet::Printable);
    let sessions = sessions.build().unwrap();
    let mut session = sessions.open(Some("user@host")).await.unwrap();
    assert_eq!(session.presented(), Presented::Unknown);
    session.data_mut().push_str("data");
    let committed = session.commit().await.unwrap();
    assert_ne!(committed.id().unwrap().secret(), "user@host");
    assert_eq!(presented(&sessions, Some("user@host")).await, Presented::Unknown);
}

#[tokio::test]
async fn an_id_without_a_key_is_unacceptable() {
    let sessions = builder().key_scheme(named("")).id_alphabet(IdAlphabet::Printable);
    let sessions = sessions.build().unwrap();
    assert_eq!(presented(&sessions, Some("___")).await, Presented::Unacceptable);
}
