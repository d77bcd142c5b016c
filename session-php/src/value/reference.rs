use super::Value;

/// A name for a value to which references lead, valid only within one session.
///
/// PHP counts the values of a session and refers to them by number. A number would lead elsewhere
/// as soon as a value before it came or went, so decoding turns numbers into anchors, and encoding
/// counts anew. The anchors of one session differ from each other; their numbers mean nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Anchor(pub u64);

/// A value to which references lead.
#[derive(Clone, PartialEq, Eq)]
pub struct ReferenceTarget {
    /// The name by which references know it.
    pub anchor: Anchor,
    /// The value.
    pub value: Box<Value>,
}

impl ReferenceTarget {
    /// This value under this name.
    pub fn new(anchor: Anchor, value: impl Into<Value>) -> Self {
        Self { anchor, value: Box::new(value.into()) }
    }
}

/// A reference to a value that stands before it in the session, or around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The meaning of the reference.
    pub kind: ReferenceKind,
    /// Where it leads.
    pub anchor: Anchor,
}

/// The meaning of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// The same object once more (`r:`).
    Object,
    /// The same variable under another name (`R:`), as `$b = &$a` makes it.
    Variable,
}
