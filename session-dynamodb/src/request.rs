//! Requests as plain descriptions, made by pure functions without a client.
//!
//! There is no `PutItem`, because nothing needs more permissions than the handlers of PHP have, and
//! no update without a condition, because an update of nothing would create an item.

#[cfg(test)]
mod apply;
mod collect;
mod convert;
mod lock;
mod rotate;
mod table;
mod write;

pub(crate) use collect::{Page, collect, scan};
pub(crate) use convert::{Conversion, convert, examine};
pub(crate) use lock::{Leased, acquire, lease_as_seen, release, remove_lock, renew};
pub(crate) use rotate::rotate;
pub(crate) use table::{
    CreateTable, DeleteTable, DescribeTable, DescribeTimeToLive, EnableTimeToLive,
};
pub(crate) use write::{
    PhpLockHandling, TouchStep, create, delete, delete_if_absent, touch, update,
};

use crate::condition::{Condition, Placeholders, TYPICAL_LENGTH};
use crate::item::Value;
use crate::layout::{Attribute, Layout};
use session_core::store::Key;

/// A `GetItem` of the whole item.
pub(crate) struct Get {
    pub(crate) key: Key,
    pub(crate) consistent: bool,
    /// Whether it says what it cost.
    pub(crate) counted: bool,
}

/// An `UpdateItem`. If it is rejected it returns the item as it stands.
pub(crate) struct Update {
    pub(crate) key: Key,
    pub(crate) set: Vec<(Attribute, Value)>,
    pub(crate) remove: Vec<Attribute>,
    pub(crate) condition: Condition,
    /// Whether it returns the item as it is afterwards.
    pub(crate) returns_new: bool,
    /// Whether it says what it cost.
    pub(crate) counted: bool,
}

/// A `DeleteItem`. If it is rejected it returns the item as it stands.
pub(crate) struct Delete {
    pub(crate) key: Key,
    pub(crate) condition: Condition,
    /// Whether it says what it cost.
    pub(crate) counted: bool,
}

/// A `TransactWriteItems` of an update at one key and a deletion at another.
pub(crate) struct Transaction {
    pub(crate) update: Update,
    pub(crate) delete: Delete,
    /// The token by which repetitions of the identical transaction are recognized.
    pub(crate) token: String,
}

/// A Scan of one part of the table.
pub(crate) struct Scan {
    /// The lock that it passes over, if any.
    pub(crate) filter: Option<Condition>,
    /// The attributes to read: all if there are none here.
    pub(crate) projection: Vec<Attribute>,
    pub(crate) consistent: bool,
    pub(crate) segment: usize,
    pub(crate) segments: usize,
    pub(crate) limit: usize,
    pub(crate) from: Option<Key>,
}

/// A `BatchWriteItem` of deletions, which knows no conditions.
pub(crate) struct BatchDelete {
    pub(crate) keys: Vec<Key>,
}

/// A `GetItem` of the record.
pub(crate) fn load(key: &Key, consistent: bool) -> Get {
    Get { key: key.clone(), consistent, counted: false }
}

impl Update {
    /// The same without the attributes that items of this table do not have.
    pub(crate) fn within(mut self, layout: &Layout) -> Self {
        self.set.retain(|(attribute, _)| layout.has(*attribute));
        self.remove.retain(|attribute| layout.has(*attribute));
        self
    }

    /// The update expression.
    ///
    /// Its condition is rendered separately, with the same placeholders.
    pub(crate) fn expression(&self, placeholders: &mut Placeholders) -> String {
        let mut expression = String::with_capacity(TYPICAL_LENGTH);
        let mut before = "SET ";
        for (attribute, value) in &self.set {
            let (name, value) = (placeholders.name(*attribute), placeholders.value(value));
            expression.extend([before, name, " = ", &value]);
            before = ", ";
        }
        before = if self.set.is_empty() { "REMOVE " } else { " REMOVE " };
        for attribute in &self.remove {
            expression.extend([before, placeholders.name(*attribute)]);
            before = ", ";
        }
        expression
    }
}
