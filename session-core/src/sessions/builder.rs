use super::{Sessions, Shared};
use crate::{
    Clock, Codec, Error, ErrorKind, KeyScheme, Lifetime, Operation, OsRandom, PayloadKind,
    Randomness, Result, SessionId, Strategy, SystemClock,
};
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
            lifetime: Lifetime::default(),
            clock: Arc::new(SystemClock),
            randomness: Arc::new(OsRandom),
        })
    }

    /// How keys are made from ids: [hashed](KeyScheme::Hashed) unless set.
    #[must_use]
    pub fn key_scheme(mut self, key_scheme: KeyScheme) -> Self {
        self.0.key_scheme = key_scheme;
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

    /// Where ids and version tags come from: the operating system unless set.
    #[must_use]
    pub fn randomness(mut self, randomness: impl Randomness) -> Self {
        self.0.randomness = Arc::new(randomness);
        self
    }

    /// Builds the sessions. Nothing is asked of the store but its capabilities.
    ///
    /// # Errors
    ///
    /// [`Config`](ErrorKind::Config) if the store keeps neither the kind of payload that the codec
    /// makes nor, for text, bytes; if the keys of the scheme are too long for the store; if there
    /// is an absolute timeout and the store keeps no deadlines; or if the strategy needs what the
    /// store does not do.
    pub fn build(self) -> Result<Sessions<T>> {
        let Self(shared) = self;
        shared.strategy.check()?;
        let capabilities = shared.strategy.store().capabilities();
        let kind = shared.codec.kind();
        let fits = capabilities.keeps(kind) || capabilities.keeps(PayloadKind::Binary);
        if !fits {
            return Err(config(
                "the codec makes bytes and the store keeps text only: wrap it in Base64",
            ));
        }
        let key = shared.key_scheme.key(&SessionId::draw(&*shared.randomness))?;
        if capabilities.max_key_bytes().is_some_and(|limit| key.as_str().len() > limit) {
            return Err(config("the key scheme makes keys that are too long for the store"));
        }
        if shared.lifetime.is_absolute() && !capabilities.keeps_deadlines() {
            return Err(config("an absolute timeout needs a store that keeps deadlines"));
        }
        Ok(Sessions { shared: Arc::new(shared) })
    }
}

fn config(detail: &'static str) -> Error {
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
