//! The sessions of a configuration.

use super::store::feature_is_off;
use super::{CodecKind, Config, StoreKind, config};
use serde::Serialize;
use serde::de::DeserializeOwned;
use session_core::codec::{Base64, Codec, Json};
use session_core::sessions::SessionsBuilder;
use session_core::store::{LockingStore, PayloadKind};
use session_core::strategy::Strategy;
use session_core::{KeyScheme, LastWriteWins, Lifetime, Optimistic, Result, Sessions};
use session_locking::{HeldLocks, Pessimistic};
use std::sync::Arc;
use tokio::runtime::Handle;

impl Config {
    /// Builds sessions in `store` with data in the format of `codec`: JSON unless set.
    ///
    /// With `locking` their handles take turns. With `optimistic` a write that lost the race is a
    /// [`Conflict`](session_core::ErrorKind::Conflict). Without either the last write wins.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for options that do not fit together, for a
    /// format whose feature is off, and in a profile without a `codec`, because its data is PHP's.
    ///
    /// ```
    /// use session_kit::Config;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> session_kit::Result<()> {
    /// let config = Config::from_variables([("SESSION_STORE", "memory")])?;
    /// let sessions = config.sessions::<Vec<String>>(config.store().await?)?;
    /// assert!(sessions.open(None).await?.is_new());
    /// # Ok(())
    /// # }
    /// ```
    pub fn sessions<T>(&self, store: impl LockingStore) -> Result<Sessions<T>>
    where
        T: Serialize + DeserializeOwned + Default + 'static,
    {
        #[cfg(feature = "dynamodb")]
        self.check_codec_of_profile()?;
        let chosen = self.codec.unwrap_or(CodecKind::Json);
        let codec = codec(chosen, self.payload_kind()).ok_or_else(|| {
            let feature = if chosen.is_php() { "php" } else { chosen.name() };
            feature_is_off("codec", chosen.name(), feature)
        })?;
        self.sessions_with(store, codec)
    }

    /// Sessions of data that `codec` encodes, and base64 around it if that is on.
    ///
    /// The codec makes payloads of the [kind](Self::payload_kind) that is stored, or text. What
    /// concurrent handles do is said at [`sessions`](Self::sessions). With a profile, and unless
    /// `transactions` is off, an empty session of PHP's gets a fresh id with its
    /// [first data](session_core::sessions::SessionsBuilder::rotate_empty).
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for options that do not fit together, or a codec
    /// that makes bytes where the store keeps text.
    pub fn sessions_with<T: 'static>(
        &self,
        store: impl LockingStore,
        codec: impl Codec<T>,
    ) -> Result<Sessions<T>> {
        self.sessions_builder(store, codec)?.build()
    }

    /// The builder of [`sessions_with`](Self::sessions_with), for what is no option.
    ///
    /// # Errors
    ///
    /// As [`sessions_with`](Self::sessions_with).
    ///
    /// ```
    /// use session_kit::codec::RawString;
    /// use session_kit::dynamodb::local_client;
    /// use session_kit::sessions::IdAlphabet;
    /// use session_kit::Config;
    ///
    /// let config = Config::from_variables([("SESSION_PROFILE", "aws_sdk_php")])?;
    /// let store = config.dynamodb_store(local_client("http://127.0.0.1:8000"))?;
    /// let builder = config.sessions_builder(store, RawString::new())?;
    /// let sessions = builder.id_alphabet(IdAlphabet::Printable).build()?;
    /// # Ok::<(), session_kit::Error>(())
    /// ```
    pub fn sessions_builder<T: 'static>(
        &self,
        store: impl LockingStore,
        codec: impl Codec<T>,
    ) -> Result<SessionsBuilder<T>> {
        self.check()?;
        if self.base64 {
            return self.sessions_of(store, Base64::new(codec));
        }
        let stores_bytes = store.capabilities().keeps(PayloadKind::Binary);
        if codec.kind() == PayloadKind::Binary && !stores_bytes {
            let detail = "the codec makes bytes and the store keeps text: for DynamoDB set \
                          data_attribute_type = \"binary\", elsewhere base64 = true";
            return Err(config(detail.into()));
        }
        self.sessions_of(store, codec)
    }

    pub(super) fn sessions_of<T: 'static>(
        &self,
        store: impl LockingStore,
        codec: impl Codec<T>,
    ) -> Result<SessionsBuilder<T>> {
        if self.locking {
            self.sessions_by(self.pessimistic(store)?, codec)
        } else if self.optimistic == Some(true) {
            self.sessions_by(Optimistic::new(store), codec)
        } else {
            self.sessions_by(LastWriteWins::new(store), codec)
        }
    }

    /// The locking strategy, with a release of the previous process's locks.
    ///
    /// The release runs in the background.
    fn pessimistic(&self, store: impl LockingStore) -> Result<Pessimistic> {
        let strategy = Pessimistic::new(store).with_options(self.locks);
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

    pub(super) fn sessions_by<T: 'static>(
        &self,
        strategy: impl Strategy,
        codec: impl Codec<T>,
    ) -> Result<SessionsBuilder<T>> {
        let builder = Sessions::builder(strategy, codec)
            .lifetime(self.lifetime()?)
            .key_scheme(self.key_scheme());
        // A rotation takes a transaction.
        #[cfg(feature = "dynamodb")]
        if self.dynamodb.profile.is_some() && self.dynamodb.transactions {
            return Ok(builder.rotate_empty(session_dynamodb::Profile::is_empty_session));
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
    /// use session_kit::Config;
    ///
    /// let config = Config::from_variables([("SESSION_ABSOLUTE_LIFETIME", "12h")])?;
    /// assert!(config.lifetime()?.is_absolute());
    /// # Ok::<(), session_kit::Error>(())
    /// ```
    pub fn lifetime(&self) -> Result<Lifetime> {
        let mut lifetime = Lifetime::idle(self.session_lifetime)?;
        if let Some(absolute) = self.absolute_lifetime {
            lifetime = lifetime.with_absolute(absolute)?;
        }
        match self.touch_threshold {
            Some(threshold) => lifetime.with_touch_threshold(threshold),
            None => Ok(lifetime),
        }
    }

    /// The kind of payload that a codec should make.
    ///
    /// It is bytes where bytes can be stored, and text where they cannot.
    ///
    /// A codec of PHP's data that makes text where bytes are stored reads what PHP left, and cannot
    /// write it again once it holds a string that is no UTF-8. So `session-php`'s is made as
    /// `PhpCodec::new(format).with_kind(config.payload_kind())`.
    ///
    /// ```
    /// use session_kit::Config;
    /// use session_kit::store::PayloadKind;
    ///
    /// let kind = |variable, value| {
    ///     Config::from_variables([(variable, value)]).map(|config| config.payload_kind())
    /// };
    /// assert_eq!(kind("SESSION_DATA_ATTRIBUTE_TYPE", "string")?, PayloadKind::Text);
    /// assert_eq!(kind("SESSION_DATA_ATTRIBUTE_TYPE", "binary")?, PayloadKind::Binary);
    /// assert_eq!(kind("SESSION_PROFILE", "idealstack")?, PayloadKind::Binary);
    /// # Ok::<(), session_kit::Error>(())
    /// ```
    pub fn payload_kind(&self) -> PayloadKind {
        match self.store {
            _ if self.base64 => PayloadKind::Binary,
            Some(StoreKind::Memory | StoreKind::Sqlite) => PayloadKind::Binary,
            #[cfg(feature = "dynamodb")]
            Some(StoreKind::DynamoDb) | None => self.dynamodb.data_attribute_type,
            #[cfg(not(feature = "dynamodb"))]
            Some(StoreKind::DynamoDb) | None => PayloadKind::Text,
        }
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
}

/// The codec of a format, unless its feature is off.
///
/// PHP's codec makes payloads of this kind.
#[cfg_attr(not(feature = "php"), expect(unused_variables, reason = "only PHP's codec has a kind"))]
fn codec<T>(codec: CodecKind, kind: PayloadKind) -> Option<Arc<dyn Codec<T>>>
where
    T: Serialize + DeserializeOwned + 'static,
{
    #[cfg(feature = "php")]
    let php = |format| {
        let codec = session_php::PhpCodec::new(format).with_kind(kind);
        Some(Arc::new(codec) as Arc<dyn Codec<T>>)
    };
    match codec {
        CodecKind::Json => Some(Arc::new(Json::new())),
        #[cfg(feature = "messagepack")]
        CodecKind::MessagePack => Some(Arc::new(session_core::codec::MessagePack::new())),
        #[cfg(feature = "postcard")]
        CodecKind::Postcard => Some(Arc::new(session_core::codec::Postcard::new())),
        #[cfg(feature = "bincode")]
        CodecKind::Bincode => Some(Arc::new(session_core::codec::Bincode::new())),
        #[cfg(feature = "php")]
        CodecKind::Php => php(session_php::Format::Php),
        #[cfg(feature = "php")]
        CodecKind::PhpSerialize => php(session_php::Format::PhpSerialize),
        #[cfg(feature = "php")]
        CodecKind::PhpBinary => php(session_php::Format::PhpBinary),
        #[cfg(not(all(
            feature = "messagepack",
            feature = "postcard",
            feature = "bincode",
            feature = "php"
        )))]
        _ => None,
    }
}
