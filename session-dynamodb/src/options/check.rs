//! Whether options make sense, and make sense together.

use super::{Options, config};
use crate::StaticCredentials;
use crate::limits;
use session_core::Result;
use std::time::Duration;

impl Options {
    /// Checks every value, and those that depend on each other.
    ///
    /// Options that were read are checked already, and a store or sessions of them check again.
    /// This is for options whose fields were set.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config), naming the option and its range.
    ///
    /// ```
    /// use session_dynamodb::Options;
    ///
    /// let mut options = Options::default();
    /// options.endpoint = Some("localhost:8000".into());
    /// let error = options.check().expect_err("it has no scheme");
    /// assert!(error.to_string().contains("write `http://localhost:8000`"));
    /// ```
    pub fn check(&self) -> Result<()> {
        self.check_lifetime()?;
        self.check_locking()?;
        self.credentials.as_ref().map_or(Ok(()), StaticCredentials::check)?;
        self.store_settings().check()
    }

    fn check_lifetime(&self) -> Result<()> {
        let idle = Duration::from_secs(self.session_lifetime);
        limits::SESSION_LIFETIME.check(idle)?;
        if let Some(absolute) = self.absolute_lifetime {
            limits::ABSOLUTE_LIFETIME.check(absolute)?;
            if absolute < idle {
                return Err(config(format!(
                    "absolute_lifetime is {absolute:?}: it must be at least session_lifetime, {idle:?}"
                )));
            }
            if let Some(profile) = self.profile {
                let name = profile.name();
                return Err(config(format!(
                    "absolute_lifetime is set and the profile `{name}` keeps none: no handler of \
                     PHP knows a deadline"
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
        if self.locking && self.optimistic {
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
        limits::RELEASE_TIMEOUT.check(self.release_timeout)?;
        let mut locks = self.lock_options();
        if !self.locking {
            // Nothing is renewed, so nothing has to fit into the lease.
            locks.request_timeout = Duration::from_millis(1);
        }
        locks.check()
    }
}
