use super::compound::{Entries, VariantEntries};
use super::{Meter, Unwritable};
use crate::value::{Array, Value};
use serde::{Serialize, Serializer};

/// Makes a value that may have `room` levels below it.
#[derive(Clone, Copy)]
pub(super) struct ValueSerializer<'m> {
    pub(super) meter: &'m Meter,
    pub(super) room: usize,
}

impl<'m> ValueSerializer<'m> {
    pub(super) fn new(meter: &'m Meter) -> Self {
        Self { meter, room: meter.limits.depth() }
    }

    /// The serializer of what the value holds.
    pub(super) fn below(self) -> Result<Self, Unwritable> {
        Ok(Self { room: self.meter.below(self.room)?, ..self })
    }

    fn entries(self) -> Result<Entries<'m>, Unwritable> {
        Ok(Entries::new(self.below()?))
    }

    /// The content of a variant, which is an entry of an array.
    fn variant(self, name: &'static str) -> Result<VariantEntries<'m>, Unwritable> {
        self.meter.count()?;
        Ok(VariantEntries { variant: name, entries: self.below()?.entries()? })
    }
}

fn integer<T: TryInto<i64>>(number: T) -> Result<Value, Unwritable> {
    match number.try_into() {
        Ok(number) => Ok(Value::Int(number)),
        Err(_) => Err(Unwritable::new("an integer beyond the 64 bits with a sign that PHP has")),
    }
}

/// Makes a variant of scalars, one method each.
macro_rules! scalars {
    ($($method:ident($type:ty) => $make:expr;)*) => {$(
        fn $method(self, value: $type) -> Result<Value, Unwritable> {
            $make(value)
        }
    )*};
}

impl<'m> Serializer for ValueSerializer<'m> {
    type Ok = Value;
    type Error = Unwritable;
    type SerializeSeq = Entries<'m>;
    type SerializeTuple = Entries<'m>;
    type SerializeTupleStruct = Entries<'m>;
    type SerializeTupleVariant = VariantEntries<'m>;
    type SerializeMap = Entries<'m>;
    type SerializeStruct = Entries<'m>;
    type SerializeStructVariant = VariantEntries<'m>;

    scalars! {
        serialize_bool(bool) => |value| Ok(Value::Bool(value));
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
        serialize_f32(f32) => |value| Ok(Value::Float(f64::from(value)));
        serialize_f64(f64) => |value| Ok(Value::Float(value));
        serialize_char(char) => |value: char| Ok(Value::from(value.to_string()));
        serialize_str(&str) => |value| Ok(Value::from(value));
        serialize_bytes(&[u8]) => |value| Ok(Value::from(value));
    }

    fn serialize_none(self) -> Result<Value, Unwritable> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Unwritable> {
        value.serialize(self.below()?)
    }

    fn serialize_unit(self) -> Result<Value, Unwritable> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Unwritable> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Value, Unwritable> {
        Ok(Value::from(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Value, Unwritable> {
        value.serialize(self.below()?)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Unwritable> {
        self.meter.count()?;
        let content = value.serialize(self.below()?)?;
        Ok(Value::Array(Array::from_iter([(variant, content)])))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Entries<'m>, Unwritable> {
        self.entries()
    }

    fn serialize_tuple(self, _: usize) -> Result<Entries<'m>, Unwritable> {
        self.entries()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Entries<'m>, Unwritable> {
        self.entries()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<VariantEntries<'m>, Unwritable> {
        self.variant(variant)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'m>, Unwritable> {
        self.entries()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Entries<'m>, Unwritable> {
        self.entries()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<VariantEntries<'m>, Unwritable> {
        self.variant(variant)
    }
}
