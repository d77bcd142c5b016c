//! The options of the store on DynamoDB, and what a profile changes.

use super::batches::take_batches;
use super::secrets::credentials;
use super::written::{Refusal, Written, set};
use super::{Config, config};
use session_core::Result;
use session_core::store::PayloadKind;
use session_dynamodb::{Options, Profile, limits};
use std::num::NonZeroUsize;
use std::time::Duration;

/// The lease of locks in a profile.
///
/// PHP waits for 10 s, which is longer than the lease of a crashed holder.
const LEASE_BESIDE_PHP: Duration = Duration::from_secs(6);

/// Takes the profile, and sets the defaults that it changes.
pub(super) fn take_profile(written: &mut Written, config: &mut Config) -> Result<(), Refusal> {
    let names = Profile::ALL.map(|profile| (profile.name(), profile));
    let Some(profile) = written.word("profile", &names)? else { return Ok(()) };
    reject_tags(written, profile)?;
    config.dynamodb.profile = Some(profile);
    config.base64 = profile.encodes_base64();
    config.locks.lock_lease = LEASE_BESIDE_PHP;
    config.session_name = Some("PHPSESSID".into());
    Ok(())
}

/// Takes every option that this store alone has.
pub(super) fn take(written: &mut Written, config: &mut Config) -> Result<(), Refusal> {
    let options = &mut config.dynamodb;
    take_table(written, options)?;
    take_times(written, options)?;
    take_collecting(written, options)?;
    options.region = written.text_of(&limits::REGION)?;
    options.endpoint = written.text_of(&limits::ENDPOINT)?;
    options.credentials = credentials(written)?;
    Ok(())
}

fn take_table(written: &mut Written, options: &mut Options) -> Result<(), Refusal> {
    for (option, setting) in [
        (&mut options.table_name, &limits::TABLE_NAME),
        (&mut options.hash_key, &limits::HASH_KEY),
        (&mut options.data_attribute, &limits::DATA_ATTRIBUTE),
        (&mut options.session_lifetime_attribute, &limits::SESSION_LIFETIME_ATTRIBUTE),
        (&mut options.lock_attribute, &limits::LOCK_ATTRIBUTE),
        (&mut options.version_attribute, &limits::VERSION_ATTRIBUTE),
        (&mut options.deadline_attribute, &limits::DEADLINE_ATTRIBUTE),
        (&mut options.idle_attribute, &limits::IDLE_ATTRIBUTE),
    ] {
        set(option, written.text_of(setting)?);
    }
    let kinds = [("string", PayloadKind::Text), ("binary", PayloadKind::Binary)];
    set(&mut options.data_attribute_type, written.word("data_attribute_type", &kinds)?);
    set(&mut options.consistent_read, written.flag("consistent_read")?);
    set(&mut options.transactions, written.flag("transactions")?);
    Ok(())
}

fn take_times(written: &mut Written, options: &mut Options) -> Result<(), Refusal> {
    options.php_lock_timeout = written.time(&limits::PHP_LOCK_TIMEOUT)?;
    set(&mut options.operation_timeout, written.time(&limits::OPERATION_TIMEOUT)?);
    let retries = written.count(&limits::MAX_RETRIES)?;
    set(&mut options.max_retries, retries.and_then(|retries| u32::try_from(retries).ok()));
    Ok(())
}

fn take_collecting(written: &mut Written, options: &mut Options) -> Result<(), Refusal> {
    let segments = written.count(&limits::SCAN_SEGMENTS)?;
    let segments = segments.and_then(|segments| usize::try_from(segments).ok());
    set(&mut options.scan_segments, segments.and_then(NonZeroUsize::new));
    set(&mut options.collect_orphans, written.flag("collect_orphans")?);
    options.batch_config = take_batches(written)?;
    Ok(())
}

/// Rejects what a profile has no place for.
fn reject_tags(written: &Written, profile: Profile) -> Result<(), Refusal> {
    for (option, why) in [
        ("version_attribute", "the content is the version"),
        ("deadline_attribute", "there is no absolute timeout"),
        ("idle_attribute", "no session has a lifetime of its own"),
        ("absolute_lifetime", "no handler of PHP knows a deadline"),
    ] {
        if written.is_set(option) {
            let name = profile.name();
            let detail = format!("{option} is set and the profile `{name}` keeps none: {why}");
            return Err(Refusal(detail));
        }
    }
    Ok(())
}

/// Checks that the handler has a default table, if no table is configured.
pub(super) fn check_default_table(config: &Config) -> Result<(), Refusal> {
    match config.dynamodb.profile {
        Some(Profile::AsyncAws) => Err(Refusal(
            "table_name is not set: the handler of `async_aws` has no default table, so name the \
             table that it writes to"
                .into(),
        )),
        _ => Ok(()),
    }
}

impl Config {
    /// The settings of the store on DynamoDB and of its client.
    ///
    /// These are the [`dynamodb`](Self::dynamodb) of this configuration, with what the sessions
    /// determine: the key scheme, whether records are locked, and the time limit of a request.
    ///
    /// ```
    /// use session_kit::{Config, KeyScheme};
    ///
    /// let mut config = Config::default();
    /// config.locking = true;
    /// let options = config.dynamodb_options();
    /// assert_eq!((options.locking, options.key_scheme), (true, Some(KeyScheme::Hashed)));
    /// ```
    pub fn dynamodb_options(&self) -> Options {
        let mut options = self.dynamodb.clone();
        options.key_scheme = Some(self.key_scheme());
        options.locking = self.locking;
        options.request_timeout = self.locks.request_timeout;
        options
    }

    /// The store on DynamoDB, over this client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config), naming the option and its range.
    ///
    /// ```
    /// use session_kit::Config;
    /// use session_kit::dynamodb::local_client;
    ///
    /// let config = Config::from_variables([("SESSION_TABLE_NAME", "web-sessions")])?;
    /// let store = config.dynamodb_store(local_client("http://127.0.0.1:8000"))?;
    /// # Ok::<(), session_kit::Error>(())
    /// ```
    pub fn dynamodb_store(
        &self,
        client: aws_sdk_dynamodb::Client,
    ) -> Result<session_dynamodb::DynamoDbStore> {
        self.check()?;
        self.dynamodb_options().store(client).build()
    }

    /// Checks the store's options, and what a profile has no place for.
    pub(super) fn check_dynamodb(&self) -> Result<()> {
        self.dynamodb_options().check()?;
        let Some(profile) = self.dynamodb.profile else { return Ok(()) };
        let name = profile.name();
        if self.absolute_lifetime.is_some() {
            return Err(config(format!(
                "absolute_lifetime is set and the profile `{name}` keeps none: no handler of PHP \
                 knows a deadline"
            )));
        }
        if self.base64 && !profile.encodes_base64() {
            let detail = format!("base64 is on and the handler of `{name}` does not decode it");
            return Err(config(detail));
        }
        self.check_separator(profile)
    }

    /// Checks that the format is chosen where the data is PHP's.
    pub(super) fn check_codec_of_profile(&self) -> Result<()> {
        match self.dynamodb.profile {
            Some(profile) if self.codec.is_none() => {
                let name = profile.name();
                Err(config(format!(
                    "codec is not set: the data of the profile `{name}` is PHP's, so set codec to \
                     its session.serialize_handler, such as `php`, or call sessions_with"
                )))
            }
            _ => Ok(()),
        }
    }

    fn check_separator(&self, profile: Profile) -> Result<()> {
        let separator = &self.id_separator;
        if profile == Profile::AsyncAws || separator == "_" {
            return Ok(());
        }
        let name = profile.name();
        Err(config(format!(
            "id_separator is `{separator}`: the handler of `{name}` knows `_` only"
        )))
    }
}
