use crate::recognition::{Data, Recognition};
use crate::report::{ItemOutcome, MigrationReport};
use crate::target::{SkipReason, Target};
use futures_util::stream::{self, StreamExt};
use session_core::{Error, ErrorKind, Result};
use session_dynamodb::admin::{
    ConversionOutcome, Decision, ExaminedItem, Metered, Rewrite, TableAdmin,
};
use std::sync::atomic::{AtomicBool, Ordering};

/// How many conversions are under way at the same time.
const PARALLEL_CONVERSIONS: usize = 8;

/// Converts the sessions that a walk meets, or counts them in a dry run.
#[derive(Clone)]
pub(crate) struct Converter {
    pub(crate) target: Target,
    pub(crate) writes: bool,
}

/// A session that is to be converted.
pub(crate) struct PendingConversion {
    item: ExaminedItem,
    rewrite: Rewrite,
}

impl Converter {
    /// Gives a session back if it is to be converted, and counts why if it is not.
    pub(crate) fn judge(
        &self,
        item: ExaminedItem,
        data: &Data,
        report: &mut MigrationReport,
    ) -> Option<PendingConversion> {
        match self.target.decide(&item, data) {
            Decision::Rewrite(rewrite) => return Some(PendingConversion { item, rewrite }),
            Decision::Fits => report.note(ItemOutcome::Fits),
            Decision::Leave(reason) => report.note(ItemOutcome::Skipped(reason)),
        }
        None
    }

    /// Converts the sessions, and counts each as it is done.
    ///
    /// After one that fails for the table's reasons, no conversion begins. Those under way are
    /// waited for, so that every conversion is counted.
    pub(crate) async fn convert_all(
        &self,
        (admin, recognition): (&TableAdmin, &Recognition),
        due: Vec<PendingConversion>,
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
            Some(self.convert(admin, recognition, due).await)
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

    /// Returns the outcome for one session and its capacity units.
    ///
    /// An error means that no other session could be converted either.
    async fn convert(
        &self,
        admin: &TableAdmin,
        recognition: &Recognition,
        PendingConversion { item, rewrite }: PendingConversion,
    ) -> (Result<ItemOutcome>, f64) {
        // What another wrote meanwhile is what gets converted.
        let decide = |item: &ExaminedItem| {
            let data = recognition.data(item.data());
            self.target.decide(item, &data)
        };
        let Metered { result, units, .. } = admin.convert(&item, rewrite, decide).await;
        let outcome = match result {
            Ok(outcome) => Ok(counted(outcome)),
            Err(error) if concerns_the_table(&error) => Err(error),
            // Because of attributes of other programs, which only the server counts.
            Err(error) if matches!(error.kind(), ErrorKind::TooLarge { .. }) => {
                Ok(ItemOutcome::Skipped(SkipReason::TooLarge))
            }
            Err(_) => Ok(ItemOutcome::Failed),
        };
        (outcome, units)
    }
}

const fn counted(outcome: ConversionOutcome<SkipReason>) -> ItemOutcome {
    match outcome {
        ConversionOutcome::Converted => ItemOutcome::Converted,
        ConversionOutcome::Fits => ItemOutcome::Fits,
        ConversionOutcome::Left(reason) => ItemOutcome::Skipped(reason),
        ConversionOutcome::Gone => ItemOutcome::Gone,
        ConversionOutcome::Contended => ItemOutcome::Contended,
    }
}

/// Whether no other write can succeed either.
fn concerns_the_table(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Config | ErrorKind::Denied)
}
