//! Creating, checking and deleting tables: explicit calls, and nothing that sessions need.

mod verify;

pub use verify::Problem;

use crate::DynamoDbStore;
use crate::layout::Attribute;
use crate::send::{Doubt, Fault};
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder;
use aws_sdk_dynamodb::operation::delete_table::DeleteTableError;
use aws_sdk_dynamodb::operation::describe_table::DescribeTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ProvisionedThroughput,
    ScalarAttributeType, TableDescription, TableStatus, TimeToLiveSpecification, TimeToLiveStatus,
};
use session_core::{Error, ErrorKind, Operation, Result};
use std::num::NonZeroU32;
use std::time::Duration;

/// How a table is created.
///
/// ```
/// use session_dynamodb::{TableOptions, Throughput};
/// use std::num::NonZeroU32;
///
/// let units = NonZeroU32::new(5).expect("five is not zero");
/// let options = TableOptions {
///     throughput: Throughput::Provisioned { read_units: units, write_units: units },
///     ..TableOptions::default()
/// };
/// assert!(options.time_to_live);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableOptions {
    /// What the table can do, and how it is paid for: on demand unless set.
    pub throughput: Throughput,
    /// Whether DynamoDB deletes expired sessions by itself, within days and at no charge: it does
    /// unless this is false.
    pub time_to_live: bool,
}

impl Default for TableOptions {
    fn default() -> Self {
        Self { throughput: Throughput::OnDemand, time_to_live: true }
    }
}

/// What a table can do, and how it is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throughput {
    /// As much as there is, paid by the request.
    OnDemand,
    /// So many capacity units a second, paid by the hour.
    Provisioned {
        /// Reads of 4 KB, strongly consistent, a second.
        read_units: NonZeroU32,
        /// Writes of 1 KB a second.
        write_units: NonZeroU32,
    },
}

/// How often to look whether a table is ready, and how long to wait in between.
const LOOKS: usize = 120;
const PAUSE: Duration = Duration::from_millis(500);

impl DynamoDbStore {
    /// Creates the table if there is none, waits until it is ready, and switches on its time to
    /// live.
    ///
    /// Repeating it changes nothing. A table that is there already is not changed but for its time
    /// to live; [`verify_table`](Self::verify_table) says whether it fits.
    ///
    /// # Errors
    ///
    /// [`Denied`](ErrorKind::Denied) without the permissions for table administration;
    /// [`Config`](ErrorKind::Config) if the time to live is on for another attribute;
    /// [`Unavailable`](ErrorKind::Unavailable) if the table is not ready within a minute.
    pub async fn create_table(&self, options: &TableOptions) -> Result<()> {
        let create = || async {
            let call =
                self.creation(options).map_err(|error| Fault::construction(CREATE, error))?;
            match call.send().await {
                Ok(_) => Ok(()),
                Err(error) => match error.as_service_error() {
                    Some(CreateTableError::ResourceInUseException(_)) => Ok(()),
                    _ => Err(Fault::of(CREATE, error)),
                },
            }
        };
        self.sender.repeat(Operation::Configure, &mut Doubt::reading(), create).await?;
        self.wait_until_ready().await?;
        if options.time_to_live {
            self.switch_time_to_live_on().await?;
        }
        Ok(())
    }

    /// Deletes the table with everything in it, and waits until it is gone. Meant for tests.
    ///
    /// # Errors
    ///
    /// [`Denied`](ErrorKind::Denied) without the permission. A table that is not there is no error.
    pub async fn delete_table(&self) -> Result<()> {
        let sender = &self.sender;
        let delete = || async {
            match sender.client.delete_table().table_name(&sender.table).send().await {
                Ok(_) => Ok(()),
                Err(error) => match error.as_service_error() {
                    Some(DeleteTableError::ResourceNotFoundException(_)) => Ok(()),
                    _ => Err(Fault::of("DeleteTable", error)),
                },
            }
        };
        sender.repeat(Operation::Configure, &mut Doubt::reading(), delete).await?;
        for _ in 0..LOOKS {
            if self.describe_table().await?.is_none() {
                return Ok(());
            }
            sender.timer.sleep(PAUSE).await;
        }
        Err(unready("the table is still being deleted"))
    }

    fn creation(&self, options: &TableOptions) -> Result<CreateTableFluentBuilder, BuildError> {
        let name = self.settings.layout.name(Attribute::Key);
        let key = KeySchemaElement::builder().attribute_name(name).key_type(KeyType::Hash);
        let attribute = AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S);
        let call = self.sender.client.create_table().table_name(&self.sender.table);
        let call = call.key_schema(key.build()?).attribute_definitions(attribute.build()?);
        Ok(match options.throughput {
            Throughput::OnDemand => call.billing_mode(BillingMode::PayPerRequest),
            Throughput::Provisioned { read_units, write_units } => {
                let units = ProvisionedThroughput::builder()
                    .read_capacity_units(read_units.get().into())
                    .write_capacity_units(write_units.get().into());
                call.billing_mode(BillingMode::Provisioned).provisioned_throughput(units.build()?)
            }
        })
    }

    pub(crate) async fn describe_table(&self) -> Result<Option<TableDescription>> {
        let sender = &self.sender;
        let describe = || async {
            match sender.client.describe_table().table_name(&sender.table).send().await {
                Ok(output) => Ok(output.table),
                Err(error) => match error.as_service_error() {
                    Some(DescribeTableError::ResourceNotFoundException(_)) => Ok(None),
                    _ => Err(Fault::of("DescribeTable", error)),
                },
            }
        };
        sender.repeat(Operation::Configure, &mut Doubt::reading(), describe).await
    }

    /// A table that was created a moment ago may not even be known yet.
    async fn wait_until_ready(&self) -> Result<()> {
        for _ in 0..LOOKS {
            let table = self.describe_table().await?;
            if table.is_some_and(|table| table.table_status == Some(TableStatus::Active)) {
                return Ok(());
            }
            self.sender.timer.sleep(PAUSE).await;
        }
        Err(unready("the table is still not active"))
    }

    async fn switch_time_to_live_on(&self) -> Result<()> {
        let wanted = self.settings.layout.name(Attribute::Expires);
        match self.time_to_live().await? {
            Some(attribute) if attribute == wanted => return Ok(()),
            Some(attribute) => {
                return Err(Error::new(Operation::Configure, ErrorKind::Config).with_detail(format!(
                    "the time to live of table `{}` is on for `{attribute}`, not for `{wanted}`: \
                     switch it off, which takes an hour, or set session_lifetime_attribute",
                    self.sender.table
                )));
            }
            None => {}
        }
        let sender = &self.sender;
        let switch = || async {
            let setting = TimeToLiveSpecification::builder().attribute_name(wanted).enabled(true);
            let setting = setting.build().map_err(|error| Fault::construction(SWITCH, error))?;
            let call = sender.client.update_time_to_live().table_name(&sender.table);
            let sent = call.time_to_live_specification(setting).send().await;
            sent.map(drop).map_err(|error| Fault::of(SWITCH, error))
        };
        sender.repeat(Operation::Configure, &mut Doubt::reading(), switch).await
    }

    /// The attribute that the table's time to live is on for, or about to be.
    pub(crate) async fn time_to_live(&self) -> Result<Option<String>> {
        let sender = &self.sender;
        let describe = || async {
            let call = sender.client.describe_time_to_live().table_name(&sender.table);
            let output = call.send().await;
            output.map_err(|error| Fault::of("DescribeTimeToLive", error))
        };
        let output = sender.repeat(Operation::Configure, &mut Doubt::reading(), describe).await?;
        let setting = output.time_to_live_description.filter(|setting| {
            let status = setting.time_to_live_status();
            matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling))
        });
        Ok(setting.and_then(|setting| setting.attribute_name))
    }
}

const CREATE: &str = "CreateTable";
const SWITCH: &str = "UpdateTimeToLive";

fn unready(detail: &'static str) -> Error {
    Error::new(Operation::Configure, ErrorKind::Unavailable).with_detail(detail)
}
