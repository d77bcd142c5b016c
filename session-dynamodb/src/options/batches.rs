//! How `batch_config` is written.

use super::value::Value;
use super::written::{Refusal, Written};
use crate::BatchConfig;
use crate::limits;

/// Batches as they are written; an empty map is batches of the default size.
///
/// Of what PHP has besides, its defaults are what is done here.
pub(super) fn batches(mut written: Written) -> Result<BatchConfig, Refusal> {
    let batches = take(&mut written)?;
    refuse_others(&mut written)?;
    written.finish()?;
    Ok(batches)
}

/// Takes every option that there is.
pub(super) fn take(written: &mut Written) -> Result<BatchConfig, Refusal> {
    let standard = BatchConfig::default();
    let size = written.count(&limits::BATCH_SIZE)?.map(usize::try_from);
    Ok(BatchConfig {
        batch_size: size.and_then(Result::ok).unwrap_or(standard.batch_size),
        delay: written.time(&limits::BATCH_DELAY)?.unwrap_or(standard.delay),
        before: None,
    })
}

/// Refuses what PHP has besides, unless it is what is done here.
fn refuse_others(written: &mut Written) -> Result<(), Refusal> {
    if written.take_foreign("before").is_some() {
        return refused("before is a callback: set `BatchConfig::before` in code");
    }
    if written.take_foreign("error").is_some() {
        return refused("error is a callback: what fails is counted in the collector's report");
    }
    let other =
        |value: Option<Value>, usual: fn(&Value) -> bool| value.filter(|value| !usual(value));
    if let Some(size) = other(written.take_foreign("pool_size"), |size| size.as_whole() == Some(1))
    {
        return refused(&format!(
            "pool_size is {size}: it must be 1, for what goes on at a time is `scan_segments`"
        ));
    }
    if let Some(flush) = other(written.take_foreign("autoflush"), |on| on.as_flag() == Some(true)) {
        return refused(&format!(
            "autoflush is {flush}: it must be true, for nothing would be deleted"
        ));
    }
    Ok(())
}

fn refused<T>(detail: &str) -> Result<T, Refusal> {
    Err(Refusal(detail.into()))
}
