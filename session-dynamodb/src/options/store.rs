//! The options of a client and a store.

use super::Options;
use crate::layout::{Layout, Versions};
use crate::send::TimeLimits;
use crate::settings::Settings;
use crate::store_settings::StoreSettings;
use crate::{DynamoDbStoreBuilder, Profile};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Builder as ClientBuilder, Region};

impl Options {
    /// Adds the region, the endpoint and the credentials to a client's configuration.
    ///
    /// With the feature `aws-config`, `Options::client` makes the whole client.
    ///
    /// ```
    /// use aws_sdk_dynamodb::{Client, Config};
    /// use aws_sdk_dynamodb::config::BehaviorVersion;
    /// use session_dynamodb::Options;
    ///
    /// let mut options = Options::default();
    /// options.region = Some("eu-central-1".into());
    /// let config = Config::builder().behavior_version(BehaviorVersion::latest());
    /// let config = options.client_config(config).build();
    /// assert_eq!(config.region().map(AsRef::as_ref), Some("eu-central-1"));
    /// ```
    pub fn client_config(&self, mut config: ClientBuilder) -> ClientBuilder {
        if let Some(region) = &self.region {
            config = config.region(Region::new(region.clone()));
        }
        if let Some(endpoint) = &self.endpoint {
            config = config.endpoint_url(endpoint);
        }
        if let Some(credentials) = &self.credentials {
            config = config.credentials_provider(credentials.provided());
        }
        config
    }

    /// The settings of the store, to be built or changed further.
    pub fn store(&self, client: Client) -> DynamoDbStoreBuilder {
        DynamoDbStoreBuilder::new(client, self.store_settings())
    }

    pub(super) fn store_settings(&self) -> StoreSettings {
        StoreSettings {
            table: self.table_name.clone(),
            settings: Settings {
                layout: self.layout(),
                key_scheme: self.key_scheme.clone(),
                collect_orphans: self.collect_orphans,
                consistent_read: self.consistent_read,
                locking: self.locking,
                transactions: self.transactions,
                clock_skew: self.clock_skew,
                php_lock_timeout: self.php_lock_timeout,
            },
            profile: self.profile,
            max_retries: self.max_retries,
            times: TimeLimits { request: self.request_timeout, operation: self.operation_timeout },
            scan_segments: self.scan_segments,
            batches: self.batch_config.clone(),
            region: self.region.clone(),
            endpoint: self.endpoint.clone(),
        }
    }

    /// The attributes of the items that sessions of these options have.
    pub(super) fn layout(&self) -> Layout {
        Layout {
            key: self.hash_key.clone(),
            expires: self.session_lifetime_attribute.clone(),
            data: self.data_attribute.clone(),
            lock: self.lock_attribute.clone(),
            version: self.version_attribute.clone(),
            deadline: self.deadline_attribute.clone(),
            idle: self.idle_attribute.clone(),
            kind: self.data_attribute_type,
            versions: self.profile.map_or(Versions::Tags, Profile::versions),
        }
    }
}
