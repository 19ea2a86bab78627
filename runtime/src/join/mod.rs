//! How does a task end, and how does a program wait for its end, or ask for it?

mod join_error; // why does a task have no output: did it panic, or was it cancelled?
mod abort_handle; // how does a program cancel a task without waiting for its end?
mod join_handle; // how does an output reach a handle, and where is a future's panic caught?
mod completion; // how does work that no scheduler polls get a join handle?

pub use abort_handle::AbortHandle;
pub use completion::{Completer, completion};
pub use join_error::JoinError;
pub use join_handle::JoinHandle;
pub(crate) use join_handle::{Stage, complete};
