//! Whether a configuration makes sense, and makes sense together.

use super::{Config, config, limits};
use session_core::Result;
use std::time::Duration;

impl Config {
    /// Checks every value, and those that depend on each other.
    ///
    /// A configuration that was read is checked already, and a store or sessions of it check again.
    /// This is for a configuration whose fields were set.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config), naming the option and its range.
    ///
    /// ```
    /// use session_kit::Config;
    /// use std::time::Duration;
    ///
    /// let mut config = Config::default();
    /// config.absolute_lifetime = Some(Duration::from_secs(60));
    /// let error = config.check().expect_err("it is shorter than the idle lifetime");
    /// assert!(error.to_string().contains("it must be at least session_lifetime"));
    /// ```
    pub fn check(&self) -> Result<()> {
        self.check_lifetime()?;
        self.check_locking()?;
        #[cfg(feature = "sqlite")]
        self.check_sqlite()?;
        #[cfg(feature = "dynamodb")]
        self.check_dynamodb()?;
        Ok(())
    }

    fn check_lifetime(&self) -> Result<()> {
        let idle = self.session_lifetime;
        limits::SESSION_LIFETIME.check(idle)?;
        if let Some(absolute) = self.absolute_lifetime {
            limits::ABSOLUTE_LIFETIME.check(absolute)?;
            if absolute < idle {
                return Err(config(format!(
                    "absolute_lifetime is {absolute:?}: it must be at least session_lifetime, {idle:?}"
                )));
            }
        }
        if let Some(threshold) = self.touch_threshold {
            limits::TOUCH_THRESHOLD.check(threshold)?;
            if threshold >= idle {
                return Err(config(format!(
                    "touch_threshold is {threshold:?}: it must be less than session_lifetime, \
                     {idle:?}, or sessions expire while they are read"
                )));
            }
        }
        Ok(())
    }

    fn check_locking(&self) -> Result<()> {
        if self.locking && self.optimistic == Some(true) {
            return Err(config(
                "optimistic and locking are both on: handles either take turns or compare what \
                 they read, so set one of the two"
                    .into(),
            ));
        }
        if self.held_locks.is_some() && !self.locking {
            return Err(config(
                "held_locks is set and locking is off, so that no lock is ever held: set locking, \
                 or leave held_locks out"
                    .into(),
            ));
        }
        limits::RELEASE_TIMEOUT.check(self.locks.release_timeout)?;
        let mut locks = self.locks;
        if !self.locking {
            // Nothing is renewed, so nothing has to fit into the lease.
            locks.request_timeout = Duration::from_millis(1);
        }
        locks.check()
    }
}
