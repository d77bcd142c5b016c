//! Errors that the store makes itself.
//!
//! Those for a rejected condition are made in `send/ambiguity.rs`.

use crate::item::Unreadable;
use session_core::error::Operation;
use session_core::{Error, ErrorKind};

pub(crate) fn corrupt(operation: Operation, Unreadable(attribute): Unreadable) -> Error {
    let detail = format!("the attribute behind {attribute} is of a type that it never has");
    Error::new(operation, ErrorKind::Corrupt).with_detail(detail)
}

pub(crate) fn not_text(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Unsupported).with_detail(
        "bytes are no UTF-8 text, which is what data_attribute_type = \"string\" keeps: set \
         data_attribute_type = \"binary\"",
    )
}

pub(crate) fn not_locking(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Unsupported)
        .with_detail("locking is off: set `locking` where the store is built")
}

pub(crate) fn unsettled(operation: Operation) -> Error {
    Error::new(operation, ErrorKind::Unavailable)
        .with_detail("the item changed during every attempt, or the rejections do not fit its content: try again later")
}

pub(crate) fn foreign_cursor() -> Error {
    Error::new(Operation::Collect, ErrorKind::InvalidArgument)
        .with_detail("the cursor is not from this store: start the walk again without a cursor")
}

pub(crate) fn not_convertible(why: &'static str) -> Error {
    Error::new(Operation::Migrate, ErrorKind::InvalidArgument)
        .with_detail(format!("the item is not converted: {why}"))
}
