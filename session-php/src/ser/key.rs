use super::Unwritable;
use crate::Key;
use serde::ser::Impossible;
use serde::{Serialize, Serializer};

/// Makes the key of an entry.
///
/// Keys are integers, strings, bytes, characters and unit variants.
pub(super) struct KeySerializer;

fn refused<T>() -> Result<T, Unwritable> {
    Err(Unwritable::new("a map has keys that are neither integers nor strings"))
}

fn integer<T: TryInto<i64>>(number: T) -> Result<Key, Unwritable> {
    number.try_into().map_or_else(|_| refused(), |number| Ok(Key::Int(number)))
}

/// Makes a key of what can be one, one method each.
macro_rules! keys {
    ($($method:ident($type:ty) => $make:expr;)*) => {$(
        fn $method(self, value: $type) -> Result<Key, Unwritable> {
            $make(value)
        }
    )*};
}

impl Serializer for KeySerializer {
    type Ok = Key;
    type Error = Unwritable;
    type SerializeSeq = Impossible<Key, Unwritable>;
    type SerializeTuple = Impossible<Key, Unwritable>;
    type SerializeTupleStruct = Impossible<Key, Unwritable>;
    type SerializeTupleVariant = Impossible<Key, Unwritable>;
    type SerializeMap = Impossible<Key, Unwritable>;
    type SerializeStruct = Impossible<Key, Unwritable>;
    type SerializeStructVariant = Impossible<Key, Unwritable>;

    keys! {
        serialize_bool(bool) => |_| refused();
        serialize_i8(i8) => integer;
        serialize_i16(i16) => integer;
        serialize_i32(i32) => integer;
        serialize_i64(i64) => integer;
        serialize_i128(i128) => integer;
        serialize_u8(u8) => integer;
        serialize_u16(u16) => integer;
        serialize_u32(u32) => integer;
        serialize_u64(u64) => integer;
        serialize_u128(u128) => integer;
        serialize_f32(f32) => |_| refused();
        serialize_f64(f64) => |_| refused();
        serialize_char(char) => |value: char| Ok(Key::from(value.to_string()));
        serialize_str(&str) => |value| Ok(Key::from(value));
        serialize_bytes(&[u8]) => |value| Ok(Key::from(value));
    }

    fn serialize_none(self) -> Result<Key, Unwritable> {
        refused()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<Key, Unwritable> {
        refused()
    }

    fn serialize_unit(self) -> Result<Key, Unwritable> {
        refused()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Key, Unwritable> {
        refused()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Key, Unwritable> {
        Ok(Key::from(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Key, Unwritable> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Key, Unwritable> {
        refused()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Unwritable> {
        refused()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Unwritable> {
        refused()
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Unwritable> {
        refused()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unwritable> {
        refused()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unwritable> {
        refused()
    }

    fn serialize_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStruct, Unwritable> {
        refused()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unwritable> {
        refused()
    }
}
