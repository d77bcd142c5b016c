use crate::app::Settings;
use crate::listen::Listen;
use crate::locking::Locking;
use crate::store::StoreArgs;
use clap::Parser;
use session_kit::store::LockingStore;
use session_kit::time::SystemClock;
use session_kit::{Lifetime, Result};
use std::sync::Arc;
use std::time::Duration;

/// An application to look at: concurrent requests of a session under each strategy
///
/// It also shows a sign-out that stays one.
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub struct Args {
    /// A port of this computer, a host with a port, or an address
    #[arg(long, value_name = "ADDR", default_value = "3000")]
    pub listen: Listen,

    /// Where the sessions are stored
    #[command(flatten)]
    pub store: StoreArgs,

    /// The strategy for concurrent requests of one session
    #[arg(long, value_enum, default_value_t = Locking::Optimistic)]
    pub locking: Locking,

    /// After how many seconds without use a session expires
    #[arg(long, value_name = "SECONDS", default_value_t = 1_440)]
    pub lifetime: u64,
}

impl Args {
    /// The settings of the application over this store.
    ///
    /// # Errors
    ///
    /// A lifetime that is out of range.
    pub fn settings(&self, store: Arc<dyn LockingStore>) -> Result<Settings> {
        Ok(Settings {
            store,
            store_name: self.store.store.name(),
            locking: self.locking,
            lifetime: Lifetime::idle(Duration::from_secs(self.lifetime))?,
            clock: Arc::new(SystemClock),
        })
    }
}
