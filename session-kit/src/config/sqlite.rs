//! The options of the store in an SQLite file.

use super::written::{Refusal, Written, set};
use super::{Config, StoreKind, config};
use session_core::Result;
use session_core::settings::Text;
use session_sqlite::{SqliteStore, Synchronous, limits};
use std::path::PathBuf;
use std::time::Duration;

/// The file.
///
/// In the variables and options of other products, `path` alone is the path of a cookie.
const SQLITE_PATH: Text = Text { name: "sqlite_path", ..limits::PATH };

/// The settings of the store in an SQLite file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SqliteOptions {
    /// The file, which is created if it is missing. It must be set.
    pub path: Option<PathBuf>,
    /// When a write counts as stored: once the disk has it, unless set.
    pub synchronous: Synchronous,
    /// How long a lock counts as live for others after its lease: 1 s unless set.
    pub clock_skew: Duration,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        let clock_skew = Duration::from_secs(1);
        Self { path: None, synchronous: Synchronous::default(), clock_skew }
    }
}

/// Takes every option that this store alone has.
pub(super) fn take(written: &mut Written, config: &mut Config) -> Result<(), Refusal> {
    config.sqlite.path = written.text_of(&SQLITE_PATH)?.map(PathBuf::from);
    let choices = Synchronous::ALL.map(|choice| (choice.name(), choice));
    set(&mut config.sqlite.synchronous, written.word("synchronous", &choices)?);
    Ok(())
}

impl Config {
    /// The store in the SQLite file, which is opened.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for options out of their range, and for a file that
    /// cannot be used, as [`SqliteStoreBuilder::build`](session_sqlite::SqliteStoreBuilder::build)
    /// says.
    pub async fn sqlite_store(&self) -> Result<SqliteStore> {
        self.check()?;
        let SqliteOptions { path, synchronous, clock_skew } = &self.sqlite;
        let path = path.as_ref().ok_or_else(no_file)?;
        let builder = SqliteStore::builder(path).synchronous(*synchronous);
        builder.clock_skew(*clock_skew).build().await
    }

    /// Checks the store's options.
    pub(super) fn check_sqlite(&self) -> Result<()> {
        limits::CLOCK_SKEW.check(self.sqlite.clock_skew)?;
        match &self.sqlite.path {
            Some(path) => SQLITE_PATH.check(&path.to_string_lossy()),
            None if self.store == Some(StoreKind::Sqlite) => Err(no_file()),
            None => Ok(()),
        }
    }
}

fn no_file() -> session_core::Error {
    config("sqlite_path is not set: name the file, such as `/var/lib/shop/sessions.db`".into())
}
