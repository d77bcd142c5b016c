use crate::{Context, Harness, Requirement};
use futures_util::future::BoxFuture;
use session_core::time::TokioTimer;
use session_core::time::{ManualClock, Timer};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// A store that is measured, with the runtime that it runs in.
pub(super) struct BenchFixture {
    runtime: Runtime,
    context: Context,
    teardown: Option<BoxFuture<'static, ()>>,
}

impl BenchFixture {
    /// A fresh store of this harness.
    pub(super) fn of(harness: &dyn Harness) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("the system has room for a runtime");
        let clock = ManualClock::at(Context::start());
        let fixture = runtime.block_on(harness.fixture(clock.clone()));
        let mut fixture = fixture.expect("the harness makes a store");
        let teardown = fixture.teardown.take();
        Self { runtime, context: Context::new(fixture, clock), teardown }
    }

    /// Whether the store can do what is to be measured.
    pub(super) fn has(&self, need: Requirement) -> bool {
        need.is_met_by(&self.context.capabilities())
    }

    /// Does something with the store.
    pub(super) fn run<T>(&self, work: impl AsyncFnOnce(&Context) -> T) -> T {
        self.runtime.block_on(work(&self.context))
    }
}

impl Drop for BenchFixture {
    fn drop(&mut self) {
        if let Some(teardown) = self.teardown.take() {
            self.runtime.block_on(teardown);
        }
    }
}

/// How long the work takes, by the machine's clock.
pub(super) async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let timer = TokioTimer::new();
    let result = work.await;
    (result, timer.elapsed())
}

/// Lets a store's clock keep the machine's time, for what waits.
pub(super) async fn keep_time(clock: ManualClock) {
    /// How fine the time is: tokio's own is no finer.
    const TICK: Duration = Duration::from_millis(1);
    let timer = TokioTimer::new();
    let mut before = timer.elapsed();
    loop {
        timer.sleep(TICK).await;
        let now = timer.elapsed();
        clock.advance(now.saturating_sub(before));
        before = now;
    }
}
