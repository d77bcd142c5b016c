//! A collector that runs again and again.

use session_conformance::Model;
use session_conformance::faults::{Fault, FaultPlan, Faulty};
use session_core::error::Operation;
use session_core::random::Randomness;
use session_core::store::{Key, Payload, Record, SessionStore, Tag};
use session_core::time::{Clock, EpochMillis, ManualClock, Timer};
use session_core::{Collector, ErrorKind, Result};
use std::future::Future;
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

const PERIOD: Duration = Duration::from_mins(1);

/// A source that gives the same bytes each time.
///
/// The delays are half a period, one, or one and a half.
#[derive(Debug)]
struct Always(u8);

impl Randomness for Always {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn clock() -> ManualClock {
    ManualClock::at(EpochMillis::from_epoch_millis(1_700_000_000_000))
}

/// The number of deletions of each walk, or `None` for a walk that failed.
type Heard = Arc<Mutex<Vec<Option<u64>>>>;

/// Runs the collector for this long, in steps of a second.
fn run(collector: &Collector, clock: &ManualClock, seconds: u64) -> Vec<Option<u64>> {
    let heard = Heard::default();
    let hear = Arc::clone(&heard);
    let mut running = pin!(collector.every(PERIOD, move |walk| {
        hear.lock().expect("nobody panics").push(walk.ok().map(|report| report.deleted));
    }));
    let mut poll = || running.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    for _ in 0..seconds {
        assert!(poll().is_pending(), "it ended");
        clock.advance(Duration::from_secs(1));
    }
    assert!(poll().is_pending(), "it ended");
    let heard = heard.lock().expect("nobody panics");
    heard.clone()
}

#[test]
fn walks_begin_after_half_a_period_to_one_and_a_half() {
    for (byte, walks) in [(0x00, 6), (0x80, 3), (0xff, 2)] {
        let clock = clock();
        let model = Model::new(clock.clone());
        let collector = Collector::new(model, clock.clone()).randomness(Always(byte));
        let heard = run(&collector, &clock, 185);
        assert_eq!(heard, vec![Some(0); walks], "with the bytes {byte:#x}");
    }
}

/// A walk over a store that fails makes eight attempts.
///
/// They take 17 s in steps of a second.
#[test]
fn an_error_does_not_end_it() {
    let clock = clock();
    let plan =
        FaultPlan::seeded(1).every(NonZeroU32::MIN, Fault::FailsBefore, [Operation::Collect]);
    let faulty = Faulty::new(Model::new(clock.clone()), plan);
    let collector = Collector::new(faulty, clock.clone()).randomness(Always(0x00));
    assert_eq!(run(&collector, &clock, 80), [None, None]);
}

#[tokio::test]
async fn what_expires_between_two_walks_is_deleted_by_the_second() {
    let clock = clock();
    let model = Arc::new(Model::new(clock.clone()));
    let collector = Collector::new(Arc::clone(&model), clock.clone())
        .grace(Duration::ZERO)
        .randomness(Always(0x00));
    let key = Key::new("old").expect("it is not empty");
    let expires = clock.now().timestamp().saturating_add(Duration::from_secs(45));
    let record = Record { payload: Payload::text("x"), expires, deadline: None, idle: None };
    model.create(&key, &record, &Tag::from_bytes([1; 16])).await.expect("it is new");
    assert_eq!(run(&collector, &clock, 65), [Some(0), Some(1)]);
    assert!(model.with_rows(|rows| rows.is_empty()));
}

#[test]
fn without_a_runtime_it_ends_at_once() {
    #[derive(Debug)]
    struct NoTimer;

    #[async_trait::async_trait]
    impl Timer for NoTimer {
        fn elapsed(&self) -> Duration {
            Duration::ZERO
        }

        fn check(&self) -> Result<()> {
            Err(session_core::Error::new(Operation::Configure, ErrorKind::Config))
        }

        async fn sleep(&self, _: Duration) {
            panic!("there is nothing to sleep on");
        }
    }

    let collector = Collector::new(Model::new(clock()), NoTimer);
    let mut running = pin!(collector.every(PERIOD, |_| ()));
    let poll = running.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    let Poll::Ready(Err(stopped)) = poll else { panic!("it waits") };
    assert_eq!(stopped.error.kind(), ErrorKind::Config);
}
