use super::census::Finding;
use super::form::Recognition;
use crate::request::{self, Page};
use crate::send::{KeyedPage, Sender, Whole};
use crate::settings::Settings;
use session_core::Result;
use session_core::error::Operation;
use session_core::store::Key;
use session_core::time::EpochMillis;

/// What reads items and finds out what they are.
#[derive(Clone)]
pub(super) struct Examiner {
    /// The store's, with the key scheme of the options that a migration is of.
    pub(super) settings: Settings,
    /// The store's, reading tags too, whatever the profile.
    pub(super) sender: Sender,
    pub(super) recognition: Recognition,
}

impl Examiner {
    pub(super) async fn examine(&self, page: Page) -> Result<(usize, KeyedPage)> {
        let segment = page.segment;
        let request = request::examine(page, self.settings.consistent_read);
        Ok((segment, self.sender.scan(Operation::Migrate, request).await?))
    }

    pub(super) fn finding(&self, key: &Key, whole: &Whole, now: EpochMillis) -> Finding {
        Finding::of(&self.settings, key, whole, &self.recognition, now)
    }
}
