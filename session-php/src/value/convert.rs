use super::{Array, Custom, EnumCase, Object, Reference, ReferenceTarget, Value};

/// `From` for what is a variant as it is.
macro_rules! variants {
    ($($type:ty => $variant:ident;)*) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

variants! {
    bool => Bool;
    i64 => Int;
    i32 => Int;
    u32 => Int;
    f64 => Float;
    &str => Bytes;
    String => Bytes;
    &[u8] => Bytes;
    Vec<u8> => Bytes;
    Array => Array;
    Object => Object;
    Custom => Custom;
    EnumCase => Enum;
    ReferenceTarget => ReferenceTarget;
    Reference => Reference;
}

impl From<Vec<Value>> for Value {
    fn from(values: Vec<Value>) -> Self {
        Self::list(values)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
