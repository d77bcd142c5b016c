//! Faults in the places among which records move.

use crate::broken::rejects;
use crate::legal::PLACES;
use crate::twist::{Twist, twisted};
use session_conformance::Model;
use session_core::store::{Capabilities, SessionStore};

/// Declares places, but still moves records between them.
#[derive(Debug)]
struct MovesBetweenPlaces;

impl Twist for MovesBetweenPlaces {
    fn capabilities(&self, model: &Model) -> Capabilities {
        model.capabilities().with_places(PLACES)
    }
}

rejects! {
    moves_between_places_that_it_declares = twisted(MovesBetweenPlaces)
        => [a_rotation_to_another_place_is_rejected];
}
