//! Items with a count of the attributes that are not ours.

use super::convert::{self, Attributes};
use super::{Doubt, Fault, Found, Sender};
use crate::item::Item;
use crate::request::Scan;
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use session_core::{Key, Operation, Result};

/// A whole item: what is ours of it, and how many attributes of other names it has.
#[derive(Default)]
pub(crate) struct Whole {
    pub(crate) item: Item,
    pub(crate) others: usize,
}

impl Sender {
    /// The whole item by a consistent read, and the capacity units that it took.
    pub(crate) async fn get_whole(
        &self,
        operation: Operation,
        key: &Key,
    ) -> Result<(Option<Whole>, f64)> {
        let send = || async {
            let call = self.client.get_item().table_name(&self.table).consistent_read(true);
            let call = call.set_key(Some(self.key(key)));
            let call = call.return_consumed_capacity(ReturnConsumedCapacity::Total);
            let output = call.send().await.map_err(|error| Fault::of("GetItem", error))?;
            let units = convert::units(output.consumed_capacity());
            Ok((output.item.map(|item| self.whole(item)), units))
        };
        self.repeat(operation, &mut Doubt::reading(), send).await
    }

    /// What a scan without filter and projection found.
    pub(crate) async fn scan_whole(
        &self,
        operation: Operation,
        request: &Scan,
    ) -> Result<Found<Whole>> {
        let send = || async {
            // Nothing refers to a name, and DynamoDB rejects names that nothing refers to.
            let call = self.scan_part(request).set_projection_expression(None);
            let output = call.set_expression_attribute_names(None).send().await;
            output.map_err(|error| Fault::of("Scan", error))
        };
        let output = self.repeat(operation, &mut Doubt::reading(), send).await?;
        self.page(operation, output, |item| self.whole(item))
    }

    fn whole(&self, attributes: Attributes) -> Whole {
        let all = attributes.len();
        let item = self.item(attributes);
        let others = all - item.0.len();
        Whole { item, others }
    }
}
