//! Tables on the move: what is in one, and its sessions in another form, while they are used.

mod census;
mod converter;
mod examiner;
mod form;
mod report;
mod target;
#[cfg(test)]
mod tests;
mod walk;

pub use census::Census;
pub use form::DataEncoding;
pub use report::{MigrationError, MigrationReport, SurveyReport};

use crate::DynamoDbStore;
use crate::layout::{Attribute, Layout, Versions};
use crate::options::Options;
use converter::Converter;
use examiner::Examiner;
use form::Recognition;
use session_core::collector::RateLimit;
use session_core::error::Operation;
use session_core::store::Cursor;
use session_core::{Error, ErrorKind, Result};
use std::borrow::Cow;
use std::fmt::{self, Debug, Formatter};
use std::num::NonZeroUsize;
use std::sync::Arc;
use target::Target;
use walk::TableScan;

/// Whether bytes are the data of a session.
type Decodes = Arc<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// A walk over a table that tells what is in it, and changes nothing.
///
/// The form of data is told by decoding it, for base64 is text like other text: a string whose
/// base64 decodes to a session is base64, and what decodes from no form is undecodable. A string
/// that decodes both ways is ambiguous; PHP's formats and JSON know none.
///
/// # Consistency
///
/// Reads are consistent if the store's are. An item that is written during the walk is counted as
/// it was before or after.
///
/// # Other data in the table
///
/// Items that are not sessions of the store's configuration are counted as
/// [`foreign`](Census::foreign). The [key scheme](crate::DynamoDbStoreBuilder::key_scheme) tells
/// them by their keys. Without one, every item with a numeric expiry counts as a session unless
/// another attribute has a type that sessions do not have.
///
/// # Examples
///
/// ```
/// use session_core::codec::{Codec, Json};
/// use session_core::store::Payload;
/// use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, Survey, TableOptions};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = EmbeddedDynamoDb::start().await?;
/// let store = Arc::new(DynamoDbStore::builder(server.client(), "sessions").build()?);
/// # store.create_table(&TableOptions::default()).await?;
/// let decodes = |data: &[u8]| {
///     let decoded: Result<u64, _> = Json::new().decode(&Payload::binary(data));
///     decoded.is_ok()
/// };
/// let report = Survey::new(store, decodes).run(None, |_| ()).await?;
/// assert_eq!(report.census.items, 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Survey(TableScan);

impl Survey {
    /// A survey of the table of `store`, of which `decodes` tells what is the data of a session.
    ///
    /// It examines four hundred items a step, as fast as the server answers.
    pub fn new(
        store: Arc<DynamoDbStore>,
        decodes: impl Fn(&[u8]) -> bool + Send + Sync + 'static,
    ) -> Self {
        let recognition = Recognition(Arc::new(decodes));
        let (step, rate_limit) = (TableScan::STEP, RateLimit::Unlimited);
        let settings = store.settings.clone();
        let sender = store.sender.with_layout(settings.layout.with_tags());
        let examiner = Examiner { settings, sender, recognition };
        Self(TableScan { store, examiner, step, rate_limit })
    }

    /// Examines so many items a step, at most.
    #[must_use]
    pub fn step(mut self, max_items: NonZeroUsize) -> Self {
        self.0.step = max_items;
        self
    }

    /// Goes no faster than this.
    #[must_use]
    pub fn rate_limit(mut self, rate_limit: RateLimit) -> Self {
        self.0.rate_limit = rate_limit;
        self
    }

    /// Walks over the whole table, or what is left of it after `from`.
    ///
    /// `progress` hears the report so far after every step. A walk that was resumed counts what it
    /// meets, and nothing that the one before it counted.
    ///
    /// # Cancellation
    ///
    /// Nothing is changed; the last report heard says where to go on.
    ///
    /// # Errors
    ///
    /// [`MigrationError`], with the report so far, when a step fails for good or has failed eight
    /// times in a row with a growing back-off. If the table's key is not the configured one, the
    /// error is [`Config`](session_core::ErrorKind::Config).
    pub async fn run(
        &self,
        from: Option<Cursor>,
        mut progress: impl FnMut(&SurveyReport) + Send,
    ) -> Result<SurveyReport, MigrationError<SurveyReport>> {
        match self.0.run(None, from, |report| progress(&report.survey)).await {
            Ok(report) => Ok(report.survey),
            Err(MigrationError { report, error }) => {
                Err(MigrationError { report: Box::new(report.survey), error })
            }
        }
    }
}

/// A walk over a table that converts its sessions from one form to another, while they are used.
///
/// It changes how the data lies in its attribute, and removes what a handler of PHP could not clean
/// up when the target is a [`Profile`](crate::Profile): versions, deadlines, and locks of ours that have lapsed.
/// Keys, expiries, attributes of others and the data itself stay, byte for byte. It writes nothing
/// unless it is told to, by [`dry_run(false)`](Self::dry_run).
///
/// Items that are not sessions of the options `from`, by their keys and the types of their
/// attributes, are counted as [`foreign`](Census::foreign) and stay as they are.
///
/// # Consistency
///
/// Each session is converted by one request, on the condition that it is live and its data and lock
/// are as they were seen. Where another write came first, that write stays, and is what gets
/// converted. A session that somebody has locked is left and counted; so is data that does not
/// decode or decodes two ways, that is no UTF-8 where the target is a string, or that would be too large. What is
/// expired or orphaned is left to the collector.
///
/// A writer that told the version by the content meets a `Conflict` if the session is converted
/// under it, and loses nothing. `docs/moving-a-table.md` says how readers and writers are
/// configured meanwhile.
///
/// # Examples
///
/// ```
/// use session_core::store::PayloadKind;
/// use session_dynamodb::{EmbeddedDynamoDb, Migration, Options, TableOptions};
/// use std::sync::Arc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let server = EmbeddedDynamoDb::start().await?;
/// let from = Options::default();
/// let mut to = from.clone();
/// to.data_attribute_type = PayloadKind::Binary;
///
/// let store = Arc::new(from.store(server.client()).build()?);
/// # store.create_table(&TableOptions::default()).await?;
/// let migration = Migration::new(store, &from, &to, |data| data.starts_with(b"{"))?;
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
    /// A migration of the table of `store`, which is one of the options `from`, to what sessions of
    /// the options `to` write; `decodes` tells what is the data of a session.
    ///
    /// Whatever form an item has, it is converted. The migration is a dry run, of four hundred
    /// items a step, as fast as the server answers.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) if the store's attributes are not those of `from`; if the
    /// options differ in the table, in what makes keys, or in the name of an attribute that both
    /// have, for none of that is converted; or if `to` does not fit together. What items do not
    /// show is not compared: lifetime, locking and its times, consistency, batches, region and
    /// endpoint. The store's are what the walk goes by.
    pub fn new(
        store: Arc<DynamoDbStore>,
        from: &Options,
        to: &Options,
        decodes: impl Fn(&[u8]) -> bool + Send + Sync + 'static,
    ) -> Result<Self> {
        check(&store, from, to)?;
        let layout = to.layout();
        to.profile.map_or(Ok(()), |profile| profile.check(&layout))?;
        let max_bytes = store.capabilities.max_record_bytes().unwrap_or(usize::MAX);
        let target = Target { form: DataEncoding::of(to)?, layout, max_bytes };
        let Survey(mut scan) = Survey::new(store, decodes);
        scan.examiner.settings.key_scheme = Some(from.key_scheme());
        Ok(Self { scan, converter: Converter { target, writes: false } })
    }

    /// Whether it counts what it would convert, and converts nothing: it does unless this is set to
    /// false.
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

    /// Goes no faster than this. Capacity units count what is read, what is written, and what is
    /// refused.
    #[must_use]
    pub fn rate_limit(mut self, rate_limit: RateLimit) -> Self {
        self.scan.rate_limit = rate_limit;
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

/// Checks that what is to be converted can be.
fn check(store: &DynamoDbStore, from: &Options, to: &Options) -> Result<()> {
    if store.settings.layout != from.layout() {
        return Err(config(
            "the store is not one of the options to convert from: build it by them",
        ));
    }
    let scheme = store.settings.key_scheme.as_ref();
    if scheme.is_some_and(|scheme| *scheme != from.key_scheme()) {
        return Err(config("the store's key scheme is not that of the options to convert from"));
    }
    if from.table_name != to.table_name {
        return Err(config(format!(
            "table_name is `{}` and is to be `{}`: sessions stay in their table",
            from.table_name, to.table_name
        )));
    }
    if from.key_scheme() != to.key_scheme() {
        return Err(config(
            "session_name or id_separator differ: keys stay, for cookies would lead nowhere",
        ));
    }
    check_names(&from.layout(), &to.layout())
}

fn check_names(from: &Layout, to: &Layout) -> Result<()> {
    let both_tag = [from, to].iter().all(|layout| layout.versions == Versions::Tags);
    let is_compared = |attribute: &Attribute| match attribute {
        Attribute::Version | Attribute::Deadline => both_tag,
        _ => true,
    };
    let mut differing = Attribute::ALL.into_iter().filter(is_compared);
    match differing.find(|attribute| from.name(*attribute) != to.name(*attribute)) {
        None => Ok(()),
        Some(attribute) => Err(config(format!(
            "the attribute behind {attribute} is `{}` and is to be `{}`: attributes keep their names",
            from.name(attribute),
            to.name(attribute)
        ))),
    }
}

fn config(detail: impl Into<Cow<'static, str>>) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}

impl Debug for Survey {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Survey").field(&self.0).finish()
    }
}

impl Debug for Migration {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Migration")
            .field("scan", &self.scan)
            .field("writes", &self.converter.writes)
            .finish_non_exhaustive()
    }
}

impl Debug for TableScan {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TableScan")
            .field("table", &self.examiner.sender.table.name)
            .finish_non_exhaustive()
    }
}
