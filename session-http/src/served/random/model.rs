use super::program::{Act, Asked, Outcome};
use std::collections::BTreeMap;

/// A session, by the order in which it was stored.
pub(crate) type Label = usize;

/// The count of a session, or `None` if it has no such section.
type Data = Option<u64>;

/// The result of one act, as the handler sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Count(Data),
    Done,
    Refused,
}

/// The change of the client's cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    Same,
    Removed,
    Set(Label),
}

/// The correct results of a request for client, handler and store.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    pub(crate) seen: Vec<Seen>,
    pub(crate) writes: Vec<&'static str>,
    pub(crate) cookie: Cookie,
}

/// The contents of the store.
#[derive(Default)]
pub(crate) struct Model {
    pub(crate) stored: BTreeMap<Label, Data>,
    labels: Label,
}

enum Open {
    No,
    Read(Data),
    Write { origin: Option<Label>, read: Data, data: Data, rotates: bool },
}

/// The session of one request.
struct Request<'m> {
    model: &'m mut Model,
    is_safe: bool,
    /// The id of the session, stored or not.
    id: Option<Label>,
    open: Open,
    is_committed: bool,
    cookie: Cookie,
    writes: Vec<&'static str>,
}

impl Model {
    /// Stores a new session.
    pub(crate) fn store(&mut self, data: Data) -> Label {
        self.labels += 1;
        self.stored.insert(self.labels, data);
        self.labels
    }

    pub(crate) fn serve(&mut self, asked: &Asked, id: Option<Label>) -> Expected {
        let (open, cookie) = (Open::No, Cookie::Same);
        let is_safe = asked.is_safe;
        let mut request =
            Request { model: self, is_safe, id, open, is_committed: false, cookie, writes: vec![] };
        let seen = asked.acts.iter().map(|act| request.act(*act)).collect();
        match asked.outcome {
            Outcome::Status(200 | 302 | 404) => request.commit(),
            Outcome::Status(_) | Outcome::Failure => {}
            // The client has left, so no response carries a cookie.
            Outcome::Panic | Outcome::Leave => request.cookie = Cookie::Same,
        }
        Expected { seen, writes: request.writes, cookie: request.cookie }
    }
}

impl Request<'_> {
    fn act(&mut self, act: Act) -> Seen {
        match act {
            Act::Keep => Seen::Done,
            Act::Read => Seen::Count(self.read()),
            Act::Add(count) => self.change(|data, _| *data = Some(data.unwrap_or(0) + count)),
            Act::Hold => self.change(|data, _| *data = Some(data.unwrap_or(0) + 10)),
            Act::Rotate => self.change(|_, rotates| *rotates = true),
            Act::Commit => {
                if matches!(self.open, Open::Write { .. }) {
                    self.commit();
                    (self.open, self.is_committed) = (Open::No, true);
                }
                Seen::Done
            }
            Act::Destroy => self.destroy(),
        }
    }

    fn read(&mut self) -> Data {
        if matches!(self.open, Open::No) {
            if self.is_safe || self.is_committed {
                self.open = Open::Read(self.load().1);
            } else {
                self.open_for_writing();
            }
        }
        match self.open {
            Open::Read(data) | Open::Write { data, .. } => data,
            Open::No => None,
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Data, &mut bool)) -> Seen {
        if self.is_committed {
            return Seen::Refused;
        }
        self.open_for_writing();
        if let Open::Write { data, rotates, .. } = &mut self.open {
            change(data, rotates);
        }
        Seen::Done
    }

    fn open_for_writing(&mut self) {
        if !matches!(self.open, Open::Write { .. }) {
            let (origin, read) = self.load();
            self.open = Open::Write { origin, read, data: read, rotates: false };
        }
    }

    fn load(&self) -> (Option<Label>, Data) {
        let found = self.id.and_then(|id| Some((id, *self.model.stored.get(&id)?)));
        found.map_or((None, None), |(id, data)| (Some(id), data))
    }

    fn commit(&mut self) {
        let Open::Write { origin, read, data, rotates } = self.open else { return };
        match origin {
            None if data.is_none() => return,
            None => self.writes.push("create"),
            Some(old) if rotates => {
                self.writes.push("rotate");
                self.model.stored.remove(&old);
            }
            Some(_) if data == read => return,
            Some(old) => {
                self.writes.push("update");
                self.model.stored.insert(old, data);
                return;
            }
        }
        let new = self.model.store(data);
        (self.id, self.cookie) = (Some(new), Cookie::Set(new));
    }

    fn destroy(&mut self) -> Seen {
        if let Some(id) = self.id.take() {
            self.writes.push("delete");
            self.model.stored.remove(&id);
            self.cookie = Cookie::Removed;
        }
        (self.open, self.is_committed) = (Open::No, false);
        Seen::Done
    }
}
