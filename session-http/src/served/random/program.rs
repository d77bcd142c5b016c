use proptest::collection::vec;
use proptest::prelude::*;

/// One act of a handler on its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    Read,
    Add(u64),
    /// Holds the section, changes it and writes it back.
    Hold,
    Rotate,
    Destroy,
    Commit,
    /// Keeps a clone of the handle until the end of the program.
    Keep,
}

/// The end of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Status(u16),
    Failure,
    Panic,
    /// The client leaves while the handler waits.
    Leave,
}

/// A request of one of two clients.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Sends the first cookie of the first client, as a thief would.
    pub(crate) is_stale: bool,
    pub(crate) is_safe: bool,
    pub(crate) acts: Vec<Act>,
    pub(crate) outcome: Outcome,
}

/// A sequence of requests, on sessions that are locked or not.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) locks: bool,
    pub(crate) has_cookie: bool,
    pub(crate) requests: Vec<Asked>,
}

pub(crate) fn programs() -> impl Strategy<Value = Program> {
    (any::<bool>(), any::<bool>(), vec(requests(), 1..8))
        .prop_map(|(locks, has_cookie, requests)| Program { locks, has_cookie, requests })
}

fn requests() -> impl Strategy<Value = Asked> {
    let act = prop_oneof![
        3 => Just(Act::Read),
        3 => (0..3_u64).prop_map(Act::Add),
        2 => Just(Act::Hold),
        2 => Just(Act::Rotate),
        1 => Just(Act::Destroy),
        1 => Just(Act::Commit),
        1 => Just(Act::Keep),
    ];
    let outcome = prop_oneof![
        5 => Just(Outcome::Status(200)),
        1 => prop::sample::select(vec![302, 404, 408, 500, 503]).prop_map(Outcome::Status),
        1 => Just(Outcome::Failure),
        1 => Just(Outcome::Panic),
        1 => Just(Outcome::Leave),
    ];
    (prop::bool::weighted(0.2), any::<bool>(), vec(act, 0..7), outcome)
        .prop_map(|(is_stale, is_safe, acts, outcome)| Asked { is_stale, is_safe, acts, outcome })
}
