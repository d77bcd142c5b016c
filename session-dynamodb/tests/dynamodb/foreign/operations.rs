//! Every operation of a store with a given configuration.

use super::TABLE;
use super::items::Keys;
use crate::admin::{examine_all, to_bytes};
use crate::support::{LEASE, Pause, START, at, change, record, token, version};
use aws_sdk_dynamodb::Client;
use session_core::random::OsRandom;
use session_core::store::{
    Acquired, CollectingStore, Deletion, Expect, Freshness, Key, LockDisposition, LockingStore,
    Record, Rotation, SessionStore, SweepBudget, Touch,
};
use session_core::time::{EpochMillis, ManualClock};
use session_core::{ErrorKind, Result};
use session_core::{KeyScheme, SessionId};
use session_dynamodb::admin::{
    ConversionOutcome, Decision, ExaminedItem, ItemState, LockState, TableAdmin,
};
use session_dynamodb::{BatchConfig, DynamoDbStore, Options, Profile, TableOptions};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

const PHP_LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings of a store.
#[derive(Clone, Debug)]
pub(super) struct Configuration {
    pub(super) keys: Keys,
    pub(super) profile: Option<Profile>,
    pub(super) locking: bool,
    pub(super) batches: bool,
    pub(super) collect_orphans: bool,
}

impl Configuration {
    pub(super) fn of(keys: Keys) -> Self {
        Self { keys, profile: None, locking: true, batches: false, collect_orphans: false }
    }

    pub(super) fn options(&self) -> Options {
        let mut options = Options::default();
        options.profile = self.profile;
        options.key_scheme = Some(self.key_scheme());
        options.locking = self.locking;
        options.batch_config = self.batches.then(BatchConfig::default);
        options.collect_orphans = self.collect_orphans;
        options.php_lock_timeout = Some(PHP_LOCK_TIMEOUT);
        options
    }

    fn key_scheme(&self) -> KeyScheme {
        let name = match self.keys {
            Keys::Named => "PHPSESSID",
            Keys::Nameless => "",
            Keys::Hashed | Keys::Unknown => return KeyScheme::Hashed,
        };
        KeyScheme::Named { name: name.into(), separator: "_".into() }
    }

    /// The store, with its key scheme unless that is unknown.
    fn store(&self, client: &Client, clock: &ManualClock) -> DynamoDbStore {
        let options = self.options();
        let builder = match self.keys.scheme() {
            Some(_) => options.store(client.clone()),
            None => DynamoDbStore::builder(client.clone(), TABLE).locking(self.locking),
        };
        let builder = builder.clock(clock.clone()).timer(clock.clone());
        builder.build().expect("the settings fit")
    }

    /// Runs every operation beside this many foreign items, and checks its effect.
    pub(super) async fn run_all(&self, client: &Client, foreign: usize) {
        let clock = clock();
        let store = Arc::new(self.store(client, &clock));
        let scheme = self.key_scheme();
        let key = || scheme.key(&SessionId::draw(&OsRandom)).expect("it has a key");
        let table = TableOptions { time_to_live: false, ..TableOptions::default() };
        store.create_table(&table).await.expect("it is there");
        store.verify_table().await.expect("it can be checked");
        let (expired, live) = (key(), key());
        for (key, seconds) in [(&expired, 1), (&live, 3_600)] {
            let record = Record { expires: at(seconds), ..record("n|i:1;") };
            store.create(key, &record, &version()).await.expect("it is created");
        }
        work(&store, &key(), &key(), self.locking).await.expect("the table is right");
        clock.advance(Duration::from_secs(1));

        let found = examine(Arc::clone(&store)).await.expect("it comes to its end");
        let count = |state| found.iter().filter(|item| item.state() == state).count();
        let own = [ItemState::Live, ItemState::Expired, ItemState::Orphaned].map(count);
        assert_eq!((own, count(ItemState::Foreign)), ([1, 1, 0], foreign));
        // It runs twice, so that it finds PHP's locks unchanged.
        sweep(&store).await.expect("it sweeps");
        clock.advance(PHP_LOCK_TIMEOUT);
        sweep(&store).await.expect("it sweeps");
        if self.keys.scheme().is_some() {
            let converted = convert_all(Arc::clone(&store)).await.expect("it is converted");
            assert_eq!(converted, 1);
        }
        assert!(
            store.load(&live, Freshness::AsConfigured).await.expect("it can be read").is_some()
        );
        let table = super::found(client).await;
        let keys = table.iter().filter_map(|item| item["id"].as_s().ok());
        assert!(!keys.into_iter().any(|found| found == expired.as_str()), "it is collected");
        assert_eq!(table.len(), foreign + 1);
    }
}

/// A mistake in the options.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mistake {
    HashKey,
    SessionName,
    Attributes,
}

impl Mistake {
    pub(super) const ALL: [Self; 3] = [Self::HashKey, Self::SessionName, Self::Attributes];

    pub(super) fn made_in(self, mut options: Options) -> Options {
        match self {
            Self::HashKey => options.hash_key = "session_id".into(),
            Self::SessionName => {
                let separator = "_".into();
                options.key_scheme = Some(KeyScheme::Named { name: "OTHER".into(), separator });
                options.collect_orphans = true;
            }
            Self::Attributes => {
                options.profile = None;
                options.session_lifetime_attribute = "expiry".into();
                options.data_attribute = "blob".into();
                options.version_attribute = "tag".into();
                options.lock_attribute = "lease".into();
            }
        }
        options
    }
}

fn clock() -> ManualClock {
    ManualClock::at(EpochMillis::from_epoch_millis(START * 1_000))
}

/// Runs every operation with these options, whatever the result.
///
/// It removes its own items afterwards.
pub(super) async fn try_all(options: &Options, client: &Client) {
    let clock = clock();
    let builder = options.store(client.clone()).clock(clock.clone()).timer(Pause::default());
    let store = Arc::new(builder.build().expect("the settings fit"));
    // None of these may have an effect.
    let _ = store.create_table(&TableOptions::default()).await;
    let _ = store.verify_table().await;
    let scheme = options.key_scheme.as_ref().expect("it is set");
    let key = || scheme.key(&SessionId::draw(&OsRandom)).expect("it has a key");
    let (old, new) = (key(), key());
    let _ = work(&store, &old, &new, options.locking).await;
    clock.advance(Duration::from_secs(1));
    let _ = sweep(&store).await;
    clock.advance(PHP_LOCK_TIMEOUT);
    let _ = sweep(&store).await;
    let _ = examine(Arc::clone(&store)).await;
    let _ = convert_all(store).await;
}

/// Runs the operations of sessions, under new keys.
async fn work(store: &DynamoDbStore, old: &Key, new: &Key, locking: bool) -> Result<()> {
    store.load(old, Freshness::AsConfigured).await?;
    store.create(old, &record("n|i:1;"), &version()).await?;
    store
        .update(old, &change("n|i:2;", LockDisposition::Keep), &Expect::PRESENT, &version())
        .await?;
    let touch = Touch { expires: at(9_000), lock: LockDisposition::Keep };
    store.touch(old, &touch, &Expect::PRESENT).await?;
    if locking {
        let token = token();
        assert!(matches!(store.acquire(old, &token, LEASE).await?, Acquired::Locked(_)));
        store.renew(old, &token, LEASE).await?;
        store.release(old, &token).await?;
    }
    let rotation = Rotation { record: record("n|i:3;") };
    store.rotate(old, new, &rotation, &Expect::PRESENT, &version()).await?;
    assert_eq!(store.delete(new, &Expect::PRESENT).await?, Deletion::Deleted);
    Ok(())
}

/// A walk over the whole table.
async fn sweep(store: &DynamoDbStore) -> Result<()> {
    let budget = SweepBudget::new(NonZeroUsize::new(7).expect("it is not zero"));
    let mut sweep = store.sweep(&budget, None).await?;
    while let Some(next) = &sweep.next {
        sweep = store.sweep(&budget, Some(next)).await?;
    }
    Ok(())
}

async fn examine(store: Arc<DynamoDbStore>) -> Result<Vec<ExaminedItem>> {
    examine_all(store, NonZeroUsize::new(7).expect("it is not zero")).await
}

/// Tries to convert every item to bytes, and returns the number of conversions.
///
/// Items that are not live sessions, and locked ones, are rejected before a request is sent.
async fn convert_all(store: Arc<DynamoDbStore>) -> Result<u64> {
    let (found, admin) = (examine(Arc::clone(&store)).await?, TableAdmin::new(store));
    let mut converted = 0;
    for item in found {
        let Some(rewrite) = to_bytes(&item) else { continue };
        let is_locked = matches!(item.lock(), LockState::Held | LockState::Php);
        let may_be_converted = item.state() == ItemState::Live && !is_locked;
        let leave = |_: &_| Decision::Leave("it changed");
        match admin.convert(&item, rewrite, leave).await.result {
            Err(error) if may_be_converted => return Err(error),
            Err(error) => assert_eq!(error.kind(), ErrorKind::InvalidArgument),
            Ok(outcome) => {
                assert!(may_be_converted && outcome == ConversionOutcome::Converted);
                converted += 1;
            }
        }
    }
    Ok(converted)
}
