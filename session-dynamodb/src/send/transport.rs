//! The interface between the store and its transport, without any type of an SDK.

use super::failure::Failure;
use super::progress::Progress;
use crate::item::Item;
use crate::layout::Layout;
use crate::reply::Obstacles;
use crate::request::{
    BatchDelete, CreateTable, Delete, DeleteTable, DescribeTable, DescribeTimeToLive,
    EnableTimeToLive, Get, Scan, Transaction, Update,
};
use async_trait::async_trait;
use session_core::store::Key;
use session_core::time::Timestamp;
use std::convert::Infallible;
use std::fmt::Debug;

/// A request that has a reply.
pub(crate) trait Action: Sync {
    /// The name of the action in the protocol and in policies.
    const NAME: &'static str;
    /// The reply to a request that was carried out.
    type Reply: Send;
    /// The reply to a request whose condition did not hold.
    type Rejection: Rejection + Send;

    /// The keys of the items that a rejection can show, ordered as [`Rejection::items`].
    fn keys(&self) -> Vec<&Key> {
        Vec::new()
    }
}

/// The items in a rejection, as far as the reply shows them.
pub(crate) trait Rejection {
    /// Whether the item at each key is shown: `None` where its condition held.
    fn items(&self) -> Vec<Option<&Item>> {
        Vec::new()
    }
}

impl Rejection for Infallible {}

impl Rejection for Batched {}

impl Rejection for Item {
    fn items(&self) -> Vec<Option<&Item>> {
        vec![Some(self)]
    }
}

impl Rejection for Obstacles {
    fn items(&self) -> Vec<Option<&Item>> {
        vec![self.new.as_ref(), self.old.as_ref()]
    }
}

/// Sends requests of one kind.
#[async_trait]
pub(crate) trait Exchange<R: Action>: Send + Sync {
    /// Makes one attempt to have the request carried out, and no other.
    ///
    /// It calls [`Progress::mark_sent`] before the first byte of the request may leave.
    async fn send(
        &self,
        table: &Table,
        request: &R,
        progress: Progress,
    ) -> Result<R::Reply, Failure<R::Rejection>>;
}

/// Sends every request of the store.
pub(crate) trait Transport:
    Exchange<Get>
    + Exchange<Update>
    + Exchange<Delete>
    + Exchange<Transaction>
    + Exchange<Scan>
    + Exchange<BatchDelete>
    + Exchange<CreateTable>
    + Exchange<DescribeTable>
    + Exchange<DeleteTable>
    + Exchange<DescribeTimeToLive>
    + Exchange<EnableTimeToLive>
    + Debug
{
    /// The region of the table, if one is set, for messages.
    fn region(&self) -> Option<String>;
}

/// The table that requests are for, and the names of the attributes in it.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) layout: Layout,
}

/// A whole item: the attributes of the layout, and how many others it has.
#[derive(Default)]
pub(crate) struct Whole {
    pub(crate) item: Item,
    pub(crate) others: usize,
}

/// The reply to a read.
pub(crate) struct Got {
    pub(crate) whole: Option<Whole>,
    /// The capacity units that it took, if they were requested and reported.
    pub(crate) units: f64,
}

/// The reply to an update that was carried out.
#[derive(Default)]
pub(crate) struct Updated {
    /// The item as it is afterwards, if the request asked for it.
    pub(crate) item: Item,
    /// The capacity units that it took, if they were requested and reported.
    pub(crate) units: f64,
}

/// A page of a scan.
pub(crate) struct ScanPage {
    pub(crate) items: Vec<Whole>,
    pub(crate) scanned: u64,
    pub(crate) units: f64,
    /// The key to go on behind, as the server gave it, unless this is the last page.
    pub(crate) next: Option<Whole>,
    /// The time on the server's clock, if it says so.
    pub(crate) date: Option<Timestamp>,
}

/// The reply to a batch that was carried out in part.
pub(crate) struct Batched {
    /// The keys of the part that was not carried out.
    pub(crate) unprocessed: Vec<Key>,
    pub(crate) units: f64,
}

/// A table as the server describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableDescription {
    pub(crate) status: TableStatus,
    /// The attributes of the key, each with its type (`S`, `N`, `B`) if reported.
    pub(crate) key: Vec<KeyAttribute>,
}

/// An attribute of a table's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyAttribute {
    pub(crate) name: String,
    pub(crate) is_hash: bool,
    pub(crate) kind: Option<String>,
}

/// The state of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableStatus {
    /// It can be read and written, even while its settings change.
    Usable,
    /// It is being created.
    Creating,
    /// It is being deleted.
    Deleting,
    /// It cannot be used, and waiting does not help.
    ///
    /// It is archived, or its key is out of reach.
    Unusable,
}

/// The attribute by which items expire, if time to live is on or about to be.
pub(crate) type TimeToLive = Option<String>;

impl Action for Update {
    const NAME: &'static str = "UpdateItem";
    type Reply = Updated;
    type Rejection = Item;

    fn keys(&self) -> Vec<&Key> {
        vec![&self.key]
    }
}

impl Action for Delete {
    const NAME: &'static str = "DeleteItem";
    /// The capacity units that it took, if they were requested and reported.
    type Reply = f64;
    type Rejection = Item;

    fn keys(&self) -> Vec<&Key> {
        vec![&self.key]
    }
}

impl Action for Transaction {
    const NAME: &'static str = "TransactWriteItems";
    type Reply = ();
    type Rejection = Obstacles;

    fn keys(&self) -> Vec<&Key> {
        vec![&self.update.key, &self.delete.key]
    }
}

impl Action for BatchDelete {
    const NAME: &'static str = "BatchWriteItem";
    /// The capacity units that it took, if the server says so.
    type Reply = f64;
    type Rejection = Batched;
}

/// Actions that no condition rejects: the request, its name and its reply.
macro_rules! unconditional {
    ($($request:ident, $name:literal, $reply:ty;)+) => {
        $(impl Action for $request {
            const NAME: &'static str = $name;
            type Reply = $reply;
            type Rejection = Infallible;
        })+
    };
}

unconditional! {
    Get, "GetItem", Got;
    Scan, "Scan", ScanPage;
    CreateTable, "CreateTable", ();
    DescribeTable, "DescribeTable", TableDescription;
    DeleteTable, "DeleteTable", ();
    DescribeTimeToLive, "DescribeTimeToLive", TimeToLive;
    EnableTimeToLive, "UpdateTimeToLive", ();
}
