//! Numbered versions, tokens and keys, so that a program always means the same.

use super::Options;
use session_core::random::{OsRandom, Randomness};
use session_core::store::{Key, LockToken, Payload, PayloadKind, Tag, Version};

/// Fills with one number.
#[derive(Debug)]
struct Number(u64);

impl Randomness for Number {
    fn fill(&self, bytes: &mut [u8]) {
        let number = self.0.to_le_bytes();
        bytes.iter_mut().zip(number.iter().cycle()).for_each(|(byte, part)| *byte = *part);
    }
}

/// The tag and the token that no call is given.
pub(super) const NOBODY: usize = 0;

/// The tag of the record that is created at the first key to begin with.
pub(super) const FIRST_FOUNDED: usize = 100;

/// The tags of steps count from one.
const _: () = assert!(Options::MOST_STEPS < FIRST_FOUNDED);

/// The tags of one run.
///
/// They begin with the number of their write and end with that of the run, which is drawn: of two
/// runs on one server none is to take a write of the other's for its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tags {
    run: [u8; 8],
}

impl Tags {
    pub(super) fn draw() -> Self {
        let mut run = [0; 8];
        OsRandom.fill(&mut run);
        Self { run }
    }

    /// The tag of the write with this number.
    pub(super) fn version(self, number: usize) -> Tag {
        Tag::draw(&Halves([(number as u64).to_le_bytes(), self.run]))
    }
}

/// Fills with the one, then with the other.
#[derive(Debug)]
struct Halves([[u8; 8]; 2]);

impl Randomness for Halves {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.iter_mut().zip(self.0.as_flattened()).for_each(|(byte, part)| *byte = *part);
    }
}

/// The token of the lock with this number.
pub(super) fn token(number: usize) -> LockToken {
    LockToken::draw(&Number(number as u64))
}

/// The data of the write with this number.
pub(super) fn payload(kind: PayloadKind, number: usize) -> Payload {
    let text = format!("w{number}");
    match kind {
        PayloadKind::Binary => Payload::binary(text.into_bytes()),
        PayloadKind::Text => Payload::text(text),
    }
}

/// The name of the key with this index.
pub(super) fn key_name(index: usize) -> char {
    char::from(b'a' + u8::try_from(index).expect("programs have a handful of keys"))
}

/// The key with this index.
pub(super) fn key(index: usize) -> Key {
    Key::new(key_name(index).to_string()).expect("a letter is a key")
}

/// The write that a version is from, for people.
pub(super) fn version_name(version: &Version) -> String {
    let number = |tag: &Tag| u64::from_le_bytes(first_half(tag.as_bytes()));
    version.as_tag().map_or_else(|| "no tag".to_owned(), |tag| format!("w{}", number(tag)))
}

/// The lock that a token is of, for people.
pub(super) fn token_name(wanted: &LockToken) -> String {
    let number = (NOBODY..MOST_NUMBERS).find(|number| token(*number) == *wanted);
    number.map_or_else(|| "an unknown token".to_owned(), |number| format!("t{number}"))
}

/// As many writes and locks as a program can have, and one that is nobody's.
const MOST_NUMBERS: usize = FIRST_FOUNDED + Options::MOST_KEYS;

fn first_half(tag: &[u8; Tag::BYTES]) -> [u8; 8] {
    std::array::from_fn(|index| tag[index])
}
