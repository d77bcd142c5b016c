use super::absences::Absence;
use super::error::Step;
use super::key::KeyDeserializer;
use super::value::ValueDeserializer;
use super::{Context, Mismatch};
use crate::Key;
use crate::value::{Array, Object, Value, Visibility};
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};
use std::iter;

/// The names of a struct's fields.
pub(super) type Fields = &'static [&'static str];

/// The names of a struct and of its fields, for the place in an error.
#[derive(Clone, Copy, Default)]
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) fields: Fields,
}

/// The entries of an array or object, one after the other.
pub(super) struct Entries<'a, 'c> {
    rest: Box<dyn Iterator<Item = (&'a Key, &'a Value)> + 'a>,
    /// The class whose properties they are.
    object: Option<&'a Object>,
    next: Option<(&'a Key, &'a Value)>,
    number: usize,
    context: &'c Context<'a>,
    room: usize,
    shape: Shape,
}

impl<'a, 'c> Entries<'a, 'c> {
    pub(super) fn of_array(
        array: &'a Array,
        context: &'c Context<'a>,
        room: usize,
        shape: Shape,
    ) -> Self {
        let rest = Box::new(array.iter());
        Self { rest, object: None, next: None, number: 0, context, room, shape }
    }

    pub(super) fn of_object(
        object: &'a Object,
        context: &'c Context<'a>,
        room: usize,
        shape: Shape,
    ) -> Self {
        let visible = object.properties.iter().filter(|(key, _)| is_visible(object, key));
        let rest = Box::new(visible);
        Self { rest, object: Some(object), next: None, number: 0, context, room, shape }
    }

    /// Entries of nothing.
    pub(super) fn of_nothing(context: &'c Context<'a>, room: usize) -> Self {
        let (rest, shape) = (Box::new(iter::empty()), Shape::default());
        Self { rest, object: None, next: None, number: 0, context, room, shape }
    }

    /// The value of an entry, and what to say if it is not what is asked for.
    fn value<T: DeserializeSeed<'a>>(
        &self,
        (key, value): (&Key, &'a Value),
        seed: T,
    ) -> Result<T::Value, Mismatch> {
        let field = self.field(key);
        let step = field.map_or(Step::Entry(self.number - 1), Step::Field);
        let deserializer = ValueDeserializer::new(value, self.context, self.room)
            .nothing(self.absence(key, value).is_some());
        seed.deserialize(deserializer).map_err(|mismatch| {
            if let (Some(absences), Some(field)) = (&self.context.absences, field)
                && self.is_nothing(value)
            {
                absences.learn((self.shape.name, field));
            }
            mismatch.within(step)
        })
    }

    /// The field that an entry of this key is.
    fn field(&self, key: &Key) -> Option<&'static str> {
        let name = name(self.object.is_some(), key)?;
        self.shape.fields.iter().copied().find(|field| field.as_bytes() == name)
    }

    fn absence(&self, key: &Key, value: &'a Value) -> Option<Absence> {
        let absences = self.context.absences.as_ref().filter(|absences| absences.is_any())?;
        let is_nothing = self.is_nothing(value);
        is_nothing.then(|| absences.get((self.shape.name, self.field(key)?))).flatten()
    }

    /// Whether this is null or the empty string, which mean no value in PHP.
    fn is_nothing(&self, value: &'a Value) -> bool {
        match self.context.follow(value) {
            Ok(Value::Null) => true,
            Ok(Value::Bytes(bytes)) => bytes.is_empty(),
            _ => false,
        }
    }

    fn advance(&mut self) -> Result<Option<(&'a Key, &'a Value)>, Mismatch> {
        while let Some((key, value)) = self.rest.next() {
            self.context.count()?;
            if let Key::Bytes(bytes) = key {
                self.context.count_bytes(bytes.len())?;
            }
            self.number += 1;
            if self.absence(key, value) != Some(Absence::Missing) {
                return Ok(Some((key, value)));
            }
        }
        Ok(None)
    }
}

/// Whether it is this property that its bare name means, of several that have it.
fn is_visible(object: &Object, key: &Key) -> bool {
    match name(true, key) {
        Some(name) => object.key_of(name).is_none_or(|known| known == *key),
        None => true,
    }
}

/// The name of a field, if this is one.
fn name(is_property: bool, key: &Key) -> Option<&[u8]> {
    match key {
        Key::Int(_) => None,
        Key::Bytes(_) if is_property => Some(Visibility::of(key).1),
        Key::Bytes(bytes) => Some(bytes),
    }
}

impl<'a> MapAccess<'a> for Entries<'a, '_> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        self.next = self.advance()?;
        let Some((key, _)) = self.next else { return Ok(None) };
        let key = match name(self.object.is_some(), key) {
            Some(name) => KeyDeserializer::Bytes(name),
            None => KeyDeserializer::new(key),
        };
        seed.deserialize(key).map(Some).map_err(|mismatch| mismatch.within(self.here()))
    }

    fn next_value_seed<T: DeserializeSeed<'a>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        let entry = self.next.take().ok_or_else(|| Mismatch::new("a value without a key"))?;
        self.value(entry, seed)
    }
}

impl Entries<'_, '_> {
    fn here(&self) -> Step {
        Step::Entry(self.number.saturating_sub(1))
    }
}

impl<'a> SeqAccess<'a> for Entries<'a, '_> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let Some(entry) = self.advance()? else { return Ok(None) };
        self.value(entry, seed).map(Some)
    }
}
