//! The layout of an item, read and measured.

use crate::layout::{Attribute, Layout, ValueType, Versions};
use crate::lease::LOCK_BYTES;
use session_core::store::{Key, Payload, PayloadKind, Record, Snapshot, Tag, Version};
use session_core::time::{IdleTimeout, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The value of an attribute. It can be a secret, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    S(Arc<str>),
    N(String),
    B(Arc<[u8]>),
    /// Of a type that no attribute of this store has.
    Other,
}

impl Value {
    pub(crate) fn text(text: impl Into<Arc<str>>) -> Self {
        Self::S(text.into())
    }

    pub(crate) fn seconds(time: Timestamp) -> Self {
        Self::N(time.as_epoch_seconds().to_string())
    }

    pub(crate) fn idle(idle: IdleTimeout) -> Self {
        Self::N(idle.as_seconds().to_string())
    }

    /// The tag of a version. Only tags are written.
    pub(crate) fn tag(tag: &Tag) -> Self {
        Self::B(Arc::new(*tag.as_bytes()))
    }

    pub(crate) fn payload(payload: &Payload) -> Self {
        match payload {
            Payload::Text(text) => Self::S(Arc::clone(text)),
            Payload::Binary(bytes) => Self::B(Arc::clone(bytes)),
        }
    }

    /// The type, unless it is one that no attribute of this store has.
    pub(crate) const fn value_type(&self) -> Option<ValueType> {
        match self {
            Self::S(_) => Some(ValueType::S),
            Self::N(_) => Some(ValueType::N),
            Self::B(_) => Some(ValueType::B),
            Self::Other => None,
        }
    }

    /// How many bytes it takes, of what can be data.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::S(text) => text.len(),
            Self::B(bytes) => bytes.len(),
            Self::N(_) | Self::Other => 0,
        }
    }
}

/// The attributes of this store in an item. Other attributes are not read.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Item(pub(crate) BTreeMap<Attribute, Value>);

/// An attribute that cannot be read as what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable(pub(crate) Attribute);

impl Item {
    pub(crate) fn get(&self, attribute: Attribute) -> Option<&Value> {
        self.0.get(&attribute)
    }

    pub(crate) fn key(&self) -> Option<Key> {
        match self.get(Attribute::Key) {
            Some(Value::S(text)) => Key::new(Arc::clone(text)).ok(),
            _ => None,
        }
    }

    pub(crate) fn expires(&self) -> Option<Timestamp> {
        self.get(Attribute::Expires).and_then(read_seconds)
    }

    /// Whether the lock is one of a PHP handler, which has neither owner nor end.
    pub(crate) fn has_php_lock(&self) -> bool {
        matches!(self.get(Attribute::Lock), Some(Value::N(_)))
    }

    pub(crate) fn version(&self) -> Version {
        match self.get(Attribute::Version) {
            Some(Value::B(bytes)) => {
                let tag = bytes.as_ref().try_into();
                tag.map_or(Version::NONE, |tag| Version::tagged(Tag::from_bytes(tag)))
            }
            _ => Version::NONE,
        }
    }

    /// The capacity units that a write to it takes, by the attributes of this store.
    ///
    /// A write takes one unit for every KB of names and values that is begun.
    pub(crate) fn write_units(&self, layout: &Layout) -> f64 {
        let units = self.bytes(layout).div_ceil(1024).max(1);
        f64::from(u32::try_from(units).unwrap_or(u32::MAX))
    }

    /// The bytes of the names and values that are in the layout.
    pub(crate) fn bytes(&self, layout: &Layout) -> usize {
        let bytes = self.0.iter().map(|(attribute, value)| {
            let value = if let Value::N(_) = value { NUMBER_BYTES } else { value.len() };
            layout.name(*attribute).len() + value
        });
        bytes.sum()
    }

    /// The attributes that hold tags of this store.
    ///
    /// Attributes of these names with other types are another program's.
    pub(crate) fn tags(&self) -> impl Iterator<Item = Attribute> {
        let of_version = |bytes: &[u8]| bytes.len() == Tag::BYTES;
        self.0.iter().filter_map(move |(attribute, value)| match (attribute, value) {
            (Attribute::Version, Value::B(bytes)) if of_version(bytes) => Some(*attribute),
            (Attribute::Deadline | Attribute::Idle, Value::N(_)) => Some(*attribute),
            _ => None,
        })
    }

    /// The record, as it was found to be live, with its version.
    pub(crate) fn snapshot(&self, layout: &Layout) -> Result<Snapshot, Unreadable> {
        let record = Record {
            payload: self.payload(layout.kind)?,
            expires: self.expires().ok_or(Unreadable(Attribute::Expires))?,
            deadline: self.deadline()?,
            idle: self.idle()?,
        };
        let version = match layout.versions {
            Versions::Tags => self.version(),
            Versions::Content => Version::content(record.payload.clone()),
        };
        Ok(Snapshot { record, version })
    }

    /// The payload. A missing one is empty, and of the kind that the table is set to.
    fn payload(&self, kind: PayloadKind) -> Result<Payload, Unreadable> {
        match (self.get(Attribute::Data), kind) {
            (Some(Value::S(text)), _) => Ok(Payload::Text(Arc::clone(text))),
            (Some(Value::B(bytes)), _) => Ok(Payload::Binary(Arc::clone(bytes))),
            (Some(_), _) => Err(Unreadable(Attribute::Data)),
            (None, PayloadKind::Text) => Ok(Payload::text("")),
            (None, PayloadKind::Binary) => Ok(Payload::binary([])),
        }
    }

    /// The deadline, or an error if it cannot be read.
    ///
    /// Without the deadline, the session would outlive it.
    fn deadline(&self) -> Result<Option<Timestamp>, Unreadable> {
        match self.get(Attribute::Deadline) {
            None => Ok(None),
            Some(value) => read_seconds(value).map(Some).ok_or(Unreadable(Attribute::Deadline)),
        }
    }

    /// Nor is an idle timeout, which can be shorter than that of the configuration.
    fn idle(&self) -> Result<Option<IdleTimeout>, Unreadable> {
        let Some(value) = self.get(Attribute::Idle) else { return Ok(None) };
        let seconds = read_seconds(value).map(Timestamp::as_epoch_seconds);
        let idle = seconds.and_then(IdleTimeout::try_from_seconds);
        idle.map(Some).ok_or(Unreadable(Attribute::Idle))
    }
}

/// Seconds as the server compares them: any fraction comes after the whole second.
///
/// A time after the last one, such as milliseconds by mistake, is the last one.
fn read_seconds(value: &Value) -> Option<Timestamp> {
    let Value::N(text) = value else {
        return None;
    };
    if let Ok(seconds) = text.parse() {
        return Some(Timestamp::saturating_from_epoch_seconds(seconds));
    }
    let seconds: f64 = text.parse().ok().filter(|seconds| *seconds > 0.0)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates, and the number is positive"
    )]
    let whole = seconds.ceil() as u64;
    Some(Timestamp::saturating_from_epoch_seconds(whole))
}

/// The size of a record, as DynamoDB counts: names and values, in bytes.
///
/// It has the room for a lock, a version and a lifetime whether or not they are there, so that a
/// record which was admitted once can be locked, and updated without knowing its lifetime.
///
/// DynamoDB holds two things to its limit: the item, and what an update carries. The latter counts
/// every attribute that is set with a surcharge, but not the key. The size is the larger of both.
pub(crate) fn record_size(layout: &Layout, key: &Key, payload: &Payload) -> usize {
    let set = layout.attributes().filter(|attribute| *attribute != Attribute::Key);
    let bytes = set.clone().map(|attribute| {
        let value = match attribute {
            Attribute::Key => 0,
            Attribute::Data => payload.len(),
            Attribute::Lock => LOCK_BYTES,
            Attribute::Version => Tag::BYTES,
            Attribute::Expires | Attribute::Deadline | Attribute::Idle => NUMBER_BYTES,
        };
        layout.name(attribute).len() + value
    });
    let in_item = layout.name(Attribute::Key).len() + key.as_str().len();
    bytes.sum::<usize>() + in_item.max(UPDATE_BYTES + set.count() * SET_BYTES)
}

/// The largest size of a number of whole seconds, for centuries to come.
///
/// DynamoDB counts a byte for every two digits and one for the number. Its documentation does not
/// say how it rounds, hence one byte more.
const NUMBER_BYTES: usize = 12_usize.div_ceil(2) + 2;

/// The surcharge of an update, and of each attribute that it sets.
///
/// It is not documented; dynoxide's authors measured it on the service
/// (`UpdateExpr::request_charge`).
const UPDATE_BYTES: usize = 3;
const SET_BYTES: usize = 19;

#[cfg(test)]
mod tests {
    use super::{Item, Unreadable, Value, record_size};
    use crate::layout::{Attribute, Layout, Versions};
    use session_core::store::{Key, Payload, Tag, Version};
    use session_core::time::{IdleTimeout, Timestamp};

    fn item(attribute: Attribute, value: Value) -> Item {
        Item([(attribute, value)].into())
    }

    #[test]
    fn numbers_of_others_compare_as_on_the_server() {
        for (text, seconds) in [("100.5", 101), ("1E2", 100), ("9999999999", 9_999_999_999)] {
            let expires = item(Attribute::Expires, Value::N(text.into())).expires();
            assert_eq!(expires, Some(Timestamp::from_epoch_seconds(seconds)), "{text}");
        }
    }

    #[test]
    fn a_time_after_the_last_one_is_the_last_one() {
        for text in ["10000000000", "9999999999.5", "1E30", "99999999999999999999"] {
            let expires = item(Attribute::Expires, Value::N(text.into())).expires();
            assert_eq!(expires, Some(Timestamp::MAX), "{text}");
        }
    }

    #[test]
    fn an_unreadable_deadline_is_not_taken_for_none() {
        let mut item = item(Attribute::Deadline, Value::text("soon"));
        item.0.insert(Attribute::Expires, Value::N("100".into()));
        let error = item.snapshot(&Layout::default()).expect_err("it cannot be read");
        assert_eq!(error, Unreadable(Attribute::Deadline));
    }

    #[test]
    fn an_idle_timeout_is_read_as_whole_seconds_of_at_least_one() {
        let read = |value| item(Attribute::Idle, value).idle();
        for (text, seconds) in [("600", 600), ("0.5", 1), ("1E3", 1_000), ("1E30", 9_999_999_999)] {
            let expected = Some(IdleTimeout::from_seconds(seconds));
            assert_eq!(read(Value::N(text.into())), Ok(expected), "{text}");
        }
        for value in [Value::N("0".into()), Value::N("-5".into()), Value::text("soon")] {
            assert_eq!(read(value), Err(Unreadable(Attribute::Idle)));
        }
        assert_eq!(Item::default().idle(), Ok(None));
    }

    #[test]
    fn a_version_of_another_length_is_none() {
        assert_eq!(item(Attribute::Version, Value::B([1; 15].into())).version(), Version::NONE);
        let tag = Value::tag(&Tag::from_bytes([1; 16]));
        assert_eq!(
            item(Attribute::Version, tag).version(),
            Version::tagged(Tag::from_bytes([1; 16]))
        );
    }

    #[test]
    fn without_tags_the_content_is_the_version() {
        let layout = Layout { versions: Versions::Content, ..Layout::default() };
        let mut item = item(Attribute::Expires, Value::N("100".into()));
        let version = |item: &Item| item.snapshot(&layout).expect("it is readable").version;
        assert_eq!(version(&item), Version::content(Payload::text("")));
        item.0.insert(Attribute::Data, Value::B((*b"data").into()));
        assert_eq!(version(&item), Version::content(Payload::binary(*b"data")));
    }

    #[test]
    fn the_size_counts_names_and_values() {
        let key = |bytes| Key::new("k".repeat(bytes)).expect("it is not empty");
        let layout = Layout::default();
        let size = |layout, bytes, data| record_size(layout, &key(bytes), &Payload::text(data));
        let empty = size(&layout, 1, "");
        assert_eq!(empty, "expiresdatalockversiondeadlineidle".len() + 36 + 16 + 24 + 117);
        assert_eq!(size(&layout, 1, "é"), empty + 2);
        let longer = Layout { lock: "lock_attribute".into(), ..layout.clone() };
        assert_eq!(size(&longer, 1, ""), empty + 10);
        assert_eq!(size(&layout, 115, ""), empty, "an update takes more than its key");
        assert_eq!(size(&layout, 116, ""), empty + 1);
        let shared = Layout { versions: Versions::Content, ..layout.clone() };
        let (names, update) = ("expiresdatalock".len(), 3 + 3 * 19);
        assert_eq!(size(&shared, 1, ""), names + 36 + 8 + update);
    }
}
