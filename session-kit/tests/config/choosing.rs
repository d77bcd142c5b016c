//! Tests of the store, strategy and codec that a configuration chooses.

use serde_json::{Value, json};
use session_kit::config::StoreKind;
use session_kit::{Config, ErrorKind, Result};

fn read(options: Value) -> Result<Config, String> {
    serde_json::from_value(options).map_err(|error| error.to_string())
}

#[test]
fn an_option_of_one_store_alone_chooses_that_store() {
    for (options, store) in [
        (json!({}), None),
        (json!({ "locking": true, "clock_skew": 0.5, "request_timeout": 0.5 }), None),
        (json!({ "store": "memory" }), Some(StoreKind::Memory)),
        (json!({ "max_sessions": 1_000 }), Some(StoreKind::Memory)),
        (json!({ "sqlite_path": "sessions.db" }), Some(StoreKind::Sqlite)),
        (json!({ "store": "sqlite", "sqlite_path": "sessions.db" }), Some(StoreKind::Sqlite)),
        (json!({ "table_name": "web" }), Some(StoreKind::DynamoDb)),
        (json!({ "profile": "idealstack" }), Some(StoreKind::DynamoDb)),
        (json!({ "batch_config": { "batch_size": 10 } }), Some(StoreKind::DynamoDb)),
    ] {
        assert_eq!(read(options.clone()).expect("they fit").store, store, "{options}");
    }
}

#[test]
fn options_of_two_stores_are_rejected_with_the_option_and_the_store() {
    for (options, parts) in [
        (
            json!({ "store": "memory", "table_name": "web" }),
            ["table_name is an option of the store `dynamodb`", "the store is `memory`"],
        ),
        (
            json!({ "store": "dynamodb", "max_bytes": 1_000 }),
            ["max_bytes is an option of the store `memory`", "the store is `dynamodb`"],
        ),
        (json!({ "max_sessions": 1, "region": "eu-west-1" }), ["region", "the store is `memory`"]),
        (
            json!({ "sqlite_path": "sessions.db", "max_sessions": 1 }),
            ["sqlite_path is an option of the store `sqlite`", "the store is `memory`"],
        ),
        (json!({ "store": "redis" }), ["store is `redis`", "`memory`, `sqlite` or `dynamodb`"]),
        (json!({ "store": "sqlite" }), ["sqlite_path is not set", "name the file"]),
        (json!({ "synchronous": "normal" }), ["sqlite_path is not set", "name the file"]),
        (json!({ "sqlite_path": "" }), ["sqlite_path is ``", "the path of a file"]),
        (json!({ "sqlite_path": ":memory:" }), ["sqlite_path is `:memory:`", "session-memory"]),
        (
            json!({ "sqlite_path": "a", "synchronous": "off" }),
            ["synchronous is `off`", "`full` or `normal`"],
        ),
        (json!({ "codec": "xml" }), ["codec is `xml`", "`json`"]),
    ] {
        let error = read(options).expect_err("they do not fit");
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    }
}

#[tokio::test]
async fn without_a_store_there_is_an_error_that_names_the_stores() {
    let error = Config::default().store().await.expect_err("no store is chosen");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("set it to `memory`, `sqlite` or `dynamodb`"), "{error}");
}

#[tokio::test]
async fn the_bounds_of_the_store_in_memory_hold() {
    let config = read(json!({ "max_sessions": 1 })).expect("they fit");
    let sessions = config.sessions::<u64>(config.store().await.expect("it opens"));
    let sessions = sessions.expect("they fit");
    for (number, fits) in [(1, true), (2, false)] {
        let mut session = sessions.open(None).await.expect("it opens");
        *session.data_mut() = number;
        let committed = session.commit().await;
        assert_eq!(committed.is_ok(), fits, "{committed:?}");
    }
}

#[tokio::test]
async fn sessions_in_a_file_are_there_after_the_store_was_dropped() {
    let folder = std::env::temp_dir().join(format!("session-kit-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("it can be made");
    let path = folder.join("sessions.db").display().to_string();
    let variables = [("SESSION_SQLITE_PATH", &*path), ("SESSION_SYNCHRONOUS", "normal")];
    let config = Config::from_variables(variables).expect("they fit");
    let sessions = config.sessions::<u64>(config.store().await.expect("it opens"));
    let mut session = sessions.expect("they fit").open(None).await.expect("it opens");
    *session.data_mut() = 7;
    let committed = session.commit().await.expect("it commits");

    let sessions = config.sessions::<u64>(config.store().await.expect("it opens again"));
    let id = committed.id().expect("there is data").secret();
    let session = sessions.expect("they fit").read(Some(id)).await.expect("it is read");
    assert_eq!(*session.data(), 7);
    drop(session);
    std::fs::remove_dir_all(folder).expect("it is there");
}

/// Laravel's variable for the path of its cookie.
#[test]
fn the_path_of_a_cookie_is_not_taken_for_a_file() {
    let config = Config::from_variables([("SESSION_PATH", "/")]).expect("it is ignored");
    assert_eq!((config.store, config.sqlite.path), (None, None));
}

#[tokio::test]
async fn each_strategy_and_codec_stores_and_reads() {
    for codec in ["json", "messagepack", "postcard", "php", "php_serialize", "php_binary"] {
        for strategy in [json!({}), json!({ "optimistic": true }), json!({ "locking": true })] {
            let mut options = strategy;
            options["store"] = "memory".into();
            options["codec"] = codec.into();
            let config = read(options.clone()).expect("they fit");
            let store = config.store().await.expect("it opens");
            let sessions = config.sessions::<std::collections::BTreeMap<String, u64>>(store);
            let sessions = sessions.expect("they fit");
            let mut session = sessions.open(None).await.expect("it opens");
            session.data_mut().insert("count".into(), 7);
            let committed = session.commit().await.expect("it commits");
            let id = committed.id().expect("there is data").secret();
            let read = sessions.read(Some(id)).await.expect("it is read");
            assert_eq!(read.data()["count"], 7, "{options}");
        }
    }
}

#[tokio::test]
async fn a_codec_of_bytes_needs_a_store_of_bytes() {
    let config = read(json!({ "table_name": "web", "codec": "postcard" })).expect("they fit");
    let client = session_kit::dynamodb::local_client("http://127.0.0.1:1");
    let store = config.dynamodb_store(client).expect("it fits");
    let error = config.sessions::<u64>(store).expect_err("the attribute is a string").to_string();
    assert!(error.contains("data_attribute_type = \"binary\""), "{error}");
}
