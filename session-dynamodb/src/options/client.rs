//! A client of AWS in one call.

use super::Options;
use crate::limits::{self, config};
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_smithy_http_client::Builder as HttpClient;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_types::service_config::ServiceConfigKey;
use session_core::Result;
use tokio::runtime::Handle;

impl Options {
    /// Makes a client with these options, and otherwise with AWS's own settings.
    ///
    /// Region, endpoint and credentials that are set here are not searched for: with region and
    /// credentials, no process and no metadata server is asked. Other values come from where every
    /// tool of AWS looks: the environment, the shared files, a process, the container, the metadata
    /// of the machine. Credentials are fetched with the first request.
    ///
    /// It links one TLS stack, rustls with ring. The default features of `aws-config` and
    /// `aws-sdk-dynamodb` link others beside it, so an application that uses these crates turns
    /// their default features off.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for options out of their range; if there is no
    /// region; if AWS's own settings name a region or an endpoint that is none; if there are no root
    /// certificates and the endpoint needs TLS; and outside of a runtime of tokio.
    ///
    /// # Examples
    ///
    /// ```
    /// use session_dynamodb::{Options, StaticCredentials};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> session_core::Result<()> {
    /// let mut options = Options::default();
    /// options.region = Some("eu-west-1".into());
    /// options.endpoint = Some("http://localhost:8000".into());
    /// options.credentials = Some(StaticCredentials::new("local", "local"));
    /// let store = options.store(options.client().await?).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn client(&self) -> Result<Client> {
        self.check()?;
        if Handle::try_current().is_err() {
            return Err(config("a client of AWS needs a runtime of tokio: none is there".into()));
        }
        let http = http_client(self.endpoint.as_deref())?;
        let loaded = self.loader().http_client(http).load().await;
        check_region(&loaded)?;
        if self.endpoint.is_none() {
            check_endpoint(&loaded)?;
        }
        Ok(Client::new(&loaded))
    }

    /// The questions to AWS's own settings.
    fn loader(&self) -> ConfigLoader {
        // The store retries itself. Left to the loader, a wrong AWS_MAX_ATTEMPTS makes it panic.
        let retries = RetryConfig::standard();
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).retry_config(retries);
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &self.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        if let Some(credentials) = &self.credentials {
            loader = loader.credentials_provider(credentials.provided());
        }
        loader
    }
}

/// The client of HTTP, with TLS if there are certificates to check servers by.
///
/// Without any, a client with TLS panics where assertions are on, and trusts no server otherwise.
fn http_client(endpoint: Option<&str>) -> Result<SharedHttpClient> {
    let has_roots = !rustls_native_certs::load_native_certs().certs.is_empty();
    let is_plain = endpoint.is_some_and(|url| url.to_ascii_lowercase().starts_with("http://"));
    match (has_roots, is_plain) {
        (true, _) => {
            let tls = Provider::Rustls(CryptoMode::Ring);
            Ok(HttpClient::new().tls_provider(tls).build_https())
        }
        (false, true) => Ok(HttpClient::new().build_http()),
        (false, false) => Err(config(
            "there are no root certificates to check AWS by: install those of the system, such as \
             the package ca-certificates, or name a file in SSL_CERT_FILE"
                .into(),
        )),
    }
}

fn check_region(loaded: &SdkConfig) -> Result<()> {
    match loaded.region() {
        Some(region) => limits::REGION.check(region.as_ref()),
        None => Err(config(
            "region is not set: set it in the options, as AWS_REGION, or in the profile of AWS; \
             servers other than AWS take any"
                .into(),
        )),
    }
}

/// Checks an endpoint that AWS's own settings name.
///
/// An empty one would make each request panic.
fn check_endpoint(loaded: &SdkConfig) -> Result<()> {
    let key = ServiceConfigKey::builder()
        .service_id("DynamoDB")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build();
    let named = key.ok().and_then(|key| loaded.service_config()?.load_config(key));
    let named = named.or_else(|| loaded.endpoint_url().map(ToOwned::to_owned));
    named.map_or(Ok(()), |endpoint| {
        limits::ENDPOINT.check(&endpoint).map_err(|_| {
            let rejection = limits::ENDPOINT.rejection(&endpoint);
            config(format!("AWS_ENDPOINT_URL, or endpoint_url of the profile of AWS: {rejection}"))
        })
    })
}
