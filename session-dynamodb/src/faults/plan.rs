use parking_lot::Mutex;
use std::fmt::{self, Display, Formatter};

/// A failure of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireFault {
    /// The server rejects it for want of capacity; it is not carried out.
    Throttled,
    /// The server fails before it is carried out, with status 500.
    FailsBefore,
    /// The server fails after it was carried out, with status 500.
    FailsAfter,
    /// The connection is reset before the request is carried out, with no sign of that.
    Reset,
    /// It is carried out, and its reply is lost.
    ReplyLost,
    /// No reply comes in time, whether it was carried out or not: half of them are.
    TimesOut,
    /// It is carried out twice, and the second reply is the answer.
    Duplicated,
    /// Other tasks run many times before it is sent, and again before its reply.
    Slow,
}

impl WireFault {
    /// Whether the sender cannot know if the request was carried out.
    ///
    /// A repeated deletion reports its second attempt, which finds nothing.
    fn is_doubtful(self, action: &str) -> bool {
        match self {
            Self::FailsBefore
            | Self::FailsAfter
            | Self::Reset
            | Self::ReplyLost
            | Self::TimesOut => true,
            Self::Duplicated => action == "DeleteItem",
            Self::Throttled | Self::Slow => false,
        }
    }
}

/// How many faults were injected, of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct InjectedFaults {
    /// Requests that were throttled.
    pub throttled: u64,
    /// Requests that were answered with 500 and not carried out.
    pub failed_before: u64,
    /// Requests that were answered with 500 and carried out.
    pub failed_after: u64,
    /// Requests that were lost.
    pub reset: u64,
    /// Replies that were lost.
    pub replies_lost: u64,
    /// Requests that timed out, carried out or not.
    pub timed_out: u64,
    /// Requests that were carried out twice.
    pub duplicated: u64,
    /// Requests that were slow.
    pub slow: u64,
    /// Requests whose effect the sender cannot know.
    ///
    /// They failed and may have been carried out, or they are deletions that were carried out
    /// twice.
    pub doubtful: u64,
}

impl InjectedFaults {
    /// How many there were in all.
    pub const fn total(&self) -> u64 {
        let Self { throttled, failed_before, failed_after, reset, replies_lost, .. } = *self;
        throttled
            + failed_before
            + failed_after
            + reset
            + replies_lost
            + self.timed_out
            + self.duplicated
            + self.slow
    }

    fn note(&mut self, fault: WireFault, action: &str) {
        let counter = match fault {
            WireFault::Throttled => &mut self.throttled,
            WireFault::FailsBefore => &mut self.failed_before,
            WireFault::FailsAfter => &mut self.failed_after,
            WireFault::Reset => &mut self.reset,
            WireFault::ReplyLost => &mut self.replies_lost,
            WireFault::TimesOut => &mut self.timed_out,
            WireFault::Duplicated => &mut self.duplicated,
            WireFault::Slow => &mut self.slow,
        };
        *counter += 1;
        self.doubtful += u64::from(fault.is_doubtful(action));
    }
}

impl Display for InjectedFaults {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { throttled, failed_before, failed_after, reset, replies_lost, .. } = self;
        let (total, timed_out) = (self.total(), self.timed_out);
        let (duplicated, slow) = (self.duplicated, self.slow);
        write!(
            formatter,
            "{total} faults: {throttled} throttled, {failed_before} and {failed_after} failures \
             before and after, {reset} resets, {replies_lost} replies lost, {timed_out} \
             timed out, {duplicated} duplicates, {slow} slow"
        )
    }
}

/// The faults to come, and those that there were.
#[derive(Debug)]
pub(super) struct Plan(Mutex<State>);

#[derive(Debug)]
struct State {
    chances: fastrand::Rng,
    rules: Vec<Rule>,
    injected: InjectedFaults,
}

#[derive(Debug)]
struct Rule {
    fault: WireFault,
    chance: f64,
    actions: Option<Vec<&'static str>>,
}

impl Plan {
    pub(super) fn seeded(seed: u64) -> Self {
        let chances = fastrand::Rng::with_seed(seed);
        let injected = InjectedFaults::default();
        Self(Mutex::new(State { chances, rules: Vec::new(), injected }))
    }

    pub(super) fn add(&self, fault: WireFault, chance: f64, actions: Option<Vec<&'static str>>) {
        self.0.lock().rules.push(Rule { fault, chance, actions });
    }

    /// The fault of the next request, if it has one.
    pub(super) fn draw(&self, action: &str) -> Option<WireFault> {
        let State { chances, rules, .. } = &mut *self.0.lock();
        let is_about = |rule: &&Rule| {
            let actions = rule.actions.as_deref();
            actions.is_none_or(|actions| actions.contains(&action))
        };
        let mut due = rules.iter().filter(is_about).filter(|rule| chances.f64() < rule.chance);
        due.next().map(|rule| rule.fault)
    }

    /// One of two things, by the seed.
    pub(super) fn flip(&self) -> bool {
        self.0.lock().chances.bool()
    }

    pub(super) fn note(&self, fault: WireFault, action: &str) {
        self.0.lock().injected.note(fault, action);
    }

    pub(super) fn injected(&self) -> InjectedFaults {
        self.0.lock().injected
    }
}
