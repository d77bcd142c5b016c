//! Sessions: the portable types for applications.

mod builder;
mod commit;
mod id_alphabet;
mod open_session;
mod presented;
mod read;
mod undecodable;
mod upgrade;

pub use builder::SessionsBuilder;
pub use commit::{Committed, Written};
pub use id_alphabet::IdAlphabet;
pub use open_session::OpenSession;
pub use presented::Presented;
pub use read::{Closed, ReadSession};
pub use undecodable::Undecodable;
pub use upgrade::Upgraded;

use crate::codec::Codec;
use crate::random::Randomness;
use crate::store::{
    Capabilities, Deletion, Expect, Freshness, Key, Payload, PayloadKind, Places, Tag,
};
use crate::strategy::{Drained, Strategy};
use crate::time::{Clock, EpochMillis, Timestamp};
use crate::{Error, ErrorKind, KeyScheme, Lifetime, Result, SessionId};
use std::fmt::{self, Debug, Formatter};
use std::iter;
use std::sync::Arc;
use std::time::Duration;

/// The sessions of an application, with data of type `T`.
///
/// Ids, codec, lifetime, strategy and change tracking live here, once for all stores. Cloning is
/// cheap, and clones are the same sessions.
///
/// An id that a client presents is used only if the store knows it ([S1](crate::contract#s1)): opening an id that is
/// malformed, unknown or expired gives a new session under a fresh id, which
/// [says](OpenSession::presented) why.
///
#[doc = include_str!("../docs/example.md")]
pub struct Sessions<T> {
    shared: Arc<Shared<T>>,
}

struct Shared<T> {
    strategy: Arc<dyn Strategy>,
    codec: Arc<dyn Codec<T>>,
    key_scheme: KeyScheme,
    /// The default is that of the key scheme.
    id_alphabet: Option<IdAlphabet>,
    /// Whether a stored payload holds no data, so that the first data gets a fresh id.
    is_empty: Option<Box<IsEmpty>>,
    on_undecodable: Undecodable,
    lifetime: Lifetime,
    clock: Arc<dyn Clock>,
    /// The source of ids.
    randomness: Arc<dyn Randomness>,
    /// The source of version tags.
    tags: Arc<dyn Randomness>,
}

type IsEmpty = dyn Fn(&Payload) -> bool + Send + Sync;

impl<T: 'static> Sessions<T> {
    /// Starts building sessions that are opened by `strategy` and encoded by `codec`.
    pub fn builder(strategy: impl Strategy, codec: impl Codec<T>) -> SessionsBuilder<T> {
        SessionsBuilder::new(Arc::new(strategy), Arc::new(codec))
    }

    /// Deletes the session that a client presented, without opening it.
    ///
    /// Call it for a logout or a revocation.
    ///
    /// It passes any lock, and is final for every handle of that id ([S5](crate::contract#s5)). Nothing is presented by
    /// `None`, and then nothing is deleted.
    ///
    /// # Errors
    ///
    /// Failures of the store. An id that it does not know is not one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::store::Deletion;
    /// # use session_core::{Result, Sessions};
    /// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
    /// let was_there = sessions.destroy(cookie).await? == Deletion::Deleted;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn destroy(&self, presented: Option<&str>) -> Result<Deletion> {
        // An id that a session has from before its alphabet was set can still be deleted.
        let id = presented.and_then(|text| IdAlphabet::Printable.parse(text).ok());
        match id.and_then(|id| self.key(&id)) {
            Some(key) => self.shared.strategy.store().delete(&key, &Expect::PRESENT).await,
            None => Ok(Deletion::WasAbsent),
        }
    }

    /// The capabilities and limits of the store.
    pub fn capabilities(&self) -> Capabilities {
        self.shared.strategy.store().capabilities()
    }

    /// Waits until the locks that are being released in the background are released.
    ///
    /// It waits no longer than `timeout`, and returns what is left.
    ///
    /// A lock is released in the background after its session was dropped and after a write that
    /// failed. A process that ends before that leaves the session locked until the lease is over:
    /// so at shutdown, finish the requests, drain, and then end the runtime. A runtime that stands
    /// still between two requests, as on AWS Lambda, is drained before each response.
    ///
    /// Sessions that are open, or opened meanwhile, are not waited for.
    ///
    /// # Cancellation
    ///
    /// Dropping the future forgets the wait; the releases go on.
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::Sessions;
    /// # use std::time::Duration;
    /// # async fn example(sessions: Sessions<String>) {
    /// let drained = sessions.drain(Duration::from_secs(5)).await;
    /// if !drained.is_complete() {
    ///     eprintln!("{} sessions stay locked for a while", drained.pending_releases);
    /// }
    /// # }
    /// ```
    pub async fn drain(&self, timeout: Duration) -> Drained {
        self.shared.strategy.drain(timeout).await
    }

    /// The characters of the ids that are looked up in the store.
    pub fn id_alphabet(&self) -> IdAlphabet {
        self.shared.id_alphabet.unwrap_or_else(|| self.shared.key_scheme.id_alphabet())
    }

    /// How long it is until `expires`, for a cookie's `Max-Age` or for people.
    pub fn time_to(&self, expires: Timestamp) -> Duration {
        expires.saturating_since(self.now().timestamp())
    }

    fn now(&self) -> EpochMillis {
        self.shared.clock.now()
    }

    fn draw_id(&self) -> SessionId {
        SessionId::draw(&*self.shared.randomness)
    }

    /// An id whose key is in the same place of the store as that of `old` (S4).
    fn draw_id_beside(&self, old: &SessionId) -> SessionId {
        let capabilities = self.capabilities();
        let (Some(places), Some(old)) = (capabilities.places(), self.key(old)) else {
            return self.draw_id();
        };
        let place = places.of(&old);
        let drawn = || self.draw_id();
        let in_place = |id: &SessionId| self.key(id).is_some_and(|new| places.of(&new) == place);
        let mut ids = iter::repeat_with(drawn).take(MOST_DRAWS);
        // A store whose keys are spread so badly rejects the rotation.
        ids.find(in_place).unwrap_or_else(|| self.draw_id())
    }

    /// Whether the store can move a record to a new key.
    fn rotates(&self) -> bool {
        self.capabilities().rotates()
    }

    fn draw_tag(&self) -> Tag {
        Tag::draw(&*self.shared.tags)
    }

    /// A presented id with its key, or why there is none.
    fn presented(&self, text: Option<&str>) -> Result<(SessionId, Key), Presented> {
        let text = text.ok_or(Presented::Nothing)?;
        let id = self.id_alphabet().parse(text).map_err(|_| Presented::Unacceptable)?;
        let key = self.key(&id).ok_or(Presented::Unacceptable)?;
        Ok((id, key))
    }

    /// The key of an id, or `None` if no store can know it.
    fn key(&self, id: &SessionId) -> Option<Key> {
        let key = self.shared.key_scheme.key(id).ok()?;
        let limit = self.capabilities().max_key_bytes();
        limit.is_none_or(|limit| key.as_str().len() <= limit).then_some(key)
    }

    /// Decodes `payload`, or returns `None` if the session is to start anew instead.
    fn decode(&self, payload: &Payload) -> Result<Option<T>> {
        match self.shared.codec.decode(payload) {
            Err(error) if self.starts_anew_after(&error) => Ok(None),
            decoded => decoded.map(Some),
        }
    }

    /// Whether a session starts anew after this error of the codec or of the store.
    fn starts_anew_after(&self, error: &Error) -> bool {
        let is_set = self.shared.on_undecodable == Undecodable::StartAnew;
        is_set && error.kind() == ErrorKind::Corrupt
    }

    /// Encodes `data` as a kind that the store keeps.
    fn encode(&self, data: &T) -> Result<Payload> {
        let payload = self.shared.codec.encode(data)?;
        let capabilities = self.capabilities();
        Ok(match payload {
            Payload::Text(text) if !capabilities.keeps(PayloadKind::Text) => {
                Payload::binary(text.as_bytes())
            }
            payload => payload,
        })
    }
}

/// How many ids are generated at most to find one in a given place.
///
/// With 64 places, the search for one fails less than once in 10^27 times.
const MOST_DRAWS: usize = 64 * Places::MAX as usize;

/// Whether the absolute timeout of the session is over.
fn is_past_deadline(deadline: Option<Timestamp>, now: EpochMillis) -> bool {
    deadline.is_some_and(|deadline| deadline.is_over(now))
}

impl<T: Default + 'static> Sessions<T> {
    /// Opens a session for writing.
    ///
    /// `presented` is the id as the client sent it, or `None` if it sent none.
    ///
    /// # Cancellation
    ///
    /// A future that is dropped leaves no lock beyond its lease ([R13](crate::contract#r13)).
    ///
    /// # Errors
    ///
    /// Failures of the store and of the strategy; [`Corrupt`](ErrorKind::Corrupt) if the data cannot
    /// be decoded, unless [set otherwise](SessionsBuilder::on_undecodable). The row stays as it is
    /// ([R2](crate::contract#r2)).
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::{Result, Sessions};
    /// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
    /// let mut session = sessions.open(cookie).await?;
    /// session.data_mut().push_str("seen");
    /// let committed = session.commit().await?;
    /// if let Some((id, expires)) = committed.cookie() {
    ///     // Send a cookie with `id.secret()`, and with `Max-Age` for `expires`.
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn open(&self, presented: Option<&str>) -> Result<OpenSession<T>> {
        self.open_as(presented, Freshness::AsConfigured).await
    }

    /// Opens a session for writing, and sees every write that was acknowledged before.
    ///
    /// Otherwise it does the same as [`open`](Self::open).
    ///
    /// Use it to try again after a [`Conflict`](crate::ErrorKind::Conflict). A store that is
    /// configured for stale reads could show the version again that lost the race.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::{ErrorKind, Result, Sessions};
    /// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
    /// let mut session = sessions.open(cookie).await?;
    /// session.data_mut().push_str("seen");
    /// let committed = match session.commit().await {
    ///     Err(error) if error.kind() == ErrorKind::Conflict => {
    ///         let mut session = sessions.reopen(cookie).await?;
    ///         session.data_mut().push_str("seen");
    ///         session.commit().await?
    ///     }
    ///     committed => committed?,
    /// };
    /// # let _ = committed;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn reopen(&self, presented: Option<&str>) -> Result<OpenSession<T>> {
        self.open_as(presented, Freshness::Latest).await
    }

    async fn open_as(
        &self,
        presented: Option<&str>,
        freshness: Freshness,
    ) -> Result<OpenSession<T>> {
        let (id, key) = match self.presented(presented) {
            Ok(found) => found,
            Err(presented) => return Ok(OpenSession::new(self.clone(), presented)),
        };
        match self.shared.strategy.open(&key, freshness).await {
            Ok(Some(opened)) if is_past_deadline(opened.snapshot.record.deadline, self.now()) => {
                // The record there is not this client's session any more.
                let _ = opened.claim.release().await;
                Ok(OpenSession::new(self.clone(), Presented::Unknown))
            }
            Ok(Some(opened)) => OpenSession::opened(self.clone(), id, opened).await,
            Ok(None) => Ok(OpenSession::new(self.clone(), Presented::Unknown)),
            Err(error) if self.starts_anew_after(&error) => {
                Ok(OpenSession::new(self.clone(), Presented::Undecodable))
            }
            Err(error) => Err(error),
        }
    }

    /// Opens a session for reading, without a lock.
    ///
    /// It waits for no lock, and writes no data ([S2](crate::contract#s2)).
    ///
    /// # Errors
    ///
    /// Failures of the store, and [`Corrupt`](ErrorKind::Corrupt) as for [`open`](Self::open).
    ///
    /// # Examples
    ///
    /// ```
    /// # use session_core::{Result, Sessions};
    /// # async fn example(sessions: Sessions<String>, cookie: Option<&str>) -> Result<()> {
    /// let session = sessions.read(cookie).await?;
    /// println!("{}", session.data());
    /// let closed = session.close().await?; // the cookie is due if `closed.touched`
    /// # Ok(())
    /// # }
    /// ```
    pub async fn read(&self, presented: Option<&str>) -> Result<ReadSession<T>> {
        let (id, key) = match self.presented(presented) {
            Ok(found) => found,
            Err(presented) => return Ok(ReadSession::absent(self.clone(), presented)),
        };
        match self.shared.strategy.store().load(&key, Freshness::AsConfigured).await {
            Ok(Some(found)) if !is_past_deadline(found.record.deadline, self.now()) => {
                Ok(match self.decode(&found.record.payload)? {
                    Some(data) => ReadSession::present(self.clone(), id, key, found, data),
                    None => ReadSession::absent(self.clone(), Presented::Undecodable),
                })
            }
            Ok(_) => Ok(ReadSession::absent(self.clone(), Presented::Unknown)),
            Err(error) if self.starts_anew_after(&error) => {
                Ok(ReadSession::absent(self.clone(), Presented::Undecodable))
            }
            Err(error) => Err(error),
        }
    }
}

impl<T> Clone for Sessions<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T: 'static> Debug for Sessions<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sessions")
            .field("strategy", &self.shared.strategy)
            .field("codec", &self.shared.codec)
            .field("key_scheme", &self.shared.key_scheme)
            .field("id_alphabet", &self.id_alphabet())
            .field("lifetime", &self.shared.lifetime)
            .finish_non_exhaustive()
    }
}
