//! Tests of every operation's requests on the wire, without a network.
//!
//! They are compared with `requests.json` beside this file. `UPDATE_GOLDEN=1` generates that file.

use crate::admin::{examine_all, to_bytes};
use crate::support::{LEASE, START, TABLE, at, change, key, record};
use crate::wire::{Fate, Wire};
use serde_json::{Map, Value, json};
use session_core::KeyScheme;
use session_core::store::{
    Acquired, Change, CollectingStore, Expect, Freshness, LockDisposition, LockToken, LockingStore,
    OwnLifetime, Payload, PayloadKind, Record, Rotation, SessionStore, SweepBudget, Tag, Touch,
    Version,
};
use session_core::time::{EpochMillis, IdleTimeout, ManualClock};
use session_dynamodb::admin::{Decision, TableAdmin};
use session_dynamodb::{BatchConfig, DynamoDbStore, DynamoDbStoreBuilder, local_client};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dynamodb/requests.json");

const DONE: Fate = Fate::Answer(200, "{}");
const FOUND: Fate = Fate::Answer(
    200,
    r#"{"Item":{"id":{"S":"key"},"expires":{"N":"1700003600"},"data":{"S":"data"}}}"#,
);
const LOCKED: Fate = Fate::Answer(
    200,
    r#"{"Attributes":{"id":{"S":"key"},"expires":{"N":"1700003600"},"data":{"S":"data"}}}"#,
);
const PHP_LOCKED: Fate = Fate::Answer(
    400,
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "Item":{"id":{"S":"key"},"expires":{"N":"1700003600"},"lock":{"N":"1"}}}"#,
);
const TOUCHED_FURTHER: Fate = Fate::Answer(
    400,
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "Item":{"id":{"S":"key"},"expires":{"N":"1700009999"},
                "lock":{"S":"1700000030000;AAAAAAAAAAAAAAAAAAAAAA"}}}"#,
);
const EXPIRING: Fate = Fate::Answer(
    400,
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "Item":{"id":{"S":"key"},"expires":{"N":"1700000010"}}}"#,
);
const EXPIRING_HELD: Fate = Fate::Answer(
    400,
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
        "Item":{"id":{"S":"key"},"expires":{"N":"1700000010"},"deadline":{"N":"1700000020"},
                "lock":{"S":"1700000005000;AAAAAAAAAAAAAAAAAAAAAA"}}}"#,
);
const LAST_PAGE: Fate = Fate::Answer(
    200,
    r#"{"ScannedCount":1,"Count":1,
        "Items":[{"id":{"S":"PHPSESSID_a"},"expires":{"N":"1700003600"},"data":{"S":"n|i:1;"},
                  "lock":{"S":"1600000000000;AAAAAAAAAAAAAAAAAAAAAA"},
                  "version":{"B":"AAAAAAAAAAAAAAAAAAAAAA=="},"deadline":{"N":"1700009999"}}],
        "ConsumedCapacity":{"TableName":"sessions","CapacityUnits":1.5}}"#,
);
const ORPHAN: Fate = Fate::Answer(
    200,
    r#"{"Item":{"id":{"S":"0000000000000000000000000000000000000000000000000000000000000000"}},
        "ConsumedCapacity":{"TableName":"sessions","CapacityUnits":1}}"#,
);
const PAGE: Fate = Fate::Answer(
    200,
    r#"{"ScannedCount":10,"Count":3,"LastEvaluatedKey":{"id":{"S":"last"}},
        "Items":[{"id":{"S":"expired"},"expires":{"N":"1699999999"}},
                 {"id":{"S":"0000000000000000000000000000000000000000000000000000000000000000"}},
                 {"id":{"S":"spared"},"expires":{"N":"1699999999"},"lock":{"N":"1"}}],
        "ConsumedCapacity":{"TableName":"sessions","CapacityUnits":1.5}}"#,
);

/// A store that gets these answers, from the wire alone.
fn answered(
    wire: &Wire,
    answers: &[Fate],
    set: impl Fn(DynamoDbStoreBuilder) -> DynamoDbStoreBuilder,
) -> DynamoDbStore {
    wire.plan(answers.iter().cloned());
    let clock = ManualClock::at(EpochMillis::from_epoch_millis(START * 1_000));
    let client = wire.under(&local_client("http://127.0.0.1:1"));
    let builder = DynamoDbStore::builder(client, TABLE).clock(clock).max_retries(0);
    set(builder).build().expect("the settings fit")
}

/// Records the requests of an operation on a locking store that gets these answers.
macro_rules! recorded {
    ($all:ident, $name:literal, [$($answer:expr),*], |$store:ident| $operation:expr) => {
        recorded!($all, $name, [$($answer),*], |builder| builder.locking(true), |$store| $operation)
    };
    ($all:ident, $name:literal, [$($answer:expr),*], |$builder:ident| $set:expr, |$store:ident| $operation:expr) => {
        let (wire, answers) = (Wire::default(), [$($answer),*]);
        let $store = answered(&wire, &answers, |$builder| $set);
        $operation.expect($name);
        let sent = wire.take_log().into_iter();
        let sent = sent.map(|sent| json!({ "action": sent.action, "body": sent.body }));
        let sent: Vec<_> = sent.collect();
        assert_eq!(sent.len(), answers.len(), "the requests of {}", $name);
        $all.insert($name.into(), Value::Array(sent));
    };
}

fn token() -> LockToken {
    LockToken::decode("AAAAAAAAAAAAAAAAAAAAAA").expect("it is one")
}

fn expected() -> Expect {
    Expect::version(Tag::from_bytes([1; 16]))
}

fn fenced() -> Expect {
    Expect::lock(token())
}

fn touch(lock: LockDisposition) -> Touch {
    Touch { expires: at(3_600), lock }
}

fn rotation() -> Rotation {
    Rotation { record: record("data") }
}

fn binary(bytes: &[u8]) -> Record {
    Record { payload: Payload::binary(bytes), deadline: Some(at(86_400)), ..record("") }
}

async fn reading_and_writing(all: &mut Map<String, Value>) {
    let (key, version, present) = (&key("key"), &Tag::from_bytes([2; 16]), &Expect::PRESENT);
    let (keep, release) = (LockDisposition::Keep, LockDisposition::Release);
    recorded!(all, "load", [FOUND], |store| store.load(key, Freshness::AsConfigured).await);
    recorded!(
        all,
        "load, eventually consistent, nothing found",
        [DONE, DONE],
        |builder| builder.consistent_read(false),
        |store| store.load(key, Freshness::AsConfigured).await
    );
    recorded!(
        all,
        "load, the latest, where reads are eventually consistent",
        [FOUND],
        |builder| builder.consistent_read(false),
        |store| store.load(key, Freshness::Latest).await
    );
    recorded!(all, "create", [DONE], |store| store.create(key, &record("data"), version).await);
    recorded!(all, "create, empty", [DONE], |store| store.create(key, &record(""), version).await);
    recorded!(
        all,
        "create, binary, with a deadline",
        [DONE],
        |builder| builder.data_attribute_type(PayloadKind::Binary),
        |store| store.create(key, &binary(b"\xff\0"), version).await
    );
    recorded!(all, "update", [DONE], |store| {
        store.update(key, &change("new", keep), present, version).await
    });
    recorded!(all, "update, optimistic", [DONE], |store| {
        store.update(key, &change("new", keep), &expected(), version).await
    });
    recorded!(all, "update, fenced", [DONE], |store| {
        store.update(key, &change("new", keep), &fenced(), version).await
    });
    recorded!(all, "update, fenced, releasing", [DONE], |store| {
        store.update(key, &change("", release), &fenced(), version).await
    });
    recorded!(
        all,
        "update, without locking, over a lock of PHP",
        [PHP_LOCKED, DONE],
        |builder| builder.locking(false),
        |store| store.update(key, &change("new", keep), present, version).await
    );
}

async fn setting_a_lifetime(all: &mut Map<String, Value>) {
    let (key, version) = (&key("key"), &Tag::from_bytes([2; 16]));
    let idle = IdleTimeout::from_seconds(1_209_600);
    let record = Record { idle: Some(idle), ..record("data") };
    recorded!(all, "create, with an idle timeout", [DONE], |store| {
        store.create(key, &record, version).await
    });
    let change = |deadline| Change {
        lifetime: Some(OwnLifetime { idle, deadline }),
        ..change("data", LockDisposition::Keep)
    };
    recorded!(all, "update, with a lifetime", [DONE], |store| {
        store.update(key, &change(Some(at(86_400))), &expected(), version).await
    });
    recorded!(all, "update, with a lifetime without a deadline", [DONE], |store| {
        store.update(key, &change(None), &expected(), version).await
    });
}

async fn touching_and_deleting(all: &mut Map<String, Value>) {
    let (key, present) = (&key("key"), &Expect::PRESENT);
    let (keep, release) = (LockDisposition::Keep, LockDisposition::Release);
    recorded!(all, "touch", [DONE], |store| store.touch(key, &touch(keep), present).await);
    recorded!(all, "touch, fenced, releasing", [DONE], |store| {
        store.touch(key, &touch(release), &fenced()).await
    });
    recorded!(
        all,
        "touch, fenced, releasing, after another touch",
        [TOUCHED_FURTHER, DONE],
        |store| store.touch(key, &touch(release), &fenced()).await
    );
    recorded!(all, "delete", [DONE], |store| store.delete(key, present).await);
    recorded!(all, "delete, fenced, optimistic", [DONE], |store| {
        store.delete(key, &fenced().and_version(Version::NONE)).await
    });
}

async fn locking_and_rotating(all: &mut Map<String, Value>) {
    let (old, new, version) = (&key("key"), &key("new"), &Tag::from_bytes([2; 16]));
    recorded!(all, "rotate", [DONE], |store| {
        store.rotate(old, new, &rotation(), &expected(), version).await
    });
    recorded!(all, "rotate, without locking", [DONE], |builder| builder, |store| store
        .rotate(old, new, &rotation(), &Expect::PRESENT, version)
        .await);
    recorded!(all, "rotate, fenced", [DONE], |store| {
        store.rotate(old, new, &rotation(), &fenced(), version).await
    });
    recorded!(all, "acquire", [LOCKED], |store| store.acquire(old, &token(), LEASE).await);
    let timer = ManualClock::at(EpochMillis::from_epoch_millis(0));
    recorded!(
        all,
        "acquire, twice, over a lock of PHP that may be taken over",
        [PHP_LOCKED, PHP_LOCKED, LOCKED],
        |builder| {
            let builder = builder.locking(true).timer(timer.clone());
            builder.php_lock_timeout(Duration::from_secs(5))
        },
        |store| {
            let seen = store.acquire(old, &token(), LEASE).await.expect("it can be asked");
            assert!(matches!(seen, Acquired::Busy { remaining: None }));
            timer.advance(Duration::from_secs(5));
            store.acquire(old, &token(), LEASE).await
        }
    );
    recorded!(all, "acquire, of a session that expires soon", [EXPIRING, LOCKED], |store| {
        store.acquire(old, &token(), LEASE).await
    });
    recorded!(all, "renew", [LOCKED], |store| store.renew(old, &token(), LEASE).await);
    recorded!(all, "renew, of a session that expires soon", [EXPIRING_HELD, LOCKED], |store| {
        store.renew(old, &token(), LEASE).await
    });
    recorded!(all, "release", [DONE], |store| store.release(old, &token()).await);
}

async fn collecting(all: &mut Map<String, Value>) {
    let budget = SweepBudget::new(NonZeroUsize::new(10).expect("ten is not zero"));
    recorded!(
        all,
        "collect, in batches",
        [PAGE, DONE],
        |builder| builder.scan_segments(NonZeroUsize::MIN).batch_config(BatchConfig::default()),
        |store| store.sweep(&budget, None).await
    );
    recorded!(
        all,
        "collect",
        [PAGE, DONE],
        |builder| builder.scan_segments(NonZeroUsize::MIN),
        |store| store.sweep(&budget, None).await
    );
    recorded!(
        all,
        "collect orphans",
        [PAGE, ORPHAN, DONE],
        |builder| {
            let builder = builder.key_scheme(KeyScheme::Hashed).collect_orphans(true);
            builder.scan_segments(NonZeroUsize::MIN)
        },
        |store| store.sweep(&budget, None).await
    );
}

async fn administrating(all: &mut Map<String, Value>) {
    let step = NonZeroUsize::new(400).expect("it is not zero");
    let one_part = |builder: DynamoDbStoreBuilder| builder.scan_segments(NonZeroUsize::MIN);
    recorded!(all, "examine", [LAST_PAGE], |builder| one_part(builder), |store| {
        examine_all(Arc::new(store), step).await
    });
    recorded!(all, "convert", [LAST_PAGE, DONE], |builder| one_part(builder), |store| {
        let store = Arc::new(store);
        let found = examine_all(Arc::clone(&store), step).await.expect("it is examined");
        let mut rewrite = to_bytes(&found[0]).expect("it is a string");
        (rewrite.remove_tags, rewrite.remove_lapsed_lock) = (true, true);
        let leave = |_: &_| Decision::Leave("it changed");
        TableAdmin::new(store).convert(&found[0], rewrite, leave).await.result
    });
}

#[tokio::test]
async fn every_operation_sends_what_is_recorded() {
    let mut all = Map::new();
    reading_and_writing(&mut all).await;
    setting_a_lifetime(&mut all).await;
    touching_and_deleting(&mut all).await;
    locking_and_rotating(&mut all).await;
    collecting(&mut all).await;
    administrating(&mut all).await;
    let all = Value::Object(all);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        let text = serde_json::to_string_pretty(&all).expect("it is JSON");
        fs::write(GOLDEN, text + "\n").expect("the file can be written");
    }
    let golden = fs::read_to_string(GOLDEN).expect("the file is there");
    let golden: Value = serde_json::from_str(&golden).expect("it is JSON");
    for (name, requests) in all.as_object().expect("it is a map") {
        assert_eq!(golden[name], *requests, "{name}");
    }
    assert_eq!(golden, all, "operations that are no longer recorded");
}
