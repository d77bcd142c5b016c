//! The walk that a survey and a migration share: pages, what is found in them, what is done to it.

use super::census::{Finding, State};
use super::form::Recognition;
use super::report::{Fate, Interrupted, MigrationReport};
use super::target::{Left, Target};
use crate::DynamoDbStore;
use crate::collect::concerns_the_table;
use crate::cursor::Walk;
use crate::item::Item;
use crate::request::{self, Conversion, Page};
use crate::send::{Doubt, Found, Reply, Sender};
use crate::settle::ROUNDS;
use futures_util::future::try_join_all;
use futures_util::stream::{self, StreamExt};
use session_core::{Cursor, EpochMillis, ErrorKind, Key, Operation, Pace, Result, Retry, Sweep};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

/// How many conversions are under way at the same time.
const PARALLEL_CONVERSIONS: usize = 8;
/// How often a step is repeated that the store could not do.
const ATTEMPTS: u32 = 8;
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub(super) struct Tour {
    pub(super) store: Arc<DynamoDbStore>,
    /// The store's, reading tags too, whatever the profile.
    pub(super) sender: Sender,
    pub(super) recognition: Recognition,
    /// What items are converted to, if they are.
    pub(super) target: Option<Target>,
    pub(super) writes: bool,
    pub(super) step: NonZeroUsize,
    pub(super) pace: Pace,
}

impl Tour {
    pub(super) const STEP: NonZeroUsize = NonZeroUsize::new(400).expect("it is not zero");

    pub(super) async fn run(
        &self,
        from: Option<Cursor>,
        mut progress: impl FnMut(&MigrationReport) + Send,
    ) -> Result<MigrationReport, Interrupted> {
        let begin = self.elapsed();
        let mut report = MigrationReport::default();
        let mut walk = match self.walk(from.as_ref()) {
            Ok(walk) => walk,
            Err(error) => return Err(Interrupted { report: Box::new(report), error }),
        };
        report.survey.next = from;
        loop {
            let start = self.elapsed();
            let step = match self.step_patiently(&mut walk).await {
                Ok(step) => step,
                Err(error) => return Err(Interrupted { report: Box::new(report), error }),
            };
            report.add(&step);
            report.survey.next = walk.cursor();
            report.survey.elapsed = self.elapsed().saturating_sub(begin);
            progress(&report);
            if report.survey.next.is_none() {
                return Ok(report);
            }
            let least = self.pace.time_for(&cost(&step));
            self.pause(least.saturating_sub(self.elapsed().saturating_sub(start))).await;
        }
    }

    fn walk(&self, from: Option<&Cursor>) -> Result<Walk> {
        let beginning = || Ok(Walk::beginning(self.store.scan_segments.get()));
        let walk = from.map_or_else(beginning, Walk::parse);
        walk.map_err(|error| error.during(Operation::Migrate))
    }

    /// A step, repeated with a growing back-off while the store is unavailable.
    async fn step_patiently(&self, walk: &mut Walk) -> Result<MigrationReport> {
        let mut back_off = FIRST_BACK_OFF;
        for _ in 1..ATTEMPTS {
            match self.step(walk).await {
                Err(error) if error.retry() == Retry::Later => self.pause(back_off).await,
                done => return done,
            }
            back_off *= 2;
        }
        self.step(walk).await
    }

    /// Examines a page of every segment, converts what is to be converted, and moves the walk on.
    ///
    /// What fails before the end leaves the walk where it was: a step that is repeated finds as it
    /// should be what was converted by then.
    async fn step(&self, walk: &mut Walk) -> Result<MigrationReport> {
        let now = self.store.clock.now();
        let pages = walk.pages(self.step.get()).into_iter();
        let found = try_join_all(pages.map(|page| self.examine(page))).await?;
        let mut report = MigrationReport::default();
        let (mut due, mut next) = (Vec::new(), Vec::new());
        for (segment, found) in found {
            report.survey.units += found.units;
            next.push((segment, found.next));
            for (key, item) in found.items {
                due.extend(self.judge(key, item, now, &mut report));
            }
        }
        self.convert_all(due, now, &mut report).await?;
        for (segment, key) in next {
            walk.move_to(segment, key);
        }
        Ok(report)
    }

    async fn examine(&self, page: Page) -> Result<(usize, Found)> {
        let segment = page.segment;
        let consistent = self.store.settings.consistent_read;
        let request = request::examine(&self.sender.layout, page, consistent);
        Ok((segment, self.sender.scan(Operation::Migrate, &request).await?))
    }

    /// Counts an item, and gives it back if it is to be converted.
    fn judge(
        &self,
        key: Key,
        item: Item,
        now: EpochMillis,
        report: &mut MigrationReport,
    ) -> Option<(Key, Item, Conversion)> {
        let finding = self.finding(&item, now);
        report.survey.census.count(&key, &item, &finding);
        let target = self.target.as_ref()?;
        match target.conversion(&key, &item, &finding) {
            Ok(conversion) => Some((key, item, conversion)),
            Err(left) => {
                if matches!(finding.state, State::Live(_)) {
                    report.note(Fate::Left(left));
                }
                None
            }
        }
    }

    fn finding(&self, item: &Item, now: EpochMillis) -> Finding {
        Finding::of(item, &self.recognition, now, self.store.settings.clock_skew)
    }

    async fn convert_all(
        &self,
        due: Vec<(Key, Item, Conversion)>,
        now: EpochMillis,
        report: &mut MigrationReport,
    ) -> Result<()> {
        if !self.writes {
            for _ in &due {
                report.note(Fate::Converted(0.0));
            }
            return Ok(());
        }
        let due = due.into_iter().map(|(key, item, conversion)| async move {
            match self.convert(&key, item, conversion, now).await {
                Err(error) if concerns_the_table(&error) => Err(error),
                // By attributes of others, which only the server counts.
                Err(error) if matches!(error.kind(), ErrorKind::TooLarge { .. }) => {
                    Ok(Fate::Left(Left::TooLarge))
                }
                Err(_) => Ok(Fate::Failed),
                fate => fate,
            }
        });
        let mut conversions = stream::iter(due).buffer_unordered(PARALLEL_CONVERSIONS);
        while let Some(fate) = conversions.next().await {
            report.note(fate?);
        }
        Ok(())
    }

    /// Converts the item if it is as it was seen, and otherwise as the refusal says that it is: what
    /// another wrote meanwhile is what gets converted.
    async fn convert(
        &self,
        key: &Key,
        mut item: Item,
        mut conversion: Conversion,
        now: EpochMillis,
    ) -> Result<Fate> {
        let Some(target) = &self.target else {
            return Ok(Fate::Left(Left::Fitting));
        };
        let mut doubt = Doubt::writing();
        for _ in 0..ROUNDS {
            let request = request::convert(key, &item, conversion, now);
            let sent = self.sender.convert(Operation::Migrate, &request, &mut doubt).await?;
            item = match sent {
                Reply::Done(units) => return Ok(Fate::Converted(units)),
                Reply::Refused(item) => item,
            };
            conversion = match target.conversion(key, &item, &self.finding(&item, now)) {
                Ok(conversion) => conversion,
                // It is as an attempt of ours would have left it, whose reply was lost.
                Err(Left::Fitting) if doubt.is_there() => return Ok(Fate::Converted(0.0)),
                Err(left) => return Ok(Fate::Left(left)),
            };
        }
        Ok(Fate::Contended)
    }

    fn elapsed(&self) -> Duration {
        self.sender.timer.elapsed()
    }

    async fn pause(&self, duration: Duration) {
        if !duration.is_zero() {
            self.sender.timer.sleep(duration).await;
        }
    }
}

/// A step as the pace measures it.
fn cost(step: &MigrationReport) -> Sweep {
    Sweep { scanned: step.survey.census.items, units: step.survey.units, ..Sweep::default() }
}
