//! Floor 4: how are records kept, and counted?
//!
//! Reading order: `recorder.rs`, `ledger.rs`, `table.rs`.

pub(crate) mod ledger;
pub(crate) mod recorder;
mod table;
