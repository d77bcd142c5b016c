//! Floats as PHP writes them with `serialize_precision = -1`.
//!
//! It is PHP's default since 7.1.

/// Appends the shortest decimal number that is read as the same float.
///
/// PHP takes an exponent from 10<sup>17</sup> up and below 10<sup>-4</sup>, writes `.0` before it
/// if there is one digit, and nothing of the kind elsewhere: `1`, `0.0001`, `1.0E-5`, `1.0E+25`.
pub(crate) fn write(out: &mut Vec<u8>, float: f64) {
    if float.is_nan() {
        return out.extend_from_slice(b"NAN");
    }
    if float.is_sign_negative() {
        out.push(b'-');
    }
    if float.is_infinite() {
        return out.extend_from_slice(b"INF");
    }
    let scientific = format!("{:e}", float.abs());
    let (mantissa, exponent) = scientific.split_once('e').expect("`{:e}` writes an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes a number as exponent");
    if (-4..17).contains(&exponent) {
        return out.extend_from_slice(float.abs().to_string().as_bytes());
    }
    out.extend_from_slice(mantissa.as_bytes());
    if !mantissa.contains('.') {
        out.extend_from_slice(b".0");
    }
    out.extend_from_slice(format!("E{exponent:+}").as_bytes());
}

#[cfg(test)]
mod tests {
    use super::write;

    /// The spelling of PHP 8.2.
    const CASES: [(f64, &str); 20] = [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-1.5, "-1.5"),
        (0.0001, "0.0001"),
        (0.000_01, "1.0E-5"),
        (1.5e-7, "1.5E-7"),
        (1e15, "1000000000000000"),
        (1e16, "10000000000000000"),
        (1e17, "1.0E+17"),
        (123_456_789_012_345_680.0, "1.2345678901234568E+17"),
        (12_345_678_901_234_567.0, "12345678901234568"),
        (1e25, "1.0E+25"),
        (5e-324, "5.0E-324"),
        (f64::MAX, "1.7976931348623157E+308"),
        (f64::INFINITY, "INF"),
        (f64::NEG_INFINITY, "-INF"),
        (f64::NAN, "NAN"),
    ];

    #[test]
    fn floats_are_spelled_as_php_spells_them() {
        for (float, spelling) in CASES {
            let mut out = Vec::new();
            write(&mut out, float);
            assert_eq!(String::from_utf8(out).unwrap(), spelling);
        }
    }
}
