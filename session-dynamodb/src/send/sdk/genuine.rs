//! Whether a reply is certainly one of DynamoDB.

use crate::send::failure::UnparsableReply;

/// The head of a reply, as far as it is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'a> {
    pub(super) content_type: Option<&'a str>,
    pub(super) checksum: Option<&'a str>,
    pub(super) request_id: Option<&'a str>,
    /// The host that was asked.
    pub(super) host: &'a str,
}

/// The media type of the protocol, [AWS JSON 1.0].
///
/// [AWS JSON 1.0]: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
const MEDIA_TYPE: &str = "application/x-amz-json-1.0";

/// The domains of AWS, in which every reply has a request id.
const DOMAINS: [&str; 4] =
    [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn"];

/// Checks a reply of any status.
///
/// The parser of the body checks whether it is JSON throughout.
///
/// # Errors
///
/// The first reason to doubt that DynamoDB sent it.
pub(super) fn check(head: Head<'_>, body: &[u8]) -> Result<(), UnparsableReply> {
    let media_type = head.content_type.and_then(|text| text.split(';').next());
    if !media_type.is_some_and(|text| text.trim().eq_ignore_ascii_case(MEDIA_TYPE)) {
        return Err(UnparsableReply::ContentType);
    }
    let text = body.trim_ascii();
    if !(text.starts_with(b"{") && text.ends_with(b"}")) {
        return Err(UnparsableReply::NoObject);
    }
    if head.checksum.is_some_and(|checksum| !is_checksum_of(checksum, body)) {
        return Err(UnparsableReply::Checksum);
    }
    let is_of_aws = DOMAINS.iter().any(|domain| head.host.ends_with(domain));
    if is_of_aws && head.request_id.is_none_or(str::is_empty) {
        return Err(UnparsableReply::NoRequestId);
    }
    Ok(())
}

fn is_checksum_of(checksum: &str, body: &[u8]) -> bool {
    checksum.trim().parse() == Ok(crc32fast::hash(body))
}

#[cfg(test)]
mod tests {
    use super::{Head, check};
    use crate::send::failure::UnparsableReply::{
        self, Checksum, ContentType, NoObject, NoRequestId,
    };

    const AWS: &str = "dynamodb.eu-west-1.amazonaws.com";
    const LOCAL: &str = "127.0.0.1";

    /// The heads of replies that must be accepted, each with its source.
    const ACCEPTED: [(&str, Head<'static>); 5] = [
        // `server/mod.rs` of dynoxide 3.2, which has the same for errors.
        ("dynoxide", head("application/x-amz-json-1.0", Some("2745614147"), Some("id"), LOCAL)),
        // Seen on ministack 1.5, for errors too.
        ("ministack", head("application/x-amz-json-1.0", Some("2745614147"), Some("id"), LOCAL)),
        // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
        ("AWS", head("application/x-amz-json-1.0", Some("2745614147"), Some("id"), AWS)),
        // Not documented and not run: as the protocol asks.
        ("DynamoDB local", head("application/x-amz-json-1.0", None, None, LOCAL)),
        // `alternator/server.cc` of ScyllaDB sets the media type of all replies, and nothing else.
        ("Alternator", head("application/x-amz-json-1.0", None, None, LOCAL)),
    ];

    const fn head(
        content_type: &'static str,
        checksum: Option<&'static str>,
        request_id: Option<&'static str>,
        host: &'static str,
    ) -> Head<'static> {
        Head { content_type: Some(content_type), checksum, request_id, host }
    }

    #[test]
    fn replies_of_every_known_server_are_accepted() {
        for (server, head) in ACCEPTED {
            assert_eq!(check(head, b"{}"), Ok(()), "{server}");
        }
    }

    #[test]
    fn other_replies_are_rejected_with_the_reason() {
        let genuine = ACCEPTED[0].1;
        let rows: [(Head<'_>, &[u8], UnparsableReply); 9] = [
            (Head { content_type: None, ..genuine }, b"{}", ContentType),
            (Head { content_type: Some("application/json"), ..genuine }, b"{}", ContentType),
            (Head { content_type: Some("text/html"), ..genuine }, b"<html></html>", ContentType),
            (Head { checksum: None, ..genuine }, b"", NoObject),
            (Head { checksum: None, ..genuine }, b"[{}]", NoObject),
            (Head { checksum: None, ..genuine }, b"{\"Item\":{", NoObject),
            (genuine, b"{ }", Checksum),
            (Head { checksum: Some("crc"), ..genuine }, b"{}", Checksum),
            (Head { request_id: None, host: AWS, ..genuine }, b"{}", NoRequestId),
        ];
        for (head, body, why) in rows {
            assert_eq!(check(head, body), Err(why), "{head:?}");
        }
    }
}
