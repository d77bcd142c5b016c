use crate::Counter;
use clap::ValueEnum;
use session_kit::codec::Json;
use session_kit::locking::{LockOptions, Pessimistic};
use session_kit::store::LockingStore;
use session_kit::strategy::Strategy;
use session_kit::{LastWriteWins, Optimistic, Result, Sessions};
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

/// A locking strategy, by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Locking {
    /// The last write wins, and increments get lost
    None,
    /// The write that lost the race is rejected, with status 409
    Optimistic,
    /// Each increment waits for the one before it
    Pessimistic,
}

impl Display for Locking {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        formatter.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// Sessions in `store`, locked like this.
///
/// # Errors
///
/// What does not fit together.
pub fn sessions(
    store: Arc<dyn LockingStore>,
    locking: Locking,
    options: LockOptions,
) -> Result<Sessions<Counter>> {
    let strategy: Arc<dyn Strategy> = match locking {
        Locking::None => Arc::new(LastWriteWins::new(store)),
        Locking::Optimistic => Arc::new(Optimistic::new(store)),
        Locking::Pessimistic => Arc::new(Pessimistic::new(store).with_options(options)),
    };
    Sessions::builder(strategy, Json::new()).build()
}
