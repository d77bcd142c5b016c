use super::entry::{Entry, Value};
use super::{JsonSections, Sections};
use crate::Result;
use crate::codec::{Codec, EncodedEntry};
use crate::store::Payload;
use crate::strategy::{Merge, text_like};
use std::collections::BTreeMap;

/// Changes of different sections are combined, and changes of one section are not.
///
/// A section is changed if its bytes are, or if it was added or removed. The result has the order of
/// what is stored.
///
/// ```
/// use session_core::sections::JsonSections;
/// use session_core::store::Payload;
/// use session_core::strategy::Merge;
///
/// let read = Payload::text(r#"{"counter":1,"theme":"dark"}"#);
/// let changed = Payload::text(r#"{"counter":2,"theme":"dark"}"#);
/// let stored = Payload::text(r#"{"counter":1,"theme":"light","flash":[]}"#);
/// let merged = JsonSections::new().merge(&read, &changed, &stored)?;
/// assert_eq!(merged, Some(Payload::text(r#"{"counter":2,"theme":"light","flash":[]}"#)));
///
/// let stored = Payload::text(r#"{"counter":2,"theme":"dark"}"#);
/// assert_eq!(JsonSections::new().merge(&read, &changed, &stored)?, None);
/// # Ok::<(), session_core::Error>(())
/// ```
impl Merge for JsonSections {
    fn merge(
        &self,
        read: &Payload,
        changed: &Payload,
        stored: &Payload,
    ) -> Result<Option<Payload>> {
        let decoded = (self.decode(read), self.decode(changed), self.decode(stored));
        let (Ok(read), Ok(own), Ok(mut merged)) = decoded else {
            return Ok(None);
        };
        let differing = Changes::between(&read, &own);
        if differing.meet(&Changes::between(&read, &merged)) {
            return Ok(None);
        }
        differing.apply(&mut merged);
        Ok(Some(text_like(changed, self.encode(&merged)?)))
    }
}

/// The sections that differ, by name: their new JSON, or `None` for removed ones.
struct Changes<'s>(BTreeMap<&'s str, Option<&'s str>>);

impl<'s> Changes<'s> {
    fn between(before: &'s Sections, after: &'s Sections) -> Self {
        let (before, after) = (by_name(before), by_name(after));
        let removed = before.keys().filter(|name| !after.contains_key(*name));
        let removed = removed.map(|name| (*name, None));
        let set = after.iter().filter(|(name, json)| before.get(*name) != Some(json));
        let set = set.map(|(name, json)| (*name, Some(*json)));
        Self(removed.chain(set).collect())
    }

    /// Whether a section is among both.
    fn meet(&self, other: &Changes<'_>) -> bool {
        self.0.keys().any(|name| other.0.contains_key(name))
    }

    /// Changes stored sections in place, and appends the others, ordered by name.
    fn apply(self, Sections { source, entries }: &mut Sections) {
        let mut changes = self.0;
        for entry in &mut *entries {
            if let Some(change) = changes.remove(entry.name(source.as_ref())) {
                entry.value = change.map_or(Value::Removed, set);
            }
        }
        let added = changes.into_iter();
        let added =
            added.filter_map(|(name, json)| Some(Entry::new(name, EncodedEntry::checked(json?))));
        entries.extend(added);
    }
}

fn set(json: &str) -> Value {
    Value::Set(EncodedEntry::checked(json))
}

fn by_name(sections: &Sections) -> BTreeMap<&str, &str> {
    let source = sections.source.as_ref();
    let entries = sections.present();
    entries.filter_map(|entry| Some((entry.name(source), entry.json(source)?))).collect()
}
