use super::TableOptions;
use crate::DynamoDbStore;
use crate::layout::Attribute;
use crate::request::{
    CreateTable, DeleteTable, DescribeTable, DescribeTimeToLive, EnableTimeToLive,
};
use crate::send::{Failed, KeyAttribute, TableDescription, TableStatus};
use session_core::error::Operation;
use session_core::{Error, ErrorKind, Result};
use std::time::Duration;

/// How often to look whether a table is ready, and how long to wait in between.
const LOOKS: usize = 120;
const PAUSE: Duration = Duration::from_millis(500);

const NOT_FOUND: &str = "ResourceNotFoundException";
const IN_USE: &str = "ResourceInUseException";
const INVALID: &str = "ValidationException";

impl DynamoDbStore {
    /// Creates the table if it does not exist, and switches on its time to live.
    ///
    /// It waits until the table is ready.
    ///
    /// Repeating it changes nothing. Of a table that exists nothing is changed but its time to
    /// live, and that only if its key is the one of sessions. A table that is being deleted is
    /// waited for, and then created anew.
    ///
    /// # Errors
    ///
    /// [`Denied`](ErrorKind::Denied) without the permissions for table administration;
    /// [`Config`](ErrorKind::Config) if the table has another key, or its time to live is on for
    /// another attribute, with nothing changed; [`Unavailable`](ErrorKind::Unavailable) if the
    /// table is not ready within a minute.
    pub async fn create_table(&self, options: &TableOptions) -> Result<()> {
        self.create_and_wait(options).await?;
        if options.time_to_live {
            self.enable_time_to_live().await?;
        }
        Ok(())
    }

    /// Deletes the table with all of its items, and waits until it is gone.
    ///
    /// It is meant for tests.
    ///
    /// # Errors
    ///
    /// [`Denied`](ErrorKind::Denied) without the permission; [`Config`](ErrorKind::Config) if the
    /// table has another key than sessions have, and it stays. A table that is not there is no
    /// error.
    pub async fn delete_table(&self) -> Result<()> {
        match self.describe_table().await? {
            Some(table) => self.check_key(&table)?,
            None => return Ok(()),
        }
        let mut call = self.sender.writing(Operation::Configure);
        match self.sender.send(&mut call, DeleteTable).await {
            Err(failed) if !failed.has_code(NOT_FOUND) => return Err(failed.error),
            _ => {}
        }
        for _ in 0..LOOKS {
            if self.describe_table().await?.is_none() {
                return Ok(());
            }
            self.sender.timer.sleep(PAUSE).await;
        }
        Err(unready("the table is still being deleted"))
    }

    /// Returns once the table can be used, and has the right key.
    async fn create_and_wait(&self, options: &TableOptions) -> Result<()> {
        let mut is_created = false;
        for _ in 0..LOOKS {
            match self.describe_table().await? {
                None if !is_created => {
                    self.ask_for_creation(options).await?;
                    is_created = true;
                    continue;
                }
                // A table that was created a moment ago may not be known yet.
                None => {}
                Some(table) if table.status == TableStatus::Deleting => is_created = false,
                Some(table) => {
                    self.check_key(&table)?;
                    match table.status {
                        TableStatus::Usable => return Ok(()),
                        TableStatus::Creating | TableStatus::Deleting => {}
                        TableStatus::Unusable => return Err(self.config(
                            "is archived, or its key is out of reach: restore it, or use another",
                        )),
                    }
                }
            }
            self.sender.timer.sleep(PAUSE).await;
        }
        Err(unready("the table is still not active"))
    }

    /// Has the table created, by this call or by another that came first.
    async fn ask_for_creation(&self, options: &TableOptions) -> Result<()> {
        let request = CreateTable { throughput: options.throughput };
        let mut call = self.sender.writing(Operation::Configure);
        match self.sender.send(&mut call, request).await {
            Err(failed) if !failed.has_code(IN_USE) => Err(failed.error),
            _ => Ok(()),
        }
    }

    /// The table, or `None` if there is no such table.
    pub(super) async fn describe_table(&self) -> Result<Option<TableDescription>, Failed> {
        let mut call = self.sender.reading(Operation::Configure);
        match self.sender.send(&mut call, DescribeTable).await {
            Ok(table) => Ok(Some(table)),
            Err(failed) if failed.has_code(NOT_FOUND) => Ok(None),
            Err(failed) => Err(failed),
        }
    }

    fn check_key(&self, table: &TableDescription) -> Result<()> {
        if self.has_right_key(table) {
            return Ok(());
        }
        let (wanted, found) = (self.settings.layout.name(Attribute::Key), named(&table.key));
        Err(self.config(&format!(
            "has the key {found}, and sessions need `{wanted}`, a string, alone: use another \
             table, or set hash_key; nothing was changed"
        )))
    }

    /// Whether the key is the hash key alone, a string by the name that is set.
    pub(super) fn has_right_key(&self, table: &TableDescription) -> bool {
        let wanted = self.settings.layout.name(Attribute::Key);
        match table.key.as_slice() {
            [key] => key.name == wanted && key.is_hash && key.kind.as_deref() == Some("S"),
            _ => false,
        }
    }

    async fn enable_time_to_live(&self) -> Result<()> {
        if self.has_time_to_live().await? {
            return Ok(());
        }
        let mut call = self.sender.writing(Operation::Configure);
        let request = EnableTimeToLive { attribute: Attribute::Expires };
        match self.sender.send(&mut call, request).await {
            Ok(()) => Ok(()),
            // Another call may have switched it on meanwhile, which DynamoDB finds invalid.
            Err(failed) if failed.has_code(INVALID) && self.has_time_to_live().await? => Ok(()),
            Err(failed) => Err(failed.error),
        }
    }

    /// Whether the time to live is on for the expiry.
    async fn has_time_to_live(&self) -> Result<bool> {
        let wanted = self.settings.layout.name(Attribute::Expires);
        match self.time_to_live().await? {
            None => Ok(false),
            Some(attribute) if attribute == wanted => Ok(true),
            Some(attribute) => Err(self.config(&format!(
                "has its time to live on for `{attribute}`, not for `{wanted}`: switch it off, \
                 which takes an hour, or set session_lifetime_attribute"
            ))),
        }
    }

    /// The attribute that the table's time to live is on for, or about to be.
    pub(super) async fn time_to_live(&self) -> Result<Option<String>, Failed> {
        let mut call = self.sender.reading(Operation::Configure);
        self.sender.send(&mut call, DescribeTimeToLive).await
    }

    fn config(&self, detail: &str) -> Error {
        let detail = format!("table `{}` {detail}", self.sender.table.name);
        Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
    }
}

/// A key for people: each attribute with its type.
fn named(key: &[KeyAttribute]) -> String {
    let parts = key.iter().map(|attribute| {
        let kind = attribute.kind.as_deref().unwrap_or("of no known type");
        let role = if attribute.is_hash { "" } else { ", a range key" };
        format!("`{}` ({kind}{role})", attribute.name)
    });
    parts.collect::<Vec<_>>().join(" and ")
}

fn unready(detail: &'static str) -> Error {
    Error::new(Operation::Configure, ErrorKind::Unavailable).with_detail(detail)
}
