use super::{OsRandom, Randomness, draw};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::fmt::{self, Debug, Formatter};
use std::sync::Mutex;

/// A generator of version [tags](crate::store::Tag), seeded by the operating system.
///
/// Tags must never repeat, and are no secret.
///
/// It is several times as fast as asking the operating system each time, which it does only while
/// another thread draws. A process that was forked seeds its copy anew, so that parent and child do
/// not draw the same. The process id shows the fork.
///
/// # Panics
///
/// Seeding panics when the operating system has no randomness to give, as [`OsRandom`] does.
#[derive(Default)]
pub struct SeededRandom(Mutex<Option<Seeded>>);

struct Seeded {
    generator: StdRng,
    /// The process that seeded it.
    process: u32,
}

impl SeededRandom {
    fn fill_in(&self, process: u32, bytes: &mut [u8]) {
        // Another thread draws, or one that a fork did not copy held the lock: nobody waits for it.
        let Ok(mut state) = self.0.try_lock() else {
            return OsRandom.fill(bytes);
        };
        let seeded = match &mut *state {
            Some(seeded) if seeded.process == process => seeded,
            other => other.insert(Seeded::new(process)),
        };
        seeded.generator.fill_bytes(bytes);
    }
}

impl Seeded {
    fn new(process: u32) -> Self {
        Self { generator: StdRng::from_seed(draw(&OsRandom)), process }
    }
}

impl Randomness for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.fill_in(std::process::id(), bytes);
    }
}

impl Debug for SeededRandom {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("SeededRandom")
    }
}

#[cfg(test)]
mod tests {
    use super::{Seeded, SeededRandom};
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use std::sync::Mutex;

    const PARENT: u32 = 1;
    const CHILD: u32 = 2;

    fn drawn(random: &SeededRandom, process: u32) -> [u8; 16] {
        let mut bytes = [0; 16];
        random.fill_in(process, &mut bytes);
        bytes
    }

    /// The generator as a fork copies it.
    fn copies() -> [SeededRandom; 2] {
        [7, 7].map(|seed| {
            let generator = StdRng::from_seed([seed; 32]);
            SeededRandom(Mutex::new(Some(Seeded { generator, process: PARENT })))
        })
    }

    #[test]
    fn a_forked_process_draws_what_its_parent_does_not() {
        let [parent, child] = copies();
        assert_eq!(drawn(&parent, PARENT), drawn(&child, PARENT), "they are copies");
        let [parent, child] = copies();
        assert_ne!(drawn(&parent, PARENT), drawn(&child, CHILD));
    }

    #[test]
    fn a_draw_does_not_wait_for_another() {
        let random = SeededRandom::default();
        let _another = random.0.lock().expect("nobody panicked");
        assert_ne!(drawn(&random, PARENT), drawn(&random, PARENT));
    }

    #[test]
    fn a_process_seeds_once_and_draws_another_each_time() {
        let random = SeededRandom::default();
        assert_ne!(drawn(&random, PARENT), drawn(&random, PARENT));
        assert_ne!(drawn(&SeededRandom::default(), PARENT), drawn(&random, PARENT));
    }
}
