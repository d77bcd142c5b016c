//! The guide has a row for every option of the documents.

use std::collections::BTreeSet;

const GUIDE: &str = include_str!("../../../docs/coming-from-php.md");

/// Every option of the five documents, and more options that their handlers read.
const OPTIONS: [&str; 29] = [
    "table_name",
    "hash_key",
    "data_attribute",
    "data_attribute_type",
    "session_lifetime",
    "session_lifetime_attribute",
    "consistent_read",
    "locking",
    "max_lock_wait_time",
    "min_lock_retry_microtime",
    "max_lock_retry_microtime",
    "batch_config",
    "batch_config.batch_size",
    "batch_config.pool_size",
    "batch_config.autoflush",
    "batch_config.before",
    "batch_config.error",
    "batch_config.@http.delay",
    "locking_strategy",
    "automatic_gc",
    "gc_batch_size",
    "gc_operation_delay",
    "dynamodb_client",
    "base64",
    "region",
    "endpoint",
    "credentials",
    "consistent_reads",
    "session_locking",
];

#[test]
fn every_option_of_the_documents_has_a_row() {
    let rows = GUIDE.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let rows: BTreeSet<_> = rows.map(|(option, _)| option).collect();
    let missing: Vec<_> = OPTIONS.iter().filter(|option| !rows.contains(*option)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
