//! A section counts as changed if its bytes have changed.

use crate::{Counter, Flash, Quoted, counter, decoded, encoded, flash};
use serde::{Deserialize, Serialize};
use session_core::ErrorKind;
use session_core::sections::{Section, Sections};

#[test]
fn setting_tells_whether_the_bytes_changed() {
    let mut sections = decoded(r#"{"counter":{"count":1},"flash":[ "saved" ]}"#);
    assert!(!sections.set(&counter(1)).unwrap());
    assert!(sections.set(&counter(2)).unwrap());
    assert!(!sections.set(&counter(2)).unwrap());
    assert!(sections.set(&flash("saved")).unwrap(), "it was spelled with blanks");
    assert_eq!(encoded(&sections), r#"{"counter":{"count":2},"flash":["saved"]}"#);
}

#[test]
fn what_is_set_is_read_back() {
    let mut sections = Sections::default();
    sections.set(&Quoted(1)).unwrap();
    assert_eq!(sections.get::<Quoted>().unwrap(), Some(Quoted(1)));
    assert_eq!(decoded(&encoded(&sections)).get::<Quoted>().unwrap(), Some(Quoted(1)));
}

#[test]
fn removing_tells_whether_there_was_a_section() {
    let mut sections = decoded(r#"{"counter":{"count":1}}"#);
    assert!(sections.remove::<Counter>());
    assert!(!sections.remove::<Counter>());
    assert!(!sections.contains::<Counter>());
    assert_eq!(sections.get::<Counter>().unwrap(), None);
    assert_eq!((sections.len(), sections.names().count()), (0, 0));
    assert_eq!(encoded(&sections), "{}");
    assert!(sections.set(&flash("new")).unwrap() && sections.remove::<Flash>());
    assert!(!sections.remove::<Flash>());
    assert_eq!(encoded(&sections), "{}");
}

#[test]
fn the_order_of_setting_does_not_matter() {
    let mut one = decoded(r#"{"z":0,"a":0}"#);
    let mut other = one.clone();
    one.set(&flash("x")).unwrap();
    one.set(&counter(1)).unwrap();
    other.set(&counter(1)).unwrap();
    other.set(&flash("x")).unwrap();
    let expected = r#"{"z":0,"a":0,"counter":{"count":1},"flash":["x"]}"#;
    assert_eq!((encoded(&one), encoded(&other)), (expected.to_owned(), expected.to_owned()));
}

#[test]
fn a_section_that_was_removed_and_set_again_stands_where_it_was() {
    let mut sections = decoded(r#"{"counter":{"count":1},"z":0}"#);
    sections.remove::<Counter>();
    assert!(sections.set(&counter(2)).unwrap());
    assert_eq!(encoded(&sections), r#"{"counter":{"count":2},"z":0}"#);
}

#[derive(Serialize, Deserialize)]
struct Ratio(f64);

impl Section for Ratio {
    const NAME: &'static str = "ratio";
}

#[test]
fn a_value_that_json_cannot_hold_leaves_the_section_as_it_was() {
    let mut sections = decoded(r#"{"ratio":0.50}"#);
    let error = sections.set(&Ratio(f64::NAN)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let expected = "encode: the argument is invalid: section ratio: a number is NaN or infinite, \
                    which the format does not have";
    assert_eq!(error.to_string(), expected);
    assert_eq!(encoded(&sections), r#"{"ratio":0.50}"#);
}
