//! Sessions in sections, of a configuration.

use super::{CodecKind, Config, config};
use session_core::codec::{Base64, Codec};
use session_core::sections::{JsonSections, Sections};
use session_core::store::LockingStore;
use session_core::strategy::Merge;
use session_core::{Optimistic, Result, Sessions};

impl Config {
    /// Sessions in `store`, whose data is in [sections](session_core::sections).
    ///
    /// Commits that change different sections are [merged](Optimistic::merging), and those that change
    /// the same one conflict. With `locking`, each handle waits for the one before it instead. With
    /// `optimistic` set to false and without `locking`, the last write wins.
    ///
    /// # Errors
    ///
    /// [`Config`](session_core::ErrorKind::Config) for options that do not fit together, and for a
    /// `codec` other than JSON.
    ///
    /// ```
    /// use session_kit::Config;
    /// use session_kit::sections::Section;
    ///
    /// #[derive(Default, serde::Serialize, serde::Deserialize)]
    /// struct Counter(u64);
    ///
    /// impl Section for Counter {
    ///     const NAME: &'static str = "counter";
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> session_kit::Result<()> {
    /// let config = Config::from_variables([("SESSION_STORE", "memory")])?;
    /// let sessions = config.sections(config.store().await?)?;
    /// let mut session = sessions.open(None).await?;
    /// session.data_mut().set(&Counter(1))?;
    /// assert!(session.commit().await?.has_new_id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn sections(&self, store: impl LockingStore) -> Result<Sessions<Sections>> {
        #[cfg(feature = "dynamodb")]
        self.check_codec_of_profile()?;
        let chosen = self.codec.unwrap_or(CodecKind::Json);
        if chosen != CodecKind::Json {
            let name = chosen.name();
            let detail = format!("codec is `{name}`: sections are JSON, so leave it out");
            return Err(config(detail));
        }
        if self.base64 {
            return self.merging(store, Base64::new(JsonSections::new()));
        }
        self.merging(store, JsonSections::new())
    }

    fn merging<C>(&self, store: impl LockingStore, codec: C) -> Result<Sessions<Sections>>
    where
        C: Codec<Sections> + Merge + Clone,
    {
        self.check()?;
        let builder = if self.optimistic.unwrap_or(!self.locking) {
            self.sessions_by(Optimistic::new(store).merging(codec.clone()), codec)
        } else {
            self.sessions_of(store, codec)
        };
        builder?.build()
    }
}
