use super::{Lock, Row};
use session_core::error::Operation;
use session_core::store::{
    Capabilities, DroppedCalls, Expect, Key, LockToken, Payload, PayloadKind, Record, Tag, Version,
};
use session_core::time::{EpochMillis, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::fmt::Debug;

/// The decisions of the [`Model`](crate::Model), each by default as the law has it.
///
/// A broken store for testing the suite overrides one: it is the hook for a planted fault. Every
/// decision gets the operation that needs it, so a fault can be planted in that one alone.
pub trait Rules: Debug + Send + Sync + 'static {
    /// The capabilities of the store.
    fn capabilities(&self) -> Capabilities {
        Capabilities::NONE
            .with_payloads(PayloadKind::Text)
            .with_payloads(PayloadKind::Binary)
            .with_versions()
            .with_lifetimes()
            .with_rotation()
            .with_locking()
            .with_collecting()
            .with_dropped_calls(DroppedCalls::AtOnce)
            .with_max_key_bytes(1_024)
            .with_max_record_bytes(64 * 1_024)
    }

    /// Under which key a record is filed.
    fn file_under(&self, key: &Key) -> Key {
        key.clone()
    }

    /// Whether a row is live: its expiry is after now ([R1](session_core::contract#r1)).
    fn is_live(&self, _operation: Operation, row: &Row, now: EpochMillis) -> bool {
        !row.record.expires.is_over(now)
    }

    /// Whether a lock has lapsed: its lease and the clock skew are over ([L11](session_core::contract#l11)).
    fn has_lapsed(&self, _operation: Operation, lock: &Lock, now: EpochMillis) -> bool {
        lock.lapse().is_over(now)
    }

    /// Whether a token holds the lock, however old its lease ([L4](session_core::contract#l4)).
    fn holds(&self, _operation: Operation, lock: Option<&Lock>, token: &LockToken) -> bool {
        lock.is_some_and(|lock| lock.token == *token)
    }

    /// The expiry of a row that is locked so ([L14](session_core::contract#l14)).
    fn expiry_under_lock(&self, _operation: Operation, row: &Row, lock: &Lock) -> Timestamp {
        let Record { expires, deadline, .. } = row.record;
        let lapse = lock.lapse().as_epoch_millis().div_ceil(1_000);
        let lapse = Timestamp::saturating_from_epoch_seconds(lapse);
        expires.max(deadline.map_or(lapse, |deadline| deadline.min(lapse)))
    }

    /// The version of a row that a write with this tag leaves.
    fn version(&self, payload: &Payload, tag: &Tag) -> Version {
        if self.capabilities().tells_versions_by_content() {
            return Version::content(payload.clone());
        }
        Version::tagged(*tag)
    }

    /// Whether a version is the one expected ([R5](session_core::contract#r5)).
    fn is_expected(&self, _operation: Operation, version: &Version, expected: &Version) -> bool {
        version == expected
    }

    /// Returns whether an earlier attempt of this call left the row
    /// ([R11](session_core::contract#r11)).
    ///
    /// The call leaves the version `written`.
    fn is_repeated(&self, _operation: Operation, row: &Row, written: &Version) -> bool {
        row.version == *written
    }

    /// Checks what a write expects of a live row ([R15](session_core::contract#r15)).
    ///
    /// It checks first the lock, then the version.
    ///
    /// # Errors
    ///
    /// `LockLost`, `Locked` or `Conflict`.
    fn check(
        &self,
        operation: Operation,
        row: &Row,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        self.check_lock(operation, row, expect, now)?;
        self.check_version(operation, row, expect)
    }

    /// Checks that an expected lock is held, or that no live lock forbids the call.
    ///
    /// # Errors
    ///
    /// `LockLost` ([L4](session_core::contract#l4)) or `Locked` ([L3](session_core::contract#l3)).
    fn check_lock(
        &self,
        operation: Operation,
        row: &Row,
        expect: &Expect,
        now: EpochMillis,
    ) -> Result<()> {
        let lock = row.lock.as_ref();
        if let Some(token) = expect.as_lock() {
            let is_held = self.holds(operation, lock, token);
            return reject_unless(is_held, operation, ErrorKind::LockLost);
        }
        let is_stopped = matches!(operation, Operation::Update | Operation::Rotate);
        match lock {
            Some(lock) if is_stopped && !self.has_lapsed(operation, lock, now) => {
                let remaining = Some(lock.lapse().saturating_since(now));
                Err(Error::new(operation, ErrorKind::Locked { remaining }))
            }
            _ => Ok(()),
        }
    }

    /// Checks that the version is the expected one, if one is expected.
    ///
    /// # Errors
    ///
    /// `Conflict` ([R5](session_core::contract#r5)).
    fn check_version(&self, operation: Operation, row: &Row, expect: &Expect) -> Result<()> {
        let is_expected = |expected| self.is_expected(operation, &row.version, expected);
        let holds = expect.as_version().is_none_or(is_expected);
        reject_unless(holds, operation, ErrorKind::Conflict)
    }

    /// The row that replaces another, also an expired one.
    fn written(&self, _operation: Operation, _before: Option<&Row>, after: Row) -> Row {
        after
    }
}

/// The rejection of this kind, unless the condition holds.
pub(super) fn reject_unless(holds: bool, operation: Operation, kind: ErrorKind) -> Result<()> {
    if holds {
        return Ok(());
    }
    Err(Error::new(operation, kind))
}

/// The rules without a fault.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lawful;

impl Rules for Lawful {}

/// The law, for a store that declares this much.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declared(pub(super) Capabilities);

impl Rules for Declared {
    fn capabilities(&self) -> Capabilities {
        self.0
    }

    /// Content is everybody's who writes it: what its caller repeats is another call.
    fn is_repeated(&self, _: Operation, row: &Row, written: &Version) -> bool {
        !self.0.tells_versions_by_content() && row.version == *written
    }
}
