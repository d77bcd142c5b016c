//! A child process that uses a file: this test program, running one of its tests.

use crate::folder::Folder;
use crate::{Acknowledged, LEASE};
use session_core::random::OsRandom;
use session_core::store::{
    Acquired, Change, Expect, Key, LockDisposition, LockToken, LockingStore, Payload, Record,
    SessionStore, Tag,
};
use session_core::time::Timestamp;
use session_sqlite::SqliteStore;
use std::env;
use std::future::pending;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

const FILE: &str = "KILLED_FILE";
const NAME: &str = "KILLED_NAME";
const ROLE: &str = "KILLED_ROLE";
const REPORT: &str = "acknowledged ";
/// The number of concurrent tasks of a process, which share transactions.
const TASKS: usize = 4;
const EXPIRES: Timestamp = Timestamp::from_epoch_seconds(9_000_000_000);

/// The work of a process until it is killed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Role {
    /// Writes sessions, and reports each write that is acknowledged.
    Writes,
    /// Locks a session, and reports that.
    Holds,
}

impl Role {
    const fn name(self) -> &'static str {
        match self {
            Self::Writes => "writes",
            Self::Holds => "holds",
        }
    }
}

pub(crate) struct Process {
    child: Child,
    reports: Receiver<()>,
    reader: Option<JoinHandle<Acknowledged>>,
}

impl Process {
    pub(crate) fn start(role: Role, folder: &Folder, name: &str) -> Self {
        let program = env::current_exe().expect("this is a program");
        let mut child = Command::new(program)
            .args(["--exact", "process::role", "--ignored", "--nocapture"])
            .env(FILE, folder.file())
            .envs([(ROLE, role.name()), (NAME, name)])
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let output = child.stdout.take().expect("it is piped");
        let (report, reports) = mpsc::channel();
        let reader = thread::spawn(move || read(output, &report));
        Self { child, reports, reader: Some(reader) }
    }

    /// Waits until the process has reported this many times.
    pub(crate) fn wait_for(&self, reports: usize) {
        for _ in 0..reports {
            self.reports.recv().expect("it runs until it is killed");
        }
    }

    /// Kills the process by SIGKILL, and returns its reports.
    pub(crate) fn kill(mut self) -> Acknowledged {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
        let reader = self.reader.take().expect("it is killed once");
        reader.join().expect("it reads to the end")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Reads reports to the end. A line that the kill cut off does not count.
fn read(output: ChildStdout, report: &Sender<()>) -> Acknowledged {
    let (mut output, mut acknowledged) = (BufReader::new(output), Acknowledged::new());
    let mut line = String::new();
    while output.read_line(&mut line).is_ok_and(|bytes| bytes > 0) {
        let whole = line.strip_suffix('\n').and_then(|line| line.strip_prefix(REPORT));
        if let Some((task, number)) = whole.and_then(|report| report.split_once(' ')) {
            acknowledged.insert(task.into(), number.parse().expect("it is a number"));
            // The reports of a process that is being killed are not counted.
            let _ = report.send(());
        }
        line.clear();
    }
    acknowledged
}

pub(crate) fn key(name: &str) -> Key {
    Key::new(name).expect("it has a name")
}

fn record(number: u64) -> Record {
    let payload = Payload::text(number.to_string());
    Record { payload, expires: EXPIRES, deadline: None, idle: None }
}

/// Creates a session for each number, and increments a counter in an existing one.
async fn write(store: Arc<SqliteStore>, task: String) {
    let counter = key(&task);
    for number in 0.. {
        let version = || Tag::draw(&OsRandom);
        let session = key(&format!("{task}-{number}"));
        store.create(&session, &record(number), &version()).await.expect("it is created");
        let Record { payload, expires, .. } = record(number);
        let change = Change { payload, expires, lifetime: None, lock: LockDisposition::Keep };
        let written = if number == 0 {
            store.create(&counter, &record(number), &version()).await
        } else {
            store.update(&counter, &change, &Expect::PRESENT, &version()).await
        };
        written.expect("it is written");
        println!("\n{REPORT}{task} {number}");
    }
}

async fn hold(store: &SqliteStore, name: &str) {
    store.create(&key(name), &record(0), &Tag::draw(&OsRandom)).await.expect("it is created");
    let acquired = store.acquire(&key(name), &LockToken::draw(&OsRandom), LEASE).await;
    assert!(matches!(acquired, Ok(Acquired::Locked(_))), "{acquired:?}");
    println!("\n{REPORT}{name} 0");
    pending::<()>().await;
}

#[tokio::test]
#[ignore = "is a process that other tests start"]
async fn role() {
    let file = env::var_os(FILE).expect("another test starts this one");
    let name = env::var(NAME).expect("it has a name");
    let store = Arc::new(SqliteStore::open(file).await.expect("it opens"));
    if env::var(ROLE).expect("it has a role") == Role::Holds.name() {
        return hold(&store, &name).await;
    }
    let tasks =
        (0..TASKS).map(|task| tokio::spawn(write(Arc::clone(&store), format!("{name}-{task}"))));
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("it writes until it is killed");
    }
}
