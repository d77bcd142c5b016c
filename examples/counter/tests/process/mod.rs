//! A counter in its own process.

#![expect(clippy::unwrap_used, reason = "a test that cannot run its counter fails there")]

use crate::client::Client;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

pub(crate) struct Process {
    pub(crate) client: Client,
    /// Its output after the first line.
    pub(crate) lines: Lines<BufReader<ChildStdout>>,
    child: Child,
}

impl Process {
    /// Starts a counter on a free port. It is killed when this is dropped.
    pub(crate) async fn start(options: &[&str]) -> Self {
        let mut child = command(options).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next_line().await.unwrap().expect("it starts");
        let address = first.split("http://").nth(1).and_then(|rest| rest.split(',').next());
        let client = Client::at(address.unwrap().parse().unwrap());
        Self { client, lines, child }
    }

    /// A counter that locks, with its sessions in the table `sessions` of this server.
    pub(crate) async fn on_table(endpoint_url: &str, options: &[&str]) -> Self {
        let store = ["--store", "dynamodb", "--endpoint-url", endpoint_url, "--create-table"];
        let locking = ["--locking", "pessimistic"];
        Self::start(&[store.as_slice(), &locking, options].concat()).await
    }

    /// The error output of a counter that does not start.
    pub(crate) async fn refusal(options: &[&str]) -> String {
        let output = command(options).output().await.unwrap();
        assert!(!output.status.success(), "it starts");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Kills it with SIGKILL, and waits until it has ended.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Stops it with SIGSTOP.
    pub(crate) async fn stop(&self) {
        self.signal("-STOP").await;
    }

    /// Resumes it after a stop.
    pub(crate) async fn go_on(&self) {
        self.signal("-CONT").await;
    }

    /// Waits until it ends, and returns whether it succeeded.
    pub(crate) async fn ends_well(&mut self) -> bool {
        self.child.wait().await.unwrap().success()
    }

    /// Sends a signal, such as `-TERM`.
    pub(crate) async fn signal(&self, signal: &str) {
        let id = self.child.id().unwrap().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().await.unwrap();
        assert!(sent.success(), "kill {signal}");
    }
}

/// The program on a free port, with invalid credentials and no way to find others.
fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_session-counter"));
    command
        .args(["--listen", "127.0.0.1:0"])
        .args(options)
        .envs([("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test")])
        .envs([("AWS_REGION", "eu-west-1"), ("AWS_EC2_METADATA_DISABLED", "true")])
        .env_remove("AWS_PROFILE")
        .env_remove("RUST_LOG")
        .kill_on_drop(true);
    command
}
