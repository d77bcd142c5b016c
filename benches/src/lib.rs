//! What the measurements share: the sessions, the load, the rounds and the tables.
//!
//! `docs/benchmarks.md` has the results and says what they mean.

mod collecting;
mod contender;
mod data;
mod filled;
mod hand_over;
mod layer_cost;
mod layer_level;
mod load;
mod options;
mod report;
mod rounds;
mod spread;
mod store_level;
mod tower_store;

pub use collecting::collecting;
pub use data::{HOUR, fields, id, json, key, name, payload, stamped, value};
pub use hand_over::hand_over;
pub use layer_cost::layer_cost;
pub use layer_level::layer_level;
pub use load::Dice;
pub use options::Options;
pub use report::{Table, verdict};
pub use rounds::nanos;
pub use spread::Spread;
pub use store_level::store_level;
