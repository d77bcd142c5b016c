use super::Mismatch;
use crate::Key;
use serde::de::value::{BytesDeserializer, StrDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Deserializes the key of an entry, or a property's name without its visibility.
pub(super) enum KeyDeserializer<'a> {
    Int(i64),
    Bytes(&'a [u8]),
}

impl<'a> KeyDeserializer<'a> {
    pub(super) fn new(key: &'a Key) -> Self {
        match key {
            Key::Int(number) => Self::Int(*number),
            Key::Bytes(bytes) => Self::Bytes(bytes),
        }
    }
}

/// Shows bytes as the string that they are, if they are UTF-8.
pub(super) fn visit_string<'de, V: Visitor<'de>>(
    bytes: &[u8],
    visitor: V,
) -> Result<V::Value, Mismatch> {
    match str::from_utf8(bytes) {
        Ok(text) => visitor.visit_str(text),
        Err(_) => visitor.visit_bytes(bytes),
    }
}

/// Shows bytes as text, or says where they are none.
pub(super) fn visit_text<'de, V: Visitor<'de>>(
    bytes: &[u8],
    visitor: V,
) -> Result<V::Value, Mismatch> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        Mismatch::new(format!("expected UTF-8, found another byte at {at} of the string"))
    })?;
    visitor.visit_str(text)
}

impl<'de> Deserializer<'de> for KeyDeserializer<'_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Int(number) => visitor.visit_i64(number),
            Self::Bytes(bytes) => visit_string(bytes, visitor),
        }
    }

    // A number is the key of a map of strings too: PHP makes numbers of some strings.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Int(number) => visitor.visit_string(number.to_string()),
            Self::Bytes(bytes) => visit_text(bytes, visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Int(number) => visitor.visit_string(number.to_string()),
            Self::Bytes(bytes) => visit_string(bytes, visitor),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Int(number) => visitor.visit_byte_buf(number.to_string().into_bytes()),
            Self::Bytes(bytes) => visitor.visit_bytes(bytes),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self {
            Self::Int(number) => {
                number.to_string().into_deserializer().deserialize_enum(name, variants, visitor)
            }
            Self::Bytes(bytes) => match str::from_utf8(bytes) {
                Ok(text) => StrDeserializer::new(text).deserialize_enum(name, variants, visitor),
                Err(_) => BytesDeserializer::new(bytes).deserialize_any(visitor),
            },
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char option unit unit_struct seq tuple
        tuple_struct map struct ignored_any
    }
}
