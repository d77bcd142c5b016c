use crate::{MigrationReport, SurveyReport};
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};

/// The content of the table, and the readers of each form.
pub(crate) fn survey(report: &SurveyReport) -> String {
    let census = &report.census;
    let rows = [
        (
            "live, string",
            census.string,
            "read by aws_sdk_php, async_aws, idealstack without base64",
        ),
        ("live, binary", census.binary, "read by aws_sdk_php"),
        ("live, base64", census.base64, "read by idealstack"),
        ("live, without data", census.empty, "read by all"),
        ("live, ambiguous", census.ambiguous, "plain and base64: --format takes too much"),
        ("live, undecodable", census.undecodable, "is --format what the sessions are in?"),
        ("expired", census.expired, "the collector's, or time to live's"),
        ("orphaned", census.orphaned, "a lock alone: PHP crashed in a new session"),
        ("foreign", census.foreign, "no sessions of this name: they stay as they are"),
        ("items in all", census.items, ""),
        ("with a live lock of session-dynamodb", census.locked, "left until it is released"),
        ("with a lock of PHP's", census.locked_by_php, "left until PHP removes it"),
        ("with a lapsed lock of session-dynamodb", census.lapsed, "PHP would wait for it"),
        ("with version or lifetime", census.tagged, "session-dynamodb without a profile"),
        ("with a hashed key", census.hashed, "found by no handler of PHP"),
    ];
    let seconds = report.elapsed.as_secs_f64();
    let units = report.units;
    format!("{}\n{units:.1} capacity units, {seconds:.1} s", table(&["found", "items", ""], &rows))
}

/// The conversions that were done, or would have been.
pub(crate) fn migration(report: &MigrationReport, writes: bool) -> String {
    let (done, converted) = if writes { ("done", "converted") } else { ("to do", "to convert") };
    let rows = [
        (converted, report.converted, ""),
        ("as it should be", report.fitting, ""),
        ("locked", report.locked, "left; run it again later"),
        ("changed under every attempt", report.contended, "left; run it again later"),
        ("failed", report.failed, "left; run it again later"),
        ("gone meanwhile", report.gone, ""),
        ("ambiguous", report.ambiguous, "left; see --format"),
        ("undecodable", report.undecodable, "left; see --format"),
        ("no UTF-8", report.not_text, "left; binary or base64 can hold it"),
        ("too large", report.too_large, "left; binary or string is smaller"),
    ];
    let end = if writes { "" } else { "\nthis was a dry run: nothing is changed without --write" };
    format!("{}\n{}{end}", survey(&report.survey), table(&[done, "sessions", ""], &rows))
}

fn table(header: &[&str; 3], rows: &[(&str, u64, &str)]) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(header.iter().copied());
    for (name, count, note) in rows {
        table.add_row([(*name).to_owned(), count.to_string(), (*note).to_owned()]);
    }
    if let Some(counts) = table.column_mut(1) {
        counts.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}
