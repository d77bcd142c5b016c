use crate::DynamoDbStore;
use crate::item::record_size;
use crate::layout::{Attribute, Layout, Versions};
use crate::limits::config;
use session_core::store::{Key, Payload, PayloadKind, SessionStore};
use session_core::{KeyScheme, Result};

/// The form of a store's sessions as items: their table, key scheme and attributes.
///
/// ```
/// # fn example(client: aws_sdk_dynamodb::Client) -> session_core::Result<()> {
/// use session_core::KeyScheme;
/// use session_core::store::PayloadKind;
/// use session_dynamodb::DynamoDbStore;
/// use session_dynamodb::admin::TableForm;
///
/// let store = |kind| {
///     let builder = DynamoDbStore::builder(client.clone(), "sessions");
///     builder.key_scheme(KeyScheme::Hashed).data_attribute_type(kind).build()
/// };
/// let from = TableForm::of(&store(PayloadKind::Text)?);
/// let to = TableForm::of(&store(PayloadKind::Binary)?);
/// from.check_conversion_to(&to)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TableForm {
    table: String,
    layout: Layout,
    key_scheme: Option<KeyScheme>,
    /// The most that an item may take, as the store counts.
    max_bytes: usize,
}

impl TableForm {
    /// The form of the sessions that `store` writes.
    pub fn of(store: &DynamoDbStore) -> Self {
        Self {
            table: store.sender.table.name.clone(),
            layout: store.settings.layout.clone(),
            key_scheme: store.settings.key_scheme.clone(),
            max_bytes: store.capabilities().max_record_bytes().unwrap_or(usize::MAX),
        }
    }

    /// The type of the data attribute.
    pub const fn data_kind(&self) -> PayloadKind {
        self.layout.kind
    }

    /// Whether sessions have a version, and a deadline and an idle timeout if set.
    ///
    /// Under a profile they have none of them.
    pub fn has_tags(&self) -> bool {
        self.layout.versions == Versions::Tags
    }

    /// Whether an item has room for this payload, and for what later writes add to it.
    pub fn has_room_for(&self, key: &Key, payload: &Payload) -> bool {
        record_size(&self.layout, key, payload) <= self.max_bytes
    }

    /// Checks that sessions of this form can be converted to those of `target`.
    ///
    /// They stay where they are. A conversion changes the data, versions, deadlines, idle
    /// timeouts and lapsed locks. Everything else must be the same in both forms.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) if this form has no key scheme, so that keys do
    /// not show which items are sessions; or if the forms differ in the table, in the key scheme, or
    /// in the name of an attribute that both have.
    pub fn check_conversion_to(&self, target: &Self) -> Result<()> {
        let Some(scheme) = &self.key_scheme else {
            return Err(config(
                "the source store has no key_scheme, which identifies its items: set it".into(),
            ));
        };
        if self.table != target.table {
            return Err(config(format!(
                "table_name is `{}` in the source and `{}` in the target: a migration keeps the table",
                self.table, target.table
            )));
        }
        if target.key_scheme.as_ref().is_some_and(|other| other != scheme) {
            return Err(config(
                "session_name or id_separator differ: a migration keeps the keys, which cookies refer to"
                    .into(),
            ));
        }
        self.check_names(target)
    }

    fn check_names(&self, target: &Self) -> Result<()> {
        let both_tag = self.has_tags() && target.has_tags();
        let is_compared = |attribute: &Attribute| match attribute {
            Attribute::Version | Attribute::Deadline | Attribute::Idle => both_tag,
            _ => true,
        };
        let (from, to) = (&self.layout, &target.layout);
        let mut differing = Attribute::ALL.into_iter().filter(is_compared);
        match differing.find(|attribute| from.name(*attribute) != to.name(*attribute)) {
            None => Ok(()),
            Some(attribute) => Err(config(format!(
                "the attribute behind {attribute} is `{}` in the source and `{}` in the target: a \
                 migration keeps the names",
                from.name(attribute),
                to.name(attribute)
            ))),
        }
    }
}
