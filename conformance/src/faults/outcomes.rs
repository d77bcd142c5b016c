use super::program::Program;
use crate::call::{Answer, Call, PossibleStates, Reply};
use crate::composite_store::CompositeStore;
use crate::{Context, Failure, Harness, Verdict, Violation};
use session_core::error::{Operation, Outcome};
use session_core::store::Key;
use session_core::time::ManualClock;
use session_core::{Error, ErrorKind};
use std::fmt::{self, Display, Formatter};

/// The results of a program's calls on a store that fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcomes {
    /// Calls that were made, repetitions included.
    pub calls: u64,
    /// How many of them were answered or rejected for certain.
    pub answered: u64,
    /// How many failed and said that nothing was applied.
    pub failed: u64,
    /// How many failed and said that their outcome is unknown.
    pub unknown: u64,
    /// How many were identical repetitions of one of unknown outcome.
    pub repeated: u64,
}

impl Display for Outcomes {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { calls, answered, failed, unknown, repeated } = self;
        write!(
            formatter,
            "{calls} calls: {answered} answered, {failed} failed, {unknown} of unknown outcome, \
             {repeated} repeated"
        )
    }
}

/// Runs a random program on a failing store, and checks what every error claims.
///
/// One caller makes the calls, one after the other, and reads after each failure. An answer must
/// be the one that the [`Model`](crate::Model) gives in a state that the store can be in. After an
/// error that says so nothing is changed ([R2](session_core::contract#r2), [R13](session_core::contract#r13)); after one of unknown outcome the state is the
/// one before or the one after, and it may say so only if an attempt was in doubt, which `doubts`
/// counts below the store. Half of the calls of unknown outcome are repeated identically, and must
/// recognize themselves ([R11](session_core::contract#r11)). So every value that is read is the last one acknowledged, or one
/// that was in doubt.
///
/// The capabilities of the store decide its calls and their checks. One that tells versions by
/// content recognizes no call that its caller repeats, and its own attempts by the data and the
/// expiry that they left, if one was in doubt.
///
/// The store must fail without its failures outlasting the call: nothing may take effect once a
/// call has returned.
///
/// ```
/// use session_conformance::faults::{Fault, FaultPlan, UnderFaults, check_outcomes};
/// use session_conformance::Model;
/// use session_core::time::ManualClock;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), session_conformance::Failure> {
/// let plan = FaultPlan::seeded(1).by_chance(0.3, Fault::FailsAfter, FaultPlan::OPERATIONS);
/// let harness = UnderFaults::new(|clock: ManualClock| Model::new(clock).into_fixture(), plan);
/// let harness = harness.without_retries();
/// let outcomes = check_outcomes(&harness, &|| harness.injected().doubtful, 1, 200).await?;
/// assert!(outcomes.unknown > 0);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// [`Failure`], with the number of the call at which the store broke the law; the same seed makes
/// the same program.
pub async fn check_outcomes(
    harness: &dyn Harness,
    doubts: &(dyn Fn() -> u64 + Sync),
    seed: u64,
    calls: u64,
) -> Result<Outcomes, Failure> {
    let clock = ManualClock::at(Context::start());
    let mut fixture = harness.fixture(clock.clone()).await.map_err(Failure::Setup)?;
    let (parts, teardown) = (CompositeStore::of(&fixture), fixture.teardown.take());
    let context = Context::new(fixture, clock.clone());
    let states = PossibleStates::of_an_empty_store(context.capabilities(), clock);
    let trial = Trial { parts, states, doubts, outcomes: Outcomes::default() };
    let verdict = trial.run(&context, seed, calls).await;
    if let Some(teardown) = teardown {
        teardown.await;
    }
    verdict.map_err(Failure::Violation)
}

struct Trial<'a> {
    parts: CompositeStore,
    states: PossibleStates,
    doubts: &'a (dyn Fn() -> u64 + Sync),
    outcomes: Outcomes,
}

/// How often a read is tried before its failures count as no answer.
const READS: usize = 8;

impl Trial<'_> {
    async fn run(mut self, context: &Context, seed: u64, calls: u64) -> Verdict<Outcomes> {
        let mut program = Program::seeded(context, seed);
        while self.outcomes.calls < calls {
            context.advance(program.pause());
            let call = program.next();
            let is_unknown = self.take(&call).await?;
            if is_unknown && program.chance(0.5) {
                self.outcomes.repeated += 1;
                self.take(&call).await?;
            }
        }
        for key in program.keys() {
            self.read("the load in the end", &key).await?;
        }
        Ok(self.outcomes)
    }

    /// Makes a call, and tells whether its outcome is unknown.
    async fn take(&mut self, call: &Call) -> Verdict<bool> {
        self.outcomes.calls += 1;
        let before = (self.doubts)();
        let answer = call.make(&self.parts).await;
        if let Err(error) = &answer {
            self.check_secrets(call, error)?;
        }
        let in_doubt = (self.doubts)() > before;
        match answer {
            Ok(reply) => self.answered(call, reply.into(), in_doubt)?,
            Err(error) if error.outcome() == Outcome::Unknown => {
                self.unknown(call, &error, in_doubt)?;
                self.read_after(call).await?;
                return Ok(true);
            }
            Err(error) if error.kind() == ErrorKind::Unavailable => {
                self.outcomes.failed += 1;
                self.states.collected(call);
                self.read_after(call).await?;
            }
            Err(refusal) => self.answered(call, Answer::from(&refusal), false)?,
        }
        Ok(false)
    }

    fn answered(&mut self, call: &Call, answer: Answer, in_doubt: bool) -> Verdict {
        self.outcomes.answered += 1;
        match call.operation() {
            // What a collection found is the store's affair; what is read afterwards is not.
            Operation::Collect => {
                self.states.collected(call);
                return Ok(());
            }
            // An attempt before may have deleted what the last one did not find (R7).
            Operation::Delete
                if in_doubt && matches!(answer, Answer::Replied(Reply::Deletion(_))) =>
            {
                self.states.applied(call);
                return Ok(());
            }
            _ => {}
        }
        self.explain(&self.name(call), call, answer, in_doubt)
    }

    fn explain(&mut self, what: &str, call: &Call, answer: Answer, in_doubt: bool) -> Verdict {
        let shown = format!("{answer:?}");
        self.states
            .answered(call, answer, in_doubt)
            .map_err(|lawful| Violation::new(format!("{what}: {shown} instead of {lawful:?}")))
    }

    /// No error shows the keys, data and tokens of its call (S6).
    fn check_secrets(&self, call: &Call, error: &Error) -> Verdict {
        match call.secrets().found_in_error(error) {
            None => Ok(()),
            Some(shown) => {
                Err(Violation::new(format!("{}: its error shows {shown}", self.name(call))))
            }
        }
    }

    fn name(&self, call: &Call) -> String {
        format!("call {}, {}", self.outcomes.calls, call.operation())
    }

    fn unknown(&mut self, call: &Call, error: &Error, in_doubt: bool) -> Verdict {
        self.outcomes.unknown += 1;
        if !in_doubt {
            let name = self.name(call);
            return Err(Violation::new(format!("{name}: doubted for no reason: {error}")));
        }
        self.states.doubted(call);
        Ok(())
    }

    /// Reads what a call that failed is about.
    async fn read_after(&mut self, call: &Call) -> Verdict {
        let what = format!("{}, and the load after its failure", self.name(call));
        for key in call.keys() {
            self.read(&what, key).await?;
        }
        Ok(())
    }

    /// Reads a key, again if the read fails: what is read tells which states remain.
    async fn read(&mut self, what: &str, key: &Key) -> Verdict {
        let call = Call::Load { key: key.clone() };
        for _ in 0..READS {
            if let Ok(answer) = call.make(&self.parts).await {
                self.outcomes.answered += 1;
                return self.explain(what, &call, answer.into(), false);
            }
        }
        Ok(())
    }
}
