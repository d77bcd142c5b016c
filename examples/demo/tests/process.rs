//! Tests of the program as a process, over TCP.
#![cfg(unix)]

use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

struct Process {
    child: Child,
    /// The address as the program prints it.
    url: String,
}

fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_session-demo"));
    command.args(options).env_remove("RUST_LOG").kill_on_drop(true);
    command
}

impl Process {
    async fn start(options: &[&str]) -> Self {
        let mut child = command(options).stdout(Stdio::piped()).spawn().expect("it starts");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let line = output.lines().next_line().await.expect("it prints").expect("it prints a line");
        let url = line.strip_prefix("open ").and_then(|rest| rest.split(' ').next());
        Self { child, url: url.expect("it says where").to_owned() }
    }

    async fn signal(&self, signal: &str) {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args([signal, &id]).status().await.expect("kill runs");
        assert!(sent.success());
    }
}

fn client() -> Client {
    Client::builder().no_proxy().build().expect("it is a client")
}

async fn post(url: String, cookie: &str) -> Response {
    client().post(url).header("cookie", cookie).send().await.expect("it answers")
}

async fn burst(url: String, cookie: String) -> (StatusCode, Value) {
    let response = post(url, &cookie).await;
    (response.status(), response.json().await.expect("it answers in JSON"))
}

/// The cookie that an answer sets, as a client sends it.
fn cookie(response: &Response) -> String {
    let cookie = response.headers().get("set-cookie").map(|it| it.to_str().expect("it is text"));
    cookie.and_then(|it| it.split(';').next()).expect("it sets a cookie").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once_give_the_announced_totals_over_tcp() {
    for (locking, least, most) in [("none", 1, 9), ("optimistic", 1, 10), ("pessimistic", 10, 10)] {
        let process = Process::start(&["--listen", "0", "--locking", locking]).await;
        let url = format!("{}/burst?count=10&hold_ms=10", process.url);
        let (status, report) = burst(url, String::new()).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!((&report["locking"], &report["as_expected"]), (&locking.into(), &true.into()));
        let after = report["after"].as_u64().expect("it is a count");
        assert!((least..=most).contains(&after), "{locking}: {after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_is_finished_before_the_process_ends() {
    let mut process = Process::start(&["--listen", "0", "--locking", "pessimistic"]).await;
    let cookie = cookie(&post(format!("{}/begin", process.url), "").await);
    let url = format!("{}/burst?count=5&hold_ms=100", process.url);
    let running = tokio::spawn(burst(url.clone(), cookie.clone()));
    wait_until_it_counts(&process.url, &cookie).await;
    process.signal("-TERM").await;
    let (status, report) = running.await.expect("the client does not panic");
    assert_eq!((status, &report["after"]), (StatusCode::OK, &5.into()));
    assert!(process.child.wait().await.expect("it ends").success());
    assert!(client().post(url).send().await.is_err(), "it still listens");
}

/// Waits until the first request of a burst is stored.
async fn wait_until_it_counts(url: &str, cookie: &str) {
    for _ in 0..3_000 {
        let request = client().get(format!("{url}/api/session")).header("cookie", cookie);
        let view: Value = request.send().await.expect("it answers").json().await.expect("in JSON");
        if view["session"]["count"] != 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing is counted");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_listens_on_ports_hosts_and_addresses() {
    for listen in ["0", "localhost:0", "127.0.0.1:0"] {
        let process = Process::start(&["--listen", listen]).await;
        let response = client().get(format!("{}/healthz", process.url)).send().await;
        assert_eq!(response.expect("it answers").status(), StatusCode::OK, "{listen}");
    }
}

async fn rejection(options: &[&str]) -> String {
    let output = command(options).output().await.expect("it runs");
    assert!(!output.status.success(), "it starts");
    String::from_utf8(output.stderr).expect("it prints text")
}

#[tokio::test]
async fn options_that_do_not_fit_are_rejected() {
    for (options, says) in [
        (&["--path", "f"][..], "--path needs --store sqlite"),
        (&["--lifetime", "0"], "idle timeout"),
        (&["--listen", "localhost"], "a port, such as 3000"),
        (&["--store", "paper"], "[possible values: memory, sqlite, dynamodb, dynamodb-embedded]"),
    ] {
        let rejection = rejection(options).await;
        assert!(rejection.contains(says), "{options:?}: {rejection}");
    }
}

#[cfg(not(feature = "sqlite"))]
#[tokio::test]
async fn a_store_that_was_not_built_names_the_command() {
    let rejection = rejection(&["--store", "sqlite"]).await;
    assert!(rejection.contains("cargo run -p session-demo --features sqlite -- --store sqlite"));
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_outlives_the_process() {
    let directory = std::env::temp_dir().join(format!("session-demo-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("it can be made");
    let file = directory.join("sessions.db");
    let options = ["--listen", "0", "--store", "sqlite", "--path", file.to_str().expect("text")];
    let mut presented = String::new();
    for count in 1..=2 {
        let mut process = Process::start(&options).await;
        let response = post(format!("{}/increment", process.url), &presented).await;
        if count == 1 {
            presented = cookie(&response);
        }
        let body = response.text().await.expect("it answers");
        assert_eq!(body, format!(r#"{{"count":{count}}}"#));
        process.signal("-TERM").await;
        assert!(process.child.wait().await.expect("it ends").success());
    }
    std::fs::remove_dir_all(directory).expect("it can be removed");
}

#[cfg(feature = "dynamodb-embedded")]
#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once_are_counted_in_the_embedded_dynamodb() {
    let options = ["--listen", "0", "--store", "dynamodb-embedded", "--locking", "pessimistic"];
    let process = Process::start(&options).await;
    let (_, report) =
        burst(format!("{}/burst?count=10&hold_ms=10", process.url), String::new()).await;
    assert_eq!((&report["after"], &report["as_expected"]), (&10.into(), &true.into()));
}
