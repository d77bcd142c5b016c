//! Processes that are killed while they hold a lock, on a table shared with PHP.

mod process;
#[expect(dead_code, reason = "these tests run PHP to its end only")]
#[path = "../php/script.rs"]
mod script;
mod table;

use process::{Process, Role};
use serde_json::{Value, json};
use session_core::time::Timer;
use session_core::time::TokioTimer;
use std::time::Duration;
use table::Table;

/// The default time that PHP's handler waits for a lock.
const PHP_WAITS: Duration = Duration::from_secs(10);

/// The time from the kill to another process's read, after lease and clock skew.
const READS_AFTER: Duration = Duration::from_millis(7_500);

/// The time since a process was killed.
struct Killed(TokioTimer, Duration);

impl Killed {
    fn now() -> Self {
        let timer = TokioTimer::new();
        let now = timer.elapsed();
        Self(timer, now)
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed().saturating_sub(self.1)
    }

    async fn wait(&self, duration: Duration) {
        self.0.sleep(duration.saturating_sub(self.elapsed())).await;
    }
}

/// A table with a session that was locked by a process that has just been killed.
async fn killed() -> (Table, Killed) {
    let table = Table::with_session("n|i:1;").await;
    let mut holder = Process::start(Role::Holds, &table);
    assert!(table.has_lock().await, "the process holds a lock");
    holder.kill();
    assert!(table.has_lock().await, "a killed process leaves its lock");
    (table, Killed::now())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_process_releases_the_locks_of_the_killed_one() {
    let (table, killed) = killed().await;
    let _restarted = Process::start(Role::Idles, &table);
    table.wait_until_unlocked().await;
    assert!(killed.elapsed() < PHP_WAITS, "PHP gave up before");
    assert_eq!(table.data().await, "n|i:1;");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_of_another_process_removes_the_lapsed_lock_of_the_killed_one() {
    let (table, killed) = killed().await;
    killed.wait(READS_AFTER).await;
    let _reader = Process::start(Role::Reads, &table);
    assert!(!table.has_lock().await, "PHP would wait for the lock");
    assert_eq!(table.data().await, "n|i:1;");
}

/// The result of PHP with `locking`, which waits from now on.
fn php_waits(table: &Table) -> tokio::task::JoinHandle<Vec<Value>> {
    let endpoint = table.endpoint();
    tokio::task::spawn_blocking(move || {
        script::run(&endpoint, "abc", &json!({"locking": true, "session_lifetime": 3_600}), &[])
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs php with ext-curl"]
async fn php_finds_the_session_when_the_killed_process_is_restarted() {
    let (table, _) = killed().await;
    let php = php_waits(&table);
    let _restarted = Process::start(Role::Idles, &table);
    assert_eq!(php.await.expect("it ends"), [json!({"n": 1})]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs php with ext-curl"]
async fn php_finds_the_session_when_another_process_reads_it() {
    let (table, killed) = killed().await;
    let php = php_waits(&table);
    killed.wait(READS_AFTER).await;
    let _reader = Process::start(Role::Reads, &table);
    assert_eq!(php.await.expect("it ends"), [json!({"n": 1})]);
}

/// The case that the guide describes as not protected.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs php with ext-curl"]
async fn php_empties_the_session_if_nobody_meets_the_lock() {
    let (table, _) = killed().await;
    assert_eq!(php_waits(&table).await.expect("it ends"), [json!({})]);
}
