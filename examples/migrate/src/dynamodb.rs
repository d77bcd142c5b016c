use aws_config::BehaviorVersion;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::Builder;
use aws_smithy_http_client::Builder as HttpClient;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

/// A client of AWS, or of another server at `endpoint_url`.
pub(crate) async fn client(endpoint_url: Option<&str>) -> Result<Client, &'static str> {
    let http = HttpClient::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await;
    if config.region().is_none() {
        return Err("there is no region: set AWS_REGION, or one in the profile; or try --demo");
    }
    let mut config = Builder::from(&config);
    if let Some(url) = endpoint_url {
        config = config.endpoint_url(url);
    }
    Ok(Client::from_conf(config.build()))
}
