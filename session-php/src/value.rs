//! The values of a PHP session.

mod array;
mod convert;
mod debug;
mod object;
mod reference;

pub use array::Array;
pub use object::{Custom, EnumCase, Object, Visibility};
pub use reference::{Anchor, Reference, ReferenceKind, ReferenceTarget};

/// Any value that PHP's `serialize` can write.
///
/// Strings are bytes, as in PHP, and arrays keep their order. Data that only PHP can interpret, such as
/// the object of a class with its own serialization, is kept as it is.
///
/// Two floats are equal here if they are written alike: NaN equals NaN, and `-0.0` is not `0.0`.
/// The accessors look through an [`ReferenceTarget`] value; a [`Reference`] is followed with
/// [`SessionData::follow`](crate::SessionData::follow). `Debug` shows kinds and sizes, never data.
///
/// ```
/// use session_php::{Array, Value};
///
/// let item = Array::from_iter([("sku", Value::from("A-1")), ("qty", Value::from(2))]);
/// let cart = Value::from(vec![Value::from(item)]);
/// let first = cart.as_array().and_then(|cart| cart.get(0)).and_then(Value::as_array);
/// assert_eq!(first.and_then(|item| item.get("qty")).and_then(Value::as_int), Some(2));
/// ```
#[derive(Clone, Default)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float, `INF`, `-INF` and `NAN` among them.
    Float(f64),
    /// A string.
    Bytes(Vec<u8>),
    /// An array.
    Array(Array),
    /// An object, with its class and properties.
    Object(Object),
    /// An object of a class that serializes itself (`Serializable`): opaque.
    Custom(Custom),
    /// A case of an enum.
    Enum(EnumCase),
    /// A value to which references lead.
    ReferenceTarget(ReferenceTarget),
    /// A reference to a value that stands elsewhere in the session.
    Reference(Reference),
}

impl Value {
    /// A list: an array with the keys 0, 1, 2 and so on.
    pub fn list(values: impl IntoIterator<Item = Value>) -> Self {
        Self::Array(Array::list(values))
    }

    /// The value itself, where it is an [`ReferenceTarget`] one.
    pub fn resolve(&self) -> &Self {
        let mut value = self;
        while let Self::ReferenceTarget(anchored) = value {
            value = &anchored.value;
        }
        value
    }

    /// As [`resolve`](Self::resolve), to change the value while references still lead to it.
    pub fn resolve_mut(&mut self) -> &mut Self {
        let mut value = self;
        while let Self::ReferenceTarget(anchored) = value {
            value = &mut anchored.value;
        }
        value
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.resolve(), Self::Null)
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.resolve() {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self.resolve() {
            Self::Int(value) => Some(*value),
            _ => None,
        }
    }

    /// The float, if it is one.
    pub fn as_float(&self) -> Option<f64> {
        match self.resolve() {
            Self::Float(value) => Some(*value),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self.resolve() {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The characters of the string, if it is one of UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        self.as_bytes().and_then(|bytes| str::from_utf8(bytes).ok())
    }

    /// The array, if it is one.
    pub fn as_array(&self) -> Option<&Array> {
        match self.resolve() {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The array to be changed, if it is one.
    pub fn as_array_mut(&mut self) -> Option<&mut Array> {
        match self.resolve_mut() {
            Self::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self.resolve() {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The object to be changed, if it is one.
    pub fn as_object_mut(&mut self) -> Option<&mut Object> {
        match self.resolve_mut() {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether PHP treats this as an object, so that an `r:` may lead to it.
    ///
    /// Another `r:` is such an object, too.
    pub(crate) fn is_object(&self) -> bool {
        match self.resolve() {
            Self::Object(_) | Self::Custom(_) | Self::Enum(_) => true,
            Self::Reference(reference) => reference.kind == ReferenceKind::Object,
            _ => false,
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(one), Self::Bool(other)) => one == other,
            (Self::Int(one), Self::Int(other)) => one == other,
            (Self::Float(one), Self::Float(other)) => is_same_float(*one, *other),
            (Self::Bytes(one), Self::Bytes(other)) => one == other,
            (Self::Array(one), Self::Array(other)) => one == other,
            (Self::Object(one), Self::Object(other)) => one == other,
            (Self::Custom(one), Self::Custom(other)) => one == other,
            (Self::Enum(one), Self::Enum(other)) => one == other,
            (Self::ReferenceTarget(one), Self::ReferenceTarget(other)) => one == other,
            (Self::Reference(one), Self::Reference(other)) => one == other,
            _ => false,
        }
    }
}

impl Eq for Value {}

/// Whether the two are written alike.
fn is_same_float(one: f64, other: f64) -> bool {
    one.to_bits() == other.to_bits() || (one.is_nan() && other.is_nan())
}
