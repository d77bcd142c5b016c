//! Data for the tests, and the trait of a format.

use serde::de::{DeserializeOwned, Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use session_core::codec::Codec;
use session_core::store::Payload;
use std::collections::BTreeMap;
use std::fmt::{self, Formatter};

/// A typical session of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sample {
    pub(crate) user: String,
    pub(crate) cart: Vec<u32>,
    pub(crate) note: Option<String>,
    pub(crate) admin: bool,
    pub(crate) rate: f64,
    pub(crate) roles: Vec<Role>,
    pub(crate) counts: BTreeMap<String, i64>,
}

/// One variant of every shape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Role {
    Guest,
    Member(u32),
    Pair(u8, i8),
    Staff { level: u8 },
}

impl Sample {
    pub(crate) fn new() -> Self {
        Self {
            user: "ada".to_owned(),
            cart: vec![1, 300],
            note: Some("é".to_owned()),
            admin: true,
            rate: 0.5,
            roles: vec![Role::Guest, Role::Member(7), Role::Pair(1, -1), Role::Staff { level: 2 }],
            counts: BTreeMap::from([("a".to_owned(), -1), ("b".to_owned(), 2)]),
        }
    }
}

/// Nested through variants, to the depth that its bytes have.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Tree {
    Leaf,
    Node(Box<Tree>),
}

impl Tree {
    pub(crate) fn of_depth(depth: usize) -> Self {
        (0..depth).fold(Self::Leaf, |tree, _| Self::Node(Box::new(tree)))
    }
}

/// Nested newtypes and sequences, two levels each, to the depth of its bytes.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Nest(pub(crate) Vec<Nest>);

impl Nest {
    pub(crate) fn of_depth(depth: usize) -> Self {
        (1..depth).fold(Self(vec![]), |nest, _| Self(vec![nest]))
    }
}

/// Nested through structs and options, to the depth that its bytes have.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Chain {
    pub(crate) next: Option<Box<Chain>>,
}

/// A list of only newtypes and options, which some formats decode from no bytes.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Thread(pub(crate) Option<Box<Thread>>);

/// A type without values, whose decoding never ends.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Endless(pub(crate) Box<Endless>);

/// Bytes whose type requests its own buffer.
#[derive(Debug, PartialEq)]
pub(crate) struct Blob(pub(crate) Vec<u8>);

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(Bytes).map(Self)
    }
}

/// A sequence whose type allocates for the announced length.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Trusting(pub(crate) Vec<u8>);

impl<'de> Deserialize<'de> for Trusting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Bytes).map(Self)
    }
}

struct Bytes;

impl<'de> Visitor<'de> for Bytes {
    type Value = Vec<u8>;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<u8>, A::Error> {
        let mut bytes = Vec::with_capacity(elements.size_hint().unwrap_or(0));
        while let Some(byte) = elements.next_element()? {
            bytes.push(byte);
        }
        Ok(bytes)
    }
}

/// A codec for every type of serde.
pub(crate) trait Format {
    fn encode<T: Serialize + DeserializeOwned>(&self, data: &T) -> session_core::Result<Payload>;

    fn decode<T: Serialize + DeserializeOwned>(&self, payload: &Payload)
    -> session_core::Result<T>;
}

macro_rules! formats {
    ($($(#[$feature:meta])? $codec:ty;)*) => {$(
        $(#[$feature])?
        impl Format for $codec {
            fn encode<T: Serialize + DeserializeOwned>(
                &self,
                data: &T,
            ) -> session_core::Result<Payload> {
                Codec::encode(self, data)
            }

            fn decode<T: Serialize + DeserializeOwned>(
                &self,
                payload: &Payload,
            ) -> session_core::Result<T> {
                Codec::decode(self, payload)
            }
        }
    )*};
}

formats! {
    #[cfg(feature = "json")] session_core::codec::Json;
    #[cfg(feature = "messagepack")] session_core::codec::MessagePack;
    #[cfg(feature = "postcard")] session_core::codec::Postcard;
    #[cfg(feature = "bincode")] session_core::codec::Bincode;
    #[cfg(feature = "json")] session_core::codec::Base64<session_core::codec::Json>;
}
