//! Floor 1: how does every description of a run name a task, a place, a duration?
//!
//! | file | the question it answers |
//! |---|---|
//! | `names.rs` | which task is "task 3"? |
//! | `future.rs` | what does a task do, as far as the name of its future's type tells? |
//! | `quick.rs` | how are numbers of our own found quickly? |
//! | `say.rs` | of what parts is a sentence made? |
//! | `teller.rs` | how does an event become a sentence? |
//! | `sentences.rs`, `of_the_loop.rs`, `of_sync.rs` | the same: tasks, timers, sources and scopes; the loop; primitives |
//! | `whose.rs` | is a file kettle's own, and what is it called from kettle's root? |
//! | `stack.rs` | in which functions of the program does a task wait? |
//! | `refused.rs` | which words refuse an environment variable that asks for something unknown? |
//! | `disk.rs` | where on this machine is a file that the compiler has named? |
//! | `sources.rs` | where does the text of a source file come from? |
//! | `text.rs` | how is JSON written, fast and by hand? |

mod disk;
pub(crate) mod future;
pub(crate) mod names;
pub(crate) mod of_sync;
pub(crate) mod of_the_loop;
pub(crate) mod quick;
pub(crate) mod refused;
pub(crate) mod say;
pub(crate) mod sentences;
pub(crate) mod sources;
pub(crate) mod stack;
pub(crate) mod teller;
pub(crate) mod text;
pub(crate) mod whose;
