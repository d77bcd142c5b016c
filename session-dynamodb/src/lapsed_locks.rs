//! Lapsed locks in a table that PHP shares, on sessions that stay.
//!
//! A handler of PHP waits for any lock, whatever its lease says: if the holder crashed, PHP waits in
//! vain, goes on with an empty session and overwrites the real one. So a process that meets such a lock
//! removes it, on the condition that it is as it was seen (L7).

use crate::DynamoDbStore;
use crate::item::{Item, Value};
use crate::layout::{Attribute, Versions};
use crate::request;
use crate::row::ItemRow;
use crate::send::{Ambiguity, Call, Executed, Judgment};
use crate::settings::Settings;
use session_core::Result;
use session_core::decision::{self, Context, Effect};
use session_core::store::Key;

impl Settings {
    /// Whether handlers of PHP wait for the locks in this table.
    pub(crate) fn is_shared_with_php(&self) -> bool {
        self.layout.versions == Versions::Content
    }

    /// The lock of a session that can be removed, because its lease is over.
    pub(crate) fn lapsed_lock<'a>(&self, item: &'a Item, context: &Context) -> Option<&'a Value> {
        let row = self.is_shared_with_php().then(|| ItemRow::of(item, self, context))??;
        match decision::remove_lapsed_lock(row.as_row(), context) {
            Effect::Nothing => None,
            Effect::Patch(_) | Effect::Remove => item.get(Attribute::Lock),
        }
    }
}

impl DynamoDbStore {
    /// Removes the lapsed lock of a session, if it has one, within the time of `call`.
    ///
    /// Returns the capacity units that it took.
    ///
    /// # Errors
    ///
    /// The failure of the request. A lock that has changed is no error.
    pub(crate) async fn remove_lapsed_lock(
        &self,
        call: &mut Call,
        key: &Key,
        item: &Item,
        context: &Context,
    ) -> Result<f64> {
        let Some(lock) = self.settings.lapsed_lock(item, context) else {
            return Ok(0.0);
        };
        let request = request::remove_lock(key, lock);
        let judge = |_: Item, _: &Ambiguity| Judgment::Done(());
        match self.sender.execute(call, request, judge).await? {
            Executed::Replied(updated) => Ok(updated.units),
            Executed::Judged(()) => Ok(0.0),
        }
    }
}
