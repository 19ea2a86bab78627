//! How does a program wait for a task's end, or ask for it?
//!
//! | file | the question it answers |
//! |---|---|
//! | `abort_handle.rs` | how does a program ask for a task's end without waiting for it? |
//! | `join_handle.rs` | how does a program wait for a task's output? |
//! | `completion.rs` | how does work that no scheduler polls get a join handle? |
//!
//! May import: `tasks` and below.

mod abort_handle;
mod completion;
mod join_handle;

pub use abort_handle::AbortHandle;
pub use completion::{Completer, completion};
pub use join_handle::JoinHandle;
