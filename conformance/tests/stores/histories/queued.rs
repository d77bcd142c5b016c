//! A store that reads the clock, queues, and works slowly.

use super::assert_passes;
use crate::around::Around;
use crate::twist::twisted;
use async_trait::async_trait;
use futures_util::lock::Mutex;
use session_conformance::Fixture;
use session_core::time::{Clock, ManualClock};
use tokio::task::yield_now;

/// One mutex for the whole table, held across awaits.
///
/// An operation uses the time of its call, as in stores whose requests carry the time.
#[derive(Debug)]
struct Queued {
    turn: Mutex<()>,
    clock: ManualClock,
    /// The model's.
    reading: ManualClock,
}

impl Queued {
    fn fixture(clock: ManualClock) -> Fixture {
        let reading = ManualClock::at(clock.now());
        let queued = Self { turn: Mutex::new(()), clock, reading: reading.clone() };
        twisted(queued)(reading)
    }
}

#[async_trait]
impl Around for Queued {
    async fn around<T: Send>(
        &self,
        operation: impl Future<Output = session_core::Result<T>> + Send,
    ) -> session_core::Result<T> {
        let now = self.clock.now();
        let _turn = self.turn.lock().await;
        yield_now().await;
        self.reading.set(now);
        let answer = operation.await;
        yield_now().await;
        answer
    }
}

#[test]
fn a_store_that_queues_everything_passes() {
    assert_passes(&Queued::fixture);
}
