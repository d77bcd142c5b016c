use super::classification::Classification;
use session_core::error::Operation;
use session_core::{Error, ErrorKind};

/// Whether an attempt without a reply may have been carried out.
#[derive(Debug)]
pub(crate) struct Ambiguity {
    writes: bool,
    exists: bool,
}

impl Ambiguity {
    /// Of an operation that changes nothing.
    pub(super) const fn reading() -> Self {
        Self { writes: false, exists: false }
    }

    /// Of an operation that changes something.
    pub(crate) const fn writing() -> Self {
        Self { writes: true, exists: false }
    }

    /// Of an operation whose last attempt was sent and had no reply.
    #[cfg(test)]
    pub(crate) const fn after_silence() -> Self {
        Self { writes: true, exists: true }
    }

    /// Whether there was such an attempt.
    pub(crate) const fn exists(&self) -> bool {
        self.exists
    }

    /// The error, marked as of unknown outcome if there was such an attempt.
    pub(crate) fn mark(&self, error: Error) -> Error {
        if self.exists { error.with_unknown_outcome() } else { error }
    }

    /// The error for a rejection that recognizes no attempt of this operation.
    pub(crate) fn rejection(&self, operation: Operation, kind: ErrorKind) -> Error {
        self.mark(Error::new(operation, kind))
    }

    pub(super) fn note(&mut self, classification: &Classification) {
        self.exists |= self.writes && classification.may_be_applied;
    }
}
