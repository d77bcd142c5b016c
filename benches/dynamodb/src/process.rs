//! Processes of this program that do a part of a measurement.

use serde::de::DeserializeOwned;
use std::env::current_exe;
use std::io::{BufRead, BufReader, Write, stdin};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A process of this program. It ends when it has no one to listen to any more.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Process {
    /// Starts this program with these arguments, and waits for its first line.
    pub(crate) fn start(arguments: &[String]) -> (Self, String) {
        let program = current_exe().expect("a program that runs has a file");
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the system has a process to give");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut process = Self { child, input, output };
        let first = process.line();
        (process, first)
    }

    /// Tells the process to go on.
    pub(crate) fn go(&mut self) {
        let input = self.input.as_mut().expect("its input is open until it is dropped");
        input.write_all(b"go\n").expect("the process listens");
    }

    /// What the process reports, in a line.
    pub(crate) fn report<T: DeserializeOwned>(&mut self) -> T {
        serde_json::from_str(&self.line()).expect("both ends are this program")
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        let bytes = self.output.read_line(&mut line).expect("the process prints text");
        assert!(bytes > 0, "a process of this measurement has failed");
        line.trim_end().to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.input = None;
        // That it has failed was seen in what it did not print.
        let _ = self.child.wait();
    }
}

/// Waits, in a process that was started, for its input or its parent's end.
pub(crate) fn wait_for_orders() {
    // Both are a reason to go on; who prints to nobody ends.
    let _ = stdin().lock().read_line(&mut String::new());
}
