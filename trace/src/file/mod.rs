//! Floor 4: how does a run become a file?
//!
//! | file | the question it answers |
//! |---|---|
//! | `json.rs`, `json/` | how does a record become a line of the trace, and what has it changed? |
//! | `lines.rs` | what is in a trace beside events? |
//! | `form.rs` | in which form does a run become a file? |
//! | `store.rs` | how does text get into a file that nobody else writes? |
//! | `output.rs` | what has the program printed, and in which poll? |
//! | `writer.rs` | what is written of a run, in which order, and how much at most? |
//! | `thread.rs` | on which thread are the lines made? |
//! | `file.rs` | the sink |
//! | `flight.rs` | what happened just before? (A sink that keeps the last events.) |
//! | `dump.rs` | the same, when the program asks |

pub(crate) mod dump;
pub(crate) mod file;
pub(crate) mod flight;
pub(crate) mod form;
pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod output;
pub(crate) mod store;
pub(crate) mod thread;
pub(crate) mod writer;
