use super::scene::BESIDES_DATA;
use crate::meter::{Meter, Reading};
use crate::server::Server;
use crate::table::{new_table, put};
use session_benches::HOUR;
use session_core::store::{CollectingStore, Payload, SweepBudget};
use session_core::time::{Clock, ManualClock, SystemClock};
use session_dynamodb::{BatchConfig, DynamoDbStore};
use std::num::NonZeroUsize;

const TABLE: &str = "collect";

/// Collects one expired session of this size, and all there is.
pub(super) async fn collect(server: &Server, size: usize, in_batches: bool) -> Reading {
    let filled = new_table(&server.client(), TABLE).await;
    put(&filled, 0, Payload::text("a".repeat(size - BESIDES_DATA))).await;
    let (meter, clock) = (Meter::of_capacity(), ManualClock::at(SystemClock.now()));
    clock.advance(2 * HOUR);
    let builder = DynamoDbStore::builder(meter.under(&server.client()), TABLE);
    let builder = builder.locking(true).clock(clock).scan_segments(NonZeroUsize::MIN);
    let builder = if in_batches { builder.batch_config(BatchConfig::default()) } else { builder };
    let store = builder.build().expect("the settings fit");
    let budget = SweepBudget::new(NonZeroUsize::new(100).expect("it is not zero"));
    let sweep = store.sweep(&budget, None).await.expect("the server answers");
    assert_eq!((sweep.deleted, sweep.next), (1, None), "one session is expired");
    meter.take()
}
