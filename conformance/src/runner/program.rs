use super::arguments::{Arguments, Format};
use super::text::in_one_line;
use super::{Entry, Outcome, Report, Runner, table};
use crate::Harness;
use clap::Parser;
use std::error::Error;
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;
use std::{env, fs};

/// The exit code of a program that could not do what it was asked.
const TROUBLE: u8 = 2;

/// Runs the suite as the arguments of the process say, and writes its report.
///
/// `--help` lists the arguments. The report goes to the standard output or into a file. To the
/// standard error go each failure as it happens, and a summary of one line.
///
/// The exit code is 0 if every selected case passed, 1 if one failed, and 2 if the arguments have
/// no meaning, no case was selected, or the report cannot be written.
pub fn main(harness: impl Harness + 'static) -> ExitCode {
    let arguments = match Arguments::try_parse_from(env::args_os()) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    run(&arguments, harness, tell).unwrap_or_else(|error| {
        tell(&format!("error: {error}"));
        ExitCode::from(TROUBLE)
    })
}

type Ending = Result<ExitCode, Box<dyn Error + Send + Sync>>;

fn run(
    arguments: &Arguments,
    harness: impl Harness + 'static,
    tell: impl Fn(&str) + Clone + Send + Sync + 'static,
) -> Ending {
    let cases = arguments.selection().cases();
    if cases.is_empty() {
        return Err("no case is selected".into());
    }
    if arguments.list {
        let lines: Vec<_> = cases.iter().map(ToString::to_string).collect();
        write_report(arguments, &(lines.join("\n") + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let tell_failures = {
        let tell = tell.clone();
        move |entry: &Entry| failure(entry).iter().for_each(|line| tell(line))
    };
    let report = arguments.configure(Runner::new(harness)).on_end(tell_failures).run();
    write_report(arguments, &rendered(&report, arguments.format)?)?;
    if arguments.output.is_some() || arguments.format != Format::Table {
        // The table ends with it.
        tell(&table::summary(&report));
    }
    Ok(if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The message about a case as soon as it has failed.
fn failure(entry: &Entry) -> Option<String> {
    let Outcome::Failed { reason, .. } = &entry.outcome else { return None };
    Some(format!("FAILED {}: {}", entry.case.id(), in_one_line(reason)))
}

fn rendered(report: &Report, format: Format) -> Result<String, Box<dyn Error + Send + Sync>> {
    match format {
        Format::Table => Ok(report.to_table()),
        Format::Json => Ok(report.to_json()? + "\n"),
        Format::Junit => report.to_junit(),
    }
}

fn write_report(arguments: &Arguments, text: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    match &arguments.output {
        Some(path) => fs::write(path, text).map_err(|error| {
            format!("the report cannot be written to {}: {error}", path.display())
        })?,
        None => stdout().write_all(text.as_bytes())?,
    }
    Ok(())
}

/// Says it to people. There is nobody to tell that it cannot be said.
fn tell(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fixture, Lawful, Model, Row, Rules};
    use session_core::error::Operation;
    use session_core::time::{EpochMillis, ManualClock};
    use std::path::PathBuf;
    use std::sync::{Arc, Mutex, MutexGuard};

    /// Takes nothing for live that it is to load.
    #[derive(Debug)]
    struct LoadsNothing;

    impl Rules for LoadsNothing {
        fn is_live(&self, operation: Operation, row: &Row, now: EpochMillis) -> bool {
            operation != Operation::Load && Lawful.is_live(operation, row, now)
        }
    }

    fn parsed(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(["conformance"].iter().chain(arguments))
    }

    fn run_model(arguments: &[&str]) -> Ending {
        let arguments = parsed(arguments).expect("the arguments have a meaning");
        run(&arguments, |clock: ManualClock| Model::new(clock).into_fixture(), |_| {})
    }

    fn loads_nothing(clock: ManualClock) -> Fixture {
        Model::with_rules(clock, Arc::new(LoadsNothing)).into_fixture()
    }

    /// The reported lines.
    #[derive(Clone, Default)]
    struct Printed(Arc<Mutex<Vec<String>>>);

    impl Printed {
        fn printer(&self) -> impl Fn(&str) + Clone + Send + Sync + 'static {
            let printed = self.clone();
            move |line| printed.lines().push(line.to_owned())
        }

        fn lines(&self) -> MutexGuard<'_, Vec<String>> {
            self.0.lock().expect("nobody panics with it")
        }
    }

    /// A file of this test alone, which is removed with it.
    struct Output(PathBuf);

    impl Output {
        fn named(name: &str) -> Self {
            Self(env::temp_dir().join(format!("conformance-{}-{name}", std::process::id())))
        }

        fn path(&self) -> &str {
            self.0.to_str().expect("the directory's name is text")
        }

        fn text(&self) -> String {
            fs::read_to_string(&self.0).expect("the report was written")
        }
    }

    impl Drop for Output {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }

    #[test]
    fn each_format_is_written_to_a_file_and_a_pass_is_0() {
        for (format, begins) in [("table", "┌"), ("json", "{"), ("junit", "<?xml")] {
            let output = Output::named(format);
            let code =
                run_model(&["--law", "r7", "--format", format, "--output", output.path()]).unwrap();
            assert_eq!(code, ExitCode::SUCCESS);
            assert!(output.text().starts_with(begins), "{}", output.text());
        }
    }

    #[test]
    fn a_failure_is_1() {
        let output = Output::named("failure");
        let arguments = ["--exact", "a_created_record_is_loaded", "--output", output.path()];
        let arguments = parsed(&arguments).unwrap();
        let code = run(&arguments, loads_nothing, |_| {});
        assert_eq!(code.unwrap(), ExitCode::FAILURE);
        assert!(output.text().contains("loading::a_created_record_is_loaded"));
    }

    /// Apart from the report, which is on the standard output.
    #[test]
    fn failures_are_reported_one_by_one() {
        let output = Output::named("printed");
        let arguments = ["--filter", "_is_loaded", "--format", "json", "--output", output.path()];
        let printed = Printed::default();
        run(&parsed(&arguments).unwrap(), loads_nothing, printed.printer()).unwrap();
        let lines = printed.lines().clone();
        let (summary, failures) = lines.split_last().expect("something is reported");
        assert!(summary.contains("FAILED: 0 kept"), "{summary}");
        assert!(failures.len() > 1);
        assert!(
            failures
                .iter()
                .all(|line| line.starts_with("FAILED loading::") && !line.contains('\n')),
            "{failures:?}"
        );
    }

    #[test]
    fn a_run_that_fails_fast_ends_with_its_first_failure() {
        let output = Output::named("fast");
        let arguments =
            ["--filter", "_is_loaded", "--fail-fast", "--serial", "--output", output.path()];
        let printed = Printed::default();
        let code = run(&parsed(&arguments).unwrap(), loads_nothing, printed.printer()).unwrap();
        assert_eq!(code, ExitCode::FAILURE);
        assert_eq!(printed.lines().iter().filter(|line| line.starts_with("FAILED")).count(), 1);
        assert!(output.text().contains("were left out"), "{}", output.text());
    }

    #[test]
    fn a_list_runs_nothing() {
        let output = Output::named("list");
        let arguments = parsed(&["--list", "--law", "R7", "--output", output.path()]).unwrap();
        let code = run(&arguments, |_: ManualClock| -> Fixture { panic!("a case runs") }, |_| {});
        assert_eq!(code.unwrap(), ExitCode::SUCCESS);
        let first = "deleting::a_deletion_reports_whether_there_was_a_session [R7]";
        assert!(output.text().starts_with(first), "{}", output.text());
    }

    #[test]
    fn what_cannot_be_done_is_no_pass() {
        let nothing = run_model(&["--filter", "no such case"]).unwrap_err();
        assert_eq!(nothing.to_string(), "no case is selected");
        let output = env::temp_dir().join("no-such-directory").join("report");
        let output = output.to_str().unwrap();
        let unwritable = run_model(&["--law", "R7", "--output", output]).unwrap_err();
        assert!(unwritable.to_string().contains("cannot be written"), "{unwritable}");
    }

    #[test]
    fn arguments_without_a_meaning_are_rejected() {
        for arguments in [
            ["--law", "R16"],
            ["--exact", "a_touch"],
            ["--time-limit", "0"],
            ["--time-limit", "-1"],
            ["--threads", "0"],
            ["--format", "html"],
        ] {
            assert!(parsed(&arguments).is_err(), "{arguments:?}");
        }
    }
}
