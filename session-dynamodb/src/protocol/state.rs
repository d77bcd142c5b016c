use super::client::{Client, Phase};
use super::message::{AttemptId, Message, expires};
use super::observer::{History, Violation, holder};
use super::{Budget, Protocol};
use crate::item::{Item, Value};
use crate::layout::Attribute;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A state of the model.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// The time, in ticks.
    pub(super) time: u8,
    pub(super) item: Arc<Item>,
    pub(super) clients: Vec<Client>,
    /// Requests that no client waits for any more, which may arrive late or never.
    pub(super) late: Vec<Message>,
    /// The lapsed lock that a reader has seen and is about to remove.
    pub(super) lapsed: Option<Value>,
    pub(super) left: Budget,
    /// The outcome of each turn, by attempt. Only the model knows it.
    pub(super) histories: Vec<History>,
    pub(super) violations: BTreeSet<Violation>,
}

impl State {
    /// The start, with clocks that are ahead by these ticks.
    pub(super) fn new(protocol: &Protocol, clocks: &[u8]) -> Self {
        let first = AttemptId::NONE;
        let item = [
            (Attribute::Key, Value::text(protocol.key.as_str())),
            (Attribute::Expires, Value::seconds(expires())),
            (Attribute::Data, Value::payload(&first.payload())),
            (Attribute::Version, Value::tag(&first.tag())),
        ];
        let attempts = 1 + usize::from(protocol.turns) * clocks.len();
        Self {
            time: 0,
            item: Arc::new(Item(item.into())),
            clients: clocks.iter().map(|ahead| Client::new(*ahead)).collect(),
            late: Vec::new(),
            lapsed: None,
            left: protocol.left,
            histories: vec![History::default(); attempts],
            violations: BTreeSet::new(),
        }
    }

    /// The tick on a client's clock.
    pub(super) fn clock(&self, client: usize) -> u8 {
        self.time + self.clients[client].ahead
    }

    pub(super) fn history(&self, attempt: AttemptId) -> History {
        self.histories[usize::from(attempt.0)]
    }

    pub(super) fn history_mut(&mut self, attempt: AttemptId) -> &mut History {
        &mut self.histories[usize::from(attempt.0)]
    }

    /// The attempt that holds the lock of the item.
    pub(super) fn holder(&self) -> Option<AttemptId> {
        holder(&self.item)
    }

    pub(super) fn attempts(&self) -> impl Iterator<Item = AttemptId> + use<> {
        let last = u8::try_from(self.histories.len()).expect("attempts are few");
        (1..last).map(AttemptId)
    }

    pub(super) fn waits(&self) -> bool {
        self.clients.iter().any(|client| matches!(client.phase, Phase::Waiting { .. }))
    }
}

impl Protocol {
    /// The attempt of a client's current turn.
    pub(super) fn attempt(&self, state: &State, client: usize) -> AttemptId {
        let number = u8::try_from(client).expect("clients are few") * self.turns;
        AttemptId(1 + number + state.clients[client].turn)
    }

    /// The client of an attempt.
    pub(super) fn owner(&self, attempt: AttemptId) -> usize {
        usize::from((attempt.0 - 1) / self.turns)
    }
}
