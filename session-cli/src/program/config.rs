//! The configuration of one side of a walk.

use crate::DataEncoding;
use crate::program::{Form, TableArgs, Writer};
use aws_sdk_dynamodb::Client;
use session_core::Result;
use session_dynamodb::DynamoDbStoreBuilder;
use session_kit::Config;
use std::collections::BTreeMap;
use std::ffi::OsString;

/// The table as it is, or as it is to be, from arguments and variables.
pub(crate) struct Side {
    writer: Writer,
    config: Config,
}

impl Side {
    /// The configuration of a writer with data in this form, and with the variables.
    pub(crate) fn new(
        args: &TableArgs,
        writer: Writer,
        form: Option<Form>,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self> {
        let variables = variables.into_iter();
        let ours = |name: &OsString| name.to_string_lossy().starts_with(&args.env_prefix);
        let mut variables: BTreeMap<_, _> = variables.filter(|(name, _)| ours(name)).collect();
        // The arguments name the writer and the form, because both sides differ in them. The
        // store is DynamoDB, whatever that of the application is.
        for name in ["PROFILE", "BASE64", "DATA_ATTRIBUTE_TYPE", "STORE"] {
            variables.remove(&args.variable(name));
        }
        for (name, value) in args.set_by_arguments(writer, form) {
            variables.insert(args.variable(name), value.into());
        }
        // Keys stay, so they are PHP's on both sides.
        variables.entry(args.variable("SESSION_NAME")).or_insert_with(|| "PHPSESSID".into());
        // The handler of async-aws has no default table. This program has one for every writer.
        variables.entry(args.variable("TABLE_NAME")).or_insert_with(|| "sessions".into());
        let tags = writer.profile().map(|_| args.take_tags(&mut variables));
        let mut config = Config::from_variables_with_prefix(&args.env_prefix, variables)?;
        if let Some([version, deadline, idle]) = tags {
            let options = &mut config.dynamodb;
            options.version_attribute = version.unwrap_or_else(|| "version".into());
            options.deadline_attribute = deadline.unwrap_or_else(|| "deadline".into());
            options.idle_attribute = idle.unwrap_or_else(|| "idle".into());
        }
        Ok(Self { writer, config })
    }

    /// The writer, by the name that the arguments have for it.
    pub(crate) fn writer(&self) -> &'static str {
        self.writer.profile().unwrap_or("session-dynamodb")
    }

    pub(crate) fn table_name(&self) -> &str {
        &self.config.dynamodb.table_name
    }

    /// The names of the attributes with key, expiry and data.
    #[cfg(feature = "demo")]
    pub(crate) fn attribute_names(&self) -> [&str; 3] {
        let options = &self.config.dynamodb;
        [&options.hash_key, &options.session_lifetime_attribute, &options.data_attribute]
    }

    pub(crate) fn encoding(&self) -> Result<DataEncoding> {
        DataEncoding::of(self.config.dynamodb.data_attribute_type, self.config.base64)
    }

    /// A client of AWS or of another server, in the configured region or AWS's own.
    pub(crate) async fn client(&self) -> Result<Client, String> {
        let options = self.config.dynamodb_options();
        options.client().await.map_err(|error| format!("{error}; or try --demo"))
    }

    pub(crate) fn store(&self, client: Client) -> DynamoDbStoreBuilder {
        self.config.dynamodb_options().store(client)
    }
}

impl TableArgs {
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
    fn take_tags(&self, variables: &mut BTreeMap<OsString, OsString>) -> [Option<String>; 3] {
        ["VERSION_ATTRIBUTE", "DEADLINE_ATTRIBUTE", "IDLE_ATTRIBUTE"].map(|name| {
            let value = variables.remove(&self.variable(name));
            value.and_then(|value| value.into_string().ok())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Side, TableArgs, Writer};
    use crate::program::Args;
    use clap::Parser;
    use session_core::Result;
    use session_core::store::PayloadKind;
    use session_dynamodb::Profile;
    use session_kit::Config;
    use std::ffi::OsString;

    fn config(args: &[&str], writer: Writer, variables: &[(&str, &str)]) -> Result<Config> {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        Side::new(&table_args(args), writer, None, variables).map(|side| side.config)
    }

    fn table_args(args: &[&str]) -> TableArgs {
        let args = [&["sessions", "survey"], args].concat();
        let args = Args::try_parse_from(args).expect("they are arguments");
        args.command.table().clone()
    }

    #[test]
    fn who_writes_and_how_is_said_by_the_arguments_alone() {
        let variables = [
            ("SESSION_STORE", "memory"),
            ("SESSION_PROFILE", "aws_sdk_php"),
            ("SESSION_BASE64", "true"),
            ("SESSION_DATA_ATTRIBUTE_TYPE", "binary"),
        ];
        let ours = config(&[], Writer::Ours, &variables).unwrap();
        assert_eq!((ours.dynamodb.profile, ours.base64), (None, false));
        assert_eq!(ours.dynamodb.data_attribute_type, PayloadKind::Text);
        let theirs = config(&[], Writer::AsyncAws, &variables).unwrap();
        assert_eq!((theirs.dynamodb.profile, theirs.base64), (Some(Profile::AsyncAws), false));
        let base64 = Side::new(&table_args(&[]), Writer::Idealstack, Some(Form::String), []);
        assert!(!base64.unwrap().config.base64);
    }

    #[test]
    fn an_argument_wins_over_a_variable() {
        let variables = [
            ("SESSION_TABLE_NAME", "variable"),
            ("SESSION_ENDPOINT", "http://variable"),
            ("SESSION_REGION", "eu-west-3"),
            ("SESSION_SESSION_NAME", "SID"),
        ];
        let by_variables = config(&[], Writer::AwsSdkPhp, &variables).unwrap();
        assert_eq!(by_variables.dynamodb.table_name, "variable");
        assert_eq!(by_variables.dynamodb.endpoint.as_deref(), Some("http://variable"));
        assert_eq!(by_variables.dynamodb.region.as_deref(), Some("eu-west-3"));
        assert_eq!(by_variables.session_name.as_deref(), Some("SID"));
        let args = ["--table", "argument", "--endpoint-url", "http://argument"];
        let by_arguments = config(&args, Writer::AwsSdkPhp, &variables).unwrap();
        assert_eq!(by_arguments.dynamodb.table_name, "argument");
        assert_eq!(by_arguments.dynamodb.endpoint.as_deref(), Some("http://argument"));
        let neither = config(&[], Writer::Ours, &[]).unwrap();
        assert_eq!(neither.dynamodb.table_name, "sessions");
        assert_eq!(neither.session_name.as_deref(), Some("PHPSESSID"));
    }

    #[test]
    fn tags_are_known_by_their_names_on_the_side_of_php_too() {
        let variables = [
            ("SESSION_VERSION_ATTRIBUTE", "v"),
            ("SESSION_DEADLINE_ATTRIBUTE", "d"),
            ("SESSION_IDLE_ATTRIBUTE", "i"),
        ];
        for writer in [Writer::Ours, Writer::AwsSdkPhp] {
            let options = config(&[], writer, &variables).unwrap().dynamodb;
            let names =
                [options.version_attribute, options.deadline_attribute, options.idle_attribute];
            assert_eq!(names, ["v", "d", "i"]);
        }
    }

    #[test]
    fn variables_of_another_prefix_are_not_looked_at() {
        let variables =
            [("SESSION_LIFETIME", "120"), ("SESSION_DRIVER", "dynamodb"), ("MY_HASH_KEY", "k")];
        let args = ["--env-prefix", "MY_"];
        assert_eq!(config(&args, Writer::AwsSdkPhp, &variables).unwrap().dynamodb.hash_key, "k");
        let error = config(&[], Writer::AwsSdkPhp, &variables).unwrap_err().to_string();
        assert!(error.contains("SESSION_LIFETIME is Laravel's"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_utf8_is_no_reason_to_panic() {
        use std::os::unix::ffi::OsStringExt;
        let broken = || OsString::from_vec(vec![0xff]);
        let variables = [("LS_COLORS".into(), broken()), (broken(), broken())];
        assert!(Side::new(&table_args(&[]), Writer::Ours, None, variables).is_ok());
    }

    #[tokio::test]
    async fn the_region_of_the_options_is_the_clients() {
        let region = [("SESSION_REGION".into(), "eu-south-2".into())];
        let side = Side::new(&table_args(&[]), Writer::Ours, None, region).unwrap();
        let client = side.client().await.expect("the region is known");
        assert_eq!(client.config().region().map(AsRef::as_ref), Some("eu-south-2"));
    }
}
