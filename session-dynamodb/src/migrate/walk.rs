//! The walk that a survey and a migration share: pages, and what is found in them.

use super::converter::Converter;
use super::examiner::Examiner;
use super::report::{MigrationError, MigrationReport};
use crate::DynamoDbStore;
use crate::cursor::Walk;
use futures_util::future::join_all;
use session_core::Result;
use session_core::collector::RateLimit;
use session_core::error::{Operation, Retry};
use session_core::store::{Cursor, Sweep};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

/// How often a step is tried that the store cannot do.
const ATTEMPTS: u32 = 8;
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub(super) struct TableScan {
    pub(super) store: Arc<DynamoDbStore>,
    pub(super) examiner: Examiner,
    pub(super) step: NonZeroUsize,
    pub(super) rate_limit: RateLimit,
}

impl TableScan {
    pub(super) const STEP: NonZeroUsize = NonZeroUsize::new(400).expect("it is not zero");

    /// Walks over the table, and has what it finds converted if somebody does that.
    pub(super) async fn run(
        &self,
        converter: Option<&Converter>,
        from: Option<Cursor>,
        mut progress: impl FnMut(&MigrationReport) + Send,
    ) -> Result<MigrationReport, MigrationError<MigrationReport>> {
        let begin = self.elapsed();
        let mut report = MigrationReport::default();
        let mut walk = match self.walk(from.as_ref()) {
            Ok(walk) => walk,
            Err(error) => return Err(MigrationError { report: Box::new(report), error }),
        };
        report.survey.next = from;
        loop {
            let (start, before) = (self.elapsed(), report.cost());
            let stepped = self.step_patiently(converter, &mut walk, &mut report).await;
            report.survey.elapsed = self.elapsed().saturating_sub(begin);
            if let Err(error) = stepped {
                return Err(MigrationError { report: Box::new(report), error });
            }
            report.survey.next = walk.cursor();
            progress(&report);
            if report.survey.next.is_none() {
                return Ok(report);
            }
            let least = self.rate_limit.time_for(&between(&before, &report.cost()));
            self.pause(least.saturating_sub(self.elapsed().saturating_sub(start))).await;
        }
    }

    fn walk(&self, from: Option<&Cursor>) -> Result<Walk> {
        let beginning = || Ok(Walk::beginning(self.store.scan_segments.get()));
        let walk = from.map_or_else(beginning, Walk::parse);
        walk.map_err(|error| error.during(Operation::Migrate))
    }

    /// A step, repeated with a growing back-off while the store is unavailable.
    async fn step_patiently(
        &self,
        converter: Option<&Converter>,
        walk: &mut Walk,
        report: &mut MigrationReport,
    ) -> Result<()> {
        let mut back_off = FIRST_BACK_OFF;
        for attempt in 1.. {
            let mut step = MigrationReport::default();
            let Err(error) = self.step(converter, walk, &mut step).await else {
                report.add(&step);
                break;
            };
            report.add_unfinished(&step);
            if attempt == ATTEMPTS || error.retry() != Retry::Later {
                return Err(error);
            }
            self.pause(back_off).await;
            back_off *= 2;
        }
        Ok(())
    }

    /// Examines a page of every segment, has converted what is to be, and moves the walk on.
    ///
    /// What fails before the end leaves the walk where it was: a step that is repeated finds as it
    /// should be what was converted by then.
    async fn step(
        &self,
        converter: Option<&Converter>,
        walk: &mut Walk,
        report: &mut MigrationReport,
    ) -> Result<()> {
        let now = self.store.clock.now();
        let pages = walk.pages(self.step.get()).into_iter();
        let examined = join_all(pages.map(|page| self.examiner.examine(page))).await;
        let units = examined.iter().flatten().map(|(_, found)| found.units);
        report.survey.units += units.sum::<f64>();
        let (mut due, mut next) = (Vec::new(), Vec::new());
        for (segment, found) in examined.into_iter().collect::<Result<Vec<_>>>()? {
            next.push((segment, found.next));
            for (key, whole) in found.items {
                let finding = self.examiner.finding(&key, &whole, now);
                report.survey.census.count(&key, &whole.item, &finding);
                if let Some(converter) = converter {
                    due.extend(converter.judge(key, whole.item, &finding, report));
                }
            }
        }
        if let Some(converter) = converter {
            converter.convert_all(&self.examiner, due, now, report).await?;
        }
        for (segment, key) in next {
            walk.move_to(segment, key);
        }
        Ok(())
    }

    fn elapsed(&self) -> Duration {
        self.examiner.sender.timer.elapsed()
    }

    async fn pause(&self, duration: Duration) {
        if !duration.is_zero() {
            self.examiner.sender.timer.sleep(duration).await;
        }
    }
}

/// A step as the rate limit measures it, with all of its attempts.
fn between(before: &Sweep, after: &Sweep) -> Sweep {
    Sweep {
        scanned: after.scanned - before.scanned,
        units: after.units - before.units,
        ..Sweep::default()
    }
}
