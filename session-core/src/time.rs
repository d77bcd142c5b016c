//! Points in time, and the traits through which time comes in.

mod clock;
mod epoch_millis;
mod idle_timeout;
mod manual;
mod system;
mod timestamp;
#[cfg(feature = "tokio")]
mod tokio_timer;

pub use clock::{Clock, Timer};
pub use epoch_millis::EpochMillis;
pub use idle_timeout::IdleTimeout;
pub use manual::ManualClock;
pub use system::SystemClock;
pub use timestamp::Timestamp;
#[cfg(feature = "tokio")]
pub use tokio_timer::TokioTimer;
