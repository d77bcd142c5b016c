use crate::DynamoDbStore;
use crate::cursor::Walk;
use crate::item::Item;
use crate::lease::lapse_mark;
use crate::request::{self, Page};
use crate::send::{Ambiguity, Executed, Judgment, ScanPage};
use async_trait::async_trait;
use futures_util::future::try_join_all;
use futures_util::stream::{self, StreamExt};
use session_core::{
    CollectingStore, Cursor, EpochMillis, Error, ErrorKind, Key, Operation, Result, Sweep,
    SweepBudget,
};

/// How many deletions are under way at the same time.
const PARALLEL_DELETIONS: usize = 8;

/// Examines the segments of the table side by side, and deletes what is expired one by one, each on
/// the condition that it still is.
#[async_trait]
impl CollectingStore for DynamoDbStore {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        let now = self.clock.now();
        let segments = self.scan_segments.get();
        let mut walk = from.map_or(Ok(Walk::beginning(segments)), Walk::parse)?;
        let pages = walk.pages(budget.max_records.get());
        let found = try_join_all(pages.into_iter().map(|page| self.examine(page, now))).await?;

        let mut sweep = Sweep::default();
        let mut dead = Vec::new();
        for (segment, found) in found {
            walk.move_to(segment, self.next_key(Operation::Collect, &found)?);
            sweep.scanned += found.scanned;
            sweep.units += found.units;
            dead.extend(self.keyed(Operation::Collect, found)?);
        }
        let dead = self.bury_in_batches(dead, now, &mut sweep).await?;
        self.bury(dead, now, &mut sweep).await?;
        sweep.next = walk.cursor();
        Ok(sweep)
    }
}

enum Fate {
    Deleted(f64),
    Spared,
    Failed,
}

impl DynamoDbStore {
    async fn examine(&self, page: Page, now: EpochMillis) -> Result<(usize, ScanPage)> {
        let segment = page.segment;
        let mut call = self.sender.reading(Operation::Collect);
        Ok((segment, self.sender.send(&mut call, request::scan(page, now)).await?))
    }

    /// The items of a page with their keys.
    ///
    /// # Errors
    ///
    /// `Config` if one has no key: the table's key is another attribute.
    pub(crate) fn keyed(&self, operation: Operation, page: ScanPage) -> Result<Vec<(Key, Item)>> {
        let keyed = page.items.into_iter().map(|item| match item.key() {
            Some(key) => Ok((key, item)),
            None => Err(self.wrong_key(operation)),
        });
        keyed.collect()
    }

    /// The key to go on behind, or `None` after the last page.
    pub(crate) fn next_key(&self, operation: Operation, page: &ScanPage) -> Result<Option<Key>> {
        let next = page.next.as_ref();
        next.map(|item| item.key().ok_or_else(|| self.wrong_key(operation))).transpose()
    }

    fn wrong_key(&self, operation: Operation) -> Error {
        let (key, table) = (&self.settings.layout.key, &self.sender.table.name);
        Error::new(operation, ErrorKind::Config).with_detail(format!(
            "the items of table `{table}` have no string `{key}`, which hash_key says is their \
             key: set hash_key to the table's"
        ))
    }

    async fn bury(
        &self,
        dead: Vec<(Key, Item)>,
        now: EpochMillis,
        sweep: &mut Sweep,
    ) -> Result<()> {
        let burials = dead.into_iter().map(|(key, item)| self.bury_one(key, item, now));
        let mut burials = stream::iter(burials).buffer_unordered(PARALLEL_DELETIONS);
        while let Some(fate) = burials.next().await {
            sweep.expired += 1;
            match fate? {
                Fate::Deleted(units) => {
                    sweep.deleted += 1;
                    sweep.units += units;
                }
                Fate::Spared => sweep.spared += 1,
                Fate::Failed => sweep.failed += 1,
            }
        }
        Ok(())
    }

    async fn bury_one(&self, key: Key, item: Item, now: EpochMillis) -> Result<Fate> {
        let is_locked = item.is_locked(&lapse_mark(now, self.settings.clock_skew));
        if is_locked && !self.is_abandoned_by_php(&key, &item) {
            return Ok(Fate::Spared);
        }
        let request = request::collect(&self.settings, &key, &item, now);
        let mut call = self.sender.writing(Operation::Collect).ignoring_items();
        let judge = |_: Item, _: &Ambiguity| Judgment::Done(());
        let executed = self.sender.execute(&mut call, request, judge).await;
        match executed.map_err(Error::from) {
            Ok(Executed::Replied(units)) => Ok(Fate::Deleted(units)),
            Ok(Executed::Judged(())) => Ok(Fate::Spared),
            Err(error) if concerns_the_table(&error) => Err(error),
            Err(_) => Ok(Fate::Failed),
        }
    }
}

/// Whether no other write can succeed either.
pub(crate) fn concerns_the_table(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Config | ErrorKind::Denied)
}
