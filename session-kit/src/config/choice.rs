//! The stores and codecs that a configuration can choose.

use std::fmt::{self, Display, Formatter};

/// A store that a configuration can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreKind {
    /// The memory of this process: `memory`, with the feature of that name.
    Memory,
    /// A file of SQLite: `sqlite`, with the feature of that name.
    Sqlite,
    /// A table of DynamoDB: `dynamodb`, with the feature of that name.
    DynamoDb,
}

impl StoreKind {
    /// Every store.
    pub const ALL: [Self; 3] = [Self::Memory, Self::Sqlite, Self::DynamoDb];

    /// The name in a configuration, which is the name of the feature, too.
    ///
    /// ```
    /// use session_kit::config::StoreKind;
    ///
    /// assert_eq!(StoreKind::DynamoDb.name(), "dynamodb");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::DynamoDb => "dynamodb",
        }
    }

    /// The names of all stores, for errors.
    pub(super) fn names() -> String {
        let names = Self::ALL.map(|store| format!("`{store}`"));
        let [others @ .., last] = &names;
        format!("{} or {last}", others.join(", "))
    }
}

impl Display for StoreKind {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A format of session data that a configuration can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CodecKind {
    /// JSON: `json`.
    Json,
    /// MessagePack: `messagepack`, with the feature of that name.
    MessagePack,
    /// postcard: `postcard`, with the feature of that name.
    Postcard,
    /// bincode 2: `bincode`, with the feature of that name.
    Bincode,
    /// PHP's `session.serialize_handler = php`: `php`, with the feature of that name.
    Php,
    /// PHP's `session.serialize_handler = php_serialize`, with the feature `php`.
    PhpSerialize,
    /// PHP's `session.serialize_handler = php_binary`, with the feature `php`.
    PhpBinary,
}

impl CodecKind {
    /// Every format.
    pub const ALL: [Self; 7] = [
        Self::Json,
        Self::MessagePack,
        Self::Postcard,
        Self::Bincode,
        Self::Php,
        Self::PhpSerialize,
        Self::PhpBinary,
    ];

    /// The name in a configuration.
    ///
    /// ```
    /// use session_kit::config::CodecKind;
    ///
    /// assert_eq!(CodecKind::PhpSerialize.name(), "php_serialize");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::MessagePack => "messagepack",
            Self::Postcard => "postcard",
            Self::Bincode => "bincode",
            Self::Php => "php",
            Self::PhpSerialize => "php_serialize",
            Self::PhpBinary => "php_binary",
        }
    }

    /// Whether this is a format of PHP's sessions.
    pub(super) const fn is_php(self) -> bool {
        matches!(self, Self::Php | Self::PhpSerialize | Self::PhpBinary)
    }
}

impl Display for CodecKind {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
