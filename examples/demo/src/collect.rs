use session_kit::Collector;
use session_kit::collector::{CollectError, Report};
use session_kit::store::CollectingStore;
use session_kit::time::TokioTimer;
use std::sync::Arc;
use std::time::Duration;

/// Removes the expired sessions, once a minute on average.
///
/// Memory and a file are used on one host, by one clock. So there is no need to wait for a grace.
pub async fn collect(store: Arc<dyn CollectingStore>) {
    let collector = Collector::new(store, TokioTimer::new()).grace(Duration::ZERO);
    let report = |walk: Result<&Report, &CollectError>| {
        if let Err(stopped) = walk {
            tracing::warn!("{stopped}: {}", stopped.error);
        }
    };
    let Err(stopped) = collector.every(Duration::from_mins(1), report).await;
    tracing::warn!("{stopped}: {}", stopped.error);
}
