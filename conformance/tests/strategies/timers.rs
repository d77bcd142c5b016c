//! Strategies with wrong times.

use crate::rejects;
use async_trait::async_trait;
use session_conformance::Context;
use session_core::time::{Clock, EpochMillis, ManualClock, Timer};
use session_locking::{LockOptions, Pessimistic};
use std::future::pending;
use std::time::Duration;

/// A timer that changes sleeps of one length.
#[derive(Debug)]
struct Odd {
    clock: ManualClock,
    length: Duration,
    sleep: Sleep,
}

#[derive(Debug)]
enum Sleep {
    Never,
    Forever,
}

#[async_trait]
impl Timer for Odd {
    fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        match self.sleep {
            Sleep::Never if duration == self.length => {}
            Sleep::Forever if duration == self.length => pending().await,
            _ => self.clock.sleep(duration).await,
        }
    }
}

/// Measures time by the wall clock.
#[derive(Debug)]
struct ByTheWall(ManualClock);

#[async_trait]
impl Timer for ByTheWall {
    fn elapsed(&self) -> Duration {
        // The wall clock has milliseconds, so it differs only after a jump.
        let (wall, elapsed) = (self.0.now().saturating_since(EPOCH), self.0.elapsed());
        let undisturbed = elapsed + Context::start().saturating_since(EPOCH);
        if wall.abs_diff(undisturbed) > Duration::from_millis(1) { wall } else { undisturbed }
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

const EPOCH: EpochMillis = EpochMillis::from_epoch_millis(0);

rejects! {
    renews_never = |store, options: LockOptions, clock| {
        let timer = Odd { clock, length: options.lock_lease / 3, sleep: Sleep::Forever };
        Ok(Pessimistic::new(store).with_options(options).with_timer(timer))
    }
        => [a_lock_is_renewed_while_it_is_held, a_session_does_not_expire_while_it_is_held];
    hands_over_locally_without_a_pause = |store, options: LockOptions, clock| {
        let timer = Odd { clock, length: options.max_lock_retry, sleep: Sleep::Never };
        Ok(Pessimistic::new(store).with_options(options).with_timer(timer))
    }
        => [after_eight_local_hand_overs_the_queue_pauses, pauses_take_a_sixth_of_the_time_at_most];
    waits_for_each_answer = |store, options: LockOptions, clock| {
        let length = options.max_lock_wait_time + options.request_timeout;
        let timer = Odd { clock, length, sleep: Sleep::Forever };
        Ok(Pessimistic::new(store).with_options(options).with_timer(timer))
    }
        => [an_attempt_without_an_answer_ends_soon_after_the_deadline];
    waits_for_each_release = |store, options: LockOptions, clock| {
        let timer = Odd { clock, length: options.release_timeout, sleep: Sleep::Forever };
        Ok(Pessimistic::new(store).with_options(options).with_timer(timer))
    }
        => [a_release_after_a_failed_write_is_waited_for_briefly];
    waits_by_the_wall_clock = |store, options: LockOptions, clock| {
        Ok(Pessimistic::new(store).with_options(options).with_timer(ByTheWall(clock)))
    }
        => [a_wall_clock_that_jumps_moves_no_deadline];
}
