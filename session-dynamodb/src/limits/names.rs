use crate::layout::Attribute;
use session_core::settings::Text;

/// The table: a name that AWS accepts, or the ARN of a table.
///
/// The ARN may be that of a table in another account.
pub const TABLE_NAME: Text = Text {
    name: "table_name",
    expected: "3 to 255 of the characters a-z A-Z 0-9 _ . - or the ARN of a table",
    admits: |text| is_table_name(text) || is_table_arn(text),
    remedy: |text| is_table_name(text.trim()).then(|| "remove the blanks".to_owned()),
};

/// The name of the key attribute.
pub const HASH_KEY: Text = attribute("hash_key");
/// The name of the attribute with the data.
pub const DATA_ATTRIBUTE: Text = attribute("data_attribute");
/// The name of the attribute with the expiry.
pub const SESSION_LIFETIME_ATTRIBUTE: Text = attribute("session_lifetime_attribute");
/// The name of the attribute with the lock.
pub const LOCK_ATTRIBUTE: Text = attribute("lock_attribute");
/// The name of the attribute with the tag of the last write.
pub const VERSION_ATTRIBUTE: Text = attribute("version_attribute");
/// The name of the attribute with the absolute deadline.
pub const DEADLINE_ATTRIBUTE: Text = attribute("deadline_attribute");
/// The name of the attribute with the idle timeout of one session.
pub const IDLE_ATTRIBUTE: Text = attribute("idle_attribute");

/// The settings that name attributes.
pub(crate) const ATTRIBUTES: [(Attribute, Text); 7] = [
    (Attribute::Key, HASH_KEY),
    (Attribute::Data, DATA_ATTRIBUTE),
    (Attribute::Expires, SESSION_LIFETIME_ATTRIBUTE),
    (Attribute::Lock, LOCK_ATTRIBUTE),
    (Attribute::Version, VERSION_ATTRIBUTE),
    (Attribute::Deadline, DEADLINE_ATTRIBUTE),
    (Attribute::Idle, IDLE_ATTRIBUTE),
];

/// As long as the name of a key attribute may be.
const MAX_NAME_BYTES: usize = 255;

const fn attribute(name: &'static str) -> Text {
    Text {
        name,
        expected: "1 to 255 bytes, without blanks around them",
        admits: |text| !text.is_empty() && text.len() <= MAX_NAME_BYTES && text.trim() == text,
        remedy: |_| None,
    }
}

fn is_table_name(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    (3..=255).contains(&text.len()) && text.bytes().all(known)
}

/// `arn:<partition>:dynamodb:<region>:<account>:table/<name>`
fn is_table_arn(text: &str) -> bool {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let ["arn", partition, "dynamodb", region, account, resource] = parts[..] else {
        return false;
    };
    let is_plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    [partition, region, account].into_iter().all(is_plain)
        && resource.strip_prefix("table/").is_some_and(is_table_name)
}

#[cfg(test)]
mod tests {
    use super::{ATTRIBUTES, TABLE_NAME};

    #[test]
    fn tables_are_named_as_aws_names_them() {
        for (name, is_one) in [
            ("sessions", true),
            ("a-b_c.D9", true),
            ("abc", true),
            ("ab", false),
            ("", false),
            (" sessions", false),
            ("ses sions", false),
            ("sessions/x", false),
            ("sitzungen-\u{e4}", false),
            ("arn:aws:dynamodb:eu-west-1:123456789012:table/sessions", true),
            ("arn:aws-cn:dynamodb:cn-north-1:123456789012:table/sessions", true),
            ("arn:aws:dynamodb:eu-west-1:123456789012:table/ab", false),
            ("arn:aws:dynamodb:eu-west-1:123456789012:table/sessions/index/x", false),
            ("arn:aws:dynamodb:eu-west-1:123456789012:sessions", false),
            ("arn:aws:s3:::bucket", false),
            ("arn:aws:dynamodb::123456789012:table/sessions", false),
        ] {
            assert_eq!(TABLE_NAME.check(name).is_ok(), is_one, "{name}");
        }
        assert!(TABLE_NAME.check(&"a".repeat(255)).is_ok());
        assert!(TABLE_NAME.check(&"a".repeat(256)).is_err());
        let error = TABLE_NAME.check(" sessions").expect_err("there is a blank").to_string();
        assert!(error.ends_with("remove the blanks"), "{error}");
    }

    #[test]
    fn attributes_have_names_of_1_to_255_bytes() {
        for (_, setting) in ATTRIBUTES {
            for (name, is_one) in [("id", true), ("my id", true), ("", false), (" id", false)] {
                assert_eq!(setting.check(name).is_ok(), is_one, "{} {name}", setting.name);
            }
            assert!(setting.check(&"n".repeat(255)).is_ok());
            let error = setting.check(&"n".repeat(256)).expect_err("it is too long").to_string();
            assert!(error.contains(setting.name) && error.contains("1 to 255 bytes"), "{error}");
        }
    }
}
