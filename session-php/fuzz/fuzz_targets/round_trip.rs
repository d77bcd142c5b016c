#![no_main]

use libfuzzer_sys::fuzz_target;
use session_php_fuzz::round_trip;

fuzz_target!(|bytes: &[u8]| round_trip(bytes));
