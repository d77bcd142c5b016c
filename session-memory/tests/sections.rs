//! Sessions in sections over one store.
//!
//! A program keeps sections that it does not know.

#![expect(clippy::unwrap_used, reason = "the helpers of a test are a test")]

use serde::{Deserialize, Serialize};
use session_core::random::OsRandom;
use session_core::sections::{JsonSections, Section, Sections};
use session_core::store::{Expect, Freshness, Payload, Record, SessionStore, Tag};
use session_core::{
    ErrorKind, KeyScheme, LastWriteWins, OpenSession, Optimistic, SessionId, Sessions,
};
use session_memory::MemoryStore;
use std::sync::Arc;
use std::thread;
use tokio::runtime::Builder;

/// The cart of version 1 of an application.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Cart {
    items: Vec<String>,
}

impl Section for Cart {
    const NAME: &'static str = "cart";
}

/// A section that version 2 added.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Wishes(Vec<String>);

impl Section for Wishes {
    const NAME: &'static str = "wishes";
}

/// One of ten sections, each with its own name.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Numbered<const N: u8>(u8);

macro_rules! numbered {
    ($($number:literal)*) => {
        $(impl Section for Numbered<$number> {
            const NAME: &'static str = concat!("number-", $number);
        })*
    };
}

numbered!(0 1 2 3 4 5 6 7 8 9);

fn merging(store: &Arc<MemoryStore>) -> Sessions<Sections> {
    let strategy = Optimistic::new(Arc::clone(store)).merging(JsonSections::new());
    Sessions::builder(strategy, JsonSections::new()).build().unwrap()
}

async fn stored(sessions: &Sessions<Sections>) -> SessionId {
    let mut session = sessions.open(None).await.unwrap();
    session.data_mut().set(&Cart { items: vec!["book".into()] }).unwrap();
    session.commit().await.unwrap().id().unwrap().clone()
}

async fn open(sessions: &Sessions<Sections>, id: &SessionId) -> OpenSession<Sections> {
    sessions.open(Some(id.secret())).await.unwrap()
}

async fn read<S: Section>(sessions: &Sessions<Sections>, id: &SessionId) -> Option<S> {
    sessions.read(Some(id.secret())).await.unwrap().data().get().unwrap()
}

#[tokio::test]
async fn two_versions_of_an_application_lose_nothing_of_each_other() {
    let store = Arc::new(MemoryStore::new());
    let (one, two) = (merging(&store), merging(&store));
    let id = stored(&one).await;
    let mut in_one = open(&one, &id).await;
    let mut in_two = open(&two, &id).await;
    in_two.data_mut().set(&Wishes(vec!["lamp".into()])).unwrap();
    let _ = in_two.commit().await.unwrap();
    in_one.data_mut().set(&Cart { items: vec!["book".into(), "pen".into()] }).unwrap();
    let _ = in_one.commit().await.unwrap();
    assert_eq!(read(&two, &id).await, Some(Wishes(vec!["lamp".into()])));
    assert_eq!(read::<Cart>(&two, &id).await.unwrap().items, ["book", "pen"]);
}

/// Without a race, every strategy keeps sections that a version does not know.
#[tokio::test]
async fn a_version_keeps_the_sections_that_it_does_not_know() {
    let store = Arc::new(MemoryStore::new());
    let sessions = Sessions::builder(LastWriteWins::new(Arc::clone(&store)), JsonSections::new());
    let sessions = sessions.build().unwrap();
    let id = stored(&sessions).await;
    let key = KeyScheme::default().key(&id).unwrap();
    let payload = r#"{"later":{"n":1.50,"n2":[ ]},"cart":{"items":[]}}"#;
    let found = store.load(&key, Freshness::Latest).await.unwrap().unwrap();
    store.delete(&key, &Expect::PRESENT).await.unwrap();
    let record = Record { payload: Payload::text(payload), ..found.record };
    store.create(&key, &record, &Tag::draw(&OsRandom)).await.unwrap();
    let mut session = open(&sessions, &id).await;
    session.data_mut().set(&Cart { items: vec!["x".into()] }).unwrap();
    let _ = session.commit().await.unwrap();
    let expected = r#"{"later":{"n":1.50,"n2":[ ]},"cart":{"items":["x"]}}"#;
    let found = store.load(&key, Freshness::Latest).await.unwrap().unwrap();
    assert_eq!(found.record.payload, Payload::text(expected));
}

#[tokio::test]
async fn unchanged_sections_are_not_written() {
    let sessions = merging(&Arc::new(MemoryStore::new()));
    let id = stored(&sessions).await;
    let mut session = open(&sessions, &id).await;
    let cart: Cart = session.data().get().unwrap().unwrap();
    assert!(!session.data_mut().set(&cart).unwrap());
    let committed = session.commit().await.unwrap();
    assert_eq!(committed.written(), session_core::sessions::Written::Nothing);
}

#[tokio::test]
async fn of_two_handles_that_change_one_section_one_is_a_conflict() {
    let sessions = merging(&Arc::new(MemoryStore::new()));
    let id = stored(&sessions).await;
    let mut handles = [open(&sessions, &id).await, open(&sessions, &id).await];
    for session in &mut handles {
        session.data_mut().set(&Cart { items: vec!["one more".into()] }).unwrap();
    }
    let [first, second] = handles;
    let _ = first.commit().await.unwrap();
    assert_eq!(second.commit().await.unwrap_err().kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn a_removed_section_is_a_changed_one() {
    let sessions = merging(&Arc::new(MemoryStore::new()));
    let id = stored(&sessions).await;
    let (mut removing, mut changing) = (open(&sessions, &id).await, open(&sessions, &id).await);
    assert!(removing.data_mut().remove::<Cart>());
    let _ = removing.commit().await.unwrap();
    changing.data_mut().set(&Cart { items: vec!["back".into()] }).unwrap();
    assert_eq!(changing.commit().await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(read::<Cart>(&sessions, &id).await, None);
}

async fn write<const N: u8>(mut session: OpenSession<Sections>) -> session_core::Result<()>
where
    Numbered<N>: Section,
{
    session.data_mut().set(&Numbered::<N>(N))?;
    session.commit().await.map(|_| ())
}

/// In sequence, each one loses the race to its predecessor, and is merged.
#[tokio::test]
async fn ten_handles_that_change_their_own_sections_all_succeed() {
    let sessions = merging(&Arc::new(MemoryStore::new()));
    let id = stored(&sessions).await;
    let mut handles = Vec::new();
    for _ in 0..10 {
        handles.push(open(&sessions, &id).await);
    }
    macro_rules! each {
        ($($number:literal)*) => {
            $(write::<$number>(handles.pop().unwrap()).await.unwrap();)*
            $(assert_eq!(read(&sessions, &id).await, Some(Numbered::<$number>($number)));)*
        };
    }
    each!(0 1 2 3 4 5 6 7 8 9);
    assert_eq!(read::<Cart>(&sessions, &id).await.unwrap().items, ["book"]);
}

/// Some handles may lose twice, and exactly those that report it wrote nothing.
#[tokio::test]
async fn ten_handles_at_once_succeed_or_conflict() {
    for _ in 0..20 {
        let sessions = merging(&Arc::new(MemoryStore::new()));
        let id = stored(&sessions).await;
        macro_rules! each {
            ($($number:literal)*) => {
                let threads = [$({
                    let session = open(&sessions, &id).await;
                    thread::spawn(move || block_on(write::<$number>(session)))
                },)*];
                let results = threads.map(|thread| thread.join().unwrap());
                assert!(results.iter().any(Result::is_ok));
                let mut results = results.into_iter();
                $(match results.next().unwrap() {
                    Ok(()) => {
                        assert_eq!(read(&sessions, &id).await, Some(Numbered::<$number>($number)));
                    }
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Conflict);
                        assert_eq!(read::<Numbered<$number>>(&sessions, &id).await, None);
                    }
                })*
            };
        }
        each!(0 1 2 3 4 5 6 7 8 9);
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    Builder::new_current_thread().build().unwrap().block_on(future)
}
