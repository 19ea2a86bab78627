//! Floor 4 (see `lib.rs`): how does a run become a file?
//!
//! | file | the question it answers |
//! |---|---|
//! | `json.rs`, `json/` | how does a record become a line of the trace, and what has it changed? |
//! | `lines.rs` | which lines does a trace have besides events? |
//! | `store.rs` | how is text written to a file without harm to other files and traces? |
//! | `output.rs` | which lines did the program print, and in which poll? |
//! | `form.rs` | which forms can a trace file have? |
//! | `writer.rs` | in which order are the lines of a trace file written, and when is the file full? |
//! | `thread.rs` | on which thread are the lines made? |
//! | `file.rs` | how is a run written to a file while the program runs? (The sink.) |

pub(crate) mod file;
pub(crate) mod form;
pub(crate) mod json;
pub(crate) mod lines;
pub(crate) mod output;
pub(crate) mod store;
pub(crate) mod thread;
pub(crate) mod writer;
