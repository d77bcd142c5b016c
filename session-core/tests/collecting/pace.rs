//! A collection keeps exactly to its pace.

use crate::scripted::{Scripted, step};
use session_core::collector::RateLimit;
use session_core::store::{Cursor, Sweep};
use std::num::NonZeroU32;
use std::time::Duration;

const TWO: NonZeroU32 = NonZeroU32::new(2).expect("two is not zero");

/// The start times of the steps of a collection at this pace, and its duration.
fn times(store: Scripted, pace: RateLimit) -> (Vec<Duration>, Duration) {
    let (report, asked) = store.run(async |collector| {
        collector.rate_limit(pace).run(None, |_| ()).await.expect("no step fails")
    });
    (asked.iter().map(|asked| asked.at).collect(), report.elapsed)
}

fn at(millis: [u64; 3]) -> Vec<Duration> {
    millis.map(Duration::from_millis).to_vec()
}

fn of_units(units: f64, next: Option<&str>) -> Sweep {
    Sweep { units, scanned: 1_000, next: next.map(Cursor::new), ..Sweep::default() }
}

#[test]
fn records_per_second_say_how_long_a_step_lasts() {
    let store = Scripted::stepping([step(5, Some("a")), step(3, Some("b")), step(9, None)]);
    let (begins, elapsed) = times(store, RateLimit::RecordsPerSecond(TWO));
    assert_eq!(begins, at([0, 2_500, 4_000]));
    assert_eq!(elapsed, Duration::from_secs(4), "nothing follows the last step");
}

#[test]
fn units_per_second_say_how_long_a_step_lasts() {
    let answers = [of_units(5.0, Some("a")), of_units(0.5, Some("b")), of_units(9.0, None)];
    let (begins, elapsed) = times(Scripted::stepping(answers), RateLimit::UnitsPerSecond(TWO));
    assert_eq!(begins, at([0, 2_500, 2_750]));
    assert_eq!(elapsed, Duration::from_millis(2_750));
}

#[test]
fn the_time_that_a_step_takes_is_part_of_its_pace() {
    let answers = [step(5, Some("a")), step(1, Some("b")), step(5, None)];
    let store = Scripted::stepping(answers).taking(Duration::from_secs(1));
    let (begins, elapsed) = times(store, RateLimit::RecordsPerSecond(TWO));
    assert_eq!(begins, at([0, 2_500, 3_500]), "a step that is slow itself is not delayed");
    assert_eq!(elapsed, Duration::from_millis(4_500));
}

#[test]
fn without_a_pace_one_step_follows_the_other() {
    let store = Scripted::stepping([step(5, Some("a")), step(5, Some("b")), step(5, None)]);
    assert_eq!(times(store, RateLimit::Unlimited), (at([0, 0, 0]), Duration::ZERO));
}
