//! A runner of `handler.php`, to its end or step by step.

use serde_json::Value;
use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/php/handler.php");
pub(crate) const TABLE: &str = "sessions";

/// Runs the script to its end, and returns the data of the session at each opening.
pub(crate) fn run(endpoint: &str, id: &str, options: &Value, steps: &[&str]) -> Vec<Value> {
    let output = command(endpoint, id, options, steps).output().expect("php is installed");
    assert!(output.status.success(), "{}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let lines = String::from_utf8(output.stdout).expect("it prints JSON");
    lines.lines().map(|line| serde_json::from_str(line).expect("it prints JSON")).collect()
}

fn command(endpoint: &str, id: &str, options: &Value, steps: &[&str]) -> Command {
    let mut command = Command::new(env::var("PHP").unwrap_or_else(|_| "php".into()));
    command.args([SCRIPT, endpoint, TABLE, id, &options.to_string()]).args(steps);
    command
}

/// A PHP process that waits at its step `wait`.
pub(crate) struct Waiting {
    child: Child,
}

impl Waiting {
    /// Starts the script, and returns when it waits. One of the steps is `wait`.
    pub(crate) fn start(endpoint: &str, id: &str, options: &Value, steps: &[&str]) -> Self {
        let mut command = command(endpoint, id, options, steps);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("php is installed");
        let output = child.stdout.take().expect("it is piped");
        let mut lines = BufReader::new(output).lines();
        let waits = lines.any(|line| line.expect("it prints text") == "waiting");
        assert!(waits, "it ended before it waited");
        Self { child }
    }

    /// Lets the script run to its end.
    pub(crate) fn go_on(mut self) {
        // The step `wait` ends at the end of the input.
        drop(self.child.stdin.take());
        assert!(self.child.wait().expect("it ends").success());
    }

    /// Kills the script, so that its lock stays.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}
