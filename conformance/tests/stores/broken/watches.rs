//! Faults of watches on locks.

use crate::broken::rejects;
use crate::twist::twisted;
use crate::waking::{Fault, Wakes};

rejects! {
    watches_nothing = twisted(Wakes::with(Fault::WatchesNothing))
        => [a_watch_reports_a_release_before_the_wait, a_watch_reports_one_release_after_another];
    watches_in_secret = twisted(Wakes::with(Fault::WatchesInSecret))
        => [a_watch_reports_a_release_before_the_wait, a_watch_reports_one_release_after_another];
    reports_from_the_wait_on = twisted(Wakes::with(Fault::ReportsFromTheWaitOn))
        => [a_watch_reports_a_release_before_the_wait, a_dropped_wait_loses_no_report];
    loses_what_a_dropped_wait_missed = twisted(Wakes::with(Fault::LosesWhatADroppedWaitMissed))
        => [a_dropped_wait_loses_no_report];
    reports_once = twisted(Wakes::with(Fault::ReportsOnce))
        => [a_watch_reports_one_release_after_another, a_watch_reports_a_write_that_releases];
    reports_to_the_last_watch = twisted(Wakes::with(Fault::ReportsToTheLastWatch))
        => [a_watch_reports_one_release_after_another];
    reports_releases_alone = twisted(Wakes::with(Fault::ReportsReleasesAlone))
        => [a_watch_reports_a_write_that_releases, a_watch_reports_a_deletion_and_a_rotation];
    reports_no_end_of_a_record = twisted(Wakes::with(Fault::ReportsNoEndOfARecord))
        => [a_watch_reports_a_deletion_and_a_rotation];
}
