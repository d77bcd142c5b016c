//! The rows of the table.

use crate::error::{Failure, corrupt, foreign_cursor};
use rusqlite::{Connection, OptionalExtension, Row, params};
use session_core::store::{Cursor, Key, LockToken, Payload, Record, Tag, Version};
use session_core::time::{EpochMillis, IdleTimeout, Timestamp};
use session_core::transactional::{Expired, Outcome, Slot, StoredLock, StoredRow};
use session_core::{Error, Result};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

const SELECT: &str = "SELECT payload, is_text, version, expires, deadline, idle, lock_token, \
                      lock_end FROM sessions WHERE key = ?1";
const WRITE: &str = "INSERT INTO sessions \
                     (key, payload, is_text, version, expires, deadline, idle, lock_token, lock_end) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) \
                     ON CONFLICT (key) DO UPDATE SET payload = ?2, is_text = ?3, version = ?4, \
                     expires = ?5, deadline = ?6, idle = ?7, lock_token = ?8, lock_end = ?9";
const DELETE: &str = "DELETE FROM sessions WHERE key = ?1";
const EXPIRED: &str = "SELECT expires, key FROM sessions \
                       WHERE expires <= ?1 AND (expires, key) > (?2, ?3) \
                       ORDER BY expires, key LIMIT ?4";

/// Runs a decision on the rows of `keys`, within the transaction of the connection.
pub(crate) fn transact<A>(
    connection: &Connection,
    path: &Path,
    keys: &[Key],
    decide: &mut impl FnMut(&mut [Slot]) -> A,
) -> Result<A> {
    let failed = |error: rusqlite::Error| Failure::of(&error).error(path);
    let mut slots = Vec::with_capacity(keys.len());
    for key in keys {
        let columns = select(connection, key).map_err(failed)?;
        slots.push(Slot::new(columns.map(StoredRow::try_from).transpose()?));
    }
    let answer = decide(&mut slots);
    for (key, slot) in keys.iter().zip(&slots) {
        match slot.outcome() {
            Outcome::Unchanged => {}
            Outcome::Written(row) => write(connection, key, row).map_err(failed)?,
            Outcome::Removed => delete(connection, key).map_err(failed)?,
        }
    }
    Ok(answer)
}

/// The columns of a row.
struct Columns {
    payload: Vec<u8>,
    is_text: bool,
    version: Option<Vec<u8>>,
    expires: i64,
    deadline: Option<i64>,
    idle: Option<i64>,
    lock_token: Option<String>,
    lock_end: Option<i64>,
}

impl Columns {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            payload: row.get(0)?,
            is_text: row.get(1)?,
            version: row.get(2)?,
            expires: row.get(3)?,
            deadline: row.get(4)?,
            idle: row.get(5)?,
            lock_token: row.get(6)?,
            lock_end: row.get(7)?,
        })
    }

    /// The row, or `None` for one that another program changed.
    fn row(&self) -> Option<StoredRow> {
        let payload = if self.is_text {
            Payload::text(str::from_utf8(&self.payload).ok()?)
        } else {
            Payload::binary(&*self.payload)
        };
        let version = match &self.version {
            None => Version::NONE,
            Some(tag) => Version::tagged(Tag::from_bytes(tag.as_slice().try_into().ok()?)),
        };
        let lock = match (&self.lock_token, self.lock_end) {
            (None, None) => None,
            (Some(token), Some(end)) => Some(StoredLock {
                token: LockToken::decode(token)?,
                end: EpochMillis::saturating_from_epoch_millis(unsigned(end)),
            }),
            _ => return None,
        };
        let deadline = self.deadline.map(seconds);
        let idle = match self.idle {
            None => None,
            Some(seconds) => Some(IdleTimeout::saturating_from_seconds(unsigned(seconds))?),
        };
        let record = Record { payload, expires: seconds(self.expires), deadline, idle };
        Some(StoredRow { record, version, lock })
    }
}

impl TryFrom<Columns> for StoredRow {
    type Error = Error;

    fn try_from(columns: Columns) -> Result<Self> {
        columns.row().ok_or_else(|| corrupt(columns.payload))
    }
}

fn select(connection: &Connection, key: &Key) -> rusqlite::Result<Option<Columns>> {
    connection.prepare_cached(SELECT)?.query_row([key.as_str()], Columns::read).optional()
}

fn write(connection: &Connection, key: &Key, row: &StoredRow) -> rusqlite::Result<()> {
    let StoredRow { record, version, lock } = row;
    let Record { payload, expires, deadline, idle } = record;
    let end = lock.as_ref().map(|lock| signed(lock.end.as_epoch_millis()));
    let written = connection.prepare_cached(WRITE)?.execute(params![
        key.as_str(),
        payload.as_bytes(),
        matches!(payload, Payload::Text(_)),
        version.as_tag().map(|tag| tag.as_bytes().as_slice()),
        signed(expires.as_epoch_seconds()),
        deadline.map(|deadline| signed(deadline.as_epoch_seconds())),
        idle.map(|idle| signed(idle.as_seconds())),
        lock.as_ref().map(|lock| lock.token.encode()),
        end,
    ])?;
    debug_assert_eq!(written, 1, "the key is unique");
    Ok(())
}

fn delete(connection: &Connection, key: &Key) -> rusqlite::Result<()> {
    connection.prepare_cached(DELETE)?.execute([key.as_str()]).map(drop)
}

/// The keys of expired rows, in the order of the index.
///
/// A cursor is the expiry and the key of the last one.
pub(crate) fn expired(
    connection: &Connection,
    path: &Path,
    now: EpochMillis,
    (last_expiry, last_key): &(i64, Arc<str>),
    max_rows: NonZeroUsize,
) -> Result<Expired> {
    let found = || -> rusqlite::Result<Vec<(i64, Arc<str>)>> {
        let mut statement = connection.prepare_cached(EXPIRED)?;
        let now = signed(now.timestamp().as_epoch_seconds());
        let max_rows = i64::try_from(max_rows.get()).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![now, last_expiry, last_key, max_rows], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        rows.collect()
    };
    let found = found().map_err(|error| Failure::of(&error).error(path))?;
    let next = found.last().filter(|_| found.len() == max_rows.get());
    let next = next.map(|(expires, key)| Cursor::new(format!("{expires} {key}")));
    let keys = found.into_iter().map(|(_, key)| Key::new(key)).collect::<Result<_>>()?;
    Ok(Expired { keys, next })
}

/// Where a walk goes on: after this expiry and key.
pub(crate) fn position(from: Option<&Cursor>) -> Result<(i64, Arc<str>)> {
    let Some(from) = from else { return Ok((i64::MIN, Arc::from(""))) };
    let (expires, key) = from.expose().split_once(' ').ok_or_else(foreign_cursor)?;
    Ok((expires.parse().map_err(|_| foreign_cursor())?, Arc::from(key)))
}

/// A time as the column keeps it.
fn signed(time: u64) -> i64 {
    i64::try_from(time).expect("the range of times ends long before")
}

/// A time as it was read. A time before the epoch counts as the epoch.
fn unsigned(time: i64) -> u64 {
    u64::try_from(time).unwrap_or(0)
}

fn seconds(time: i64) -> Timestamp {
    Timestamp::saturating_from_epoch_seconds(unsigned(time))
}
