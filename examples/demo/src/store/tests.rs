use super::{StoreArgs, StoreKind};
use crate::Args;
use clap::Parser;

fn args(options: &[&str]) -> StoreArgs {
    Args::try_parse_from([&["demo"], options].concat()).unwrap().store
}

#[test]
fn options_that_do_not_apply_are_rejected() {
    for (options, says) in [
        (&["--path", "f"][..], "--path needs --store sqlite"),
        (&["--table", "t"], "--table needs --store dynamodb or dynamodb-embedded"),
        (&["--create-table"], "--create-table needs --store dynamodb"),
        (&["--endpoint-url", "http://a"], "--endpoint-url needs --store dynamodb"),
        (
            &["--store", "dynamodb-embedded", "--create-table"],
            "--create-table needs --store dynamodb",
        ),
    ] {
        assert_eq!(args(options).check().unwrap_err(), says);
    }
}

#[test]
fn a_store_that_was_not_built_names_its_feature() {
    for (kind, is_built) in [
        (StoreKind::Memory, true),
        (StoreKind::Sqlite, cfg!(feature = "sqlite")),
        (StoreKind::DynamoDb, cfg!(feature = "dynamodb")),
        (StoreKind::Embedded, cfg!(feature = "dynamodb-embedded")),
    ] {
        let name = kind.name();
        match args(&["--store", name]).check() {
            Ok(()) => assert!(is_built, "{name}"),
            Err(error) => {
                assert!(!is_built, "{name}");
                assert!(
                    error.ends_with(&format!("--features {name} -- --store {name}")),
                    "{error}"
                );
            }
        }
    }
}

#[tokio::test]
async fn expired_sessions_are_collected_from_memory() {
    assert!(args(&[]).open().await.unwrap().collecting.is_some());
}

#[cfg(feature = "dynamodb-embedded")]
#[tokio::test]
async fn expired_sessions_are_not_collected_from_a_table() {
    assert!(args(&["--store", "dynamodb-embedded"]).open().await.unwrap().collecting.is_none());
}
