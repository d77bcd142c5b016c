use crate::DataEncoding;
use crate::recognition::Data;
use session_core::KeyScheme;
use session_dynamodb::admin::{ExaminedItem, ItemState, LockState};

/// The numbers of items in a table, by what they are.
///
/// Every item is counted once as live in an encoding, expired, orphaned or foreign, so that those figures
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
    /// Live sessions whose data is a string that decodes as it is and as base64.
    ///
    /// The decoder accepts too much to distinguish the two.
    pub ambiguous: u64,
    /// Live sessions whose data decodes from no encoding.
    pub undecodable: u64,
    /// Items whose expiry is over.
    pub expired: u64,
    /// Items with a key of this configuration and no other attribute than a lock.
    ///
    /// A handler of PHP that crashed in a new session leaves such items.
    pub orphaned: u64,
    /// Items that are certainly not sessions of this configuration.
    ///
    /// Their key is not one that its key scheme makes, they have no numeric expiry, or an attribute
    /// has a type that sessions do not have. They are neither converted nor collected.
    pub foreign: u64,
    /// Items with a live lock of this project.
    pub locked: u64,
    /// Items with a lock of PHP's, which has no end.
    pub locked_by_php: u64,
    /// Items with a lock of this project that has lapsed.
    pub lapsed: u64,
    /// Items with a version, a deadline or an idle timeout of this project.
    ///
    /// No handler of PHP writes these. They are recognized by their types and the names that the store has
    /// for them, in a profile too.
    pub tagged: u64,
    /// Items with the key of a hashed id, 64 hexadecimal digits.
    ///
    /// Foreign items are counted, too.
    pub hashed: u64,
}

impl Census {
    /// The sessions that are live.
    ///
    /// ```
    /// assert_eq!(session_cli::Census::default().live(), 0);
    /// ```
    pub const fn live(&self) -> u64 {
        let decoded = self.string + self.binary + self.base64;
        decoded + self.empty + self.ambiguous + self.undecodable
    }

    /// Counts an item, and the data of a live session.
    pub(crate) fn count(&mut self, item: &ExaminedItem, data: Option<&Data>) {
        self.items += 1;
        self.hashed += u64::from(KeyScheme::Hashed.matches(item.key()));
        *self.class_of(item.state(), data) += 1;
        if item.state() == ItemState::Foreign {
            return;
        }
        match item.lock() {
            LockState::None => {}
            LockState::Held => self.locked += 1,
            LockState::Php => self.locked_by_php += 1,
            LockState::Lapsed => self.lapsed += 1,
        }
        self.tagged += u64::from(item.has_tags());
    }

    fn class_of(&mut self, state: ItemState, data: Option<&Data>) -> &mut u64 {
        match (state, data) {
            (ItemState::Expired, _) => &mut self.expired,
            (ItemState::Orphaned, _) => &mut self.orphaned,
            (ItemState::Foreign, _) => &mut self.foreign,
            (ItemState::Live, None | Some(Data::Empty)) => &mut self.empty,
            (ItemState::Live, Some(Data::Ambiguous)) => &mut self.ambiguous,
            (ItemState::Live, Some(Data::Undecodable)) => &mut self.undecodable,
            (ItemState::Live, Some(Data::In(DataEncoding::String, _))) => &mut self.string,
            (ItemState::Live, Some(Data::In(DataEncoding::Binary, _))) => &mut self.binary,
            (ItemState::Live, Some(Data::In(DataEncoding::Base64, _))) => &mut self.base64,
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
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
