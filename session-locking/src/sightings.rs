/// Counts how often this process has seen the lock of one key held.
#[derive(Debug, Default)]
pub(crate) struct Sightings {
    held_here: bool,
    /// How often the lock was seen held, here or elsewhere.
    times: u64,
}

/// The sightings of one waiter of the lock that it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sighting {
    /// It is held by a handle of this process.
    HeldHere,
    /// It was held while the waiter waited.
    Held,
    /// Nobody knows of a holder.
    Never,
}

impl Sightings {
    /// A handle of this process has it now.
    pub(crate) fn hold(&mut self) {
        self.held_here = true;
        self.times += 1;
    }

    /// No handle of this process has it any more.
    pub(crate) fn let_go(&mut self) {
        self.held_here = false;
    }

    /// Another process has it now.
    pub(crate) fn see_held(&mut self) {
        self.times += 1;
    }

    /// How often it was seen before a wait that begins now.
    pub(crate) fn before_now(&self) -> u64 {
        self.times - u64::from(self.held_here)
    }

    /// The sightings since this count.
    pub(crate) fn since(&self, before: u64) -> Sighting {
        if self.held_here {
            Sighting::HeldHere
        } else if self.times > before {
            Sighting::Held
        } else {
            Sighting::Never
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Sighting, Sightings};

    #[test]
    fn a_waiter_knows_what_was_seen_while_it_waited() {
        let mut sightings = Sightings::default();
        let first = sightings.before_now();
        assert_eq!(sightings.since(first), Sighting::Never);
        sightings.see_held();
        assert_eq!(sightings.since(first), Sighting::Held);
        let second = sightings.before_now();
        assert_eq!(sightings.since(second), Sighting::Never);
        sightings.hold();
        assert_eq!(sightings.since(second), Sighting::HeldHere);
    }

    #[test]
    fn who_comes_while_a_handle_holds_has_seen_it_even_when_it_has_let_go() {
        let mut sightings = Sightings::default();
        sightings.hold();
        let during = sightings.before_now();
        sightings.let_go();
        assert_eq!(sightings.since(during), Sighting::Held);
        let after = sightings.before_now();
        assert_eq!(sightings.since(after), Sighting::Never);
    }
}
