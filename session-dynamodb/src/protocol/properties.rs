//! The properties of the protocol.

use super::client::Phase;
use super::message::{AttemptId, Call, Message};
use super::observer::{History, ReportedOutcome, Violation, end};
use super::state::State;
use super::{LEASE, Protocol, SKEW, TICK, at};
use session_core::time::EpochMillis;
use stateright::Property;

/// A holder whose lock was taken over, or removed by PHP, is *stale*, until it gets the lock
/// anew. None of its writes is applied, whenever it arrives (L4).
pub(super) const DEPOSED: &str = "no write of a stale holder is applied";
/// A write is applied to the data that its writer read with the lock, or it repeats itself.
pub(super) const UPDATES: &str = "no update is lost";
/// While a holder's own clock says that its lease runs, nobody but PHP takes its lock (L1, L11).
pub(super) const CUT: &str = "no lease is cut short";
/// Nothing that arrives late in the holder's own name moves the end of its lease back (L9, R11).
pub(super) const SHORTENED: &str = "no lease is shortened";
/// A lock that is a number stays until PHP removes it.
pub(super) const PHP: &str = "no lock of PHP is taken over";
/// A rejection never meets a call whose effect stands on the record: a lost reply makes no false
/// `Busy`, `LockLost` or `Conflict` (R11).
pub(super) const RECOGNISED: &str = "what was done is recognized";
/// A client whose write is reported as successful has written.
pub(super) const TRUE: &str = "what is said to be written was written";
/// A client whose write is reported as rejected, and not as unknown, has not written,
/// nor does a copy of the request that arrives later (R11).
pub(super) const FALSE: &str = "what is rejected for certain was not written";
/// In every state, anybody who asks once lease and skew are over gets the lock, in the very
/// millisecond (L7). With the next, no lock stays forever.
pub(super) const FREE: &str = "a lapsed lock is free for any client";
/// A lock ends no later than a lease from now, by the clock that is furthest ahead: nothing, and
/// no copy of anything, makes one that lasts.
pub(super) const LASTS: &str = "no lock outlasts its lease";
/// A state from which nothing happens any more has nobody waiting in it. As every run ends, this
/// says that every wait does (L10). It is asked of last states and not as what `eventually` holds,
/// because the checker can overlook that where two runs meet.
///
/// The waiter is the model's own: it asks until its deadline, and once more. What is shown is that
/// the store's answers let such a waiter end. That the waiter of `session-locking` is such a one is
/// what the suite's cases of L10 hold it to.
pub(super) const WAITS: &str = "every wait ends";

/// Events that must be possible, so that the properties are not empty.
pub(super) mod possible {
    pub(crate) const TAKEOVER: &str = "a lapsed lock is taken over";
    pub(crate) const SUCCESSION: &str = "a crashed holder is succeeded, and there is a write";
    pub(crate) const TOLD: &str = "a stale holder gets the error that the lock is lost";
    pub(crate) const AGAIN: &str = "a repeated write is recognized";
    pub(crate) const UNKNOWN: &str = "an outcome stays unknown";
    pub(crate) const TIMEOUT: &str = "a waiter gives up at its deadline";
}

pub(super) fn properties() -> Vec<Property<Protocol>> {
    let mut all = vec![
        Property::always(DEPOSED, |_, state: &State| spared(state, Violation::DeposedWrite)),
        Property::always(UPDATES, |_, state: &State| spared(state, Violation::LostUpdate)),
        Property::always(CUT, |_, state: &State| spared(state, Violation::CutLease)),
        Property::always(SHORTENED, |_, state: &State| spared(state, Violation::ShortenedLease)),
        Property::always(PHP, |_, state: &State| spared(state, Violation::StolenFromPhp)),
        Property::always(RECOGNISED, |_, state: &State| spared(state, Violation::Unrecognized)),
        Property::always(TRUE, |_, state: &State| {
            !any(state, |history| !history.written && is_success(history.reported))
        }),
        Property::always(FALSE, |_, state: &State| {
            !any(state, |history| {
                history.written && history.reported == Some(ReportedOutcome::Refused)
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
            state.holder().is_some() && any(state, |history| history.deposed)
        }),
        Property::sometimes(possible::SUCCESSION, |protocol, state: &State| {
            any(state, |history| history.reported == Some(ReportedOutcome::Written))
                && is_succeeded(protocol, state)
        }),
        Property::sometimes(possible::TOLD, |_, state: &State| {
            any(state, |history| {
                history.deposed && history.reported == Some(ReportedOutcome::Refused)
            })
        }),
        Property::sometimes(possible::AGAIN, |_, state: &State| {
            told(state, ReportedOutcome::WrittenAgain)
        }),
        Property::sometimes(possible::UNKNOWN, |_, state: &State| {
            told(state, ReportedOutcome::Unknown)
        }),
        Property::sometimes(possible::TIMEOUT, |_, state: &State| {
            told(state, ReportedOutcome::TimedOut)
        }),
    ]
}

fn spared(state: &State, violation: Violation) -> bool {
    !state.violations.contains(&violation)
}

fn any(state: &State, is: impl Fn(History) -> bool) -> bool {
    state.histories.iter().any(|history| is(*history))
}

fn told(state: &State, what: ReportedOutcome) -> bool {
    any(state, |history| history.reported == Some(what))
}

const fn is_success(reported: Option<ReportedOutcome>) -> bool {
    matches!(reported, Some(ReportedOutcome::Written | ReportedOutcome::WrittenAgain))
}

/// Whether another client took the lock of a crashed holder over.
fn is_succeeded(protocol: &Protocol, state: &State) -> bool {
    let mut crashed = state
        .attempts()
        .filter(|attempt| state.clients[protocol.owner(*attempt)].phase == Phase::Crashed);
    crashed.any(|attempt| state.history(attempt).deposed)
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

/// Somebody with no turn of its own.
const STRANGER: Message =
    Message { attempt: AttemptId(u8::MAX), call: Call::Acquire { until: 0 }, made: 0 };

fn lasts_a_lease_at_most(_: &Protocol, state: &State) -> bool {
    let ahead = state.clients.iter().map(|client| client.ahead).max().unwrap_or_default();
    let latest: EpochMillis = at(state.time + ahead + LEASE);
    end(&state.item).is_none_or(|end| end <= latest)
}
