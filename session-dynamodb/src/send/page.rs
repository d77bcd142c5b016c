//! The page that a scan found, and what it says of the table's key.

use super::convert::{self, Attributes};
use super::{Found, Sender};
use crate::layout::Attribute;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
use session_core::{Error, ErrorKind, Key, Operation, Result};

impl Sender {
    /// What `read` makes of each item.
    ///
    /// An item or a place in the table that lacks the key attribute shows that the table has
    /// another key. To pass over the item, or to take the place for the end, would be a success
    /// without any work done.
    pub(super) fn page<I>(
        &self,
        operation: Operation,
        output: ScanOutput,
        read: impl Fn(Attributes) -> I,
    ) -> Result<Found<I>> {
        let units = convert::units(output.consumed_capacity());
        let scanned = u64::try_from(output.scanned_count).unwrap_or_default();
        let items = output.items.unwrap_or_default().into_iter();
        let items = items.map(|item| {
            let key = self.key_of(&item).ok_or_else(|| self.wrong_key(operation))?;
            Ok((key, read(item)))
        });
        let items = items.collect::<Result<_>>()?;
        let next = output.last_evaluated_key.map(|place| {
            let key = self.key_of(&place).filter(|_| place.len() == 1);
            key.ok_or_else(|| self.wrong_key(operation))
        });
        Ok(Found { items, scanned, units, next: next.transpose()? })
    }

    fn key_of(&self, attributes: &Attributes) -> Option<Key> {
        let value = attributes.get(self.layout.name(Attribute::Key))?;
        Key::new(value.as_s().ok()?.as_str()).ok()
    }

    fn wrong_key(&self, operation: Operation) -> Error {
        let (table, key) = (&self.table, self.layout.name(Attribute::Key));
        Error::new(operation, ErrorKind::Config).with_detail(format!(
            "hash_key is `{key}`, and the key of table `{table}` is not `{key}`, a string, alone: \
             set hash_key to the name of its partition key, or use another table"
        ))
    }
}
