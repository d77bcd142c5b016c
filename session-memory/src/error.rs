//! Every refusal that takes a look at what is stored, in the order of R15.

use session_core::error::Operation;
use session_core::{Error, ErrorKind};
use std::time::Duration;

pub(crate) fn gone(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Gone)
}

pub(crate) fn lock_lost(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::LockLost)
}

pub(crate) fn locked(operation: Operation, remaining: Duration) -> Error {
    let remaining = Some(remaining);
    Error::new(operation, ErrorKind::Locked { remaining })
}

pub(crate) fn conflict(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Conflict)
}

pub(crate) fn already_exists(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::AlreadyExists)
}

pub(crate) fn full(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Full).with_detail("live sessions take all the room there is")
}

pub(crate) fn foreign_cursor() -> Error {
    Error::new(Operation::Collect, ErrorKind::InvalidArgument)
        .with_detail("the cursor is not one of this store's")
}
