//! How does a task end, and how does a program wait for its end, or ask for it?
//!
//! | file | the question it answers |
//! |---|---|
//! | `join_error.rs` | why has a task no output: did it panic, or was it cancelled? |
//! | `abort_handle.rs` | how does a program cancel a task without waiting for its end? |
//! | `join_handle.rs` | how does an output reach a handle, and where is a future's panic caught? |
//! | `completion.rs` | how does work that no scheduler polls get a join handle? |

mod abort_handle;
mod completion;
mod join_error;
mod join_handle;

pub use abort_handle::AbortHandle;
pub use completion::{Completer, completion};
pub use join_error::JoinError;
pub use join_handle::JoinHandle;
pub(crate) use join_handle::{Stage, complete};
