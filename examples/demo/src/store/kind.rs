use clap::ValueEnum;
use std::fmt::{self, Display, Formatter};

/// A kind of store, by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StoreKind {
    /// This process, until it ends
    Memory,
    /// A file, which several processes of this host can share
    Sqlite,
    /// A table, with region and credentials as every AWS tool finds them
    #[value(name = "dynamodb")]
    DynamoDb,
    /// A DynamoDB in this process, until it ends
    #[value(name = "dynamodb-embedded")]
    Embedded,
}

impl StoreKind {
    /// The name on the command line, which is also that of its feature.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::DynamoDb => "dynamodb",
            Self::Embedded => "dynamodb-embedded",
        }
    }

    pub(super) const fn is_table(self) -> bool {
        matches!(self, Self::DynamoDb | Self::Embedded)
    }

    pub(super) fn check_built(self) -> Result<(), String> {
        if self.is_built() { Ok(()) } else { Err(self.missing_feature()) }
    }

    const fn is_built(self) -> bool {
        match self {
            Self::Memory => true,
            Self::Sqlite => cfg!(feature = "sqlite"),
            Self::DynamoDb => cfg!(feature = "dynamodb"),
            Self::Embedded => cfg!(feature = "dynamodb-embedded"),
        }
    }

    pub(super) fn missing_feature(self) -> String {
        let name = self.name();
        format!(
            "this program was built without the store {name}: \
             cargo run -p session-demo --features {name} -- --store {name}"
        )
    }
}

impl Display for StoreKind {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
