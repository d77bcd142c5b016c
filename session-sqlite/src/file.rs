//! Opening the file: its owner, its table, and how it is written.

use crate::Synchronous;
use crate::error::{Failure, config};
use rusqlite::{Connection, MAIN_DB, OpenFlags};
use session_core::{Error, ErrorKind, Result};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// "Sess" in ASCII, which distinguishes files of this store from other databases.
const APPLICATION_ID: i64 = 0x5365_7373;
/// The schema that this version of the crate reads and writes.
const SCHEMA_VERSION: i64 = 1;

/// The table.
///
/// The index leads a collector to expired rows, in the order of a cursor.
const SCHEMA: &str = "
    CREATE TABLE sessions (
        key TEXT NOT NULL PRIMARY KEY,
        payload BLOB NOT NULL,
        is_text INTEGER NOT NULL,
        version BLOB,
        expires INTEGER NOT NULL,
        deadline INTEGER,
        idle INTEGER,
        lock_token TEXT,
        lock_end INTEGER
    ) STRICT;
    CREATE INDEX sessions_expires ON sessions (expires, key);
    PRAGMA application_id = 0x53657373;
    PRAGMA user_version = 1;
";
/// The columns of the table, as `pragma_table_info` returns them.
const COLUMNS: &str = "key TEXT, payload BLOB, is_text INTEGER, version BLOB, expires INTEGER, \
                       deadline INTEGER, idle INTEGER, lock_token TEXT, lock_end INTEGER";

/// The length of one wait for another connection.
///
/// Between two waits, calls that are over are dropped.
pub(crate) const BUSY_WAIT: Duration = Duration::from_millis(50);

/// How often an opening tries a file that others lock.
///
/// Together the waits take its time limit.
const ATTEMPTS: u32 = 100;

/// Where the file is, and how it is opened.
#[derive(Clone, Debug)]
pub(crate) struct FileOptions {
    pub(crate) path: Arc<Path>,
    pub(crate) create: bool,
    pub(crate) synchronous: Synchronous,
    pub(crate) max_bytes: Option<u64>,
    pub(crate) busy_timeout: Duration,
}

/// The owner of the file.
enum Owner {
    /// Nobody's: there is nothing in it.
    Nobody,
    /// A store's of this schema.
    Store,
}

impl FileOptions {
    /// The connection to the file, which has the table.
    pub(crate) fn open(&self) -> Result<Connection> {
        let failed = |error: rusqlite::Error| self.failed(&error);
        self.create_file();
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(&self.path, flags);
        let connection = opened.map_err(|error| self.missing().unwrap_or_else(|| failed(error)))?;
        connection.busy_timeout(self.busy_timeout / ATTEMPTS).map_err(failed)?;
        self.prepare_until_free(&connection)?;
        self.configure(&connection).map_err(failed)?;
        Ok(connection)
    }

    /// Prepares the file, and tries again while others lock it.
    ///
    /// Once they have prepared it, no write is needed here. While they write all the time, a write
    /// would never get a turn.
    fn prepare_until_free(&self, connection: &Connection) -> Result<()> {
        for _ in 1..ATTEMPTS {
            match self.prepare(connection) {
                Err(error) if error.kind() == ErrorKind::Unavailable => {
                    self.roll_back(connection)?;
                }
                prepared => return prepared,
            }
        }
        self.prepare(connection)
    }

    fn roll_back(&self, connection: &Connection) -> Result<()> {
        if connection.is_autocommit() {
            return Ok(());
        }
        connection.execute_batch("ROLLBACK").map_err(|error| self.failed(&error))
    }

    /// Checks that the file is not another application's, and sets up log and table.
    ///
    /// The log is the write-ahead log.
    fn prepare(&self, connection: &Connection) -> Result<()> {
        let failed = |error: rusqlite::Error| self.failed(&error);
        // One state of the file: another process may be creating the table.
        connection.execute_batch("BEGIN").map_err(failed)?;
        let owner = self.owner(connection)?;
        connection.execute_batch("COMMIT").map_err(failed)?;
        // SQLite opens a file that it cannot write for reading only.
        if connection.is_readonly(MAIN_DB).map_err(failed)? {
            let what = "cannot be written: give this process the right to write to it";
            return Err(config(&self.path, what));
        }
        self.use_write_ahead_log(connection)?;
        if matches!(owner, Owner::Nobody) {
            self.create_table(connection)?;
        }
        Ok(())
    }

    /// Creates a missing file, which only its owner can read.
    ///
    /// A failure is found at the opening.
    fn create_file(&self) {
        if self.create {
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            drop(options.open(&self.path));
        }
    }

    fn missing(&self) -> Option<Error> {
        let is_missing = !self.create && !self.path.exists();
        is_missing.then(|| config(&self.path, "does not exist: create it, or set create"))
    }

    /// The owner of the file, within a transaction. Reading it changes nothing.
    fn owner(&self, connection: &Connection) -> Result<Owner> {
        let failed = |error: rusqlite::Error| self.failed(&error);
        let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        let application = number("PRAGMA application_id").map_err(failed)?;
        let version = number("PRAGMA user_version").map_err(failed)?;
        let entries = number("SELECT count(*) FROM sqlite_schema").map_err(failed)?;
        let what = match (application, version) {
            (APPLICATION_ID, SCHEMA_VERSION) if columns(connection).map_err(failed)? == COLUMNS => {
                return Ok(Owner::Store);
            }
            (APPLICATION_ID, SCHEMA_VERSION) => {
                "has a table `sessions` of another shape: choose another path".to_owned()
            }
            (APPLICATION_ID, _) => format!(
                "has the schema version {version}, and this version of session-sqlite knows \
                 {SCHEMA_VERSION}: update session-sqlite, or choose another path"
            ),
            (0, 0) if entries == 0 && self.create => return Ok(Owner::Nobody),
            (0, 0) if entries == 0 => "is empty: set create, or choose another path".to_owned(),
            _ => "belongs to another application: choose another path".to_owned(),
        };
        Err(config(&self.path, &what))
    }

    /// Switches to the write-ahead log, in which readers and a writer do not block.
    ///
    /// The file remembers it.
    fn use_write_ahead_log(&self, connection: &Connection) -> Result<()> {
        let failed = |error: rusqlite::Error| self.failed(&error);
        let mode = |sql| connection.query_row(sql, [], |row| row.get::<_, String>(0));
        if mode("PRAGMA journal_mode").map_err(failed)? == "wal" {
            return Ok(());
        }
        match mode("PRAGMA journal_mode = WAL") {
            Ok(mode) if mode == "wal" => Ok(()),
            Ok(_) => {
                let what = "cannot have a write-ahead log: put it on a disk of this host";
                Err(config(&self.path, what))
            }
            Err(error) => {
                // SQLite does not wait in the switch, so that two switches do not wait for each other.
                if Failure::of(&error).is_busy() {
                    connection.execute_batch("BEGIN EXCLUSIVE; COMMIT").map_err(failed)?;
                }
                Err(failed(error))
            }
        }
    }

    /// Creates the table, unless another process has done so meanwhile.
    fn create_table(&self, connection: &Connection) -> Result<()> {
        let failed = |error: rusqlite::Error| self.failed(&error);
        connection.execute_batch("BEGIN IMMEDIATE").map_err(failed)?;
        if matches!(self.owner(connection)?, Owner::Nobody) {
            connection.execute_batch(SCHEMA).map_err(failed)?;
        }
        connection.execute_batch("COMMIT").map_err(failed)
    }

    fn configure(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.pragma_update(None, "synchronous", self.synchronous.name())?;
        connection.pragma_update(None, "trusted_schema", false)?;
        if let Some(max_bytes) = self.max_bytes {
            let page: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
            let max_bytes = i64::try_from(max_bytes).unwrap_or(i64::MAX);
            // The pragma answers with the bound.
            connection
                .pragma_update_and_check(None, "max_page_count", max_bytes / page, |_| Ok(()))?;
        }
        connection.busy_timeout(BUSY_WAIT)
    }

    fn failed(&self, error: &rusqlite::Error) -> Error {
        Failure::of(error).error(&self.path)
    }
}

fn columns(connection: &Connection) -> rusqlite::Result<String> {
    let sql = "SELECT name || ' ' || type FROM pragma_table_info('sessions') ORDER BY cid";
    let mut statement = connection.prepare(sql)?;
    let columns = statement.query_map([], |row| row.get::<_, String>(0))?;
    Ok(columns.collect::<rusqlite::Result<Vec<_>>>()?.join(", "))
}
