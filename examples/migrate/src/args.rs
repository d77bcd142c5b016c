use clap::{Parser, ValueEnum};
use session_core::Result;
use session_dynamodb::Options;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

/// Tells what is in a table of sessions, and converts it from one profile to another.
///
/// Attributes of other names are told by variables such as `SESSION_HASH_KEY`, region and endpoint
/// by `SESSION_REGION` and `SESSION_ENDPOINT`. What an argument says wins.
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub struct Args {
    /// The table of DynamoDB, unless it is `sessions` or a variable has its name
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,

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

    /// What variables begin with, where `SESSION_` is another's, as Laravel's
    #[arg(long, value_name = "PREFIX", default_value = "SESSION_")]
    pub env_prefix: String,

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
    /// The options of a writer with data in this form, and what the variables say besides.
    pub(crate) fn options(
        &self,
        writer: Writer,
        form: Option<Form>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Options> {
        let variables = variables.into_iter();
        let ours = |name: &OsString| name.to_string_lossy().starts_with(&self.env_prefix);
        let mut variables: BTreeMap<_, _> = variables.filter(|(name, _)| ours(name)).collect();
        // Who writes, and in which form, is the arguments' to say, for both sides differ in it.
        for name in ["PROFILE", "BASE64", "DATA_ATTRIBUTE_TYPE"] {
            variables.remove(&self.variable(name));
        }
        for (name, value) in self.set_by_arguments(writer, form) {
            variables.insert(self.variable(name), value.into());
        }
        // Keys stay, so they are PHP's on both sides.
        variables.entry(self.variable("SESSION_NAME")).or_insert_with(|| "PHPSESSID".into());
        // The handler of async-aws has no default table. This program has one for every writer.
        variables.entry(self.variable("TABLE_NAME")).or_insert_with(|| "sessions".into());
        let tags = writer.profile().map(|_| self.take_tags(&mut variables));
        let mut options = Options::from_variables_with_prefix(&self.env_prefix, variables)?;
        if let Some([version, deadline]) = tags {
            options.version_attribute = version.unwrap_or(options.version_attribute);
            options.deadline_attribute = deadline.unwrap_or(options.deadline_attribute);
        }
        Ok(options)
    }

    fn variable(&self, name: &str) -> OsString {
        format!("{}{name}", self.env_prefix).into()
    }

    fn set_by_arguments(
        &self,
        writer: Writer,
        form: Option<Form>,
    ) -> impl Iterator<Item = (&'static str, &str)> {
        let table = self.table.as_deref().map(|table| ("TABLE_NAME", table));
        let endpoint = self.endpoint_url.as_deref().map(|url| ("ENDPOINT", url));
        let profile = writer.profile().map(|profile| ("PROFILE", profile));
        let base64 = form.map(|form| if form == Form::Base64 { "true" } else { "false" });
        let kind = form.map(|form| if form == Form::Binary { "binary" } else { "string" });
        let form = base64.map(|base64| ("BASE64", base64));
        let kind = kind.map(|kind| ("DATA_ATTRIBUTE_TYPE", kind));
        [table, endpoint, profile, form, kind].into_iter().flatten()
    }

    /// The names of what no profile writes, and that may have been left in its table.
    fn take_tags(&self, variables: &mut BTreeMap<OsString, OsString>) -> [Option<String>; 2] {
        ["VERSION_ATTRIBUTE", "DEADLINE_ATTRIBUTE"].map(|name| {
            let value = variables.remove(&self.variable(name));
            value.and_then(|value| value.into_string().ok())
        })
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

#[cfg(test)]
mod tests {
    use super::{Args, Form, Writer};
    use clap::Parser;
    use session_core::Result;
    use session_core::store::PayloadKind;
    use session_dynamodb::{Options, Profile};
    use std::ffi::OsString;

    fn options(args: &[&str], writer: Writer, variables: &[(&str, &str)]) -> Result<Options> {
        let args = [&["session-migrate"], args].concat();
        let args = Args::try_parse_from(args).expect("they are arguments");
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        args.options(writer, None, variables)
    }

    #[test]
    fn who_writes_and_how_is_said_by_the_arguments_alone() {
        let variables = [
            ("SESSION_PROFILE", "aws_sdk_php"),
            ("SESSION_BASE64", "true"),
            ("SESSION_DATA_ATTRIBUTE_TYPE", "binary"),
        ];
        let ours = options(&[], Writer::Ours, &variables).unwrap();
        assert_eq!((ours.profile, ours.base64), (None, false));
        assert_eq!(ours.data_attribute_type, PayloadKind::Text);
        let theirs = options(&[], Writer::AsyncAws, &variables).unwrap();
        assert_eq!((theirs.profile, theirs.base64), (Some(Profile::AsyncAws), false));
        let args = Args::try_parse_from(["session-migrate"]).unwrap();
        let base64 = args.options(Writer::Idealstack, Some(Form::String), []).unwrap();
        assert!(!base64.base64);
    }

    #[test]
    fn an_argument_wins_over_a_variable() {
        let variables = [
            ("SESSION_TABLE_NAME", "variable"),
            ("SESSION_ENDPOINT", "http://variable"),
            ("SESSION_REGION", "eu-west-3"),
            ("SESSION_SESSION_NAME", "SID"),
        ];
        let by_variables = options(&[], Writer::AwsSdkPhp, &variables).unwrap();
        assert_eq!(by_variables.table_name, "variable");
        assert_eq!(by_variables.endpoint.as_deref(), Some("http://variable"));
        assert_eq!(by_variables.region.as_deref(), Some("eu-west-3"));
        assert_eq!(by_variables.session_name.as_deref(), Some("SID"));
        let args = ["--table", "argument", "--endpoint-url", "http://argument"];
        let by_arguments = options(&args, Writer::AwsSdkPhp, &variables).unwrap();
        assert_eq!(by_arguments.table_name, "argument");
        assert_eq!(by_arguments.endpoint.as_deref(), Some("http://argument"));
        let neither = options(&[], Writer::Ours, &[]).unwrap();
        assert_eq!(neither.table_name, "sessions");
        assert_eq!(neither.session_name.as_deref(), Some("PHPSESSID"));
    }

    #[test]
    fn tags_are_known_by_their_names_on_the_side_of_php_too() {
        let variables = [("SESSION_VERSION_ATTRIBUTE", "v"), ("SESSION_DEADLINE_ATTRIBUTE", "d")];
        for writer in [Writer::Ours, Writer::AwsSdkPhp] {
            let options = options(&[], writer, &variables).unwrap();
            assert_eq!(
                (options.version_attribute.as_str(), &*options.deadline_attribute),
                ("v", "d")
            );
        }
    }

    #[test]
    fn variables_of_another_prefix_are_not_looked_at() {
        let variables =
            [("SESSION_LIFETIME", "120"), ("SESSION_DRIVER", "dynamodb"), ("MY_HASH_KEY", "k")];
        let args = ["--env-prefix", "MY_"];
        assert_eq!(options(&args, Writer::AwsSdkPhp, &variables).unwrap().hash_key, "k");
        let error = options(&[], Writer::AwsSdkPhp, &variables).unwrap_err().to_string();
        assert!(error.contains("SESSION_LIFETIME is Laravel's"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_utf8_is_no_reason_to_panic() {
        use std::os::unix::ffi::OsStringExt;
        let args = Args::try_parse_from(["session-migrate"]).unwrap();
        let broken = || OsString::from_vec(vec![0xff]);
        let variables = [("LS_COLORS".into(), broken()), (broken(), broken())];
        assert!(args.options(Writer::Ours, None, variables).is_ok());
    }
}
