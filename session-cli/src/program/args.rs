use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

/// Administers tables of sessions: surveys them, and converts what is in them
#[derive(Clone, Debug, Parser)]
#[command(name = "sessions", version)]
pub struct Args {
    /// The command to run
    #[command(subcommand)]
    pub command: Command,
}

/// A command of the program.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Counts what is in a table, and changes nothing
    ///
    /// Other names of attributes come from variables such as `SESSION_HASH_KEY`, region and
    /// endpoint by `SESSION_REGION` and `SESSION_ENDPOINT`. An argument replaces a variable.
    Survey(TableArgs),
    /// Converts the sessions of a table to another profile, while they are used
    ///
    /// Other names of attributes come from variables such as `SESSION_HASH_KEY`, region and
    /// endpoint by `SESSION_REGION` and `SESSION_ENDPOINT`. An argument replaces a variable.
    Migrate {
        /// The table as it is
        #[command(flatten)]
        table: TableArgs,
        /// The writer for which the sessions are converted
        #[command(flatten)]
        target: TargetArgs,
    },
}

/// A table, what is in it, and how it is walked.
#[derive(Clone, Debug, ClapArgs)]
pub struct TableArgs {
    /// The table of DynamoDB, unless it is `sessions` or a variable has its name
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,

    /// A DynamoDB that is not AWS, such as `http://localhost:8000`
    #[arg(long, value_name = "URL", conflicts_with = "demo")]
    pub endpoint_url: Option<String>,

    /// The program that writes to the table now
    #[arg(long, value_enum, value_name = "WRITER", default_value_t = Writer::AwsSdkPhp)]
    pub from: Writer,

    /// The form of its data, unless it is the writer's default
    #[arg(long, value_enum, value_name = "FORM")]
    pub from_data: Option<Form>,

    /// The format of the data, to find data that does not decode
    #[arg(long, value_enum, default_value_t = Format::Php)]
    pub format: Format,

    /// A file with the place to resume at; it holds keys
    ///
    /// The file is kept up to date, and removed at the end.
    #[arg(long, value_name = "TOKEN-FILE")]
    pub resume: Option<PathBuf>,

    /// In how many parts the table is walked at the same time
    #[arg(long, value_name = "N", default_value = "4")]
    pub segments: NonZeroUsize,

    /// The capacity units to use per second, at most
    #[arg(long, value_name = "N")]
    pub max_units: Option<NonZeroU32>,

    /// The prefix of variables, if another program such as Laravel uses `SESSION_`
    #[arg(long, value_name = "PREFIX", default_value = "SESSION_")]
    pub env_prefix: String,

    /// Runs on a DynamoDB in this process; this needs the feature `demo`
    ///
    /// Its table has what PHP's handlers were recorded to write.
    #[arg(long)]
    pub demo: bool,
}

/// The target form of the sessions of a table, and whether to convert them.
#[derive(Clone, Debug, ClapArgs)]
pub struct TargetArgs {
    /// The program that is to write to the table
    #[arg(long, value_enum, value_name = "WRITER")]
    pub to: Writer,

    /// The form that its data is to have, unless it is the writer's default
    #[arg(long, value_enum, value_name = "FORM")]
    pub to_data: Option<Form>,

    /// Writes; without this, nothing is changed
    #[arg(long)]
    pub write: bool,
}

/// A program that writes to a table.
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

/// The format of the data.
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

impl Command {
    /// The table that it is about.
    pub(crate) const fn table(&self) -> &TableArgs {
        match self {
            Self::Survey(table) | Self::Migrate { table, .. } => table,
        }
    }

    /// The target form of the table's sessions, if it converts them.
    pub(crate) const fn target(&self) -> Option<&TargetArgs> {
        match self {
            Self::Survey(_) => None,
            Self::Migrate { target, .. } => Some(target),
        }
    }
}

impl Writer {
    /// The name of its profile in the configuration: this project has none.
    pub(crate) const fn profile(self) -> Option<&'static str> {
        match self {
            Self::AwsSdkPhp => Some("aws_sdk_php"),
            Self::AsyncAws => Some("async_aws"),
            Self::Idealstack => Some("idealstack"),
            Self::Ours => None,
        }
    }
}
