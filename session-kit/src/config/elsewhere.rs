//! Names that belong to other products, or to the file around a configuration.

/// The meaning of an option of another product, and what to set instead.
pub(super) fn explanation(option: &str) -> Option<&'static str> {
    let option = option.to_ascii_lowercase();
    let explained = EXPLAINED.iter().find(|(names, _)| names.contains(&option.as_str()));
    explained.map(|(_, explanation)| *explanation)
}

/// Options, each group with its explanation.
const EXPLAINED: [(&[&str], &str); 16] = [
    (
        &["services", "arguments", "parameters", "imports"],
        "it is part of a Symfony service file. Give only the handler's configuration: the map among \
         the `arguments` of its service",
    ),
    (
        &["framework", "session"],
        "it is part of Symfony's framework configuration, which has no option of a handler. Give \
         the map among the `arguments` of the handler's service",
    ),
    (
        &["handler_id", "storage_factory_id"],
        "it tells Symfony which service stores sessions. Here the code builds the sessions with \
         `Config::sessions`: leave it out",
    ),
    (
        &["secure", "cookie_secure", "secure_cookie", "session.cookie_secure"],
        "it is an attribute of the cookie. Set `Secure` where the application sets the cookie",
    ),
    (
        &["http_only", "httponly", "cookie_httponly", "session.cookie_httponly"],
        "it is an attribute of the cookie. Set `HttpOnly` where the application sets the cookie",
    ),
    (
        &["same_site", "samesite", "cookie_samesite", "session.cookie_samesite"],
        "it is an attribute of the cookie. Set `SameSite` where the application sets the cookie",
    ),
    (
        &["domain", "path", "cookie_domain", "cookie_path", "cookie_lifetime", "expire_after"],
        "it is an attribute of the cookie. Set it where the application sets the cookie; the time \
         that a session lives is `session_lifetime`",
    ),
    (
        &["cookie", "cookie_name"],
        "it is the name of the cookie. Set it where the application sets the cookie; if the keys \
         have PHP's session name, set `session_name` too",
    ),
    (
        &["gc_probability", "gc_divisor", "session.gc_probability", "session.gc_divisor"],
        "it tells PHP how often a request collects. Run a `Collector` on a schedule, or use time to \
         live",
    ),
    (
        &["gc_maxlifetime", "session.gc_maxlifetime", "max_stale"],
        "it is a lifetime that another product configures. Set `session_lifetime`, in seconds",
    ),
    (&["table_key"], "it is the key attribute in the Ruby session store of AWS. Set `hash_key`"),
    (
        &["enable_locking", "lock_max_wait_time"],
        "it is an option of the Ruby session store of AWS. Set `locking` and `max_lock_wait_time`",
    ),
    (
        &["lock_expiry_time", "lock_retry_delay"],
        "it is an option of the Ruby session store of AWS, in milliseconds. Set `lock_lease` and \
         `min_lock_retry_microtime`",
    ),
    (
        &["read_capacity", "write_capacity"],
        "it is the throughput of a new table. Set `TableOptions::throughput` where the table is \
         created",
    ),
    (
        &["debug"],
        "it makes Idealstack's handler print its requests, credentials included. Leave it out, and \
         subscribe to the events of `tracing` instead",
    ),
    (
        &["service"],
        "it is the AWS service that Idealstack's handler calls. It is always DynamoDB: leave it \
         out, and set `endpoint` for a server that is not AWS",
    ),
];

#[cfg(test)]
mod tests {
    use super::{EXPLAINED, explanation};
    use crate::Config;
    use serde_json::json;
    use std::collections::BTreeSet;

    #[test]
    fn an_option_of_another_product_is_explained_without_a_guess() {
        for name in EXPLAINED.iter().flat_map(|(names, _)| *names) {
            let read = serde_json::from_value::<Config>(json!({ *name: "any" }));
            let error = read.expect_err("it is no option").to_string();
            let explanation = explanation(name).expect("it has one");
            assert_eq!(error, format!("{name} is no option: {explanation}"));
        }
    }

    #[test]
    fn every_name_has_one_explanation() {
        let names: Vec<_> = EXPLAINED.iter().flat_map(|(names, _)| *names).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert_eq!(explanation("Secure"), explanation("secure"));
        assert_eq!(explanation("lockng"), None);
    }
}
