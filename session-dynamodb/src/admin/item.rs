use crate::item::{Item, Value};
use crate::layout::Attribute;
use crate::row::ItemRow;
use crate::send::Whole;
use crate::settings::Settings;
use session_core::decision::{self, Context, Effect, Row, RowLock};
use session_core::store::{Key, Payload};
use session_core::time::EpochMillis;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

/// An item of a table, as it was read.
///
/// `Debug` shows neither its key nor its data.
#[derive(Clone)]
pub struct ExaminedItem {
    pub(super) key: Key,
    pub(super) item: Item,
    state: ItemState,
    lock: LockState,
    /// The time at which it was examined.
    pub(super) now: EpochMillis,
}

/// The relation of an item to the store's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemState {
    /// A session that has not expired.
    Live,
    /// A session whose expiry is over.
    Expired,
    /// A key of this configuration, perhaps with a lock, and no other attribute.
    ///
    /// A handler of PHP that crashed in a new session leaves such items.
    Orphaned,
    /// Certainly not a session of this configuration.
    ///
    /// Its key is not one that the key scheme makes, it has no numeric expiry, or an attribute has a
    /// type that sessions do not have.
    Foreign,
}

/// The lock of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockState {
    /// It has none.
    None,
    /// A lock of this project whose lease is not over.
    Held,
    /// A lock of a PHP handler, or of a type that no lock has: it has no end.
    Php,
    /// A lock of this project whose lease, with the clock skew, is over.
    Lapsed,
}

/// The data attribute of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataAttribute {
    /// The item has none.
    Absent,
    /// A string, as text, or bytes, as binary.
    Payload(Payload),
    /// A value of a type that no data has.
    Other,
}

impl ExaminedItem {
    /// The item as `settings` see it at `now`.
    pub(super) fn new(
        settings: &Settings,
        key: Key,
        Whole { item, others }: Whole,
        now: EpochMillis,
    ) -> Self {
        let context = Context::new(now, settings.clock_skew);
        let row = ItemRow::swept(&item, settings, &context);
        let state = if !settings.owns(&key, &item) {
            let is_orphan = others == 0 && settings.may_own_orphan(&key, &item);
            if is_orphan { ItemState::Orphaned } else { ItemState::Foreign }
        } else if decision::sweep(row.as_row(), Duration::ZERO, &context).answer {
            ItemState::Expired
        } else {
            ItemState::Live
        };
        let lock = LockState::of(row.as_row(), &context);
        Self { key, item, state, lock, now }
    }

    /// The key. In PHP's scheme it holds the session's id.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// The state of the item.
    pub const fn state(&self) -> ItemState {
        self.state
    }

    /// Its lock.
    pub const fn lock(&self) -> LockState {
        self.lock
    }

    /// Its data. No bytes are copied.
    pub fn data(&self) -> DataAttribute {
        match self.item.get(Attribute::Data) {
            None => DataAttribute::Absent,
            Some(Value::S(text)) => DataAttribute::Payload(Payload::Text(Arc::clone(text))),
            Some(Value::B(bytes)) => DataAttribute::Payload(Payload::Binary(Arc::clone(bytes))),
            Some(Value::N(_) | Value::Other) => DataAttribute::Other,
        }
    }

    /// Whether it has a version, a deadline or an idle timeout of this project.
    ///
    /// No handler of PHP writes these. They are recognized by their names and types. Where another
    /// attribute has the name of one, there are none.
    pub fn has_tags(&self) -> bool {
        self.item.tags().next().is_some()
    }
}

impl LockState {
    fn of(row: Row<'_>, context: &Context) -> Self {
        match (row.lock, decision::remove_lapsed_lock(row, context)) {
            (RowLock::Free, _) => Self::None,
            (RowLock::Foreign, _) => Self::Php,
            (RowLock::Leased(_), Effect::Nothing) => Self::Held,
            (RowLock::Leased(_), _) => Self::Lapsed,
        }
    }
}

impl Debug for ExaminedItem {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ExaminedItem")
            .field("state", &self.state)
            .field("lock", &self.lock)
            .field("data", &self.data())
            .field("has_tags", &self.has_tags())
            .finish_non_exhaustive()
    }
}
