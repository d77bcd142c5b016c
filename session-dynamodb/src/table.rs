//! Creates, checks and deletes tables, only on explicit calls.

mod create;
mod verify;

pub use verify::Problem;

use std::num::NonZeroU32;

/// How a table is created.
///
/// ```
/// use session_dynamodb::{TableOptions, Throughput};
/// use std::num::NonZeroU32;
///
/// let units = NonZeroU32::new(5).expect("five is not zero");
/// let options = TableOptions {
///     throughput: Throughput::Provisioned { read_units: units, write_units: units },
///     ..TableOptions::default()
/// };
/// assert!(options.time_to_live);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableOptions {
    /// The throughput of the table and its billing: on demand by default.
    pub throughput: Throughput,
    /// Whether DynamoDB deletes expired sessions: it does unless this is false.
    ///
    /// It deletes them within days and at no charge.
    pub time_to_live: bool,
}

impl Default for TableOptions {
    fn default() -> Self {
        Self { throughput: Throughput::OnDemand, time_to_live: true }
    }
}

/// The throughput of a table and its billing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throughput {
    /// As much as there is, paid by the request.
    OnDemand,
    /// So many capacity units a second, paid by the hour.
    Provisioned {
        /// Reads of 4 KB, strongly consistent, a second.
        read_units: NonZeroU32,
        /// Writes of 1 KB a second.
        write_units: NonZeroU32,
    },
}
