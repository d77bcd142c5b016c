//! Tests that kill two processes that write one file, and one that holds a lock.

#[path = "../folder/mod.rs"]
mod folder;
mod process;

use folder::Folder;
use process::{Process, Role, key};
use session_core::random::OsRandom;
use session_core::store::{Acquired, Freshness, LockToken, LockingStore, SessionStore};
use session_core::time::{Clock, ManualClock, SystemClock};
use session_sqlite::SqliteStore;
use std::collections::BTreeMap;
use std::env;
use std::time::Duration;

/// The number of rounds, each of which kills two processes.
///
/// `KILLED_ROUNDS` sets another number.
const ROUNDS: usize = 10;
/// The number of writes that each process reports before both are killed.
const REPORTS: usize = 40;
/// Longer than every test.
const LEASE: Duration = Duration::from_secs(3_600);

fn rounds() -> usize {
    let set = env::var("KILLED_ROUNDS").ok();
    set.map_or(ROUNDS, |set| set.parse().expect("KILLED_ROUNDS is a number"))
}

/// The last number that each task of each process reported.
type Acknowledged = BTreeMap<String, u64>;

/// Runs two processes on the file until both have reported enough, and kills them.
fn kill_two_writers(folder: &Folder, round: usize) -> Acknowledged {
    let names = [format!("{round}-a"), format!("{round}-b")];
    let writers = names.map(|name| Process::start(Role::Writes, folder, &name));
    for writer in &writers {
        writer.wait_for(REPORTS);
    }
    writers.into_iter().flat_map(Process::kill).collect()
}

/// The number of acknowledged writes, and of the lost ones among them.
async fn count(store: &SqliteStore, acknowledged: &Acknowledged) -> (u64, u64) {
    let (mut writes, mut lost) = (0, 0);
    for (task, last) in acknowledged {
        for number in 0..=*last {
            let found = store
                .load(&key(&format!("{task}-{number}")), Freshness::AsConfigured)
                .await
                .expect("it is read");
            writes += 1;
            lost += u64::from(found.is_none());
        }
        let counter = store.load(&key(task), Freshness::AsConfigured).await.expect("it is read");
        let stored = counter.and_then(|counter| {
            str::from_utf8(counter.record.payload.as_bytes()).ok()?.parse::<u64>().ok()
        });
        writes += last + 1;
        // The write after the last acknowledged one may be stored, too.
        lost += (last + 1).saturating_sub(stored.map_or(0, |stored| stored + 1));
    }
    (writes, lost)
}

#[tokio::test]
async fn killed_processes_lose_no_acknowledged_write() {
    let folder = Folder::new();
    let (mut writes, mut lost) = (0, 0);
    let rounds = rounds();
    for round in 0..rounds {
        let acknowledged = kill_two_writers(&folder, round);
        assert!(acknowledged.len() > 1, "both wrote: {acknowledged:?}");
        let store = SqliteStore::open(folder.file()).await.expect("it opens after a crash");
        let (more, gone) = count(&store, &acknowledged).await;
        (writes, lost) = (writes + more, lost + gone);
    }
    println!("{rounds} rounds: {writes} writes acknowledged, {lost} lost");
    assert_eq!(lost, 0);
    let least = u64::try_from(2 * 2 * REPORTS * rounds).expect("it is small");
    assert!(writes >= least, "{writes} writes are too few");
}

#[tokio::test]
async fn the_lock_of_a_killed_process_stays_until_its_lease_is_over() {
    let folder = Folder::new();
    let holder = Process::start(Role::Holds, &folder, "session");
    holder.wait_for(1);
    holder.kill();

    let clock = ManualClock::at(SystemClock.now());
    let builder = SqliteStore::builder(folder.file()).clock(clock.clone());
    let store = builder.build().await.expect("it opens after a crash");
    let (next, session) = (LockToken::draw(&OsRandom), key("session"));
    let acquire = || store.acquire(&session, &next, LEASE);
    let before = acquire().await.expect("it is asked");
    assert!(matches!(before, Acquired::Busy { remaining: Some(_) }), "{before:?}");
    clock.advance(LEASE + Duration::from_secs(2));
    let after = acquire().await.expect("it is asked");
    assert!(matches!(after, Acquired::Locked(_)), "{after:?}");
}
