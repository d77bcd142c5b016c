//! The report for people.

use super::text::{in_one_line, shown};
use super::{Counts, Entry, LawSummary, Outcome, Report};
use crate::Requirement;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use std::fmt::Write as _;

/// The width of the tables in columns, which is the same in every run.
///
/// The terminal is not asked how many columns it has.
const WIDTH: u16 = 110;

const WRITABLE: &str = "a string takes all that is written to it";

pub(super) fn of(report: &Report) -> String {
    let mut text = format!("{}\n", laws(report));
    failures(report, &mut text);
    refusals(report, &mut text);
    list("What this shows:", &report.proves(), &mut text);
    list("What it does not show:", &report.does_not_prove(), &mut text);
    writeln!(text, "\n{}", summary(report)).expect(WRITABLE);
    text
}

/// The run in one line.
pub(super) fn summary(report: &Report) -> String {
    let counts = report.counts();
    let verdict = if report.passed() { "passed" } else { "FAILED" };
    format!(
        "{}: {verdict}: {} kept, {} rejected as declared, {} failed, {} not run, in {:.2?}",
        in_one_line(report.name()),
        counts.kept,
        counts.refused,
        counts.failed,
        counts.not_run,
        report.elapsed()
    )
}

fn laws(report: &Report) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_width(WIDTH);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["law", "", "kept", "refused", "failed", "not run", "so it is"]);
    for summary in report.laws().into_iter().filter(has_run) {
        let counts = summary.counts;
        let numbers = [counts.kept, counts.refused, counts.failed, counts.not_run].map(or_blank);
        let mut row = vec![summary.law.number().to_owned(), summary.law.summary().to_owned()];
        row.extend(numbers);
        row.push(summary.standing().name().to_owned());
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(2).take(4) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn has_run(summary: &LawSummary) -> bool {
    let Counts { kept, refused, failed, .. } = summary.counts;
    kept + refused + failed > 0
}

/// A number, or nothing in place of zero.
fn or_blank(count: usize) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

fn failures(report: &Report, text: &mut String) {
    let failures: Vec<_> = report.failures().map(failure).collect();
    list("Failed:", &failures, text);
}

fn failure(entry: &Entry) -> String {
    let Outcome::Failed { reason, .. } = &entry.outcome else { return String::new() };
    let laws = entry.case.laws.iter().map(|law| format!("\n      {law}"));
    let reason = shown(reason).replace('\n', "\n      ");
    format!("{}\n      {reason}{}", entry.case.id(), laws.collect::<String>())
}

/// Writes how many cases were rejected for each capability that the store lacks.
///
/// JSON and JUnit name the cases.
fn refusals(report: &Report, text: &mut String) {
    let lacking = |need: &Requirement| {
        let refused = Outcome::Refused { lacks: *need };
        let cases = report.entries().iter().filter(|entry| entry.outcome == refused).count();
        (cases > 0).then(|| format!("{need}: {cases} cases"))
    };
    let lines: Vec<_> = Requirement::ALL.iter().filter_map(lacking).collect();
    list("Rejected, as the store does not declare it:", &lines, text);
}

fn list(title: &str, items: &[String], text: &mut String) {
    if items.is_empty() {
        return;
    }
    writeln!(text, "\n{title}\n  - {}", items.join("\n  - ")).expect(WRITABLE);
}
