//! Tests of configurations in files, which the environment overrides.

use session_kit::config::StoreKind;
use session_kit::{Config, ErrorKind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A file with this text, which is removed when its value is dropped.
struct File(PathBuf);

impl File {
    fn new(extension: &str, text: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let (process, number) = (std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let name = format!("sessions-{process}-{number}.{extension}");
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).expect("it can be written");
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

const NO_VARIABLES: [(&str, &str); 0] = [];

#[test]
fn a_file_is_read_as_toml_or_json_by_its_name() {
    let toml = "store = \"memory\"\nlocking = true\nsession_lifetime = \"30m\"\n";
    let json = r#"{ "store": "memory", "locking": true, "session_lifetime": 1800 }"#;
    let read =
        [("toml", toml), ("conf", toml), ("json", json), ("JSON", json)].map(|(name, text)| {
            let config = Config::from_file(&File::new(name, text).0).expect("it fits");
            assert_eq!(config.session_lifetime, Duration::from_mins(30));
            format!("{config:?}")
        });
    assert!(read.iter().all(|config| *config == read[0]));
}

#[test]
fn a_variable_replaces_the_option_of_the_file() {
    let file = File::new(
        "toml",
        "table_name = \"web\"\nlocking = true\n\
         [batch_config]\nbatch_size = 10\ndelay = \"2s\"\n\
         [credentials]\nkey = \"AKIA\"\nsecret = \"hush\"\n",
    );
    let variables =
        [("SESSION_LOCKING", "false"), ("SESSION_BATCH_CONFIG_DELAY", "1"), ("OTHER", "x")];
    let config = Config::load_with(Some(&file.0), "SESSION_", variables).expect("it fits");
    assert_eq!(config.store, Some(StoreKind::DynamoDb));
    assert_eq!((config.dynamodb.table_name.as_str(), config.locking), ("web", false));
    let batches = config.dynamodb.batch_config.expect("it is set");
    assert_eq!((batches.batch_size, batches.delay), (10, Duration::from_secs(1)));
}

#[test]
fn an_error_names_the_file_and_the_option_and_shows_no_credentials() {
    for (extension, text, parts) in [
        ("toml", "store = \"memory\"\nlockng = true\n", ["lockng is no option", "`locking`"]),
        ("json", r#"{ "session_lifetime": 0 }"#, ["session_lifetime is 0", "1 to"]),
        ("toml", "locking = true\n[credentials]\nsecret = \"hush\n", ["line 3", ""]),
        ("json", "{ \"credentials\": { \"secret\": \"hush\", } }", ["line 1", ""]),
        ("toml", "credentials = { key = \"hush\", key = \"hush\" }", ["line 1", ""]),
    ] {
        let file = File::new(extension, text);
        for error in [
            Config::from_file(&file.0).expect_err("it is wrong"),
            Config::load_with(Some(&file.0), "SESSION_", NO_VARIABLES).expect_err("it is wrong"),
        ] {
            let shown = format!("{error} {error:?}");
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(parts.iter().all(|part| shown.contains(part)), "{shown}");
            assert!(!shown.contains("hush"), "{shown}");
        }
    }
}

#[test]
fn an_option_that_does_not_exist_is_reported_with_where_it_was_written() {
    let file = File::new("toml", "store = \"memory\"\nlockng = true\n");
    let error = Config::load_with(Some(&file.0), "SESSION_", NO_VARIABLES).expect_err("a slip");
    let place = format!("did you mean `locking`? (in {})", file.0.display());
    assert!(error.to_string().ends_with(&place), "{error}");
    let file = File::new("toml", "store = \"memory\"\n");
    let slip = [("SESSION_LOCKNG", "1")];
    let error = Config::load_with(Some(&file.0), "SESSION_", slip).expect_err("a slip");
    assert!(error.to_string().contains("use another prefix for options"), "{error}");
}

#[test]
fn a_missing_file_is_an_error_that_names_it() {
    let error = Config::from_file("/nowhere/sessions.toml").expect_err("there is none");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("/nowhere/sessions.toml"), "{error}");
}
