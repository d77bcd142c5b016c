use crate::store::Store;
use rusqlite::{Connection, TransactionBehavior, params};
use session_benches::{HOUR, key, payload};
use session_core::random::SeededRandom;
use session_core::store::Tag;
use session_core::time::{Clock, SystemClock, Timer, TokioTimer};
use std::error::Error;
use std::path::Path;
use std::time::Duration;

const SELECT: &str = "SELECT payload, is_text, version, expires, deadline, idle, lock_token, \
                      lock_end FROM sessions WHERE key = ?1";
const UPDATE: &str = "UPDATE sessions SET payload = ?2, version = ?3, expires = ?4, lock_token = NULL, \
     lock_end = NULL WHERE key = ?1";

/// A connection to a file that the store has made and closed.
pub(crate) struct Bare {
    connection: std::cell::RefCell<Connection>,
    tasks: usize,
}

impl Bare {
    pub(crate) async fn open(path: &Path, tasks: usize) -> Result<Self, Box<dyn Error>> {
        drop(Store::open(path, tasks).await?);
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        Ok(Self { connection: connection.into(), tasks })
    }

    /// How long so many transactions take, each with one update of every session.
    pub(crate) fn round(&self, updates: usize) -> Result<Duration, Box<dyn Error>> {
        let (begin, random) = (TokioTimer::new(), SeededRandom::default());
        let mut connection = self.connection.borrow_mut();
        for number in 0..updates {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for task in 0..self.tasks {
                let (key, payload) = (key(task), payload(task + number));
                let expires = SystemClock.now().timestamp().saturating_add(HOUR);
                let expires = i64::try_from(expires.as_epoch_seconds())?;
                let found =
                    transaction.prepare_cached(SELECT)?.query_row([key.as_str()], |row| {
                        Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(3)?))
                    })?;
                std::hint::black_box(found);
                let (bytes, tag) = (payload.as_bytes(), Tag::draw(&random));
                let values = params![key.as_str(), bytes, tag.as_bytes(), expires];
                transaction.prepare_cached(UPDATE)?.execute(values)?;
            }
            transaction.commit()?;
        }
        Ok(begin.elapsed())
    }
}
