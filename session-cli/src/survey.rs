use crate::recognition::Recognition;
use crate::walk::TableScan;
use crate::{MigrationError, SurveyReport};
use session_core::Result;
use session_core::collector::RateLimit;
use session_core::store::Cursor;
use session_core::time::{Timer, TokioTimer};
use session_dynamodb::DynamoDbStore;
use session_dynamodb::admin::TableAdmin;
use std::fmt::{self, Debug, Formatter};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// A walk over a table that counts what is in it, and changes nothing.
///
/// The survey finds the encoding of data by decoding it, because base64 is text, too: a string whose
/// base64 decodes to a session is base64, and data that decodes from no encoding is undecodable. A
/// string that decodes both ways is ambiguous; PHP's formats and JSON know none.
///
/// # Consistency
///
/// Reads are consistent if the store's are. An item that is written during the walk is counted as
/// it was before or after.
///
/// # Other data in the table
///
/// Items that are not sessions of the store's configuration are counted as
/// [`foreign`](crate::Census::foreign). The
/// [key scheme](session_dynamodb::DynamoDbStoreBuilder::key_scheme) recognizes them by their keys. Without
/// one, every item with a numeric expiry counts as a session unless another attribute has a type
/// that sessions do not have.
///
/// # Examples
///
/// ```
/// use session_cli::Survey;
/// use session_core::codec::{Codec, Json};
/// use session_core::store::Payload;
/// use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions};
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
pub struct Survey(pub(crate) TableScan);

impl Survey {
    /// A survey of the table of `store`.
    ///
    /// `decodes` says whether bytes are the data of a session. The survey examines four hundred items a step, as fast as the server answers.
    pub fn new(
        store: Arc<DynamoDbStore>,
        decodes: impl Fn(&[u8]) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self(TableScan {
            admin: TableAdmin::new(store),
            recognition: Recognition::new(decodes),
            timer: Arc::new(TokioTimer::new()),
            step: TableScan::STEP,
            rate_limit: RateLimit::Unlimited,
        })
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

    /// The timer for pauses and for the report's times: tokio's unless set.
    #[must_use]
    pub fn timer(mut self, timer: impl Timer) -> Self {
        self.0.timer = Arc::new(timer);
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

impl Debug for Survey {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Survey").field(&self.0.admin).finish()
    }
}
