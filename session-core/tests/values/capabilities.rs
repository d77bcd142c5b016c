//! Readers of capabilities get exactly the declared ones.

use session_core::store::{Capabilities, PayloadKind};

const NONE: Capabilities = Capabilities::NONE;

/// All capabilities of a store except its limits.
fn declared(capabilities: &Capabilities) -> [bool; 7] {
    [
        capabilities.keeps(PayloadKind::Text),
        capabilities.keeps(PayloadKind::Binary),
        capabilities.compares_versions(),
        capabilities.keeps_lifetimes(),
        capabilities.rotates(),
        capabilities.locks(),
        capabilities.collects(),
    ]
}

#[test]
fn a_capability_declares_itself_alone() {
    assert_eq!(declared(&NONE), [false; 7]);
    let each = [
        NONE.with_payloads(PayloadKind::Text),
        NONE.with_payloads(PayloadKind::Binary),
        NONE.with_versions(),
        NONE.with_lifetimes(),
        NONE.with_rotation(),
        NONE.with_locking(),
        NONE.with_collecting(),
    ];
    for (place, one) in each.iter().enumerate() {
        let mut expected = [false; 7];
        expected[place] = true;
        assert_eq!(declared(one), expected);
        assert_eq!((one.max_key_bytes(), one.max_record_bytes()), (None, None));
    }
}

#[test]
fn a_limit_is_the_one_that_was_set() {
    let keys = NONE.with_max_key_bytes(64);
    assert_eq!((keys.max_key_bytes(), keys.max_record_bytes()), (Some(64), None));
    let records = NONE.with_max_record_bytes(400);
    assert_eq!((records.max_key_bytes(), records.max_record_bytes()), (None, Some(400)));
}
