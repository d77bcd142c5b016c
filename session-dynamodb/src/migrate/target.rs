use super::DataEncoding;
use super::census::{Finding, Lock, State};
use super::form::Data;
use crate::item::{Item, size_with};
use crate::layout::{Attribute, Layout, Versions};
use crate::request::Conversion;
use session_core::store::Key;

/// What items are to be.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) form: DataEncoding,
    pub(super) layout: Layout,
    /// The most that an item may take, as the store counts.
    pub(super) max_bytes: usize,
}

/// Why an item is left as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SkipReason {
    /// It is no live session: the collector's business.
    Dead,
    /// It is as it should be.
    Fitting,
    Locked,
    /// Its data may be of two forms.
    Ambiguous,
    Undecodable,
    /// Its bytes are no text.
    NotText,
    TooLarge,
}

impl Target {
    /// What is to be done to an item.
    pub(super) fn conversion(
        &self,
        key: &Key,
        item: &Item,
        finding: &Finding,
    ) -> Result<Conversion, SkipReason> {
        let State::Live(data) = &finding.state else {
            return Err(SkipReason::Dead);
        };
        let mut conversion = Conversion::default();
        match data {
            Data::Ambiguous => return Err(SkipReason::Ambiguous),
            Data::Undecodable => return Err(SkipReason::Undecodable),
            Data::In(form, bytes) if *form != self.form => {
                let value = self.form.value(bytes).ok_or(SkipReason::NotText)?;
                conversion.set.push((Attribute::Data, value));
            }
            Data::In(..) | Data::Empty => {}
        }
        conversion.remove = self.superfluous(item, finding.lock).collect();
        if conversion.is_empty() {
            return Err(SkipReason::Fitting);
        }
        if matches!(finding.lock, Lock::Held | Lock::Php) {
            return Err(SkipReason::Locked);
        }
        if self.is_too_large(key, &conversion) {
            return Err(SkipReason::TooLarge);
        }
        Ok(conversion)
    }

    /// What no handler of PHP would clean up, where one is to write: our tags, and a lock that has
    /// lapsed, for which it would wait all the same.
    fn superfluous<'a>(
        &'a self,
        item: &'a Item,
        lock: Lock,
    ) -> impl Iterator<Item = Attribute> + 'a {
        let is_shared = self.layout.versions == Versions::Content;
        let lapsed = (lock == Lock::Lapsed).then_some(Attribute::Lock);
        item.tags().chain(lapsed).filter(move |_| is_shared)
    }

    /// Whether the session would have no room for what a write of its own adds.
    fn is_too_large(&self, key: &Key, conversion: &Conversion) -> bool {
        let data = conversion.set.iter().find(|(attribute, _)| *attribute == Attribute::Data);
        let bytes = data.map_or(0, |(_, value)| value.len());
        bytes > 0 && size_with(&self.layout, key, bytes) > self.max_bytes
    }
}
