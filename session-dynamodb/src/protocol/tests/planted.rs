//! Tests of every planted fault, with the properties that it violates.

use super::{check, mishap_without_renewals, protocol, with_mishaps, with_php, with_readers};
use crate::protocol::Protocol;
use crate::protocol::fault::Fault;
use crate::protocol::properties::{
    CUT, FALSE, FREE, LASTS, PHP, RECOGNIZED, SHORTENED, STALE_WRITES, TRUE, UPDATES, WAITS,
    properties,
};
use stateright::Expectation;
use std::collections::BTreeSet;

/// Makes a test of each row: a fault, its model, and the violated properties.
macro_rules! planted {
    ($($(#[$why:meta])* $name:ident: $fault:ident, $protocol:expr, $broken:expr;)*) => {
        /// The properties that each fault violates.
        const BROKEN: &[&[&str]] = &[$(&$broken),*];

        $(
            $(#[$why])*
            #[test]
            fn $name() {
                let protocol = Protocol { fault: Some(Fault::$fault), ..$protocol };
                let expected: &[&str] = &$broken;
                assert_eq!(check(protocol).broken, expected);
            }
        )*
    };
}

planted! {
    a_takeover_that_waits_for_no_lapse_is_found:
        TakesOverWithoutLapse, protocol(), [CUT];
    a_takeover_that_ignores_the_skew_is_found:
        IgnoresSkew, protocol(), [CUT];
    a_lock_that_lapses_a_millisecond_late_is_found:
        LapsesAMillisecondLate, protocol(), [FREE];
    /// The mark is shorter than the text of a lock, so no lock equals it.
    a_lock_that_lapses_at_equality_is_the_same:
        LapsesAtEquality, protocol(), [];
    a_takeover_by_negation_is_found_to_steal_from_php:
        TakesOverByNegation, with_php(1), [PHP];
    a_lease_without_an_end_is_found:
        LeasesForever, protocol(), [FREE, LASTS];
    a_repeated_acquisition_that_shortens_the_lease_is_found:
        ShortensByAcquiring, with_mishaps(1), [SHORTENED];
    #[ignore = "runs in CI"]
    a_late_renewal_that_shortens_the_lease_is_found:
        ShortensByRenewing, Protocol { renewals: 2, ..with_mishaps(1) }, [SHORTENED];
    a_renewal_of_what_is_not_held_is_found:
        RenewsWithoutHolding, protocol(), [CUT];
    a_write_of_what_is_not_held_is_found:
        WritesWithoutHolding, protocol(), [STALE_WRITES, CUT];
    a_release_of_what_is_not_held_is_found:
        ReleasesWithoutHolding, Protocol { retries: 0, ..mishap_without_renewals() }, [CUT];
    a_touch_that_releases_what_is_not_held_is_found:
        LeavesWithoutHolding, protocol(), [CUT];
    a_write_that_names_no_version_is_found_to_trust_a_late_acquisition:
        NamesNoVersion, mishap_without_renewals(), [UPDATES];
    a_write_that_does_not_know_itself_is_found:
        ForgetsItsOwnWrite, mishap_without_renewals(), [RECOGNIZED];
    a_write_that_takes_anothers_for_its_own_is_found:
        TakesAnyWriteForItsOwn, protocol(), [TRUE];
    a_rejection_that_forgets_its_doubt_is_found:
        ForgetsItsAmbiguity, mishap_without_renewals(), [FALSE];
    a_removal_of_a_lock_that_was_not_seen_is_found:
        RemovesWhateverLock, with_readers(1), [CUT];
    a_waiter_without_a_deadline_is_found:
        WaitsWithoutDeadline, protocol(), [WAITS];
}

#[test]
fn every_claim_is_broken_by_a_fault() {
    let broken: BTreeSet<&str> = BROKEN.iter().copied().flatten().copied().collect();
    let all = properties().into_iter();
    let claims = all.filter(|property| property.expectation == Expectation::Always);
    let claims: BTreeSet<&str> = claims.map(|property| property.name).collect();
    assert_eq!(broken, claims);
}
