use crate::handlers::MAX_HOLD_MS;
use crate::locking::Locking;
use crate::refusal::Refusal;
use axum::RequestPartsExt;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::Deserialize;

const MAX_COUNT: usize = 50;
const MAX_RETRIES: u32 = 50;

/// The query of a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Plan {
    /// How many requests run at once.
    pub(crate) count: usize,
    /// How long each works between reading and writing.
    pub(crate) hold_ms: u64,
    /// How often a request is sent again that was rejected with 409.
    pub(crate) retries: u32,
    /// The strategy: that of the server unless given.
    pub(crate) locking: Option<Locking>,
}

impl Default for Plan {
    fn default() -> Self {
        Self { count: 10, hold_ms: 200, retries: 0, locking: None }
    }
}

impl Plan {
    /// Checks the ranges.
    ///
    /// A request gives up after ten seconds, and the last one waits for all others.
    fn check(self) -> Result<Self, String> {
        let together = u64::try_from(self.count).ok().and_then(|it| it.checked_mul(self.hold_ms));
        if !(1..=MAX_COUNT).contains(&self.count) {
            Err(format!("count is 1 to {MAX_COUNT}"))
        } else if together.is_none_or(|together| together > MAX_HOLD_MS) {
            Err(format!("count times hold_ms is at most {MAX_HOLD_MS}"))
        } else if self.retries > MAX_RETRIES {
            Err(format!("retries is at most {MAX_RETRIES}"))
        } else {
            Ok(self)
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Plan {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let query: Result<Query<Self>, QueryRejection> = parts.extract().await;
        query.map_err(Refusal::invalid)?.0.check().map_err(Refusal::Invalid)
    }
}
