//! A walk over a table with the wrong key is an error, and never an early end.

use crate::support::{Bench, Form, START, TABLE, key, number};
use session_cli::{DataEncoding, Migration, Survey};
use session_core::{Error, ErrorKind};

/// Both walks with a store whose `hash_key` is not that of the table.
async fn walks(bench: &Bench) -> [Result<(), Error>; 2] {
    let (from, to) = (Form::tagging(DataEncoding::String), Form::tagging(DataEncoding::Binary));
    let wrong = |form: Form| form.builder(bench.server.client()).hash_key("session_id");
    let store = bench.store_on(wrong(from));
    let target = wrong(to).build().expect("the settings fit");
    let survey = Survey::new(store.clone(), |_| true);
    let migration = Migration::new(store, &target, to.encoding, |_| true);
    let migration = migration.expect("it is one").dry_run(false);
    [
        survey.run(None, |_| ()).await.map(drop).map_err(|stopped| stopped.error),
        migration.run(None, |_| ()).await.map(drop).map_err(|stopped| stopped.error),
    ]
}

#[tokio::test]
async fn items_without_the_key_are_not_passed_over() {
    let bench = Bench::new().await;
    for name in ["a", "b", "c"] {
        bench.put(&key(name), &[("expires", number(START + 60))]).await;
    }
    for walked in walks(&bench).await {
        let error = walked.expect_err("the table has another key");
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = error.to_string();
        assert!(text.contains("hash_key is `session_id`") && text.contains(TABLE), "{text}");
    }
}
