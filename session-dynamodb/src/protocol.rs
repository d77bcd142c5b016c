//! The lock protocol as a model, checked in every order of its steps.
//!
//! A few clients lock one record, renew, write and release, and crash in between. Requests and
//! replies are lost or late, and clocks differ. The requests and conditions are the store's own
//! ones, carried out on an item. The meaning of a reply is decided by the store's own
//! judgement. The clients use the store as pessimistic locking does: they wait until a deadline,
//! hold, renew, and end their turn by a write, or by a touch that releases. A handler of PHP may
//! lock and write beside them, and readers may remove lapsed locks.
//!
//! A [`Protocol`] sets the bounds. Every step spends some of them, or moves a client or the time
//! forwards, so every run ends, and all of them are looked at. [`properties`] says what holds in
//! each state. [`fault::Fault`] breaks a request or the judgement on purpose, and the checker must
//! find out.
//!
//! There is one mishap with messages: nothing is heard of a request in time, and it arrives at any
//! time from then on, or never. The client sends the same request again. So a request is lost, its
//! reply is lost, it comes late, or twice. A reply that is late is no mishap: it is the same as a
//! client that is slow, so a request is carried out and its reply heard in one step. Left out are
//! copies that no client knows of, since the store sees every attempt (R11), the takeover of a lock of
//! PHP that was seen unchanged for long, and the second request for a record that expires under the
//! lease (L14). Both of these name the lock that was seen, and so more than the first request does.

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

/// The bounds of a model, and what is planted in it.
#[derive(Clone)]
struct Protocol {
    /// How many ticks ahead each client's clock is: one start of the model for each row.
    clocks: Vec<Vec<u8>>,
    /// How many turns each client takes, each with a write at most.
    turns: u8,
    /// How often a holder renews in its turn.
    renewals: u8,
    /// How often a request is sent again whose reply does not come.
    retries: u8,
    /// At which tick time ends. Nobody starts to wait who could not wait until the deadline.
    horizon: u8,
    left: Left,
    versions: Versions,
    fault: Option<Fault>,
    settings: Settings,
    key: Key,
}

/// The expectation of a holder's write beside its token: the version that was read with the lock.
///
/// The token alone is not enough. An acquisition of which nothing was heard is sent again, and the
/// first request may arrive long after the second: when the lock was taken over, and released. Then
/// a stale holder's token is on the record again, and under it the data of the new holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Versions {
    /// By the tag of the last write, which PHP does not move.
    Tag,
    /// By the data.
    Content,
}

/// How much may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Left {
    /// Mishaps: a request or a reply that is lost, a copy that is made, a client that crashes.
    mishaps: u8,
    /// Steps of handlers of PHP: locks, and writes on no condition.
    php: u8,
    /// Readers that may find a lapsed lock and remove it.
    readers: u8,
}

/// The time between two ticks.
const TICK: Duration = Duration::from_secs(1);
/// In ticks. It is `clock_skew` too.
const SKEW: u8 = 1;
/// In ticks.
const LEASE: u8 = 2;
/// How long a client waits, in ticks: long enough for a takeover, and not for two.
const WAIT: u8 = 3;

/// The time on a clock at so many ticks.
fn at(ticks: u8) -> EpochMillis {
    EpochMillis::from_epoch_millis(1_700_000_000_000).saturating_add(TICK * u32::from(ticks))
}
