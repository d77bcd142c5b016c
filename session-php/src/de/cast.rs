//! Values as PHP casts them: a number in a string is a number.

use crate::encode::float;
use crate::value::Value;

/// The integer that PHP takes this for, if it does so without a loss.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Null => Some(0),
        Value::Bool(value) => Some(i64::from(*value)),
        Value::Int(value) => Some(*value),
        Value::Float(value) => whole(*value),
        Value::Bytes(bytes) => {
            let text = numeric(bytes)?;
            text.parse().ok().or_else(|| whole(text.parse().ok()?))
        }
        _ => None,
    }
}

/// The float that PHP takes this for.
pub(crate) fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(value) => Some(*value),
        Value::Bytes(bytes) => numeric(bytes)?.parse().ok(),
        #[expect(clippy::cast_precision_loss, reason = "PHP loses it, too")]
        value => integer(value).map(|value| value as f64),
    }
}

/// Whether PHP takes this for true.
pub(crate) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Null => Some(false),
        Value::Bool(value) => Some(*value),
        Value::Int(value) => Some(*value != 0),
        Value::Float(value) => Some(*value != 0.0),
        Value::Bytes(bytes) => Some(!matches!(&bytes[..], b"" | b"0")),
        _ => None,
    }
}

/// The string that PHP makes of this.
pub(crate) fn string(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Null | Value::Bool(false) => Some(Vec::new()),
        Value::Bool(true) => Some(b"1".to_vec()),
        Value::Int(value) => Some(value.to_string().into_bytes()),
        Value::Float(value) => {
            let mut text = Vec::new();
            float::write(&mut text, *value);
            Some(text)
        }
        Value::Bytes(bytes) => Some(bytes.clone()),
        _ => None,
    }
}

/// The integer that this is, if it is one and among those of 64 bits.
fn whole(float: f64) -> Option<i64> {
    // Both ends are floats: the greatest integer is not, and the one after it is.
    let is_in_range = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float);
    #[expect(clippy::cast_possible_truncation, reason = "it is in the range and has no fraction")]
    (is_in_range && float.fract() == 0.0).then_some(float as i64)
}

/// The number in a numeric string, which may have blanks around it.
fn numeric(bytes: &[u8]) -> Option<&str> {
    let text = str::from_utf8(bytes).ok()?;
    let text = text.trim_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let is_number = text.bytes().all(|byte| b"0123456789+-.eE".contains(&byte));
    Some(text).filter(|text| is_number && text.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::{boolean, float, integer, string};
    use crate::Value;

    fn texts<T>(cast: fn(&Value) -> Option<T>, texts: &[&str]) -> Vec<Option<T>> {
        texts.iter().map(|text| cast(&Value::from(*text))).collect()
    }

    #[test]
    fn numbers_in_strings_are_numbers() {
        let numbers = ["5", " -7\n", "+5", "5.0", "1e3", "9223372036854775807"];
        let expected = [5, -7, 5, 5, 1000, i64::MAX].map(Some);
        assert_eq!(texts(integer, &numbers), expected);
        let others = ["", "x", "5 apples", "5.5", "0x5", "inf", "nan", ".", "1e30", "--5"];
        assert!(texts(integer, &others).iter().all(Option::is_none));
        assert_eq!(texts(float, &["5.5", "1e3", ".5"]), [Some(5.5), Some(1000.0), Some(0.5)]);
    }

    #[test]
    fn numbers_are_made_of_others_without_a_loss() {
        assert_eq!(integer(&Value::from(5.0)), Some(5));
        assert_eq!(integer(&Value::from(5.5)), None);
        assert_eq!(integer(&Value::from(f64::NAN)), None);
        assert_eq!(integer(&Value::from(9_223_372_036_854_775_808.0)), None);
        assert_eq!(integer(&Value::from(-9_223_372_036_854_775_808.0)), Some(i64::MIN));
        assert_eq!(integer(&Value::Null), Some(0));
        assert_eq!(integer(&Value::from(true)), Some(1));
        assert_eq!(float(&Value::from(3)), Some(3.0));
        assert_eq!(float(&Value::Null), Some(0.0));
        assert_eq!(integer(&Value::list([])), None);
    }

    #[test]
    fn booleans_and_strings_are_phps() {
        assert_eq!(texts(boolean, &["", "0", "0.0", "x"]), [false, false, true, true].map(Some));
        assert_eq!(boolean(&Value::from(0.0)), Some(false));
        assert_eq!(boolean(&Value::from(2)), Some(true));
        let text = |value: Value| string(&value).and_then(|text| String::from_utf8(text).ok());
        assert_eq!(text(Value::Null).as_deref(), Some(""));
        assert_eq!(text(Value::from(true)).as_deref(), Some("1"));
        assert_eq!(text(Value::from(-5)).as_deref(), Some("-5"));
        assert_eq!(text(Value::from(1.5)).as_deref(), Some("1.5"));
        assert_eq!(text(Value::list([])), None);
    }
}
