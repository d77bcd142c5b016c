//! From options as they are written to a configuration whose values make sense.

use super::locking::take_locking;
use super::written::{Refusal, Written, set};
use super::{CodecKind, Config, StoreKind, limits};
use session_locking::LockOptions;
use std::path::PathBuf;
use std::time::Duration;

/// The value for no wait at all, which PHP accepts and a lock does not.
const LEAST: Duration = Duration::from_micros(1);

/// The configuration that is written, which makes sense together.
pub(super) fn config(mut written: Written) -> Result<Config, Refusal> {
    #[cfg(feature = "dynamodb")]
    let names_table = written.is_set("table_name");
    let config = take(&mut written)?;
    #[cfg(feature = "dynamodb")]
    super::php::take_options_of_php(&mut written, &config)?;
    written.finish()?;
    #[cfg(feature = "dynamodb")]
    if !names_table {
        super::dynamodb::check_default_table(&config)?;
    }
    config.check()?;
    Ok(config)
}

/// Takes every option that there is, in the order of the guide.
pub(super) fn take(written: &mut Written) -> Result<Config, Refusal> {
    let mut config = of_defaults();
    config.store = written.word("store", &StoreKind::ALL.map(|store| (store.name(), store)))?;
    #[cfg(feature = "dynamodb")]
    let profile =
        written.first_set(|written| super::dynamodb::take_profile(written, &mut config))?;
    take_data(written, &mut config)?;
    take_lifetime(written, &mut config)?;
    take_locks(written, &mut config)?;
    take_keys(written, &mut config)?;
    take_shared(written, &mut config)?;
    #[cfg(feature = "memory")]
    {
        let first = written.first_set(|written| super::memory::take(written, &mut config))?;
        choose(&mut config, StoreKind::Memory, first)?;
    }
    #[cfg(feature = "sqlite")]
    {
        let first = written.first_set(|written| super::sqlite::take(written, &mut config))?;
        choose(&mut config, StoreKind::Sqlite, first)?;
    }
    #[cfg(feature = "dynamodb")]
    {
        let first = written.first_set(|written| super::dynamodb::take(written, &mut config))?;
        choose(&mut config, StoreKind::DynamoDb, profile.or(first))?;
    }
    Ok(config)
}

/// Chooses the store if an option of it is set, which no other store has.
#[cfg(any(feature = "memory", feature = "sqlite", feature = "dynamodb"))]
fn choose(config: &mut Config, store: StoreKind, set: Option<&str>) -> Result<(), Refusal> {
    match (set, config.store) {
        (None, _) => Ok(()),
        (Some(option), Some(other)) if other != store => Err(Refusal(format!(
            "{option} is an option of the store `{store}`, and the store is `{other}`: leave one \
             of the two out"
        ))),
        (Some(_), _) => {
            config.store = Some(store);
            Ok(())
        }
    }
}

/// The configuration when nothing is written.
fn of_defaults() -> Config {
    Config {
        store: None,
        codec: None,
        base64: false,
        session_lifetime: Duration::from_mins(24),
        absolute_lifetime: None,
        touch_threshold: None,
        optimistic: None,
        locking: false,
        locks: LockOptions::default(),
        held_locks: None,
        session_name: None,
        id_separator: "_".into(),
        #[cfg(feature = "memory")]
        memory: session_memory::MemoryStoreBuilder::default(),
        #[cfg(feature = "sqlite")]
        sqlite: super::SqliteOptions::default(),
        #[cfg(feature = "dynamodb")]
        dynamodb: session_dynamodb::Options::default(),
    }
}

fn take_data(written: &mut Written, config: &mut Config) -> Result<(), Refusal> {
    config.codec = written.word("codec", &CodecKind::ALL.map(|codec| (codec.name(), codec)))?;
    set(&mut config.base64, written.flag("base64")?);
    Ok(())
}

fn take_lifetime(written: &mut Written, config: &mut Config) -> Result<(), Refusal> {
    set(&mut config.session_lifetime, written.time(&limits::SESSION_LIFETIME)?);
    config.absolute_lifetime = written.time(&limits::ABSOLUTE_LIFETIME)?;
    config.touch_threshold = written.time(&limits::TOUCH_THRESHOLD)?;
    Ok(())
}

fn take_locks(written: &mut Written, config: &mut Config) -> Result<(), Refusal> {
    config.optimistic = written.flag("optimistic")?;
    set(&mut config.locking, take_locking(written)?);
    let wait = written.time(&limits::MAX_LOCK_WAIT_TIME)?;
    set(&mut config.locks.max_lock_wait_time, wait.map(|wait| wait.max(LEAST)));
    take_retries(written, &mut config.locks)?;
    set(&mut config.locks.lock_lease, written.time(&limits::LOCK_LEASE)?);
    config.held_locks = written.text("held_locks")?.map(PathBuf::from);
    set(&mut config.locks.max_lock_hold, written.time(&limits::MAX_LOCK_HOLD)?);
    set(&mut config.locks.release_timeout, written.time(&limits::RELEASE_TIMEOUT)?);
    Ok(())
}

/// The shortest and the longest delay.
///
/// PHP chooses a delay between the two, in either order.
fn take_retries(written: &mut Written, locks: &mut LockOptions) -> Result<(), Refusal> {
    let (mut one, mut other) = (locks.min_lock_retry, locks.max_lock_retry);
    set(&mut one, written.time(&limits::MIN_LOCK_RETRY)?);
    set(&mut other, written.time(&limits::MAX_LOCK_RETRY)?);
    locks.min_lock_retry = one.min(other).max(LEAST);
    locks.max_lock_retry = one.max(other).max(LEAST);
    Ok(())
}

/// The settings of keys.
fn take_keys(written: &mut Written, config: &mut Config) -> Result<(), Refusal> {
    if let Some(name) = written.text("session_name")? {
        config.session_name = Some(name);
    }
    let separator = written.text("id_separator")?;
    if config.session_name.is_none() && separator.is_some() {
        let detail = "id_separator is set and session_name is not: hashed keys have none";
        return Err(Refusal(detail.into()));
    }
    set(&mut config.id_separator, separator);
    Ok(())
}

/// The settings of several stores.
fn take_shared(written: &mut Written, config: &mut Config) -> Result<(), Refusal> {
    set(&mut config.locks.request_timeout, written.time(&limits::REQUEST_TIMEOUT)?);
    let clock_skew = written.time(&limits::CLOCK_SKEW)?;
    #[cfg(feature = "memory")]
    if let Some(clock_skew) = clock_skew {
        config.memory = config.memory.clone().clock_skew(clock_skew);
    }
    #[cfg(feature = "sqlite")]
    set(&mut config.sqlite.clock_skew, clock_skew);
    #[cfg(feature = "dynamodb")]
    set(&mut config.dynamodb.clock_skew, clock_skew);
    let _ = clock_skew;
    Ok(())
}
