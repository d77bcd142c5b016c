use crate::converter::Converter;
use crate::target::Target;
use crate::walk::TableScan;
use crate::{DataEncoding, MigrationError, MigrationReport, Survey};
use session_core::collector::RateLimit;
use session_core::error::Operation;
use session_core::store::Cursor;
use session_core::time::Timer;
use session_core::{Error, ErrorKind, Result};
use session_dynamodb::DynamoDbStore;
use session_dynamodb::admin::TableForm;
use std::fmt::{self, Debug, Formatter};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// A walk over a table that converts its sessions while they are used.
///
/// It changes the form of the data in its attribute. If the target has a
/// [`Profile`](session_dynamodb::Profile), it also removes attributes that a handler of PHP would
/// leave: versions, deadlines, idle timeouts, and lapsed locks of this project. Keys, expiries,
/// attributes of other programs and the data itself stay, byte for byte. It writes nothing unless
/// that is set by [`dry_run(false)`](Self::dry_run).
///
/// Items that are not sessions of the store, by their keys and the types of their attributes, are
/// counted as [`foreign`](crate::Census::foreign) and stay as they are.
///
/// # Consistency
///
/// Each session is converted by one request, on the condition that it is live and its data and lock
/// are as they were seen. Where another write came first, that write stays, and is what gets
/// converted. A session that somebody has locked is left and counted. So is data that does not
/// decode or decodes two ways, that is no UTF-8 where the target is a string, or that would be too
/// large. Expired items and orphans are left to the collector.
///
/// A writer that compares the content gets a `Conflict` if the session is converted
/// under it, and loses nothing. `docs/moving-a-table.md` says how readers and writers are
/// configured meanwhile.
///
/// # Examples
///
/// ```
/// use session_cli::{DataEncoding, Migration};
/// use session_core::KeyScheme;
/// use session_core::store::PayloadKind;
/// use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = EmbeddedDynamoDb::start().await?;
/// let store = |kind| {
///     let builder = DynamoDbStore::builder(server.client(), "sessions");
///     builder.key_scheme(KeyScheme::Hashed).data_attribute_type(kind).build()
/// };
/// let (from, to) = (store(PayloadKind::Text)?, store(PayloadKind::Binary)?);
/// # from.create_table(&TableOptions::default()).await?;
/// let decodes = |data: &[u8]| data.starts_with(b"{");
/// let migration = Migration::new(Arc::new(from), &to, DataEncoding::Binary, decodes)?;
/// let dry = migration.run(None, |so_far| println!("{} of", so_far.converted)).await?;
/// let report = migration.dry_run(false).run(None, |_| ()).await?;
/// assert_eq!(report.converted, dry.converted);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Migration {
    scan: TableScan,
    converter: Converter,
}

impl Migration {
    /// A migration of the sessions of `store` to those that the store `target` writes.
    ///
    /// Their data will be in `encoding`, and `decodes` says what is the data of a session. Whatever
    /// form an item has, it is converted. The migration is a dry run, of four hundred items a step, as
    /// fast as the server answers. Nothing is sent through `target`.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) if `store` has no key scheme; if the stores differ in the table,
    /// in what makes keys, or in the name of an attribute that both have, for none of that is
    /// converted; or if `target` keeps data of another type than `encoding` has. Settings that items
    /// do not show are not compared: locking and its times, consistency, batches, and the client. The
    /// walk uses those of `store`.
    pub fn new(
        store: Arc<DynamoDbStore>,
        target: &DynamoDbStore,
        encoding: DataEncoding,
        decodes: impl Fn(&[u8]) -> bool + Send + Sync + 'static,
    ) -> Result<Self> {
        let form = TableForm::of(target);
        TableForm::of(&store).check_conversion_to(&form)?;
        check_kind(&form, encoding)?;
        let Survey(scan) = Survey::new(store, decodes);
        let target = Target { encoding, form };
        Ok(Self { scan, converter: Converter { target, writes: false } })
    }

    /// Whether it only counts what it would convert: true unless set.
    #[must_use]
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.converter.writes = !dry_run;
        self
    }

    /// Examines so many items a step, at most.
    #[must_use]
    pub fn step(mut self, max_items: NonZeroUsize) -> Self {
        self.scan.step = max_items;
        self
    }

    /// Sets the highest rate.
    ///
    /// Capacity units count what is read, what is written, and what is rejected.
    #[must_use]
    pub fn rate_limit(mut self, rate_limit: RateLimit) -> Self {
        self.scan.rate_limit = rate_limit;
        self
    }

    /// The timer for pauses and for the report's times: tokio's unless set.
    #[must_use]
    pub fn timer(mut self, timer: impl Timer) -> Self {
        self.scan.timer = Arc::new(timer);
        self
    }

    /// Walks over the whole table, or what is left of it after `from`.
    ///
    /// `progress` hears the report so far after every step. A walk that was resumed counts what it
    /// meets, and nothing that the one before it counted. A cursor is a place in the table, and says
    /// nothing of what was done before it: after a dry run, begin at the beginning.
    ///
    /// # Cancellation
    ///
    /// Each session is as it was or converted; the last report heard says where to go on.
    ///
    /// # Errors
    ///
    /// [`MigrationError`], with the report so far, when a step fails for good or has failed eight
    /// times in a row with a growing back-off.
    pub async fn run(
        &self,
        from: Option<Cursor>,
        progress: impl FnMut(&MigrationReport) + Send,
    ) -> Result<MigrationReport, MigrationError<MigrationReport>> {
        self.scan.run(Some(&self.converter), from, progress).await
    }
}

/// Checks that the target keeps data of the encoding's type.
fn check_kind(form: &TableForm, encoding: DataEncoding) -> Result<()> {
    if form.data_kind() == encoding.kind() {
        return Ok(());
    }
    Err(Error::new(Operation::Configure, ErrorKind::Config).with_detail(format!(
        "data_attribute_type of the target is {}, and data in the encoding `{}` is {}",
        form.data_kind().name(),
        encoding.name(),
        encoding.kind().name()
    )))
}

impl Debug for Migration {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Migration")
            .field("scan", &self.scan.admin)
            .field("writes", &self.converter.writes)
            .finish_non_exhaustive()
    }
}
