//! What the targets run: the checks that `cargo test` runs on the corpus.

#[path = "../../tests/checks/mod.rs"]
mod checks;

use session_php::Format;

/// Decodes bytes, and encodes what came out.
pub fn decoding(format: Format, bytes: &[u8]) {
    checks::decoding(format, bytes);
}

/// Encodes what is made of bytes, and decodes it.
pub fn round_trip(bytes: &[u8]) {
    checks::round_trip(bytes);
}
