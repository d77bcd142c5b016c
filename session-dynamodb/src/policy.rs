use session_core::error::Operation;
use session_core::{Error, ErrorKind, Result};
use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

/// The permissions that credentials need on the table.
///
/// Sessions need no more than the actions that PHP's handlers need, and no `PutItem`.
///
/// ```
/// use session_dynamodb::Policy;
///
/// let policy = Policy::sessions().and_collecting();
/// assert_eq!(
///     policy.to_string(),
///     "dynamodb:DeleteItem, dynamodb:GetItem, dynamodb:Scan, dynamodb:UpdateItem"
/// );
/// let json = policy.to_json("arn:aws:dynamodb:eu-west-1:123456789012:table/sessions")?;
/// assert!(json.contains(r#""Effect": "Allow""#));
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    actions: BTreeSet<&'static str>,
}

impl Policy {
    /// Opening, committing, locking, rotating and destroying sessions.
    pub fn sessions() -> Self {
        Self { actions: BTreeSet::from(["GetItem", "UpdateItem", "DeleteItem"]) }
    }

    /// The same, and collecting expired sessions.
    #[must_use]
    pub fn and_collecting(self) -> Self {
        self.and(&["Scan", "DeleteItem"])
    }

    /// The same, and collecting [orphans](crate::DynamoDbStoreBuilder::collect_orphans).
    #[must_use]
    pub fn and_collecting_orphans(self) -> Self {
        self.and_collecting().and(&["GetItem"])
    }

    /// The same, and collecting them in [batches](crate::BatchConfig).
    #[must_use]
    pub fn and_collecting_in_batches(self) -> Self {
        self.and_collecting().and(&["BatchWriteItem"])
    }

    /// The same, and checking the table by
    /// [`verify_table`](crate::DynamoDbStore::verify_table).
    #[must_use]
    pub fn and_verifying(self) -> Self {
        self.and(&["DescribeTable", "DescribeTimeToLive", "Scan"])
    }

    /// The same, and creating the table with its time to live.
    #[must_use]
    pub fn and_creating(self) -> Self {
        self.and(&["CreateTable", "DescribeTable", "DescribeTimeToLive", "UpdateTimeToLive"])
    }

    /// The same, and deleting the table.
    #[must_use]
    pub fn and_deleting(self) -> Self {
        self.and(&["DeleteTable", "DescribeTable"])
    }

    fn and(mut self, actions: &[&'static str]) -> Self {
        self.actions.extend(actions);
        self
    }

    /// The actions, by their names in policies.
    pub fn actions(&self) -> impl Iterator<Item = String> + '_ {
        self.actions.iter().map(|action| format!("dynamodb:{action}"))
    }

    /// A policy for IAM that allows these actions on the table of this ARN.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) for a text that is no ARN of a table.
    pub fn to_json(&self, table_arn: &str) -> Result<String> {
        let is_plain = !table_arn
            .contains(|character: char| character.is_control() || matches!(character, '"' | '\\'));
        if !is_plain || !table_arn.starts_with("arn:") || !table_arn.contains(":table/") {
            return Err(Error::new(Operation::Configure, ErrorKind::Config).with_detail(
                "the table's ARN is like arn:aws:dynamodb:<region>:<account>:table/<name>",
            ));
        }
        let actions: Vec<_> =
            self.actions().map(|action| format!("        \"{action}\"")).collect();
        Ok(format!(
            r#"{{
  "Version": "2012-10-17",
  "Statement": [
    {{
      "Effect": "Allow",
      "Action": [
{}
      ],
      "Resource": "{table_arn}"
    }}
  ]
}}"#,
            actions.join(",\n")
        ))
    }
}

impl Display for Policy {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.actions().collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::Policy;
    use serde_json::Value;

    const ARN: &str = "arn:aws:dynamodb:eu-west-1:123456789012:table/sessions";

    #[test]
    fn sessions_and_collecting_need_no_more_than_the_handlers_of_php() {
        let of_php = ["GetItem", "UpdateItem", "DeleteItem", "Scan", "BatchWriteItem"];
        let of_php = of_php.map(|action| format!("dynamodb:{action}"));
        let policy = Policy::sessions().and_collecting_in_batches();
        assert!(policy.actions().all(|ours| of_php.contains(&ours)));
    }

    #[test]
    fn the_json_is_a_policy() {
        let policy = Policy::sessions().and_creating().and_deleting().and_verifying();
        let json = policy.to_json(ARN).expect("it is an ARN");
        let json: Value = serde_json::from_str(&json).expect("it is JSON");
        let statement = &json["Statement"][0];
        assert_eq!(statement["Resource"], ARN);
        let actions = statement["Action"].as_array().expect("it is a list");
        assert_eq!(actions.len(), policy.actions().count());
    }

    #[test]
    fn what_is_no_arn_is_rejected() {
        for text in ["sessions", "arn:aws:s3:::bucket", "arn:\":table/x"] {
            Policy::sessions().to_json(text).expect_err("it is none");
        }
    }
}
