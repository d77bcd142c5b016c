//! The errors for failures of SQLite.

use rusqlite::ffi::ErrorCode;
use session_core::error::Operation;
use session_core::store::Payload;
use session_core::{Error, ErrorKind};
use std::path::Path;

/// A failure of SQLite, without its text.
///
/// The text may name the subject of a trigger or a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    code: Option<ErrorCode>,
}

impl Failure {
    pub(crate) fn of(error: &rusqlite::Error) -> Self {
        Self { code: error.sqlite_error_code() }
    }

    /// Whether another connection is in the way, so that the same may work later.
    pub(crate) const fn is_busy(self) -> bool {
        matches!(self.code, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
    }

    /// The error of a call that changed nothing. The store names the operation.
    pub(crate) fn error(self, path: &Path) -> Error {
        let (kind, what) = self.meaning();
        error(kind, format!("the file `{}` {what}", path.display()))
    }

    /// The error of a call whose transaction could not be committed.
    pub(crate) fn error_of_commit(self, path: &Path) -> Error {
        let error = self.error(path);
        if self.is_busy() { error } else { error.with_unknown_outcome() }
    }

    /// The kind, and what is wrong with the file.
    fn meaning(self) -> (ErrorKind, &'static str) {
        use ErrorKind::{Config, Full, Unavailable};
        match self.code {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                (Unavailable, "is locked by another connection")
            }
            Some(ErrorCode::DiskFull) => (
                Full,
                "cannot grow: collect expired sessions, raise max_bytes or free space on the disk",
            ),
            Some(ErrorCode::ReadOnly) => (
                Config,
                "cannot be written: give this process the right to write to the file and to its folder",
            ),
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
                Config,
                "cannot be opened: its folder must exist, and this process needs the right to write \
                 to both",
            ),
            Some(ErrorCode::NotADatabase) => {
                (Config, "is not an SQLite database: choose another path")
            }
            Some(ErrorCode::DatabaseCorrupt) => {
                (Config, "is damaged: restore it, or delete it with all its sessions")
            }
            // A missing table or column is SQLite's general error.
            Some(ErrorCode::Unknown | ErrorCode::SchemaChanged) | None => (
                Config,
                "was changed by another program: restore its table, or choose another path",
            ),
            Some(_) => (Unavailable, "could not be read or written: check the disk"),
        }
    }
}

/// An error of a file, at its opening.
pub(crate) fn config(path: &Path, what: &str) -> Error {
    error(ErrorKind::Config, format!("the file `{}` {what}", path.display()))
}

/// The error of a call that did not begin within its time limit.
pub(crate) fn not_begun(path: &Path, is_busy: bool) -> Error {
    let why =
        if is_busy { "is locked by another connection" } else { "has too many calls to serve" };
    let path = path.display();
    error(ErrorKind::Unavailable, format!("the file `{path}` {why}: operation_timeout is over"))
}

/// The error of a call that began and did not end within its time limit.
pub(crate) fn not_answered(path: &Path) -> Error {
    let detail = format!(
        "the file `{}` did not answer within operation_timeout: check the disk, or raise the timeout",
        path.display()
    );
    error(ErrorKind::Unavailable, detail).with_unknown_outcome()
}

/// The error of a call whose thread ended, because an application's clock panicked.
pub(crate) fn ended() -> Error {
    error(ErrorKind::Unavailable, "the thread of the store has ended: build the store again".into())
}

/// The error of a store whose thread cannot be started.
pub(crate) fn no_thread(cause: &std::io::Error) -> Error {
    error(ErrorKind::Unavailable, format!("the thread of the store does not start: {cause}"))
}

/// The error of a row that another program changed.
pub(crate) fn corrupt(bytes: Vec<u8>) -> Error {
    error(ErrorKind::Corrupt, "another program changed the row, so the store cannot read it".into())
        .with_payload(Payload::binary(bytes))
}

pub(crate) fn foreign_cursor() -> Error {
    Error::new(Operation::Collect, ErrorKind::InvalidArgument)
        .with_detail("the cursor is not from this store: start the walk again without a cursor")
}

fn error(kind: ErrorKind, detail: String) -> Error {
    Error::new(Operation::Configure, kind).with_detail(detail)
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use rusqlite::ffi::ErrorCode;
    use session_core::ErrorKind;
    use session_core::error::Outcome;
    use std::path::Path;

    #[test]
    fn each_failure_has_a_kind_and_names_the_file() {
        for (code, kind) in [
            (ErrorCode::DatabaseBusy, ErrorKind::Unavailable),
            (ErrorCode::DatabaseLocked, ErrorKind::Unavailable),
            (ErrorCode::SystemIoFailure, ErrorKind::Unavailable),
            (ErrorCode::OutOfMemory, ErrorKind::Unavailable),
            (ErrorCode::DiskFull, ErrorKind::Full),
            (ErrorCode::ReadOnly, ErrorKind::Config),
            (ErrorCode::CannotOpen, ErrorKind::Config),
            (ErrorCode::PermissionDenied, ErrorKind::Config),
            (ErrorCode::NotADatabase, ErrorKind::Config),
            (ErrorCode::DatabaseCorrupt, ErrorKind::Config),
            (ErrorCode::SchemaChanged, ErrorKind::Config),
            (ErrorCode::Unknown, ErrorKind::Config),
        ] {
            let failure = Failure { code: Some(code) };
            let error = failure.error(Path::new("a/file"));
            assert_eq!((error.kind(), error.outcome()), (kind, Outcome::NotApplied), "{code:?}");
            assert!(error.to_string().contains("the file `a/file`"), "{error}");
        }
    }

    #[test]
    fn a_commit_that_fails_may_be_applied_unless_the_file_is_locked() {
        for (code, outcome) in [
            (ErrorCode::DatabaseBusy, Outcome::NotApplied),
            (ErrorCode::SystemIoFailure, Outcome::Unknown),
            (ErrorCode::DiskFull, Outcome::Unknown),
        ] {
            let error = Failure { code: Some(code) }.error_of_commit(Path::new("file"));
            assert_eq!(error.outcome(), outcome, "{code:?}");
        }
    }
}
