//! Floor 4: how are records kept, and counted?
//!
//! | file | the question it answers |
//! |---|---|
//! | `recorder.rs` | how are records kept in memory? |
//! | `ledger.rs` | what did a run cost, and what was it made of? |
//! | `table.rs` | how is a ledger printed? |

pub(crate) mod ledger;
pub(crate) mod recorder;
mod table;
