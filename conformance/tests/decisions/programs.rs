//! Random programs, which the store over the decision functions answers as the Model does.

use crate::store;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use session_conformance::Model;
use session_core::store::{
    Acquired, Change, Deletion, Expect, Key, LockDisposition, LockToken, LockingStore, Payload,
    Record, Rotation, SessionStore, Snapshot, Touch, Version,
};
use session_core::time::{EpochMillis, ManualClock, Timestamp};
use session_core::{ErrorKind, Result};
use std::time::Duration;

const START: u64 = 1_700_000_000;

/// One call, whose arguments come from small pools, so that calls meet.
#[derive(Clone, Debug)]
enum Step {
    Load(Key),
    Create(Key, Record, Version),
    Update(Key, Change, Expect, Version),
    Touch(Key, Touch, Expect),
    Rotate(Key, Key, Rotation, Expect, Version),
    Delete(Key, Expect),
    Acquire(Key, LockToken, Duration),
    Renew(Key, LockToken, Duration),
    Release(Key, LockToken),
    Wait(Duration),
}

#[derive(Debug, PartialEq)]
enum Answer {
    Found(Option<Snapshot>),
    Done,
    Deleted(Deletion),
    Acquired(Acquired),
    Rejected(ErrorKind),
}

impl Answer {
    fn of<T>(result: Result<T>, answer: impl FnOnce(T) -> Self) -> Self {
        result.map_or_else(|error| Self::Rejected(error.kind()), answer)
    }
}

async fn run(store: &impl LockingStore, clock: &ManualClock, step: &Step) -> Answer {
    let done = |()| Answer::Done;
    match step {
        Step::Load(key) => Answer::of(store.load(key).await, Answer::Found),
        Step::Create(key, record, version) => {
            Answer::of(store.create(key, record, version).await, done)
        }
        Step::Update(key, change, expect, version) => {
            Answer::of(store.update(key, change, expect, version).await, done)
        }
        Step::Touch(key, touch, expect) => Answer::of(store.touch(key, touch, expect).await, done),
        Step::Rotate(old, new, rotation, expect, version) => {
            Answer::of(store.rotate(old, new, rotation, expect, version).await, done)
        }
        Step::Delete(key, expect) => Answer::of(store.delete(key, expect).await, Answer::Deleted),
        Step::Acquire(key, token, lease) => {
            Answer::of(store.acquire(key, token, *lease).await, Answer::Acquired)
        }
        Step::Renew(key, token, lease) => Answer::of(store.renew(key, token, *lease).await, done),
        Step::Release(key, token) => Answer::of(store.release(key, token).await, done),
        Step::Wait(time) => {
            clock.advance(*time);
            Answer::Done
        }
    }
}

fn key() -> impl Strategy<Value = Key> {
    select(["a", "b", "c"].as_slice()).prop_map(|name| Key::new(name).expect("it is not empty"))
}

fn tag() -> impl Strategy<Value = Version> {
    (1..5_u8).prop_map(|byte| Version::from_tag([byte; Version::TAG_BYTES]))
}

fn token() -> impl Strategy<Value = LockToken> {
    select([0_u8, 1].as_slice()).prop_map(|byte| {
        let text = ["AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAQ"][usize::from(byte)];
        LockToken::decode(text).expect("it is a token")
    })
}

fn expires() -> impl Strategy<Value = Timestamp> {
    (0..12_u64).prop_map(|seconds| Timestamp::from_epoch_seconds(START + seconds))
}

fn record() -> impl Strategy<Value = Record> {
    let payload = select(["", "x", "y"].as_slice()).prop_map(Payload::text);
    let deadline = option::of(expires());
    (payload, expires(), deadline).prop_map(|(payload, expires, deadline)| Record {
        payload,
        expires,
        deadline,
    })
}

fn expect() -> impl Strategy<Value = Expect> {
    (option::of(tag()), option::of(token())).prop_map(|(version, token)| {
        let lock = token.map_or(Expect::PRESENT, Expect::lock);
        version.into_iter().fold(lock, Expect::and_version)
    })
}

fn disposition() -> impl Strategy<Value = LockDisposition> {
    select([LockDisposition::Keep, LockDisposition::Release].as_slice())
}

fn lease() -> impl Strategy<Value = Duration> {
    (1..4_000_u64).prop_map(Duration::from_millis)
}

fn step() -> impl Strategy<Value = Step> {
    let change = (record(), disposition()).prop_map(|(record, lock)| {
        let Record { payload, expires, .. } = record;
        Change { payload, expires, lock }
    });
    let touch = (expires(), disposition()).prop_map(|(expires, lock)| Touch { expires, lock });
    let rotation = record().prop_map(|record| Rotation { record });
    prop_oneof![
        key().prop_map(Step::Load),
        (key(), record(), tag()).prop_map(|(key, record, tag)| Step::Create(key, record, tag)),
        (key(), change, expect(), tag()).prop_map(|(k, c, e, t)| Step::Update(k, c, e, t)),
        (key(), touch, expect()).prop_map(|(key, touch, expect)| Step::Touch(key, touch, expect)),
        (key(), key(), rotation, expect(), tag())
            .prop_map(|(old, new, r, e, t)| Step::Rotate(old, new, r, e, t)),
        (key(), expect()).prop_map(|(key, expect)| Step::Delete(key, expect)),
        (key(), token(), lease()).prop_map(|(k, t, l)| Step::Acquire(k, t, l)),
        (key(), token(), lease()).prop_map(|(k, t, l)| Step::Renew(k, t, l)),
        (key(), token()).prop_map(|(key, token)| Step::Release(key, token)),
        (1..1_500_u64).prop_map(|millis| Step::Wait(Duration::from_millis(millis))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_store_over_the_decision_functions_answers_as_the_model(steps in vec(step(), 1..60)) {
        let clock = ManualClock::at(EpochMillis::from_epoch_millis(START * 1_000));
        let other = ManualClock::at(EpochMillis::from_epoch_millis(START * 1_000));
        let (model, decided) = (Model::new(clock.clone()), store(other.clone()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it starts");
        runtime.block_on(async {
            for (number, step) in steps.iter().enumerate() {
                let expected = run(&model, &clock, step).await;
                let found = run(&decided, &other, step).await;
                prop_assert_eq!(found, expected, "step {}: {:?}", number, step);
            }
            Ok(())
        })?;
    }
}
