//! The ids that PHP lets through, and the sessions that it creates under made-up ones.

use crate::loopback::Loopback;
use crate::script::{TABLE, run};
use serde_json::json;
use session_core::{
    Committed, IdAlphabet, Key, KeyScheme, LastWriteWins, Presented, RawString, SessionStore,
    Sessions,
};
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, Profile, TableOptions};
use std::iter::repeat_with;
use std::sync::Arc;

/// Whether PHP reads a session by this id, or drops the id for one that it generates.
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs php with ext-curl"]
async fn an_id_that_php_took_from_a_client_is_worth_nothing_once_there_is_data() {
    for serialize_handler in ["php", "php_serialize"] {
        let server = EmbeddedDynamoDb::start().await.expect("the server starts");
        let builder = DynamoDbStore::builder(server.client(), TABLE).profile(Profile::AwsSdkPhp);
        let store = Arc::new(builder.build().expect("the settings fit"));
        let table = TableOptions { time_to_live: false, ..TableOptions::default() };
        store.create_table(&table).await.expect("the table can be made");
        let options = json!({"serialize_handler": serialize_handler});
        run(&server.endpoint_url(), "attacker", &options, &[]);

        let scheme = KeyScheme::Named { name: "PHPSESSID".into(), separator: "_".into() };
        let strategy = LastWriteWins::new(Arc::clone(&store) as _);
        let sessions = Sessions::builder(strategy, RawString::new()).key_scheme(scheme);
        let sessions = sessions.rotate_empty(Profile::is_empty_session).build().expect("they fit");
        let mut session = sessions.open(Some("attacker")).await.expect("it opens");
        assert_eq!(session.presented(), Presented::Known, "PHP stored a session");
        "user|i:7;".clone_into(session.data_mut());
        let committed = session.commit().await.expect("it commits");
        assert!(matches!(committed, Committed::Stored { new_id: true, .. }), "{committed:?}");
        let old = Key::new("PHPSESSID_attacker").expect("it is one");
        assert_eq!(store.load(&old).await.expect("it can be read"), None);
    }
}
