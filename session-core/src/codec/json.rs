use super::limited::{self, Detail, Limited, Meter, Refusal};
use super::limits::codec_with_limits;
use super::{Codec, Limits};
use crate::Result;
use crate::store::{Payload, PayloadKind};
use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::error::{Category, Error};
use std::marker::PhantomData;

codec_with_limits! {
    /// JSON, as text: the default, legible in every tool that shows a table.
    ///
    /// Fields are found by their names, so fields may be added (with `#[serde(default)]`) and moved
    /// while old sessions live. Equal maps make equal bytes if they are ordered: prefer `BTreeMap`
    /// to `HashMap`.
    ///
    /// NaN and the infinities are rejected: JSON would keep a `null`, which is not read back.
    ///
    /// ```
    /// use session_core::codec::{Codec, Json};
    /// use session_core::store::Payload;
    ///
    /// let payload = Json::new().encode(&vec![1, 2])?;
    /// assert_eq!(payload, Payload::text("[1,2]"));
    ///
    /// let data: Vec<u8> = Json::new().decode(&payload)?;
    /// assert_eq!(data, [1, 2]);
    /// # Ok::<(), session_core::Error>(())
    /// ```
    Json
}

impl<T: Serialize + DeserializeOwned> Codec<T> for Json {
    fn kind(&self) -> PayloadKind {
        PayloadKind::Text
    }

    fn encode(&self, data: &T) -> Result<Payload> {
        let meter = Meter::new(self.limits, &[Refusal::NotFinite]);
        limited::encode(&meter, |meter| {
            serde_json::to_string(&Limited::new(meter, data))
                .map(Payload::text)
                .map_err(|error| unwritten(&error))
        })
    }

    fn decode(&self, payload: &Payload) -> Result<T> {
        let meter = Meter::new(self.limits, &[]);
        limited::decode(&meter, payload, |meter, bytes| {
            read(meter, bytes).map_err(|error| unread(&error))
        })
    }
}

fn read<T: DeserializeOwned>(meter: &Meter, json: &[u8]) -> Result<T, Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    // The meter counts the levels, and more of them than serde_json does.
    deserializer.disable_recursion_limit();
    let data = Limited::new(meter, PhantomData).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(data)
}

// The messages of serde_json quote the data. The category and the place are all that leaves here.

pub(super) fn unread(error: &Error) -> Detail {
    let what = match error.classify() {
        Category::Data => "JSON of another shape",
        Category::Syntax => "not JSON",
        Category::Eof | Category::Io => "JSON that breaks off",
    };
    format!("{what} at line {}, column {}", error.line(), error.column()).into()
}

pub(super) fn unwritten(error: &Error) -> Detail {
    match error.classify() {
        Category::Syntax => "a map has keys that JSON has no text for".into(),
        Category::Data | Category::Eof | Category::Io => "serializing the type failed".into(),
    }
}
