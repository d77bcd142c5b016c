//! A reader in a table that PHP shares, which removes a lapsed lock.

use super::fault::Fault;
use super::message::Ticket;
use super::world::World;
use super::{Protocol, at};
use crate::condition::Condition;
use crate::layout::{Layout, Versions};
use crate::request;
use crate::settings::Settings;
use std::sync::Arc;

impl Protocol {
    /// The reader reads by the clock of a client, and remembers a lapsed lock.
    pub(super) fn read(&self, world: &mut World, client: usize) {
        world.left.readers -= 1;
        let layout = Layout { versions: Versions::Content, ..Layout::default() };
        let settings = Settings { layout, ..self.settings.clone() };
        let now = at(world.clock(client));
        world.lapsed = settings.lapsed_lock(&world.item, now).cloned();
    }

    /// The removal of the lock arrives, at any time after the reading.
    pub(super) fn remove_lapsed(&self, world: &mut World) {
        let Some(lock) = world.lapsed.take() else {
            return;
        };
        let mut request = request::remove_lock(&self.key, &lock);
        if self.fault == Some(Fault::RemovesWhateverLock) {
            request.condition = Condition::And(Vec::new());
        }
        let (before, holder) = (Arc::clone(&world.item), world.holder());
        if let Some(item) = request.apply(&before) {
            world.item = Arc::new(item);
            self.watch_lock(world, Ticket::NOBODY, holder, &before);
        }
    }
}
