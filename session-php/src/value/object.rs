use super::Array;
use crate::{Key, Value};

/// An object: the name of its class, and its properties.
///
/// The properties are what stood in the session, under the names that PHP gives them: see
/// [`Visibility`]. A class with `__serialize` puts there what it likes.
///
/// ```
/// use session_php::{Object, Value, Visibility};
///
/// let mut user = Object::new("App\\User");
/// user.insert(Visibility::Public, "name", "Jeremy");
/// user.insert(Visibility::Protected, "visits", 7);
/// assert_eq!(user.get("visits").and_then(Value::as_int), Some(7));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Object {
    /// The name of the class.
    pub class: Vec<u8>,
    /// The properties, under PHP's own names for them.
    ///
    /// Its keys are taken as they are: PHP may keep the string `5` and the number 5 apart here.
    pub properties: Array,
}

impl Object {
    /// An object of this class, without properties.
    pub fn new(class: impl Into<Vec<u8>>) -> Self {
        Self { class: class.into(), properties: Array::new() }
    }

    /// The property of this name: the class's own private, a protected or a public one.
    ///
    /// Private properties of a parent class are found with [`get_private`](Self::get_private).
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.key_of(name.as_bytes()).and_then(|key| self.properties.get(key))
    }

    /// As [`get`](Self::get), to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.key_of(name.as_bytes()).and_then(|key| self.properties.get_mut(key))
    }

    /// The private property that this class declares.
    ///
    /// The class may be a parent of the object's class.
    pub fn get_private(&self, class: &str, name: &str) -> Option<&Value> {
        self.properties.get(Visibility::Private(class.as_bytes()).key(name.as_bytes()))
    }

    /// Sets a property, and gives back the value that it had.
    pub fn insert(
        &mut self,
        visibility: Visibility<'_>,
        name: &str,
        value: impl Into<Value>,
    ) -> Option<Value> {
        self.properties.insert(visibility.key(name.as_bytes()), value)
    }

    /// The key under which [`get`](Self::get) finds a property.
    pub(crate) fn key_of(&self, name: &[u8]) -> Option<Key> {
        let own = Visibility::Private(&self.class);
        let mut keys = [own, Visibility::Protected, Visibility::Public].map(|it| it.key(name));
        // A class with `__serialize` may have numbers there.
        let number = Key::normal(name.to_vec());
        let found = keys.iter_mut().find(|key| self.properties.has(key)).map(|key| key.clone());
        found.or_else(|| Some(number).filter(|key| self.properties.has(key)))
    }
}

/// The visibility of a property, which PHP writes into the property's name.
///
/// ```
/// use session_php::{Key, Visibility};
///
/// let key = Visibility::Protected.key(b"visits");
/// assert_eq!(key, Key::Bytes(b"\0*\0visits".to_vec()));
/// assert_eq!(Visibility::of(&key), (Visibility::Protected, &b"visits"[..]));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Visibility<'a> {
    /// Everybody. The name stands alone.
    Public,
    /// The class and its children: `\0*\0name`.
    Protected,
    /// The class of this name alone: `\0class\0name`.
    Private(&'a [u8]),
}

impl<'a> Visibility<'a> {
    /// The key of a property of this name.
    pub fn key(self, name: &[u8]) -> Key {
        Key::Bytes(match self {
            Self::Public => name.to_vec(),
            Self::Protected => [b"\0*\0", name].concat(),
            Self::Private(class) => [b"\0", class, b"\0", name].concat(),
        })
    }

    /// The visibility and the name of a property, from this key.
    ///
    /// The name of a key that is a number is empty.
    pub fn of(key: &'a Key) -> (Self, &'a [u8]) {
        let Key::Bytes(bytes) = key else { return (Self::Public, b"") };
        let Some(mangled) = bytes.strip_prefix(b"\0") else { return (Self::Public, bytes) };
        let Some(end) = mangled.iter().position(|&byte| byte == 0) else {
            return (Self::Public, bytes);
        };
        let (class, name) = (&mangled[..end], &mangled[end + 1..]);
        match class {
            b"*" => (Self::Protected, name),
            _ => (Self::Private(class), name),
        }
    }
}

/// An object of a class that serializes itself, which nobody else can interpret.
///
/// It is written back as it was read. Its data may hold references into the rest of the session,
/// and any number of values that PHP counts for references after it. Such references keep their
/// numbers, so that values before the last of them can be neither added, removed nor moved.
/// Scalars before it can be changed, and everything after it.
///
/// Text in the data is no reference where the data is made of serialized values. In other data,
/// what is spelled like a reference and stands where a value may begin is taken for one.
#[derive(Clone, PartialEq, Eq)]
pub struct Custom {
    /// The name of the class.
    pub class: Vec<u8>,
    /// The data that the class made of the object.
    pub data: Vec<u8>,
}

/// A case of an enum.
///
/// ```
/// use session_php::EnumCase;
///
/// let hearts = EnumCase { class: b"App\\Suit".to_vec(), case: b"Hearts".to_vec() };
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct EnumCase {
    /// The name of the enum.
    pub class: Vec<u8>,
    /// The name of the case.
    pub case: Vec<u8>,
}
