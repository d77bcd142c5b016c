//! Tests of the program on its own demonstration table.

use clap::Parser;
use session_cli::program::{Args, run};
use std::{env, fs, process};

/// The arguments of a command on the demonstration table.
fn args(arguments: &[&str]) -> Args {
    let arguments = ["sessions"].iter().chain(arguments).chain(&["--demo"]);
    Args::try_parse_from(arguments).expect("they are arguments")
}

/// The report of a run on a new table.
async fn report(arguments: &[&str]) -> String {
    run(&args(arguments)).await.expect("it comes to its end")
}

/// The count in the row with this beginning.
fn count(report: &str, row: &str) -> u64 {
    let line = report.lines().find(|line| line.contains(&format!("│ {row} ")));
    let cells =
        line.unwrap_or_else(|| panic!("there is no row {row} in\n{report}")).split(['│', '┆']);
    cells.into_iter().nth(2).expect("it has cells").trim().parse().expect("it is a number")
}

#[tokio::test]
async fn a_survey_tells_what_is_in_the_table() {
    let report = report(&["survey", "--format", "any_php"]).await;
    for row in ["live, string", "live, binary", "live, base64", "live, without data"] {
        assert!(count(&report, row) > 0, "{row}");
    }
    assert_eq!(count(&report, "live, undecodable"), 1);
    assert_eq!(count(&report, "expired"), 1);
    assert_eq!(count(&report, "orphaned"), 1);
    assert_eq!(count(&report, "with a lock of PHP's"), 2);
    assert_eq!(count(&report, "items in all"), 100);
    assert!(!report.contains("PHPSESSID"), "{report}");
}

#[tokio::test]
async fn one_format_decodes_less_than_all() {
    let php = report(&["survey", "--format", "php"]).await;
    assert!(count(&php, "live, undecodable") > 1);
}

#[tokio::test]
async fn a_dry_run_foretells_what_a_run_does() {
    let arguments =
        ["migrate", "--format", "any_php", "--to", "aws_sdk_php", "--to-data", "binary"];
    let dry = report(&arguments).await;
    assert!(dry.contains("nothing is changed without --write"));
    let done = report(&[&arguments[..], &["--write"]].concat()).await;
    assert!(!done.contains("--write"));
    assert_eq!(count(&dry, "to convert"), count(&done, "converted"));
    assert_eq!((count(&done, "locked"), count(&done, "undecodable")), (1, 1));
}

#[tokio::test]
async fn a_token_of_another_walk_is_rejected_and_left() {
    let path = env::temp_dir().join(format!("sessions-test-{}", process::id()));
    fs::write(&path, "no token\n").expect("it can be written");
    let name = path.to_str().expect("it is text");
    let args = args(&["survey", "--resume", name]);
    let error = run(&args).await.expect_err("it is none");
    assert!(error.to_string().contains("choose another or remove it"), "{error}");
    assert!(fs::exists(&path).expect("it can be asked"));
    fs::remove_file(&path).expect("it is there");
}

#[tokio::test]
async fn a_finished_walk_leaves_no_token() {
    let path = env::temp_dir().join(format!("sessions-finished-{}", process::id()));
    let walk = "table \"sessions\" in eu-west-1, from aws_sdk_php as string, a survey";
    fs::write(&path, format!("sessions: {walk}\n-,-,.,-\n")).expect("it can be written");
    let report = report(&["survey", "--resume", path.to_str().expect("it is text")]).await;
    assert!(report.contains("the counts cover only the items after the token"));
    assert!(count(&report, "items in all") < 100);
    assert!(!fs::exists(&path).expect("it can be asked"));
}

#[tokio::test]
async fn what_cannot_be_is_rejected_by_name() {
    let args = args(&["migrate", "--to", "async_aws", "--to-data", "binary"]);
    let error = run(&args).await.expect_err("no handler has it");
    assert!(error.to_string().contains("keeps strings"), "{error}");
    Args::try_parse_from(["sessions", "migrate", "--write"]).expect_err("to what?");
    Args::try_parse_from(["sessions", "survey", "--write"]).expect_err("a survey writes nothing");
}

#[tokio::test]
async fn the_commands_of_the_readme_run() {
    const COMMAND: &str = "cargo run -p session-cli --features demo -- ";
    let readme = include_str!("../README.md").lines();
    let commands: Vec<_> = readme.filter_map(|line| line.strip_prefix(COMMAND)).collect();
    assert_eq!(commands.len(), 3);
    for command in commands {
        let arguments = ["sessions"].into_iter().chain(command.split(' '));
        let args = Args::try_parse_from(arguments).expect("they are arguments");
        assert!(command.contains(" --demo"), "{command}");
        run(&args).await.expect("it comes to its end");
    }
}
