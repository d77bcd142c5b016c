//! Administration of a table: examining its items, and converting one of them.
//!
//! [`TableAdmin::examine`] reads one page of the table and reports what each item is.
//! [`TableAdmin::convert`] rewrites one live session, on the condition that its data and lock are as
//! they were examined. [`TableForm`] says which tables can be converted into which.
//!
//! Walks over the whole table, with a rate limit and reports, are in the crate `session-cli`.
//! Applications need none of this: their operations are those of
//! [`SessionStore`](session_core::store::SessionStore).
//!
//! ```
//! use session_core::KeyScheme;
//! use session_core::store::{Payload, PayloadKind};
//! use session_dynamodb::admin::{ConversionOutcome, Decision, ItemState, Rewrite, TableAdmin};
//! use session_dynamodb::{DynamoDbStore, EmbeddedDynamoDb, TableOptions};
//! use std::num::NonZeroUsize;
//! use std::sync::Arc;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use aws_sdk_dynamodb::types::AttributeValue;
//! # let server = EmbeddedDynamoDb::start().await?;
//! let name = KeyScheme::Named { name: "SID".into(), separator: "_".into() };
//! let store = DynamoDbStore::builder(server.client(), "sessions").key_scheme(name).build()?;
//! # store.create_table(&TableOptions::default()).await?;
//! # server.client().put_item().table_name("sessions")
//! #     .item("id", AttributeValue::S("SID_abc".into()))
//! #     .item("expires", AttributeValue::N("9999999999".into()))
//! #     .item("data", AttributeValue::S("data".into()))
//! #     .send().await?;
//! let admin = TableAdmin::new(Arc::new(store));
//! let page = admin.examine(NonZeroUsize::MAX, None).await.result?;
//! let item = page.items.first().expect("the table has one item");
//! assert_eq!(item.state(), ItemState::Live);
//!
//! let mut rewrite = Rewrite::default();
//! rewrite.data = Some(Payload::binary(*b"data"));
//! let leave = |_: &_| Decision::Leave("it has changed");
//! let outcome = admin.convert(item, rewrite, leave).await.result?;
//! assert_eq!(outcome, ConversionOutcome::Converted);
//! # Ok(())
//! # }
//! ```

mod convert;
mod form;
mod item;

pub use convert::{ConversionOutcome, Decision, Rewrite};
pub use form::TableForm;
pub use item::{DataAttribute, ExaminedItem, ItemState, LockState};

use crate::DynamoDbStore;
use crate::cursor::Walk;
use crate::request::{self, Page};
use crate::send::{KeyedPage, Sender};
use futures_util::future::join_all;
use session_core::Result;
use session_core::error::Operation;
use session_core::store::Cursor;
use session_core::time::EpochMillis;
use std::fmt::{self, Debug, Formatter};
use std::num::NonZeroUsize;
use std::sync::Arc;

/// The table of a store, as administrators see it.
///
/// It reads and writes as the store does: with its client, time limits, retries, consistency and
/// clock. Unlike the store it reads versions, deadlines and idle timeouts under a profile too, because they may
/// have been left in the table.
///
/// # Other data in the table
///
/// Items that are not sessions of the store's configuration are reported as
/// [`Foreign`](ItemState::Foreign) and never written. The
/// [key scheme](crate::DynamoDbStoreBuilder::key_scheme) recognizes them by their keys. Without one, every
/// item with a numeric expiry counts as a session unless another attribute has a type that sessions
/// do not have.
#[derive(Clone)]
pub struct TableAdmin {
    store: Arc<DynamoDbStore>,
    /// The store's, which reads tags too, whatever the profile.
    sender: Sender,
}

/// The result of a call and the capacity units that it consumed, also if it failed.
///
/// Units are counted where the server reports them. It reports none for a rejected write, so each
/// rejection counts as a write of the item that it showed.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub struct Metered<T> {
    /// The result of the call.
    pub result: Result<T>,
    /// The capacity units that it consumed.
    pub units: f64,
}

/// One page of a table.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ExaminedPage {
    /// The items, each as it was read.
    pub items: Vec<ExaminedItem>,
    /// Where the next page begins, or `None` at the end of the table. It can hold keys.
    pub next: Option<Cursor>,
}

impl TableAdmin {
    /// The table of `store`. Nothing is sent.
    ///
    /// ```
    /// # fn example(client: aws_sdk_dynamodb::Client) -> session_core::Result<()> {
    /// use session_dynamodb::DynamoDbStore;
    /// use session_dynamodb::admin::TableAdmin;
    /// use std::sync::Arc;
    ///
    /// let store = DynamoDbStore::builder(client, "sessions").build()?;
    /// let admin = TableAdmin::new(Arc::new(store));
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(store: Arc<DynamoDbStore>) -> Self {
        let sender = store.sender.with_layout(store.settings.layout.with_tags());
        Self { store, sender }
    }

    /// Examines `max_items` items at most, and changes nothing.
    ///
    /// A walk begins with `None` and goes on with the [`next`](ExaminedPage::next) of the page
    /// before. It reads the table in as many parts as the store has
    /// [scan segments](crate::DynamoDbStoreBuilder::scan_segments), side by side. A page can be empty
    /// and not the last one.
    ///
    /// # Consistency
    ///
    /// The reads are consistent if the store's are. The clock is read once, before the table.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](session_core::ErrorKind::InvalidArgument) for a cursor that is not of a
    /// walk over a table; [`Config`](session_core::ErrorKind::Config) if the key of the table is not
    /// the configured one; and what a failure to read is. The units of the parts that were read are
    /// counted all the same.
    pub async fn examine(
        &self,
        max_items: NonZeroUsize,
        from: Option<&Cursor>,
    ) -> Metered<ExaminedPage> {
        let now = self.store.clock.now();
        let walk = match self.walk(from) {
            Ok(walk) => walk,
            Err(error) => return Metered { result: Err(error), units: 0.0 },
        };
        let pages = walk.pages(max_items.get()).into_iter();
        let found = join_all(pages.map(|page| self.scan(page))).await;
        let units = found.iter().flatten().map(|(_, page)| page.units).sum();
        let found = found.into_iter().collect::<Result<Vec<_>>>();
        Metered { result: found.map(|found| self.page(walk, found, now)), units }
    }

    fn walk(&self, from: Option<&Cursor>) -> Result<Walk> {
        let beginning = || Ok(Walk::beginning(self.store.scan_segments.get()));
        let walk = from.map_or_else(beginning, Walk::parse);
        walk.map_err(|error| error.during(Operation::Migrate))
    }

    async fn scan(&self, page: Page) -> Result<(usize, KeyedPage)> {
        let segment = page.segment;
        let request = request::examine(page, self.store.settings.consistent_read);
        Ok((segment, self.sender.scan(Operation::Migrate, request).await?))
    }

    /// The items of a page, and the position of the walk behind it.
    fn page(
        &self,
        mut walk: Walk,
        found: Vec<(usize, KeyedPage)>,
        now: EpochMillis,
    ) -> ExaminedPage {
        let mut items = Vec::new();
        for (segment, page) in found {
            walk.move_to(segment, page.next);
            let settings = &self.store.settings;
            let examined = page.items.into_iter();
            items.extend(examined.map(|(key, whole)| ExaminedItem::new(settings, key, whole, now)));
        }
        ExaminedPage { items, next: walk.cursor() }
    }
}

impl Debug for TableAdmin {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TableAdmin")
            .field("table", &self.sender.table.name)
            .finish_non_exhaustive()
    }
}
