use super::{Delete, Scan};
use crate::condition::{Condition, as_seen, expired, lapsed, live, of_session_types, orphaned};
use crate::item::Item;
use crate::layout::Attribute;
use crate::settings::Settings;
use session_core::store::Key;
use session_core::time::EpochMillis;

/// Which part of the table to look at, from where on, and how far.
pub(crate) struct Page {
    pub(crate) segment: usize,
    pub(crate) segments: usize,
    pub(crate) limit: usize,
    pub(crate) from: Option<Key>,
}

/// Scans for items that had expired at `due` and have the types of a session.
///
/// It also finds orphans if they are collected, and lapsed locks if PHP's handlers wait for them.
pub(crate) fn scan(settings: &Settings, page: Page, due: EpochMillis, now: EpochMillis) -> Scan {
    let Page { segment, segments, limit, from } = page;
    let mut wanted = vec![expired_session(settings, due)];
    if settings.collect_orphans {
        wanted.push(orphaned(&settings.layout));
    }
    if settings.is_shared_with_php() {
        wanted.push(session_of_a_lapsed_lock(settings, due, now));
    }
    let filter = match <[_; 1]>::try_from(wanted) {
        Ok([only]) => only,
        Err(wanted) => Condition::Or(wanted),
    };
    let projection = vec![Attribute::Key, Attribute::Expires, Attribute::Lock];
    Scan { filter: Some(filter), projection, consistent: false, segment, segments, limit, from }
}

/// Deletes an item that a scan found, if it is still collectable (G1, G2).
///
/// It had expired at `due`, or still has neither expiry nor data, and it has the lock that was
/// found. The types of all its attributes are those of a session.
///
/// A condition cannot say that there are no attributes of other names. Of an orphan, a read has
/// shown that.
pub(crate) fn collect(settings: &Settings, key: &Key, found: &Item, due: EpochMillis) -> Delete {
    let is_expired = found.get(Attribute::Expires).is_some();
    let collectable =
        if is_expired { expired_session(settings, due) } else { orphaned(&settings.layout) };
    let lock = as_seen(Attribute::Lock, found.get(Attribute::Lock));
    Delete { key: key.clone(), condition: Condition::And(vec![collectable, lock]), counted: true }
}

/// A session that stays, has a lapsed lock, and has the types of a session.
///
/// PHP's handlers wait for the lock of an expired session, too, so those that stay are included.
fn session_of_a_lapsed_lock(settings: &Settings, due: EpochMillis, now: EpochMillis) -> Condition {
    let types = of_session_types(&settings.layout);
    let staying = [live(due), lapsed(now, settings.clock_skew)];
    Condition::And(staying.into_iter().chain(types).collect())
}

fn expired_session(settings: &Settings, due: EpochMillis) -> Condition {
    let types = of_session_types(&settings.layout);
    Condition::And([expired(due)].into_iter().chain(types).collect())
}

#[cfg(test)]
mod tests {
    use super::collect;
    use crate::item::{Item, Value};
    use crate::layout::{Attribute, Layout, Versions};
    use crate::settings::Settings;
    use session_core::store::{Key, Tag};
    use session_core::time::EpochMillis;

    const NOW: EpochMillis = EpochMillis::from_epoch_millis(1_000_000);

    fn item(attributes: &[(Attribute, Value)]) -> Item {
        let key = [(Attribute::Key, Value::text("key"))];
        Item(key.into_iter().chain(attributes.iter().cloned()).collect())
    }

    fn number(text: &str) -> Value {
        Value::N(text.into())
    }

    fn holds(settings: &Settings, found: &Item, other: &Item) -> bool {
        let key = Key::new("key").expect("it is not empty");
        collect(settings, &key, found, NOW).condition.holds(other)
    }

    #[test]
    fn a_deletion_says_what_was_seen_of_a_session() {
        use Attribute::{Data, Deadline, Expires, Idle, Lock, Version};
        let expired = (Expires, number("1000"));
        let with = |attribute, value| item(&[expired.clone(), (attribute, value)]);
        let settings = Settings::default();
        let found = item(std::slice::from_ref(&expired));
        assert!(holds(&settings, &found, &found));
        assert!(holds(&settings, &found, &with(Data, Value::text("data"))));
        assert!(holds(&settings, &found, &with(Data, Value::B([].into()))));
        assert!(holds(&settings, &found, &with(Version, Value::tag(&Tag::from_bytes([1; 16])))));
        for other in [
            Item::default(),
            item(&[]),
            item(&[(Expires, number("1001"))]),
            item(&[(Expires, Value::text("1"))]),
            with(Data, number("1")),
            with(Data, Value::Other),
            with(Version, number("3")),
            with(Deadline, Value::text("soon")),
            with(Idle, Value::text("long")),
            with(Lock, number("1")),
            with(Lock, Value::text("0")),
        ] {
            assert!(!holds(&settings, &found, &other));
        }
        let layout = Layout { versions: Versions::Content, ..Layout::default() };
        let shared = Settings { layout, ..Settings::default() };
        assert!(
            holds(&shared, &found, &with(Version, number("3"))),
            "it is another program's attribute"
        );
    }

    #[test]
    fn a_deletion_says_what_was_seen_of_an_orphan() {
        use Attribute::{Data, Deadline, Expires, Idle, Lock, Version};
        let settings = Settings::default();
        let lock = (Lock, number("1"));
        let (bare, locked) = (item(&[]), item(std::slice::from_ref(&lock)));
        assert!(holds(&settings, &bare, &bare) && holds(&settings, &locked, &locked));
        assert!(!holds(&settings, &bare, &locked) && !holds(&settings, &locked, &bare));
        assert!(!holds(&settings, &bare, &Item::default()), "there is nothing to delete");
        for attribute in [Expires, Data, Version, Deadline, Idle] {
            for value in [number("1"), Value::text("1"), Value::Other] {
                assert!(!holds(&settings, &bare, &item(&[(attribute, value)])), "{attribute}");
            }
        }
    }
}
