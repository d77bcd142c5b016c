use super::client::{Client, Phase};
use super::message::{Message, Ticket, expires};
use super::witness::{Breach, Fate, holder};
use super::{Left, Protocol};
use crate::item::{Item, Value};
use crate::layout::Attribute;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A state of the model.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct World {
    /// In ticks.
    pub(super) time: u8,
    pub(super) item: Arc<Item>,
    pub(super) clients: Vec<Client>,
    /// Requests that nobody waits for any more, and that may arrive at any time, or never.
    pub(super) late: Vec<Message>,
    /// The lapsed lock that a reader has seen and is about to remove.
    pub(super) lapsed: Option<Value>,
    pub(super) left: Left,
    /// What became of each turn, by ticket. The model alone knows it.
    pub(super) fates: Vec<Fate>,
    pub(super) breaches: BTreeSet<Breach>,
}

impl World {
    /// The start, with clocks that are so many ticks ahead.
    pub(super) fn new(protocol: &Protocol, clocks: &[u8]) -> Self {
        let first = Ticket::NOBODY;
        let item = [
            (Attribute::Key, Value::text(protocol.key.as_str())),
            (Attribute::Expires, Value::seconds(expires())),
            (Attribute::Data, Value::payload(&first.payload())),
            (Attribute::Version, Value::tag(&first.tag())),
        ];
        let tickets = 1 + usize::from(protocol.turns) * clocks.len();
        Self {
            time: 0,
            item: Arc::new(Item(item.into())),
            clients: clocks.iter().map(|ahead| Client::new(*ahead)).collect(),
            late: Vec::new(),
            lapsed: None,
            left: protocol.left,
            fates: vec![Fate::default(); tickets],
            breaches: BTreeSet::new(),
        }
    }

    /// The tick on a client's clock.
    pub(super) fn clock(&self, client: usize) -> u8 {
        self.time + self.clients[client].ahead
    }

    pub(super) fn fate(&self, ticket: Ticket) -> Fate {
        self.fates[usize::from(ticket.0)]
    }

    pub(super) fn fate_mut(&mut self, ticket: Ticket) -> &mut Fate {
        &mut self.fates[usize::from(ticket.0)]
    }

    /// The ticket in whose name the item is locked.
    pub(super) fn holder(&self) -> Option<Ticket> {
        holder(&self.item)
    }

    pub(super) fn tickets(&self) -> impl Iterator<Item = Ticket> + use<> {
        let last = u8::try_from(self.fates.len()).expect("tickets are few");
        (1..last).map(Ticket)
    }

    pub(super) fn waits(&self) -> bool {
        self.clients.iter().any(|client| matches!(client.phase, Phase::Waiting { .. }))
    }
}

impl Protocol {
    /// The ticket of a client's current turn.
    pub(super) fn ticket(&self, world: &World, client: usize) -> Ticket {
        let number = u8::try_from(client).expect("clients are few") * self.turns;
        Ticket(1 + number + world.clients[client].turn)
    }

    /// The client whose turn a ticket is.
    pub(super) fn owner(&self, ticket: Ticket) -> usize {
        usize::from((ticket.0 - 1) / self.turns)
    }
}
