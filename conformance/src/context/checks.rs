//! Checks at the end of a case.

use super::Context;
use super::given::LEASE;
use crate::ensure::{ensure, ensure_eq};
use crate::{Checked, Finding, Verdict, Violation};
use session_core::store::{Acquired, Freshness, Key, LockToken, Payload, Record, Snapshot};
use std::time::Duration;

impl Context {
    /// The live record of `key`, which must be there.
    pub(crate) async fn snapshot(&self, key: &Key) -> Checked<Snapshot> {
        let loaded = self.store().load(key, Freshness::Latest).await?;
        loaded.ok_or_else(|| Finding::new("the record is not there"))
    }

    /// Checks that there is no live record.
    pub(crate) async fn ensure_absent(&self, key: &Key) -> Checked {
        match self.store().load(key, Freshness::Latest).await? {
            None => Ok(()),
            Some(found) => Err(Finding::new(format!("there is a record: {found:?}"))),
        }
    }

    /// Checks that the record is exactly this one.
    pub(crate) async fn ensure_record(&self, key: &Key, expected: &Record) -> Checked {
        let Record { payload, expires, deadline, idle } = self.snapshot(key).await?.record;
        ensure_same_payload(&payload, &expected.payload)?;
        ensure_eq!(expires, expected.expires, "the expiry");
        ensure_eq!(deadline, expected.deadline, "the deadline");
        ensure_eq!(idle, expected.idle, "the idle timeout");
        Ok(())
    }

    /// Checks that record and version are as they were.
    pub(crate) async fn ensure_unchanged(&self, key: &Key, before: &Snapshot) -> Checked {
        self.ensure_record(key, &before.record).await?;
        let version = self.snapshot(key).await?.version;
        ensure_eq!(version, before.version, "the version");
        Ok(())
    }

    /// Returns whether a rotation that was dropped has moved the record.
    ///
    /// The record must be at one of its keys. The rotation may still be carried out between one
    /// look and the next.
    pub(crate) async fn has_moved(&self, old: &Key, new: &Key) -> Checked<bool> {
        let mut is_at_new = self.store().load(new, Freshness::Latest).await?.is_some();
        let is_at_old = self.store().load(old, Freshness::Latest).await?.is_some();
        if !is_at_old && !is_at_new {
            is_at_new = self.store().load(new, Freshness::Latest).await?.is_some();
        }
        ensure!(is_at_old != is_at_new, "at the old key: {is_at_old}, at the new: {is_at_new}");
        Ok(is_at_new)
    }

    /// Checks that the record holds this data.
    pub(crate) async fn ensure_data(&self, key: &Key, expected: &str) -> Checked {
        let found = self.snapshot(key).await?.record.payload;
        Ok(ensure_same_payload(&found, &self.payload(expected))?)
    }

    /// Checks that `token` holds the lock, which renews it by the least that there is.
    pub(crate) async fn ensure_held(&self, key: &Key, token: &LockToken) -> Checked {
        let least = Duration::from_millis(1);
        match self.locking()?.renew(key, token, least).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Finding::new(format!("the lock is not held: {error}"))),
        }
    }

    /// Checks that nobody holds the lock, and takes it.
    pub(crate) async fn ensure_free(&self, key: &Key) -> Checked<LockToken> {
        self.lock(key, LEASE).await
    }

    /// Checks that the lock is another's and live.
    pub(crate) async fn ensure_busy(&self, key: &Key) -> Checked {
        let answer = self.contend(key).await?;
        let busy = matches!(answer, Acquired::Busy { .. });
        ensure!(busy, "a live lock of another's was answered with {answer:?}");
        Ok(())
    }
}

/// Checks that a payload is of the same kind and bytes as another.
#[track_caller]
pub(crate) fn ensure_same_payload(found: &Payload, expected: &Payload) -> Verdict {
    if found == expected {
        return Ok(());
    }
    let (found, expected) = (excerpt(found), excerpt(expected));
    let message = format!("the data: found {found}, expected {expected}");
    Err(Violation::new(message))
}

/// Kind and beginning of a payload. What cases write is no secret.
fn excerpt(payload: &Payload) -> String {
    let bytes = payload.as_bytes();
    let beginning = bytes[..bytes.len().min(40)].escape_ascii();
    format!("{} of {} bytes \"{beginning}\"", payload.kind().name(), bytes.len())
}
