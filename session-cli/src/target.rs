use crate::DataEncoding;
use crate::recognition::Data;
use session_core::store::{Key, Payload};
use session_dynamodb::admin::{Decision, ExaminedItem, LockState, Rewrite, TableForm};

/// The target form of sessions.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) encoding: DataEncoding,
    pub(crate) form: TableForm,
}

/// Why a live session is left as it is, though it is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SkipReason {
    Locked,
    /// Its data may be of two encodings.
    Ambiguous,
    Undecodable,
    /// Its bytes are no text.
    NotText,
    TooLarge,
}

impl Target {
    /// The plan for a live session.
    pub(crate) fn decide(&self, item: &ExaminedItem, data: &Data) -> Decision<SkipReason> {
        let mut rewrite = Rewrite::default();
        match data {
            Data::Ambiguous => return Decision::Leave(SkipReason::Ambiguous),
            Data::Undecodable => return Decision::Leave(SkipReason::Undecodable),
            Data::In(encoding, bytes) if *encoding != self.encoding => {
                rewrite.data = self.encoding.payload(bytes);
                if rewrite.data.is_none() {
                    return Decision::Leave(SkipReason::NotText);
                }
            }
            Data::In(..) | Data::Empty => {}
        }
        // What no handler of PHP would clean up, where one is to write: tags, and a lapsed lock, for
        // which it would wait all the same.
        let is_shared = !self.form.has_tags();
        (rewrite.remove_tags, rewrite.remove_lapsed_lock) = (is_shared, is_shared);
        if !rewrite.changes(item) {
            return Decision::Fits;
        }
        if matches!(item.lock(), LockState::Held | LockState::Php) {
            return Decision::Leave(SkipReason::Locked);
        }
        if rewrite.data.as_ref().is_some_and(|data| self.is_too_large(item.key(), data)) {
            return Decision::Leave(SkipReason::TooLarge);
        }
        Decision::Rewrite(rewrite)
    }

    /// Whether the session would have no room for what a write of its own adds.
    fn is_too_large(&self, key: &Key, data: &Payload) -> bool {
        !data.is_empty() && !self.form.has_room_for(key, data)
    }
}
