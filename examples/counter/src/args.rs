use crate::Counter;
use clap::{Parser, ValueEnum};
use session_core::{Json, LastWriteWins, LockingStore, Optimistic, Result, Sessions, Strategy};
use session_locking::Pessimistic;
use std::fmt::{self, Display, Formatter};
use std::net::SocketAddr;
use std::sync::Arc;

/// A web counter whose count lives in a session.
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub struct Args {
    /// The address to listen on; beyond loopback the cookie is `Secure` and wants HTTPS
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// What concurrent increments of one session do to each other
    #[arg(long, value_enum, default_value_t = Locking::None)]
    pub locking: Locking,
}

impl Args {
    /// Whether browsers may send the cookie over HTTPS alone.
    pub const fn secure_cookie(&self) -> bool {
        !self.listen.ip().is_loopback()
    }
}

/// A locking strategy, by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Locking {
    /// The last write wins, and increments get lost
    None,
    /// The write that lost the race is refused, with status 409
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
pub fn sessions(store: Arc<dyn LockingStore>, locking: Locking) -> Result<Sessions<Counter>> {
    let strategy: Arc<dyn Strategy> = match locking {
        Locking::None => Arc::new(LastWriteWins::new(store)),
        Locking::Optimistic => Arc::new(Optimistic::new(store)?),
        Locking::Pessimistic => Arc::new(Pessimistic::new(store)),
    };
    Sessions::builder(strategy, Json::new()).build()
}
