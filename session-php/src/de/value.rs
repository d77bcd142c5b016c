use super::cast;
use super::entries::{Entries, Fields, Shape};
use super::key::{visit_string, visit_text};
use super::variant::Variant;
use super::{Context, Mismatch};
use crate::SessionData;
use crate::value::{Array, Object, Value};
use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

/// Deserializes a value that may have `room` levels below it.
#[derive(Clone, Copy)]
pub(super) struct ValueDeserializer<'a, 'c> {
    what: What<'a>,
    context: &'c Context<'a>,
    room: usize,
    /// Whether it is read as nothing.
    is_nothing: bool,
}

#[derive(Clone, Copy)]
enum What<'a> {
    /// The array of all variables.
    Session(&'a Array),
    Value(&'a Value),
}

/// A value whose references were followed.
enum Plain<'a> {
    Array(&'a Array),
    Object(&'a Object),
    Other(&'a Value),
}

impl<'a, 'c> ValueDeserializer<'a, 'c> {
    pub(super) fn root(session: &'a SessionData, context: &'c Context<'a>) -> Self {
        let room = context.limits.depth();
        Self { what: What::Session(session.values()), context, room, is_nothing: false }
    }

    pub(super) fn new(value: &'a Value, context: &'c Context<'a>, room: usize) -> Self {
        Self { what: What::Value(value), context, room, is_nothing: false }
    }

    /// The same value, perhaps read as nothing.
    pub(super) fn nothing(self, is_nothing: bool) -> Self {
        Self { is_nothing, ..self }
    }

    /// Whether values are cast, as PHP does.
    fn is_cast(&self) -> bool {
        self.context.absences.is_some()
    }

    /// The value as `cast` makes it, or as it is.
    fn cast<T>(&self, cast: fn(&Value) -> Option<T>) -> Result<Option<T>, Mismatch> {
        match self.plain()? {
            Plain::Other(value) if self.is_cast() => Ok(cast(value)),
            _ => Ok(None),
        }
    }

    /// The entries of nothing, if that is what this is.
    fn no_entries(&self) -> Result<Option<Entries<'a, 'c>>, Mismatch> {
        let is_null = matches!(self.plain()?, Plain::Other(Value::Null));
        if self.is_nothing || (is_null && self.is_cast()) {
            return Ok(Some(Entries::of_nothing(self.context, self.context.below(self.room)?)));
        }
        Ok(None)
    }

    /// The value, or the one to which it refers.
    fn plain(&self) -> Result<Plain<'a>, Mismatch> {
        let value = match self.what {
            What::Session(array) => return Ok(Plain::Array(array)),
            What::Value(value) => self.context.follow(value)?,
        };
        Ok(match value {
            Value::Array(array) => Plain::Array(array),
            Value::Object(object) => Plain::Object(object),
            other => Plain::Other(other),
        })
    }

    /// The same value, taken for one that a level was made of.
    fn below(self) -> Result<Self, Mismatch> {
        let room = self.context.below(self.room)?;
        Ok(Self { room, ..self })
    }

    fn entries(&self, array: &'a Array, shape: Shape) -> Result<Entries<'a, 'c>, Mismatch> {
        let room = self.context.below(self.room)?;
        Ok(Entries::of_array(array, self.context, room, shape))
    }

    fn properties(&self, object: &'a Object, shape: Shape) -> Result<Entries<'a, 'c>, Mismatch> {
        let room = self.context.below(self.room)?;
        Ok(Entries::of_object(object, self.context, room, shape))
    }

    fn visit_map<V: Visitor<'a>>(self, shape: Shape, visitor: V) -> Result<V::Value, Mismatch> {
        match self.plain()? {
            Plain::Array(array) => visitor.visit_map(self.entries(array, shape)?),
            Plain::Object(object) => visitor.visit_map(self.properties(object, shape)?),
            Plain::Other(value) => visit(value, visitor),
        }
    }

    fn visit_list<V: Visitor<'a>>(
        self,
        is_list: fn(&Array) -> bool,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.plain()? {
            Plain::Array(array) if is_list(array) => {
                visitor.visit_seq(self.entries(array, Shape::default())?)
            }
            Plain::Array(_) | Plain::Object(_) => Err(Error::invalid_type(
                Unexpected::Map,
                &"a list, with the keys 0, 1, 2 and so on",
            )),
            Plain::Other(value) => visit(value, visitor),
        }
    }
}

/// Deserializes numbers and booleans, one method each.
macro_rules! scalars {
    ($($method:ident: $cast:path => $visit:ident;)*) => {$(
        fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            match self.cast($cast)? {
                Some(value) => visitor.$visit(value),
                None => self.deserialize_any(visitor),
            }
        }
    )*};
}

/// Shows a value that holds no other.
fn visit<'a, V: Visitor<'a>>(value: &Value, visitor: V) -> Result<V::Value, Mismatch> {
    match value {
        Value::Null => visitor.visit_unit(),
        Value::Bool(value) => visitor.visit_bool(*value),
        Value::Int(value) => visitor.visit_i64(*value),
        Value::Float(value) => visitor.visit_f64(*value),
        Value::Bytes(bytes) => visit_string(bytes, visitor),
        Value::Enum(case) => visit_string(&case.case, visitor),
        Value::Custom(_) => Err(Mismatch::new("an object that serializes itself has no fields")),
        Value::Array(_) | Value::Object(_) | Value::ReferenceTarget(_) | Value::Reference(_) => {
            Err(Mismatch::new("a value that holds others"))
        }
    }
}

impl<'a> Deserializer<'a> for ValueDeserializer<'a, '_> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match (self.what, self.plain()?) {
            (What::Value(_), Plain::Array(array)) if array.is_list() => {
                self.visit_list(Array::is_list, visitor)
            }
            _ => self.visit_map(Shape::default(), visitor),
        }
    }

    scalars! {
        deserialize_bool: cast::boolean => visit_bool;
        deserialize_i8: cast::integer => visit_i64;
        deserialize_i16: cast::integer => visit_i64;
        deserialize_i32: cast::integer => visit_i64;
        deserialize_i64: cast::integer => visit_i64;
        deserialize_i128: cast::integer => visit_i64;
        deserialize_u8: cast::integer => visit_i64;
        deserialize_u16: cast::integer => visit_i64;
        deserialize_u32: cast::integer => visit_i64;
        deserialize_u64: cast::integer => visit_i64;
        deserialize_u128: cast::integer => visit_i64;
        deserialize_f32: cast::float => visit_f64;
        deserialize_f64: cast::float => visit_f64;
    }

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.plain()? {
            Plain::Other(Value::Bytes(bytes)) => visit_text(bytes, visitor),
            _ => match self.cast(cast::string)? {
                Some(text) => visit_text(&text, visitor),
                None => self.deserialize_any(visitor),
            },
        }
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.plain()? {
            Plain::Other(Value::Bytes(bytes)) => visitor.visit_bytes(bytes),
            _ => match self.cast(cast::string)? {
                Some(text) => visitor.visit_byte_buf(text),
                None => self.deserialize_any(visitor),
            },
        }
    }

    fn deserialize_byte_buf<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.plain()? {
            Plain::Other(Value::Null) => visitor.visit_none(),
            _ if self.is_nothing => visitor.visit_none(),
            _ => visitor.visit_some(self.below()?),
        }
    }

    fn deserialize_unit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.plain()? {
            // What a type without data leaves in a session.
            Plain::Array(array) if array.is_empty() => visitor.visit_unit(),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self.below()?)
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self.no_entries()? {
            Some(entries) => visitor.visit_seq(entries),
            // PHP leaves gaps where it takes elements out.
            None if self.is_cast() => self.visit_list(Array::is_numbered, visitor),
            None => self.visit_list(Array::is_list, visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.visit_list(Array::is_list, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.visit_list(Array::is_list, visitor)
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_struct("", &[], visitor)
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        fields: Fields,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self.no_entries()? {
            Some(entries) => visitor.visit_map(entries),
            None => self.visit_map(Shape { name, fields }, visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: Fields,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let variant = match self.plain()? {
            Plain::Other(Value::Bytes(name)) => Variant::unit(name),
            Plain::Other(Value::Enum(case)) => Variant::unit(&case.case),
            Plain::Array(array) => {
                let mut entries = array.iter();
                match (entries.next(), entries.next()) {
                    (Some((key, value)), None) => {
                        let content = Self { what: What::Value(value), ..self }.below()?;
                        Variant::with(key, content)
                    }
                    _ => return Err(Mismatch::new("expected a variant, or an array of one")),
                }
            }
            _ => return Err(Mismatch::new("expected a variant, or an array of one")),
        };
        visitor.visit_enum(variant)
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        <V: Visitor<'a>>
        char identifier
    }
}
