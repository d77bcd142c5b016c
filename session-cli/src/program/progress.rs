use crate::MigrationReport;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::time::Duration;

/// The display of a running walk.
///
/// It is a line that moves on a terminal. Elsewhere, as in a log of cron or CI, it is a line now
/// and then.
pub(crate) enum Progress {
    Moving(ProgressBar),
    /// The next line is due when the walk has taken so long.
    Lines {
        due: Duration,
    },
}

/// The least time between two lines in a log.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

impl Progress {
    pub(crate) fn start() -> Self {
        if !io::stderr().is_terminal() {
            return Self::Lines { due: Duration::ZERO };
        }
        let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}");
        let bar = ProgressBar::new_spinner();
        Self::Moving(match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        })
    }

    pub(crate) fn show(&mut self, report: &MigrationReport, verb: Option<&str>) {
        let elapsed = report.survey.elapsed;
        match self {
            Self::Moving(bar) => {
                bar.set_message(line(report, verb));
                bar.tick();
            }
            Self::Lines { due } if elapsed >= *due => {
                *due = elapsed + BETWEEN_LINES;
                eprintln!("{} s: {}", elapsed.as_secs(), line(report, verb));
            }
            Self::Lines { .. } => {}
        }
    }
}

fn line(report: &MigrationReport, verb: Option<&str>) -> String {
    let (items, units) = (report.survey.census.items, report.survey.units);
    let converted = verb.map(|verb| format!(", {} {verb}", report.converted)).unwrap_or_default();
    format!("{items} items examined{converted}, {units:.1} units")
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Self::Moving(bar) = self {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BETWEEN_LINES, Progress};
    use crate::MigrationReport;
    use std::time::Duration;

    #[test]
    fn a_log_gets_the_first_line_at_once_and_another_now_and_then() {
        let mut progress = Progress::Lines { due: Duration::ZERO };
        let mut report = MigrationReport::default();
        for (elapsed, next) in [(0, 10), (1, 10), (9, 10), (12, 22), (22, 32)] {
            report.survey.elapsed = Duration::from_secs(elapsed);
            progress.show(&report, None);
            let Progress::Lines { due } = progress else { panic!("it is no terminal") };
            assert_eq!(due, Duration::from_secs(next), "after {elapsed} s");
        }
        assert_eq!(BETWEEN_LINES, Duration::from_secs(10));
    }
}
