use super::arguments::{Arguments, Format};
use super::{Report, Runner, table};
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
/// `--help` lists the arguments. The report goes to the standard output or into a file, and a
/// summary of one line to the standard error.
///
/// The exit code is 0 if every selected case passed, 1 if one failed, and 2 if the arguments have
/// no meaning, no case was selected, or the report cannot be written.
pub fn main(harness: impl Harness + 'static) -> ExitCode {
    let arguments = match Arguments::try_parse_from(env::args_os()) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    run(&arguments, harness).unwrap_or_else(|error| {
        tell(&format!("error: {error}"));
        ExitCode::from(TROUBLE)
    })
}

type Outcome = Result<ExitCode, Box<dyn Error + Send + Sync>>;

fn run(arguments: &Arguments, harness: impl Harness + 'static) -> Outcome {
    let cases = arguments.selection().cases();
    if cases.is_empty() {
        return Err("no case is selected".into());
    }
    if arguments.list {
        let lines: Vec<_> = cases.iter().map(ToString::to_string).collect();
        write_report(arguments, &(lines.join("\n") + "\n"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let report = arguments.configure(Runner::new(harness)).run();
    write_report(arguments, &rendered(&report, arguments.format)?)?;
    if arguments.output.is_some() || arguments.format != Format::Table {
        // The table ends with it.
        tell(&table::summary(&report));
    }
    Ok(if report.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
    use crate::{Lawful, Model, Row, Rules};
    use session_core::{EpochMillis, ManualClock, Operation};
    use std::path::PathBuf;
    use std::sync::Arc;

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

    fn run_model(arguments: &[&str]) -> Outcome {
        let arguments = parsed(arguments).expect("the arguments have a meaning");
        run(&arguments, |clock: ManualClock| Model::new(clock).into_fixture())
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
        let code = run(&arguments, |clock: ManualClock| {
            Model::with_rules(clock, Arc::new(LoadsNothing)).into_fixture()
        });
        assert_eq!(code.unwrap(), ExitCode::FAILURE);
        assert!(output.text().contains("loading::a_created_record_is_loaded"));
    }

    #[test]
    fn a_list_runs_nothing() {
        let output = Output::named("list");
        let arguments = parsed(&["--list", "--law", "R7", "--output", output.path()]).unwrap();
        let code = run(&arguments, |_: ManualClock| -> crate::Fixture { panic!("a case runs") });
        assert_eq!(code.unwrap(), ExitCode::SUCCESS);
        let first = "deleting::a_deletion_says_whether_there_was_something [R7]";
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
    fn arguments_without_a_meaning_are_refused() {
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
