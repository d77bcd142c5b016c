//! A child process that uses a table: this test program, running one of its tests.

use crate::table::Table;
use session_core::codec::RawString;
use session_core::{KeyScheme, Sessions};
use session_dynamodb::{DynamoDbStore, Profile, local_client};
use session_locking::{HeldLocks, LockOptions, Pessimistic};
use std::env;
use std::future::pending;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

const ENDPOINT: &str = "KILLED_ENDPOINT";
const HELD_LOCKS: &str = "KILLED_HELD_LOCKS";
const ROLE: &str = "KILLED_ROLE";
const READY: &str = "ready";

/// The work of a process before it reports that it is ready.
///
/// Afterwards it does nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    /// Opens the session for writing.
    Holds,
    /// Builds its sessions, and serves no request.
    Idles,
    /// Reads the session.
    Reads,
}

impl Role {
    const fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Idles => "idles",
            Self::Reads => "reads",
        }
    }

    /// Whether it releases the locks of the process before it.
    const fn lists_its_locks(self) -> bool {
        matches!(self, Self::Holds | Self::Idles)
    }
}

pub(crate) struct Process {
    child: Child,
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts a process, and returns when it is ready.
    pub(crate) fn start(role: Role, table: &Table) -> Self {
        let program = env::current_exe().expect("this is a program");
        let mut command = Command::new(program);
        command
            .args(["--exact", "process::role", "--ignored", "--nocapture"])
            .envs([(ENDPOINT, table.endpoint()), (ROLE, role.name().into())])
            .stdout(Stdio::piped());
        if role.lists_its_locks() {
            command.env(HELD_LOCKS, table.held_locks());
        }
        let mut child = command.spawn().expect("it starts");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let is_ready = lines.any(|line| line.is_ok_and(|line| line.ends_with(READY)));
        assert!(is_ready, "{role:?}: it ended before it was ready");
        Self { child, _lines: lines }
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sessions beside PHP, with its profile.
fn sessions(endpoint: &str) -> Sessions<String> {
    let key_scheme = KeyScheme::Named { name: "PHPSESSID".into(), separator: "_".into() };
    let builder = DynamoDbStore::builder(local_client(endpoint), "sessions");
    let builder = builder.profile(Profile::AwsSdkPhp).key_scheme(key_scheme.clone()).locking(true);
    let lock_lease = Duration::from_secs(6);
    let options = LockOptions { lock_lease, ..LockOptions::default() };
    let mut strategy = Pessimistic::new(builder.build().expect("they fit")).with_options(options);
    if let Some(path) = env::var_os(HELD_LOCKS) {
        strategy = strategy.with_held_locks(HeldLocks::open(path).expect("it can be opened"));
        let at_start = strategy.clone();
        tokio::spawn(async move { at_start.release_left_locks().await });
    }
    let builder = Sessions::builder(strategy, RawString::new()).key_scheme(key_scheme);
    builder.build().expect("they fit")
}

#[tokio::test]
#[ignore = "is a process that other tests start"]
async fn role() {
    let endpoint = env::var(ENDPOINT).expect("another test starts this one");
    let sessions = sessions(&endpoint);
    let mut held = None;
    match env::var(ROLE).expect("it has a role").as_str() {
        "holds" => held = Some(sessions.open(Some("abc")).await.expect("it can be locked")),
        "reads" => drop(sessions.read(Some("abc")).await.expect("it can be read")),
        other => assert_eq!(other, "idles"),
    }
    assert!(held.as_ref().is_none_or(|session| session.data() == "n|i:1;"));
    println!("\n{READY}");
    pending::<()>().await;
}
