use serde::{Serialize, Serializer};
use std::time::Duration;

/// One request of a burst.
#[derive(Debug, Serialize)]
pub(crate) struct RequestLine {
    pub(super) number: usize,
    /// The status of the last attempt.
    pub(super) status: u16,
    /// How often it was sent again.
    pub(super) retries: usize,
    pub(super) attempts: Vec<Attempt>,
}

impl RequestLine {
    pub(super) fn new(number: usize, attempts: Vec<Attempt>) -> Self {
        let status = attempts.last().map_or(0, |attempt| attempt.status);
        Self { number, status, retries: attempts.len().saturating_sub(1), attempts }
    }

    pub(super) const fn is_accepted(&self) -> bool {
        self.status == 200
    }
}

/// One attempt of a request. Times are milliseconds since the burst began.
#[derive(Debug, Serialize)]
pub(crate) struct Attempt {
    /// When the router got it.
    #[serde(rename = "arrived_ms", serialize_with = "millis")]
    pub(super) arrived: Duration,
    /// When its session was open.
    #[serde(rename = "opened_ms", serialize_with = "maybe_millis")]
    pub(super) opened: Option<Duration>,
    /// When its session was stored: the layer returns the response after that.
    #[serde(rename = "committed_ms", serialize_with = "maybe_millis")]
    pub(super) committed: Option<Duration>,
    /// When the response was there.
    #[serde(rename = "ended_ms", serialize_with = "millis")]
    pub(super) ended: Duration,
    pub(super) status: u16,
}

/// Milliseconds with one decimal.
fn in_millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

fn millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(in_millis(*duration))
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn maybe_millis<S: Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    duration.map(in_millis).serialize(serializer)
}
