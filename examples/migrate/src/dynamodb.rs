use aws_sdk_dynamodb::Client;
use session_dynamodb::Options;

/// A client of AWS, or of another server, in the region that the options say or AWS's own ways.
pub(crate) async fn client(options: &Options) -> Result<Client, String> {
    options.client().await.map_err(|error| format!("{error}; or try --demo"))
}

#[cfg(test)]
mod tests {
    use super::client;
    use session_dynamodb::Options;

    #[tokio::test]
    async fn the_region_of_the_options_is_the_clients() {
        let mut options = Options::default();
        options.region = Some("eu-south-2".into());
        let client = client(&options).await.expect("the region is known");
        assert_eq!(client.config().region().map(AsRef::as_ref), Some("eu-south-2"));
    }
}
