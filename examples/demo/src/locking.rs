use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use session_kit::locking::Pessimistic;
use session_kit::sections::{JsonSections, Sections};
use session_kit::store::LockingStore;
use session_kit::strategy::Strategy;
use session_kit::time::Clock;
use session_kit::{LastWriteWins, Lifetime, Optimistic, Result, Sessions};
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

/// A strategy, by its name on the command line and in addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locking {
    /// The last write wins, and increments get lost
    None,
    /// A write is rejected with 409 if another request changed its section first
    Optimistic,
    /// Each request waits for the one before it
    Pessimistic,
}

impl Locking {
    /// All strategies.
    pub const ALL: [Self; 3] = [Self::None, Self::Optimistic, Self::Pessimistic];

    /// The sessions in `store`, opened by this strategy.
    pub(crate) fn sessions(
        self,
        store: &Arc<dyn LockingStore>,
        lifetime: Lifetime,
        clock: &Arc<dyn Clock>,
    ) -> Result<Sessions<Sections>> {
        let builder = Sessions::builder(self.strategy(Arc::clone(store)), JsonSections::new());
        builder.lifetime(lifetime).clock(Arc::clone(clock)).build()
    }

    fn strategy(self, store: Arc<dyn LockingStore>) -> Arc<dyn Strategy> {
        match self {
            Self::None => Arc::new(LastWriteWins::new(store)),
            Self::Optimistic => Arc::new(Optimistic::new(store).merging(JsonSections::new())),
            Self::Pessimistic => Arc::new(Pessimistic::new(store)),
        }
    }
}

impl Display for Locking {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        formatter.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}
