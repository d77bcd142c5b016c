//! A model of the lock protocol, checked in every order of its steps.
//!
//! A few clients lock one record, renew, write and release, and crash in between. Requests and
//! replies are lost or late, and clocks differ. The model executes the requests and conditions of
//! the store itself on an item, and the store itself interprets each reply. The clients use the
//! store as pessimistic locking does: they wait until a deadline, hold, renew, and end their turn
//! by a write, or by a touch that releases. A handler of PHP may lock and write beside them, and
//! readers may remove lapsed locks.
//!
//! A [`Protocol`] sets the bounds. Every step spends some of them, or moves a client or the time
//! forwards. So every run ends, and the checker examines all of them. [`properties`] has the
//! properties of each state. [`fault::Fault`] breaks a request or the interpretation of a reply on
//! purpose, and the checker must find the fault.
//!
//! There is one mishap with messages: a request gets no reply in time, and arrives at any later
//! time, or never. The client sends the same request again. This covers a request that is lost,
//! late or duplicated, and a reply that is lost. A late reply is not a mishap, because it equals a
//! slow client. So the model executes a request and delivers its reply in one step.
//!
//! The model leaves out three things:
//!
//! - copies that no client knows, because the store sees every attempt (R11);
//! - the takeover of a lock of PHP that was unchanged for long;
//! - the second request for a record that expires under the lease (L14).
//!
//! The last two name the lock that was read, so their conditions are stricter than that of the
//! first request.

mod act;
mod client;
mod fault;
mod judge;
mod message;
mod model;
mod observer;
mod php;
mod properties;
mod reader;
mod state;
mod tests;

use crate::settings::Settings;
use fault::Fault;
use session_core::store::Key;
use session_core::time::EpochMillis;
use std::time::Duration;

/// The bounds of a model, and its planted fault.
#[derive(Clone)]
struct Protocol {
    /// The ticks by which each client's clock is ahead, one row for each initial state.
    clocks: Vec<Vec<u8>>,
    /// The number of turns of each client, each with a write at most.
    turns: u8,
    /// The number of renewals of a holder in its turn.
    renewals: u8,
    /// The number of retries of a request without a reply.
    retries: u8,
    /// The last tick. A client starts to wait only if it can wait until its deadline.
    horizon: u8,
    left: Budget,
    versions: Versions,
    fault: Option<Fault>,
    settings: Settings,
    key: Key,
}

/// The version that a holder's write expects: the one read with the lock.
///
/// The write expects its token, too.
///
/// The token alone is not enough. A client repeats an acquisition that got no reply. The first
/// request may arrive long after the second, after the lock was taken over and released. Then the
/// record has the token of a stale holder, with the data of the new holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Versions {
    /// The tag of the last write, which PHP does not change.
    Tag,
    /// The data.
    Content,
}

/// The mishaps and foreign steps that may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Budget {
    /// Mishaps: a lost request or reply, a copy of a request, a client that crashes.
    mishaps: u8,
    /// Steps of handlers of PHP: locks, and writes without a condition.
    php: u8,
    /// Readers that may find a lapsed lock and remove it.
    readers: u8,
}

/// The time between two ticks.
const TICK: Duration = Duration::from_secs(1);
/// The largest difference of two clocks, in ticks. It is also `clock_skew`.
const SKEW: u8 = 1;
/// The length of a lease, in ticks.
const LEASE: u8 = 2;
/// The longest wait of a client, in ticks: enough for one takeover, not for two.
const WAIT: u8 = 3;

/// The time on a clock after this number of ticks.
fn at(ticks: u8) -> EpochMillis {
    EpochMillis::from_epoch_millis(1_700_000_000_000).saturating_add(TICK * u32::from(ticks))
}
