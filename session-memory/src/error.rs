//! The errors that the contract leaves to a store.

use session_core::error::Operation;
use session_core::{Error, ErrorKind};

pub(crate) fn full(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Full).with_detail(
        "live sessions fill the store: raise its limits, or let sessions expire earlier",
    )
}

pub(crate) fn foreign_cursor() -> Error {
    Error::new(Operation::Collect, ErrorKind::InvalidArgument)
        .with_detail("the cursor is not from this store: start the walk again without a cursor")
}
