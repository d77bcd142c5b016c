//! The cases of the table, as values.

use crate::cases::locking::{
    acquiring, expiring, fencing, interrupting, lease_expiry, releasing, renewing, rotating_locked,
    watching,
};
use crate::cases::pessimistic::{
    draining, ending, holding, queueing, time_limits, upgrading, waiting,
};
use crate::cases::sessions::{
    aborting, committing, deadlines, destroying, merging, opening, own_lifetimes, reading,
    rotating_ids, secrets,
};
use crate::cases::{
    canceling, collecting, creating, deleting, keys, lifetimes, loading, pacing, pairs, payloads,
    rejecting, repeating, rotating, sizes, threads, touching, updating,
};
use crate::{Case, Law, Requirement};

/// Makes the static table of it.
macro_rules! cases {
    (() $($group:ident { $($name:ident: [$($law:ident)*], [$($need:ident)*];)* })*) => {
        /// Every case, in the order in which a store is best built.
        pub static CASES: &[Case] = &[
            $($(Case {
                name: stringify!($name),
                group: stringify!($group),
                laws: &[$(Law::$law),*],
                needs: &[$(Requirement::$need),*],
                body: |context| Box::pin($group::$name(context)),
            },)*)*
        ];
    };
}

crate::for_each_case! { [cases] }
