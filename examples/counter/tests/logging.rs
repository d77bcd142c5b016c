//! What the program prints: a line for each request, and no id.

#[expect(dead_code, reason = "these tests need less of the client than those of the counting")]
mod client;

use client::Client;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

#[tokio::test]
async fn each_request_is_one_line_without_the_id() {
    let mut counter = Command::new(env!("CARGO_BIN_EXE_session-counter"))
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(counter.stdout.take().unwrap()).lines();
    let first = lines.next_line().await.unwrap().unwrap();
    let address = first.split("http://").nth(1).and_then(|rest| rest.split(',').next());
    let client = Client::at(address.unwrap().parse().unwrap());

    let id = client.first_increment().await;
    client.increment(Some(&id), 0).await;
    client.show(Some(&id)).await;
    client.logout(&id).await;
    counter.kill().await.unwrap();

    let mut printed = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        assert!(!line.contains(&id), "the id is printed");
        printed.push(line);
    }
    assert_eq!(printed.len(), 4, "one line for each request: {printed:#?}");
    assert!(printed[0].contains("POST") && printed[0].contains("/increment"));
}
