use super::{Page, Scan, Update};
use crate::condition::{Condition, as_seen, live};
use crate::item::{Item, Value};
use crate::layout::Attribute;
use session_core::store::Key;
use session_core::time::EpochMillis;
use std::collections::BTreeSet;

/// The difference of an item from its target form.
#[derive(Default)]
pub(crate) struct Conversion {
    pub(crate) set: Vec<(Attribute, Value)>,
    pub(crate) remove: Vec<Attribute>,
}

impl Conversion {
    pub(crate) fn is_empty(&self) -> bool {
        self.set.is_empty() && self.remove.is_empty()
    }
}

/// Reads whole items: an attribute of another name can show a foreign item.
///
/// DynamoDB charges for whole items, whatever is read of them.
pub(crate) fn examine(page: Page, consistent: bool) -> Scan {
    let Page { segment, segments, limit, from } = page;
    let (filter, projection) = (None, Vec::new());
    Scan { filter, projection, consistent, segment, segments, limit, from }
}

/// Converts a live item whose changed attributes and lock are as they were seen.
///
/// The expiry is neither changed nor compared: a session that is touched meanwhile is converted all
/// the same.
pub(crate) fn convert(key: &Key, seen: &Item, conversion: Conversion, now: EpochMillis) -> Update {
    let Conversion { set, remove } = conversion;
    let changed = set.iter().map(|(attribute, _)| *attribute).chain(remove.iter().copied());
    let compared: BTreeSet<_> = changed.chain([Attribute::Lock]).collect();
    let compared = compared.into_iter().map(|attribute| as_seen(attribute, seen.get(attribute)));
    let condition = Condition::And([live(now)].into_iter().chain(compared).collect());
    Update { key: key.clone(), set, remove, condition, returns_new: false, counted: true }
}

#[cfg(test)]
mod tests {
    use super::{Conversion, convert};
    use crate::item::{Item, Value};
    use crate::layout::Attribute;
    use session_core::store::{Key, Tag};
    use session_core::time::EpochMillis;

    const NOW: EpochMillis = EpochMillis::from_epoch_millis(1_000_000);

    fn item(attributes: &[(Attribute, Value)]) -> Item {
        Item(attributes.iter().cloned().collect())
    }

    fn seconds(seconds: u32) -> (Attribute, Value) {
        (Attribute::Expires, Value::N(seconds.to_string()))
    }

    fn data(text: &str) -> (Attribute, Value) {
        (Attribute::Data, Value::text(text))
    }

    #[test]
    fn a_conversion_holds_for_the_item_as_it_was_seen_whenever_it_expires() {
        let seen = item(&[seconds(2_000), data("old")]);
        let conversion = || Conversion { set: vec![data("new")], remove: Vec::new() };
        let key = Key::new("key").expect("it is not empty");
        let holds = |other: &Item| convert(&key, &seen, conversion(), NOW).condition.holds(other);
        assert!(holds(&seen));
        assert!(holds(&item(&[seconds(3_000), data("old")])), "a touch");
        for other in [
            Item::default(),
            item(&[seconds(1_000), data("old")]),
            item(&[data("old")]),
            item(&[seconds(2_000)]),
            item(&[seconds(2_000), data("another")]),
            item(&[seconds(2_000), (Attribute::Data, Value::B((*b"old").into()))]),
            item(&[seconds(2_000), data("old"), (Attribute::Lock, Value::N("1".into()))]),
        ] {
            assert!(!holds(&other));
        }
    }

    #[test]
    fn what_is_removed_is_what_was_seen() {
        let tag = |byte| (Attribute::Version, Value::tag(&Tag::from_bytes([byte; 16])));
        let lock = |text| (Attribute::Lock, Value::text(text));
        let seen = item(&[seconds(2_000), tag(1), lock("0000000000001;token")]);
        let remove = vec![Attribute::Version, Attribute::Lock];
        let key = Key::new("key").expect("it is not empty");
        let request = convert(&key, &seen, Conversion { set: Vec::new(), remove }, NOW);
        assert!(request.condition.holds(&seen));
        for other in [
            item(&[seconds(2_000), tag(2), lock("0000000000001;token")]),
            item(&[seconds(2_000), tag(1), lock("0000000000002;token")]),
            item(&[seconds(2_000), tag(1)]),
        ] {
            assert!(!request.condition.holds(&other));
        }
    }
}
