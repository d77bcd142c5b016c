//! The properties of the protocol.

use super::client::Phase;
use super::message::{AttemptId, Call, Message};
use super::observer::{History, ReportedOutcome, Violation, end};
use super::state::State;
use super::{LEASE, Protocol, SKEW, TICK, at};
use session_core::time::EpochMillis;
use stateright::Property;

/// A stale holder's write is never applied, at any time of its arrival (L4).
///
/// A holder is *stale* from the takeover of its lock, or its removal by PHP, until the holder gets
/// the lock again.
pub(super) const STALE_WRITES: &str = "no write of a stale holder is applied";
/// A write changes only the data that its writer read with the lock, or its own.
pub(super) const UPDATES: &str = "no update is lost";
/// Only PHP takes a lock whose lease still runs by the holder's clock (L1, L11).
pub(super) const CUT: &str = "no lease is cut short";
/// A late request of the holder never moves the end of its lease back (L9, R11).
pub(super) const SHORTENED: &str = "no lease is shortened";
/// A lock that is a number stays until PHP removes it.
pub(super) const PHP: &str = "no lock of PHP is taken over";
/// A call whose effect is on the record is never rejected (R11).
///
/// So a lost reply causes no false `Busy`, `LockLost` or `Conflict`.
pub(super) const RECOGNIZED: &str = "an applied call is recognized";
/// A write that is reported as successful was applied.
pub(super) const TRUE: &str = "every write that is reported as successful was applied";
/// A write that is reported as rejected, not as unknown, is never applied (R11).
///
/// A copy of the request that arrives later is not applied either.
pub(super) const FALSE: &str = "no write that is reported as rejected was applied";
/// Every client gets the lock from the millisecond when lease and skew end (L7).
///
/// Together with the next property, no lock stays forever.
pub(super) const FREE: &str = "a lapsed lock is free for any client";
/// A lock ends at most one lease from now, by the clock that is furthest ahead.
///
/// No request and no copy of a request creates a lock that lasts longer.
pub(super) const LASTS: &str = "no lock outlasts its lease";
/// No client waits in the last state of a run.
///
/// As every run ends, every wait ends (L10).
///
/// The property checks last states. It does not use `eventually`, because the checker can overlook
/// such a violation where two runs meet.
///
/// The model has its own waiter, which asks until its deadline, and once more. The property shows
/// that the store's answers let such a waiter end. The suite's cases of L10 check that the waiter
/// of `session-locking` is such a waiter.
pub(super) const WAITS: &str = "every wait ends";

/// Events that must be possible, so that the properties are not empty.
pub(super) mod possible {
    pub(crate) const TAKEOVER: &str = "a lapsed lock is taken over";
    pub(crate) const SUCCESSION: &str = "a client takes over from a crashed holder and writes";
    pub(crate) const LOCK_LOST: &str = "a stale holder gets the error that the lock is lost";
    pub(crate) const AGAIN: &str = "a repeated write is recognized";
    pub(crate) const UNKNOWN: &str = "an outcome stays unknown";
    pub(crate) const TIMEOUT: &str = "a waiter gives up at its deadline";
}

pub(super) fn properties() -> Vec<Property<Protocol>> {
    let mut all = vec![
        Property::always(STALE_WRITES, |_, state: &State| is_absent(state, Violation::StaleWrite)),
        Property::always(UPDATES, |_, state: &State| is_absent(state, Violation::LostUpdate)),
        Property::always(CUT, |_, state: &State| is_absent(state, Violation::CutLease)),
        Property::always(SHORTENED, |_, state: &State| is_absent(state, Violation::ShortenedLease)),
        Property::always(PHP, |_, state: &State| is_absent(state, Violation::StolenFromPhp)),
        Property::always(RECOGNIZED, |_, state: &State| is_absent(state, Violation::Unrecognized)),
        Property::always(TRUE, |_, state: &State| {
            !any(state, |history| !history.written && is_success(history.reported))
        }),
        Property::always(FALSE, |_, state: &State| {
            !any(state, |history| {
                history.written && history.reported == Some(ReportedOutcome::Rejected)
            })
        }),
        Property::always(FREE, is_free_once_lapsed),
        Property::always(LASTS, lasts_a_lease_at_most),
        Property::always(WAITS, every_wait_ends),
    ];
    all.extend(possibilities());
    all
}

fn possibilities() -> [Property<Protocol>; 6] {
    [
        Property::sometimes(possible::TAKEOVER, |_, state: &State| {
            state.holder().is_some() && any(state, |history| history.is_stale)
        }),
        Property::sometimes(possible::SUCCESSION, |protocol, state: &State| {
            any(state, |history| history.reported == Some(ReportedOutcome::Written))
                && is_succeeded(protocol, state)
        }),
        Property::sometimes(possible::LOCK_LOST, |_, state: &State| {
            any(state, |history| {
                history.is_stale && history.reported == Some(ReportedOutcome::Rejected)
            })
        }),
        Property::sometimes(possible::AGAIN, |_, state: &State| {
            is_reported(state, ReportedOutcome::WrittenAgain)
        }),
        Property::sometimes(possible::UNKNOWN, |_, state: &State| {
            is_reported(state, ReportedOutcome::Unknown)
        }),
        Property::sometimes(possible::TIMEOUT, |_, state: &State| {
            is_reported(state, ReportedOutcome::TimedOut)
        }),
    ]
}

fn is_absent(state: &State, violation: Violation) -> bool {
    !state.violations.contains(&violation)
}

fn any(state: &State, is: impl Fn(History) -> bool) -> bool {
    state.histories.iter().any(|history| is(*history))
}

fn is_reported(state: &State, what: ReportedOutcome) -> bool {
    any(state, |history| history.reported == Some(what))
}

const fn is_success(reported: Option<ReportedOutcome>) -> bool {
    matches!(reported, Some(ReportedOutcome::Written | ReportedOutcome::WrittenAgain))
}

/// Whether another client took over the lock of a crashed holder.
fn is_succeeded(protocol: &Protocol, state: &State) -> bool {
    let mut crashed = state
        .attempts()
        .filter(|attempt| state.clients[protocol.owner(*attempt)].phase == Phase::Crashed);
    crashed.any(|attempt| state.history(attempt).is_stale)
}

fn every_wait_ends(protocol: &Protocol, state: &State) -> bool {
    let mut steps = Vec::new();
    protocol.steps(state, &mut steps);
    !state.waits() || !steps.is_empty()
}

fn is_free_once_lapsed(protocol: &Protocol, state: &State) -> bool {
    let Some(end) = end(&state.item) else {
        return true;
    };
    let request = protocol.request_at(STRANGER, end.saturating_add(TICK * u32::from(SKEW)));
    request.condition.holds(&state.item)
}

/// A request of a client without a turn in the model.
const STRANGER: Message =
    Message { attempt: AttemptId(u8::MAX), call: Call::Acquire { until: 0 }, made: 0 };

fn lasts_a_lease_at_most(_: &Protocol, state: &State) -> bool {
    let ahead = state.clients.iter().map(|client| client.ahead).max().unwrap_or_default();
    let latest: EpochMillis = at(state.time + ahead + LEASE);
    end(&state.item).is_none_or(|end| end <= latest)
}
