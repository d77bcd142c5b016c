use super::Limited;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use std::fmt::{self, Formatter};

impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for Limited<'_, T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Value, D::Error> {
        let deserializer = self.beside(deserializer);
        self.inner.deserialize(deserializer)
    }
}

/// Forwards to a method of the inner deserializer, with the visitor limited.
macro_rules! forward {
    ($($method:ident $(($($name:ident: $type:ty),+))? => $inner:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(
            self,
            $($($name: $type,)+)?
            visitor: V,
        ) -> Result<V::Value, D::Error> {
            let visitor = self.beside(visitor);
            self.inner.$inner($($($name,)+)? visitor)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Limited<'_, D> {
    type Error = D::Error;

    forward! {
        deserialize_any => deserialize_any;
        deserialize_bool => deserialize_bool;
        deserialize_i8 => deserialize_i8;
        deserialize_i16 => deserialize_i16;
        deserialize_i32 => deserialize_i32;
        deserialize_i64 => deserialize_i64;
        deserialize_i128 => deserialize_i128;
        deserialize_u8 => deserialize_u8;
        deserialize_u16 => deserialize_u16;
        deserialize_u32 => deserialize_u32;
        deserialize_u64 => deserialize_u64;
        deserialize_u128 => deserialize_u128;
        deserialize_f32 => deserialize_f32;
        deserialize_f64 => deserialize_f64;
        deserialize_char => deserialize_char;
        deserialize_str => deserialize_str;
        deserialize_bytes => deserialize_bytes;
        deserialize_option => deserialize_option;
        deserialize_unit => deserialize_unit;
        deserialize_unit_struct(name: &'static str) => deserialize_unit_struct;
        deserialize_newtype_struct(name: &'static str) => deserialize_newtype_struct;
        deserialize_seq => deserialize_seq;
        deserialize_tuple(len: usize) => deserialize_tuple;
        deserialize_tuple_struct(name: &'static str, len: usize) => deserialize_tuple_struct;
        deserialize_map => deserialize_map;
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
            => deserialize_struct;
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
            => deserialize_enum;
        deserialize_identifier => deserialize_identifier;
        // A format may skip a value without counting its levels, as serde_json does.
        deserialize_ignored_any => deserialize_any;
    }

    // The two say that the visitor would rather own what it gets, and bincode then allocates the
    // length that it read before it looks whether so much is there. Borrowed, there is nothing to
    // allocate; the visitor copies what it was shown.
    forward! {
        deserialize_string => deserialize_str;
        deserialize_byte_buf => deserialize_bytes;
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}

/// Forwards a value that holds no other to the inner visitor.
macro_rules! visit {
    ($($method:ident $(($type:ty))?;)*) => {$(
        fn $method<E: Error>(self $(, value: $type)?) -> Result<V::Value, E> {
            self.inner.$method($(value as $type)?)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Limited<'_, V> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.inner.expecting(formatter)
    }

    visit! {
        visit_bool(bool);
        visit_i8(i8);
        visit_i16(i16);
        visit_i32(i32);
        visit_i64(i64);
        visit_i128(i128);
        visit_u8(u8);
        visit_u16(u16);
        visit_u32(u32);
        visit_u64(u64);
        visit_u128(u128);
        visit_f32(f32);
        visit_f64(f64);
        visit_char(char);
        visit_str(&str);
        visit_borrowed_str(&'de str);
        visit_string(String);
        visit_bytes(&[u8]);
        visit_borrowed_bytes(&'de [u8]);
        visit_byte_buf(Vec<u8>);
        visit_none;
        visit_unit;
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        let deserializer = self.below(deserializer).map_err(D::Error::custom)?;
        self.inner.visit_some(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<V::Value, D::Error> {
        let deserializer = self.below(deserializer).map_err(D::Error::custom)?;
        self.inner.visit_newtype_struct(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
        let elements = self.below(elements).map_err(A::Error::custom)?;
        self.inner.visit_seq(elements)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        let entries = self.below(entries).map_err(A::Error::custom)?;
        self.inner.visit_map(entries)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<V::Value, A::Error> {
        let data = self.beside(data);
        self.inner.visit_enum(data)
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Limited<'_, A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, A::Error> {
        let seed = self.beside(seed);
        let element = self.inner.next_element_seed(seed)?;
        if element.is_some() {
            self.meter.count().map_err(A::Error::custom)?;
        }
        Ok(element)
    }

    // A length that was read is no reason to allocate.
    fn size_hint(&self) -> Option<usize> {
        None
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Limited<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let seed = self.beside(seed);
        let key = self.inner.next_key_seed(seed)?;
        if key.is_some() {
            self.meter.count().map_err(A::Error::custom)?;
        }
        Ok(key)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        let seed = self.beside(seed);
        self.inner.next_value_seed(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        None
    }
}

impl<'de, 'm, A: EnumAccess<'de>> EnumAccess<'de> for Limited<'m, A> {
    type Error = A::Error;
    type Variant = Limited<'m, A::Variant>;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Self::Variant), A::Error> {
        let Self { inner, meter, room } = self;
        let (value, variant) = inner.variant_seed(Limited { inner: seed, meter, room })?;
        Ok((value, Limited { inner: variant, meter, room }))
    }
}

// A variant's name is a level, as it is where enums are maps of one entry; the tuple or the struct
// that it holds is the next, and the visitor counts that.
impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Limited<'_, A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.inner.unit_variant()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        let seed = self.below(seed).map_err(A::Error::custom)?;
        self.inner.newtype_variant_seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        let visitor = self.below(visitor).map_err(A::Error::custom)?;
        self.inner.tuple_variant(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let visitor = self.below(visitor).map_err(A::Error::custom)?;
        self.inner.struct_variant(fields, visitor)
    }
}
