//! The memory store against others, each with its own record and without a codec.

mod caches;
mod memory;
mod tower;

use crate::contender::Contender;
use crate::report::{per_second, verdict};
use crate::rounds::interleave;
use crate::spread::Spread;
use crate::{Options, Table};
use caches::{FutureCache, Map, SyncCache};
use memory::Memory;
use tower::Tower;

/// The goal, as a multiple of the other stores' requests per second.
const TARGET: f64 = 5.0;

/// Compares the stores in both mixes.
pub fn store_level(options: &Options) -> Table {
    let sessions = options.sessions.get();
    let contenders = [
        Contender::new("`MemoryStore`", Memory::new(sessions)),
        Contender::new("`tower-sessions` `MemoryStore`", Tower::new(sessions)),
        Contender::new("moka, `sync::Cache`", SyncCache::new(sessions)),
        Contender::new("moka, `future::Cache`", FutureCache::new(sessions)),
        Contender::new("`DashMap`, the limit", Map::new(sessions)),
    ];
    let mut table = Table::new(&["writes", "against", "ours", "theirs", "ratio", "target", ""]);
    for writes in [10, 50] {
        let times = interleave(&contenders, options, writes);
        let ours = times.of(0);
        for (place, contender) in contenders.iter().enumerate().skip(1) {
            let theirs = times.of(place);
            let ratio = Spread::of_ratios(theirs, ours);
            let is_limit = place == contenders.len() - 1;
            table.row(&[
                format!("{writes} %"),
                contender.name.into(),
                per_second(Spread::of(ours.iter().copied()).median),
                per_second(Spread::of(theirs.iter().copied()).median),
                ratio.to_string(),
                if is_limit { "none".into() } else { format!("{TARGET}") },
                if is_limit { String::new() } else { verdict(ratio.median >= TARGET) },
            ]);
        }
    }
    table
}
