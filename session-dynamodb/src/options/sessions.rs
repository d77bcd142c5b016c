//! Sessions of the options.

use super::{Options, config};
use crate::{DynamoDbStore, Profile};
use aws_sdk_dynamodb::Client;
use serde::de::DeserializeOwned;
use session_core::codec::{Base64, Codec, Json};
use session_core::sessions::SessionsBuilder;
use session_core::store::PayloadKind;
use session_core::strategy::Strategy;
use session_core::{KeyScheme, LastWriteWins, Lifetime, Optimistic, Result, Sessions};
use session_locking::{HeldLocks, LockOptions, Pessimistic};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

impl Options {
    /// Sessions of data that is kept as JSON.
    ///
    /// With `locking` their handles take turns. With `optimistic` a write that lost the race is a
    /// [`Conflict`](session_core::ErrorKind::Conflict). Without either the last write wins.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for options that do not fit together, and in a
    /// profile, where the data is PHP's: see [`sessions_with`](Self::sessions_with).
    pub fn sessions<T>(&self, client: Client) -> Result<Sessions<T>>
    where
        T: serde::Serialize + DeserializeOwned + Default + 'static,
    {
        if let Some(profile) = self.profile {
            let name = profile.name();
            return Err(config(format!(
                "the data of the profile `{name}` is PHP's, not JSON: give sessions_with a codec \
                 for it"
            )));
        }
        self.sessions_with(client, Json::new())
    }

    /// Sessions of data that `codec` encodes, and base64 around it if that is on.
    ///
    /// The codec makes payloads of the [kind](Self::payload_kind) that is kept, or text. What
    /// concurrent handles do is said at [`sessions`](Self::sessions). With a profile, and unless
    /// `transactions` is off, an empty session of PHP's gets a fresh id with its
    /// [first data](session_core::sessions::SessionsBuilder::rotate_empty).
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for options that do not fit together, or a codec
    /// that makes bytes where `data_attribute_type` is `string`.
    pub fn sessions_with<T: 'static>(
        &self,
        client: Client,
        codec: impl Codec<T>,
    ) -> Result<Sessions<T>> {
        self.sessions_builder(client, codec)?.build()
    }

    /// The builder of [`sessions_with`](Self::sessions_with), for what is no option.
    ///
    /// # Errors
    ///
    /// As [`sessions_with`](Self::sessions_with).
    ///
    /// ```
    /// use session_core::codec::RawString;
    /// use session_core::sessions::IdAlphabet;
    /// use session_dynamodb::{Options, local_client};
    ///
    /// let options = Options::from_variables([("SESSION_PROFILE", "aws_sdk_php")])?;
    /// let client = local_client("http://127.0.0.1:8000");
    /// let builder = options.sessions_builder(client, RawString::new())?;
    /// let sessions = builder.id_alphabet(IdAlphabet::Printable).build()?;
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub fn sessions_builder<T: 'static>(
        &self,
        client: Client,
        codec: impl Codec<T>,
    ) -> Result<SessionsBuilder<T>> {
        self.check()?;
        if self.base64 {
            return self.sessions_of(client, Base64::new(codec));
        }
        if (codec.kind(), self.data_attribute_type) == (PayloadKind::Binary, PayloadKind::Text) {
            let detail = "the codec makes bytes and data_attribute_type is `string`: set \
                          data_attribute_type = \"binary\"";
            return Err(config(detail.into()));
        }
        self.sessions_of(client, codec)
    }

    fn sessions_of<T: 'static>(
        &self,
        client: Client,
        codec: impl Codec<T>,
    ) -> Result<SessionsBuilder<T>> {
        let store = Arc::new(self.store(client).build()?);
        if self.locking {
            self.sessions_by(self.pessimistic(store)?, codec)
        } else if self.optimistic {
            self.sessions_by(Optimistic::new(store), codec)
        } else {
            self.sessions_by(LastWriteWins::new(store), codec)
        }
    }

    /// The locking strategy. The locks that the previous process left are released in the
    /// background.
    fn pessimistic(&self, store: Arc<DynamoDbStore>) -> Result<Pessimistic> {
        let strategy = Pessimistic::new(store).with_options(self.lock_options());
        let Some(path) = &self.held_locks else {
            return Ok(strategy);
        };
        let runtime = Handle::try_current().map_err(|_| {
            config("held_locks is set: build the sessions within a tokio runtime".into())
        })?;
        let strategy = strategy.with_held_locks(HeldLocks::open(path)?);
        let at_start = strategy.clone();
        runtime.spawn(async move { at_start.release_left_locks().await });
        Ok(strategy)
    }

    fn sessions_by<T: 'static>(
        &self,
        strategy: impl Strategy,
        codec: impl Codec<T>,
    ) -> Result<SessionsBuilder<T>> {
        let mut builder = Sessions::builder(strategy, codec)
            .lifetime(self.lifetime()?)
            .key_scheme(self.key_scheme());
        // A rotation takes a transaction.
        if self.profile.is_some() && self.transactions {
            builder = builder.rotate_empty(Profile::is_empty_session);
        }
        Ok(builder)
    }

    /// How long sessions live.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for lifetimes that do not fit together.
    ///
    /// ```
    /// use session_dynamodb::Options;
    ///
    /// let options = Options::from_variables([("SESSION_ABSOLUTE_LIFETIME", "12h")])?;
    /// assert!(options.lifetime()?.is_absolute());
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub fn lifetime(&self) -> Result<Lifetime> {
        let mut lifetime = Lifetime::idle(Duration::from_secs(self.session_lifetime))?;
        if let Some(absolute) = self.absolute_lifetime {
            lifetime = lifetime.with_absolute(absolute)?;
        }
        match self.touch_threshold {
            Some(threshold) => lifetime.with_touch_threshold(threshold),
            None => Ok(lifetime),
        }
    }

    /// The kind of payload that a codec makes for [`sessions_with`](Self::sessions_with): bytes
    /// where bytes can be kept, in a `binary` attribute or as `base64`, and text where they cannot.
    ///
    /// A codec that makes text where bytes are kept reads what PHP left, and cannot write it again
    /// once it holds a string that is no UTF-8. So `session-php`'s is made as
    /// `PhpCodec::new(format).with_kind(options.payload_kind())`.
    ///
    /// ```
    /// use session_core::store::PayloadKind;
    /// use session_dynamodb::Options;
    ///
    /// let kind = |variable, value| {
    ///     Options::from_variables([(variable, value)]).map(|options| options.payload_kind())
    /// };
    /// assert_eq!(kind("SESSION_DATA_ATTRIBUTE_TYPE", "string")?, PayloadKind::Text);
    /// assert_eq!(kind("SESSION_DATA_ATTRIBUTE_TYPE", "binary")?, PayloadKind::Binary);
    /// assert_eq!(kind("SESSION_PROFILE", "idealstack")?, PayloadKind::Binary);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    pub const fn payload_kind(&self) -> PayloadKind {
        if self.base64 { PayloadKind::Binary } else { self.data_attribute_type }
    }

    /// How keys are made from ids.
    pub fn key_scheme(&self) -> KeyScheme {
        match &self.session_name {
            Some(name) => {
                KeyScheme::Named { name: name.clone(), separator: self.id_separator.clone() }
            }
            None => KeyScheme::Hashed,
        }
    }

    /// How locks are waited for and held.
    pub fn lock_options(&self) -> LockOptions {
        LockOptions {
            max_lock_wait_time: self.max_lock_wait_time,
            min_lock_retry: self.min_lock_retry,
            max_lock_retry: self.max_lock_retry,
            lock_lease: self.lock_lease,
            max_lock_hold: self.max_lock_hold,
            request_timeout: self.request_timeout,
            release_timeout: self.release_timeout,
        }
    }
}
