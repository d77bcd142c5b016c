//! Kinds and sizes, never data, because the data of a session is secret.

use super::{Array, Custom, EnumCase, Object, ReferenceTarget, Value, Visibility};
use std::fmt::{self, Debug, Formatter};

impl Debug for Value {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("Null"),
            Self::Bool(_) => formatter.write_str("Bool(redacted)"),
            Self::Int(_) => formatter.write_str("Int(redacted)"),
            Self::Float(_) => formatter.write_str("Float(redacted)"),
            Self::Bytes(bytes) => write!(formatter, "Bytes({} bytes, redacted)", bytes.len()),
            Self::Array(array) => array.fmt(formatter),
            Self::Object(object) => object.fmt(formatter),
            Self::Custom(custom) => custom.fmt(formatter),
            Self::Enum(case) => case.fmt(formatter),
            Self::ReferenceTarget(anchored) => anchored.fmt(formatter),
            Self::Reference(reference) => reference.fmt(formatter),
        }
    }
}

impl Debug for Array {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "Array({} entries, redacted)", self.len())
    }
}

impl Debug for Object {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "Object({} properties, redacted)", self.properties.len())
    }
}

impl Debug for Custom {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "Custom({} bytes, redacted)", self.data.len())
    }
}

impl Debug for EnumCase {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("EnumCase(redacted)")
    }
}

impl Debug for ReferenceTarget {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("ReferenceTarget").field(&self.anchor).field(&self.value).finish()
    }
}

impl Debug for Visibility<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Public => "Public",
            Self::Protected => "Protected",
            Self::Private(_) => "Private(redacted)",
        })
    }
}
