use crate::{Key, Value};
use indexmap::IndexMap;

/// PHP's array: a map from keys to values that keeps its order.
///
/// A new key comes last; a key that is there keeps its place. Equal arrays have equal entries in
/// the same order.
///
/// ```
/// use session_php::{Array, Value};
///
/// let mut user = Array::new();
/// user.insert("name", "Jeremy");
/// user.insert("visits", 7);
/// assert_eq!(user.get("name").and_then(Value::as_str), Some("Jeremy"));
/// assert!(!user.is_list());
/// ```
#[derive(Clone, Default)]
pub struct Array {
    entries: IndexMap<Key, Value>,
}

impl Array {
    /// An array without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// An array with the keys 0, 1, 2 and so on.
    pub fn list(values: impl IntoIterator<Item = Value>) -> Self {
        (0_i64..).zip(values).collect()
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether the keys are 0, 1, 2 and so on, in this order.
    pub fn is_list(&self) -> bool {
        (0..).zip(self.entries.keys()).all(|(number, key)| *key == Key::Int(number))
    }

    /// The value of this key.
    pub fn get(&self, key: impl Into<Key>) -> Option<&Value> {
        self.entries.get(&key.into())
    }

    /// As [`get`](Self::get), of a key that is one already.
    pub(crate) fn find(&self, key: &Key) -> Option<&Value> {
        self.entries.get(key)
    }

    /// The key as it is spelled here: among the names of variables, a number may be a string.
    pub(crate) fn known(&self, key: Key) -> Key {
        if let Key::Int(number) = key
            && !self.has(&key)
        {
            let spelled = Key::Bytes(number.to_string().into_bytes());
            return if self.has(&spelled) { spelled } else { key };
        }
        key
    }

    /// Whether there is this key.
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.entries.contains_key(key)
    }

    /// The value of this key, to be changed.
    pub fn get_mut(&mut self, key: impl Into<Key>) -> Option<&mut Value> {
        self.entries.get_mut(&key.into())
    }

    /// Sets the value of this key, and gives back the one that it had.
    pub fn insert(&mut self, key: impl Into<Key>, value: impl Into<Value>) -> Option<Value> {
        self.entries.insert(key.into(), value.into())
    }

    /// Appends a value, under the number after the greatest one, or 0.
    ///
    /// Nothing is appended, as in PHP, once there is no greater number.
    pub fn push(&mut self, value: impl Into<Value>) {
        let numbers = self.entries.keys().filter_map(|key| match key {
            Key::Int(number) => Some(*number),
            Key::Bytes(_) => None,
        });
        let next = numbers.max().map_or(Some(0), |greatest| greatest.max(-1).checked_add(1));
        if let Some(next) = next {
            self.entries.insert(Key::Int(next), value.into());
        }
    }

    /// Removes this key, and gives back its value; the order of the others stays.
    pub fn remove(&mut self, key: impl Into<Key>) -> Option<Value> {
        self.entries.shift_remove(&key.into())
    }

    /// The entries in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Key, &Value)> + '_ {
        self.entries.iter()
    }

    /// The entries in their order, with values to be changed.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&Key, &mut Value)> + '_ {
        self.entries.iter_mut()
    }
}

impl PartialEq for Array {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl Eq for Array {}

impl<K: Into<Key>, V: Into<Value>> FromIterator<(K, V)> for Array {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value.into()));
        Self { entries: entries.collect() }
    }
}

impl IntoIterator for Array {
    type Item = (Key, Value);
    type IntoIter = indexmap::map::IntoIter<Key, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
