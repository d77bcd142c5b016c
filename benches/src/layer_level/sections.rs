use super::{READ, WRITTEN};
use crate::contender::Subject;
use crate::data::{self, HOUR};
use crate::filled::filled;
use serde::{Deserialize, Serialize};
use session_core::sections::{JsonSections, Section, Sections};
use session_core::{ErrorKind, Lifetime, Optimistic, Sessions};
use std::hint::black_box;
use std::sync::Arc;

/// The string under the name of a field.
#[derive(Deserialize, Serialize)]
struct Text<const FIELD: usize>(String);

impl Section for Text<{ READ[0] }> {
    const NAME: &'static str = "field_03";
}

impl Section for Text<{ READ[1] }> {
    const NAME: &'static str = "field_17";
}

impl Section for Text<{ WRITTEN }> {
    const NAME: &'static str = "field_11";
}

/// This project's sessions in sections, each of which is one of the strings.
pub(super) struct InSections {
    sessions: Sessions<Sections>,
    ids: Vec<String>,
}

impl InSections {
    pub(super) fn new(count: usize) -> Self {
        let strategy = Optimistic::new(Arc::new(filled(count)));
        let lifetime = Lifetime::idle(HOUR).expect("an hour is a whole number of seconds");
        let sessions = Sessions::builder(strategy, JsonSections::new()).lifetime(lifetime).build();
        Self {
            sessions: sessions.expect("the store keeps text and compares versions"),
            ids: (0..count).map(data::id).collect(),
        }
    }
}

/// Looks at a string, as who opened the session does.
fn look<const FIELD: usize>(sections: &Sections)
where
    Text<FIELD>: Section,
{
    let text: Option<Text<FIELD>> = sections.get().expect("the section is a string");
    black_box(text.expect("the session has all strings").0);
}

impl Subject for InSections {
    async fn read(&self, session: usize) {
        let id = Some(self.ids[session].as_str());
        let opened = self.sessions.read(id).await.expect("the data is JSON");
        look::<{ READ[0] }>(opened.data());
        look::<{ READ[1] }>(opened.data());
        let _ = opened.close().await.expect("no session expires so soon");
    }

    async fn write(&self, session: usize, stamp: u64) {
        let id = Some(self.ids[session].as_str());
        let mut opened = self.sessions.open(id).await.expect("the data is JSON");
        look::<{ READ[0] }>(opened.data());
        let value = Text::<{ WRITTEN }>(data::value(session, WRITTEN, stamp));
        opened.data_mut().set(&value).expect("a string is JSON");
        match opened.commit().await {
            // Two tasks that meet at one session are rare, and the work is the same.
            Err(error) if error.kind() == ErrorKind::Conflict => {}
            written => drop(written.expect("no session expires so soon")),
        }
    }
}
