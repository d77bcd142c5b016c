use super::{Sessions, Shared};
use crate::codec::Codec;
use crate::error::Operation;
use crate::random::{OsRandom, Randomness, SeededRandom};
use crate::sessions::{IdAlphabet, Undecodable};
use crate::store::{Payload, PayloadKind};
use crate::strategy::Strategy;
use crate::time::{Clock, SystemClock};
use crate::{Error, ErrorKind, KeyScheme, Lifetime, Result, SessionId};
use std::borrow::Cow;
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;

/// The settings of [`Sessions`], checked against the store when they are built.
pub struct SessionsBuilder<T>(Shared<T>);

impl<T: 'static> SessionsBuilder<T> {
    pub(super) fn new(strategy: Arc<dyn Strategy>, codec: Arc<dyn Codec<T>>) -> Self {
        Self(Shared {
            strategy,
            codec,
            key_scheme: KeyScheme::default(),
            id_alphabet: None,
            is_empty: None,
            on_undecodable: Undecodable::default(),
            lifetime: Lifetime::default(),
            clock: Arc::new(SystemClock),
            randomness: Arc::new(OsRandom),
            tags: Arc::new(SeededRandom::default()),
        })
    }

    /// How keys are made from ids: [hashed](KeyScheme::Hashed) unless set.
    #[must_use]
    pub fn key_scheme(mut self, key_scheme: KeyScheme) -> Self {
        self.0.key_scheme = key_scheme;
        self
    }

    /// The characters of the ids that are looked up in the store.
    ///
    /// They are those of the [key scheme](KeyScheme::id_alphabet) unless set.
    ///
    /// ```
    /// use session_core::sessions::{IdAlphabet, SessionsBuilder};
    ///
    /// fn with_ids_of_its_own(php: SessionsBuilder<String>) -> SessionsBuilder<String> {
    ///     php.id_alphabet(IdAlphabet::Printable)
    /// }
    /// ```
    #[must_use]
    pub const fn id_alphabet(mut self, id_alphabet: IdAlphabet) -> Self {
        self.0.id_alphabet = Some(id_alphabet);
        self
    }

    /// Rotates a stored session that is empty when a commit first writes data to it.
    ///
    /// This is for tables in which other programs create sessions under the ids that clients present, as
    /// PHP does, also in its strict mode. An attacker can have such a session created and give its
    /// id to a victim. With this setting, the id is worth nothing once the session holds data.
    ///
    /// `is_empty` returns whether a stored payload holds no data. The commit returns
    /// [`Stored`](crate::Committed::Stored) with `new_id`, and the old id stops working ([S4](crate::contract#s4)). A
    /// session that was rotated since it was opened is not rotated again.
    ///
    /// ```
    /// use session_core::sessions::SessionsBuilder;
    ///
    /// fn beside_php(sessions: SessionsBuilder<String>) -> SessionsBuilder<String> {
    ///     sessions.rotate_empty(|payload| matches!(payload.as_bytes(), b"" | b"a:0:{}"))
    /// }
    /// ```
    #[must_use]
    pub fn rotate_empty(
        mut self,
        is_empty: impl Fn(&Payload) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.0.is_empty = Some(Box::new(is_empty));
        self
    }

    /// The answer to a request for a session whose data cannot be decoded.
    ///
    /// The request is [rejected](Undecodable::Reject) unless set.
    ///
    /// ```
    /// use session_core::sessions::{Presented, SessionsBuilder, Undecodable};
    /// # async fn example(builder: SessionsBuilder<String>) -> session_core::Result<()> {
    /// let sessions = builder.on_undecodable(Undecodable::StartAnew).build()?;
    /// let session = sessions.open(Some("the-id-of-a-session-in-an-old-format")).await?;
    /// if session.presented() == Presented::Undecodable {
    ///     eprintln!("a session was given up: its data cannot be decoded");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn on_undecodable(mut self, undecodable: Undecodable) -> Self {
        self.0.on_undecodable = undecodable;
        self
    }

    /// How long sessions live: PHP's 24 minutes idle unless set.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Lifetime) -> Self {
        self.0.lifetime = lifetime;
        self
    }

    /// The clock, which should be the store's: the system's unless set.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.0.clock = Arc::new(clock);
        self
    }

    /// The source of ids and version tags.
    ///
    /// Unless set, ids are from the operating system, and tags from a generator that it
    /// [seeds](SeededRandom).
    #[must_use]
    pub fn randomness(mut self, randomness: impl Randomness) -> Self {
        self.0.randomness = Arc::new(randomness);
        self.0.tags = Arc::clone(&self.0.randomness);
        self
    }

    /// Builds the sessions. Nothing is asked of the store but its capabilities.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) if the store keeps neither the kind of payload that the codec
    /// makes nor, for text, bytes; if the keys of the scheme are too long for the store; if there
    /// is an absolute timeout and the store keeps no lifetimes of single sessions: use a store that does; if empty sessions are to be rotated
    /// and the store does not rotate; or if the strategy needs what the store does not do.
    pub fn build(self) -> Result<Sessions<T>> {
        let Self(shared) = self;
        shared.strategy.check()?;
        let capabilities = shared.strategy.store().capabilities();
        let kind = shared.codec.kind();
        let fits = capabilities.keeps(kind) || capabilities.keeps(PayloadKind::Binary);
        if !fits {
            return Err(config(match kind {
                PayloadKind::Text => "the store keeps neither text nor bytes: use another store",
                PayloadKind::Binary => {
                    "the codec makes bytes, but the store keeps only text: wrap the codec in Base64"
                }
            }));
        }
        let key = shared.key_scheme.key(&SessionId::draw(&*shared.randomness))?;
        let length = key.as_str().len();
        if let Some(limit) = capabilities.max_key_bytes().filter(|&limit| length > limit) {
            return Err(config(format!(
                "the key scheme makes keys of {length} bytes, and the store takes {limit}: use a \
                 store that takes longer keys"
            )));
        }
        if shared.lifetime.is_absolute() && !capabilities.keeps_lifetimes() {
            return Err(config(
                "an absolute timeout needs a store that keeps lifetimes of records",
            ));
        }
        if shared.is_empty.is_some() && !capabilities.rotates() {
            return Err(config("rotating empty sessions needs a store that rotates"));
        }
        Ok(Sessions { shared: Arc::new(shared) })
    }
}

fn config(detail: impl Into<Cow<'static, str>>) -> Error {
    Error::new(Operation::Configure, ErrorKind::Config).with_detail(detail)
}

impl<T> Debug for SessionsBuilder<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionsBuilder")
            .field("strategy", &self.0.strategy)
            .field("codec", &self.0.codec)
            .finish_non_exhaustive()
    }
}
