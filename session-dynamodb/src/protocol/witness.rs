//! What is seen from outside: which writes were applied, and on what.

use super::message::{Call, Message, Ticket};
use super::world::World;
use super::{Protocol, at};
use crate::item::{Item, Value};
use crate::layout::Attribute;
use crate::lease::lease_end;
use data_encoding::BASE64URL_NOPAD;
use session_core::EpochMillis;
use std::sync::Arc;

/// What became of a turn.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Fate {
    /// Its write was applied, whoever knows.
    pub(super) written: bool,
    /// It lost its lock to another.
    pub(super) deposed: bool,
    /// What its client was told in the end.
    pub(super) told: Option<Told>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Told {
    Written,
    /// Written, by a request that followed one of which nothing was heard.
    WrittenAgain,
    /// Refused, and not written.
    Refused,
    /// Failed or refused, and perhaps written.
    Unknown,
    /// It was not its turn before the deadline.
    TimedOut,
}

/// What no step may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Breach {
    DeposedWrite,
    LostUpdate,
    CutLease,
    ShortenedLease,
    StolenFromPhp,
    Unrecognised,
}

impl Protocol {
    /// Carries a request out. What it is refused for, if it is, comes back as the item.
    pub(super) fn carry_out(&self, world: &mut World, message: Message) -> Result<Item, Item> {
        let before = Arc::clone(&world.item);
        let Some(after) = self.request(message).apply(&before) else {
            return Err((*before).clone());
        };
        let holder = world.holder();
        world.item = Arc::new(after.clone());
        self.watch_lock(world, message.ticket, holder, &before);
        if let Call::Update { seen } = message.call {
            let fate = world.fate(message.ticket);
            if fate.deposed {
                world.breaches.insert(Breach::DeposedWrite);
            }
            if ![seen.data, message.ticket].contains(&data(&before)) {
                world.breaches.insert(Breach::LostUpdate);
            }
            world.fate_mut(message.ticket).written = true;
        }
        Ok(after)
    }

    /// Looks at what a request in the name of `by` did to the lock.
    pub(super) fn watch_lock(
        &self,
        world: &mut World,
        by: Ticket,
        holder: Option<Ticket>,
        before: &Item,
    ) {
        let now_holds = world.holder();
        if before.has_php_lock() && !world.item.has_php_lock() {
            world.breaches.insert(Breach::StolenFromPhp);
        }
        let Some(holder) = holder else {
            // Whoever gets the lock anew is its holder again.
            if let Some(holder) = now_holds {
                world.fate_mut(holder).deposed = false;
            }
            return;
        };
        let was = end(before).expect("it is held");
        if now_holds == Some(holder) {
            if end(&world.item).is_some_and(|is| is < was) {
                world.breaches.insert(Breach::ShortenedLease);
            }
        } else if holder != by {
            world.fate_mut(holder).deposed = true;
            if let Some(heir) = now_holds {
                world.fate_mut(heir).deposed = false;
            }
            if !was.is_over(at(world.clock(self.owner(holder)))) {
                world.breaches.insert(Breach::CutLease);
            }
        }
    }
}

/// In whose name the item is locked, if the lock is one of ours.
pub(super) fn holder(item: &Item) -> Option<Ticket> {
    match item.get(Attribute::Lock) {
        Some(Value::S(text)) => {
            let (_, token) = text.split_once(';')?;
            Some(Ticket(BASE64URL_NOPAD.decode(token.as_bytes()).ok()?[0]))
        }
        _ => None,
    }
}

/// When the lease of the lock ends, if it is one of ours.
pub(super) fn end(item: &Item) -> Option<EpochMillis> {
    match item.get(Attribute::Lock) {
        Some(Value::S(text)) => lease_end(text),
        _ => None,
    }
}

/// Whose data the item has.
pub(super) fn data(item: &Item) -> Ticket {
    match item.get(Attribute::Data) {
        Some(Value::S(text)) => Ticket(text.parse().expect("all data are tickets")),
        _ => panic!("all writes have data"),
    }
}

/// Whose version the item has.
pub(super) fn version(item: &Item) -> Ticket {
    Ticket(item.version().tag().expect("every write has a tag")[0])
}
