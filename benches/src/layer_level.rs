//! `Sessions` against the `Session` of `tower-sessions`, over their memory stores.
//!
//! A request that reads parses the cookie's id, opens the session and looks at two strings; one that
//! writes looks at one and replaces another. Of concurrent writes the last one wins, but in sessions in
//! sections, which are written by compare-and-set.

mod ours;
mod sections;
mod theirs;

use crate::contender::Contender;
use crate::report::{per_second, verdict};
use crate::rounds::interleave;
use crate::spread::Spread;
use crate::{Options, Table};
use ours::Ours;
use sections::InSections;
use std::collections::HashMap;
use theirs::Theirs;

pub(crate) use ours::{Fields, sessions};

/// The strings that a request reads, and the one that it writes.
const READ: [usize; 2] = [3, 17];
const WRITTEN: usize = 11;

/// The contender with goals of its own.
const SECTIONS: &str = "sections";

/// Compares the layers in both mixes.
pub fn layer_level(options: &Options) -> Table {
    let count = options.sessions.get();
    let contenders = [
        Contender::new("`tower-sessions` `Session`", Theirs::new(count)),
        Contender::new("a map", Ours::<HashMap<String, String>>::new(count)),
        Contender::new("a struct", Ours::<Fields>::new(count)),
        Contender::new(SECTIONS, InSections::new(count)),
    ];
    let in_sections = if options.threads.get() == 1 { 1.5 } else { 3.0 };
    let mut table = Table::new(&["writes", "our data", "ours", "theirs", "ratio", "target", ""]);
    for (writes, target) in [(10, 2.0), (50, 1.0)] {
        let times = interleave(&contenders, options, writes);
        let theirs = times.of(0);
        for (place, contender) in contenders.iter().enumerate().skip(1) {
            let ours = times.of(place);
            let ratio = Spread::of_ratios(theirs, ours);
            let target = if contender.name == SECTIONS { in_sections } else { target };
            table.row(&[
                format!("{writes} %"),
                contender.name.into(),
                per_second(Spread::of(ours.iter().copied()).median),
                per_second(Spread::of(theirs.iter().copied()).median),
                ratio.to_string(),
                format!("{target}"),
                verdict(ratio.median >= target),
            ]);
        }
    }
    table
}
