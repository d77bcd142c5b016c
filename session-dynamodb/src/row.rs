//! An item as a decision sees it.

use crate::item::{Item, Unreadable, Value};
use crate::layout::{Attribute, Versions};
use crate::lease::{lapse_mark, read_lock};
use crate::settings::Settings;
use session_core::decision::{Context, Lease, Row, RowLock};
use session_core::store::{LockToken, Payload, Record, Snapshot, Version};
use session_core::time::{EpochMillis, Timestamp};

/// The parts of an item that a decision needs.
///
/// Data that cannot be read decide nothing: only who returns them reports them.
pub(crate) struct ItemRow {
    record: Record,
    version: Version,
    lock: Lock,
    unreadable: Option<Unreadable>,
}

enum Lock {
    Free,
    Leased(LockToken, EpochMillis),
    Foreign,
}

impl ItemRow {
    /// The row of an item for an operation on it, or `None` without a readable expiry.
    ///
    /// Where locking is off, a lock of PHP's does not count.
    pub(crate) fn of(item: &Item, settings: &Settings, context: &Context) -> Option<Self> {
        let lock = match Lock::of(item, context) {
            Lock::Foreign if !settings.locking && item.has_php_lock() => Lock::Free,
            lock => lock,
        };
        Some(Self::new(item, settings, item.expires()?, lock))
    }

    /// The row of an item for a collector.
    ///
    /// Without a readable expiry it is an expired row, and every lock counts.
    pub(crate) fn swept(item: &Item, settings: &Settings, context: &Context) -> Self {
        let expires = item.expires().unwrap_or(Timestamp::from_epoch_seconds(0));
        Self::new(item, settings, expires, Lock::of(item, context))
    }

    fn new(item: &Item, settings: &Settings, expires: Timestamp, lock: Lock) -> Self {
        let layout = &settings.layout;
        match item.snapshot(layout) {
            Ok(Snapshot { record, version }) => {
                let record = Record { expires, ..record };
                Self { record, version, lock, unreadable: None }
            }
            Err(unreadable) => {
                let record =
                    Record { payload: Payload::text(""), expires, deadline: None, idle: None };
                // Data that cannot be read are not equal to any.
                let version = match layout.versions {
                    Versions::Tags => item.version(),
                    Versions::Content => Version::NONE,
                };
                Self { record, version, lock, unreadable: Some(unreadable) }
            }
        }
    }

    pub(crate) fn as_row(&self) -> Row<'_> {
        let lock = match &self.lock {
            Lock::Free => RowLock::Free,
            Lock::Leased(token, end) => RowLock::Leased(Lease { token, end: *end }),
            Lock::Foreign => RowLock::Foreign,
        };
        Row { lock, ..Row::new(&self.record, &self.version) }
    }

    /// The answer that a decision made of this row, if all of it could be read.
    pub(crate) fn readable<T>(&self, answer: T) -> Result<T, Unreadable> {
        self.unreadable.map_or(Ok(answer), Err)
    }
}

impl Lock {
    fn of(item: &Item, context: &Context) -> Self {
        let text = match item.get(Attribute::Lock) {
            None => return Self::Free,
            Some(Value::S(text)) => text,
            Some(_) => return Self::Foreign,
        };
        match read_lock(text) {
            Some((token, end)) => Self::Leased(token, end),
            // The server compares any text, and finds that this one has lapsed.
            None if **text < *lapse_mark(context.now, context.clock_skew) => Self::Free,
            None => Self::Foreign,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ItemRow;
    use crate::condition::of_version;
    use crate::item::{Item, Unreadable, Value};
    use crate::layout::{Attribute, Layout, Versions};
    use crate::lease::lock_text;
    use crate::settings::Settings;
    use session_core::decision::{self, Context, Lease, RowLock};
    use session_core::random::OsRandom;
    use session_core::store::Tag;
    use session_core::store::{Expect, LockToken, Payload, Version};
    use session_core::time::{EpochMillis, Timestamp};
    use std::time::Duration;

    const END: EpochMillis = EpochMillis::from_epoch_millis(1_000_000);

    fn context() -> Context {
        Context::new(END, Duration::from_secs(1))
    }

    fn settings(locking: bool) -> Settings {
        Settings { locking, ..Settings::default() }
    }

    fn shared() -> Settings {
        let layout = Layout { versions: Versions::Content, ..Layout::default() };
        Settings { layout, ..settings(true) }
    }

    fn item(more: &[(Attribute, Value)]) -> Item {
        let expires = [(Attribute::Expires, Value::N("2000".into()))];
        Item(expires.into_iter().chain(more.iter().cloned()).collect())
    }

    fn locked(lock: Value) -> Item {
        item(&[(Attribute::Lock, lock)])
    }

    fn row(item: &Item, settings: &Settings) -> ItemRow {
        ItemRow::of(item, settings, &context()).expect("it has an expiry")
    }

    #[test]
    fn a_lock_is_a_token_and_an_end() {
        let token = LockToken::draw(&OsRandom);
        let item = locked(Value::text(lock_text(END, &token)));
        for row in [row(&item, &settings(true)), row(&item, &settings(false))] {
            let RowLock::Leased(lease) = row.as_row().lock else { panic!("it is leased") };
            assert_eq!(lease, Lease { token: &token, end: END });
        }
    }

    #[test]
    fn any_other_lock_is_foreign() {
        for lock in [Value::N("1".into()), Value::Other, Value::text("junk")] {
            let row = row(&locked(lock), &settings(true));
            assert!(matches!(row.as_row().lock, RowLock::Foreign));
        }
        let row = row(&locked(Value::text("0")), &settings(true));
        assert!(matches!(row.as_row().lock, RowLock::Free), "the server finds that it has lapsed");
    }

    #[test]
    fn where_locking_is_off_a_lock_of_php_counts_for_the_collector_alone() {
        let (item, settings) = (locked(Value::N("1".into())), settings(false));
        assert!(matches!(row(&item, &settings).as_row().lock, RowLock::Free));
        let swept = ItemRow::swept(&item, &settings, &context());
        assert!(matches!(swept.as_row().lock, RowLock::Foreign));
    }

    #[test]
    fn an_item_without_a_readable_expiry_is_no_row_and_an_expired_one_for_the_collector() {
        for value in [Value::text("2000"), Value::N("-1".into()), Value::Other] {
            let item = Item([(Attribute::Expires, value)].into());
            assert!(ItemRow::of(&item, &settings(true), &context()).is_none());
            let swept = ItemRow::swept(&item, &settings(true), &context());
            assert_eq!(swept.as_row().expires, Timestamp::from_epoch_seconds(0));
        }
    }

    #[test]
    fn in_a_shared_table_the_content_is_the_version() {
        let item = item(&[(Attribute::Data, Value::text("data"))]);
        assert_eq!(
            *row(&item, &shared()).as_row().version,
            Version::content(Payload::text("data"))
        );
        assert_eq!(*row(&item, &settings(true)).as_row().version, Version::NONE);
    }

    /// The decision, like the condition.
    #[test]
    fn no_data_is_no_data_of_either_kind() {
        let stored = [None, Some(Value::text("")), Some(Value::B([].into()))];
        for data in stored {
            let item =
                item(&data.map(|data| (Attribute::Data, data)).into_iter().collect::<Vec<_>>());
            for content in [Payload::text(""), Payload::binary([])] {
                let version = Version::content(content);
                assert!(of_version(&version).holds(&item));
                let (row, expect) = (row(&item, &shared()), Expect::version(version));
                assert!(decision::delete(Some(row.as_row()), &expect, &context()).is_ok());
            }
        }
    }

    #[test]
    fn unreadable_data_are_of_no_content_and_not_returned() {
        let (tag, data) = (Value::tag(&Tag::from_bytes([1; 16])), Value::N("1".into()));
        let item = item(&[(Attribute::Data, data), (Attribute::Version, tag)]);
        let tagged = row(&item, &settings(true));
        assert_eq!(*tagged.as_row().version, Version::tagged(Tag::from_bytes([1; 16])));
        let untagged = row(&item, &shared());
        assert_eq!(*untagged.as_row().version, Version::NONE);
        for row in [tagged, untagged] {
            let snapshot = decision::load(Some(row.as_row()), &context());
            let returned = row.readable(snapshot.expect("it is live"));
            assert_eq!(returned.expect_err("it is unreadable"), Unreadable(Attribute::Data));
        }
    }
}
