//! Tests of empty sessions of PHP, whose ids clients may have made up.

use crate::support::{Server, number};
use session_kit::codec::RawString;
use session_kit::dynamodb::Profile;
use session_kit::sessions::Presented;
use session_kit::time::{Clock, SystemClock};
use session_kit::{Committed, Config};

/// Stores an empty session of PHP, in real time.
///
/// A configuration has no other clock.
async fn created_by_php(server: &Server, id: &str) {
    let expires = SystemClock.now().timestamp().as_epoch_seconds() + 3_600;
    server.put(&format!("PHPSESSID_{id}"), &[("expires", number(expires))]).await;
}

async fn has_new_id(config: &Config, server: &Server, id: &str) -> bool {
    let store = config.dynamodb_store(server.0.client()).expect("it fits");
    let sessions = config.sessions_with(store, RawString::new()).expect("it fits");
    let mut session = sessions.open(Some(id)).await.expect("it opens");
    assert_eq!(session.presented(), Presented::Known);
    session.data_mut().push_str("n|i:1;");
    let committed = session.commit().await.expect("it commits");
    let Committed::Stored { new_id, .. } = committed else { panic!("{committed:?}") };
    new_id
}

#[tokio::test]
async fn a_profile_rotates_empty_sessions_where_the_server_has_transactions() {
    let server = Server::start().await;
    for (name, configuration, rotates) in [
        ("a1", r#"{"table_name":"sessions"}"#, true),
        ("a2", r#"{"table_name":"sessions","locking":true}"#, true),
        ("a3", r#"{"table_name":"sessions","transactions":false}"#, false),
    ] {
        created_by_php(&server, name).await;
        let mut json = serde_json::Deserializer::from_str(configuration);
        let config = Config::of_profile(Profile::AwsSdkPhp, &mut json).expect("it fits");
        assert_eq!(has_new_id(&config, &server, name).await, rotates, "{configuration}");
        let old = server.item(&format!("PHPSESSID_{name}")).await;
        assert_eq!(old.is_none(), rotates, "{configuration}");
    }
}

#[tokio::test]
async fn without_a_profile_an_empty_session_keeps_its_id() {
    let server = Server::start().await;
    created_by_php(&server, "a1").await;
    let set = [("SESSION_TABLE_NAME", "sessions"), ("SESSION_SESSION_NAME", "PHPSESSID")];
    let config = Config::from_variables(set).expect("it fits");
    assert!(!has_new_id(&config, &server, "a1").await);
}
