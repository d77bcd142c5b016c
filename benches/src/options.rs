use clap::Args;
use std::num::{NonZeroU64, NonZeroUsize};

/// How much to measure; the defaults are those of the recorded results.
#[derive(Args, Clone, Copy, Debug)]
pub struct Options {
    /// Live sessions
    #[arg(long, default_value = "100000", global = true)]
    pub sessions: NonZeroUsize,
    /// Rounds, each of which measures everything that is compared
    #[arg(long, default_value = "61", global = true)]
    pub rounds: NonZeroUsize,
    /// Milliseconds per round for each that is compared
    #[arg(long, default_value = "20", global = true)]
    pub slice: NonZeroU64,
    /// Threads that answer requests
    #[arg(long, default_value = "2", global = true)]
    pub threads: NonZeroUsize,
    /// Tasks that make requests at the same time
    #[arg(long, default_value = "16", global = true)]
    pub tasks: NonZeroUsize,
}
