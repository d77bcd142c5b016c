use super::DataEncoding;
use super::form::{Data, Recognition};
use crate::item::Item;
use crate::layout::Attribute;
use crate::lease::lapse_mark;
use crate::send::Whole;
use crate::settings::Settings;
use session_core::KeyScheme;
use session_core::store::Key;
use session_core::time::EpochMillis;

/// What there is in a table.
///
/// Every item is counted once as live in a form, expired, orphaned or foreign, so that those figures
/// add up to [`items`](Self::items). Locks and tags of sessions are counted beside that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Census {
    /// The items that were examined.
    pub items: u64,
    /// Live sessions whose data is a string that decodes.
    pub string: u64,
    /// Live sessions whose data is bytes that decode.
    pub binary: u64,
    /// Live sessions whose data is the base64 of what decodes.
    pub base64: u64,
    /// Live sessions without data.
    pub empty: u64,
    /// Live sessions whose data is a string that decodes as it is, and as base64: the decoder takes
    /// too much to tell.
    pub ambiguous: u64,
    /// Live sessions whose data decodes from no form.
    pub undecodable: u64,
    /// Items whose expiry is over.
    pub expired: u64,
    /// Items with a key of this configuration and no other attribute than a lock. A handler of PHP
    /// that crashed in a new session leaves such items.
    pub orphaned: u64,
    /// Items that are certainly not sessions of this configuration: their key is not one that its
    /// key scheme makes, they have no numeric expiry, or an attribute has a type that sessions do
    /// not have. They are neither converted nor collected.
    pub foreign: u64,
    /// Items with a live lock of ours.
    pub locked: u64,
    /// Items with a lock of PHP's, which has no end.
    pub locked_by_php: u64,
    /// Items with a lock of ours that has lapsed.
    pub lapsed: u64,
    /// Items with a version or a deadline of ours, which no handler of PHP writes. They are told by
    /// their types and the names that the options have for them, in a profile too.
    pub tagged: u64,
    /// Items whose key is as of a hashed id, 64 hexadecimal digits. Foreign items are counted too.
    pub hashed: u64,
}

impl Census {
    /// The sessions that are live.
    ///
    /// ```
    /// assert_eq!(session_dynamodb::Census::default().live(), 0);
    /// ```
    pub const fn live(&self) -> u64 {
        let decoded = self.string + self.binary + self.base64;
        decoded + self.empty + self.ambiguous + self.undecodable
    }

    pub(super) fn count(&mut self, key: &Key, item: &Item, finding: &Finding) {
        self.items += 1;
        self.hashed += u64::from(KeyScheme::Hashed.matches(key));
        *self.kind_of(&finding.state) += 1;
        if matches!(finding.state, State::Foreign) {
            return;
        }
        match finding.lock {
            Lock::None => {}
            Lock::Held => self.locked += 1,
            Lock::Php => self.locked_by_php += 1,
            Lock::Lapsed => self.lapsed += 1,
        }
        self.tagged += u64::from(item.tags().next().is_some());
    }

    fn kind_of(&mut self, state: &State) -> &mut u64 {
        match state {
            State::Expired => &mut self.expired,
            State::Orphaned => &mut self.orphaned,
            State::Foreign => &mut self.foreign,
            State::Live(Data::Empty) => &mut self.empty,
            State::Live(Data::Ambiguous) => &mut self.ambiguous,
            State::Live(Data::Undecodable) => &mut self.undecodable,
            State::Live(Data::In(DataEncoding::String, _)) => &mut self.string,
            State::Live(Data::In(DataEncoding::Binary, _)) => &mut self.binary,
            State::Live(Data::In(DataEncoding::Base64, _)) => &mut self.base64,
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        let Self { items, string, binary, base64, empty, undecodable, expired, orphaned, .. } =
            *other;
        let Self { locked, locked_by_php, lapsed, tagged, hashed, ambiguous, foreign, .. } = *other;
        self.items += items;
        self.string += string;
        self.binary += binary;
        self.base64 += base64;
        self.empty += empty;
        self.ambiguous += ambiguous;
        self.undecodable += undecodable;
        self.expired += expired;
        self.orphaned += orphaned;
        self.foreign += foreign;
        self.locked += locked;
        self.locked_by_php += locked_by_php;
        self.lapsed += lapsed;
        self.tagged += tagged;
        self.hashed += hashed;
    }
}

/// What an item is.
pub(super) struct Finding {
    pub(super) state: State,
    pub(super) lock: Lock,
}

pub(super) enum State {
    Live(Data),
    Expired,
    /// Nothing but a key and perhaps a lock.
    Orphaned,
    /// Not a session of this configuration.
    Foreign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    None,
    /// Ours, and live.
    Held,
    /// PHP's, or of a type that nobody's has: it has no end.
    Php,
    /// Ours, and over.
    Lapsed,
}

impl Finding {
    pub(super) fn of(
        settings: &Settings,
        key: &Key,
        Whole { item, others }: &Whole,
        recognition: &Recognition,
        now: EpochMillis,
    ) -> Self {
        let clock_skew = settings.clock_skew;
        let state = if !settings.owns(key, item) {
            let is_orphan = *others == 0 && settings.may_own_orphan(key, item);
            if is_orphan { State::Orphaned } else { State::Foreign }
        } else if item.is_live(now) {
            State::Live(recognition.data(item.get(Attribute::Data)))
        } else {
            State::Expired
        };
        let is_text = item.locked_for(now, clock_skew).is_some();
        let lock = match (item.has_lock(), item.is_locked(&lapse_mark(now, clock_skew))) {
            (false, _) => Lock::None,
            (true, false) => Lock::Lapsed,
            (true, true) if is_text => Lock::Held,
            (true, true) => Lock::Php,
        };
        Self { state, lock }
    }
}
