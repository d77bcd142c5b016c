use crate::support::{Bench, SECOND, at, change, key, ready, rotation, token, version};
use session_core::store::{
    Change, Expect, LockDisposition, LockToken, LockingStore, SessionStore, Touch,
};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A waker that counts its calls.
#[derive(Default)]
struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A waiter for the lock of a key.
struct Waiter {
    bell: Arc<Bell>,
    wait: Wait,
}

impl Waiter {
    fn of(bench: &Bench, name: &str) -> Self {
        let mut waiter = Self { bell: Arc::default(), wait: wait(bench, name) };
        assert!(waiter.poll().is_pending(), "there is nothing to wait for");
        waiter
    }

    fn poll(&mut self) -> Poll<()> {
        let waker = Waker::from(Arc::clone(&self.bell));
        self.wait.as_mut().poll(&mut Context::from_waker(&waker))
    }

    fn is_woken(&mut self) -> bool {
        let rung = self.bell.0.load(Ordering::SeqCst) > 0;
        assert_eq!(self.poll().is_ready(), rung);
        rung
    }
}

fn wait(bench: &Bench, name: &str) -> Wait {
    let mut watch = ready(bench.store.watch(&key(name))).expect("the store wakes");
    Box::pin(async move { watch.changed().await })
}

fn locked() -> (Bench, LockToken) {
    let (bench, holder) = (Bench::new(), token());
    bench.create_for("a", 60).expect("there is room");
    bench.acquire("a", &holder);
    (bench, holder)
}

#[test]
fn a_release_wakes_all_who_wait_for_the_key() {
    let (bench, holder) = locked();
    let mut waiters = [Waiter::of(&bench, "a"), Waiter::of(&bench, "a")];
    ready(bench.store.release(&key("a"), &holder)).unwrap();
    assert!(waiters.iter_mut().all(Waiter::is_woken));
}

#[test]
fn a_release_wakes_nobody_who_waits_for_another_key() {
    let bench = Bench::with(|builder| builder.shards(1));
    let holder = token();
    for name in ["a", "b"] {
        bench.create_for(name, 60).unwrap();
        bench.acquire(name, &holder);
    }
    let mut waiter = Waiter::of(&bench, "a");
    ready(bench.store.release(&key("b"), &holder)).unwrap();
    assert!(!waiter.is_woken());
}

#[test]
fn a_release_by_one_who_does_not_hold_wakes_nobody() {
    let (bench, _) = locked();
    let mut waiter = Waiter::of(&bench, "a");
    ready(bench.store.release(&key("a"), &token())).unwrap();
    assert!(!waiter.is_woken());
}

#[test]
fn a_touch_that_releases_wakes() {
    let (bench, holder) = locked();
    let mut waiter = Waiter::of(&bench, "a");
    let touch = Touch { expires: at(90), lock: LockDisposition::Release };
    ready(bench.store.touch(&key("a"), &touch, &Expect::lock(holder))).unwrap();
    assert!(waiter.is_woken());
}

#[test]
fn an_update_wakes_when_it_releases_and_not_when_it_keeps() {
    let (bench, holder) = locked();
    let mut waiter = Waiter::of(&bench, "a");
    for lock in [LockDisposition::Keep, LockDisposition::Release] {
        let change = Change { lock, ..change(60, "new") };
        let expect = Expect::lock(holder.clone());
        bench.update("a", &change, &expect).unwrap();
        assert_eq!(waiter.is_woken(), lock == LockDisposition::Release);
    }
}

#[test]
fn a_deletion_wakes() {
    let (bench, _) = locked();
    let mut waiter = Waiter::of(&bench, "a");
    bench.delete("a");
    assert!(waiter.is_woken());
}

#[test]
fn a_rotation_wakes_who_waits_at_the_old_key() {
    let (bench, holder) = locked();
    let mut waiter = Waiter::of(&bench, "a");
    let expect = Expect::lock(holder);
    let (old, new, rotation) = (key("a"), key("b"), rotation(60));
    ready(bench.store.rotate(&old, &new, &rotation, &expect, &version())).unwrap();
    assert!(waiter.is_woken());
}

#[test]
fn a_creation_over_an_expired_record_wakes() {
    let (bench, _) = locked();
    let mut waiter = Waiter::of(&bench, "a");
    bench.clock.advance(60 * SECOND);
    bench.create_for("a", 120).unwrap();
    assert!(waiter.is_woken());
}

#[test]
fn a_sweep_that_deletes_wakes() {
    let (bench, _) = locked();
    let mut waiter = Waiter::of(&bench, "a");
    bench.clock.advance(60 * SECOND);
    assert_eq!(bench.sweep(1, None).deleted, 1);
    assert!(waiter.is_woken());
}

#[test]
fn a_watch_reports_each_release_once() {
    let (bench, holder) = locked();
    let mut watch = ready(bench.store.watch(&key("a"))).expect("the store wakes");
    for _ in 0..3 {
        let pending = watch.changed().as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(pending.is_pending());
        ready(bench.store.release(&key("a"), &holder)).unwrap();
        bench.acquire("a", &holder);
        ready(watch.changed());
    }
}

#[test]
fn a_waker_may_drop_the_future_that_it_wakes() {
    struct Last(Mutex<Option<Wait>>);

    impl Last {
        fn wait(&self) -> MutexGuard<'_, Option<Wait>> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl Wake for Last {
        fn wake(self: Arc<Self>) {
            drop(self.wait().take());
        }
    }

    let (bench, holder) = locked();
    let mut wait = wait(&bench, "a");
    let last = Arc::new(Last(Mutex::new(None)));
    let waker = Waker::from(Arc::clone(&last));
    assert!(wait.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    *last.wait() = Some(wait);
    ready(bench.store.release(&key("a"), &holder)).unwrap();
    assert!(last.wait().is_none());
}
