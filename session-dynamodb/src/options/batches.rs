//! How `batch_config` is written.

use super::written::{Refusal, Written};
use crate::BatchConfig;
use std::time::Duration;

/// Batches as they are written; an empty map is batches of the default size.
///
/// Of what PHP has besides, its defaults are what is done here.
pub(super) fn batches(mut written: Written) -> Result<BatchConfig, Refusal> {
    const ANY: u64 = 1_000_000;
    let standard = BatchConfig::default();
    let size = written.whole("batch_size", 0..=ANY, "")?.map(usize::try_from);
    let batches = BatchConfig {
        batch_size: size.and_then(Result::ok).unwrap_or(standard.batch_size),
        delay: written.seconds("delay")?.unwrap_or(Duration::ZERO),
        before: None,
    };
    if written.take("before").is_some() {
        return refused("before is a callback: set `BatchConfig::before` in code");
    }
    if written.take("error").is_some() {
        return refused("error is a callback: what fails is counted in the collector's report");
    }
    if written.whole("pool_size", 0..=ANY, "")?.is_some_and(|size| size != 1) {
        return refused("pool_size must be 1: what goes on at a time is `scan_segments`");
    }
    if written.flag("autoflush")? == Some(false) {
        return refused("autoflush must be true: nothing would be deleted");
    }
    batches.check()?;
    written.finish()?;
    Ok(batches)
}

fn refused<T>(detail: &str) -> Result<T, Refusal> {
    Err(Refusal(detail.into()))
}
