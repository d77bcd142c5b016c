//! A store over the decision functions answers random programs as the Model does.

use crate::store;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use session_conformance::Model;
use session_core::store::{
    Acquired, Change, Deletion, Expect, Freshness, Key, LockDisposition, LockToken, LockingStore,
    OwnLifetime, Payload, Record, Rotation, SessionStore, Snapshot, Tag, Touch,
};
use session_core::time::{EpochMillis, IdleTimeout, ManualClock, Timestamp};
use session_core::{ErrorKind, Result};
use std::time::Duration;

const START: u64 = 1_700_000_000;

/// One call, with arguments from small pools, so that calls share their records.
#[derive(Clone, Debug)]
enum Step {
    Load(Key),
    Create(Key, Record),
    Update(Key, Change, Expected),
    Touch(Key, Touch, Expected),
    Rotate(Key, Key, Rotation, Expected),
    Delete(Key, Expected),
    Acquire(Key, LockToken, Duration),
    Renew(Key, LockToken, Duration),
    Release(Key, LockToken),
    Wait(Duration),
    /// The call before, with the same arguments, because its reply was lost.
    Repeat,
}

/// The expectation of a write.
#[derive(Clone, Debug)]
struct Expected {
    /// The current version, if there is one, or another version.
    version: Option<bool>,
    lock: Option<LockToken>,
}

/// The call of a step, with its tag.
#[derive(Clone, Debug)]
enum Call {
    Load(Key),
    Create(Key, Record, Tag),
    Update(Key, Change, Expect, Tag),
    Touch(Key, Touch, Expect),
    Rotate(Key, Key, Rotation, Expect, Tag),
    Delete(Key, Expect),
    Acquire(Key, LockToken, Duration),
    Renew(Key, LockToken, Duration),
    Release(Key, LockToken),
}

impl Expected {
    async fn on(&self, store: &impl SessionStore, key: &Key) -> Expect {
        let lock = self.lock.clone().map_or(Expect::PRESENT, Expect::lock);
        let Some(is_present) = self.version else { return lock };
        let found =
            store.load(key, Freshness::AsConfigured).await.ok().flatten().filter(|_| is_present);
        let another = || Tag::from_bytes([0xff; Tag::BYTES]).into();
        lock.and_version(found.map_or_else(another, |found| found.version))
    }
}

impl Step {
    /// The call of the step with this number, unless the step has no call.
    async fn call(&self, store: &impl SessionStore, number: u8) -> Option<Call> {
        let tag = Tag::from_bytes([number; Tag::BYTES]);
        Some(match self.clone() {
            Self::Load(key) => Call::Load(key),
            Self::Create(key, record) => Call::Create(key, record, tag),
            Self::Update(key, change, expected) => {
                let expect = expected.on(store, &key).await;
                Call::Update(key, change, expect, tag)
            }
            Self::Touch(key, touch, expected) => {
                let expect = expected.on(store, &key).await;
                Call::Touch(key, touch, expect)
            }
            Self::Rotate(old, new, rotation, expected) => {
                let expect = expected.on(store, &old).await;
                Call::Rotate(old, new, rotation, expect, tag)
            }
            Self::Delete(key, expected) => {
                let expect = expected.on(store, &key).await;
                Call::Delete(key, expect)
            }
            Self::Acquire(key, token, lease) => Call::Acquire(key, token, lease),
            Self::Renew(key, token, lease) => Call::Renew(key, token, lease),
            Self::Release(key, token) => Call::Release(key, token),
            Self::Wait(_) | Self::Repeat => return None,
        })
    }
}

#[derive(Debug, PartialEq)]
enum Answer {
    Found(Option<Snapshot>),
    Done,
    Deleted(Deletion),
    Acquired(Acquired),
    Renewed(Timestamp),
    Rejected(ErrorKind),
}

impl Answer {
    fn of<T>(result: Result<T>, answer: impl FnOnce(T) -> Self) -> Self {
        result.map_or_else(|error| Self::Rejected(error.kind()), answer)
    }
}

async fn run(store: &impl LockingStore, call: &Call) -> Answer {
    let done = |()| Answer::Done;
    match call {
        Call::Load(key) => {
            Answer::of(store.load(key, Freshness::AsConfigured).await, Answer::Found)
        }
        Call::Create(key, record, version) => {
            Answer::of(store.create(key, record, version).await, done)
        }
        Call::Update(key, change, expect, version) => {
            Answer::of(store.update(key, change, expect, version).await, done)
        }
        Call::Touch(key, touch, expect) => Answer::of(store.touch(key, touch, expect).await, done),
        Call::Rotate(old, new, rotation, expect, version) => {
            Answer::of(store.rotate(old, new, rotation, expect, version).await, done)
        }
        Call::Delete(key, expect) => Answer::of(store.delete(key, expect).await, Answer::Deleted),
        Call::Acquire(key, token, lease) => {
            Answer::of(store.acquire(key, token, *lease).await, Answer::Acquired)
        }
        Call::Renew(key, token, lease) => {
            Answer::of(store.renew(key, token, *lease).await, Answer::Renewed)
        }
        Call::Release(key, token) => Answer::of(store.release(key, token).await, done),
    }
}

fn key() -> impl Strategy<Value = Key> {
    select(["a", "b", "c"].as_slice()).prop_map(|name| Key::new(name).expect("it is not empty"))
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
    (payload, expires(), deadline, option::of(idle()))
        .prop_map(|(payload, expires, deadline, idle)| Record { payload, expires, deadline, idle })
}

fn idle() -> impl Strategy<Value = IdleTimeout> {
    (1..4_u64).prop_map(IdleTimeout::from_seconds)
}

fn lifetime() -> impl Strategy<Value = OwnLifetime> {
    (idle(), option::of(expires())).prop_map(|(idle, deadline)| OwnLifetime { idle, deadline })
}

fn expected() -> impl Strategy<Value = Expected> {
    (option::of(any::<bool>()), option::of(token()))
        .prop_map(|(version, lock)| Expected { version, lock })
}

fn disposition() -> impl Strategy<Value = LockDisposition> {
    select([LockDisposition::Keep, LockDisposition::Release].as_slice())
}

fn lease() -> impl Strategy<Value = Duration> {
    (1..4_000_u64).prop_map(Duration::from_millis)
}

fn step() -> impl Strategy<Value = Step> {
    let lifetime = option::of(lifetime());
    let change = (record(), lifetime, disposition()).prop_map(|(record, lifetime, lock)| {
        let Record { payload, expires, .. } = record;
        Change { payload, expires, lifetime, lock }
    });
    let touch = (expires(), disposition()).prop_map(|(expires, lock)| Touch { expires, lock });
    let rotation = record().prop_map(|record| Rotation { record });
    prop_oneof![
        key().prop_map(Step::Load),
        (key(), record()).prop_map(|(key, record)| Step::Create(key, record)),
        (key(), change, expected()).prop_map(|(key, change, e)| Step::Update(key, change, e)),
        (key(), touch, expected()).prop_map(|(key, touch, e)| Step::Touch(key, touch, e)),
        (key(), key(), rotation, expected())
            .prop_map(|(old, new, rotation, e)| Step::Rotate(old, new, rotation, e)),
        (key(), expected()).prop_map(|(key, expected)| Step::Delete(key, expected)),
        (key(), token(), lease()).prop_map(|(k, t, l)| Step::Acquire(k, t, l)),
        (key(), token(), lease()).prop_map(|(k, t, l)| Step::Renew(k, t, l)),
        (key(), token()).prop_map(|(key, token)| Step::Release(key, token)),
        (1..1_500_u64).prop_map(|millis| Step::Wait(Duration::from_millis(millis))),
        Just(Step::Repeat),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn a_store_over_the_decision_functions_answers_as_the_model(steps in vec(step(), 1..60)) {
        let clock = ManualClock::at(EpochMillis::from_epoch_millis(START * 1_000));
        let (model, decided) = (Model::new(clock.clone()), store(clock.clone()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it starts");
        runtime.block_on(async {
            let mut last = None;
            for (number, step) in (0..).zip(&steps) {
                match step {
                    Step::Wait(time) => clock.advance(*time),
                    Step::Repeat => {}
                    step => last = step.call(&model, number).await,
                }
                // The last call is also repeated after a wait.
                let Some(call) = &last else { continue };
                let (expected, found) = (run(&model, call).await, run(&decided, call).await);
                prop_assert_eq!(found, expected, "step {}: {:?}", number, call);
            }
            Ok(())
        })?;
    }
}
