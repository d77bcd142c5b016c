//! Texts of a store or a harness, escaped for a terminal and for XML.

/// Escapes control characters, and the two characters that XML cannot hold.
///
/// Lines stay lines.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => shown.push(character),
            '\u{fffe}' | '\u{ffff}' => shown.extend(character.escape_default()),
            _ if character.is_control() => shown.extend(character.escape_default()),
            _ => shown.push(character),
        }
    }
    shown
}

/// The same in one line.
pub(super) fn in_one_line(text: &str) -> String {
    let shown = shown(text);
    let lines = shown.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}
