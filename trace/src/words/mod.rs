//! Floor 1: how does every description of a run name a task, a place, a duration?
//!
//! | file | the question it answers |
//! |---|---|
//! | `names.rs` | which task is "task 3"? |
//! | `future.rs` | what does a task do, as its future's type tells? |
//! | `quick.rs` | how are our own numbers looked up quickly? |
//! | `say.rs` | of what parts is a sentence made? |
//! | `teller.rs` | how does an event become a sentence? |
//! | `sentences.rs` | the same, of a task, timer, source or scope |
//! | `of_sync.rs` | the same, of a channel, lock or other primitive |
//! | `of_the_loop.rs` | the same, of the loop |
//! | `whose.rs` | is a file kettle's own, and what is it called from kettle's root? |
//! | `stack.rs` | which functions are at the addresses of a waiting task's stack? |
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
