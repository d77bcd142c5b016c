//! Faults in times and leases at the ends of their range, in one operation.

use crate::broken::rejects;
use crate::calls::{AcquireCall, RenewCall};
use crate::rules;
use crate::twist::{Twist, ruled, twisted};
use async_trait::async_trait;
use session_conformance::{Model, Rules};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Acquired, Record};
use session_core::time::Timestamp;
use std::time::Duration;

/// Changes the times of every record that one operation writes.
fn writes(faulty: Operation, change: fn(&mut Record)) -> impl Rules {
    rules::writes(faulty, move |_, row| change(&mut row.record))
}

/// Until 2106.
fn with_32_bits(record: &mut Record) {
    record.expires = record.expires.min(Timestamp::from_epoch_seconds(u32::MAX.into()));
}

/// Until 2038.
fn with_a_deadline_of_31_bits(record: &mut Record) {
    let last = Timestamp::from_epoch_seconds((1 << 31) - 1);
    record.deadline = record.deadline.map(|deadline| deadline.min(last));
}

fn with_no_deadline_for_zero(record: &mut Record) {
    record.deadline = record.deadline.filter(|deadline| deadline.as_epoch_seconds() > 0);
}

fn cut_at_the_deadline(record: &mut Record) {
    record.expires = record.deadline.map_or(record.expires, |last| last.min(record.expires));
}

/// Changes the leases of acquisitions, of renewals or of both.
#[derive(Debug)]
pub(super) struct Leases(pub(super) Option<Operation>, pub(super) fn(Duration) -> Duration);

impl Leases {
    fn lease(&self, operation: Operation, lease: Duration) -> Duration {
        if self.0.is_none_or(|faulty| faulty == operation) { self.1(lease) } else { lease }
    }
}

#[async_trait]
impl Twist for Leases {
    async fn acquire(&self, model: &Model, call: AcquireCall<'_>) -> Result<Acquired> {
        AcquireCall { lease: self.lease(Operation::Acquire, call.lease), ..call }.on(model).await
    }

    async fn renew(&self, model: &Model, call: RenewCall<'_>) -> Result<Timestamp> {
        RenewCall { lease: self.lease(Operation::Renew, call.lease), ..call }.on(model).await
    }
}

/// A second at least.
fn in_whole_seconds(lease: Duration) -> Duration {
    if lease.is_zero() { lease } else { Duration::from_secs(lease.as_secs().max(1)) }
}

/// The milliseconds of 49 days.
pub(super) fn in_32_bits(lease: Duration) -> Duration {
    lease.min(Duration::from_millis(u32::MAX.into()))
}

rejects! {
    touches_expiries_in_32_bits = ruled(writes(Operation::Touch, with_32_bits))
        => [an_expiry_in_the_far_future_comes_back];
    rotates_expiries_in_32_bits = ruled(writes(Operation::Rotate, with_32_bits))
        => [an_expiry_in_the_far_future_comes_back];
    updates_deadlines_in_31_bits = ruled(writes(Operation::Update, with_a_deadline_of_31_bits))
        => [lifetimes_at_the_ends_of_their_range_come_back];
    takes_a_deadline_of_zero_for_none = ruled(writes(Operation::Create, with_no_deadline_for_zero))
        => [lifetimes_at_the_ends_of_their_range_come_back];
    cuts_touches_at_the_deadline = ruled(writes(Operation::Touch, cut_at_the_deadline))
        => [lifetimes_at_the_ends_of_their_range_come_back];
    locks_for_whole_seconds = twisted(Leases(Some(Operation::Acquire), in_whole_seconds))
        => [a_lease_lasts_to_the_millisecond];
    renews_in_32_bits = twisted(Leases(Some(Operation::Renew), in_32_bits))
        => [a_lease_lasts_to_the_millisecond];
}
