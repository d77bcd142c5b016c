use session_core::settings::Text;

/// The URL of a service that is not AWS.
pub const ENDPOINT: Text = Text {
    name: "endpoint",
    expected: "an http or https URL with a host, such as http://localhost:8000",
    admits: is_url,
    remedy: remedy_for_url,
};

/// The region of the table. It becomes a part of a host's name.
pub const REGION: Text = Text {
    name: "region",
    expected: "1 to 63 letters, digits and hyphens, such as eu-west-1",
    admits: is_region,
    remedy: |text| match text.trim() {
        "" => Some("leave it out for the one that AWS's own settings name".into()),
        trimmed if is_region(trimmed) => Some("remove the blanks".into()),
        _ => None,
    },
};

fn is_region(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    text.len() <= 63 && text.bytes().all(known) && ends(bytes.first()) && ends(bytes.last())
}

/// Whether the text is a URL with a scheme, a host and perhaps a port and a path.
///
/// Requests go below the path.
fn is_url(text: &str) -> bool {
    let Some(rest) = strip_scheme(text) else { return false };
    let is_plain =
        |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'@' | b'?' | b'#' | b'\\');
    let authority = rest.split('/').next().unwrap_or_default();
    rest.bytes().all(is_plain) && is_authority(authority)
}

fn strip_scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let is_known = ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    is_known.then_some(rest)
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            let is_address = address.parse::<std::net::Ipv6Addr>().is_ok();
            return is_address && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
        }
        None => {
            authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)))
        }
    };
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    !host.is_empty() && host.bytes().all(known) && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

fn remedy_for_url(text: &str) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Some("leave it out for AWS".into());
    }
    if text.contains('@') {
        return Some("credentials do not belong into it".into());
    }
    if is_url(trimmed) {
        return Some("remove the blanks".into());
    }
    let with_scheme = format!("http://{trimmed}");
    is_url(&with_scheme).then(|| format!("write `{with_scheme}`, or https for TLS"))
}

#[cfg(test)]
mod tests {
    use super::{ENDPOINT, REGION};

    #[test]
    fn an_endpoint_is_a_url_with_a_host() {
        for url in [
            "http://localhost:8000",
            "http://localhost:8000/",
            "https://dynamodb.eu-west-1.amazonaws.com",
            "HTTP://127.0.0.1",
            "http://[::1]:8000",
            "http://dynamodb_local:8000/path",
        ] {
            ENDPOINT.check(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        }
        for text in [
            "",
            " ",
            "localhost",
            "localhost:8000",
            " http://localhost:8000",
            "http://localhost:8000 ",
            "http://",
            "http://:8000",
            "http:///path",
            "http://localhost:port",
            "http://localhost:0",
            "http://localhost:65536",
            "http://local host",
            "http://[::1",
            "http://[localhost]:8000",
            "http://localhost:8000?x=1",
            "ftp://localhost",
            "dynamodb://localhost",
            "http://user:password@localhost:8000",
        ] {
            let error = ENDPOINT.check(text).expect_err(text).to_string();
            assert!(error.contains("endpoint is ") && error.contains("URL with a host"), "{error}");
        }
    }

    #[test]
    fn a_rejected_endpoint_comes_with_the_way_out() {
        for (text, remedy) in [
            ("", "leave it out for AWS"),
            ("localhost:8000", "write `http://localhost:8000`, or https for TLS"),
            (" http://localhost:8000", "remove the blanks"),
            ("http://user:password@localhost", "credentials do not belong into it"),
        ] {
            let error = ENDPOINT.check(text).expect_err(text).to_string();
            assert!(error.ends_with(remedy), "{error}");
            assert!(!error.contains("password"), "{error}");
        }
    }

    #[test]
    fn a_region_is_a_part_of_a_hosts_name() {
        for region in ["eu-west-1", "us-gov-east-1", "local", "X"] {
            REGION.check(region).unwrap_or_else(|error| panic!("{region}: {error}"));
        }
        let long = "r".repeat(64);
        for text in
            ["", " ", " eu-west-1", "eu west", "eu-west-1.evil.example", "-eu", "eu-", &long]
        {
            let error = REGION.check(text).expect_err(text).to_string();
            assert!(error.contains("region is "), "{error}");
        }
        let error = REGION.check("").expect_err("it is empty").to_string();
        assert!(
            error.ends_with("leave it out for the one that AWS's own settings name"),
            "{error}"
        );
    }
}
