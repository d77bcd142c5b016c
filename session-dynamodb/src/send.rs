//! The one place that sends.
//!
//! A [`Transport`] makes single attempts, and [`Sender::execute`] is the loop over them: nothing
//! below it retries, so that every attempt is seen here. Whether one may have been carried out
//! decides what a later rejection can mean (R11).

mod ambiguity;
mod budget;
mod classification;
mod evidence;
mod execute;
mod failure;
mod page;
mod progress;
mod retries;
mod sdk;
mod transport;

pub(crate) use ambiguity::Ambiguity;
pub(crate) use classification::Kind;
pub(crate) use execute::{Call, Executed, Judgment, ROUNDS};
pub(crate) use page::KeyedPage;
pub(crate) use retries::Retries;
pub(crate) use sdk::SdkTransport;
pub(crate) use transport::{
    Batched, KeyAttribute, Table, TableDescription, TableStatus, Transport, Whole,
};

use crate::layout::Layout;
use budget::RetryBudget;
use data_encoding::BASE64URL_NOPAD;
use session_core::Error;
use session_core::error::Operation;
use session_core::random::Randomness;
use session_core::time::Timer;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Sends requests to one table, and again where that can help.
#[derive(Clone)]
pub(crate) struct Sender {
    transport: Arc<dyn Transport>,
    pub(crate) table: Table,
    limits: TimeLimits,
    retries: Retries,
    budget: Arc<RetryBudget>,
    /// Whether the server has shown the item of a rejected condition.
    shows_items: Arc<AtomicBool>,
    pub(crate) timer: Arc<dyn Timer>,
    randomness: Arc<dyn Randomness>,
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeLimits {
    /// One attempt, from the first byte that is sent to the last that is received.
    pub(crate) request: Duration,
    /// One operation of the store, with all of its attempts.
    pub(crate) operation: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self { request: Duration::from_secs(1), operation: Duration::from_secs(4) }
    }
}

/// An operation that failed, with what decides how to go on.
pub(crate) struct Failed {
    pub(crate) error: Error,
    /// The code of the error that the service reported, if it did.
    pub(crate) code: Option<String>,
    /// How a failure to carry out a request was classified; `None` for a rejection.
    pub(crate) kind: Option<Kind>,
}

impl Failed {
    /// Whether the service reported an error with this code.
    pub(crate) fn has_code(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self { error, code: None, kind: None }
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        failed.error
    }
}

impl Sender {
    pub(crate) fn new(
        transport: Arc<dyn Transport>,
        table: Table,
        (limits, retries): (TimeLimits, Retries),
        timer: Arc<dyn Timer>,
        randomness: Arc<dyn Randomness>,
    ) -> Self {
        let (budget, shows_items) = Default::default();
        Self { transport, table, limits, retries, budget, shows_items, timer, randomness }
    }

    /// The same, for items with other attributes.
    pub(crate) fn with_layout(&self, layout: Layout) -> Self {
        Self { table: Table { layout, ..self.table.clone() }, ..self.clone() }
    }

    /// An error that names the action, the table and the region, and no key or data.
    fn error(
        &self,
        operation: Operation,
        action: &'static str,
        code: Option<&str>,
        kind: Kind,
        advice: &str,
        request_id: Option<String>,
    ) -> Error {
        let region = self.transport.region();
        let region = region.map_or("of no region".into(), |region| format!("in {region}"));
        let code = code.map(|code| format!("{code}, ")).unwrap_or_default();
        let request_id = request_id.map(|id| format!(" (request id {id})")).unwrap_or_default();
        let table = &self.table.name;
        let detail = format!("{action} on table `{table}` {region}: {code}{advice}{request_id}");
        Error::new(operation, kind.of_error()).with_detail(detail)
    }

    /// A token for a transaction that is sent once.
    pub(crate) fn token(&self) -> String {
        let mut bytes = [0; 16];
        self.randomness.fill(&mut bytes);
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Evenly between 0 and 1.
    fn chance(&self) -> f64 {
        let mut bytes = [0; 4];
        self.randomness.fill(&mut bytes);
        f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
    }
}

impl Debug for Sender {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sender")
            .field("table", &self.table.name)
            .field("limits", &self.limits)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}
