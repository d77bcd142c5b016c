use std::num::NonZeroUsize;

/// The requests of one slice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// How many requests there are, in all tasks together.
    pub(crate) requests: usize,
    /// How many of a hundred requests write.
    pub(crate) writes: u64,
    pub(crate) sessions: NonZeroUsize,
    pub(crate) tasks: NonZeroUsize,
    pub(crate) seed: u64,
}

/// Numbers that are evenly spread and cost next to nothing (`xorshift64*`).
#[derive(Clone, Copy, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that always fall alike for the same seed.
    pub fn new(seed: u64) -> Self {
        Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number below `sides`.
    ///
    /// # Panics
    ///
    /// Never on 64 bits: what is below a `usize` is one.
    pub fn below(&mut self, sides: NonZeroUsize) -> usize {
        let remainder = self.next() % sides.get() as u64;
        usize::try_from(remainder).expect("what is below a usize is one")
    }

    /// Whether an event happens that happens `percent` times in a hundred.
    pub(crate) fn happens(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    /// A number of at most ten digits that has hardly been seen before.
    pub(crate) fn stamp(&mut self) -> u64 {
        self.next() % 10_000_000_000
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}
