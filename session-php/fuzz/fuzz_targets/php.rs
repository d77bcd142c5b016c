#![no_main]

use libfuzzer_sys::fuzz_target;
use session_php::Format;
use session_php_fuzz::decoding;

fuzz_target!(|bytes: &[u8]| decoding(Format::Php, bytes));
