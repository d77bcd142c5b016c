use super::Unwritable;
use super::key::KeySerializer;
use super::value::ValueSerializer;
use crate::Key;
use crate::value::{Array, Value};
use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

/// An array that is being made.
pub(super) struct Entries<'m> {
    made: Array,
    key: Option<Key>,
    inner: ValueSerializer<'m>,
}

impl<'m> Entries<'m> {
    /// An array whose values `inner` makes.
    pub(super) fn new(inner: ValueSerializer<'m>) -> Self {
        Self { made: Array::new(), key: None, inner }
    }

    fn append<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        self.inner.meter.count()?;
        let value = value.serialize(self.inner)?;
        // A list has no gaps, so the next number is its length.
        let next = i64::try_from(self.made.len())
            .map_err(|_| Unwritable::new("more values than PHP has numbers"))?;
        self.made.insert(next, value);
        Ok(())
    }

    fn insert<T: Serialize + ?Sized>(&mut self, key: Key, value: &T) -> Result<(), Unwritable> {
        self.inner.meter.count()?;
        let value = value.serialize(self.inner)?;
        match self.made.insert(key, value) {
            Some(_) => Err(Unwritable::new("a map has two keys that are one in PHP")),
            None => Ok(()),
        }
    }

    fn finish(self) -> Value {
        Value::Array(self.made)
    }
}

/// A variant that is being made, with the array that it holds.
pub(super) struct VariantEntries<'m> {
    pub(super) variant: &'static str,
    pub(super) entries: Entries<'m>,
}

impl VariantEntries<'_> {
    fn finish(self) -> Value {
        Value::Array(Array::from_iter([(self.variant, self.entries.finish())]))
    }
}

/// The traits of what has elements.
macro_rules! elements {
    ($($trait:ident::$method:ident for $type:ident $(.$entries:ident)?;)*) => {$(
        impl $trait for $type<'_> {
            type Ok = Value;
            type Error = Unwritable;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
                self$(.$entries)?.append(value)
            }

            fn end(self) -> Result<Value, Unwritable> {
                Ok(self.finish())
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element for Entries;
    SerializeTuple::serialize_element for Entries;
    SerializeTupleStruct::serialize_field for Entries;
    SerializeTupleVariant::serialize_field for VariantEntries.entries;
}

/// The traits of what has fields.
macro_rules! fields {
    ($($trait:ident for $type:ident $(.$entries:ident)?;)*) => {$(
        impl $trait for $type<'_> {
            type Ok = Value;
            type Error = Unwritable;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Unwritable> {
                self$(.$entries)?.insert(Key::from(name), value)
            }

            fn end(self) -> Result<Value, Unwritable> {
                Ok(self.finish())
            }
        }
    )*};
}

fields! {
    SerializeStruct for Entries;
    SerializeStructVariant for VariantEntries.entries;
}

impl SerializeMap for Entries<'_> {
    type Ok = Value;
    type Error = Unwritable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Unwritable> {
        self.key = Some(key.serialize(KeySerializer)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Unwritable> {
        let key = self.key.take().ok_or_else(|| Unwritable::new("a value without a key"))?;
        self.insert(key, value)
    }

    fn end(self) -> Result<Value, Unwritable> {
        Ok(self.finish())
    }
}
