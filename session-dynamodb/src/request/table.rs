//! Requests about the table itself.

use crate::layout::Attribute;
use crate::table::Throughput;

/// A `CreateTable` with the key that sessions have.
pub(crate) struct CreateTable {
    pub(crate) throughput: Throughput,
}

/// A `DescribeTable`.
pub(crate) struct DescribeTable;

/// A `DeleteTable`.
pub(crate) struct DeleteTable;

/// A `DescribeTimeToLive`.
pub(crate) struct DescribeTimeToLive;

/// An `UpdateTimeToLive` that switches it on.
pub(crate) struct EnableTimeToLive {
    /// The attribute with the expiry.
    pub(crate) attribute: Attribute,
}
