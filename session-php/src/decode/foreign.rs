//! Formats of PHP's extensions, which are none of those here.

/// The extension that wrote these bytes, as far as their beginning shows.
///
/// It explains why bytes cannot be decoded, and decides nothing.
pub(crate) fn serializer(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        // Its version, of 32 bits.
        [0, 0, 0, 1 | 2, ..] => Some("igbinary"),
        // An empty array; otherwise maps of three sizes, before their first key.
        [0x90] => Some("msgpack"),
        [0x80..=0x8f, key, ..] | [0xde, _, _, key, ..] | [0xdf, _, _, _, _, key, ..] => {
            // A string, or the nil by which the extension marks what only PHP has.
            matches!(key, 0xa0..=0xc0 | 0xd9..=0xdb).then_some("msgpack")
        }
        _ => None,
    }
}
