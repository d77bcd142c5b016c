//! Random programs of clients, whose concurrent histories must be linearizable.
//!
//! The cases of the suite put a store into situations that somebody thought of. This module looks
//! for the others. It draws a program: which records there are to begin with, and what some clients
//! do to some keys (load, create, update by version and by lock, touch, delete, rotate, acquire,
//! renew, release, collect, advance the clock), a tenth of them dropped after a few polls. It runs
//! the program on a fresh store several times, writes down when each call was made and answered and
//! what the answer was, and looks for an order of the calls in which the [`Model`](crate::Model)
//! gives the same answers ([R10](session_core::contract#r10), [S4](session_core::contract#s4)). If there is none, proptest makes the program smaller for as
//! long as there is none.
//!
//! ```
//! session_conformance::histories!(|clock: session_core::time::ManualClock| {
//!     session_conformance::Model::new(clock).into_fixture()
//! });
//! # fn main() {}
//! ```
//!
//! That is two tests, one for each way to take turns. [`check`] and [`assert_linearizable`] take
//! [`Options`] and are for those who want programs of another size, or the counter-example as data.
//!
//! # More programs, and the same again
//!
//! Every test draws new programs. The variables are proptest's:
//!
//! ```sh
//! PROPTEST_CASES=10000 cargo test --test histories
//! PROPTEST_RNG_SEED=7611465630985868898 PROPTEST_CASES=1 cargo test --test histories
//! ```
//!
//! The first draws ten thousand programs. The second draws the one program of a seed, which every
//! counter-example names, and shrinks it the same way. With [`Scheduling::Drawn`], and a store
//! that waits for nothing outside its process, all of it repeats itself exactly; elsewhere the same
//! program races again, and is as likely to fail as it was.
//!
//! When a program fails, the standard error gets its seed, before the program is made smaller. Shrinking
//! ends after a minute, and a history that has no end is given up after one: [`Options`] has both.
//!
//! # Where concurrency comes from
//!
//! - [`Scheduling::Drawn`] polls the clients on one thread, in an order that belongs to the number
//!   of the run: one client after the other, at random, or by ranks, where a client stands still in
//!   the middle of what it does until the others are done. A store that awaits between two steps is
//!   interleaved there. One that awaits nothing answers in one poll, so that its operations are not
//!   concurrent, and what remains is a comparison with the model in random sequences. Futures that
//!   wait for a network are polled when they are woken, so there the network has a say in the order.
//! - [`Scheduling::Threads`] gives each client a thread. They meet before the first call, or before
//!   every call, so that short operations overlap. This is for stores that share memory; which
//!   races happen is for the operating system to say.
//!
//! While a program shrinks, the order of turns that failed is tried first, with the turns left out
//! that a step which is gone may have had. A smaller program is so not lost to another order.
//!
//! # What counts as an explanation
//!
//! - *All keys are one object.* A rotation is one step for both of its keys. A collection is one
//!   step for each key, which deletes a record that is expired then, or misses it.
//! - *The clock is part of the history.* Advancing it is an operation that takes its place in the
//!   order. Every other operation decides by one reading, which it takes between its invocation and
//!   its effect: a store may read the clock first and send the reading along. One that looks at the
//!   clock after it has seen the record has no such order.
//! - *A dropped future, and a reply that is lost* (an error whose outcome is unknown), took effect
//!   at any time after the invocation, or never ([R11](session_core::contract#r11), [R13](session_core::contract#r13)).
//! - *`Unavailable` and `Full`* changed nothing. Every other rejection is the model's, with the same
//!   kind. How long a lease still runs may be unknown, and may count the clock skew in.
//!
//! Every write has a tag and data of its own, so a read tells which write it saw.
//!
//! # What it does not show
//!
//! The search takes exponential time at worst, so histories are short and many: an error that needs
//! more than 24 steps is not found. Nothing repeats a call, fails below the store, or moves the
//! clock back. Versions are tags: a store that tells them by content is rejected. A pass says that
//! nothing was found in as many histories as [`Report`] counts.

mod act;
mod client;
mod counter_example;
mod display;
mod expand;
mod generate;
mod history;
mod interleave;
mod linearize;
mod meeting;
mod options;
mod oracle;
mod program;
mod report;
mod run;
mod search;
mod tags;
mod target;
mod turns;

pub use counter_example::CounterExample;
pub use expand::assert_linearizable;
pub use options::{Options, Scheduling};
pub use report::Report;
pub use search::{Failure, check};
