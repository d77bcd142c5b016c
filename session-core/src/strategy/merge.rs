use crate::Result;
use crate::store::{Payload, PayloadKind};
use std::fmt::Debug;
use std::sync::Arc;

/// Combines the changes of two handles that read the same record.
///
/// [`Optimistic::merging`](super::Optimistic::merging) uses it for a commit that lost the race
/// ([S8](crate::contract#s8)). `JsonSections` of the module `sections` combines changes of different sections.
pub trait Merge: Debug + Send + Sync + 'static {
    /// Returns the payload with both changes, or `None` if they cannot be combined.
    ///
    /// `read` is the payload that the handle read, `changed` is what it wants to write, and `stored`
    /// is what another handle wrote meanwhile. The result is of the same kind as `changed`.
    ///
    /// # Contract
    ///
    /// The result has whatever differs between `read` and `changed` as in `changed`, and everything
    /// else as in `stored`. If both changed the same piece, the changes cannot be combined, even if
    /// the bytes are equal: two handles that count from 1 to 2 counted to 3. A payload that cannot be
    /// decoded cannot be combined either.
    ///
    /// # Errors
    ///
    /// [`TooLarge`](crate::ErrorKind::TooLarge) if the result is too long for the codec.
    fn merge(&self, read: &Payload, changed: &Payload, stored: &Payload)
    -> Result<Option<Payload>>;
}

/// An `Arc` of a merge is a merge, so that one can be chosen at run time.
#[deny(clippy::missing_trait_methods)]
impl<M: Merge + ?Sized> Merge for Arc<M> {
    fn merge(
        &self,
        read: &Payload,
        changed: &Payload,
        stored: &Payload,
    ) -> Result<Option<Payload>> {
        (**self).merge(read, changed, stored)
    }
}

/// Text as the kind of payload that the store of `other` keeps.
pub(crate) fn text_like(other: &Payload, text: Payload) -> Payload {
    match other.kind() {
        PayloadKind::Text => text,
        PayloadKind::Binary => Payload::binary(text.as_bytes()),
    }
}
