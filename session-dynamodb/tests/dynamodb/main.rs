//! The store on a server in the process, over a wire that tests tamper with.

mod collecting;
mod failures;
mod foreign;
mod hash_key;
mod lost_replies;
mod migrating;
mod moving;
mod php;
mod reading;
mod recorded;
mod recordings;
mod requests;
mod sessions;
mod sharing;
mod support;
mod table;
mod wire;
