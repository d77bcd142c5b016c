//! The engine: how calls reach the thread, and how long they wait for it.

use crate::Synchronous;
use crate::error::{ended, not_answered, not_begun};
use crate::file::FileOptions;
use crate::job::call;
use crate::row;
use crate::writer::Writer;
use async_trait::async_trait;
use rusqlite::Connection;
use session_core::Result;
use session_core::store::{Cursor, DroppedCalls, Durability, Key};
use session_core::time::{EpochMillis, Timer};
use session_core::transactional::{Access, Engine, EngineLimits, Expired, Slot};
use std::fmt::{self, Debug, Formatter};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The longest key, in bytes: as in DynamoDB.
const MAX_KEY_BYTES: usize = 2_048;

/// A file of SQLite, for [`TransactionalStore`](session_core::transactional::TransactionalStore).
pub(crate) struct SqliteEngine {
    path: Arc<Path>,
    timer: Arc<dyn Timer>,
    operation_timeout: Duration,
    max_record_bytes: usize,
    synchronous: Synchronous,
    writer: Writer,
}

impl SqliteEngine {
    pub(crate) async fn open(
        file: FileOptions,
        timer: Arc<dyn Timer>,
        operation_timeout: Duration,
        max_record_bytes: usize,
    ) -> Result<Self> {
        let (path, synchronous) = (Arc::clone(&file.path), file.synchronous);
        let writer = Writer::start(file).await?;
        Ok(Self { path, timer, operation_timeout, max_record_bytes, synchronous, writer })
    }

    /// Has the thread do this work, and waits for the answer within the time limit.
    async fn run<A: Send + 'static>(
        &self,
        access: Access,
        work: impl FnMut(&Connection) -> Result<A> + Send + 'static,
    ) -> Result<A> {
        let (mut call, job) = call(access, work);
        if !self.writer.send(job) {
            return Err(ended());
        }
        tokio::select! {
            biased;
            answer = &mut call.answer => answer.unwrap_or_else(|_| Err(ended().with_unknown_outcome())),
            () = self.timer.sleep(self.operation_timeout) => Err(if call.abandon() {
                not_begun(&self.path, self.writer.is_busy())
            } else {
                not_answered(&self.path)
            }),
        }
    }
}

impl Debug for SqliteEngine {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SqliteEngine")
            .field("path", &self.path)
            .field("operation_timeout", &self.operation_timeout)
            .field("max_record_bytes", &self.max_record_bytes)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Engine for SqliteEngine {
    fn limits(&self) -> EngineLimits {
        EngineLimits {
            payloads: None,
            durability: match self.synchronous {
                Synchronous::Full => Durability::ServerCrash,
                Synchronous::Normal => Durability::ClientCrash,
            },
            // The thread carries jobs out in order, so a later call sees what became of it.
            dropped_calls: DroppedCalls::AtOnce,
            max_key_bytes: MAX_KEY_BYTES,
            max_record_bytes: self.max_record_bytes,
        }
    }

    async fn transact<A, D>(&self, access: Access, keys: Vec<Key>, mut decide: D) -> Result<A>
    where
        A: Send + 'static,
        D: FnMut(&mut [Slot]) -> A + Send + 'static,
    {
        let path = Arc::clone(&self.path);
        self.run(access, move |connection| row::transact(connection, &path, &keys, &mut decide))
            .await
    }

    async fn expired(
        &self,
        now: EpochMillis,
        from: Option<&Cursor>,
        max_rows: NonZeroUsize,
    ) -> Result<Expired> {
        let (path, after) = (Arc::clone(&self.path), row::position(from)?);
        let work =
            move |connection: &Connection| row::expired(connection, &path, now, &after, max_rows);
        self.run(Access::Read, work).await
    }
}
