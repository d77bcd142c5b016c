//! Tests of the option `held_locks`.

use crate::support::{Server, number, text};
use session_kit::codec::RawString;
use session_kit::{Config, ErrorKind};
use std::path::PathBuf;

/// A file in its own folder, which is removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("it can be made");
        Self(folder)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("it is text").to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn config(file: &str) -> Config {
    let set = [("SESSION_PROFILE", "aws_sdk_php"), ("SESSION_LOCKING", "1")];
    Config::from_variables(set.into_iter().chain([("SESSION_HELD_LOCKS", file)])).expect("it fits")
}

#[tokio::test]
async fn sessions_release_the_locks_that_the_process_before_left() {
    let (server, folder) = (Server::start().await, Folder::new());
    let row = [("expires", number(9_999_999_999)), ("data", text("n|i:1;"))];
    server.put("PHPSESSID_abc", &row).await;
    let sessions = |file: &str| {
        let config = config(&folder.file(file));
        let store = config.dynamodb_store(server.0.client()).expect("it fits");
        config.sessions_with(store, RawString::new()).expect("it fits")
    };
    let killed = sessions("killed");
    let _held = killed.open(Some("abc")).await.expect("it is free");
    std::fs::copy(folder.file("killed"), folder.file("next")).expect("it can be copied");
    assert!(server.item("PHPSESSID_abc").await.expect("it is there").contains_key("lock"));
    let _next = sessions("next");
    while server.item("PHPSESSID_abc").await.expect("it is there").contains_key("lock") {
        tokio::task::yield_now().await;
    }
}

#[test]
fn outside_of_a_runtime_they_are_an_error() {
    let config = config("/nowhere/locks");
    let client = session_kit::dynamodb::local_client("http://127.0.0.1:1");
    let store = config.dynamodb_store(client).expect("it fits");
    let error = config.sessions_with(store, RawString::new()).expect_err("there is no runtime");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("within a tokio runtime"), "{error}");
}
