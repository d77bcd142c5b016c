use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Builder, Region};
use aws_smithy_http_client::Builder as HttpClient;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use session_dynamodb::Options;

/// A client of AWS, or of another server, in the region that the options say or AWS's own ways.
pub(crate) async fn client(options: &Options) -> Result<Client, &'static str> {
    let http = HttpClient::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let mut config = aws_config::defaults(BehaviorVersion::latest()).http_client(http);
    if let Some(region) = &options.region {
        config = config.region(Region::new(region.clone()));
    }
    let config = config.load().await;
    if config.region().is_none() {
        return Err("there is no region: set AWS_REGION, or one in the profile; or try --demo");
    }
    Ok(Client::from_conf(options.client_config(Builder::from(&config)).build()))
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
