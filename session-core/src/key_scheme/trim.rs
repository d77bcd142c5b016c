/// Trims `text` as PHP's `trim($text, $characters)` does.
///
/// PHP knows bytes and no characters, and reads `a..d` among the characters as the range from `a`
/// to `d`. So the rest of UTF-8 text need not be UTF-8.
pub(super) fn trim<'a>(text: &'a [u8], characters: &[u8]) -> &'a [u8] {
    let mask = mask(characters);
    let stays = |byte: &u8| !mask[usize::from(*byte)];
    let start = text.iter().position(stays).unwrap_or(text.len());
    let end = text.iter().rposition(stays).map_or(start, |last| last + 1);
    &text[start..end]
}

/// The same at the beginning of `text` alone.
pub(super) fn trim_start<'a>(text: &'a [u8], characters: &[u8]) -> &'a [u8] {
    let mask = mask(characters);
    let start = text.iter().position(|byte| !mask[usize::from(*byte)]);
    &text[start.unwrap_or(text.len())..]
}

/// Which bytes are trimmed.
///
/// A range that is none, because it runs backwards or lacks an end, loses the first of its two
/// dots and stands for its characters; PHP warns of it.
fn mask(characters: &[u8]) -> [bool; 256] {
    let mut mask = [false; 256];
    let mut rest = characters;
    while let [byte, behind @ ..] = rest {
        rest = match behind {
            [b'.', b'.', last, after @ ..] if last >= byte => {
                mask[usize::from(*byte)..=usize::from(*last)].fill(true);
                after
            }
            [b'.', ..] if *byte == b'.' => behind,
            _ => {
                mask[usize::from(*byte)] = true;
                behind
            }
        };
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::trim;

    /// The results of PHP 8.2.
    const ANSWERS: &[(&[u8], &[u8], &[u8])] = &[
        (b"__Host-SID_abc", b"_", b"Host-SID_abc"),
        (b"PHPSESSID_abc", b"_", b"PHPSESSID_abc"),
        (b"PHPSESSID_abc_", b"_", b"PHPSESSID_abc"),
        (b"_abc", b"_", b"abc"),
        (b"___", b"_", b""),
        (b"", b"", b""),
        (b"abc", b"", b"abc"),
        (b"_abc_", b"", b"_abc_"),
        (b"PHPSESSID#abc", b"#", b"PHPSESSID#abc"),
        (b"#PHPSESSID#abc##", b"#", b"PHPSESSID#abc"),
        (b"-_a_-_b-", b"_-", b"a_-_b"),
        (b"_-a_-_b-_", b"-_", b"a_-_b"),
        (b"abcSIDcba", b"a..c", b"SID"),
        (b"abcSIDcba", b"c..a", b"bcSIDcb"),
        (b"..abc..", b".", b"abc"),
        (b"..abc..", b"..", b"abc"),
        (b"..abc..", b"...", b"abc"),
        (b"..abc..", b"....", b"abc"),
        (b"a.b.a", b"a..", b"b"),
        (b"a.b.a", b"..a", b"b"),
        (b"a.b.a", b".a", b"b"),
        (b"abcd.xyz.dcba", b"a..d", b".xyz."),
        (b"abcd.xyz.dcba", b"a..d.", b"xyz"),
        (b"abcd.xyz.dcba", b".a..d", b"xyz"),
        (b"0123x3210", b"0..3", b"x"),
        (b"-a-", b"!..,-", b"a"),
        (b"cabac", b"a..b..c", b""),
        (b"b.b", b"a...b", b""),
        (b"a..b", b"a..b", b".."),
        (b"a..z", b"a..a", b"..z"),
        (b"\xc3\xa9t\xc3\xa9", b"\xc3\xa9", b"t"),
        (b"\xc3\x89t\xc3\xa9", b"\xc3\xa9", b"\x89t"),
        (b"\xe6\x9d\xb1x\xe6\x9d\xb1", b"\xe6\x9d\xb1", b"x"),
        (b"\x00a\x00", b"\x00", b"a"),
        (b"\x00\x01a\x7f", b"\x00..\x1f", b"a\x7f"),
        (b" a ", b"_", b" a "),
        (b"zza", b"..z", b"a"),
        (b"z.a.z", b"z..a", b""),
    ];

    #[test]
    fn a_text_is_trimmed_as_by_php() {
        for (text, characters, expected) in ANSWERS {
            let (found, expected) =
                (trim(text, characters).escape_ascii(), expected.escape_ascii());
            let (text, characters) = (text.escape_ascii(), characters.escape_ascii());
            assert_eq!(
                found.to_string(),
                expected.to_string(),
                "trim(\"{text}\", \"{characters}\")"
            );
        }
    }
}
