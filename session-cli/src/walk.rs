//! The walk that a survey and a migration share: pages, and what is found in them.

use crate::converter::Converter;
use crate::recognition::Recognition;
use crate::report::{MigrationError, MigrationReport};
use session_core::Result;
use session_core::collector::RateLimit;
use session_core::error::Retry;
use session_core::store::{Cursor, Sweep};
use session_core::time::Timer;
use session_dynamodb::admin::TableAdmin;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

/// How often a step is tried that the store cannot do.
const ATTEMPTS: u32 = 8;
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub(crate) struct TableScan {
    pub(crate) admin: TableAdmin,
    pub(crate) recognition: Recognition,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) step: NonZeroUsize,
    pub(crate) rate_limit: RateLimit,
}

impl TableScan {
    pub(crate) const STEP: NonZeroUsize = NonZeroUsize::new(400).expect("it is not zero");

    /// Walks over the table, and has what it finds converted if somebody does that.
    pub(crate) async fn run(
        &self,
        converter: Option<&Converter>,
        from: Option<Cursor>,
        mut progress: impl FnMut(&MigrationReport) + Send,
    ) -> Result<MigrationReport, MigrationError<MigrationReport>> {
        let begin = self.timer.elapsed();
        let mut report = MigrationReport::default();
        report.survey.next = from;
        loop {
            let (start, before) = (self.timer.elapsed(), report.cost());
            let stepped = self.step_patiently(converter, &mut report).await;
            report.survey.elapsed = self.timer.elapsed().saturating_sub(begin);
            match stepped {
                Ok(next) => report.survey.next = next,
                Err(error) => return Err(MigrationError { report: Box::new(report), error }),
            }
            progress(&report);
            if report.survey.next.is_none() {
                return Ok(report);
            }
            let least = self.rate_limit.time_for(&between(&before, &report.cost()));
            self.pause(least.saturating_sub(self.timer.elapsed().saturating_sub(start))).await;
        }
    }

    /// A step, repeated with a growing back-off while the store is unavailable.
    async fn step_patiently(
        &self,
        converter: Option<&Converter>,
        report: &mut MigrationReport,
    ) -> Result<Option<Cursor>> {
        let (mut back_off, mut attempt) = (FIRST_BACK_OFF, 1);
        loop {
            let mut step = MigrationReport::default();
            let error = match self.step(converter, report.survey.next.as_ref(), &mut step).await {
                Ok(next) => {
                    report.add(&step);
                    return Ok(next);
                }
                Err(error) => error,
            };
            report.add_unfinished(&step);
            if attempt == ATTEMPTS || error.retry() != Retry::Later {
                return Err(error);
            }
            self.pause(back_off).await;
            (back_off, attempt) = (back_off * 2, attempt + 1);
        }
    }

    /// Examines a page, has converted what is to be, and returns where to go on.
    ///
    /// A failure before the end leaves the walk at its position: a repeated step finds as it
    /// should be what was converted by then.
    async fn step(
        &self,
        converter: Option<&Converter>,
        from: Option<&Cursor>,
        report: &mut MigrationReport,
    ) -> Result<Option<Cursor>> {
        let examined = self.admin.examine(self.step, from).await;
        report.survey.units += examined.units;
        let page = examined.result?;
        let mut due = Vec::new();
        for item in page.items {
            let data = self.recognition.of_live(&item);
            report.survey.census.count(&item, data.as_ref());
            if let (Some(converter), Some(data)) = (converter, data) {
                due.extend(converter.judge(item, &data, report));
            }
        }
        if let Some(converter) = converter {
            converter.convert_all((&self.admin, &self.recognition), due, report).await?;
        }
        Ok(page.next)
    }

    async fn pause(&self, duration: Duration) {
        if !duration.is_zero() {
            self.timer.sleep(duration).await;
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
