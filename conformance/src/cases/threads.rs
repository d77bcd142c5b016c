//! Threads that repeat operations on one key as fast as they can.
//!
//! They find a step that is two steps where the store awaits nothing between them.

use crate::context::{CLOCK_SKEW, LEASE, LIFE};
use crate::ensure::{ensure, ensure_eq};
use crate::{Checked, Context, Finding, Verdict, Violation, threads};
use session_core::random::OsRandom;
use session_core::store::{
    Acquired, Change, Deletion, Expect, Freshness, Key, LockDisposition, LockToken, Payload,
    PayloadKind, Record, SessionStore, Tag, Touch,
};
use session_core::time::{Timer, TokioTimer};
use session_core::{ErrorKind, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use tokio::sync::Mutex;

/// How often a thread repeats something.
struct Spell {
    timer: TokioTimer,
    rounds: u64,
}

impl Spell {
    const MOST_ROUNDS: u64 = 1_000_000;
    const LONGEST: Duration = Duration::from_millis(500);

    fn begin() -> Self {
        Self { timer: TokioTimer::new(), rounds: 0 }
    }

    /// Whether there is another round.
    fn goes_on(&mut self) -> bool {
        self.rounds += 1;
        self.rounds <= Self::MOST_ROUNDS && self.timer.elapsed() < Self::LONGEST
    }
}

/// How many threads do the same thing at once.
const THREADS: usize = 3;

/// Cases with threads take turns, so that each of them has the processors.
static TURN: Mutex<()> = Mutex::const_new(());

/// Runs all futures on threads of their own, and reports the first violation.
async fn on_threads<F>(futures: impl IntoIterator<Item = F>) -> Checked
where
    F: Future<Output = Checked> + Send + 'static,
{
    let _turn = TURN.lock().await;
    let _interruptions = Interruptions::begin();
    threads::all(futures.into_iter()).await.into_iter().collect()
}

/// Threads that sleep and wake all the time.
///
/// Busy threads that share a processor change places every few milliseconds, which is seldom between
/// two steps. Each wake-up lets the operating system choose another one to go on.
struct Interruptions(Arc<AtomicBool>);

impl Interruptions {
    const THREADS: usize = 8;

    fn begin() -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        for _ in 0..Self::THREADS {
            let is_over = Arc::clone(&is_over);
            thread::spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    thread::park_timeout(Duration::from_micros(20));
                }
            });
        }
        Self(is_over)
    }
}

impl Drop for Interruptions {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Returns whether an operation was applied, and checks its error if it was not.
///
/// The error must be `rejection`, or `Unavailable`.
#[track_caller]
fn has_won(result: Result<()>, rejection: ErrorKind) -> Verdict<bool> {
    let Err(error) = result else { return Ok(true) };
    let is_lost = [rejection, ErrorKind::Unavailable].contains(&error.kind());
    ensure!(is_lost, "the rejection of the one that lost the race: {error}");
    Ok(false)
}

/// A record that holds a number, which only grows.
#[derive(Clone)]
struct Counter {
    store: Arc<dyn SessionStore>,
    key: Key,
    change: Change,
    /// How many writes of a greater number were applied.
    writes: Arc<AtomicU64>,
}

impl Counter {
    async fn at_zero(context: &Context) -> Checked<Self> {
        // Longer than the clock moves in all rounds.
        let expires = context.in_seconds(THREADS as u64 * Spell::MOST_ROUNDS + LIFE);
        let record = Record { expires, deadline: None, ..context.record("0") };
        let key = context.given_record("a", &record).await?;
        let change = Change { expires, ..context.change("") };
        let store = Arc::clone(context.store());
        Ok(Self { store, key, change, writes: Arc::default() })
    }

    #[track_caller]
    fn in_payload(payload: &Payload) -> Verdict<u64> {
        let text = String::from_utf8_lossy(payload.as_bytes()).into_owned();
        text.parse().map_err(|_| Violation::new(format!("the number reads {text}")))
    }

    async fn read(&self) -> Checked<(u64, Expect)> {
        let found = self.store.load(&self.key, Freshness::Latest).await?;
        let found = found.ok_or_else(|| Finding::new("the record vanished"))?;
        Ok((Self::in_payload(&found.record.payload)?, Expect::version(found.version)))
    }

    /// Writes a number, and releases a lock that is expected.
    async fn write(&self, number: u64, expect: &Expect) -> Result<()> {
        let text = number.to_string();
        let payload = match self.change.payload.kind() {
            PayloadKind::Text => Payload::text(text),
            PayloadKind::Binary => Payload::binary(text.into_bytes()),
        };
        let lock = match expect.as_lock() {
            Some(_) => LockDisposition::Release,
            None => LockDisposition::Keep,
        };
        let change = Change { payload, lock, ..self.change.clone() };
        self.store.update(&self.key, &change, expect, &Tag::draw(&OsRandom)).await
    }

    fn count(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    /// Checks that every write that was applied is in the number.
    async fn ensure_all_counted(&self) -> Checked {
        let (number, _) = self.read().await?;
        ensure_eq!(number, self.writes.load(Ordering::SeqCst), "the number of applied writes");
        Ok(())
    }
}

/// Each that creates the record owns it until it deletes it.
pub(crate) async fn of_creators_on_threads_one_wins(context: &Context) -> Verdict {
    let key = context.key("a");
    let creators = ["first", "second", "third"].map(|name| {
        let (store, key, record) = (Arc::clone(context.store()), key.clone(), context.record(name));
        async move {
            let mut spell = Spell::begin();
            while spell.goes_on() {
                let created = store.create(&key, &record, &Tag::draw(&OsRandom)).await;
                if has_won(created, ErrorKind::AlreadyExists)? {
                    let deletion = store.delete(&key, &Expect::PRESENT).await?;
                    ensure_eq!(deletion, Deletion::Deleted, "the deletion by its creator");
                }
            }
            Ok(())
        }
    });
    Ok(on_threads(creators).await?)
}

/// Each adds one to the number that it read.
pub(crate) async fn of_updates_of_one_version_on_threads_one_wins(context: &Context) -> Verdict {
    let counter = Counter::at_zero(context).await?;
    let writers = vec![counter.clone(); THREADS].into_iter().map(|counter| async move {
        let mut spell = Spell::begin();
        while spell.goes_on() {
            let (number, read) = counter.read().await?;
            let written = counter.write(number + 1, &read).await;
            if has_won(written, ErrorKind::Conflict)? {
                counter.count();
            }
        }
        Ok(())
    });
    on_threads(writers).await?;
    Ok(counter.ensure_all_counted().await?)
}

/// One creates the record again and again, and all delete it.
pub(crate) async fn of_deletions_on_threads_one_finds_the_session(context: &Context) -> Verdict {
    let (key, record) = (context.key("a"), context.record("data"));
    let (created, deleted) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let sides = [true, false, false].map(|creates| {
        let (store, key, record) = (Arc::clone(context.store()), key.clone(), record.clone());
        let (created, deleted) = (Arc::clone(&created), Arc::clone(&deleted));
        async move {
            let mut spell = Spell::begin();
            while spell.goes_on() {
                if creates {
                    let creation = store.create(&key, &record, &Tag::draw(&OsRandom)).await;
                    let is_created = has_won(creation, ErrorKind::AlreadyExists)?;
                    created.fetch_add(usize::from(is_created), Ordering::SeqCst);
                }
                let deletion = store.delete(&key, &Expect::PRESENT).await?;
                let is_deleted = deletion == Deletion::Deleted;
                deleted.fetch_add(usize::from(is_deleted), Ordering::SeqCst);
            }
            Ok(())
        }
    });
    on_threads(sides).await?;
    let (created, deleted) = (created.load(Ordering::SeqCst), deleted.load(Ordering::SeqCst));
    ensure_eq!(deleted, created, "the number of deletions that found the session");
    Ok(context.ensure_absent(&key).await?)
}

/// One creates and deletes the record, and the others update it.
pub(crate) async fn an_update_on_a_thread_revives_nothing(context: &Context) -> Verdict {
    let (key, record, change) = (context.key("a"), context.record("data"), context.change("late"));
    let sides = [true, false, false].map(|owns| {
        let (store, key) = (Arc::clone(context.store()), key.clone());
        let (record, change) = (record.clone(), change.clone());
        async move {
            let mut spell = Spell::begin();
            while spell.goes_on() {
                let version = Tag::draw(&OsRandom);
                if owns {
                    store.create(&key, &record, &version).await?;
                    store.delete(&key, &Expect::PRESENT).await?;
                    let found = store.load(&key, Freshness::Latest).await?;
                    ensure_eq!(found, None, "what is read after the deletion");
                } else {
                    let updated = store.update(&key, &change, &Expect::PRESENT, &version).await;
                    has_won(updated, ErrorKind::Gone)?;
                }
            }
            Ok(())
        }
    });
    Ok(on_threads(sides).await?)
}

/// One writes and reads its writes, and the others move the expiry.
pub(crate) async fn a_touch_on_a_thread_undoes_no_write(context: &Context) -> Verdict {
    let counter = Counter::at_zero(context).await?;
    let expires = context.in_seconds(20 * LIFE);
    let touch = Touch { expires, lock: LockDisposition::Keep };
    let sides = [true, false, false].map(|writes| {
        let (counter, touch) = (counter.clone(), touch);
        async move {
            let mut spell = Spell::begin();
            while spell.goes_on() {
                if writes {
                    counter.write(spell.rounds, &Expect::PRESENT).await?;
                    let (number, _) = counter.read().await?;
                    ensure_eq!(number, spell.rounds, "the number that was written");
                } else {
                    counter.store.touch(&counter.key, &touch, &Expect::PRESENT).await?;
                }
            }
            Ok(())
        }
    });
    Ok(on_threads(sides).await?)
}

/// All move the record from one key to another one and back. It is never at both.
pub(crate) async fn of_rotations_on_threads_one_wins(context: &Context) -> Verdict {
    let keys = [context.given("a").await?, context.key("b")];
    let rotation = context.rotation("moved");
    let counts = Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let movers = [(); THREADS].map(|()| {
        let (store, keys) = (Arc::clone(context.store()), keys.clone());
        let (rotation, counts) = (rotation.clone(), Arc::clone(&counts));
        async move {
            let mut spell = Spell::begin();
            while spell.goes_on() {
                let from = usize::from(spell.rounds % 2 == 1);
                let (old, new, version) = (&keys[from], &keys[1 - from], Tag::draw(&OsRandom));
                let moved = store.rotate(old, new, &rotation, &Expect::PRESENT, &version).await;
                let is_moved = has_won(moved, ErrorKind::Gone)?;
                counts[from].fetch_add(usize::from(is_moved), Ordering::SeqCst);
            }
            Ok(())
        }
    });
    on_threads(movers).await?;
    let [there, back] = [0, 1].map(|from: usize| counts[from].load(Ordering::SeqCst));
    ensure!(there == back || there == back + 1, "{there} moves there, and {back} back");
    context.ensure_data(&keys[there - back], "moved").await?;
    Ok(context.ensure_absent(&keys[1 - (there - back)]).await?)
}

/// One thread moves the record to and fro, and the others look for it.
///
/// A look counts if no more than one move was under way.
pub(crate) async fn a_reader_on_a_thread_finds_a_rotating_record_at_one_key(
    context: &Context,
) -> Verdict {
    let keys = [context.given("a").await?, context.key("b")];
    let (rotation, moves) = (context.rotation("moved"), Arc::new(AtomicUsize::new(0)));
    let sides = [true, false, false].map(|rotates| {
        let (store, keys) = (Arc::clone(context.store()), keys.clone());
        let (rotation, moves) = (rotation.clone(), Arc::clone(&moves));
        async move {
            let mut spell = Spell::begin();
            while spell.goes_on() {
                let number = moves.load(Ordering::SeqCst);
                let (old, new) = (&keys[number % 2], &keys[1 - number % 2]);
                if rotates {
                    let version = Tag::draw(&OsRandom);
                    let rotated =
                        store.rotate(old, new, &rotation, &Expect::PRESENT, &version).await;
                    let is_moved = has_won(rotated, ErrorKind::Gone)?;
                    moves.fetch_add(usize::from(is_moved), Ordering::SeqCst);
                    continue;
                }
                let has_arrived = store.load(new, Freshness::Latest).await?.is_some();
                let has_stayed = store.load(old, Freshness::Latest).await?.is_some();
                let is_missing = !has_stayed && store.load(new, Freshness::Latest).await?.is_none();
                let is_one_move = moves.load(Ordering::SeqCst) == number;
                ensure!(!(is_one_move && has_arrived && has_stayed), "the record is at both keys");
                ensure!(!(is_one_move && is_missing), "the record is at neither key");
            }
            Ok(())
        }
    });
    Ok(on_threads(sides).await?)
}

/// Each that acquires the lock holds it until it writes.
pub(crate) async fn of_contenders_on_threads_one_locks(context: &Context) -> Verdict {
    let counter = Counter::at_zero(context).await?;
    let mut contenders = Vec::new();
    for _ in 0..THREADS {
        let (locking, counter) = (Arc::clone(context.locking()?), counter.clone());
        contenders.push(async move {
            let mut spell = Spell::begin();
            while spell.goes_on() {
                let token = LockToken::draw(&OsRandom);
                let acquired = locking.acquire(&counter.key, &token, LEASE).await?;
                let Acquired::Locked(read) = acquired else { continue };
                let number = Counter::in_payload(&read.record.payload)?;
                counter.write(number + 1, &Expect::lock(token)).await?;
                counter.count();
            }
            Ok(())
        });
    }
    on_threads(contenders).await?;
    Ok(counter.ensure_all_counted().await?)
}

/// Each thread takes the lock over and adds one to the number that it reads.
///
/// It reads the number with the lock, and lets its lease expire.
pub(crate) async fn a_takeover_on_a_thread_reads_the_last_write(context: &Context) -> Verdict {
    let counter = Counter::at_zero(context).await?;
    let mut holders = Vec::new();
    for _ in 0..THREADS {
        let (locking, counter) = (Arc::clone(context.locking()?), counter.clone());
        let clock = context.clock().clone();
        holders.push(async move {
            let mut spell = Spell::begin();
            while spell.goes_on() {
                let token = LockToken::draw(&OsRandom);
                let acquired =
                    locking.acquire(&counter.key, &token, Duration::from_millis(1)).await?;
                clock.advance(CLOCK_SKEW);
                let Acquired::Locked(read) = acquired else { continue };
                let number = Counter::in_payload(&read.record.payload)?;
                let written = counter.write(number + 1, &Expect::lock(token)).await;
                if has_won(written, ErrorKind::LockLost)? {
                    counter.count();
                }
            }
            Ok(())
        });
    }
    on_threads(holders).await?;
    Ok(counter.ensure_all_counted().await?)
}
