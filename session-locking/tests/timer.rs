//! Tests of tokio's time as a timer.

use session_core::time::Timer;
use session_core::time::TokioTimer;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn a_sleep_takes_its_time_and_elapsed_tells_it() {
    let timer = TokioTimer::new();
    assert_eq!(timer.elapsed(), Duration::ZERO);
    timer.sleep(Duration::from_secs(3)).await;
    assert_eq!(timer.elapsed(), Duration::from_secs(3));
}
