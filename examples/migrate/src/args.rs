use clap::{Parser, ValueEnum};
use session_core::Result;
use session_dynamodb::Options;
use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

/// Tells what is in a table of sessions, and converts it from one profile to another.
///
/// Attributes of other names are told by variables such as `SESSION_HASH_KEY`.
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub struct Args {
    /// The table of DynamoDB
    #[arg(long, value_name = "NAME", default_value = "sessions")]
    pub table: String,

    /// A DynamoDB that is not AWS, such as `http://localhost:8000`
    #[arg(long, value_name = "URL", conflicts_with = "demo")]
    pub endpoint_url: Option<String>,

    /// Who writes to the table now
    #[arg(long, value_enum, value_name = "WRITER", default_value_t = Writer::AwsSdkPhp)]
    pub from: Writer,

    /// The form of its data, unless it is the writer's default
    #[arg(long, value_enum, value_name = "FORM")]
    pub from_data: Option<Form>,

    /// Who is to write to it; without this, the table is surveyed and nothing else
    #[arg(long, value_enum, value_name = "WRITER")]
    pub to: Option<Writer>,

    /// The form that its data is to have, unless it is the writer's default
    #[arg(long, value_enum, value_name = "FORM", requires = "to")]
    pub to_data: Option<Form>,

    /// What the data is, to tell what does not decode
    #[arg(long, value_enum, default_value_t = Format::Php)]
    pub format: Format,

    /// Writes; without this, nothing is changed
    #[arg(long, requires = "to")]
    pub write: bool,

    /// A file that says where to go on, kept up to date and removed at the end; it holds keys
    #[arg(long, value_name = "TOKEN-FILE")]
    pub resume: Option<PathBuf>,

    /// In how many parts the table is walked at the same time
    #[arg(long, value_name = "N", default_value = "4")]
    pub segments: NonZeroUsize,

    /// The capacity units to use per second, at most
    #[arg(long, value_name = "N")]
    pub max_units: Option<NonZeroU32>,

    /// Runs on a DynamoDB in this process, with what PHP's handlers were recorded to write
    #[arg(long)]
    pub demo: bool,
}

/// Who writes to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Writer {
    /// The session handler of the AWS SDK for PHP
    #[value(name = "aws_sdk_php")]
    AwsSdkPhp,
    /// The session handler of async-aws
    #[value(name = "async_aws")]
    AsyncAws,
    /// Idealstack's handler, with base64
    #[value(name = "idealstack")]
    Idealstack,
    /// session-dynamodb, with versions, and with PHP's keys
    #[value(name = "session-dynamodb")]
    Ours,
}

/// How data lies in its attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// A string
    String,
    /// Bytes
    Binary,
    /// A string of base64
    Base64,
}

/// What the data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// PHP's `session.serialize_handler = php`
    #[value(name = "php")]
    Php,
    /// PHP's `session.serialize_handler = php_serialize`
    #[value(name = "php_serialize")]
    PhpSerialize,
    /// PHP's `session.serialize_handler = php_binary`
    #[value(name = "php_binary")]
    PhpBinary,
    /// Any of PHP's three
    #[value(name = "any_php")]
    AnyPhp,
    /// JSON
    #[value(name = "json")]
    Json,
}

impl Args {
    /// The options of a writer with data in this form, and what the environment says.
    pub(crate) fn options(&self, writer: Writer, form: Option<Form>) -> Result<Options> {
        let mut variables: BTreeMap<String, String> = std::env::vars().collect();
        let mut set = |name: &str, value: &str| {
            variables.insert(format!("SESSION_{name}"), value.to_owned());
        };
        set("TABLE_NAME", &self.table);
        if let Some(profile) = writer.profile() {
            set("PROFILE", profile);
        }
        if let Some(form) = form {
            set("BASE64", if form == Form::Base64 { "true" } else { "false" });
            set("DATA_ATTRIBUTE_TYPE", if form == Form::Binary { "binary" } else { "string" });
        }
        // Keys stay, so they are PHP's on both sides.
        variables.entry("SESSION_SESSION_NAME".into()).or_insert_with(|| "PHPSESSID".into());
        Options::from_variables(variables)
    }
}

impl Writer {
    const fn profile(self) -> Option<&'static str> {
        match self {
            Self::AwsSdkPhp => Some("aws_sdk_php"),
            Self::AsyncAws => Some("async_aws"),
            Self::Idealstack => Some("idealstack"),
            Self::Ours => None,
        }
    }
}
