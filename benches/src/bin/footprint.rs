//! Counts the bytes that a live session takes beyond its key and its payload.
//!
//! It is a program of its own because it counts every allocation, which slows down everything.

use session_benches::{Dice, HOUR, Table, key, payload};
use session_core::Result;
use session_core::store::{Expect, LockDisposition, Record, SessionStore, Tag, Touch};
use session_core::time::{Clock, EpochMillis, ManualClock, Timestamp};
use session_memory::MemoryStore;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::num::NonZeroUsize;
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const TARGET: usize = 200;

/// The numbers of sessions.
///
/// Tables double when they are full, so the spare room depends on the number of sessions.
const COUNTS: [usize; 3] = [100_000, 110_000, 130_000];

/// How often each session is touched, on average, before the second count.
const TOUCHES: usize = 10;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut table = Table::new(&["live sessions", "state", "bytes each", "target", ""]);
    for count in COUNTS {
        let crowd = Crowd::gather(count).await?;
        crowd.count("created one after another", &mut table);
        crowd.stir().await?;
        crowd.count("touched ten times each, in any order", &mut table);
    }
    print!("{table}");
    Ok(())
}

/// Many sessions, and what was allocated since before there was any.
struct Crowd {
    region: Region<'static, System>,
    store: MemoryStore,
    clock: ManualClock,
    sessions: NonZeroUsize,
}

impl Crowd {
    async fn gather(count: usize) -> Result<Self> {
        let region = Region::new(&INSTRUMENTED_SYSTEM);
        let clock = ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000));
        let store = MemoryStore::builder().clock(clock.clone()).build();
        let sessions = NonZeroUsize::new(count).expect("a crowd is not empty");
        let crowd = Self { region, store, clock, sessions };
        for session in 0..count {
            let record = Record {
                payload: payload(session),
                expires: crowd.next_expiry(),
                deadline: None,
                idle: None,
            };
            let version = Tag::from_bytes([0; Tag::BYTES]);
            crowd.store.create(&key(session), &record, &version).await?;
        }
        Ok(crowd)
    }

    async fn stir(&self) -> Result<()> {
        let mut dice = Dice::new(0);
        for _ in 0..TOUCHES * self.sessions.get() {
            let touch = Touch { expires: self.next_expiry(), lock: LockDisposition::Keep };
            let key = key(dice.below(self.sessions));
            self.store.touch(&key, &touch, &Expect::PRESENT).await?;
        }
        Ok(())
    }

    /// Advances the clock a little, and returns an expiry a day later.
    ///
    /// All creations and touches together take less than a day.
    fn next_expiry(&self) -> Timestamp {
        self.clock.advance(Duration::from_millis(50));
        self.clock.now().timestamp().saturating_add(HOUR * 24)
    }

    fn count(&self, state: &str, table: &mut Table) {
        let change = self.region.change();
        let kept = change.bytes_allocated - change.bytes_deallocated;
        let sessions = self.sessions.get();
        let content = key(0).as_str().len() + payload(0).len();
        let each = kept / sessions - content;
        let met = if each < TARGET { "met" } else { "**missed**" };
        table.row(&[
            sessions.to_string(),
            state.into(),
            each.to_string(),
            format!("under {TARGET}"),
            met.into(),
        ]);
    }
}
