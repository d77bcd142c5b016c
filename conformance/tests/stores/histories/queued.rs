//! A store that reads the clock, queues, and works slowly.

use super::assert_passes;
use crate::calls::Call;
use crate::twist::{Twist, twisted};
use async_trait::async_trait;
use futures_util::lock::Mutex;
use session_conformance::{Fixture, Model};
use session_core::Result;
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
impl Twist for Queued {
    async fn call<C: Call<Model>>(&self, model: &Model, call: C) -> Result<C::Answer> {
        let now = self.clock.now();
        let _turn = self.turn.lock().await;
        yield_now().await;
        self.reading.set(now);
        let answer = call.on(model).await;
        yield_now().await;
        answer
    }
}

#[test]
fn a_store_that_queues_everything_passes() {
    assert_passes(&Queued::fixture);
}
