use crate::MemoryStore;
use crate::error;
use crate::shard::Shard;
use crate::shards::wake;
use async_trait::async_trait;
use parking_lot::Mutex;
use session_core::Result;
use session_core::decision::{self, Effect};
use session_core::store::{CollectingStore, Cursor, Sweep, SweepBudget};

#[async_trait]
impl CollectingStore for MemoryStore {
    async fn sweep(&self, budget: &SweepBudget, from: Option<&Cursor>) -> Result<Sweep> {
        let mut place = from.map_or(Ok(Position::BEGINNING), Position::parse)?;
        let mut sweep = Sweep::default();
        for _ in 0..budget.max_records.get() {
            let Some(fate) = self.examine_next(&mut place, budget) else {
                return Ok(sweep);
            };
            sweep.scanned += 1;
            sweep.expired += 1;
            match fate {
                EntryOutcome::Deleted => sweep.deleted += 1,
                EntryOutcome::Spared => sweep.spared += 1,
            }
        }
        sweep.next = Some(place.cursor());
        Ok(sweep)
    }
}

impl MemoryStore {
    /// Examines the next expired record from `place` on, and moves `place` behind it.
    fn examine_next(&self, place: &mut Position, budget: &SweepBudget) -> Option<EntryOutcome> {
        loop {
            let shard = self.shards.get(place.shard)?;
            match self.examine(shard, place.spared, budget) {
                Some(fate) => {
                    place.spared += usize::from(fate == EntryOutcome::Spared);
                    return Some(fate);
                }
                None => *place = place.next_shard(),
            }
        }
    }

    /// Examines one expired record of `shard`, behind so many that were spared.
    ///
    /// The shard is locked for this one record alone, so that no request waits for the walk.
    fn examine(
        &self,
        shard: &Mutex<Shard>,
        spared: usize,
        budget: &SweepBudget,
    ) -> Option<EntryOutcome> {
        let mut shard = shard.lock();
        let context = self.context();
        let key = shard.expired(budget.due(context.now)).nth(spared)?.clone();
        let key = shard.hashed(&key);
        let decision = decision::sweep(shard.row(key)?, budget.grace, &context);
        if decision.effect != Effect::Remove {
            return Some(EntryOutcome::Spared);
        }
        self.collect_each(&mut shard, key);
        wake(shard, &key);
        Some(EntryOutcome::Deleted)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EntryOutcome {
    Deleted,
    Spared,
}

/// The position at which a walk continues.
///
/// It is in this shard, after this many expired records that a lock protected.
///
/// Deleted entries are gone, and entries that expire later come later, so a number is enough
/// and no key need be remembered.
struct Position {
    shard: usize,
    spared: usize,
}

impl Position {
    const BEGINNING: Self = Self { shard: 0, spared: 0 };

    fn next_shard(&self) -> Self {
        Self { shard: self.shard + 1, spared: 0 }
    }

    fn cursor(&self) -> Cursor {
        Cursor::new(format!("{}.{}", self.shard, self.spared))
    }

    fn parse(cursor: &Cursor) -> Result<Self> {
        let numbers = cursor.expose().split_once('.').and_then(|(shard, spared)| {
            Some(Self { shard: shard.parse().ok()?, spared: spared.parse().ok()? })
        });
        numbers.ok_or_else(error::foreign_cursor)
    }
}
