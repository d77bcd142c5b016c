//! Assertions that return a [`Violation`] instead of panicking.

use crate::{Verdict, Violation};
use session_core::error::Outcome;
use session_core::{ErrorKind, Result};
use std::fmt::Debug;

/// Returns a violation unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(From::from($crate::Finding::new(format!($($message)+))));
        }
    };
}

/// Returns a violation unless both are equal; the message says what they are.
macro_rules! ensure_eq {
    ($found:expr, $expected:expr, $($message:tt)+) => {{
        let (found, expected) = (&$found, &$expected);
        if found != expected {
            let what = format!($($message)+);
            let message = format!("{what}: found {found:?}, expected {expected:?}");
            return Err(From::from($crate::Finding::new(message)));
        }
    }};
}

/// Returns a violation that says what both are, unless the value is in the range.
macro_rules! ensure_within {
    ($found:expr, $range:expr, $($message:tt)+) => {{
        let (found, range) = (&$found, $range);
        let what = format!($($message)+);
        $crate::ensure::ensure!(
            range.contains(found),
            "{what}: found {found:?}, expected {range:?}"
        );
    }};
}

/// Returns a violation unless a call failed with this kind and changed nothing.
macro_rules! ensure_rejected {
    ($result:expr, $kind:ident) => {
        $crate::ensure::refused($result, stringify!($kind), |kind| {
            matches!(kind, session_core::ErrorKind::$kind { .. })
        })?
    };
}

pub(crate) use {ensure, ensure_eq, ensure_rejected, ensure_within};

#[track_caller]
pub(crate) fn refused<T: Debug>(
    result: Result<T>,
    expected: &str,
    is_expected: impl FnOnce(ErrorKind) -> bool,
) -> Verdict {
    let message = match result {
        Ok(answer) => format!("answered {answer:?} instead of rejecting with {expected}"),
        Err(error) if !is_expected(error.kind()) => {
            let found = error.kind().name();
            format!("rejected with {found} instead of {expected}: {error}")
        }
        Err(error) if error.outcome() != Outcome::NotApplied => {
            format!("rejected with {expected}, but of unknown outcome: {error}")
        }
        Err(_) => return Ok(()),
    };
    Err(Violation::new(message))
}
