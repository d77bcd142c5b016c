use crate::locking::Locking;
use crate::store::StoreArgs;
use clap::Parser;
use session_locking::LockOptions;
use std::net::SocketAddr;
use std::time::Duration;

/// A web counter whose count lives in a session.
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub struct Args {
    /// The address to listen on; beyond loopback the cookie is `Secure` and wants HTTPS
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// Where the sessions are kept
    #[command(flatten)]
    pub store: StoreArgs,

    /// What concurrent increments of one session do to each other
    #[arg(long, value_enum, default_value_t = Locking::None)]
    pub locking: Locking,

    /// With pessimistic locking, how long a lock outlives a process that crashed
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "30")]
    pub lock_lease: Duration,

    /// With pessimistic locking, how long an increment waits for its turn
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "10")]
    pub max_lock_wait: Duration,
}

impl Args {
    /// Whether browsers may send the cookie over HTTPS alone.
    pub const fn secure_cookie(&self) -> bool {
        !self.listen.ip().is_loopback()
    }

    /// How locks are waited for and held.
    pub fn lock_options(&self) -> LockOptions {
        let defaults = LockOptions::default();
        LockOptions {
            max_lock_wait_time: self.max_lock_wait,
            lock_lease: self.lock_lease,
            // A short lease is for trying out what happens after a crash.
            request_timeout: defaults.request_timeout.min(self.lock_lease / 3),
            ..defaults
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "seconds are a number, such as 2.5".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}
