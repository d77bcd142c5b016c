//! Tests of a collector's requests and totals.

use crate::scripted::{Scripted, step};
use session_core::collector::Report;
use session_core::store::{Cursor, Sweep};
use std::num::NonZeroUsize;
use std::time::Duration;

fn sweep(next: Option<&str>) -> Sweep {
    let next = next.map(Cursor::new);
    Sweep { scanned: 32, expired: 16, deleted: 8, spared: 5, failed: 3, units: 1.5, next }
}

#[test]
fn a_report_is_the_sum_of_its_steps() {
    let store = Scripted::stepping([sweep(Some("a")), sweep(None)]).taking(Duration::from_secs(1));
    let mut heard = Vec::new();
    let (report, _) = store.run(async |collector| {
        collector.run(None, |report| heard.push(report.clone())).await.expect("no step fails")
    });
    let first = Report {
        steps: 1,
        scanned: 32,
        expired: 16,
        deleted: 8,
        spared: 5,
        failed: 3,
        units: 1.5,
        elapsed: Duration::from_secs(1),
        next: Some(Cursor::new("a")),
    };
    let whole = Report {
        steps: 2,
        scanned: 64,
        expired: 32,
        deleted: 16,
        spared: 10,
        failed: 6,
        units: 3.0,
        elapsed: Duration::from_secs(2),
        next: None,
    };
    assert_eq!(report, whole);
    assert_eq!(heard, [first, whole]);
}

#[test]
fn a_collection_resumes_where_it_is_reported_to() {
    let from = Some(Cursor::new("half-way"));
    let store = Scripted::stepping([step(1, Some("further")), step(1, None)]);
    let (_, asked) =
        store.run(async |collector| collector.run(from, |_| ()).await.expect("no step fails"));
    let from: Vec<_> = asked.iter().map(|asked| asked.from.as_deref()).collect();
    assert_eq!(from, [Some("half-way"), Some("further")]);
}

#[test]
fn a_step_examines_a_thousand_records_by_default() {
    let five = NonZeroUsize::new(5).expect("five is not zero");
    let (_, asked) = Scripted::stepping([step(1, None), step(1, None)]).run(async |collector| {
        collector.run(None, |_| ()).await.expect("no step fails");
        collector.step(five).run(None, |_| ()).await.expect("no step fails")
    });
    let budgets: Vec<_> = asked.iter().map(|asked| asked.max_records).collect();
    assert_eq!(budgets, [1_000, 5]);
}

#[test]
fn a_record_is_deleted_an_hour_after_its_expiry_by_default() {
    let minute = Duration::from_secs(60);
    let (_, asked) = Scripted::stepping([step(1, None), step(1, None)]).run(async |collector| {
        collector.run(None, |_| ()).await.expect("no step fails");
        collector.grace(minute).run(None, |_| ()).await.expect("no step fails")
    });
    let graces: Vec<_> = asked.iter().map(|asked| asked.grace).collect();
    assert_eq!(graces, [60 * minute, minute]);
}

#[test]
fn where_to_resume_is_not_printed() {
    let report = Report { next: Some(Cursor::new("a-key")), ..Report::default() };
    let printed = format!("{report:?}");
    assert!(printed.contains("Cursor(redacted)"), "{printed}");
    assert!(!printed.contains("a-key"));
}
