use super::{ExaminedItem, ItemState, LockState, Metered, TableAdmin};
use crate::error;
use crate::item::{Item, Value};
use crate::layout::Attribute;
use crate::request::{self, Conversion, Update};
use crate::send::{Ambiguity, Executed, Judgment, ROUNDS, Whole};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::Payload;

/// The changes to a live session. Everything else of it stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rewrite {
    /// The data to write in place of what is there: none leaves it as it is.
    pub data: Option<Payload>,
    /// Whether to remove the version, the deadline and the idle timeout.
    pub remove_tags: bool,
    /// Whether to remove a lock that has lapsed.
    pub remove_lapsed_lock: bool,
}

/// The plan for a live session that changed since it was examined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision<L> {
    /// It is to be rewritten so.
    Rewrite(Rewrite),
    /// It is as it should be.
    Fits,
    /// It is to be left as it is, for this reason.
    Leave(L),
}

/// The outcome of the conversion of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversionOutcome<L> {
    /// It was converted.
    Converted,
    /// Another writer has made it as it should be.
    Fits,
    /// It was left as it is, for the reason that the caller gave.
    Left(L),
    /// It is no longer a live session.
    Gone,
    /// It changed under every attempt.
    Contended,
}

impl Rewrite {
    /// Whether it changes anything of this item.
    ///
    /// ```
    /// use session_dynamodb::admin::{ExaminedItem, Rewrite};
    ///
    /// fn without_tags(item: &ExaminedItem) -> Option<Rewrite> {
    ///     let mut rewrite = Rewrite::default();
    ///     rewrite.remove_tags = true;
    ///     rewrite.changes(item).then_some(rewrite)
    /// }
    /// ```
    pub fn changes(&self, item: &ExaminedItem) -> bool {
        self.data.is_some() || self.removed(item).next().is_some()
    }

    fn removed<'a>(&'a self, item: &'a ExaminedItem) -> impl Iterator<Item = Attribute> + 'a {
        let tags = item.item.tags().filter(|_| self.remove_tags);
        let is_lapsed = item.lock() == LockState::Lapsed;
        tags.chain((self.remove_lapsed_lock && is_lapsed).then_some(Attribute::Lock))
    }

    /// The request, on the condition that the item is as it was examined.
    fn request(self, item: &ExaminedItem) -> Result<Update> {
        if item.state() != ItemState::Live {
            return Err(error::not_convertible("it is not a live session"));
        }
        if matches!(item.lock(), LockState::Held | LockState::Php) {
            return Err(error::not_convertible("it is locked"));
        }
        let remove: Vec<_> = self.removed(item).collect();
        let data = self.data.as_ref().map(|data| (Attribute::Data, Value::payload(data)));
        let conversion = Conversion { set: data.into_iter().collect(), remove };
        if conversion.is_empty() {
            return Err(error::not_convertible("the conversion changes nothing in it"));
        }
        Ok(request::convert(&item.key, &item.item, conversion, item.now))
    }
}

impl TableAdmin {
    /// Rewrites a live session that is as it was examined, in one request.
    ///
    /// If another writer came first, its write stays: `decide` is asked what is to be done about the
    /// session as it is now, up to four times. It is not asked about items that are no longer live
    /// sessions. An attempt whose reply was lost, and after which the session fits, counts as
    /// converted.
    ///
    /// # Consistency
    ///
    /// The request requires that the session is live, and that its lock and everything that is
    /// changed are as they were examined. Its expiry may have moved.
    ///
    /// # Cancellation
    ///
    /// The session is as before or as afterwards.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](session_core::ErrorKind::InvalidArgument) for an item that is no live
    /// session, for a locked one, and for a rewrite that changes nothing;
    /// [`TooLarge`](session_core::ErrorKind::TooLarge) if the item has no room for the data; and what
    /// a failure to write is.
    pub async fn convert<L: Send>(
        &self,
        item: &ExaminedItem,
        rewrite: Rewrite,
        decide: impl FnMut(&ExaminedItem) -> Decision<L> + Send,
    ) -> Metered<ConversionOutcome<L>> {
        let mut units = 0.0;
        let result = self.convert_metered(item, rewrite, decide, &mut units).await;
        Metered { result, units }
    }

    async fn convert_metered<L: Send>(
        &self,
        examined: &ExaminedItem,
        rewrite: Rewrite,
        mut decide: impl FnMut(&ExaminedItem) -> Decision<L> + Send,
        units: &mut f64,
    ) -> Result<ConversionOutcome<L>> {
        let first = rewrite.request(examined)?;
        let mut rejections = 0;
        let judge = |item: Item, doubt: &Ambiguity| {
            rejections += 1;
            // A rejection is charged as a write is, and does not say so.
            *units += item.write_units(&self.sender.table.layout);
            let found = self.found(examined, item);
            if found.state() != ItemState::Live {
                return Judgment::Done(Ok(ConversionOutcome::Gone));
            }
            match decide(&found) {
                Decision::Rewrite(_) if rejections == ROUNDS => {
                    Judgment::Done(Ok(ConversionOutcome::Contended))
                }
                Decision::Rewrite(rewrite) => match rewrite.request(&found) {
                    Ok(next) => Judgment::Send(next),
                    Err(error) => Judgment::Done(Err(doubt.mark(error))),
                },
                // It is as an attempt of this call left it, whose reply was lost.
                Decision::Fits if doubt.exists() => {
                    Judgment::Done(Ok(ConversionOutcome::Converted))
                }
                Decision::Fits => Judgment::Done(Ok(ConversionOutcome::Fits)),
                Decision::Leave(reason) => Judgment::Done(Ok(ConversionOutcome::Left(reason))),
            }
        };
        let mut call = self.sender.writing(Operation::Migrate);
        match self.sender.execute(&mut call, first, judge).await? {
            Executed::Judged(outcome) => outcome,
            Executed::Replied(updated) => {
                *units += updated.units;
                Ok(ConversionOutcome::Converted)
            }
        }
    }

    /// The item as a rejection shows it, by the time at which it was examined first.
    fn found(&self, examined: &ExaminedItem, item: Item) -> ExaminedItem {
        // Attributes of other names do not matter: an orphan is not converted either.
        let whole = Whole { item, others: 0 };
        ExaminedItem::new(&self.store.settings, examined.key.clone(), whole, examined.now)
    }
}
