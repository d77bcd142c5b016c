//! The errors that the contract leaves to a store.

use session_core::error::Operation;
use session_core::{Error, ErrorKind};

pub(crate) fn full(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Full).with_detail("live sessions take all the room there is")
}

pub(crate) fn foreign_cursor() -> Error {
    Error::new(Operation::Collect, ErrorKind::InvalidArgument)
        .with_detail("the cursor is not one of this store's")
}
