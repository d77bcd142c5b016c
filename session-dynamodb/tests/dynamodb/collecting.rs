//! Tests of collecting in a table that other programs also write.

use crate::support::{Bench, TABLE, at, change, key, number, record, text, version};
use crate::wire::Fate;
use session_core::store::{
    Change, CollectingStore, Expect, LockDisposition, Record, SessionStore, Sweep, SweepBudget,
};
use session_core::time::{EpochMillis, ManualClock};
use session_core::{Collector, ErrorKind, KeyScheme};
use session_dynamodb::{BatchConfig, DynamoDbStoreBuilder};
use std::num::NonZeroUsize;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

const LIFE: Duration = Duration::from_secs(10);

fn budget(max_records: usize) -> SweepBudget {
    SweepBudget::new(NonZeroUsize::new(max_records).expect("it is not zero"))
}

async fn given_expired(bench: &Bench, count: usize) {
    for number in 0..count {
        let expired = Record { expires: at(LIFE.as_secs()), ..record("dead") };
        let key = key(&format!("SID_dead{number}"));
        bench.other.create(&key, &expired, &version()).await.expect("it is created");
    }
    bench.clock.advance(LIFE);
}

/// A store with a key scheme, which collects orphans.
fn of_orphans(builder: DynamoDbStoreBuilder) -> DynamoDbStoreBuilder {
    let scheme = KeyScheme::Named { name: "SID".into(), separator: "_".into() };
    builder.locking(true).key_scheme(scheme).collect_orphans(true)
}

async fn sweep(bench: &Bench) -> Sweep {
    bench.store.sweep(&budget(100), None).await.expect("it sweeps")
}

#[tokio::test]
async fn a_session_that_is_created_anew_between_scan_and_deletion_is_spared() {
    let bench = Bench::new().await;
    given_expired(&bench, 1).await;
    let throttled = Fate::Answer(400, r#"{"__type":"x#ThrottlingException"}"#);
    bench.wire.plan([Fate::Pass, Fate::Pass, Fate::Pass, Fate::Pass, throttled]);
    let client = bench.server.client();
    bench.pause.meanwhile(async move {
        let call = client.update_item().table_name(TABLE).key("id", text("SID_dead0"));
        let call = call.update_expression("SET expires = :e");
        let call = call.expression_attribute_values(":e", number(1_800_000_000));
        call.send().await.expect("it is renewed");
    });
    let sweep = sweep(&bench).await;
    assert_eq!((sweep.expired, sweep.deleted, sweep.spared), (1, 0, 1));
    assert_eq!(bench.data(&key("SID_dead0")).await.as_deref(), Some("dead"));
}

#[tokio::test]
async fn orphans_are_collected_on_request_unless_a_lock_spares_them() {
    let bench = Bench::with(of_orphans).await;
    let lapsed = format!("{:013};AAAAAAAAAAAAAAAAAAAAAA", 1_600_000_000_000_u64);
    let live = format!("{:013};AAAAAAAAAAAAAAAAAAAAAA", 1_800_000_000_000_u64);
    bench.put(&key("SID_bare"), &[]).await;
    bench.put(&key("SID_lapsed"), &[("lock", text(&lapsed))]).await;
    bench.put(&key("SID_live"), &[("lock", text(&live))]).await;
    bench.put(&key("SID_php"), &[("lock", number(1))]).await;
    bench.put(&key("SID_data"), &[("data", text("kept"))]).await;
    bench.put(&key("SID_note"), &[("note", text("kept"))]).await;
    bench.put(&key("SID_mistyped"), &[("expires", text("0"))]).await;
    bench.put(&key("bare"), &[]).await;
    let sweep = sweep(&bench).await;
    assert_eq!((sweep.scanned, sweep.expired, sweep.deleted), (8, 4, 2));
    assert_eq!((sweep.spared, sweep.failed), (2, 0));
    assert!(sweep.units >= 2.0 + 3.0, "two deletions and three reads: {sweep:?}");
    for (name, stays) in [
        ("SID_bare", false),
        ("SID_lapsed", false),
        ("SID_live", true),
        ("SID_php", true),
        ("SID_data", true),
        ("SID_note", true),
        ("SID_mistyped", true),
        ("bare", true),
    ] {
        assert_eq!(bench.item(&key(name)).await.is_some(), stays, "{name}");
    }
}

#[tokio::test]
async fn an_orphan_that_is_none_any_more_is_spared() {
    let bench = Bench::with(of_orphans).await;
    bench.put(&key("SID_a"), &[]).await;
    let throttled = Fate::Answer(400, r#"{"__type":"x#ThrottlingException"}"#);
    // Four parts of the table, and the read. The deletion is retried.
    bench.wire.plan(vec![Fate::Pass; 5].into_iter().chain([throttled]));
    let client = bench.server.client();
    bench.pause.meanwhile(async move {
        let call = client.update_item().table_name(TABLE).key("id", text("SID_a"));
        let call = call.update_expression("SET expires = :e");
        let call = call.expression_attribute_values(":e", number(1));
        call.send().await.expect("it is written");
    });
    let sweep = sweep(&bench).await;
    assert_eq!((sweep.expired, sweep.deleted, sweep.spared), (1, 0, 1));
    assert!(bench.item(&key("SID_a")).await.is_some());
}

#[tokio::test]
async fn orphans_are_not_collected_unless_that_is_asked_for() {
    let bench = Bench::with(|builder| of_orphans(builder).collect_orphans(false)).await;
    bench.put(&key("SID_bare"), &[]).await;
    let sweep = sweep(&bench).await;
    assert_eq!((sweep.scanned, sweep.expired), (1, 0));
    assert!(bench.item(&key("SID_bare")).await.is_some());
}

#[tokio::test]
async fn orphans_are_collected_only_where_keys_show_whose_they_are() {
    let bench = Bench::new().await;
    let builder = || session_dynamodb::DynamoDbStore::builder(bench.server.client(), TABLE);
    let nameless = KeyScheme::Named { name: String::new(), separator: "_".into() };
    for builder in
        [builder(), builder().key_scheme(KeyScheme::Plain), builder().key_scheme(nameless)]
    {
        let error = builder.collect_orphans(true).build().expect_err("keys show nothing");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("key_scheme"), "{error}");
    }
    builder().key_scheme(KeyScheme::Hashed).collect_orphans(true).build().expect("keys show it");
}

#[tokio::test]
async fn an_expired_session_that_php_has_locked_is_spared() {
    let bench = Bench::new().await;
    bench.put(&key("php"), &[("expires", number(1)), ("lock", number(1))]).await;
    let sweep = sweep(&bench).await;
    assert_eq!((sweep.expired, sweep.spared), (1, 1));
}

#[tokio::test]
async fn what_php_left_locked_is_collected_once_it_was_the_same_for_long() {
    let timer = ManualClock::at(EpochMillis::from_epoch_millis(0));
    let timeout = Duration::from_mins(1);
    let bench =
        Bench::with(|builder| of_orphans(builder).php_lock_timeout(timeout).timer(timer.clone()));
    let bench = bench.await;
    let (expired, lock) = (("expires", number(1)), ("lock", number(1)));
    let data = ("data", text("kept"));
    bench.put(&key("SID_expired"), &[expired.clone(), lock.clone()]).await;
    bench.put(&key("SID_orphan"), slice::from_ref(&lock)).await;
    bench.put(&key("SID_data"), &[data, lock.clone()]).await;
    bench.put(&key("SID_written"), &[expired, lock.clone()]).await;
    let spared = |sweep: Sweep| (sweep.deleted, sweep.spared);
    assert_eq!(spared(sweep(&bench).await), (0, 3), "they are seen for the first time");
    timer.advance(Duration::from_millis(59_999));
    assert_eq!(spared(sweep(&bench).await), (0, 3));
    bench.put(&key("SID_written"), &[("expires", number(2)), lock]).await;
    timer.advance(Duration::from_millis(1));
    assert_eq!(spared(sweep(&bench).await), (2, 1));
    for (name, stays) in
        [("SID_expired", false), ("SID_orphan", false), ("SID_data", true), ("SID_written", true)]
    {
        assert_eq!(bench.item(&key(name)).await.is_some(), stays, "{name}");
    }
}

#[tokio::test]
async fn one_row_that_cannot_be_deleted_does_not_stop_the_others() {
    let bench = Bench::new().await;
    given_expired(&bench, 3).await;
    let failed = Fate::Answer(500, "{}");
    let mut fates = vec![Fate::Pass; 4];
    fates.extend(vec![failed; 3]);
    bench.wire.plan(fates);
    let sweep = bench.store.sweep(&budget(100), None).await.expect("it sweeps");
    assert_eq!(sweep.expired, sweep.deleted + sweep.failed);
    assert!(sweep.deleted > 0, "{sweep:?}");
}

#[tokio::test]
async fn a_missing_permission_to_delete_ends_the_step() {
    let bench = Bench::new().await;
    given_expired(&bench, 1).await;
    let denied = Fate::Answer(400, r#"{"__type":"x#AccessDeniedException"}"#);
    bench.wire.plan([Fate::Pass, Fate::Pass, Fate::Pass, Fate::Pass, denied]);
    let error = bench.store.sweep(&budget(100), None).await.expect_err("it may not");
    assert_eq!(error.kind(), ErrorKind::Denied);
}

#[tokio::test]
async fn a_walk_in_small_steps_examines_every_item_once() {
    let bench = Bench::new().await;
    for number in 0..30 {
        bench.given(&format!("live {number}")).await;
    }
    let (mut scanned, mut next) = (0, None);
    for _ in 0..100 {
        let sweep = bench.store.sweep(&budget(3), next.as_ref()).await.expect("it sweeps");
        assert!(sweep.scanned <= 3);
        scanned += sweep.scanned;
        next = sweep.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!((scanned, next), (30, None));
}

#[tokio::test]
async fn a_collector_collects_the_table_and_says_what_it_cost() {
    let bench = Bench::new().await;
    given_expired(&bench, 40).await;
    bench.given("live").await;
    let store: Arc<dyn CollectingStore> = Arc::new(bench.other);
    let collector = Collector::new(store, Arc::new(bench.pause))
        .step(budget(8).max_records)
        .grace(Duration::ZERO);
    let report = collector.run(None, |_| {}).await.expect("it collects");
    assert_eq!((report.scanned, report.expired, report.deleted), (41, 40, 40));
    assert!(report.units > 40.0, "{report:?}");
    assert!(report.next.is_none());
}

#[tokio::test]
async fn a_lock_that_is_live_at_the_scan_costs_no_deletion() {
    let bench = Bench::new().await;
    let (key, token) = bench.given_locked("a").await;
    // Only a write of the holder lets a session expire under its lock.
    let soon = Change { expires: at(10), ..change("dead", LockDisposition::Keep) };
    let held = Expect::lock(token);
    bench.other.update(&key, &soon, &held, &version()).await.expect("it is held");
    bench.clock.advance(LIFE);
    bench.wire.take_log();
    let sweep = sweep(&bench).await;
    assert_eq!(sweep.spared, 1);
    assert!(bench.wire.take_log().iter().all(|sent| sent.action == "Scan"));
}

#[tokio::test]
async fn batches_delete_what_is_expired_and_not_locked() {
    let sizes = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let recorded = Arc::clone(&sizes);
    let batches = BatchConfig { batch_size: 10, ..BatchConfig::default() };
    let batches = batches.before(move |size| {
        recorded.lock().push(size);
        Duration::ZERO
    });
    let bench = Bench::with(|builder| of_orphans(builder).batch_config(batches.clone())).await;
    given_expired(&bench, 23).await;
    bench.given("live").await;
    bench.put(&key("SID_php"), &[("expires", number(1)), ("lock", number(1))]).await;
    bench.put(&key("SID_orphan"), &[]).await;
    bench.put(&key("SID_data"), &[("expires", number(1)), ("data", number(1))]).await;
    bench.put(&key("USER#1"), &[("expires", number(1)), ("data", text("another's"))]).await;
    let sweep = sweep(&bench).await;
    assert_eq!((sweep.expired, sweep.deleted, sweep.spared), (25, 24, 1));
    assert!(sweep.units >= 24.0, "{sweep:?}");
    assert_eq!(*sizes.lock(), [10, 10, 3]);
    let log = bench.wire.take_log();
    let count = |action| log.iter().filter(|sent| sent.action == action).count();
    assert_eq!((count("BatchWriteItem"), count("GetItem"), count("DeleteItem")), (3, 1, 1));
    for foreign in ["SID_data", "USER#1"] {
        assert!(bench.item(&key(foreign)).await.is_some(), "{foreign}");
    }
    assert!(bench.item(&key("live")).await.is_some());
}

#[tokio::test]
async fn what_a_batch_leaves_is_sent_again_after_a_delay() {
    let batches = BatchConfig { delay: Duration::from_secs(5), ..BatchConfig::default() };
    let bench = Bench::with(|builder| builder.batch_config(batches.clone())).await;
    given_expired(&bench, 3).await;
    let left = Fate::Answer(
        200,
        r#"{"UnprocessedItems":{"sessions":[
            {"DeleteRequest":{"Key":{"id":{"S":"SID_dead0"}}}},
            {"DeleteRequest":{"Key":{"id":{"S":"SID_dead1"}}}},
            {"DeleteRequest":{"Key":{"id":{"S":"SID_dead2"}}}}]}}"#,
    );
    bench.wire.plan([Fate::Pass, Fate::Pass, Fate::Pass, Fate::Pass, left]);
    let sweep = sweep(&bench).await;
    assert_eq!((sweep.expired, sweep.deleted, sweep.failed), (3, 3, 0));
    let slept = bench.pause.slept();
    assert_eq!((slept.len(), slept[0]), (2, Duration::from_secs(5)));
}

#[tokio::test]
async fn a_batch_has_its_bounds() {
    let bench = Bench::new().await;
    for batch_size in [0, 1, 26] {
        let batches = BatchConfig { batch_size, ..BatchConfig::default() };
        let builder = session_dynamodb::DynamoDbStore::builder(bench.server.client(), TABLE);
        let error = builder.batch_config(batches).build().expect_err("it is out of bounds");
        assert!(error.to_string().contains("2 to 25"), "{error}");
    }
}

#[tokio::test]
async fn what_expired_within_the_grace_stays_in_batches_too() {
    let each = Bench::new().await;
    let in_batches = Bench::with(|builder| builder.batch_config(BatchConfig::default())).await;
    for bench in [each, in_batches] {
        given_expired(&bench, 3).await;
        let budget = budget(100).with_grace(Duration::from_mins(1));
        bench.clock.advance(Duration::from_millis(59_999));
        let sweep = bench.store.sweep(&budget, None).await.expect("it sweeps");
        assert_eq!((sweep.expired, sweep.deleted), (0, 0));
        bench.clock.advance(Duration::from_millis(1));
        let sweep = bench.store.sweep(&budget, None).await.expect("it sweeps");
        assert_eq!((sweep.expired, sweep.deleted), (3, 3));
    }
}
