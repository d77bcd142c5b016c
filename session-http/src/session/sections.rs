use super::{HeldSection, Session};
use crate::machine::RequiredAccess;
use session_core::Result;
use session_core::sections::{Section, Sections};

/// Methods for the sections of the data, each with its own type.
impl Session<Sections> {
    /// The section, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`Corrupt`](session_core::ErrorKind::Corrupt) if the stored section is not of this type, and
    /// as for all [methods](Session#errors).
    pub async fn get<S: Section>(&self) -> Result<Option<S>> {
        self.read(Sections::get).await?
    }

    /// Replaces the section.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](session_core::ErrorKind::InvalidArgument) for a value that JSON cannot
    /// hold, or if the section is [held](Self::hold), and as for [`write`](Session::write).
    pub async fn set<S: Section>(&self, section: &S) -> Result<()> {
        self.change::<S, _>(|sections| sections.set(section).map(drop)).await
    }

    /// Changes the section. If there is none, it changes the default one.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get) and [`set`](Self::set).
    pub async fn update<S: Section + Default, R>(
        &self,
        change: impl FnOnce(&mut S) -> R,
    ) -> Result<R> {
        self.change::<S, _>(|sections| {
            let mut section = sections.get::<S>()?.unwrap_or_default();
            let result = change(&mut section);
            sections.set(&section)?;
            Ok(result)
        })
        .await
    }

    /// Removes the section and returns it, for messages that are shown once.
    ///
    /// If there is no such section, the session is not opened for writing.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get) and [`set`](Self::set).
    pub async fn take<S: Section>(&self) -> Result<Option<S>> {
        if !self.read(Sections::contains::<S>).await? {
            return Ok(None);
        }
        self.change::<S, _>(|sections| {
            let section = sections.get::<S>()?;
            sections.remove::<S>();
            Ok(section)
        })
        .await
    }

    /// Removes the section without decoding it, and returns whether there was one.
    ///
    /// # Errors
    ///
    /// As for [`set`](Self::set).
    pub async fn remove<S: Section>(&self) -> Result<bool> {
        if !self.read(Sections::contains::<S>).await? {
            return Ok(false);
        }
        self.change::<S, _>(|sections| Ok(sections.remove::<S>())).await
    }

    /// Holds the section for writing until the guard is dropped.
    ///
    /// The drop writes it back.
    ///
    /// # Errors
    ///
    /// [`InvalidArgument`](session_core::ErrorKind::InvalidArgument) if it is held already, and as
    /// for [`get`](Self::get) and [`write`](Session::write).
    pub async fn hold<S: Section + Default>(&self) -> Result<HeldSection<S>> {
        self.opened(RequiredAccess::Write, |inner| HeldSection::take(self, inner)).await
    }

    async fn change<S: Section, R>(
        &self,
        change: impl FnOnce(&mut Sections) -> Result<R>,
    ) -> Result<R> {
        let mut change = Some(change);
        self.opened(RequiredAccess::Write, |inner| {
            inner.check_free(S::NAME)?;
            let open = inner.writable()?;
            let changed = open.and_then(|open| Some(change.take()?(open.data_mut())));
            changed.transpose()
        })
        .await
    }
}
