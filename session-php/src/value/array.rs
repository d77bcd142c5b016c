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
#[derive(Clone)]
pub struct Array {
    entries: IndexMap<Key, Value>,
    /// The number that is appended next: PHP's `nNextFreeElement`.
    next: i64,
    /// How many entries at the beginning have the keys of a list.
    listed: usize,
}

impl Array {
    /// An array without entries.
    pub fn new() -> Self {
        Self { entries: IndexMap::new(), next: 0, listed: 0 }
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
        self.listed == self.len()
    }

    /// Whether all keys are numbers, as in a list that had elements taken out.
    pub(crate) fn is_numbered(&self) -> bool {
        self.is_list() || self.entries.keys().all(|key| matches!(key, Key::Int(_)))
    }

    /// The number that is appended next.
    pub(crate) fn next(&self) -> i64 {
        self.next
    }

    /// The value of this key.
    pub fn get(&self, key: impl Into<Key>) -> Option<&Value> {
        self.entries.get(&key.into())
    }

    /// As [`get`](Self::get), of a key that is one already.
    pub(crate) fn find(&self, key: &Key) -> Option<&Value> {
        self.entries.get(key)
    }

    /// The key as it is spelled in this array.
    ///
    /// Among the names of variables, a number may be a string.
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
        let key = key.into();
        if let Key::Int(number) = key {
            self.next = self.next.max(number.saturating_add(1));
        }
        let was = self.entries.insert(key, value.into());
        self.count_listed();
        was
    }

    /// Appends a value, under the number after the greatest one that there was, or 0.
    ///
    /// As in PHP, a number that was removed is not given out again before the array was written and
    /// read, and nothing is appended once the greatest number of all is taken.
    ///
    /// ```
    /// use session_php::{Array, Key, Value};
    ///
    /// let mut numbers = Array::list([Value::from(1), Value::from(2)]);
    /// numbers.remove(1);
    /// numbers.push(3);
    /// assert!(numbers.iter().map(|(key, _)| key).eq(&[Key::Int(0), Key::Int(2)]));
    /// ```
    pub fn push(&mut self, value: impl Into<Value>) {
        if !self.has(&Key::Int(self.next)) {
            self.insert(self.next, value);
        }
    }

    /// Removes this key, and returns its value; the order of the others stays.
    ///
    /// It takes time in proportion to the entries. To remove many, use [`retain`](Self::retain).
    pub fn remove(&mut self, key: impl Into<Key>) -> Option<Value> {
        let (at, _, removed) = self.entries.shift_remove_full(&key.into())?;
        self.listed = self.listed.min(at);
        self.count_listed();
        Some(removed)
    }

    /// Removes the entries of which `keep` is false; the order of the others stays.
    ///
    /// ```
    /// use session_php::{Array, Key, Value};
    ///
    /// let mut prices = Array::from_iter([("a", 1), ("b", 20), ("c", 3)]);
    /// prices.retain(|_, price| price.as_int().is_some_and(|price| price < 10));
    /// assert!(prices.iter().map(|(key, _)| key).eq(&[Key::from("a"), Key::from("c")]));
    /// ```
    pub fn retain(&mut self, mut keep: impl FnMut(&Key, &Value) -> bool) {
        self.entries.retain(|key, value| keep(key, value));
        self.listed = 0;
        self.count_listed();
    }

    /// Counts on from what is counted.
    fn count_listed(&mut self) {
        let key = |at: usize| self.entries.get_index(at).map(|(key, _)| key);
        while matches!(key(self.listed), Some(Key::Int(it)) if usize::try_from(*it) == Ok(self.listed))
        {
            self.listed += 1;
        }
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

impl Default for Array {
    fn default() -> Self {
        Self::new()
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
        let mut array = Self::new();
        entries.into_iter().for_each(|(key, value)| drop(array.insert(key, value)));
        array
    }
}

impl IntoIterator for Array {
    type Item = (Key, Value);
    type IntoIter = indexmap::map::IntoIter<Key, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
