//! Tests of the checker's findings, without a fault and with each planted fault.

mod planted;

use super::properties::{CUT, UPDATES, properties};
use super::{Budget, Protocol, SKEW, TICK, Versions};
use crate::settings::Settings;
use session_core::store::Key;
use stateright::{Checker, Expectation, Model};

const NOTHING: [&str; 0] = [];

/// Equal clocks, and clocks with the largest allowed difference, either way.
fn clocks() -> Vec<Vec<u8>> {
    vec![vec![0, 0], vec![SKEW, 0], vec![0, SKEW]]
}

/// Two clients with a turn each, whose clocks differ as much as allowed.
///
/// The second clock is ahead.
fn protocol() -> Protocol {
    let clock_skew = TICK * u32::from(SKEW);
    Protocol {
        clocks: vec![vec![0, SKEW]],
        turns: 1,
        renewals: 1,
        retries: 1,
        horizon: 4,
        left: Budget { mishaps: 0, php: 0, readers: 0 },
        versions: Versions::Tag,
        fault: None,
        settings: Settings { locking: true, clock_skew, ..Settings::default() },
        key: Key::new("key").expect("it is not empty"),
    }
}

fn with_mishaps(mishaps: u8) -> Protocol {
    Protocol { left: Budget { mishaps, ..protocol().left }, ..protocol() }
}

fn with_php(php: u8) -> Protocol {
    Protocol { left: Budget { php, ..protocol().left }, ..protocol() }
}

fn with_readers(readers: u8) -> Protocol {
    Protocol { left: Budget { readers, ..protocol().left }, ..protocol() }
}

fn mishap_without_renewals() -> Protocol {
    Protocol { renewals: 0, ..with_mishaps(1) }
}

/// The result of a search of all states.
struct Findings {
    /// The properties that are violated.
    broken: Vec<&'static str>,
    /// The events that must be possible but are not.
    impossible: Vec<&'static str>,
}

/// Checks every state, and prints their number and the steps to each violation.
fn check(protocol: Protocol) -> Findings {
    let checker = protocol.checker().spawn_dfs().join();
    println!("{} states, {} steps", checker.unique_state_count(), checker.state_count());
    let mut findings = Findings { broken: Vec::new(), impossible: Vec::new() };
    let mut discoveries = checker.discoveries();
    for property in properties() {
        match (property.expectation, discoveries.remove(property.name)) {
            (Expectation::Sometimes, None) => findings.impossible.push(property.name),
            (Expectation::Sometimes, Some(_)) | (_, None) => {}
            (_, Some(path)) => {
                println!("{}: {:?}", property.name, path.into_actions());
                findings.broken.push(property.name);
            }
        }
    }
    findings
}

#[test]
fn the_protocol_withstands_a_mishap_with_all_clocks() {
    let findings = check(Protocol { clocks: clocks(), ..with_mishaps(1) });
    assert_eq!(findings.broken, NOTHING);
    assert_eq!(findings.impossible, NOTHING);
}

/// A reply is lost with a crash or with the next request, or both clients crash.
#[test]
fn the_protocol_withstands_two_mishaps_without_renewals() {
    for retries in [0, 1] {
        let protocol = Protocol { renewals: 0, retries, ..with_mishaps(2) };
        assert_eq!(check(protocol).broken, NOTHING, "{retries} retries");
    }
}

#[test]
#[ignore = "runs in CI"]
fn the_protocol_withstands_two_mishaps() {
    assert_eq!(check(Protocol { clocks: clocks(), ..with_mishaps(2) }).broken, NOTHING);
}

#[test]
#[ignore = "runs in CI"]
fn the_protocol_withstands_a_mishap_in_two_turns_each() {
    assert_eq!(check(Protocol { turns: 2, ..with_mishaps(1) }).broken, NOTHING);
}

#[test]
fn three_clients_take_their_turns() {
    let clocks = vec![vec![0, SKEW, 0]];
    assert_eq!(check(Protocol { clocks, renewals: 0, ..protocol() }).broken, NOTHING);
}

#[test]
fn two_clients_take_two_turns_each() {
    assert_eq!(check(Protocol { turns: 2, ..protocol() }).broken, NOTHING);
}

#[test]
fn clocks_that_differ_by_too_much_cost_a_lease_and_no_update() {
    let findings = check(Protocol { clocks: vec![vec![0, 3]], ..mishap_without_renewals() });
    assert_eq!(findings.broken, [CUT]);
}

#[test]
fn readers_that_remove_lapsed_locks_harm_nobody() {
    assert_eq!(check(Protocol { clocks: clocks(), ..with_readers(2) }).broken, NOTHING);
}

#[test]
#[ignore = "runs in CI"]
fn readers_of_php_tables_harm_nobody_after_a_mishap() {
    let left = Budget { mishaps: 1, php: 1, readers: 1 };
    let protocol = Protocol { left, renewals: 0, versions: Versions::Content, ..protocol() };
    assert_eq!(check(protocol).broken, NOTHING);
}

#[test]
fn a_write_of_php_makes_the_holder_stale_and_keeps_its_data() {
    assert_eq!(check(with_php(2)).broken, NOTHING);
}

#[test]
#[ignore = "runs in CI"]
fn a_late_acquisition_after_a_write_of_php_shows_only_in_the_content() {
    let left = Budget { mishaps: 1, php: 1, readers: 0 };
    let protocol = Protocol { left, renewals: 0, ..protocol() };
    assert_eq!(check(protocol.clone()).broken, [UPDATES]);
    assert_eq!(check(Protocol { versions: Versions::Content, ..protocol }).broken, NOTHING);
}
