//! Tests of the program in its own process, which is interrupted and resumed.
#![cfg(unix)]

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions};
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::{env, fs, process};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::Command;

/// More sessions than a step examines.
const SESSIONS: usize = 450;
const TO_BINARY: [&str; 4] = ["--to", "aws_sdk_php", "--to-data", "binary"];

/// A table with more sessions than fit into a step.
async fn table(server: &EmbeddedDynamoDb) -> Client {
    let client = server.client();
    let store = DynamoDbStore::builder(client.clone(), "sessions").build();
    let store = store.expect("the settings fit");
    let options = TableOptions { time_to_live: false, ..TableOptions::default() };
    store.create_table(&options).await.expect("it can be made");
    let puts: Vec<_> = (0..SESSIONS).map(put).collect();
    for batch in puts.chunks(25) {
        let call = client.batch_write_item().request_items("sessions", batch.to_vec());
        call.send().await.expect("it can be written");
    }
    client
}

fn put(number: usize) -> WriteRequest {
    let put = PutRequest::builder()
        .item("id", AttributeValue::S(format!("PHPSESSID_{number}")))
        .item("expires", AttributeValue::N("9999999999".into()))
        .item("data", AttributeValue::S(format!("n|i:{number};")));
    WriteRequest::builder().put_request(put.build().expect("it has an item")).build()
}

/// The program on this server and this file, with these credentials only.
fn command(server: &EmbeddedDynamoDb, token: &PathBuf, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sessions"));
    command
        .arg("migrate")
        .args(["--endpoint-url", &server.endpoint_url(), "--segments", "1"])
        .arg("--resume")
        .arg(token)
        .args(args)
        .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
        .envs([("AWS_REGION", "eu-west-1"), ("AWS_EC2_METADATA_DISABLED", "true")])
        .env_remove("AWS_PROFILE")
        .kill_on_drop(true);
    command
}

/// Starts the program, interrupts it after the first step, and returns its output.
///
/// The low rate makes it pause after that step.
async fn interrupted(mut command: Command, signal: &str) -> (process::ExitStatus, String) {
    let mut child = command.stderr(Stdio::piped()).spawn().expect("it starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut said = String::new();
    while !said.contains("items examined") {
        let read = stderr.read_line(&mut said).await.expect("it is text");
        assert!(read > 0, "it ended by itself: {said}");
    }
    let id = child.id().expect("it runs").to_string();
    let sent = Command::new("kill").args([signal, &id]).status().await.expect("there is a kill");
    assert!(sent.success());
    stderr.read_to_string(&mut said).await.expect("it is text");
    (child.wait().await.expect("it ends"), said)
}

async fn output(mut command: Command) -> Output {
    command.output().await.expect("it starts")
}

#[tokio::test]
async fn an_interrupted_walk_fails_and_its_token_is_good_for_the_same_walk_alone() {
    let server = EmbeddedDynamoDb::start().await.expect("the server starts");
    let client = table(&server).await;
    let token = env::temp_dir().join(format!("sessions-interrupted-{}", process::id()));
    let slowly = [&TO_BINARY[..], &["--max-units", "1"]].concat();
    let (status, said) = interrupted(command(&server, &token, &slowly), "-INT").await;
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("error: interrupted: the same command continues from there"), "{said}");
    assert!(said.contains("to convert") && !said.contains("PHPSESSID"), "{said}");
    let kept = fs::read_to_string(&token).expect("it is kept");

    for other in [&["--write"][..], &["--table", "other"], &["--from", "async_aws"]] {
        let refused = output(command(&server, &token, &[&TO_BINARY[..], other].concat())).await;
        let said = String::from_utf8(refused.stderr).expect("it is text");
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains("the token file is of another walk"), "{said}");
        assert_eq!(fs::read_to_string(&token).expect("it is left"), kept);
    }
    let first = client.get_item().table_name("sessions");
    let first = first.key("id", AttributeValue::S("PHPSESSID_0".into())).send().await;
    let first = first.expect("it can be read").item.expect("it is there");
    assert!(first["data"].is_s(), "nothing was written");

    let rest = output(command(&server, &token, &TO_BINARY)).await;
    let said = String::from_utf8(rest.stdout).expect("it is text");
    assert!(rest.status.success() && said.contains("only the items after the token"), "{said}");
    assert!(!fs::exists(&token).expect("it can be asked"));
}

#[tokio::test]
async fn a_walk_with_a_terminate_signal_keeps_its_token_like_an_interrupted_one() {
    let server = EmbeddedDynamoDb::start().await.expect("the server starts");
    table(&server).await;
    let token = env::temp_dir().join(format!("sessions-terminated-{}", process::id()));
    let slowly = [&TO_BINARY[..], &["--max-units", "1"]].concat();
    let (status, said) = interrupted(command(&server, &token, &slowly), "-TERM").await;
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("error: interrupted: the same command continues from there"), "{said}");
    fs::remove_file(&token).expect("it is kept");
}
