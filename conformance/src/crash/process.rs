use super::acknowledged::Report;
use crate::{Context, Verdict, Violation};
use session_core::time::EpochMillis;
use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio, exit};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

const FOLDER: &str = "SESSION_CRASH_FOLDER";
const ROLE: &str = "SESSION_CRASH_ROLE";
const START: &str = "SESSION_CRASH_START";
const WRITES: &str = "writes ";
const HOLDS: &str = "holds";

/// The work of a process until it is killed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Writes sessions whose names begin with `name`.
    ///
    /// The process reports each acknowledged write.
    Writes { name: String },
    /// Locks a session, and reports that.
    Holds,
}

impl Role {
    /// The folder and the role that the test gave this process, if a test started it.
    pub(super) fn from_environment() -> Option<(PathBuf, Self)> {
        let folder = env::var_os(FOLDER)?.into();
        let role = env::var(ROLE).ok()?;
        let role = match role.strip_prefix(WRITES) {
            Some(name) => Self::Writes { name: name.to_owned() },
            None => Self::Holds,
        };
        Some((folder, role))
    }

    fn to_variable(&self) -> OsString {
        match self {
            Self::Writes { name } => format!("{WRITES}{name}").into(),
            Self::Holds => HOLDS.into(),
        }
    }
}

/// The time at which the clock of the test stands that started this process.
pub(super) fn started_at() -> Option<EpochMillis> {
    Some(EpochMillis::from_epoch_millis(env::var(START).ok()?.parse().ok()?))
}

/// A process that runs one test of this program.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    reports: Receiver<Report>,
    received: Vec<Report>,
}

impl Process {
    /// Longer than any store takes for one write.
    const PATIENCE: Duration = Duration::from_mins(1);

    pub(super) fn start(test: &str, folder: &Path, role: &Role) -> Verdict<Self> {
        let program = env::current_exe().map_err(failed)?;
        let mut child = Command::new(program)
            .args(["--exact", test, "--include-ignored", "--nocapture"])
            .env(FOLDER, folder)
            .env(ROLE, role.to_variable())
            .env(START, Context::start().as_epoch_millis().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let output = child.stdout.take().ok_or_else(|| failed("it has no output"))?;
        let (report, reports) = channel();
        thread::spawn(move || read(output, &report));
        Ok(Self { child, reports, received: Vec::new() })
    }

    /// Waits until the process has reported so many writes.
    pub(super) fn wait_for(&mut self, writes: usize) -> Verdict {
        while self.received.len() < writes {
            let report = self.reports.recv_timeout(Self::PATIENCE).map_err(|error| {
                Violation::new(format!(
                    "the process stopped after {} of {writes} writes: {error}",
                    self.received.len()
                ))
            })?;
            self.received.push(report);
        }
        Ok(())
    }

    /// Kills the process by SIGKILL, or what the system has in its place.
    pub(super) fn kill(&mut self) -> Verdict {
        self.child.kill().map_err(failed)?;
        self.child.wait().map_err(failed)?;
        Ok(())
    }

    /// Everything that the process reported before it ended.
    pub(super) fn reports(&mut self) -> impl Iterator<Item = Report> {
        self.received.drain(..).chain(self.reports.iter())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.kill());
    }
}

fn failed(error: impl std::fmt::Display) -> Violation {
    Violation::new(format!("a process of the test cannot be started or killed: {error}"))
}

/// Ends this process when the test that started it ends, also if that was killed.
pub(super) fn end_with_parent() {
    thread::spawn(|| {
        // Nobody writes to the input: reading ends when the other side is closed.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        exit(1);
    });
}

/// Reads reports to the end. A line that the kill cut off is no report.
fn read(output: ChildStdout, report: &Sender<Report>) {
    let (mut output, mut line) = (BufReader::new(output), String::new());
    while output.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
        if let Some(parsed) = line.strip_suffix('\n').and_then(Report::parse) {
            // After the end of the test nobody receives reports.
            let _ = report.send(parsed);
        }
        line.clear();
    }
}
