//! Reads `batch_config`, and the options of version 2 of the AWS SDK for it.

use super::value::Value;
use super::written::{Refusal, Written};
use session_core::settings::{Count, Time, Unit};
use session_dynamodb::{BatchConfig, limits};
use std::time::Duration;

/// The names that PHP's handlers have for the size of a batch and for its delay.
const GC_BATCH_SIZE: Count = Count { name: "gc_batch_size", ..limits::BATCH_SIZE };
const GC_OPERATION_DELAY: Time = Time::of("gc_operation_delay", 0, 60);
const HTTP_DELAY: Time =
    Time { name: "@http.delay", unit: Unit::Milliseconds, remedy: "", ..limits::BATCH_DELAY };

/// Batches as they are written. An option that is not set is `None`.
#[derive(Default)]
pub(super) struct WrittenBatches {
    size: Option<usize>,
    pool: Option<usize>,
    delay: Option<Duration>,
}

/// The batches that the options set, by the names of either version of the AWS SDK.
///
/// An empty map is batches of the default size.
pub(super) fn take_batches(written: &mut Written) -> Result<Option<BatchConfig>, Refusal> {
    let map = written.inner("batch_config", of_map)?;
    let size = written.aside(|written| written.count(&GC_BATCH_SIZE))?;
    let delay = written.aside(|written| written.time(&GC_OPERATION_DELAY))?;
    if map.is_none() && size.is_none() && delay.is_none() {
        return Ok(None);
    }
    let (map, usual) = (map.unwrap_or_default(), BatchConfig::default());
    let size = size.and_then(|size| usize::try_from(size).ok());
    let size = one_of(("gc_batch_size", size), ("batch_config.batch_size", map.size))?;
    let delay = one_of(("gc_operation_delay", delay), ("batch_config.delay", map.delay))?;
    Ok(Some(BatchConfig {
        batch_size: size.unwrap_or(usual.batch_size),
        pool_size: map.pool.unwrap_or(usual.pool_size),
        delay: delay.unwrap_or(usual.delay),
        before: None,
    }))
}

fn of_map(mut written: Written) -> Result<WrittenBatches, Refusal> {
    let mut batches = take(&mut written)?;
    let http = written.aside(take_http_delay)?;
    batches.delay = one_of(("@http.delay", http), ("delay", batches.delay))?;
    reject_others(&mut written)?;
    written.finish()?;
    Ok(batches)
}

/// Takes every option that there is.
pub(super) fn take(written: &mut Written) -> Result<WrittenBatches, Refusal> {
    let size = written.count(&limits::BATCH_SIZE)?.map(usize::try_from);
    let pool = written.count(&limits::POOL_SIZE)?.map(usize::try_from);
    Ok(WrittenBatches {
        size: size.and_then(Result::ok),
        pool: pool.and_then(Result::ok),
        delay: written.time(&limits::BATCH_DELAY)?,
    })
}

/// PHP's `$command['@http']['delay']` in milliseconds, as a map or by its whole name.
fn take_http_delay(written: &mut Written) -> Result<Option<Duration>, Refusal> {
    let whole = written.time(&HTTP_DELAY)?;
    let inner = written.inner("@http", |mut http| {
        let delay = http.time(&Time { name: "delay", ..HTTP_DELAY })?;
        http.finish()?;
        Ok(delay)
    })?;
    one_of(("@http.delay", whole), ("@http", inner.flatten()))
}

/// The value of an option that has two names, which must not contradict each other.
fn one_of<T: PartialEq>(
    (one, value): (&str, Option<T>),
    (other, second): (&str, Option<T>),
) -> Result<Option<T>, Refusal> {
    match (&value, &second) {
        (Some(value), Some(second)) if value != second => rejected(&format!(
            "{one} and {other} are set to different values: both set the same, so leave one out"
        )),
        _ => Ok(value.or(second)),
    }
}

/// Rejects what PHP has besides, unless it is what is done here.
fn reject_others(written: &mut Written) -> Result<(), Refusal> {
    if written.take_foreign("before").is_some() {
        return rejected(
            "before is a callback: set `BatchConfig::before` in code, or `@http.delay` for a delay",
        );
    }
    if written.take_foreign("error").is_some() {
        return rejected("error is a callback: the collector's report counts failures");
    }
    let autoflush = written.take_foreign("autoflush");
    match autoflush.filter(|on: &Value| on.as_flag() != Some(true)) {
        None => Ok(()),
        Some(off) => rejected(&format!(
            "autoflush is {off}: it must be true, because full batches are sent at once"
        )),
    }
}

fn rejected<T>(detail: &str) -> Result<T, Refusal> {
    Err(Refusal(detail.into()))
}
