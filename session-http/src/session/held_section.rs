use super::Session;
use crate::machine::{Inner, over};
use session_core::Result;
use session_core::sections::{Section, Sections};
use std::fmt::{self, Debug, Formatter};
use std::ops::{Deref, DerefMut};
use std::thread;

/// A section that is held for writing.
///
/// A drop writes the section back to the data of the session, if it was borrowed mutably. A panic
/// writes nothing back. If the section cannot be encoded, the commit fails.
pub struct HeldSection<S: Section> {
    section: S,
    is_changed: bool,
    /// The generation of the session: a deletion of the session ends the hold as well.
    generation: u32,
    session: Session<Sections>,
}

impl<S: Section + Default> HeldSection<S> {
    /// Takes the section, or returns `None` if the session has to be opened first.
    pub(super) fn take(
        session: &Session<Sections>,
        inner: &mut Inner<Sections>,
    ) -> Result<Option<Self>> {
        inner.check_free(S::NAME)?;
        let Some(open) = inner.writable()? else {
            return Ok(None);
        };
        let section = open.data().get::<S>()?.unwrap_or_default();
        inner.held.push(S::NAME);
        let (generation, session) = (inner.generation, session.clone());
        Ok(Some(Self { section, is_changed: false, generation, session }))
    }
}

impl<S: Section> HeldSection<S> {
    fn write_back(&mut self) -> Result<()> {
        let Self { section, is_changed, generation, session } = self;
        session.with(|inner| {
            if inner.generation != *generation {
                return Ok(());
            }
            inner.held.retain(|name| *name != S::NAME);
            if !*is_changed || thread::panicking() {
                return Ok(());
            }
            let written = match inner.writable()? {
                Some(open) => open.data_mut().set(section).map(drop),
                None => return Err(over()),
            };
            if let Err(error) = written {
                inner.failed = Some(error);
            }
            Ok(())
        })?
    }
}

impl<S: Section> Drop for HeldSection<S> {
    fn drop(&mut self) {
        if let Err(error) = self.write_back() {
            let kind = error.kind().name();
            tracing::warn!(kind, section = S::NAME, "a held section came too late to be stored");
        }
    }
}

impl<S: Section> Deref for HeldSection<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.section
    }
}

impl<S: Section> DerefMut for HeldSection<S> {
    fn deref_mut(&mut self) -> &mut S {
        self.is_changed = true;
        &mut self.section
    }
}

/// Does not show the data of the session.
impl<S: Section> Debug for HeldSection<S> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "HeldSection({}, redacted)", S::NAME)
    }
}
