use super::fixture::{BenchFixture, keep_time, timed};
use crate::cases::sessions::stored;
use crate::context::all_at_once;
use crate::{Context, Harness, Requirement, Verdict};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Throughput};
use session_core::sessions::Written;
use session_core::store::{Expect, Freshness, Key};
use session_core::{Committed, SessionId, Sessions};
use session_locking::LockOptions;
use std::cell::LazyCell;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

type Group<'a> = BenchmarkGroup<'a, WallTime>;
type Measure = fn(&mut Group<'_>, &str, &dyn Harness);

pub(super) const ALL: [(&str, Measure); 4] = [
    ("load", load),
    ("open-change-commit", open_change_commit),
    ("contended-lock", contended_lock),
    ("collect", collect),
];

/// How many sessions there are to choose from.
const SESSIONS: usize = 1_000;

/// How many bytes a session has.
const BYTES: usize = 1_024;

/// How many tasks want one session: no more than a line lets in before it pauses.
const TASKS: u64 = 8;

/// How many records expire before a sweep, and how many do not.
const EXPIRING: u64 = 100;

/// How many records a step of a sweep may examine.
const STEP: usize = 25;

const LAWFUL: &str = "a store that passes the suite does not fail";

fn load(group: &mut Group<'_>, store: &str, harness: &dyn Harness) {
    let filled = LazyCell::new(|| {
        let bed = BenchFixture::of(harness);
        let keys = bed.run(async |context| records(context).await.expect(LAWFUL));
        (bed, keys)
    });
    group.bench_function(store, |bencher| {
        let (bed, keys) = &*filled;
        bencher.iter_custom(|times| {
            let loads = async |context: &Context| {
                for (_, key) in (0..times).zip(keys.iter().cycle()) {
                    black_box(
                        context.store().load(key, Freshness::AsConfigured).await.expect(LAWFUL),
                    );
                }
            };
            bed.run(async |context| timed(loads(context)).await.1)
        });
    });
}

fn open_change_commit(group: &mut Group<'_>, store: &str, harness: &dyn Harness) {
    let filled = LazyCell::new(|| {
        let bed = BenchFixture::of(harness);
        let filled = bed.run(async |context| sessions(context).await.expect(LAWFUL));
        (bed, filled)
    });
    // Goes on from one sample to the next: what is the same as before is no change.
    let numbers = AtomicU64::new(0);
    group.bench_function(store, |bencher| {
        let (bed, (sessions, ids)) = &*filled;
        bencher.iter_custom(|times| {
            let changes = async || {
                for (_, id) in (0..times).zip(ids.iter().cycle()) {
                    let number = numbers.fetch_add(1, Ordering::Relaxed);
                    change(sessions, id, number).await.expect(LAWFUL);
                }
            };
            bed.run(async |_| timed(changes()).await.1)
        });
    });
}

fn contended_lock(group: &mut Group<'_>, store: &str, harness: &dyn Harness) {
    let bed = BenchFixture::of(harness);
    if !bed.has(Requirement::Locking) {
        return;
    }
    group.throughput(Throughput::Elements(TASKS));
    group.bench_function(store, |bencher| {
        bencher.iter_custom(|times| {
            bed.run(async |context| contend(context, times).await.expect(LAWFUL))
        });
    });
}

fn collect(group: &mut Group<'_>, store: &str, harness: &dyn Harness) {
    let bed = BenchFixture::of(harness);
    if !bed.has(Requirement::Collecting) {
        return;
    }
    group.throughput(Throughput::Elements(EXPIRING));
    group.bench_function(store, |bencher| {
        bencher.iter_custom(|times| {
            bed.run(async |context| {
                let mut sum = Duration::ZERO;
                for _ in 0..times {
                    sum += sweep(context).await.expect(LAWFUL);
                }
                sum
            })
        });
    });
}

async fn records(context: &Context) -> Verdict<Vec<Key>> {
    let record = context.record(&"d".repeat(BYTES));
    let mut keys = Vec::with_capacity(SESSIONS);
    for number in 0..SESSIONS {
        keys.push(context.given_record(&number.to_string(), &record).await?);
    }
    Ok(keys)
}

async fn sessions(context: &Context) -> Verdict<(Sessions<String>, Vec<SessionId>)> {
    let sessions = context.sessions()?;
    let data = "d".repeat(BYTES);
    let mut ids = Vec::with_capacity(SESSIONS);
    for _ in 0..SESSIONS {
        ids.push(stored(&sessions, &data).await?);
    }
    Ok((sessions, ids))
}

/// Opens a session, replaces the beginning of its data, and commits.
async fn change(
    sessions: &Sessions<String>,
    id: &SessionId,
    number: u64,
) -> session_core::Result<()> {
    let mut session = sessions.open(Some(id.secret())).await?;
    let beginning = format!("{number:020}");
    session.data_mut().replace_range(..beginning.len(), &beginning);
    let committed = session.commit().await?;
    let is_written = matches!(committed, Committed::Stored { written: Written::Updated, .. });
    assert!(is_written, "a change of the data is written");
    Ok(())
}

/// How long it takes so many times until every task had its turn at one session.
async fn contend(context: &Context, times: u64) -> Verdict<Duration> {
    let locking = Arc::clone(context.locking()?);
    let strategy = context.pessimistic(locking, LockOptions::default())?;
    let sessions = context.builder(strategy).build()?;
    let id = stored(&context.sessions()?, &"d".repeat(BYTES)).await?;
    let time = tokio::spawn(keep_time(context.clock().clone()));
    let turns = async {
        for round in 0..times {
            let tasks = (0..TASKS).map(|task| {
                let (sessions, id) = (sessions.clone(), id.clone());
                async move { change(&sessions, &id, round * TASKS + task).await }
            });
            for turn in all_at_once(tasks).await? {
                turn?;
            }
        }
        Ok(())
    };
    let (turns, elapsed) = timed(turns).await;
    time.abort();
    turns.map(|()| elapsed)
}

/// How long a sweep takes that finds the expired records among live ones.
async fn sweep(context: &Context) -> Verdict<Duration> {
    let data = "d".repeat(BYTES);
    let expiring = context.record_for(10, &data);
    let living = context.record(&data);
    let mut spared = Vec::new();
    for number in 0..EXPIRING {
        context.given_record(&format!("expiring {number}"), &expiring).await?;
        spared.push(context.given_record(&format!("living {number}"), &living).await?);
    }
    context.advance_to_second(expiring.expires);
    let (swept, elapsed) = timed(context.sweep(STEP)).await;
    assert_eq!(swept?.deleted, EXPIRING, "{LAWFUL}");
    for key in spared {
        context.store().delete(&key, &Expect::PRESENT).await?;
    }
    Ok(elapsed)
}
