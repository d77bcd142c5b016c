//! Tests of the ids that PHP accepts, and of its sessions under made-up ids.

use crate::loopback::Loopback;
use crate::script::{TABLE, Waiting, run};
use serde_json::json;
use session_core::codec::RawString;
use session_core::sessions::{IdAlphabet, Presented};
use session_core::store::{Freshness, Key, SessionStore};
use session_core::{Committed, KeyScheme, LastWriteWins, Sessions};
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, Profile, TableOptions};
use std::iter::repeat_with;
use std::sync::Arc;

/// Whether PHP reads a session by this id, and does not replace the id.
fn is_let_through(id: &str) -> bool {
    let server = Loopback::answering(repeat_with(|| (200, "{}".to_owned())));
    run(&server.url(), id, &json!({}), &[]);
    let requests = server.requests();
    assert_eq!(requests.len(), 2, "it reads and writes");
    requests.iter().all(|request| request.body["Key"]["id"]["S"] == format!("PHPSESSID_{id}"))
}

#[test]
#[ignore = "needs php with ext-curl"]
fn the_printable_alphabet_is_what_php_lets_through_but_the_semicolon() {
    for character in (b'!'..=b'~').map(char::from).filter(|it| !it.is_ascii_alphanumeric()) {
        let id = format!("a{character}b");
        let expected = is_let_through(&id) && character != ';';
        assert_eq!(IdAlphabet::Printable.parse(&id).is_ok(), expected, "{character}");
    }
}

/// A table that PHP has written to, with sessions of its profile.
async fn table() -> (EmbeddedDynamoDb, Arc<DynamoDbStore>, Sessions<String>) {
    let server = EmbeddedDynamoDb::start().await.expect("the server starts");
    let builder = DynamoDbStore::builder(server.client(), TABLE).profile(Profile::AwsSdkPhp);
    let store = Arc::new(builder.build().expect("the settings fit"));
    let table = TableOptions { time_to_live: false, ..TableOptions::default() };
    store.create_table(&table).await.expect("the table can be made");
    let scheme = KeyScheme::Named { name: "PHPSESSID".into(), separator: "_".into() };
    let strategy = LastWriteWins::new(Arc::clone(&store));
    let sessions = Sessions::builder(strategy, RawString::new()).key_scheme(scheme);
    let sessions = sessions.rotate_empty(Profile::is_empty_session).build().expect("they fit");
    (server, store, sessions)
}

/// The data under an id, or `None` if there is no session.
async fn data(store: &DynamoDbStore, id: &str) -> Option<String> {
    let key = Key::new(format!("PHPSESSID_{id}")).expect("it is one");
    let payload =
        store.load(&key, Freshness::AsConfigured).await.expect("it can be read")?.record.payload;
    Some(String::from_utf8(payload.as_bytes().to_vec()).expect("it is text"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs php with ext-curl"]
async fn an_id_that_php_took_from_a_client_is_worth_nothing_once_there_is_data() {
    for serialize_handler in ["php", "php_serialize"] {
        let (server, store, sessions) = table().await;
        let options = json!({"serialize_handler": serialize_handler});
        run(&server.endpoint_url(), "attacker", &options, &[]);
        let mut session = sessions.open(Some("attacker")).await.expect("it opens");
        assert_eq!(session.presented(), Presented::Known, "PHP stored a session");
        "user|i:7;".clone_into(session.data_mut());
        let committed = session.commit().await.expect("it commits");
        assert!(matches!(committed, Committed::Stored { new_id: true, .. }), "{committed:?}");
        assert_eq!(data(&store, "attacker").await, None);
    }
}

/// The data under the old id after PHP opened it, a rotation, and PHP's write.
async fn after_rotation(steps: &[&str]) -> Option<String> {
    let (server, store, sessions) = table().await;
    run(&server.endpoint_url(), "old", &json!({}), &["n=1"]);
    let steps = [steps, &["wait"]].concat();
    let php = Waiting::start(&server.endpoint_url(), "old", &json!({}), &steps);
    let mut session = sessions.open(Some("old")).await.expect("it opens");
    session.rotate().expect("the store rotates");
    let _ = session.commit().await.expect("it commits");
    assert_eq!(data(&store, "old").await, None);
    php.go_on();
    data(&store, "old").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs php with ext-curl"]
async fn a_php_request_without_locks_brings_an_id_back_that_was_rotated_away() {
    assert_eq!(after_rotation(&["m=2"]).await.as_deref(), Some("n|i:1;m|i:2;"));
    assert_eq!(after_rotation(&[]).await.as_deref(), Some(""), "unchanged data is not written");
}
