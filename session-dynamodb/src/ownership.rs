//! Decides which items of a table are sessions of this configuration.
//!
//! All others are foreign.

use crate::item::{Item, Value};
use crate::layout::{Attribute, Layout};
use crate::lease::read_lock;
use crate::settings::Settings;
use session_core::KeyScheme;
use session_core::store::Key;

impl Settings {
    /// Whether sessions of this configuration can have the key.
    ///
    /// Without a key scheme, every key is possible.
    pub(crate) fn owns_key(&self, key: &Key) -> bool {
        self.key_scheme.as_ref().is_none_or(|scheme| scheme.matches(key))
    }

    /// Whether a key alone shows that an item belongs to this configuration.
    pub(crate) fn has_distinctive_keys(&self) -> bool {
        self.key_scheme.as_ref().is_some_and(KeyScheme::is_distinctive)
    }

    /// Whether key and attribute types are those of a session, expired or not.
    pub(crate) fn owns(&self, key: &Key, item: &Item) -> bool {
        self.owns_key(key)
            && item.get(Attribute::Expires).is_some()
            && item.has_session_types(&self.layout)
    }

    /// Whether the item can be an orphan, which has neither expiry nor data.
    ///
    /// It is one if it has no attribute of another name either.
    pub(crate) fn may_own_orphan(&self, key: &Key, item: &Item) -> bool {
        let is_bare =
            item.0.keys().all(|attribute| matches!(attribute, Attribute::Key | Attribute::Lock));
        self.has_distinctive_keys()
            && self.owns_key(key)
            && is_bare
            && item.has_session_types(&self.layout)
    }
}

impl Item {
    /// Whether every attribute has a type that sessions have.
    ///
    /// A lock must be one of this store or of PHP.
    fn has_session_types(&self, layout: &Layout) -> bool {
        let known = self.0.iter().filter(|(attribute, _)| layout.has(**attribute));
        let mut known = known.map(|(attribute, value)| (*attribute, value));
        known.all(|(attribute, value)| match (attribute, value) {
            (Attribute::Lock, Value::S(text)) => read_lock(text).is_some(),
            _ => value.value_type().is_some_and(|found| attribute.types().contains(&found)),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::item::{Item, Value};
    use crate::layout::{Attribute, Layout, Versions};
    use crate::lease::lock_text;
    use crate::settings::Settings;
    use session_core::KeyScheme;
    use session_core::random::OsRandom;
    use session_core::store::{Key, LockToken};
    use session_core::time::EpochMillis;

    fn settings(key_scheme: impl Into<Option<KeyScheme>>) -> Settings {
        Settings { key_scheme: key_scheme.into(), ..Settings::default() }
    }

    fn named() -> KeyScheme {
        KeyScheme::Named { name: "SID".into(), separator: "_".into() }
    }

    fn key(text: &str) -> Key {
        Key::new(text).expect("it is not empty")
    }

    fn number(text: &str) -> Value {
        Value::N(text.into())
    }

    fn session(more: &[(Attribute, Value)]) -> Item {
        let expires = [(Attribute::Expires, number("1"))];
        Item(expires.into_iter().chain(more.iter().cloned()).collect())
    }

    #[test]
    fn a_session_has_a_key_of_the_scheme() {
        let item = session(&[(Attribute::Data, Value::text("data"))]);
        assert!(settings(named()).owns(&key("SID_abc"), &item));
        assert!(!settings(named()).owns(&key("USER#1"), &item));
        assert!(!settings(KeyScheme::Hashed).owns(&key("SID_abc"), &item));
        assert!(settings(None).owns(&key("USER#1"), &item));
    }

    #[test]
    fn an_attribute_of_another_type_makes_an_item_foreign() {
        use Attribute::{Data, Deadline, Expires, Idle, Lock, Version};
        let lock = lock_text(EpochMillis::from_epoch_millis(1), &LockToken::draw(&OsRandom));
        for (attribute, value, owned) in [
            (Expires, number("-1"), true),
            (Expires, Value::text("1"), false),
            (Data, Value::B([].into()), true),
            (Data, number("1"), false),
            (Data, Value::Other, false),
            (Lock, number("1"), true),
            (Lock, Value::text(lock), true),
            (Lock, Value::text("0"), false),
            (Lock, Value::Other, false),
            (Version, Value::B([1].into()), true),
            (Version, number("3"), false),
            (Deadline, number("1"), true),
            (Deadline, Value::text("soon"), false),
            (Idle, number("1"), true),
            (Idle, Value::text("long"), false),
        ] {
            let found = settings(named()).owns(&key("SID_abc"), &session(&[(attribute, value)]));
            assert_eq!(found, owned, "{attribute}");
        }
    }

    #[test]
    fn a_profile_has_no_tags_so_that_others_may_use_their_names() {
        let layout = Layout { versions: Versions::Content, ..Layout::default() };
        let settings = Settings { layout, ..settings(named()) };
        assert!(settings.owns(&key("SID_abc"), &session(&[(Attribute::Version, number("3"))])));
    }

    #[test]
    fn an_orphan_has_a_distinctive_key_and_nothing_but_a_lock() {
        let locked = Item([(Attribute::Lock, number("1"))].into());
        let may_be = |scheme: Option<KeyScheme>, item: &Item| {
            settings(scheme).may_own_orphan(&key("SID_abc"), item)
        };
        assert!(may_be(Some(named()), &Item::default()));
        assert!(may_be(Some(named()), &locked));
        for (attribute, value) in [
            (Attribute::Lock, Value::Other),
            (Attribute::Data, Value::text("")),
            (Attribute::Version, number("3")),
        ] {
            assert!(!may_be(Some(named()), &Item([(attribute, value)].into())), "{attribute}");
        }
        for scheme in [None, Some(KeyScheme::Plain), Some(KeyScheme::Hashed)] {
            assert!(!may_be(scheme, &locked));
        }
    }
}
