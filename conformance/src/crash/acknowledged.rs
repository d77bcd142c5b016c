use super::work::Names;
use crate::ensure::ensure;
use crate::{Context, Verdict};
use session_core::store::{Freshness, Key};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

/// A step of a writer's task, which repeats all of them in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// It created the session of this number.
    Created,
    /// It deleted the session of this number, which is odd.
    Deleted,
    /// It wrote this number into its counter.
    Counted,
    /// It rotated its moving session from this number to the next one.
    Rotated,
}

impl Step {
    const ALL: [Self; 4] = [Self::Created, Self::Deleted, Self::Counted, Self::Rotated];

    const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Deleted => "deleted",
            Self::Counted => "counted",
            Self::Rotated => "rotated",
        }
    }
}

/// An acknowledged step, as a line of a process's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) task: String,
    pub(super) step: Step,
    pub(super) number: u64,
}

impl Report {
    const PREFIX: &str = "acknowledged ";

    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix(Self::PREFIX)?.split(' ');
        let (task, name, number) = (words.next()?, words.next()?, words.next()?);
        let step = Step::ALL.into_iter().find(|step| step.name() == name)?;
        Some(Self { task: task.to_owned(), step, number: number.parse().ok()? })
    }
}

impl Display for Report {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { task, step, number } = self;
        write!(formatter, "{}{task} {} {number}", Self::PREFIX, step.name())
    }
}

/// How often each task acknowledged each step.
#[derive(Debug, Default)]
pub(super) struct Acknowledged(BTreeMap<String, BTreeMap<Step, Vec<u64>>>);

impl Extend<Report> for Acknowledged {
    fn extend<I: IntoIterator<Item = Report>>(&mut self, reports: I) {
        for Report { task, step, number } in reports {
            self.0.entry(task).or_default().entry(step).or_default().push(number);
        }
    }
}

impl Acknowledged {
    pub(super) fn count(&self) -> usize {
        self.0.values().flat_map(BTreeMap::values).map(Vec::len).sum()
    }

    /// Checks that the store has all acknowledged steps.
    ///
    /// It must have all or nothing of the next step.
    pub(super) async fn ensure_all_survive(&self, context: &Context) -> Verdict {
        for (task, steps) in &self.0 {
            let after = After { context, names: Names::of(context, task), task, steps };
            after.ensure_sessions().await?;
            after.ensure_counter().await?;
            after.ensure_moved().await?;
        }
        Ok(())
    }
}

/// The records of a killed task, beside its reports.
struct After<'a> {
    context: &'a Context,
    names: Names<'a>,
    task: &'a str,
    steps: &'a BTreeMap<Step, Vec<u64>>,
}

impl After<'_> {
    fn numbers(&self, step: Step) -> &[u64] {
        self.steps.get(&step).map_or(&[], Vec::as_slice)
    }

    async fn stored(&self, key: &Key) -> Verdict<Option<String>> {
        let found = self.context.store().load(key, Freshness::Latest).await?;
        Ok(found.map(|found| String::from_utf8_lossy(found.record.payload.as_bytes()).into_owned()))
    }

    async fn ensure_sessions(&self) -> Verdict {
        let deleted = self.numbers(Step::Deleted);
        let last = self.numbers(Step::Created).last();
        for number in self.numbers(Step::Created) {
            let stored = self.stored(&self.names.session(*number)).await?;
            let session = format!("session {number} of task {}", self.task);
            if deleted.contains(number) {
                ensure!(stored.is_none(), "{session} is there again after its deletion");
            } else if number % 2 == 0 || Some(number) != last {
                ensure!(stored.is_some(), "{session} is lost after its creation");
                ensure!(stored == Some(number.to_string()), "{session} reads {stored:?}");
            }
        }
        Ok(())
    }

    async fn ensure_counter(&self) -> Verdict {
        let Some(last) = self.numbers(Step::Counted).last() else { return Ok(()) };
        let stored = self.stored(&self.names.counter()).await?;
        let lawful = [last, &(last + 1)].map(|number| Some(number.to_string()));
        ensure!(
            lawful.contains(&stored),
            "the counter of task {} reads {stored:?} after an acknowledged write of {last}",
            self.task
        );
        Ok(())
    }

    /// The rotation after the last acknowledged one moved the session or did not.
    async fn ensure_moved(&self) -> Verdict {
        let Some(last) = self.numbers(Step::Rotated).last() else { return Ok(()) };
        let mut found = Vec::new();
        for number in 0..=last + 2 {
            if self.stored(&self.names.moving(number)).await?.is_some() {
                found.push(number);
            }
        }
        ensure!(
            found == [last + 1] || found == [last + 2],
            "after {} acknowledged rotations the session of task {} has these numbers: {found:?}",
            last + 1,
            self.task
        );
        Ok(())
    }
}
