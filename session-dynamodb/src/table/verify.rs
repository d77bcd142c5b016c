mod probes;

use crate::DynamoDbStore;
use crate::layout::Attribute;
use crate::send::{Failed, Kind, TableDescription, TableStatus};
use session_core::{Error, Result};
use std::fmt::{self, Display, Formatter};

/// A problem of a table, and what to do.
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
        /// The action, by its name in policies.
        action: &'static str,
    },
    /// The credentials do not allow to look at this, which may be as it should be.
    Unchecked {
        /// The action that is not allowed.
        action: &'static str,
    },
    /// The table is being created or deleted, or is archived, and cannot be used now.
    NotReady,
    /// The server does not know an action.
    UnknownAction {
        /// The action, by its name in policies.
        action: &'static str,
    },
    /// The server rejects conditions without returning the item, as DynamoDB does.
    ///
    /// Live sessions would look absent, so the store does not work with it.
    ItemsNotReturned,
    /// An item has an expiry that is too late for seconds, as one in milliseconds is.
    ///
    /// DynamoDB would not delete it for thousands of years.
    ExpiryInMilliseconds {
        /// The attribute with the expiry.
        attribute: String,
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
            Self::NotReady => formatter.write_str(
                "the table cannot be used: it is being created or deleted, or it is archived",
            ),
            Self::UnknownAction { action } => write!(
                formatter,
                "the server does not know {action}: do without the feature that needs it, or use \
                 another server"
            ),
            Self::ItemsNotReturned => formatter.write_str(
                "the server does not return the item of a rejected condition \
                 (ReturnValuesOnConditionCheckFailure): use another server",
            ),
            Self::ExpiryInMilliseconds { attribute } => write!(
                formatter,
                "an item has an expiry in `{attribute}` that is too late to be in seconds: \
                 the program that writes milliseconds there must write seconds, or set \
                 session_lifetime_attribute"
            ),
        }
    }
}

impl DynamoDbStore {
    /// Checks that sessions can work with the table, the server and the credentials.
    ///
    /// The table needs the right key and time to live. The server must do what sessions rely on.
    /// The credentials must allow what sessions and collecting need.
    ///
    /// Permissions are tried by requests on conditions that never hold, so nothing is written: under
    /// a key of their own, and under that of one item if there is any. Each costs a capacity unit at
    /// most, and what it takes to read a few items.
    ///
    /// # Errors
    ///
    /// Failures of the store, such as credentials that have expired. What does not fit is the
    /// answer, in which nothing means that all does.
    pub async fn verify_table(&self) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        match allowed("dynamodb:DescribeTable", self.describe_table().await)? {
            Ok(None) => return Ok(vec![Problem::Missing]),
            Ok(Some(table)) => problems.extend(self.wrong_table(&table)),
            Err(problem) => problems.push(unchecked(problem)),
        }
        match allowed("dynamodb:DescribeTimeToLive", self.time_to_live().await)? {
            Ok(found) => problems.extend(self.wrong_time_to_live(found)),
            Err(problem) => problems.push(unchecked(problem)),
        }
        let is_ours =
            |problem: &Problem| matches!(problem, Problem::WrongKey { .. } | Problem::NotReady);
        if !problems.iter().any(is_ours) {
            problems.extend(self.probe().await?);
        }
        Ok(problems)
    }

    fn wrong_table(&self, table: &TableDescription) -> Option<Problem> {
        let expected = self.settings.layout.name(Attribute::Key).to_owned();
        match table.status {
            _ if !self.has_right_key(table) => Some(Problem::WrongKey { expected }),
            TableStatus::Usable => None,
            _ => Some(Problem::NotReady),
        }
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
}

/// The answer, or that it may not be asked for, or cannot be.
fn allowed<T>(action: &'static str, asked: Result<T, Failed>) -> Result<Result<T, Problem>, Error> {
    match asked {
        Ok(answer) => Ok(Ok(answer)),
        Err(failed) if failed.kind == Some(Kind::Forbidden) => {
            Ok(Err(Problem::Forbidden { action }))
        }
        Err(failed) if failed.has_code("UnknownOperationException") => {
            Ok(Err(Problem::UnknownAction { action }))
        }
        Err(failed) => Err(failed.error),
    }
}

/// The same for an action that sessions do not need.
fn unchecked(problem: Problem) -> Problem {
    match problem {
        Problem::Forbidden { action } => Problem::Unchecked { action },
        other => other,
    }
}
