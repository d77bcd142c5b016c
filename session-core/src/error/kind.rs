use std::time::Duration;
use thiserror::Error;

/// The kind of a failure, in the terms of the [failure table](crate::contract#when-it-fails).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The store could not be asked, or did not answer.
    ///
    /// Nothing may be concluded from it.
    #[error("the store is unavailable")]
    Unavailable,
    /// The lock did not become free before the deadline.
    #[error("the session stayed locked until the deadline")]
    LockTimeout {
        /// The time until the lock lapses, clock skew included (L7), if that is known.
        remaining: Option<Duration>,
    },
    /// The lock that the caller held is held by another, or by nobody, now.
    #[error("the lock is lost")]
    LockLost,
    /// The record is of another version than the caller expected.
    #[error("another write came first")]
    Conflict,
    /// The session was deleted, or it expired.
    #[error("the session is gone")]
    Gone,
    /// Another holds a live lock, and the write named none.
    #[error("the session is locked")]
    Locked {
        /// How long the holder's lease still runs, if that is known.
        remaining: Option<Duration>,
    },
    /// A live record stands where one was to be created.
    #[error("a live session exists already")]
    AlreadyExists,
    /// The store declares that it does not do this.
    #[error("the store does not support this")]
    Unsupported,
    /// The store's bound is reached. Live records stay.
    #[error("the store is full")]
    Full,
    /// The record exceeds the store's limit.
    ///
    /// Both figures are in bytes, as the store counts them.
    #[error("the record takes {size} bytes of {limit}")]
    TooLarge {
        /// The size of the record, with a lock.
        size: usize,
        /// The limit of the store.
        limit: usize,
    },
    /// The data cannot be decoded. The row is untouched and its bytes are in the error.
    #[error("the data cannot be decoded")]
    Corrupt,
    /// The set-up is wrong: a setting, or the table that the store was pointed at.
    #[error("the configuration is wrong")]
    Config,
    /// The store rejects the caller's credentials or permissions.
    #[error("access is denied")]
    Denied,
    /// The caller passed something that has no meaning, such as an expiry in the past.
    #[error("the argument is invalid")]
    InvalidArgument,
}

impl ErrorKind {
    /// The name of the kind, for logs and for programs that read them.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "Unavailable",
            Self::LockTimeout { .. } => "LockTimeout",
            Self::LockLost => "LockLost",
            Self::Conflict => "Conflict",
            Self::Gone => "Gone",
            Self::Locked { .. } => "Locked",
            Self::AlreadyExists => "AlreadyExists",
            Self::Unsupported => "Unsupported",
            Self::Full => "Full",
            Self::TooLarge { .. } => "TooLarge",
            Self::Corrupt => "Corrupt",
            Self::Config => "Config",
            Self::Denied => "Denied",
            Self::InvalidArgument => "InvalidArgument",
        }
    }

    /// The advice for an operation that was rejected with this kind.
    pub const fn retry(self) -> Retry {
        match self {
            Self::Unavailable | Self::LockTimeout { .. } | Self::Locked { .. } | Self::Full => {
                Retry::Later
            }
            Self::LockLost | Self::Conflict | Self::AlreadyExists => Retry::Reopen,
            Self::Gone
            | Self::Unsupported
            | Self::TooLarge { .. }
            | Self::Corrupt
            | Self::Config
            | Self::Denied
            | Self::InvalidArgument => Retry::Never,
        }
    }
}

/// Whether an operation that failed may have taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has not; the store is as it was.
    NotApplied,
    /// Its reply was lost, and the stored record does not show the outcome.
    Unknown,
}

/// Advice for the caller of a failed operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same again after a back-off.
    Later,
    /// Open the session again, and do the change on what is there then.
    Reopen,
    /// Nothing: the same will fail again.
    Never,
}
