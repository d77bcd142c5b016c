use super::Shared;
use super::state::{Inner, Known, State, over};
use crate::{Access, CookiePolicy};
use session_core::error::Operation;
use session_core::sessions::Presented;
use session_core::{Error, ErrorKind, OpenSession, ReadSession, Result, SessionId, Sessions};

/// The access that a use of the session needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequiredAccess {
    Read,
    Write,
}

/// A request to the store that opens the session.
enum Step<D> {
    Read(Vec<SessionId>),
    Open(Vec<SessionId>),
    Upgrade(ReadSession<D>),
}

impl<D: Default + Send + Sync + 'static> Shared<D> {
    /// Opens the session as far as needed, one caller at a time.
    pub(crate) async fn open(&self, need: RequiredAccess) -> Result<()> {
        let _turn = self.turn.lock().await;
        let planned = self.with(|inner| {
            let step = inner.plan(need, &self.settings.cookie)?;
            Ok(step.map(|step| (step, inner.sessions.clone(), inner.generation)))
        });
        let Some((step, sessions, generation)) = planned?? else { return Ok(()) };
        let opened = step.run(&sessions).await;
        self.with(|inner| inner.install(generation, opened))?
    }
}

impl<D: Default + 'static> Inner<D> {
    /// The next request to the store, or `None` if the session is open as needed.
    fn plan(&mut self, need: RequiredAccess, policy: &CookiePolicy) -> Result<Option<Step<D>>> {
        let is_ready = match need {
            RequiredAccess::Read => self.data()?.is_some(),
            RequiredAccess::Write => self.writable()?.is_some(),
        };
        if is_ready {
            return Ok(None);
        }
        if matches!(self.state, State::Busy) {
            return Err(ended());
        }
        self.check_access()?;
        self.used = true;
        if matches!(self.state, State::Read(_))
            && let State::Read(read) = self.state.replace(State::Idle)
        {
            return Ok(Some(Step::Upgrade(read)));
        }
        let ids = self.known.ids(policy, &self.sessions);
        let writes =
            need == RequiredAccess::Write || (self.access == Access::Write && !self.committed);
        Ok(Some(if writes { Step::Open(ids) } else { Step::Read(ids) }))
    }

    /// Stores the opened session in the state, unless the session ended meanwhile.
    fn install(&mut self, generation: u32, opened: Result<State<D>>) -> Result<()> {
        if matches!(self.state, State::Over) {
            return Err(over());
        }
        if self.generation != generation {
            return Err(ended());
        }
        let opened = opened.inspect_err(|error| {
            if error.kind() == ErrorKind::Gone {
                // The next attempt must not create a new session in its place.
                self.state = State::Refused(error.operation(), ErrorKind::Gone);
            }
        })?;
        let id = match &opened {
            State::Read(read) => read.id(),
            State::Write(open) if !open.is_new() => Some(open.id()),
            _ => None,
        };
        if let Some(id) = id {
            self.known = Known::Id(id.clone());
        }
        self.state = opened;
        Ok(())
    }
}

impl<D: Default + Send + Sync + 'static> Step<D> {
    async fn run(self, sessions: &Sessions<D>) -> Result<State<D>> {
        Ok(match self {
            Self::Read(ids) => State::Read(read(sessions, ids).await?),
            Self::Open(ids) => State::Write(open(sessions, ids).await?),
            Self::Upgrade(read) => {
                let upgraded = sessions.upgrade(read).await?;
                if upgraded.changed {
                    let error = Error::new(Operation::Open, ErrorKind::Conflict);
                    return Err(
                        error.with_detail("another request wrote the data after this request read it: repeat the request")
                    );
                }
                State::Write(upgraded.session)
            }
        })
    }
}

/// Reads the first session that the store knows, or a new one.
pub(crate) async fn read<D: Default + 'static>(
    sessions: &Sessions<D>,
    ids: Vec<SessionId>,
) -> Result<ReadSession<D>> {
    let mut last = None;
    for id in ids {
        let session = sessions.read(Some(id.secret())).await?;
        if session.presented() == Presented::Known {
            return Ok(session);
        }
        last = Some(session);
    }
    match last {
        Some(unknown) => Ok(unknown),
        None => sessions.read(None).await,
    }
}

/// Opens the first session that the store knows, or a new one, for writing.
pub(crate) async fn open<D: Default + 'static>(
    sessions: &Sessions<D>,
    ids: Vec<SessionId>,
) -> Result<OpenSession<D>> {
    let mut last = None;
    for id in ids {
        let session = sessions.open(Some(id.secret())).await?;
        if !session.is_new() {
            return Ok(session);
        }
        last = Some(session);
    }
    match last {
        Some(unknown) => Ok(unknown),
        None => sessions.open(None).await,
    }
}

/// The error if another part of the request destroyed the session while it opened.
fn ended() -> Error {
    let error = Error::new(Operation::Open, ErrorKind::Gone);
    error.with_detail(
        "another part of this request destroyed the session: use it again for a new one",
    )
}
