use thiserror::Error;

/// Why bytes cannot be decoded: the place and the expectation, never the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum Fault {
    #[error("expected {what} at byte {at}")]
    Expected { what: &'static str, at: usize },
    #[error("nested deeper than the limit of {0}")]
    TooDeep(usize),
    #[error("more values than the limit of {0}")]
    TooMany(usize),
}
