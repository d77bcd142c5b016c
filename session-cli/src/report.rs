use crate::Census;
use crate::target::SkipReason;
use session_core::Error;
use session_core::store::{Cursor, Sweep};
use std::error::Error as StdError;
use std::fmt::{self, Debug, Display, Formatter};
use std::time::Duration;

/// The progress of a [`Survey`](crate::Survey), or its total.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SurveyReport {
    /// The counts of items.
    pub census: Census,
    /// How many steps it took.
    pub steps: u64,
    /// The cost in capacity units, if the server reports it.
    ///
    /// It does not report rejections: a rejected conversion counts as a write of the part of the
    /// session that was found.
    pub units: f64,
    /// How long it took, pauses included.
    pub elapsed: Duration,
    /// Where to resume, or `None` when the walk is complete.
    ///
    /// It can hold keys, and so ids.
    pub next: Option<Cursor>,
}

/// The progress of a [`Migration`](crate::Migration), or its total.
///
/// Of the live sessions that the census has each is counted once below, with those that ended
/// before their turn came in [`gone`](Self::gone). A walk that ends with a [`MigrationError`] in the midst of a
/// step counts what that step converted, and nothing else of it: the census and the other figures
/// are of the steps before, and the next run meets the same items again, the converted ones as
/// [`fitting`](Self::fitting).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct MigrationReport {
    /// The counts of items before the conversion.
    pub survey: SurveyReport,
    /// Sessions that were converted; in a dry run, that would have been.
    pub converted: u64,
    /// Sessions that were as they should be.
    pub fitting: u64,
    /// Sessions that were left because somebody holds their lock.
    ///
    /// A later pass meets them again.
    pub locked: u64,
    /// Sessions that were left because they changed under every attempt.
    ///
    /// A later pass meets them again.
    pub contended: u64,
    /// Sessions that ended between being read and being converted.
    pub gone: u64,
    /// Sessions that were left because their data decodes as it is and as base64.
    ///
    /// Encoding or decoding it might be once too often.
    pub ambiguous: u64,
    /// Sessions that were left because their data decodes from no encoding.
    pub undecodable: u64,
    /// Sessions that were left because they are no UTF-8, and the target is a string.
    pub not_text: u64,
    /// Sessions that were left because they would be beyond the limit of an item.
    pub too_large: u64,
    /// Sessions whose conversion failed for the store's reasons.
    ///
    /// A later pass meets them again.
    pub failed: u64,
}

impl MigrationReport {
    /// How many live sessions were left that a later pass may convert.
    ///
    /// ```
    /// assert_eq!(session_cli::MigrationReport::default().left_for_later(), 0);
    /// ```
    pub const fn left_for_later(&self) -> u64 {
        self.locked + self.contended + self.failed
    }

    /// How many live sessions stay as they are, however often it is tried.
    ///
    /// ```
    /// assert_eq!(session_cli::MigrationReport::default().left_for_good(), 0);
    /// ```
    pub const fn left_for_good(&self) -> u64 {
        self.ambiguous + self.undecodable + self.not_text + self.too_large
    }

    pub(crate) fn note(&mut self, outcome: ItemOutcome) {
        let counter = match outcome {
            ItemOutcome::Converted => &mut self.converted,
            ItemOutcome::Fits => &mut self.fitting,
            ItemOutcome::Gone => &mut self.gone,
            ItemOutcome::Contended => &mut self.contended,
            ItemOutcome::Failed => &mut self.failed,
            ItemOutcome::Skipped(SkipReason::Locked) => &mut self.locked,
            ItemOutcome::Skipped(SkipReason::Ambiguous) => &mut self.ambiguous,
            ItemOutcome::Skipped(SkipReason::Undecodable) => &mut self.undecodable,
            ItemOutcome::Skipped(SkipReason::NotText) => &mut self.not_text,
            ItemOutcome::Skipped(SkipReason::TooLarge) => &mut self.too_large,
        };
        *counter += 1;
    }

    /// Adds the conversions and the cost of a step that did not come to its end.
    ///
    /// The items that it found and left are not counted, because they are met again.
    pub(crate) fn add_unfinished(&mut self, step: &Self) {
        self.survey.units += step.survey.units;
        self.converted += step.converted;
    }

    /// The cost until now, as a rate limit measures it.
    pub(crate) fn cost(&self) -> Sweep {
        let (scanned, units) = (self.survey.census.items, self.survey.units);
        Sweep { scanned, units, ..Sweep::default() }
    }

    /// Adds what one step found and did.
    pub(crate) fn add(&mut self, step: &Self) {
        let Self { survey, converted, fitting, locked, contended, gone, .. } = step;
        let Self { ambiguous, undecodable, not_text, too_large, failed, .. } = step;
        self.survey.census.add(&survey.census);
        self.survey.steps += 1;
        self.survey.units += survey.units;
        self.converted += converted;
        self.fitting += fitting;
        self.locked += locked;
        self.contended += contended;
        self.gone += gone;
        self.ambiguous += ambiguous;
        self.undecodable += undecodable;
        self.not_text += not_text;
        self.too_large += too_large;
        self.failed += failed;
    }
}

/// The outcome for a live session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemOutcome {
    Converted,
    Fits,
    Gone,
    Contended,
    Failed,
    Skipped(SkipReason),
}

/// A walk that could not go on.
///
/// Its report, a [`SurveyReport`] or a [`MigrationReport`], says what was found and done, and where
/// to resume: after the last step that came to its end.
#[derive(Debug)]
pub struct MigrationError<R> {
    /// The report until then, and where to resume.
    pub report: Box<R>,
    /// Why the next step failed.
    pub error: Error,
}

impl<R> Display for MigrationError<R> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("the walk over the table stopped before its end")
    }
}

impl<R: Debug> StdError for MigrationError<R> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.error)
    }
}
