//! From options as they are written to options whose values make sense.

use super::Options;
use super::batches::take_batches;
use super::known::take_options_of_php;
use super::locking::take_locking;
use super::secrets::credentials;
use super::written::{Refusal, Written};
use crate::Profile;
use crate::limits;
use crate::store_settings::StoreSettings;
use session_core::store::PayloadKind;
use session_locking::LockOptions;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

/// What stands for no wait at all, which PHP takes and a lock does not.
const LEAST: Duration = Duration::from_micros(1);

/// The options that are written, which make sense together.
pub(super) fn options(mut written: Written) -> Result<Options, Refusal> {
    let names_table = written.is_set("table_name");
    let options = take(&mut written)?;
    take_options_of_php(&mut written, &options)?;
    written.finish()?;
    if let Some(profile) = options.profile.filter(|_| !names_table) {
        profile.check_default_table()?;
    }
    options.check()?;
    Ok(options)
}

/// Takes every option that there is, in the order of the guide.
pub(super) fn take(written: &mut Written) -> Result<Options, Refusal> {
    let usual = StoreSettings::new("sessions".into());
    let mut options = of_defaults(&usual);
    take_table(written, &mut options)?;
    take_data(written, &mut options)?;
    take_lifetime(written, &mut options)?;
    take_locks(written, &mut options)?;
    take_times(written, &mut options)?;
    take_keys(written, &mut options)?;
    take_collecting(written, &mut options)?;
    options.region = written.text_of(&limits::REGION)?;
    options.endpoint = written.text_of(&limits::ENDPOINT)?;
    options.credentials = credentials(written)?;
    Ok(options)
}

/// The options when nothing is written, by the defaults of what they are passed to.
fn of_defaults(usual: &StoreSettings) -> Options {
    let (layout, locks) = (usual.settings.layout.clone(), LockOptions::default());
    Options {
        profile: None,
        table_name: usual.table.clone(),
        hash_key: layout.key,
        data_attribute: layout.data,
        data_attribute_type: layout.kind,
        base64: false,
        session_lifetime: 1_440,
        absolute_lifetime: None,
        touch_threshold: None,
        session_lifetime_attribute: layout.expires,
        consistent_read: usual.settings.consistent_read,
        optimistic: false,
        locking: usual.settings.locking,
        transactions: usual.settings.transactions,
        max_lock_wait_time: locks.max_lock_wait_time,
        min_lock_retry: locks.min_lock_retry,
        max_lock_retry: locks.max_lock_retry,
        lock_lease: locks.lock_lease,
        held_locks: None,
        max_lock_hold: locks.max_lock_hold,
        clock_skew: usual.settings.clock_skew,
        php_lock_timeout: None,
        request_timeout: usual.times.request,
        operation_timeout: usual.times.operation,
        release_timeout: locks.release_timeout,
        max_retries: usual.max_retries,
        lock_attribute: layout.lock,
        version_attribute: layout.version,
        deadline_attribute: layout.deadline,
        session_name: None,
        id_separator: "_".into(),
        scan_segments: usual.scan_segments,
        collect_orphans: usual.settings.collect_orphans,
        batch_config: None,
        region: None,
        endpoint: None,
        credentials: None,
    }
}

/// Sets what is written, and leaves what is not.
fn set<T>(option: &mut T, written: Option<T>) {
    if let Some(value) = written {
        *option = value;
    }
}

fn take_table(written: &mut Written, options: &mut Options) -> Result<(), Refusal> {
    let names = Profile::ALL.map(|profile| (profile.name(), profile));
    options.profile = written.word("profile", &names)?;
    check_tags(written, options.profile)?;
    set(&mut options.table_name, written.text_of(&limits::TABLE_NAME)?);
    for (attribute, setting) in limits::ATTRIBUTES {
        set(options.attribute(attribute), written.text_of(&setting)?);
    }
    Ok(())
}

fn take_data(written: &mut Written, options: &mut Options) -> Result<(), Refusal> {
    let kinds = [("string", PayloadKind::Text), ("binary", PayloadKind::Binary)];
    set(&mut options.data_attribute_type, written.word("data_attribute_type", &kinds)?);
    options.base64 = base64(written, options.profile)?;
    set(&mut options.consistent_read, written.flag("consistent_read")?);
    set(&mut options.transactions, written.flag("transactions")?);
    Ok(())
}

fn take_lifetime(written: &mut Written, options: &mut Options) -> Result<(), Refusal> {
    let lifetime = written.time(&limits::SESSION_LIFETIME)?;
    set(&mut options.session_lifetime, lifetime.map(|lifetime| lifetime.as_secs()));
    options.absolute_lifetime = written.time(&limits::ABSOLUTE_LIFETIME)?;
    options.touch_threshold = written.time(&limits::TOUCH_THRESHOLD)?;
    Ok(())
}

fn take_locks(written: &mut Written, options: &mut Options) -> Result<(), Refusal> {
    set(&mut options.optimistic, written.flag("optimistic")?);
    set(&mut options.locking, take_locking(written)?);
    let wait = written.time(&limits::MAX_LOCK_WAIT_TIME)?;
    set(&mut options.max_lock_wait_time, wait.map(|wait| wait.max(LEAST)));
    take_retries(written, options)?;
    if options.profile.is_some() {
        options.lock_lease = Profile::LOCK_LEASE;
    }
    set(&mut options.lock_lease, written.time(&limits::LOCK_LEASE)?);
    options.held_locks = written.text("held_locks")?.map(PathBuf::from);
    set(&mut options.max_lock_hold, written.time(&limits::MAX_LOCK_HOLD)?);
    set(&mut options.clock_skew, written.time(&limits::CLOCK_SKEW)?);
    options.php_lock_timeout = written.time(&limits::PHP_LOCK_TIMEOUT)?;
    Ok(())
}

/// The shortest and the longest delay. PHP draws between the two, whichever is the longer.
fn take_retries(written: &mut Written, options: &mut Options) -> Result<(), Refusal> {
    let (mut one, mut other) = (options.min_lock_retry, options.max_lock_retry);
    set(&mut one, written.time(&limits::MIN_LOCK_RETRY)?);
    set(&mut other, written.time(&limits::MAX_LOCK_RETRY)?);
    options.min_lock_retry = one.min(other).max(LEAST);
    options.max_lock_retry = one.max(other).max(LEAST);
    Ok(())
}

fn take_times(written: &mut Written, options: &mut Options) -> Result<(), Refusal> {
    set(&mut options.request_timeout, written.time(&limits::REQUEST_TIMEOUT)?);
    set(&mut options.operation_timeout, written.time(&limits::OPERATION_TIMEOUT)?);
    set(&mut options.release_timeout, written.time(&limits::RELEASE_TIMEOUT)?);
    let retries = written.count(&limits::MAX_RETRIES)?;
    set(&mut options.max_retries, retries.and_then(|retries| u32::try_from(retries).ok()));
    Ok(())
}

/// What makes keys.
fn take_keys(written: &mut Written, options: &mut Options) -> Result<(), Refusal> {
    options.session_name = written.text("session_name")?;
    let separator = written.text("id_separator")?;
    match options.profile {
        None if options.session_name.is_none() && separator.is_some() => {
            let detail = "id_separator is set and session_name is not: hashed keys have none";
            return Err(Refusal(detail.into()));
        }
        None => {}
        Some(profile) => {
            options.session_name.get_or_insert_with(|| "PHPSESSID".into());
            if let Some(separator) = separator.as_ref().filter(|_| profile != Profile::AsyncAws) {
                profile.fixed("id_separator", separator, "_")?;
            }
        }
    }
    set(&mut options.id_separator, separator);
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

/// Checks what a profile has no place for.
fn check_tags(written: &Written, profile: Option<Profile>) -> Result<(), Refusal> {
    let Some(profile) = profile else { return Ok(()) };
    for (option, why) in [
        ("version_attribute", "versions are told by the content"),
        ("deadline_attribute", "there is no absolute timeout"),
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

fn base64(written: &mut Written, profile: Option<Profile>) -> Result<bool, Refusal> {
    let encodes = profile.is_some_and(Profile::encodes);
    let base64 = written.flag("base64")?.unwrap_or(encodes);
    match profile {
        Some(profile) if base64 && !encodes => {
            let name = profile.name();
            let detail = format!("base64 is on and the handler of `{name}` does not decode it");
            Err(Refusal(detail))
        }
        _ => Ok(base64),
    }
}
