use crate::program::progress::Progress;
use crate::program::token::TokenFile;
use crate::{MigrationError, MigrationReport};
use session_core::Error;

/// The reports of a walk: shown, kept, and remembered.
pub(crate) struct Heard {
    progress: Progress,
    token: Option<TokenFile>,
    verb: Option<&'static str>,
    last: MigrationReport,
    /// Why the token file could not be written, the first time.
    trouble: Option<String>,
}

impl Heard {
    /// Nothing yet.
    pub(crate) fn new(token: Option<TokenFile>, verb: Option<&'static str>) -> Self {
        if token.is_some() {
            eprintln!("note: the token file holds keys, and PHP's keys hold ids: guard it");
        }
        let (progress, last) = (Progress::start(), MigrationReport::default());
        Self { progress, token, verb, last, trouble: None }
    }

    pub(crate) fn hear(&mut self, report: MigrationReport) {
        self.progress.show(&report, self.verb);
        if let Some(token) = &self.token {
            let kept = token.keep(report.survey.next.as_ref());
            self.trouble = self.trouble.take().or(kept.err());
        }
        self.last = report;
    }

    /// The progress of a walk that stopped since its last report, and the reason.
    pub(crate) fn remember(&mut self, stopped: MigrationError<MigrationReport>) -> Error {
        self.last = *stopped.report;
        stopped.error
    }

    pub(crate) fn report(&self) -> &MigrationReport {
        &self.last
    }

    pub(crate) fn keeps_token(&self) -> bool {
        self.token.is_some()
    }

    pub(crate) fn into_trouble(self) -> Option<String> {
        self.trouble
    }
}
