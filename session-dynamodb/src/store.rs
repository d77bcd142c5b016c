use crate::DynamoDbStoreBuilder;
use crate::batch::BatchConfig;
use crate::error;
use crate::item::{Item, record_size};
use crate::large_items::LargeItems;
use crate::layout::Versions;
use crate::reply::{self, Verdict};
use crate::request::{self, PhpLockHandling, TouchStep};
use crate::send::{Ambiguity, Sender};
use crate::settings::Settings;
use crate::stale_php_locks::StalePhpLocks;
use crate::store_settings::StoreSettings;
use crate::write_fingerprint::WriteFingerprint;
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{
    Capabilities, Change, Deletion, Expect, Key, Payload, PayloadKind, Record, Rotation,
    SessionStore, Snapshot, Touch, Version,
};
use session_core::time::Clock;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// Sessions in a table of DynamoDB.
///
/// # Consistency
///
/// Every write is one request on one condition, so operations on a key are linearizable; a
/// rotation is one transaction. Reads are strongly consistent unless
/// [`consistent_read`](DynamoDbStoreBuilder::consistent_read) is off.
///
/// # Cancellation
///
/// A future that is dropped may or may not have sent its request. Either way the item is as before
/// or as afterwards.
///
/// # Examples
///
/// ```no_run
/// use aws_sdk_dynamodb::Client;
/// use session_core::codec::Json;
/// use session_core::{LastWriteWins, Sessions};
/// use session_dynamodb::DynamoDbStore;
/// use std::sync::Arc;
///
/// # async fn example(client: Client) -> session_core::Result<()> {
/// let store = DynamoDbStore::builder(client, "sessions").build()?;
/// let sessions =
///     Sessions::<u64>::builder(LastWriteWins::new(Arc::new(store)), Json::new()).build()?;
///
/// let mut session = sessions.open(None).await?;
/// *session.data_mut() += 1;
/// let committed = session.commit().await?;
/// if let Some((id, expires)) = committed.cookie() {
///     // Send a cookie with `id.secret()`, and with `Max-Age` for `expires`.
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct DynamoDbStore {
    pub(crate) capabilities: Capabilities,
    pub(crate) settings: Settings,
    pub(crate) scan_segments: NonZeroUsize,
    pub(crate) batches: Option<BatchConfig>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sender: Sender,
    pub(crate) stale_php_locks: StalePhpLocks,
    pub(crate) large_items: LargeItems,
}

impl DynamoDbStore {
    /// The settings of a store in `table`, to be changed before it is built.
    ///
    /// The store sends by a client of the same configuration as `client`, but for retries, which it
    /// does itself.
    pub fn builder(client: Client, table: impl Into<String>) -> DynamoDbStoreBuilder {
        DynamoDbStoreBuilder::new(client, StoreSettings::new(table.into()))
    }

    pub(crate) fn snapshot(&self, operation: Operation, item: &Item) -> Result<Snapshot> {
        let snapshot = item.snapshot(&self.settings.layout);
        snapshot.map_err(|unreadable| error::corrupt(operation, unreadable))
    }

    /// The live record of `key` by one read.
    ///
    /// The clock is asked before the table: by a later time, a record would look dead whose expiry
    /// has been moved since it was read.
    async fn read(&self, key: &Key, consistent: bool) -> Result<Option<Snapshot>> {
        let (request, now) = (request::load(key, consistent), self.clock.now());
        let mut call = self.sender.reading(Operation::Load).ignoring_items();
        let item = self.sender.send(&mut call, request).await?.whole.map(|whole| whole.item);
        let Some(live) = item.filter(|item| item.is_live(now)) else {
            return Ok(None);
        };
        // The session was read all the same, and the next who meets the lock tries again.
        drop(self.remove_lapsed_lock(&mut call, key, &live, now).await);
        self.snapshot(Operation::Load, &live).map(Some)
    }

    /// The expectation as it is to be compared. Where content tells versions, "none yet" is the
    /// version of nothing, but every item would be without a tag: so it is a tag that none has.
    fn expected(&self, expect: &Expect) -> Expect {
        let is_none = expect.as_version() == Some(&Version::NONE);
        if is_none && self.settings.layout.versions == Versions::Content {
            return expect.clone().and_version(Version::from_tag([0; Version::TAG_BYTES]));
        }
        expect.clone()
    }

    /// Refuses bytes where text is kept, and names the way out, as only this store can.
    fn admit_kind(&self, operation: Operation, payload: &Payload) -> Result<()> {
        match (self.settings.layout.kind, payload.kind()) {
            (PayloadKind::Text, PayloadKind::Binary) => Err(error::not_text(operation)),
            _ => Ok(()),
        }
    }

    fn admit_size(&self, operation: Operation, key: &Key, payload: &Payload) -> Result<()> {
        let size = record_size(&self.settings.layout, key, payload);
        self.capabilities.admit_size(operation, size)
    }
}

fn tag(operation: Operation, version: &Version) -> Result<&[u8; Version::TAG_BYTES]> {
    version.tag().ok_or_else(|| error::untagged(operation))
}

#[async_trait]
impl SessionStore for DynamoDbStore {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    async fn load(&self, key: &Key) -> Result<Option<Snapshot>> {
        self.capabilities.admit_key(Operation::Load, key)?;
        let consistent = self.settings.consistent_read;
        match self.read(key, consistent).await? {
            None if !consistent => self.read(key, true).await,
            found => Ok(found),
        }
    }

    async fn create(&self, key: &Key, record: &Record, version: &Version) -> Result<()> {
        let (operation, now) = (Operation::Create, self.clock.now());
        self.admit_kind(operation, &record.payload)?;
        self.capabilities.admit_create(key, record, now)?;
        self.admit_size(operation, key, &record.payload)?;
        let tag = tag(operation, version)?;
        let request = |()| request::create(key, record, tag, now);
        let fingerprint = WriteFingerprint::of_record(record);
        let judge = |old: &Item, doubt: &Ambiguity| {
            if doubt.exists() && fingerprint.is_on(&self.settings, old, now) {
                return Verdict::Done;
            }
            reply::create(old, version, now)
        };
        self.execute_update(self.sender.writing(operation), (), request, judge).await
    }

    async fn update(
        &self,
        key: &Key,
        change: &Change,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        let (operation, now) = (Operation::Update, self.clock.now());
        self.admit_kind(operation, &change.payload)?;
        self.capabilities.admit_update(key, change, expect, now)?;
        let expect = &self.expected(expect);
        self.admit_size(operation, key, &change.payload)?;
        let (settings, tag) = (&self.settings, tag(operation, version)?);
        let request = |php_lock| request::update(settings, key, change, expect, tag, now, php_lock);
        let fingerprint = WriteFingerprint::of_change(change, expect);
        let judge = |old: &Item, doubt: &Ambiguity| {
            if doubt.exists() && fingerprint.is_on(settings, old, now) {
                return Verdict::Done;
            }
            reply::update(settings, old, expect, version, now)
        };
        self.execute_update(
            self.sender.writing(operation),
            PhpLockHandling::Nothing,
            request,
            judge,
        )
        .await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        let (operation, now) = (Operation::Touch, self.clock.now());
        self.capabilities.admit_touch(key, touch, expect)?;
        let expect = &self.expected(expect);
        let request = |step| request::touch(key, touch, expect, now, step);
        let judge =
            |old: &Item, _: &Ambiguity| reply::touch(&self.settings, old, touch, expect, now);
        self.execute_update(self.sender.writing(operation), TouchStep::Move, request, judge).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        version: &Version,
    ) -> Result<()> {
        let (operation, now) = (Operation::Rotate, self.clock.now());
        self.admit_kind(operation, &rotation.record.payload)?;
        self.capabilities.admit_rotate(old, new, rotation, expect, now)?;
        let expect = &self.expected(expect);
        self.admit_size(operation, new, &rotation.record.payload)?;
        let (settings, tag) = (&self.settings, tag(operation, version)?);
        let request = || {
            let mut request = request::rotate(settings, old, new, rotation, expect, tag, now);
            request.update = request.update.within(&settings.layout);
            request
        };
        let fingerprint = WriteFingerprint::of_record(&rotation.record);
        self.execute_rotation(request, (expect, &fingerprint), version, now).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        let now = self.clock.now();
        self.capabilities.admit_delete(key, expect)?;
        let expect = &self.expected(expect);
        self.execute_deletion(|| request::delete(key, expect, now), expect, now).await
    }
}
