use super::Sections;
use super::data::invalid;
use super::entry::{Entry, Value};
use super::source::Source;
use super::split::{Detail, split};
use crate::codec::{Codec, Limits, ObjectMeter, codec_with_limits, corrupt};
use crate::error::Operation;
use crate::store::{Payload, PayloadKind};
use crate::{Error, ErrorKind, Result};

codec_with_limits! {
    /// The codec of [`Sections`]: one JSON object as text, with an entry per section.
    ///
    /// Decoding finds where each section stands, and copies nothing. Text that is no JSON object is
    /// [`Corrupt`](ErrorKind::Corrupt), and so are two sections of one name, because one of them
    /// would be lost. A section whose JSON is of another shape is found when it is
    /// [asked for](Sections::get), and only that section is `Corrupt` then.
    ///
    /// Limits mean what they mean to [`Json`](crate::codec::Json): the object is a level, and each
    /// section counts as a value. The levels and values within a section are counted when it is
    /// decoded, for each section by itself. One that is not asked for may hold any number of them.
    ///
    /// ```
    /// use session_core::codec::{Codec, Limits};
    /// use session_core::sections::{JsonSections, Section};
    /// use session_core::store::Payload;
    ///
    /// #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    /// struct Counter(u64);
    ///
    /// impl Section for Counter {
    ///     const NAME: &'static str = "counter";
    /// }
    ///
    /// let codec = JsonSections::new().with_limits(Limits::new().max_bytes(400_000));
    /// let payload = Payload::text(r#"{ "cart": [[[]]], "counter": 1 }"#);
    /// let sections = codec.decode(&payload)?;
    /// assert_eq!(sections.get::<Counter>()?, Some(Counter(1)));
    /// assert_eq!(codec.encode(&sections)?, payload, "unchanged data is the same bytes");
    /// # Ok::<(), session_core::Error>(())
    /// ```
    JsonSections
}

impl Codec<Sections> for JsonSections {
    fn kind(&self) -> PayloadKind {
        PayloadKind::Text
    }

    fn encode(&self, data: &Sections) -> Result<Payload> {
        self.check(data)?;
        let payload = match &data.source {
            Some(source) if data.is_as_read() => source.to_text(),
            _ => Payload::text(data.to_json()),
        };
        self.limits.release(payload)
    }

    fn decode(&self, payload: &Payload) -> Result<Sections> {
        let (source, text) = Source::checked(payload, self.limits)?;
        let entries = ObjectMeter::new(self.limits).and_then(|meter| split(text, &meter));
        let entries = entries.map_err(|detail| corrupt(payload, detail))?;
        Ok(Sections { source: Some(source), entries })
    }
}

impl JsonSections {
    /// Checks sections against this codec's limits before they are written.
    ///
    /// They may have been set within other limits.
    fn check(&self, data: &Sections) -> Result<()> {
        let whole = |detail: Detail| {
            Error::new(Operation::Encode, ErrorKind::InvalidArgument).with_detail(detail)
        };
        let meter = ObjectMeter::new(self.limits).map_err(whole)?;
        for entry in data.present() {
            meter.count().map_err(whole)?;
            if let Value::Set(encoded) = &entry.value {
                let checked = encoded.check(self.limits);
                checked.map_err(|detail| invalid(entry.name(data.source.as_ref()), &detail))?;
            }
        }
        Ok(())
    }
}

impl Sections {
    /// Whether every section that was read has its value still, and there is no other.
    fn is_as_read(&self) -> bool {
        self.entries.iter().all(Entry::is_as_read)
    }

    fn to_json(&self) -> String {
        let source = self.source.as_ref();
        let mut json = String::from("{");
        for entry in &self.entries {
            let Some(value) = entry.json(source) else { continue };
            if json.len() > 1 {
                json.push(',');
            }
            entry.push_name(source, &mut json);
            json.push(':');
            json.push_str(value);
        }
        json.push('}');
        json
    }
}
