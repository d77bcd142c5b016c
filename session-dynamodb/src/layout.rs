use session_core::store::PayloadKind;
use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

/// The type of an attribute's value, as DynamoDB names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueType {
    S,
    N,
    B,
}

impl ValueType {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
        }
    }
}

/// The meaning of an attribute, whatever its name is in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Attribute {
    /// S: the key.
    Key,
    /// N: the expiry in whole epoch seconds; the table's time-to-live attribute.
    Expires,
    /// S or B: the payload; absent when it is empty.
    Data,
    /// S: the end of the lease and the token. What PHP's handler writes is an N.
    Lock,
    /// B: the tag of the last write.
    Version,
    /// N: the absolute deadline in whole epoch seconds, if there is one.
    Deadline,
    /// N: the idle timeout of the session alone in whole seconds, if it has one.
    Idle,
}

impl Attribute {
    pub(crate) const ALL: [Self; 7] = [
        Self::Key,
        Self::Expires,
        Self::Data,
        Self::Lock,
        Self::Version,
        Self::Deadline,
        Self::Idle,
    ];

    /// The types that the attribute has in a session.
    pub(crate) const fn types(self) -> &'static [ValueType] {
        match self {
            Self::Key => &[ValueType::S],
            Self::Expires | Self::Deadline | Self::Idle => &[ValueType::N],
            Self::Data => &[ValueType::S, ValueType::B],
            Self::Lock => &[ValueType::S, ValueType::N],
            Self::Version => &[ValueType::B],
        }
    }

    /// The placeholder for the name in expressions.
    ///
    /// `data` and `lock` are reserved words there.
    pub(crate) const fn placeholder(self) -> &'static str {
        match self {
            Self::Key => "#key",
            Self::Expires => "#expires",
            Self::Data => "#data",
            Self::Lock => "#lock",
            Self::Version => "#version",
            Self::Deadline => "#deadline",
            Self::Idle => "#idle",
        }
    }
}

impl Display for Attribute {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.placeholder())
    }
}

/// The names of the attributes in the table, and the type of the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) key: String,
    pub(crate) expires: String,
    pub(crate) data: String,
    pub(crate) lock: String,
    pub(crate) version: String,
    pub(crate) deadline: String,
    pub(crate) idle: String,
    pub(crate) kind: PayloadKind,
    pub(crate) versions: Versions,
}

/// The kind of versions of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Versions {
    /// The tag of its last write.
    Tags,
    /// Its data, in tables that are shared with PHP's handlers.
    ///
    /// They keep no tag and no lifetime.
    Content,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            key: "id".into(),
            expires: "expires".into(),
            data: "data".into(),
            lock: "lock".into(),
            version: "version".into(),
            deadline: "deadline".into(),
            idle: "idle".into(),
            kind: PayloadKind::Text,
            versions: Versions::Tags,
        }
    }
}

impl Layout {
    /// Whether items of this table have the attribute.
    ///
    /// If not, an attribute of its name is another program's.
    pub(crate) fn has(&self, attribute: Attribute) -> bool {
        match self.versions {
            Versions::Tags => true,
            Versions::Content => {
                !matches!(attribute, Attribute::Version | Attribute::Deadline | Attribute::Idle)
            }
        }
    }

    /// The same layout with the attributes of tags, in a profile as well.
    ///
    /// Some may have been left there. If another attribute has the name of one, there are none.
    pub(crate) fn with_tags(&self) -> Self {
        let names: BTreeSet<_> = Attribute::ALL.iter().map(|one| self.name(*one)).collect();
        let are_apart = names.len() == Attribute::ALL.len();
        let versions = if are_apart { Versions::Tags } else { self.versions };
        Self { versions, ..self.clone() }
    }

    /// The attributes of an item.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = Attribute> + Clone {
        Attribute::ALL.into_iter().filter(|attribute| self.has(*attribute))
    }

    pub(crate) fn name(&self, attribute: Attribute) -> &str {
        match attribute {
            Attribute::Key => &self.key,
            Attribute::Expires => &self.expires,
            Attribute::Data => &self.data,
            Attribute::Lock => &self.lock,
            Attribute::Version => &self.version,
            Attribute::Deadline => &self.deadline,
            Attribute::Idle => &self.idle,
        }
    }
}
