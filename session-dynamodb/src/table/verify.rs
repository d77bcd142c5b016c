use crate::DynamoDbStore;
use crate::condition::Condition;
use crate::layout::Attribute;
use crate::request::{self, Delete, Page, Update};
use crate::send::Doubt;
use aws_sdk_dynamodb::types::{KeySchemaElement, KeyType, ScalarAttributeType, TableDescription};
use session_core::{ErrorKind, Key, Operation, Result};
use std::fmt::{self, Display, Formatter};

/// Something about a table that does not fit, and the way out.
///
/// Its `Display` says both, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// There is no such table.
    Missing,
    /// The key is not the hash key alone, as a string by the name that is set.
    WrongKey {
        /// The name that is set.
        expected: String,
    },
    /// DynamoDB deletes no expired sessions.
    TimeToLiveOff {
        /// The attribute that it should be on for.
        expected: String,
    },
    /// DynamoDB looks for expiries in another attribute.
    TimeToLiveElsewhere {
        /// The attribute that it should be on for.
        expected: String,
        /// The attribute that it is on for.
        found: String,
    },
    /// The credentials do not allow an action that sessions need.
    Forbidden {
        /// The action, as it stands in policies.
        action: &'static str,
    },
    /// The credentials do not allow to look at this, which may be as it should be.
    Unchecked {
        /// The action that is not allowed.
        action: &'static str,
    },
}

impl Display for Problem {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("there is no such table: create it"),
            Self::WrongKey { expected } => write!(
                formatter,
                "the table's key is not `{expected}`, a string, alone: set hash_key, or create \
                 another table"
            ),
            Self::TimeToLiveOff { expected } => write!(
                formatter,
                "the time to live is off: switch it on for `{expected}`, or collect expired \
                 sessions"
            ),
            Self::TimeToLiveElsewhere { expected, found } => write!(
                formatter,
                "the time to live is on for `{found}` and expiries are in `{expected}`: change the \
                 one, or set session_lifetime_attribute"
            ),
            Self::Forbidden { action } => {
                write!(formatter, "the credentials do not allow {action} on the table: allow it")
            }
            Self::Unchecked { action } => write!(
                formatter,
                "the credentials do not allow {action}, so this was not checked: sessions do not \
                 need it"
            ),
        }
    }
}

/// A key of the probes' own. No session id makes it under any key scheme.
const PROBE: &str = "session-dynamodb: verify_table";

impl DynamoDbStore {
    /// Checks that the table has the right key and time to live, and that the credentials allow
    /// what sessions and collecting need.
    ///
    /// The permissions are tried by requests on conditions that are never true, under a key of
    /// their own, so nothing is written. Each costs a capacity unit at most.
    ///
    /// # Errors
    ///
    /// Failures of the store. What does not fit is the answer, in which nothing means that all
    /// does.
    pub async fn verify_table(&self) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        match permitted("dynamodb:DescribeTable", self.describe_table().await)? {
            Ok(None) => return Ok(vec![Problem::Missing]),
            Ok(Some(table)) => problems.extend(self.wrong_key(&table)),
            Err(problem) => problems.push(problem),
        }
        match permitted("dynamodb:DescribeTimeToLive", self.time_to_live().await)? {
            Ok(found) => problems.extend(self.wrong_time_to_live(found)),
            Err(problem) => problems.push(problem),
        }
        if !problems.iter().any(|problem| matches!(problem, Problem::WrongKey { .. })) {
            problems.extend(self.forbidden().await?);
        }
        Ok(problems)
    }

    fn wrong_key(&self, table: &TableDescription) -> Option<Problem> {
        let expected = self.settings.layout.name(Attribute::Key);
        let is_hash_key = |element: &KeySchemaElement| {
            element.attribute_name() == expected && *element.key_type() == KeyType::Hash
        };
        let has_key = matches!(table.key_schema(), [element] if is_hash_key(element));
        let is_string = table.attribute_definitions().iter().any(|attribute| {
            attribute.attribute_name() == expected
                && *attribute.attribute_type() == ScalarAttributeType::S
        });
        let fits = has_key && is_string;
        (!fits).then(|| Problem::WrongKey { expected: expected.to_owned() })
    }

    fn wrong_time_to_live(&self, found: Option<String>) -> Option<Problem> {
        let expected = self.settings.layout.name(Attribute::Expires).to_owned();
        match found {
            None => Some(Problem::TimeToLiveOff { expected }),
            Some(found) if found != expected => {
                Some(Problem::TimeToLiveElsewhere { expected, found })
            }
            Some(_) => None,
        }
    }

    async fn forbidden(&self) -> Result<Vec<Problem>> {
        let key = Key::new(PROBE)?;
        let (sender, operation) = (&self.sender, Operation::Configure);
        let never = Condition::And(vec![
            Condition::Exists(Attribute::Key),
            Condition::NotExists(Attribute::Key),
        ]);
        let page = Page { segment: 0, segments: 1, limit: 1, from: Some(key.clone()) };
        let scan = request::scan(&self.settings, page, self.clock.now());
        let get = request::load(&key, false);
        let update = Update {
            key: key.clone(),
            set: Vec::new(),
            remove: vec![Attribute::Lock],
            condition: never.clone(),
            returns_new: false,
        };
        let delete = Delete { key, condition: never, counted: false };
        let mut doubt = Doubt::reading();
        let probes = [
            ("dynamodb:GetItem", sender.get(operation, &get).await.map(drop)),
            ("dynamodb:UpdateItem", sender.update(operation, &update, &mut doubt).await.map(drop)),
            ("dynamodb:DeleteItem", sender.delete(operation, &delete, &mut doubt).await.map(drop)),
            ("dynamodb:Scan", sender.scan(operation, &scan).await.map(drop)),
        ];
        let mut problems = Vec::new();
        for (action, probe) in probes {
            if permitted(action, probe)?.is_err() {
                problems.push(Problem::Forbidden { action });
            }
        }
        Ok(problems)
    }
}

/// What was asked for, or that it may not be asked for.
fn permitted<T>(action: &'static str, asked: Result<T>) -> Result<Result<T, Problem>> {
    match asked {
        Ok(answer) => Ok(Ok(answer)),
        Err(error) if error.kind() == ErrorKind::Denied => Ok(Err(Problem::Unchecked { action })),
        Err(error) => Err(error),
    }
}
