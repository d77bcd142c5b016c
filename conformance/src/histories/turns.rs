//! The schedule of the clients: generated from a run's number, or taken from a run.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use std::vec::IntoIter;

/// In which order the clients of a run take turns.
#[derive(Clone, Debug)]
pub(super) enum Order {
    /// The one that belongs to the number of a run.
    Drawn(usize),
    /// These turns while the clients are ready for them, then one after the other.
    Like(Vec<usize>),
}

impl Order {
    /// More turns than one operation takes, of those that small programs are made of.
    const MOST_TURNS_OF_A_STEP: usize = 3;

    /// The orders for a program that ran with these turns, and may since lack a step.
    pub(super) fn like(turns: &[usize]) -> impl Iterator<Item = Self> {
        let shorter = (1..=Self::MOST_TURNS_OF_A_STEP).flat_map(move |count| {
            (0..turns.len()).map(move |first| Self::Like(without(turns, first, count)))
        });
        [Self::Like(turns.to_vec())].into_iter().chain(shorter)
    }
}

/// The turns without the first so many of one client from `first` on.
fn without(turns: &[usize], first: usize, count: usize) -> Vec<usize> {
    let mut left = count;
    let mut is_lost = |(index, client): (usize, &usize)| {
        let is_lost = left > 0 && index >= first && *client == turns[first];
        left -= usize::from(is_lost);
        is_lost
    };
    let numbered = turns.iter().enumerate();
    numbered.filter(|turn| !is_lost(*turn)).map(|(_, client)| *client).collect()
}

/// A way to choose among those who are ready.
pub(super) enum Turns {
    /// Always the first: each client goes as far as it gets, one after the other.
    InOrder,
    /// A client goes on half of the time, and yields to a random one otherwise.
    AtRandom { draws: Box<TestRng>, last: usize },
    /// Clients go on by rank, and now and then the one that goes on becomes the last.
    ///
    /// So it stands still in the middle of what it does until all others are done, which chance
    /// alone rarely arranges ([Burckhardt and others, 2010][pct]).
    ///
    /// [pct]: https://doi.org/10.1145/1736020.1736040
    ByRank { ranks: Vec<usize>, falls: [u64; Turns::FALLS], turn: u64 },
    /// As they went before, and then one after the other.
    Like(IntoIter<usize>),
}

impl Turns {
    /// How often a client falls to the last rank.
    const FALLS: usize = 2;

    /// About as many turns as a program takes.
    const MOST_TURNS: u64 = 32;

    /// The turns in this order, the same every time.
    pub(super) fn of(order: &Order, clients: usize) -> Self {
        let run = match order {
            Order::Drawn(run) => *run,
            Order::Like(turns) => return Self::Like(turns.clone().into_iter()),
        };
        let seed = (run as u128).to_le_bytes();
        let mut draws = TestRng::from_seed(RngAlgorithm::XorShift, &seed);
        match run {
            0 => Self::InOrder,
            _ if run.is_multiple_of(2) => Self::AtRandom { draws: Box::new(draws), last: 0 },
            _ => {
                let mut ranks: Vec<_> = (0..clients).collect();
                ranks.sort_by_cached_key(|_| draws.next_u64());
                let falls = std::array::from_fn(|_| early(&mut draws, Self::MOST_TURNS));
                Self::ByRank { ranks, falls, turn: 0 }
            }
        }
    }

    /// One of those who are ready, if anybody is.
    pub(super) fn next(&mut self, ready: &[usize]) -> Option<usize> {
        if ready.is_empty() {
            return None;
        }
        match self {
            Self::InOrder => ready.first().copied(),
            Self::AtRandom { draws, last } => {
                let draw = draws.next_u64();
                let goes_on = draw.is_multiple_of(2) && ready.contains(last);
                if !goes_on {
                    let index = draw / 2 % (ready.len() as u64);
                    *last = *ready.get(usize::try_from(index).ok()?)?;
                }
                Some(*last)
            }
            Self::ByRank { ranks, falls, turn } => {
                let rank = ranks.iter().position(|client| ready.contains(client))?;
                let next = ranks[rank];
                *turn += 1;
                if falls.contains(turn) {
                    ranks.remove(rank);
                    ranks.push(next);
                }
                Some(next)
            }
            Self::Like(turns) => {
                turns.find(|client| ready.contains(client)).or_else(|| ready.first().copied())
            }
        }
    }
}

/// A number from one up to a limit, small ones more often: most programs are short.
fn early(draws: &mut TestRng, limit: u64) -> u64 {
    let most = draws.next_u64() % limit;
    1 + draws.next_u64() % (most + 1)
}
