use crate::DynamoDbStore;
use crate::clock_check;
use crate::cursor::Walk;
use crate::item::Item;
use crate::layout::Attribute;
use crate::request::{self, Get, Page};
use crate::row::ItemRow;
use crate::send::{Ambiguity, Executed, Judgment, KeyedPage, Whole};
use async_trait::async_trait;
use futures_util::future::try_join_all;
use futures_util::stream::{self, StreamExt};
use session_core::decision::{self, Context, Decision, Effect};
use session_core::error::Operation;
use session_core::store::{CollectingStore, Cursor, Key, Sweep, SweepBudget};
use session_core::time::{EpochMillis, Timestamp};
use session_core::{Error, ErrorKind, Result};
use std::time::Duration;

/// How many deletions are under way at the same time.
const PARALLEL_DELETIONS: usize = 8;

/// Examines the segments of the table in parallel, and deletes expired sessions.
///
/// Each session is deleted by itself, on the condition that it still is an expired session.
///
/// An item is a session if its key and the types of its attributes say so. Everything else in the
/// table stays as it is.
///
/// Nothing is deleted if the `Date` of a reply differs from the system's clock by more than a minute.
#[async_trait]
impl CollectingStore for DynamoDbStore {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        let begin = self.sender.timer.elapsed();
        let step = Step { context: self.context(), begin, budget: *budget };
        let segments = self.scan_segments.get();
        let mut walk = from.map_or(Ok(Walk::beginning(segments)), Walk::parse)?;
        let pages = walk.pages(budget.max_records.get());
        let found = try_join_all(pages.into_iter().map(|page| self.examine(page, &step))).await?;

        self.check_clock(found.iter().filter_map(|(_, page)| page.date), &step)?;
        let mut sweep = Sweep::default();
        let (mut collectable, mut abandoned) = (Vec::new(), Vec::new());
        for (segment, found) in found {
            let KeyedPage { items, scanned, units, next, .. } = found;
            walk.move_to(segment, next);
            sweep.scanned += scanned;
            sweep.units += units;
            let items = items.into_iter().map(|(key, whole)| (key, whole.item));
            let (expired, staying): (Vec<_>, Vec<_>) =
                items.partition(|(_, item)| self.sweep_item(item, &step).answer);
            abandoned
                .extend(staying.into_iter().filter(|(key, item)| self.settings.owns(key, item)));
            collectable
                .extend(expired.into_iter().filter(|(key, item)| self.may_collect(key, item)));
        }
        self.remove_lapsed_locks(abandoned, &step.context, &mut sweep).await?;
        let collectable = self.delete_in_batches(collectable, &step, &mut sweep).await?;
        self.collect_each(collectable, &step, &mut sweep).await?;
        sweep.next = walk.cursor();
        Ok(sweep)
    }
}

/// The context of the decisions of one step.
pub(crate) struct Step {
    context: Context,
    /// When the step began, on the monotonic clock.
    begin: Duration,
    budget: SweepBudget,
}

impl Step {
    /// When what is deleted must have been expired.
    fn due(&self) -> EpochMillis {
        self.budget.due(self.context.now)
    }
}

/// The outcome for an item that a scan found.
enum CollectOutcome {
    Deleted,
    Spared,
    Failed,
    /// It has attributes of other names, so it is no orphan.
    Foreign,
}

impl DynamoDbStore {
    async fn examine(&self, page: Page, step: &Step) -> Result<(usize, KeyedPage)> {
        let segment = page.segment;
        let request = request::scan(&self.settings, page, step.due(), step.context.now);
        Ok((segment, self.sender.scan(Operation::Collect, request).await?))
    }

    /// Checks the clock by the dates of replies, unless the application set the clock.
    fn check_clock(&self, mut dates: impl Iterator<Item = Timestamp>, step: &Step) -> Result<()> {
        if !self.checks_clock {
            return Ok(());
        }
        let elapsed = self.sender.timer.elapsed().saturating_sub(step.begin);
        dates.try_for_each(|date| clock_check::check(date, step.context.now, elapsed))
    }

    /// The decision of the laws on an item that a scan found.
    ///
    /// The answer says whether it has expired, and the effect whether it is deleted.
    pub(crate) fn sweep_item(&self, item: &Item, step: &Step) -> Decision<'static, bool> {
        let row = ItemRow::swept(item, &self.settings, &step.context);
        decision::sweep(row.as_row(), step.budget.grace, &step.context)
    }

    fn may_collect(&self, key: &Key, item: &Item) -> bool {
        let settings = &self.settings;
        settings.owns(key, item) || settings.collect_orphans && settings.may_own_orphan(key, item)
    }

    /// Removes the lapsed locks of sessions that stay, because PHP would wait for them.
    async fn remove_lapsed_locks(
        &self,
        abandoned: Vec<(Key, Item)>,
        context: &Context,
        sweep: &mut Sweep,
    ) -> Result<()> {
        for (key, item) in abandoned {
            let mut call = self.sender.writing(Operation::Collect).ignoring_items();
            match self.remove_lapsed_lock(&mut call, &key, &item, context).await {
                Ok(units) => sweep.units += units,
                Err(error) if concerns_the_table(&error) => return Err(error),
                Err(_) => {}
            }
        }
        Ok(())
    }

    async fn collect_each(
        &self,
        collectable: Vec<(Key, Item)>,
        step: &Step,
        sweep: &mut Sweep,
    ) -> Result<()> {
        let deletions =
            collectable.into_iter().map(|(key, item)| self.collect_one(key, item, step));
        let mut deletions = stream::iter(deletions).buffer_unordered(PARALLEL_DELETIONS);
        while let Some(outcome) = deletions.next().await {
            let (outcome, units) = outcome?;
            sweep.units += units;
            match outcome {
                CollectOutcome::Deleted => sweep.deleted += 1,
                CollectOutcome::Spared => sweep.spared += 1,
                CollectOutcome::Failed => sweep.failed += 1,
                CollectOutcome::Foreign => continue,
            }
            sweep.expired += 1;
        }
        Ok(())
    }

    /// Its outcome, and the capacity units that it took.
    async fn collect_one(
        &self,
        key: Key,
        item: Item,
        step: &Step,
    ) -> Result<(CollectOutcome, f64)> {
        let is_spared = self.sweep_item(&item, step).effect == Effect::Nothing;
        if is_spared && !self.is_abandoned_by_php(&key, &item) {
            return Ok((CollectOutcome::Spared, 0.0));
        }
        let mut units = 0.0;
        match self.delete_expired(&key, &item, step.due(), &mut units).await {
            Err(error) if concerns_the_table(&error) => Err(error),
            outcome => Ok((outcome.unwrap_or(CollectOutcome::Failed), units)),
        }
    }

    async fn delete_expired(
        &self,
        key: &Key,
        item: &Item,
        due: EpochMillis,
        units: &mut f64,
    ) -> Result<CollectOutcome> {
        let may_be_orphan = item.get(Attribute::Expires).is_none();
        if may_be_orphan && !self.is_orphan(key, units).await? {
            return Ok(CollectOutcome::Foreign);
        }
        let request = request::collect(&self.settings, key, item, due);
        let mut call = self.sender.writing(Operation::Collect).ignoring_items();
        let judge = |_: Item, _: &Ambiguity| Judgment::Done(CollectOutcome::Spared);
        match self.sender.execute(&mut call, request, judge).await? {
            Executed::Judged(outcome) => Ok(outcome),
            Executed::Replied(used) => {
                *units += used;
                Ok(CollectOutcome::Deleted)
            }
        }
    }

    /// Whether a consistent read shows no attribute but the key and a lock.
    async fn is_orphan(&self, key: &Key, units: &mut f64) -> Result<bool> {
        let request = Get { counted: true, ..request::load(key, true) };
        let got = self.sender.send(&mut self.sender.reading(Operation::Collect), request).await?;
        *units += got.units;
        let is_orphan =
            |whole: Whole| whole.others == 0 && self.settings.may_own_orphan(key, &whole.item);
        Ok(got.whole.is_some_and(is_orphan))
    }
}

/// Whether no other write can succeed either.
fn concerns_the_table(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Config | ErrorKind::Denied)
}
