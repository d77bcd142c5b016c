use super::{Limited, Refusal};
use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt::Display;

impl<T: Serialize + ?Sized> Serialize for Limited<'_, &T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.inner.serialize(self.beside(serializer))
    }
}

/// Forwards a value that holds no other.
macro_rules! forward {
    ($($method:ident($($name:ident: $type:ty),*);)*) => {$(
        fn $method(self, $($name: $type),*) -> Result<S::Ok, S::Error> {
            self.inner.$method($($name),*)
        }
    )*};
}

/// Forwards what holds values, so many levels below.
macro_rules! open {
    ($($levels:literal $method:ident($($name:ident: $type:ty),*) -> $access:ident;)*) => {$(
        fn $method(self, $($name: $type),*) -> Result<Self::$access, S::Error> {
            let below = self.lower($levels, ()).map_err(S::Error::custom)?;
            Ok(below.beside(self.inner.$method($($name),*)?))
        }
    )*};
}

impl<'m, S: Serializer> Serializer for Limited<'m, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Limited<'m, S::SerializeSeq>;
    type SerializeTuple = Limited<'m, S::SerializeTuple>;
    type SerializeTupleStruct = Limited<'m, S::SerializeTupleStruct>;
    type SerializeTupleVariant = Limited<'m, S::SerializeTupleVariant>;
    type SerializeMap = Limited<'m, S::SerializeMap>;
    type SerializeStruct = Limited<'m, S::SerializeStruct>;
    type SerializeStructVariant = Limited<'m, S::SerializeStructVariant>;

    forward! {
        serialize_bool(value: bool);
        serialize_i8(value: i8);
        serialize_i16(value: i16);
        serialize_i32(value: i32);
        serialize_i64(value: i64);
        serialize_i128(value: i128);
        serialize_u8(value: u8);
        serialize_u16(value: u16);
        serialize_u32(value: u32);
        serialize_u64(value: u64);
        serialize_u128(value: u128);
        serialize_char(value: char);
        serialize_str(value: &str);
        serialize_bytes(value: &[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(name: &'static str);
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str);
    }

    open! {
        1 serialize_seq(len: Option<usize>) -> SerializeSeq;
        1 serialize_tuple(len: usize) -> SerializeTuple;
        1 serialize_tuple_struct(name: &'static str, len: usize) -> SerializeTupleStruct;
        2 serialize_tuple_variant(name: &'static str, at: u32, variant: &'static str, len: usize)
            -> SerializeTupleVariant;
        1 serialize_map(len: Option<usize>) -> SerializeMap;
        1 serialize_struct(name: &'static str, len: usize) -> SerializeStruct;
        2 serialize_struct_variant(name: &'static str, at: u32, variant: &'static str, len: usize)
            -> SerializeStructVariant;
    }

    fn serialize_f32(self, value: f32) -> Result<S::Ok, S::Error> {
        self.check_finite(value.is_finite())?;
        self.inner.serialize_f32(value)
    }

    fn serialize_f64(self, value: f64) -> Result<S::Ok, S::Error> {
        self.check_finite(value.is_finite())?;
        self.inner.serialize_f64(value)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        let value = self.below(value).map_err(S::Error::custom)?;
        self.inner.serialize_some(&value)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = self.below(value).map_err(S::Error::custom)?;
        self.inner.serialize_newtype_struct(name, &value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        let value = self.below(value).map_err(S::Error::custom)?;
        self.inner.serialize_newtype_variant(name, index, variant, &value)
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.inner.collect_str(value)
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

impl<S: Serializer> Limited<'_, S> {
    fn check_finite(&self, finite: bool) -> Result<(), S::Error> {
        if finite {
            return Ok(());
        }
        self.meter.allow(Refusal::NotFinite).map_err(S::Error::custom)
    }
}

/// Counts and forwards the values of a sequence.
macro_rules! elements {
    ($($access:ident :: $method:ident)*) => {$(
        impl<A: $access> $access for Limited<'_, A> {
            type Ok = A::Ok;
            type Error = A::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), A::Error> {
                self.meter.count().map_err(A::Error::custom)?;
                let value = self.beside(value);
                self.inner.$method(&value)
            }

            fn end(self) -> Result<A::Ok, A::Error> {
                self.inner.end()
            }
        }
    )*};
}

elements! {
    SerializeSeq::serialize_element
    SerializeTuple::serialize_element
    SerializeTupleStruct::serialize_field
    SerializeTupleVariant::serialize_field
}

/// Counts and forwards the fields of a struct.
macro_rules! fields {
    ($($access:ident)*) => {$(
        impl<A: $access> $access for Limited<'_, A> {
            type Ok = A::Ok;
            type Error = A::Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), A::Error> {
                self.meter.count().map_err(A::Error::custom)?;
                let value = self.beside(value);
                self.inner.serialize_field(name, &value)
            }

            fn skip_field(&mut self, name: &'static str) -> Result<(), A::Error> {
                self.meter.allow(Refusal::FieldLeftOut).map_err(A::Error::custom)?;
                self.inner.skip_field(name)
            }

            fn end(self) -> Result<A::Ok, A::Error> {
                self.inner.end()
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

impl<A: SerializeMap> SerializeMap for Limited<'_, A> {
    type Ok = A::Ok;
    type Error = A::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), A::Error> {
        self.meter.count().map_err(A::Error::custom)?;
        let key = self.beside(key);
        self.inner.serialize_key(&key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), A::Error> {
        let value = self.beside(value);
        self.inner.serialize_value(&value)
    }

    fn end(self) -> Result<A::Ok, A::Error> {
        self.inner.end()
    }
}
