use crate::listen::Listen;
use crate::locking::Locking;
use crate::store::StoreArgs;
use clap::Parser;
use session_kit::locking::LockOptions;
use std::time::Duration;

/// A web counter whose count lives in a session.
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub struct Args {
    /// A port, or a host and a port; beyond loopback the cookie needs HTTPS
    ///
    /// Such a cookie is `Secure`.
    #[arg(long, value_name = "ADDR", default_value = "3000")]
    pub listen: Listen,

    /// Where the sessions are kept
    #[command(flatten)]
    pub store: StoreArgs,

    /// What concurrent increments of one session do to each other
    #[arg(long, value_enum, default_value_t = Locking::None)]
    pub locking: Locking,

    /// With pessimistic locking, how long a lock outlives a crash [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub lock_lease: Option<Duration>,

    /// With pessimistic locking, how long an increment waits for its turn [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub max_lock_wait: Option<Duration>,

    /// How long requests may take that are being worked on when the process is to end
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "10")]
    pub grace: Duration,
}

impl Args {
    /// Checks that every option applies to the store and the locking that were chosen.
    ///
    /// # Errors
    ///
    /// The option that does not apply, and what it needs.
    pub fn check(&self) -> Result<(), String> {
        self.store.check()?;
        for (option, is_given) in [
            ("--lock-lease", self.lock_lease.is_some()),
            ("--max-lock-wait", self.max_lock_wait.is_some()),
        ] {
            if is_given && self.locking != Locking::Pessimistic {
                return Err(format!("{option} needs --locking pessimistic"));
            }
        }
        Ok(())
    }

    /// How locks are waited for and held.
    pub fn lock_options(&self) -> LockOptions {
        let defaults = LockOptions::default();
        let lock_lease = self.lock_lease.unwrap_or(defaults.lock_lease);
        LockOptions {
            max_lock_wait_time: self.max_lock_wait.unwrap_or(defaults.max_lock_wait_time),
            lock_lease,
            // A short lease is for trying out what happens after a crash.
            request_timeout: defaults.request_timeout.min(lock_lease / 3),
            ..defaults
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().map_err(|_| "seconds are a number, such as 2.5".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::Args;
    use clap::Parser;

    fn refusal(options: &[&str]) -> String {
        let options = [&["counter"], options].concat();
        Args::try_parse_from(options).unwrap().check().unwrap_err()
    }

    #[test]
    fn options_that_do_not_apply_are_rejected() {
        for (options, says) in [
            (&["--lock-lease", "2"][..], "--lock-lease needs --locking pessimistic"),
            (
                &["--locking", "optimistic", "--max-lock-wait", "2"],
                "--max-lock-wait needs --locking pessimistic",
            ),
            (&["--path", "f"], "--path needs --store sqlite"),
            (&["--store", "sqlite"], "--store sqlite needs --path, the file"),
            (
                &["--store", "sqlite", "--path", "f", "--table", "t"],
                "--table needs --store dynamodb or dynamodb-embedded",
            ),
            (&["--table", "t"], "--table needs --store dynamodb or dynamodb-embedded"),
            (&["--create-table"], "--create-table needs --store dynamodb"),
            (
                &["--store", "dynamodb-embedded", "--create-table"],
                "--create-table needs --store dynamodb",
            ),
            (&["--endpoint-url", "http://a"], "--endpoint-url needs --store dynamodb"),
        ] {
            assert_eq!(refusal(options), says);
        }
    }

    #[test]
    fn options_that_apply_are_accepted() {
        for options in [
            &[][..],
            &["--locking", "pessimistic", "--lock-lease", "2", "--max-lock-wait", "2"],
            &["--store", "dynamodb-embedded", "--table", "t"],
            &["--store", "sqlite", "--path", "f"],
            &[
                "--store",
                "dynamodb",
                "--table",
                "t",
                "--endpoint-url",
                "http://a",
                "--create-table",
            ],
        ] {
            let options = [&["counter"], options].concat();
            let args = Args::try_parse_from(options).unwrap();
            assert_eq!(args.check(), Ok(()));
            args.lock_options().check().unwrap();
        }
    }
}
