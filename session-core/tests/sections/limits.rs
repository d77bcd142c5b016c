//! The limits have the same meaning as in `Json`.

use crate::{Counter, Flash, counter, flash, text};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use session_core::codec::{Codec, Json, Limits};
use session_core::sections::{JsonSections, Section, Sections};
use session_core::store::Payload;
use session_core::{ErrorKind, Result};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Any(Value);

impl Section for Any {
    const NAME: &'static str = "any";
}

type Map = BTreeMap<String, Value>;

fn codec(limits: Limits) -> JsonSections {
    JsonSections::new().with_limits(limits)
}

/// Reads the only section.
fn read(limits: Limits, payload: &Payload) -> Result<Option<Any>> {
    codec(limits).decode(payload)?.get::<Any>()
}

#[test]
fn a_payload_may_be_as_long_as_the_limit() {
    let payload = Payload::text("{\"any\":[1]}");
    let limit = |bytes| Limits::new().max_bytes(bytes);
    assert!(read(limit(11), &payload).is_ok());
    assert_eq!(codec(limit(10)).decode(&payload).unwrap_err().kind(), ErrorKind::Corrupt);
    let mut sections = codec(limit(11)).decode(&payload).unwrap();
    sections.set(&Any(Value::from(vec![1, 2]))).unwrap();
    let error = codec(limit(12)).encode(&sections).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge { size: 13, limit: 12 });
    assert!(codec(limit(13)).encode(&sections).is_ok());
}

#[test]
fn levels_are_counted_from_the_object_on() {
    for (json, levels) in [("{\"any\":0}", 1), ("{\"any\":[]}", 2), ("{\"any\":[[{}]]}", 4)] {
        let payload = Payload::text(json);
        for depth in 0..6 {
            let limits = Limits::new().max_depth(depth);
            let as_json = Codec::<Map>::decode(&Json::new().with_limits(limits), &payload);
            assert_eq!(as_json.is_ok(), depth >= levels, "{json} within {depth}");
            // The type itself is one level here.
            assert_eq!(read(limits, &payload).is_ok(), depth > levels, "{json} within {depth}");
        }
    }
}

#[test]
fn values_are_counted_at_the_top_and_in_each_section() {
    let payload = Payload::text(r#"{"any":[1,2,3],"b":[1,2,3],"c":0}"#);
    let limit = |values| Limits::new().max_values(values);
    assert!(read(limit(3), &payload).is_ok());
    assert_eq!(read(limit(2), &payload).unwrap_err().kind(), ErrorKind::Corrupt);
    assert_eq!(codec(limit(2)).decode(&payload).unwrap_err().kind(), ErrorKind::Corrupt);
    let other = Payload::text(r#"{"any":[1,2,3]}"#);
    assert!(codec(limit(2)).decode(&other).is_ok(), "it is not read");
    assert_eq!(read(limit(2), &other).unwrap_err().kind(), ErrorKind::Corrupt);
}

/// The limits of the writing codec apply to new data, which comes from no codec.
#[test]
fn what_would_not_be_read_back_is_not_written() {
    let mut sections = Sections::default();
    sections.set(&flash("saved")).unwrap();
    sections.set(&counter(1)).unwrap();
    for limits in
        (0..5).flat_map(|most| [Limits::new().max_depth(most), Limits::new().max_values(most)])
    {
        let written = codec(limits).encode(&sections);
        let payload = JsonSections::new().encode(&sections).unwrap();
        let is_read_back = codec(limits)
            .decode(&payload)
            .is_ok_and(|back| back.get::<Flash>().is_ok() && back.get::<Counter>().is_ok());
        assert_eq!(written.is_ok(), is_read_back, "{limits:?}");
        if let Err(error) = written {
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        }
    }
}

#[test]
fn a_section_beyond_the_limits_is_not_set() {
    let limits = Limits::new().max_depth(3).max_values(3);
    let mut sections = codec(limits).decode(&Payload::text("{\"flash\":[\"old\"]}")).unwrap();
    for json in ["[[]]", "[1,2,3,4]"] {
        let value = Any(serde_json::from_str(json).unwrap());
        let error = sections.set(&value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(error.to_string().contains("section any: "), "{error}");
    }
    assert!(sections.set(&Any(Value::from(vec![1, 2, 3]))).unwrap());
    let written = codec(limits).encode(&sections).unwrap();
    assert_eq!(text(&written), r#"{"flash":["old"],"any":[1,2,3]}"#);
}

#[test]
fn levels_beyond_the_default_can_be_allowed() {
    let deep = format!("{}{}", "[".repeat(150), "]".repeat(150));
    let value: Value = {
        let mut deserializer = serde_json::Deserializer::from_str(&deep);
        deserializer.disable_recursion_limit();
        Value::deserialize(&mut deserializer).unwrap()
    };
    let mut sections = Sections::default();
    sections.set(&Any(value.clone())).unwrap();
    assert_eq!(sections.get::<Any>().unwrap(), Some(Any(value)));
    assert_eq!(
        JsonSections::new().encode(&sections).unwrap_err().to_string(),
        "encode: the argument is invalid: section any: nested deeper than the limit of 128",
    );
    let limits = Limits::new().max_depth(200);
    assert!(read(limits, &codec(limits).encode(&sections).unwrap()).is_ok());
}

/// A chain of values, each within the previous one.
#[derive(Serialize, Deserialize)]
struct Chain(Option<Box<Chain>>);

impl Section for Chain {
    const NAME: &'static str = "chain";
}

/// Dropped link by link, because a recursive drop takes stack as well.
impl Drop for Chain {
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(mut link) = next {
            next = link.0.take();
        }
    }
}

#[test]
fn new_data_of_any_depth_is_rejected_and_overflows_no_stack() {
    let chain = (0..100_000).fold(Chain(None), |chain, _| Chain(Some(Box::new(chain))));
    let error = Sections::default().set(&chain).expect_err("it is too deep");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("section chain: nested deeper"), "{error}");
}
