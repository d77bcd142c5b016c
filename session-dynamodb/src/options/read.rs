//! From options as they are written to options whose values make sense.

use super::Options;
use super::batches::batches;
use super::known::take_options_of_php;
use super::written::{Refusal, Written};
use crate::Profile;
use session_core::PayloadKind;
use std::time::Duration;

/// The longest that a session may live unused: ten years.
const LONGEST_LIFETIME: u64 = 10 * 366 * 86_400;
/// The longest delay between two attempts, in microseconds: a minute.
const LONGEST_RETRY: u64 = 60_000_000;
/// What stands for no wait at all, which PHP takes and a lock does not.
const LEAST: Duration = Duration::from_micros(1);

/// The options that are written, which make sense together.
pub(super) fn options(mut written: Written) -> Result<Options, Refusal> {
    let options = take(&mut written)?;
    take_options_of_php(&mut written, &options)?;
    written.finish()?;
    options.lock_options().check()?;
    options.check_profile()?;
    Ok(options)
}

/// Takes every option that there is.
pub(super) fn take(written: &mut Written) -> Result<Options, Refusal> {
    let profile = profile(written)?;
    let (session_name, id_separator) = keys(written, profile)?;
    let (min_lock_retry, max_lock_retry) = retries(written)?;
    check_tags(written, profile)?;
    let lifetime = written.whole("session_lifetime", 1..=LONGEST_LIFETIME, " seconds")?;
    let wait = written.seconds("max_lock_wait_time")?.unwrap_or(Duration::from_secs(10));
    Ok(Options {
        profile,
        table_name: text(written, "table_name", "sessions")?,
        hash_key: text(written, "hash_key", "id")?,
        data_attribute: text(written, "data_attribute", "data")?,
        data_attribute_type: kind(written)?,
        base64: base64(written, profile)?,
        session_lifetime: lifetime.unwrap_or(1440),
        session_lifetime_attribute: text(written, "session_lifetime_attribute", "expires")?,
        consistent_read: written.flag("consistent_read")?.unwrap_or(true),
        locking: written.flag("locking")?.unwrap_or(false),
        max_lock_wait_time: wait.max(LEAST),
        min_lock_retry,
        max_lock_retry,
        lock_lease: written.seconds("lock_lease")?.unwrap_or(Duration::from_secs(30)),
        max_lock_hold: written.seconds("max_lock_hold")?.unwrap_or(Duration::from_mins(5)),
        clock_skew: written.seconds("clock_skew")?.unwrap_or(Duration::from_secs(1)),
        php_lock_timeout: written.seconds("php_lock_timeout")?,
        lock_attribute: text(written, "lock_attribute", "lock")?,
        version_attribute: text(written, "version_attribute", "version")?,
        deadline_attribute: text(written, "deadline_attribute", "deadline")?,
        session_name,
        id_separator,
        collect_orphans: written.flag("collect_orphans")?.unwrap_or(false),
        batch_config: written.inner("batch_config", batches)?,
        region: written.text("region")?,
        endpoint: written.text("endpoint")?,
    })
}

fn text(written: &mut Written, option: &'static str, default: &str) -> Result<String, Refusal> {
    Ok(written.text(option)?.unwrap_or_else(|| default.into()))
}

fn profile(written: &mut Written) -> Result<Option<Profile>, Refusal> {
    let Some(name) = written.text("profile")? else { return Ok(None) };
    let profile = Profile::ALL.into_iter().find(|profile| profile.name() == name);
    profile.map(Some).ok_or_else(|| {
        let names = Profile::ALL.map(Profile::name).join("`, `");
        Refusal(format!("profile is `{name}`: it must be one of `{names}`"))
    })
}

/// What makes keys.
fn keys(
    written: &mut Written,
    profile: Option<Profile>,
) -> Result<(Option<String>, String), Refusal> {
    let (name, separator) = (written.text("session_name")?, written.text("id_separator")?);
    let Some(profile) = profile else {
        if name.is_none() && separator.is_some() {
            let detail = "id_separator is set and session_name is not: hashed keys have none";
            return Err(Refusal(detail.into()));
        }
        return Ok((name, separator.unwrap_or_else(|| "_".into())));
    };
    let separator = separator.unwrap_or_else(|| "_".into());
    if profile != Profile::AsyncAws {
        profile.fixed("id_separator", &separator, "_")?;
    }
    Ok((name.or_else(|| Some("PHPSESSID".into())), separator))
}

/// The shortest and the longest delay. PHP draws between the two, whichever is the longer.
fn retries(written: &mut Written) -> Result<(Duration, Duration), Refusal> {
    let mut micros = |option, default| {
        let micros = written.whole(option, 0..=LONGEST_RETRY, " microseconds")?;
        Ok::<_, Refusal>(Duration::from_micros(micros.unwrap_or(default)).max(LEAST))
    };
    let one = micros("min_lock_retry_microtime", 10_000)?;
    let other = micros("max_lock_retry_microtime", 50_000)?;
    Ok((one.min(other), one.max(other)))
}

/// Checks the attributes that a profile has no place for.
fn check_tags(written: &Written, profile: Option<Profile>) -> Result<(), Refusal> {
    let Some(profile) = profile else { return Ok(()) };
    for (option, why) in [
        ("version_attribute", "versions are told by the content"),
        ("deadline_attribute", "there is no absolute timeout"),
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

fn kind(written: &mut Written) -> Result<PayloadKind, Refusal> {
    match written.text("data_attribute_type")?.as_deref() {
        None | Some("string") => Ok(PayloadKind::Text),
        Some("binary") => Ok(PayloadKind::Binary),
        Some(other) => Err(Refusal(format!(
            "data_attribute_type is `{other}`: it must be `string` or `binary`"
        ))),
    }
}
