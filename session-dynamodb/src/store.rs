use crate::DynamoDbStoreBuilder;
use crate::batch::BatchConfig;
use crate::error;
use crate::item::{Item, record_size};
use crate::large_items::LargeItems;
use crate::layout::Versions;
use crate::reply::{self, Obstacles};
use crate::request::{self, PhpLockHandling, TouchStep};
use crate::send::{Sender, Whole};
use crate::settings::Settings;
use crate::stale_php_locks::StalePhpLocks;
use crate::store_settings::StoreSettings;
use async_trait::async_trait;
use aws_sdk_dynamodb::Client;
use session_core::Result;
use session_core::decision::Context;
use session_core::error::Operation;
use session_core::store::{
    Capabilities, Change, Deletion, Expect, Freshness, Key, Payload, PayloadKind, Record, Rotation,
    SessionStore, Snapshot, Tag, Touch, Version,
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
    /// Whether collecting compares the clock with the server's.
    pub(crate) checks_clock: bool,
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

    /// The live record of `key` by one read.
    ///
    /// The clock is asked before the table: by a later time, a record would look expired whose expiry
    /// has been moved since it was read.
    async fn read(&self, key: &Key, consistent: bool) -> Result<Option<Snapshot>> {
        let (request, context) = (request::load(key, consistent), self.context());
        let mut call = self.sender.reading(Operation::Load).ignoring_items();
        let Some(Whole { item, .. }) = self.sender.send(&mut call, request).await?.whole else {
            return Ok(None);
        };
        let Some(snapshot) = reply::load(&self.settings, &item, &context) else {
            return Ok(None);
        };
        // The session was read all the same, and the next who meets the lock tries again.
        drop(self.remove_lapsed_lock(&mut call, key, &item, &context).await);
        snapshot.map(Some).map_err(|unreadable| error::corrupt(Operation::Load, unreadable))
    }

    /// The expectation in the form in which it is compared.
    ///
    /// Where the content is the version, every item has no tag. There, "no version yet" becomes a
    /// tag that no item has.
    fn expected(&self, expect: &Expect) -> Expect {
        let is_none = expect.as_version() == Some(&Version::NONE);
        if is_none && self.settings.layout.versions == Versions::Content {
            return expect.clone().and_version(Tag::from_bytes([0; Tag::BYTES]));
        }
        expect.clone()
    }

    /// Rejects bytes where text is kept, and says what to do, as only this store can.
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

#[async_trait]
impl SessionStore for DynamoDbStore {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    async fn load(&self, key: &Key, freshness: Freshness) -> Result<Option<Snapshot>> {
        self.capabilities.admit_key(Operation::Load, key)?;
        let consistent = self.settings.consistent_read || freshness == Freshness::Latest;
        match self.read(key, consistent).await? {
            None if !consistent => self.read(key, true).await,
            found => Ok(found),
        }
    }

    async fn create(&self, key: &Key, record: &Record, tag: &Tag) -> Result<()> {
        let (operation, context) = (Operation::Create, self.context());
        self.admit_kind(operation, &record.payload)?;
        self.capabilities.admit_create(key, record, context.now)?;
        self.admit_size(operation, key, &record.payload)?;
        let request = |()| request::create(key, record, tag, context.now);
        let judge = |old: &Item, context: &Context| {
            reply::create(&self.settings, old, record, tag, context)
        };
        self.execute_update(self.sender.writing(operation), context, (), request, judge).await
    }

    async fn update(&self, key: &Key, change: &Change, expect: &Expect, tag: &Tag) -> Result<()> {
        let (operation, context) = (Operation::Update, self.context());
        self.admit_kind(operation, &change.payload)?;
        self.capabilities.admit_update(key, change, expect, context.now)?;
        let expect = &self.expected(expect);
        self.admit_size(operation, key, &change.payload)?;
        let settings = &self.settings;
        let request =
            |php_lock| request::update(settings, key, change, expect, tag, context.now, php_lock);
        let judge = |old: &Item, context: &Context| {
            reply::update(settings, old, change, expect, tag, context)
        };
        let call = self.sender.writing(operation);
        self.execute_update(call, context, PhpLockHandling::Nothing, request, judge).await
    }

    async fn touch(&self, key: &Key, touch: &Touch, expect: &Expect) -> Result<()> {
        let context = self.context();
        self.capabilities.admit_touch(key, touch, expect)?;
        let expect = &self.expected(expect);
        let request = |step| request::touch(key, touch, expect, context.now, step);
        let judge = |old: &Item, context: &Context| {
            reply::touch(&self.settings, old, touch, expect, context)
        };
        let call = self.sender.writing(Operation::Touch);
        self.execute_update(call, context, TouchStep::Move, request, judge).await
    }

    async fn rotate(
        &self,
        old: &Key,
        new: &Key,
        rotation: &Rotation,
        expect: &Expect,
        tag: &Tag,
    ) -> Result<()> {
        let (operation, context) = (Operation::Rotate, self.context());
        self.admit_kind(operation, &rotation.record.payload)?;
        self.capabilities.admit_rotate(old, new, rotation, expect, context.now)?;
        let expect = &self.expected(expect);
        self.admit_size(operation, new, &rotation.record.payload)?;
        let settings = &self.settings;
        let request = || {
            let mut request =
                request::rotate(settings, old, new, rotation, expect, tag, context.now);
            request.update = request.update.within(&settings.layout);
            request
        };
        let judge = |obstacles: &Obstacles, context: &Context| {
            reply::rotate(settings, obstacles, rotation, expect, tag, context)
        };
        self.execute_rotation(context, request, judge).await
    }

    async fn delete(&self, key: &Key, expect: &Expect) -> Result<Deletion> {
        let context = self.context();
        self.capabilities.admit_delete(key, expect)?;
        let expect = &self.expected(expect);
        let request = || request::delete(key, expect, context.now);
        self.execute_deletion(context, request, expect).await
    }
}
