use crate::program::Format;
use session_core::codec::{Codec, Json};
use session_core::store::Payload;
use session_php::{Format as PhpFormat, PhpCodec, SessionData};

/// Whether bytes are the data of a session in this format.
pub(crate) fn decodes(format: Format, data: &[u8]) -> bool {
    match format {
        Format::Php => is_php(PhpFormat::Php, data),
        Format::PhpSerialize => is_php(PhpFormat::PhpSerialize, data),
        Format::PhpBinary => is_php(PhpFormat::PhpBinary, data),
        Format::AnyPhp => [PhpFormat::Php, PhpFormat::PhpSerialize, PhpFormat::PhpBinary]
            .into_iter()
            .any(|format| is_php(format, data)),
        Format::Json => {
            let decoded: Result<serde_json::Value, _> = Json::new().decode(&Payload::binary(data));
            decoded.is_ok()
        }
    }
}

fn is_php(format: PhpFormat, data: &[u8]) -> bool {
    let decoded: Result<SessionData, _> = PhpCodec::new(format).decode(&Payload::binary(data));
    decoded.is_ok()
}
