//! A page of a scan, and what it says about the table's key.

use super::transport::{ScanPage, Whole};
use super::{Failed, Sender};
use crate::layout::Attribute;
use crate::request::Scan;
use session_core::error::Operation;
use session_core::store::Key;
use session_core::time::Timestamp;
use session_core::{Error, ErrorKind, Result};

/// A page of a scan, each item with its key.
pub(crate) struct KeyedPage {
    pub(crate) items: Vec<(Key, Whole)>,
    pub(crate) scanned: u64,
    pub(crate) units: f64,
    /// The key to go on behind, unless this is the last page.
    pub(crate) next: Option<Key>,
    /// The time on the server's clock, if it says so.
    pub(crate) date: Option<Timestamp>,
}

impl Sender {
    /// A page of the table.
    ///
    /// An item or a place in the table that lacks the key attribute shows that the table has
    /// another key. To pass over the item, or to take the place for the end, would be a success
    /// without any work done.
    pub(crate) async fn scan(
        &self,
        operation: Operation,
        request: Scan,
    ) -> Result<KeyedPage, Failed> {
        let page = self.send(&mut self.reading(operation), request).await?;
        let ScanPage { items, scanned, units, next, date } = page;
        let keyed = |whole: Whole| match whole.item.key() {
            Some(key) => Ok((key, whole)),
            None => Err(self.wrong_key(operation)),
        };
        let next = next.map(|place| {
            let key = place.item.key().filter(|_| place.item.0.len() + place.others == 1);
            key.ok_or_else(|| self.wrong_key(operation))
        });
        let items = items.into_iter().map(keyed).collect::<Result<_>>()?;
        Ok(KeyedPage { items, scanned, units, next: next.transpose()?, date })
    }

    fn wrong_key(&self, operation: Operation) -> Error {
        let (table, key) = (&self.table.name, self.table.layout.name(Attribute::Key));
        Error::new(operation, ErrorKind::Config).with_detail(format!(
            "hash_key is `{key}`, and the key of table `{table}` is not `{key}`, a string, alone: \
             set hash_key to the name of its partition key, or use another table"
        ))
    }
}
