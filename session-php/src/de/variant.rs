use super::Mismatch;
use super::entries::Fields;
use super::key::KeyDeserializer;
use super::value::ValueDeserializer;
use crate::Key;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

/// A variant of an enum: a string, or an array of one entry.
pub(super) struct Variant<'a, 'c> {
    name: KeyDeserializer<'a>,
    content: Option<ValueDeserializer<'a, 'c>>,
}

impl<'a, 'c> Variant<'a, 'c> {
    pub(super) fn unit(name: &'a [u8]) -> Self {
        Self { name: KeyDeserializer::Bytes(name), content: None }
    }

    pub(super) fn with(name: &'a Key, content: ValueDeserializer<'a, 'c>) -> Self {
        Self { name: KeyDeserializer::new(name), content: Some(content) }
    }
}

/// The content of a variant.
pub(super) struct Content<'a, 'c>(Option<ValueDeserializer<'a, 'c>>);

impl<'a, 'c> Content<'a, 'c> {
    fn get(self) -> Result<ValueDeserializer<'a, 'c>, Mismatch> {
        self.0.ok_or_else(|| Mismatch::new("a variant that holds nothing"))
    }
}

impl<'a, 'c> EnumAccess<'a> for Variant<'a, 'c> {
    type Error = Mismatch;
    type Variant = Content<'a, 'c>;

    fn variant_seed<T: DeserializeSeed<'a>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Self::Variant), Mismatch> {
        Ok((seed.deserialize(self.name)?, Content(self.content)))
    }
}

impl<'a> VariantAccess<'a> for Content<'a, '_> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        match self.0 {
            None => Ok(()),
            Some(_) => Err(Mismatch::new("a variant that holds something")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(self.get()?)
    }

    fn tuple_variant<V: Visitor<'a>>(self, len: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.get()?.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        fields: Fields,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.get()?.deserialize_struct("", fields, visitor)
    }
}
