//! Floor 1 (see `lib.rs`): how does every description of a run name a task, a place, a duration?
//!
//! | file | the question it answers |
//! |---|---|
//! | `names.rs` | which task is called "task 3"? |
//! | `future.rs` | which short name does a future's type get? |
//! | `quick.rs` | how are ids and places looked up quickly? |
//! | `say.rs` | how are names, counts and times written into a sentence? |
//! | `teller.rs` | how does an event become a sentence? |
//! | `sentences.rs` | which sentence does an event of a task, job, timer, source or scope get? |
//! | `sync_words.rs` | which sentence does an event of a primitive of `sync` get? |
//! | `loop_words.rs` | which sentence does an event of the loop get? |
//! | `whose.rs` | does a source file belong to kettle, to std, to a fetched package, or to the program? |
//! | `stack.rs` | in which functions of the program does a task wait? |
//! | `refused.rs` | which error does an environment variable with a wrong value give? |
//! | `stderr.rs` | how does kettle print a message of its own, and is it coloured? |
//! | `disk.rs` | where on this machine is a source file that the compiler has named? |
//! | `sources.rs` | how do the texts of source files get into a trace? |
//! | `text.rs` | how is JSON written, fast and by hand? |

mod disk;
pub(crate) mod future;
pub(crate) mod loop_words;
pub(crate) mod names;
pub(crate) mod quick;
pub(crate) mod refused;
pub(crate) mod say;
pub(crate) mod sentences;
pub(crate) mod sources;
pub(crate) mod stack;
pub(crate) mod stderr;
pub(crate) mod sync_words;
pub(crate) mod teller;
pub(crate) mod text;
pub(crate) mod whose;
