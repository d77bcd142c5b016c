use super::{READ, WRITTEN};
use crate::contender::Subject;
use crate::data::{self, FIELDS, HOUR};
use crate::filled::filled;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use session_core::codec::{Codec, Json};
use session_core::store::SessionStore;
use session_core::{LastWriteWins, Lifetime, Sessions};
use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;

/// Data of twenty strings, whatever its type.
pub(super) trait Strings:
    Serialize + DeserializeOwned + Default + Send + Sync + 'static
{
    fn get(&self, field: usize) -> &str;
    fn set(&mut self, field: usize, value: String);
}

impl Strings for HashMap<String, String> {
    fn get(&self, field: usize) -> &str {
        &self[NAMES[field]]
    }

    fn set(&mut self, field: usize, value: String) {
        self.insert(NAMES[field].to_owned(), value);
    }
}

/// This project's sessions.
pub(super) struct Ours<T> {
    sessions: Sessions<T>,
    ids: Vec<String>,
}

impl<T: Strings> Ours<T> {
    pub(super) fn new(count: usize) -> Self {
        Self {
            sessions: sessions(Arc::new(filled(count)), Json::new()),
            ids: (0..count).map(data::id).collect(),
        }
    }
}

/// Sessions in `store` that live as long as those of the others.
pub(crate) fn sessions<T: 'static>(
    store: Arc<dyn SessionStore>,
    codec: impl Codec<T>,
) -> Sessions<T> {
    let lifetime = Lifetime::idle(HOUR).expect("an hour is a whole number of seconds");
    Sessions::builder(LastWriteWins::new(store), codec)
        .lifetime(lifetime)
        .build()
        .expect("the store keeps text")
}

impl<T: Strings> Subject for Ours<T> {
    async fn read(&self, session: usize) {
        let id = Some(self.ids[session].as_str());
        let opened = self.sessions.read(id).await.expect("the data is JSON");
        for field in READ {
            black_box(opened.data().get(field));
        }
        let _ = opened.close().await.expect("no session expires so soon");
    }

    async fn write(&self, session: usize, stamp: u64) {
        let id = Some(self.ids[session].as_str());
        let mut opened = self.sessions.open(id).await.expect("the data is JSON");
        black_box(opened.data().get(READ[0]));
        let value = data::value(session, WRITTEN, stamp);
        opened.data_mut().set(WRITTEN, value);
        let _ = opened.commit().await.expect("no session expires so soon");
    }
}

/// Defines a struct of strings, and the list of their names.
macro_rules! fields {
    ($($name:ident)*) => {
        /// Twenty strings by name.
        #[derive(Debug, Default, Deserialize, Serialize)]
        pub(crate) struct Fields { $($name: String,)* }

        impl Fields {
            fn all(&self) -> [&String; FIELDS] {
                [$(&self.$name,)*]
            }

            fn all_mut(&mut self) -> [&mut String; FIELDS] {
                [$(&mut self.$name,)*]
            }
        }

        pub(super) const NAMES: [&str; FIELDS] = [$(stringify!($name),)*];
    };
}

fields! {
    field_00 field_01 field_02 field_03 field_04 field_05 field_06 field_07 field_08 field_09
    field_10 field_11 field_12 field_13 field_14 field_15 field_16 field_17 field_18 field_19
}

impl Strings for Fields {
    fn get(&self, field: usize) -> &str {
        self.all()[field]
    }

    fn set(&mut self, field: usize, value: String) {
        *self.all_mut()[field] = value;
    }
}
