//! Collections go at a bounded rate, and on after a failure (G3).

use crate::ensure::{ensure_eq, ensure_within};
use crate::spy_store::SpyStore;
use crate::virtual_time::VirtualTime;
use crate::{Checked, Context, Verdict, Violation};
use session_core::Collector;
use session_core::collector::{CollectError, RateLimit, Report};
use session_core::store::{CollectingStore, Cursor};
use session_core::time::Timer;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const EXPIRED: u64 = 25;

/// A store with expired records and one live record, and its collector.
///
/// The collector works in steps of five.
struct Walk<'a> {
    context: &'a Context,
    time: VirtualTime,
    collector: Collector,
}

impl<'a> Walk<'a> {
    async fn over(context: &'a Context) -> Checked<Self> {
        for number in 0..EXPIRED {
            context.given_record(&number.to_string(), &context.record_for(10, "old")).await?;
        }
        context.advance_to_second(context.in_seconds(10));
        context.given("live").await?;
        let (clock, watched) = (context.clock().clone(), SpyStore::of(context));
        let store = Arc::clone(&watched) as Arc<dyn CollectingStore>;
        let collector = Collector::new(store, Arc::new(clock.clone()))
            .step(NonZeroUsize::new(5).expect("five is not zero"))
            .grace(Duration::ZERO);
        Ok(Self { context, time: VirtualTime { clock, watched }, collector })
    }

    /// Runs a collection to its end.
    async fn run(&self, from: Option<Cursor>) -> Checked<Result<Report, CollectError>> {
        self.time.drive(self.collector.run(from, |_| ())).await
    }

    /// Checks that all that was expired is deleted, and nothing else.
    async fn ensure_collected(&self, report: &Report) -> Checked {
        let expected = self.context.of_expired(EXPIRED);
        ensure_within!(report.deleted, expected, "how many were deleted");
        ensure_eq!(report.next, None, "where to resume a complete walk");
        self.context.ensure_data(&self.context.key("live"), "live").await
    }
}

pub(crate) async fn a_collection_walks_the_whole_store(context: &Context) -> Verdict {
    let walk = Walk::over(context).await?;
    let mut heard = Vec::new();
    let running = walk.collector.run(None, |report| heard.push(report.steps));
    let report = walk.time.drive(running).await?.map_err(|stopped| stopped.error)?;
    walk.ensure_collected(&report).await?;
    let least = *context.of_expired(EXPIRED / 5).start();
    ensure_within!(report.steps, least.., "the steps of five that a walk took");
    ensure_eq!(heard, (1..=report.steps).collect::<Vec<_>>(), "the progress that was heard");
    ensure_eq!(report.elapsed, Duration::ZERO, "the time without a pace");
    Ok(())
}

pub(crate) async fn a_collection_keeps_its_rate_limit(context: &Context) -> Verdict {
    let mut walk = Walk::over(context).await?;
    let per_second = NonZeroU32::new(10).expect("ten is not zero");
    walk.collector = walk.collector.rate_limit(RateLimit::RecordsPerSecond(per_second));
    let report = walk.run(None).await?.map_err(|stopped| stopped.error)?;
    walk.ensure_collected(&report).await?;
    let (least, most) = (*context.of_expired(EXPIRED - 5).start(), report.scanned);
    let within = Duration::from_millis(100 * least)..=Duration::from_millis(100 * most);
    let elapsed = report.elapsed;
    ensure_within!(elapsed, within, "the time for {most} records at 10 a second");
    Ok(())
}

pub(crate) async fn a_collection_backs_off_and_goes_on(context: &Context) -> Verdict {
    let walk = Walk::over(context).await?;
    walk.time.watched.sweeps_to_fail.store(3, Ordering::SeqCst);
    let begin = walk.time.clock.elapsed();
    let report = walk.run(None).await?.map_err(|stopped| stopped.error)?;
    walk.ensure_collected(&report).await?;
    let waited = context.since(begin);
    ensure_eq!(waited, Duration::from_millis(100 + 200 + 400), "the back-off of three failures");
    Ok(())
}

pub(crate) async fn a_collection_that_stopped_is_resumed(context: &Context) -> Verdict {
    let walk = Walk::over(context).await?;
    let watched = Arc::clone(&walk.time.watched);
    let fail_from_now_on = |_: &Report| watched.sweeps_to_fail.store(usize::MAX, Ordering::SeqCst);
    let stopped = walk.time.drive(walk.collector.run(None, fail_from_now_on)).await?;
    let Err(CollectError { report: first, .. }) = stopped else {
        if context.removes_expired() {
            return Ok(());
        }
        return Err(Violation::new("a collection went on over a store that fails"));
    };
    ensure_eq!(first.steps, 1, "the steps before the failure");
    watched.sweeps_to_fail.store(0, Ordering::SeqCst);
    let mut rest = walk.run(first.next).await?.map_err(|stopped| stopped.error)?;
    rest.deleted += first.deleted;
    Ok(walk.ensure_collected(&rest).await?)
}
