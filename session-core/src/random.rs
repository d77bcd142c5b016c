//! Where session ids, version tags and lock tokens come from.

mod seeded;

pub use seeded::SeededRandom;

use std::fmt::Debug;

/// A source of unpredictable bytes.
///
/// An implementation for anything but tests must be cryptographically secure: a session id is
/// a secret made of nothing else.
pub trait Randomness: Debug + Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's source of randomness.
///
/// # Panics
///
/// Filling panics when the operating system has no randomness to give. Sessions with guessable
/// ids would be worse.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandom;

impl Randomness for OsRandom {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's source")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}

/// Generates `N` bytes.
pub(crate) fn draw<const N: usize>(randomness: &dyn Randomness) -> [u8; N] {
    let mut bytes = [0; N];
    randomness.fill(&mut bytes);
    bytes
}
