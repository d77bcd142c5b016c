use crate::{
    Context, Fixture, Harness, Law, Level, Requirement, SetupError, Verdict, Violation, refusals,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use session_core::store::Capabilities;
use session_core::time::ManualClock;
use std::any::Any;
use std::fmt::{self, Display, Formatter};
use std::panic::AssertUnwindSafe;

/// The body of a case.
pub(crate) type CaseFn = for<'a> fn(&'a Context) -> BoxFuture<'a, Verdict>;

/// One fact that must hold of every store.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Case {
    /// The fact, as the name of a test.
    pub name: &'static str,
    /// The module of the suite that has the case, such as `updating`.
    pub group: &'static str,
    /// The laws that the case is about.
    pub laws: &'static [Law],
    /// The capabilities without which the case asserts a rejection instead.
    pub needs: &'static [Requirement],
    pub(crate) body: CaseFn,
}

impl Case {
    /// The unique, stable name of the case as a test is called: its group and its name.
    pub fn id(&self) -> String {
        format!("{}::{}", self.group, self.name)
    }

    /// The level of the suite that the case is of.
    pub fn level(&self) -> Level {
        Level::of(self)
    }

    /// Whether the case is on the pessimistic strategy of the fixture.
    ///
    /// No other case uses that strategy.
    pub fn is_on_the_strategy(&self) -> bool {
        GROUPS_OF_THE_STRATEGY.contains(&self.group)
    }

    /// Runs the case on a fresh store of this harness, in a tokio runtime.
    ///
    /// # Errors
    ///
    /// [`Failure`], also for a store that panics.
    pub async fn run(&self, harness: &dyn Harness) -> Result<Passed, Failure> {
        let clock = ManualClock::at(Context::start());
        let mut fixture = harness.fixture(clock.clone()).await.map_err(Failure::Setup)?;
        let teardown = fixture.teardown.take();
        let judged = AssertUnwindSafe(self.judge(fixture, clock)).catch_unwind();
        let verdict = judged.await;
        if let Some(teardown) = teardown {
            teardown.await;
        }
        match verdict {
            Ok(verdict) => verdict.map_err(Failure::Violation),
            Err(panic) => Err(Failure::Panic(message_of(panic.as_ref()))),
        }
    }

    /// The first requirement that a store of these capabilities does not meet.
    fn unmet(&self, capabilities: &Capabilities) -> Option<Requirement> {
        let uses_sessions = self.level() == Level::Sessions || self.is_on_the_strategy();
        let implied = uses_sessions.then_some(Requirement::SessionKeys);
        let mut needs = self.needs.iter().copied().chain(implied);
        needs.find(|need| !need.is_met_by(capabilities))
    }

    async fn judge(&self, fixture: Fixture, clock: ManualClock) -> Verdict<Passed> {
        let context = Context::new(fixture, clock);
        if let Some(need) = self.unmet(&context.capabilities()) {
            refusals::check(&context, need).await?;
            return Ok(Passed::Refused(need));
        }
        context.ensure_provided(self.needs)?;
        (self.body)(&context).await?;
        Ok(Passed::Kept)
    }
}

/// The groups of cases on the pessimistic strategy.
const GROUPS_OF_THE_STRATEGY: [&str; 7] =
    ["waiting", "queueing", "holding", "upgrading", "ending", "time_limits", "draining"];

/// How a store passed a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// It keeps the law.
    Kept,
    /// It declares that it lacks this, and rejects it as it should.
    Refused(Requirement),
}

/// Why a store did not pass a case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The harness made no store.
    #[error("the harness made no store: {0}")]
    Setup(SetupError),
    /// The store broke the law.
    #[error("{0}")]
    Violation(Violation),
    /// The store panicked.
    #[error("panicked: {0}")]
    Panic(String),
}

/// The case in one line, with its laws.
impl Display for Case {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {:?}", self.id(), self.laws)
    }
}

/// The message of a panic.
pub(crate) fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("something that is no text").to_owned()
}

/// Runs a case as a test.
///
/// # Panics
///
/// If the store does not pass.
#[doc(hidden)]
pub async fn assert_passes(name: &str, harness: impl Harness) {
    let case = crate::CASES.iter().find(|case| case.name == name);
    let case = case.expect("the macro expands the table that it is looked up in");
    if let Err(failure) = case.run(&harness).await {
        let laws = case.laws.iter().map(|law| format!("\n  {law}"));
        panic!("{}\n{failure}\nThe law:{}\n", case.name, laws.collect::<String>());
    }
}
