//! Requests carried out on an item as DynamoDB does, for tests without a server.

use super::Update;
use crate::item::{Item, Value};
use crate::layout::Attribute;

impl Update {
    /// The item after the update, or `None` if the condition does not hold for it.
    pub(crate) fn apply(&self, item: &Item) -> Option<Item> {
        if !self.condition.holds(item) {
            return None;
        }
        let mut item = item.clone();
        item.0.insert(Attribute::Key, Value::text(self.key.as_str()));
        item.0.extend(self.set.iter().cloned());
        for attribute in &self.remove {
            item.0.remove(attribute);
        }
        Some(item)
    }
}
