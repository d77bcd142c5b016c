use indicatif::{ProgressBar, ProgressStyle};
use session_dynamodb::MigrationReport;

/// What is shown while a walk goes on, where there is a terminal to show it on.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(crate) fn start() -> Self {
        let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}");
        let bar = ProgressBar::new_spinner();
        Self(match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        })
    }

    pub(crate) fn show(&self, report: &MigrationReport, verb: Option<&str>) {
        let (items, units) = (report.survey.census.items, report.survey.units);
        let converted =
            verb.map(|verb| format!(", {} {verb}", report.converted)).unwrap_or_default();
        self.0.set_message(format!("{items} items examined{converted}, {units:.1} units"));
        self.0.tick();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
