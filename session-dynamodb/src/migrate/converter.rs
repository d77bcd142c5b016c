use super::census::{Finding, State};
use super::examiner::Examiner;
use super::report::{ItemOutcome, MigrationReport};
use super::target::{SkipReason, Target};
use crate::collect::concerns_the_table;
use crate::item::Item;
use crate::request::{self, Conversion};
use crate::send::{Ambiguity, Executed, Judgment, ROUNDS, Whole};
use futures_util::stream::{self, StreamExt};
use session_core::error::Operation;
use session_core::store::Key;
use session_core::time::EpochMillis;
use session_core::{ErrorKind, Result};
use std::sync::atomic::{AtomicBool, Ordering};

/// How many conversions are under way at the same time.
const PARALLEL_CONVERSIONS: usize = 8;

/// What converts the items that a walk meets, or counts what it would convert.
#[derive(Clone)]
pub(super) struct Converter {
    pub(super) target: Target,
    pub(super) writes: bool,
}

/// An item that is to be converted.
pub(super) struct PendingConversion {
    key: Key,
    item: Item,
    conversion: Conversion,
}

impl Converter {
    /// Gives an item back if it is to be converted, and counts why if it is not.
    pub(super) fn judge(
        &self,
        key: Key,
        item: Item,
        finding: &Finding,
        report: &mut MigrationReport,
    ) -> Option<PendingConversion> {
        match self.target.conversion(&key, &item, finding) {
            Ok(conversion) => Some(PendingConversion { key, item, conversion }),
            Err(left) => {
                if matches!(finding.state, State::Live(_)) {
                    report.note(ItemOutcome::SkipReason(left));
                }
                None
            }
        }
    }

    /// Counts each as it is done. After one that fails for the table's reasons none is begun; those
    /// under way are waited for, so that none is converted which is not counted.
    pub(super) async fn convert_all(
        &self,
        examiner: &Examiner,
        due: Vec<PendingConversion>,
        now: EpochMillis,
        report: &mut MigrationReport,
    ) -> Result<()> {
        if !self.writes {
            for _ in &due {
                report.note(ItemOutcome::Converted);
            }
            return Ok(());
        }
        let has_failed = AtomicBool::new(false);
        let due = due.into_iter().map(|due| async {
            if has_failed.load(Ordering::Relaxed) {
                return None;
            }
            Some(self.convert_one(examiner, due, now).await)
        });
        let mut conversions = stream::iter(due).buffer_unordered(PARALLEL_CONVERSIONS);
        let mut result = Ok(());
        while let Some(done) = conversions.next().await {
            let Some((outcome, units)) = done else { continue };
            report.survey.units += units;
            match outcome {
                Ok(outcome) => report.note(outcome),
                Err(error) => {
                    has_failed.store(true, Ordering::Relaxed);
                    result = result.and(Err(error));
                }
            }
        }
        result
    }

    /// What became of it, unless no other could be converted either, and the units that it took.
    async fn convert_one(
        &self,
        examiner: &Examiner,
        due: PendingConversion,
        now: EpochMillis,
    ) -> (Result<ItemOutcome>, f64) {
        let mut units = 0.0;
        let outcome = match self.convert(examiner, due, now, &mut units).await {
            Err(error) if concerns_the_table(&error) => Err(error),
            // By attributes of others, which only the server counts.
            Err(error) if matches!(error.kind(), ErrorKind::TooLarge { .. }) => {
                Ok(ItemOutcome::SkipReason(SkipReason::TooLarge))
            }
            Err(_) => Ok(ItemOutcome::Failed),
            outcome => outcome,
        };
        (outcome, units)
    }

    /// Converts the item if it is as it was seen, and otherwise as the refusal says that it is: what
    /// another wrote meanwhile is what gets converted.
    async fn convert(
        &self,
        examiner: &Examiner,
        due: PendingConversion,
        now: EpochMillis,
        units: &mut f64,
    ) -> Result<ItemOutcome> {
        let PendingConversion { key, item, conversion } = due;
        let layout = &examiner.sender.table.layout;
        let mut rejections = 0;
        let judge = |item: Item, doubt: &Ambiguity| {
            rejections += 1;
            // A rejection is charged as a write is, and does not say so.
            *units += item.write_units(layout);
            // Attributes of other names do not matter: an orphan is not converted either.
            let whole = Whole { item, others: 0 };
            let finding = examiner.finding(&key, &whole, now);
            let item = whole.item;
            match self.target.conversion(&key, &item, &finding) {
                Ok(_) if rejections == ROUNDS => Judgment::Done(ItemOutcome::Contended),
                Ok(conversion) => Judgment::Send(request::convert(&key, &item, conversion, now)),
                // It is as an attempt of ours would have left it, whose reply was lost.
                Err(SkipReason::Fitting) if doubt.exists() => {
                    Judgment::Done(ItemOutcome::Converted)
                }
                Err(left) => Judgment::Done(ItemOutcome::SkipReason(left)),
            }
        };
        let mut call = examiner.sender.writing(Operation::Migrate);
        let first = request::convert(&key, &item, conversion, now);
        match examiner.sender.execute(&mut call, first, judge).await? {
            Executed::Judged(outcome) => Ok(outcome),
            Executed::Replied(updated) => {
                *units += updated.units;
                Ok(ItemOutcome::Converted)
            }
        }
    }
}
