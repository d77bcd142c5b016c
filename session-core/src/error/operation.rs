use std::fmt::{self, Display, Formatter};

/// The operation that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Building a store or sessions from their settings.
    Configure,
    /// Opening a session.
    Open,
    /// Committing a session.
    Commit,
    /// Encoding the data of a session.
    Encode,
    /// Decoding the data of a session.
    Decode,
    /// Reading a record.
    Load,
    /// Creating a record.
    Create,
    /// Changing a record.
    Update,
    /// Moving the expiry of a record.
    Touch,
    /// Moving a record to a new key.
    Rotate,
    /// Deleting a record.
    Delete,
    /// Locking a record.
    Acquire,
    /// Extending the lease of a lock.
    Renew,
    /// Releasing a lock.
    Release,
    /// Collecting expired records.
    Collect,
    /// Examining the records of a table, or converting them.
    Migrate,
}

impl Operation {
    /// The name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Configure => "configure",
            Self::Open => "open",
            Self::Commit => "commit",
            Self::Encode => "encode",
            Self::Decode => "decode",
            Self::Load => "load",
            Self::Create => "create",
            Self::Update => "update",
            Self::Touch => "touch",
            Self::Rotate => "rotate",
            Self::Delete => "delete",
            Self::Acquire => "acquire",
            Self::Renew => "renew",
            Self::Release => "release",
            Self::Collect => "collect",
            Self::Migrate => "migrate",
        }
    }
}

impl Display for Operation {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
