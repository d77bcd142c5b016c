//! The store on a server in the process, over a wire that tests tamper with.

mod collecting;
mod failures;
mod foreign;
mod hash_key;
mod held_locks;
mod lapsed_locks;
mod large_items;
mod lost_replies;
mod migrating;
mod moving;
mod network;
mod php;
mod reading;
mod recorded;
mod recordings;
mod replies;
mod requests;
mod secrets;
mod sessions;
mod sharing;
mod support;
mod table;
mod table_states;
mod time_limits;
mod waiting;
mod wire;
