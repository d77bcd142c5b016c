//! Tests of sessions in sections from a configuration.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use session_kit::sections::{Section, Sections};
use session_kit::{Config, ErrorKind, MemoryStore, Result, Sessions};

#[derive(Serialize, Deserialize)]
struct First(u8);

impl Section for First {
    const NAME: &'static str = "first";
}

#[derive(Serialize, Deserialize)]
struct Second(u8);

impl Section for Second {
    const NAME: &'static str = "second";
}

fn sessions(options: Value) -> Result<Sessions<Sections>> {
    let config: Config = serde_json::from_value(options).expect("they fit");
    config.sections(MemoryStore::new())
}

/// Writes two sections in two concurrent handles, and returns which are stored.
async fn race(sessions: &Sessions<Sections>) -> Result<[bool; 2]> {
    let mut session = sessions.open(None).await?;
    session.data_mut().set(&First(0))?;
    let id = session.commit().await?.id().expect("it is stored").clone();
    let (mut one, mut other) =
        (sessions.open(Some(id.secret())).await?, sessions.open(Some(id.secret())).await?);
    one.data_mut().set(&First(1))?;
    other.data_mut().set(&Second(1))?;
    let _ = one.commit().await?;
    let _ = other.commit().await?;
    let session = sessions.read(Some(id.secret())).await?;
    let first: Option<First> = session.data().get()?;
    let second: Option<Second> = session.data().get()?;
    Ok([first.is_some_and(|first| first.0 == 1), second.is_some()])
}

#[tokio::test]
async fn sections_are_merged_unless_another_strategy_is_set() {
    for base64 in [false, true] {
        let options = json!({ "store": "memory", "base64": base64 });
        let sessions = sessions(options).expect("they fit");
        assert_eq!(race(&sessions).await.expect("they are merged"), [true, true]);
    }
}

#[tokio::test]
async fn without_optimistic_the_last_write_wins() {
    let options = json!({ "store": "memory", "codec": "json", "optimistic": false });
    let sessions = sessions(options).expect("they fit");
    assert_eq!(race(&sessions).await.expect("nothing conflicts"), [false, true]);
}

#[tokio::test]
async fn with_locking_handles_take_turns() {
    let sessions =
        sessions(json!({ "store": "memory", "locking": true, "max_lock_wait_time": 0.1 }));
    let error = race(&sessions.expect("they fit")).await.expect_err("the first handle is open");
    assert!(matches!(error.kind(), ErrorKind::LockTimeout { .. }), "{error}");
}

#[test]
fn another_codec_is_rejected() {
    for codec in ["postcard", "php"] {
        let error = sessions(json!({ "store": "memory", "codec": codec })).expect_err("no JSON");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(&format!("codec is `{codec}`")), "{error}");
    }
}
