use crate::store::{Change, LockDisposition, OwnLifetime, Payload, Record};
use crate::time::Timestamp;

/// The write of a commit to the record that a claim was opened with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The data. It may be what was read.
    pub payload: Payload,
    /// The new expiry.
    pub expires: Timestamp,
    /// The record's new lifetime, or `None` to leave its deadline and idle timeout.
    pub lifetime: Option<OwnLifetime>,
}

impl Write {
    /// The change of the record, which does this with the lock.
    #[must_use]
    pub fn into_change(self, lock: LockDisposition) -> Change {
        let Self { payload, expires, lifetime } = self;
        Change { payload, expires, lifetime, lock }
    }

    /// The whole record after the write, if it was `read` before.
    ///
    /// ```
    /// use session_core::store::{Payload, Record};
    /// use session_core::strategy::Write;
    /// use session_core::time::{IdleTimeout, Timestamp};
    ///
    /// let (at, idle) = (Timestamp::from_epoch_seconds, Some(IdleTimeout::from_seconds(600)));
    /// let read = Record { payload: Payload::text("1"), expires: at(700), deadline: None, idle };
    /// let write = Write { payload: Payload::text("2"), expires: at(800), lifetime: None };
    /// let written = write.into_record(&read);
    /// assert_eq!(written, Record { payload: Payload::text("2"), expires: at(800), ..read });
    /// ```
    #[must_use]
    pub fn into_record(self, read: &Record) -> Record {
        let Self { payload, expires, lifetime } = self;
        let (deadline, idle) = match lifetime {
            Some(OwnLifetime { idle, deadline }) => (deadline, Some(idle)),
            None => (read.deadline, read.idle),
        };
        Record { payload, expires, deadline, idle }
    }
}
