//! Rules of which a function changes one decision.

use session_conformance::{Lawful, Lock, Row, Rules};
use session_core::Result;
use session_core::error::Operation;
use session_core::store::{Capabilities, Expect, Key, LockToken, Version};
use session_core::time::EpochMillis;
use std::fmt::{self, Debug, Formatter};

/// Declares, for each decision, the rules that call a function instead.
///
/// They do so in one operation, or in every one if none is named.
macro_rules! decisions {
    ($($decision:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {$(
        pub(crate) fn $decision(
            faulty: impl Into<Option<Operation>>,
            decide: impl Fn($($type),*) -> $answer + Send + Sync + 'static,
        ) -> impl Rules {
            struct Decides<F>(Option<Operation>, F);

            impl<F> Debug for Decides<F> {
                fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
                    formatter.write_str("Decides")
                }
            }

            impl<F> Rules for Decides<F>
            where
                F: Fn($($type),*) -> $answer + Send + Sync + 'static,
            {
                fn $decision(&self, operation: Operation, $($argument: $type),*) -> $answer {
                    if self.0.is_none_or(|faulty| faulty == operation) {
                        return (self.1)($($argument),*);
                    }
                    Lawful.$decision(operation, $($argument),*)
                }
            }

            Decides(faulty.into(), decide)
        }
    )*};
}

decisions! {
    is_live(row: &Row, now: EpochMillis) -> bool;
    has_lapsed(lock: &Lock, now: EpochMillis) -> bool;
    holds(lock: Option<&Lock>, token: &LockToken) -> bool;
    is_expected(version: &Version, expected: &Version) -> bool;
    is_repeated(row: &Row, written: &Version) -> bool;
    check_lock(row: &Row, expect: &Expect, now: EpochMillis) -> Result<()>;
    written(before: Option<&Row>, after: Row) -> Row;
}

/// Changes the row that one operation leaves, or every one.
pub(crate) fn writes(
    faulty: impl Into<Option<Operation>>,
    change: impl Fn(Option<&Row>, &mut Row) + Send + Sync + 'static,
) -> impl Rules {
    written(faulty, move |before, mut after| {
        change(before, &mut after);
        after
    })
}

/// Files records under another text than the key's.
#[derive(Debug)]
pub(crate) struct FilesUnder(pub(crate) fn(&str) -> String);

impl Rules for FilesUnder {
    fn file_under(&self, key: &Key) -> Key {
        Key::new(self.0(key.as_str())).expect("the suite's prefix is left")
    }
}

/// A store with these capabilities.
#[derive(Debug)]
pub(crate) struct Does(pub(crate) Capabilities);

impl Rules for Does {
    fn capabilities(&self) -> Capabilities {
        self.0
    }
}
