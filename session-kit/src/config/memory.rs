//! The options of the store in memory.

use super::Config;
use super::written::{Refusal, Written};
use session_core::settings::Count;

const MAX_SESSIONS: Count = Count { name: "max_sessions", least: 1, most: 1_000_000_000 };
const MAX_BYTES: Count = Count { name: "max_bytes", least: 1, most: 1_000_000_000_000 };

/// Takes every option that this store alone has.
pub(super) fn take(written: &mut Written, config: &mut Config) -> Result<(), Refusal> {
    let mut memory = config.memory.clone();
    if let Some(sessions) = bound(written, &MAX_SESSIONS)? {
        memory = memory.max_sessions(sessions);
    }
    if let Some(bytes) = bound(written, &MAX_BYTES)? {
        memory = memory.max_bytes(bytes);
    }
    config.memory = memory;
    Ok(())
}

/// A bound that no process reaches is no bound.
fn bound(written: &mut Written, setting: &Count) -> Result<Option<usize>, Refusal> {
    Ok(written.count(setting)?.map(|bound| usize::try_from(bound).unwrap_or(usize::MAX)))
}
