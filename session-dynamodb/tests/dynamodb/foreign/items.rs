//! Items that are not sessions of the store's configuration.

use crate::support::{START, number, text};
use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use session_core::KeyScheme;
use std::collections::HashMap;

pub(super) type Attributes = HashMap<String, AttributeValue>;

/// An item without its key, whose name depends on the table.
#[derive(Clone, Debug)]
pub(super) struct Foreign {
    pub(super) key: String,
    pub(super) attributes: Attributes,
}

/// The key scheme of the store that owns the items of a table, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    Hashed,
    Named,
    /// The id alone, like a store without a name.
    Nameless,
    /// The store has no key scheme.
    Unknown,
}

impl Keys {
    pub(super) const ALL: [Self; 4] = [Self::Hashed, Self::Named, Self::Nameless, Self::Unknown];

    pub(super) fn scheme(self) -> Option<KeyScheme> {
        let named = |name: &str| KeyScheme::Named { name: name.into(), separator: "_".into() };
        match self {
            Self::Hashed => Some(KeyScheme::Hashed),
            Self::Named => Some(named("PHPSESSID")),
            Self::Nameless => Some(named("")),
            Self::Unknown => None,
        }
    }

    pub(super) fn are_distinctive(self) -> bool {
        matches!(self, Self::Hashed | Self::Named)
    }

    /// A key of the form that sessions of this configuration have.
    fn own(self) -> BoxedStrategy<String> {
        match self {
            Self::Hashed => "[0-9a-f]{64}".boxed(),
            Self::Named => "PHPSESSID_[0-9a-zA-Z,-]{22,48}".boxed(),
            Self::Nameless | Self::Unknown => "[0-9a-v]{32}".boxed(),
        }
    }

    /// A key that no session of this configuration has.
    fn foreign(self) -> BoxedStrategy<String> {
        let common = prop_oneof![
            "(USER|CART|ORDER|PK)#[0-9]{1,6}",
            "TOKEN#[0-9a-f]{64}",
            "[0-9A-F]{64}",
            "[0-9a-f]{63}",
            "[0-9a-f]{65}",
            "PHPSESSID",
            "PHPSESSID_",
            "_PHPSESSID_[0-9a-v]{32}",
            "(PHPSESSID2|ADMINSID|phpsessid)_[0-9a-v]{32}",
            "PHPSESSID_(admin|api)_[0-9a-v]{32}",
        ];
        match self {
            Self::Hashed => prop_oneof![common, Self::Named.own(), "[0-9a-f]{32}"].boxed(),
            Self::Named => {
                let uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
                prop_oneof![common, Self::Hashed.own(), uuid].boxed()
            }
            Self::Nameless | Self::Unknown => "(USER|CART|ORDER|PK)#[0-9]{1,6}".boxed(),
        }
    }
}

fn flag() -> AttributeValue {
    AttributeValue::Bool(true)
}

fn list() -> AttributeValue {
    AttributeValue::L(vec![number(1), text("line")])
}

fn bytes(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

/// Values with the types of a session. Each item is expired, and some are locked.
fn session() -> impl Strategy<Value = Attributes> {
    let lapsed = text(&format!("{:013};AAAAAAAAAAAAAAAAAAAAAA", 1_600_000_000_000_u64));
    let all = vec![
        ("data", text("n|i:1;")),
        ("lock", lapsed),
        ("lock", number(1)),
        ("version", bytes(&[7; 16])),
        ("deadline", number(1)),
        ("idle", number(1)),
    ];
    let expires = select(vec![number(1), number(START - 1), number(START)]);
    (expires, subsequence(all, 0..=6)).prop_map(|(expires, some)| {
        let some = some.into_iter().chain([("expires", expires)]);
        some.map(|(name, value)| (name.to_owned(), value)).collect()
    })
}

/// Attributes that no session has. Some have the name of a session's attribute.
fn record() -> impl Strategy<Value = Attributes> {
    let all = vec![
        ("name", text("Ada")),
        ("email", text("ada@example.org")),
        ("lines", list()),
        ("ttl", number(1)),
        ("payload", text("n|i:1;")),
        ("session_data", bytes(b"n|i:1;")),
        ("data", text("not a session's")),
        ("version", number(3)),
        ("lock", flag()),
    ];
    subsequence(all, 1..=5)
        .prop_map(|some| some.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A value of a type that this attribute never has in a session.
///
/// PHP's handlers have no tags.
fn mistyped(has_tags: bool) -> impl Strategy<Value = (String, AttributeValue)> {
    let of = |name: &'static str, values: Vec<AttributeValue>| {
        values.into_iter().map(move |value| (name.to_owned(), value))
    };
    let all = of("expires", vec![text("1"), text("soon"), bytes(b"1"), flag(), list()])
        .chain(of("data", vec![number(1), flag(), list(), AttributeValue::Null(true)]))
        .chain(of("lock", vec![flag(), list(), text("0"), text(""), bytes(b"1")]));
    let tags = of("version", vec![number(3), text("1.2"), flag()])
        .chain(of("deadline", vec![text("soon"), bytes(b"1"), list()]))
        .chain(of("idle", vec![text("long"), bytes(b"1"), list()]));
    select(all.chain(tags.filter(|_| has_tags)).collect::<Vec<_>>())
}

/// An item that is not a session of a configuration with such keys.
fn foreign(keys: Keys, has_tags: bool) -> BoxedStrategy<Foreign> {
    let item = |(key, attributes)| Foreign { key, attributes };
    let of_another_type =
        (session(), mistyped(has_tags)).prop_map(|(mut session, (name, value))| {
            session.insert(name, value);
            session
        });
    let of_another_type = of_another_type.boxed();
    let of_another_key = prop_oneof![session(), record(), of_another_type.clone()];
    let own = keys.own();
    let any = prop_oneof![keys.own(), keys.foreign()];
    let known = prop_oneof![
        (own.clone(), of_another_type).prop_map(item),
        (own, record()).prop_map(item),
        (keys.foreign(), Just(Attributes::new())).prop_map(item),
    ];
    if keys.are_distinctive() {
        prop_oneof![
            known,
            (any, record()).prop_map(item),
            (keys.foreign(), of_another_key).prop_map(item)
        ]
        .boxed()
    } else {
        known.boxed()
    }
}

/// Several such items, each with its own key.
pub(super) fn all_foreign(keys: Keys, has_tags: bool) -> impl Strategy<Value = Vec<Foreign>> {
    vec(foreign(keys, has_tags), 1..24).prop_map(|items| {
        let items = items.into_iter().map(|item| (item.key.clone(), item));
        items.collect::<HashMap<_, _>>().into_values().collect()
    })
}
