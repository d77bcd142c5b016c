//! Tests of conversions beside other programs, and of interrupted walks.
//!
//! The other programs write, lock and fail.

use crate::support::{
    Bench, Form, START, TABLE, bytes, decodes, key, lock_until, number, php_key, text,
};
use crate::wire::Fate;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use session_cli::{DataEncoding, Migration, MigrationError, MigrationReport};
use session_core::ErrorKind;
use session_core::collector::RateLimit;
use session_core::error::{Operation, Retry};
use session_core::random::OsRandom;
use session_core::store::{
    Change, Cursor, Expect, Freshness, Key, LockDisposition, Payload, SessionStore, Tag,
};
use session_core::time::Timestamp;
use session_dynamodb::{WireFault, WireFaults};
use std::error::Error;
use std::future::poll_fn;
use std::num::{NonZeroU32, NonZeroUsize};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

const EXPIRES: u64 = START + 3_600;
const THROTTLED: Fate = Fate::Answer(400, r#"{"__type":"x#ThrottlingException"}"#);
const DENIED: Fate = Fate::Answer(400, r#"{"__type":"x#AccessDeniedException"}"#);

async fn given(bench: &Bench, name: &str, data: &str) -> Key {
    let key = key(name);
    bench.put(&key, &[("expires", number(EXPIRES)), ("data", text(data))]).await;
    key
}

async fn given_many(bench: &Bench, count: usize) -> Vec<(Key, String)> {
    let mut sessions = Vec::new();
    for number in 0..count {
        let data = format!("n|i:{number};");
        sessions.push((given(bench, &format!("PHPSESSID_{number}"), &data).await, data));
    }
    sessions
}

/// From strings to bytes.
fn to_bytes(bench: &Bench) -> Migration {
    bench
        .migration(Form::shared(DataEncoding::String), Form::shared(DataEncoding::Binary))
        .dry_run(false)
}

fn step(max_items: usize) -> NonZeroUsize {
    NonZeroUsize::new(max_items).expect("it is not zero")
}

async fn run(migration: &Migration, from: Option<Cursor>) -> MigrationReport {
    migration.run(from, |_| ()).await.expect("it comes to its end")
}

/// A session that another program changes between its read and its conversion.
async fn with_another<F>(another: impl FnOnce(Client) -> F) -> (Bench, MigrationReport, Key)
where
    F: Future<Output = ()> + Send + 'static,
{
    let bench = Bench::new().await;
    let key = given(&bench, "PHPSESSID_a", "n|i:1;").await;
    bench.wire.plan([Fate::Pass, THROTTLED]);
    bench.pause.meanwhile(another(bench.server.client()));
    let report = run(&to_bytes(&bench), None).await;
    (bench, report, key)
}

/// An update without a condition, as PHP's handlers send it.
async fn update(client: Client, expression: &str, attribute: &str, value: Option<AttributeValue>) {
    let call = client.update_item().table_name(TABLE).key("id", text("PHPSESSID_a"));
    let call = call.update_expression(expression).expression_attribute_names("#a", attribute);
    let values = value.map(|value| [(":v".to_owned(), value)].into());
    call.set_expression_attribute_values(values).send().await.expect("it is written");
}

#[tokio::test]
async fn a_writer_in_between_wins_and_what_it_wrote_is_converted() {
    let write = |client| update(client, "SET #a = :v", "data", Some(text("n|i:2;")));
    let (bench, report, key) = with_another(write).await;
    assert_eq!((report.converted, report.contended), (1, 0));
    let item = bench.item(&key).await.expect("it is there");
    assert_eq!(item["data"], bytes(b"n|i:2;"));
}

#[tokio::test]
async fn what_a_writer_in_between_makes_undecodable_stays() {
    let write = |client| update(client, "SET #a = :v", "data", Some(text("nonsense")));
    let (bench, report, key) = with_another(write).await;
    assert_eq!((report.converted, report.undecodable), (0, 1));
    assert_eq!(bench.item(&key).await.expect("it is there")["data"], text("nonsense"));
}

#[tokio::test]
async fn what_a_writer_in_between_empties_stays_empty() {
    let empty = |client| update(client, "REMOVE #a", "data", None);
    let (bench, report, key) = with_another(empty).await;
    assert_eq!((report.converted, report.fitting), (0, 1));
    assert!(!bench.item(&key).await.expect("it is there").contains_key("data"));
}

#[tokio::test]
async fn a_session_that_is_deleted_in_between_stays_deleted() {
    let (bench, report, key) = with_another(|client| async move {
        let call = client.delete_item().table_name(TABLE).key("id", text("PHPSESSID_a"));
        call.send().await.expect("it is deleted");
    })
    .await;
    assert_eq!((report.converted, report.gone), (0, 1));
    assert_eq!(bench.item(&key).await, None);
}

#[tokio::test]
async fn a_lock_that_is_taken_in_between_is_respected() {
    let lock = |client| update(client, "SET #a = :v", "lock", Some(number(1)));
    let (bench, report, key) = with_another(lock).await;
    assert_eq!((report.converted, report.locked), (0, 1));
    assert_eq!(bench.item(&key).await.expect("it is there")["data"], text("n|i:1;"));
}

#[tokio::test]
async fn a_live_lock_is_left_and_a_second_pass_meets_the_session_again() {
    let bench = Bench::new().await;
    let expires = ("expires", number(EXPIRES));
    let data = ("data", text("n|i:1;"));
    let lease = (START + 30) * 1_000;
    let locks = [("ours", lock_until(lease)), ("php", number(1))];
    for (name, lock) in locks {
        bench.put(&php_key(name), &[expires.clone(), data.clone(), ("lock", lock)]).await;
    }
    let (from, to) = (Form::shared(DataEncoding::String), Form::shared(DataEncoding::Binary));
    let first = bench.convert(from, to).await;
    assert_eq!((first.converted, first.locked, first.left_for_later()), (0, 2, 2));
    // In the millisecond before lease and skew are over it is still live.
    bench.clock.advance(Duration::from_millis(30_999));
    assert_eq!(bench.convert(from, to).await.locked, 2);
    bench.clock.advance(Duration::from_millis(1));
    let later = bench.convert(from, to).await;
    assert_eq!((later.converted, later.locked), (1, 1));
    let ours = bench.item(&php_key("ours")).await.expect("it is there");
    assert!(!ours.contains_key("lock"), "PHP would wait for what has lapsed");
    assert_eq!(ours["data"], bytes(b"n|i:1;"));
    let php = bench.item(&php_key("php")).await.expect("it is there");
    assert_eq!((&php["lock"], &php["data"]), (&number(1), &text("n|i:1;")));
}

/// Adds one to the number in the session, with as many attempts as needed.
async fn increment(store: &dyn SessionStore, key: &Key) {
    loop {
        let found = store
            .load(key, Freshness::AsConfigured)
            .await
            .expect("it is read")
            .expect("it is live");
        let data = found.record.payload.as_bytes();
        let number =
            str::from_utf8(data).expect("it is text").trim_matches(|c| "n|i:;".contains(c));
        let number: u64 = number.parse().expect("it is a number");
        let change = Change {
            payload: Payload::text(format!("n|i:{};", number + 1)),
            expires: Timestamp::from_epoch_seconds(EXPIRES),
            lifetime: None,
            lock: LockDisposition::Keep,
        };
        let expect = Expect::version(found.version);
        match store.update(key, &change, &expect, &Tag::draw(&OsRandom)).await {
            Ok(()) => return,
            Err(error) => assert_eq!(error.retry(), Retry::Reopen, "{error}"),
        }
    }
}

#[tokio::test]
async fn writers_that_run_meanwhile_lose_nothing() {
    const WRITERS: usize = 4;
    const INCREMENTS: usize = 12;
    let bench = Bench::new().await;
    let keys = given_many(&bench, WRITERS).await;
    let string = Form::shared(DataEncoding::String);
    let builder = string.builder(bench.server.client()).clock(bench.clock.clone());
    let store: Arc<dyn SessionStore> = Arc::new(builder.build().expect("the options fit"));
    let writers = join_all(keys.iter().map(|(key, _)| {
        let (store, key) = (Arc::clone(&store), key.clone());
        async move {
            for _ in 0..INCREMENTS {
                increment(&*store, &key).await;
            }
        }
    }));
    let mut writers = pin!(writers);
    let mut converted = 0;
    loop {
        let migration = to_bytes(&bench);
        tokio::select! {
            biased;
            _ = &mut writers => break,
            report = run(&migration, None) => converted += report.converted,
        }
    }
    assert!(converted > 0, "the migration had nothing to do with it");
    for (number, (key, _)) in keys.iter().enumerate() {
        let expected = format!("n|i:{};", number + INCREMENTS);
        assert_eq!(bench.data(key).await, Some(expected));
    }
}

#[tokio::test]
async fn a_conversion_whose_reply_was_lost_is_counted_once() {
    let bench = Bench::new().await;
    given_many(&bench, 3).await;
    let fates = [Fate::Pass, Fate::LoseReply, Fate::LoseReply, Fate::LoseReply];
    bench.wire.plan(fates);
    let report = run(&to_bytes(&bench), None).await;
    assert_eq!((report.converted, report.fitting, report.failed), (3, 0, 0));
    assert_eq!(run(&to_bytes(&bench), None).await.fitting, 3);
}

#[tokio::test]
async fn faults_on_the_way_lose_nothing() {
    let bench = Bench::new().await;
    let sessions = given_many(&bench, 30).await;
    let (from, to) = (Form::shared(DataEncoding::String), Form::shared(DataEncoding::Binary));
    let faults = WireFaults::seeded(7)
        .with(WireFault::Throttled, 0.1)
        .with(WireFault::ReplyLost, 0.1)
        .with(WireFault::Duplicated, 0.1)
        .with(WireFault::FailsBefore, 0.1);
    let store = bench.store_on(from.builder(faults.under(&bench.server.client())));
    let migration = bench.migration_by(store, to, decodes).dry_run(false);
    let report = run(&migration, None).await;
    assert_eq!(report.survey.census.items, 30);
    assert!(faults.injected().total() > 0);
    for (key, data) in sessions {
        assert_eq!(bench.data(&key).await, Some(data));
    }
    let again = run(&migration, None).await;
    assert_eq!(again.fitting + again.converted, 30);
    assert!(report.converted > 20, "{report:?}");
}

/// Polls the future this many times, and drops it.
async fn dropped_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let (mut future, mut left) = (pin!(future), polls);
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        Poll::Pending
    })
    .await
}

#[tokio::test]
async fn a_walk_that_is_dropped_anywhere_loses_nothing_and_is_resumed() {
    const SESSIONS: usize = 6;
    let mut polls = 0;
    loop {
        let bench = Bench::new().await;
        let sessions = given_many(&bench, SESSIONS).await;
        let migration = to_bytes(&bench).step(step(2));
        let (mut heard, mut counted) = (None, 0);
        let walk = migration.run(None, |report| {
            heard.clone_from(&report.survey.next);
            counted = report.survey.census.items;
        });
        if let Some(report) = dropped_after(polls, walk).await {
            assert_eq!(report.expect("nothing fails").converted, SESSIONS as u64);
            break;
        }
        for (key, data) in &sessions {
            assert_eq!(bench.data(key).await.as_ref(), Some(data), "after {polls} polls");
        }
        let rest = run(&migration, heard).await;
        assert_eq!(counted + rest.survey.census.items, SESSIONS as u64, "after {polls} polls");
        assert_eq!(run(&migration, None).await.fitting, SESSIONS as u64);
        for (key, data) in &sessions {
            assert_eq!(bench.data(key).await.as_ref(), Some(data), "after {polls} polls");
        }
        polls += 1;
    }
    assert!(polls > 6, "there was nothing to drop: {polls}");
}

#[tokio::test]
async fn a_walk_that_is_rejected_stops_and_says_where_to_go_on() {
    let bench = Bench::new().await;
    given_many(&bench, 5).await;
    let migration = to_bytes(&bench).step(step(2));
    let passes = vec![Fate::Pass; 5];
    bench.wire.plan(passes.into_iter().chain([DENIED]));
    let MigrationError { report, error } =
        migration.run(None, |_| ()).await.expect_err("it may not write");
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Denied, Operation::Migrate));
    // In the second step, one conversion was rejected, and the concurrent one succeeded.
    assert_eq!((report.survey.steps, report.survey.census.items, report.converted), (1, 2, 3));
    let shown = format!("{error} {error:?} {report:?}");
    let source = MigrationError { report: report.clone(), error };
    let shown = format!("{shown} {source} {:?} {:?}", source.source(), migration);
    assert!(!shown.contains("PHPSESSID_") && !shown.contains("UEhQU0VTU0lE"), "{shown}");
    let rest = run(&migration, report.survey.next.clone()).await;
    assert_eq!(report.survey.census.items + rest.survey.census.items, 5);
    assert_eq!((report.converted + rest.converted, rest.fitting), (5, 1));
    assert_eq!(run(&migration, None).await.fitting, 5);
}

#[tokio::test]
async fn after_a_rejection_nothing_more_is_begun() {
    let bench = Bench::new().await;
    given_many(&bench, 60).await;
    bench.wire.plan([Fate::Pass, Fate::Pass, Fate::Pass, Fate::Pass, DENIED]);
    let MigrationError { report, .. } =
        to_bytes(&bench).run(None, |_| ()).await.expect_err("it may not write");
    let sent = bench.wire.take_log().iter().filter(|sent| *sent == "UpdateItem").count();
    assert!(sent < 20, "{sent} conversions were begun");
    assert_eq!(report.converted, 3, "those under way are counted");
    assert_eq!((report.survey.census.items, report.survey.next), (0, None));
}

#[tokio::test]
async fn a_survey_that_is_rejected_gives_back_its_own_report() {
    let bench = Bench::new().await;
    given_many(&bench, 5).await;
    let survey = bench.survey(Form::shared(DataEncoding::String)).step(step(2));
    bench.wire.plan([Fate::Pass, DENIED]);
    let stopped = survey.run(None, |_| ()).await.expect_err("it may not read");
    assert_eq!((stopped.report.steps, stopped.report.census.items), (1, 2));
    let rest = survey.run(stopped.report.next.clone(), |_| ()).await.expect("it may again");
    assert_eq!(rest.census.items, 3);
}

#[tokio::test]
async fn a_rejected_conversion_costs_what_a_write_does() {
    let large = format!("n|s:2500:\"{}\";", "x".repeat(2_500));
    let write = |client| async move {
        update(client, "SET #a = :v", "data", Some(text(&large))).await;
    };
    let (_, report, _) = with_another(write).await;
    assert_eq!((report.converted, report.contended), (1, 0));
    // The scan, the rejection of 3 KB, and their conversion.
    assert!((6.5..7.5).contains(&report.survey.units), "{}", report.survey.units);
}

#[tokio::test]
async fn a_cursor_of_another_making_is_rejected() {
    let bench = Bench::new().await;
    let refused = to_bytes(&bench).run(Some(Cursor::new("nonsense")), |_| ()).await;
    let error = refused.expect_err("it is of another store").error;
    assert_eq!((error.kind(), error.operation()), (ErrorKind::InvalidArgument, Operation::Migrate));
}

#[tokio::test]
async fn a_walk_goes_no_faster_than_it_may() {
    let bench = Bench::new().await;
    given_many(&bench, 4).await;
    let rate = NonZeroU32::new(2).expect("two is not zero");
    let migration = to_bytes(&bench).step(step(2)).rate_limit(RateLimit::RecordsPerSecond(rate));
    let report = run(&migration, None).await;
    let pauses = bench.pause.slept();
    assert_eq!(pauses, vec![Duration::from_secs(1); pauses.len()]);
    assert!(pauses.len() as u64 >= report.survey.steps - 1 && !pauses.is_empty());
}

#[tokio::test]
async fn a_step_that_is_throttled_is_repeated_later() {
    let bench = Bench::new().await;
    given_many(&bench, 2).await;
    bench.wire.plan(vec![THROTTLED; 6]);
    let report = run(&to_bytes(&bench), None).await;
    assert_eq!((report.survey.census.items, report.converted), (2, 2));
    assert!(bench.pause.slept().contains(&Duration::from_millis(100)));
}
