use crate::DynamoDbStore;
use crate::cursor::Walk;
use crate::item::Item;
use crate::lease::lapse_mark;
use crate::request::{self, Page};
use crate::send::{Doubt, Found, Reply};
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
            let Found { items, scanned, units, next } = found;
            walk.move_to(segment, next);
            sweep.scanned += scanned;
            sweep.units += units;
            dead.extend(items);
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
    async fn examine(&self, page: Page, now: EpochMillis) -> Result<(usize, Found)> {
        let segment = page.segment;
        let found = self.sender.scan(Operation::Collect, &request::scan(page, now)).await?;
        Ok((segment, found))
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
        let mut doubt = Doubt::writing();
        match self.sender.delete(Operation::Collect, &request, &mut doubt).await {
            Ok(Reply::Done(units)) => Ok(Fate::Deleted(units)),
            Ok(Reply::Refused(_)) => Ok(Fate::Spared),
            Err(error) if concerns_the_table(&error) => Err(error),
            Err(_) => Ok(Fate::Failed),
        }
    }
}

/// Whether no other write can succeed either.
pub(crate) fn concerns_the_table(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Config | ErrorKind::Denied)
}
