//! Floor 2: what is the runtime's state after these events?
//!
//! | file | the question it answers |
//! |---|---|
//! | `fold.rs` | the fold: which state do these records lead to? |
//! | `apply.rs` | what does each event change? |
//! | `task.rs`, `tasks.rs` | what is known of a task, and what has each come to? |
//! | `run_queue.rs` | in which order are tasks polled? |
//! | `course.rs` | where is the loop? |
//! | `waiting.rs` | who waits, for what, and since when? |
//! | `places.rs` | where does a wait begin and end, which act served it, and is it given up? |
//! | `things.rs` | what is known of sources and jobs, and what changes at them? |
//! | `primitive.rs` | the same of channels, locks and all other primitives |
//! | `wheel.rs` | which timers are in the wheel, and in which slot? |
//! | `scopes.rs` | which `select!`s, `join!`s and `timeout`s are open? |
//! | `view.rs` | what can a fold be asked? |
//! | `snapshot.rs` | which snapshot of the runtime do the records lead to? |
//! | `shown.rs` | what does a page show of the state, and what of that has an event changed? |
//! | `trouble.rs` | what does a record say that can't be? |

mod apply;
mod course;
mod fold;
mod places;
mod primitive;
mod run_queue;
mod scopes;
mod shown;
mod snapshot;
mod task;
mod tasks;
mod things;
mod trouble;
mod view;
mod waiting;
mod wheel;

pub use self::course::Phase;
pub use self::fold::Fold;
pub use self::primitive::{Holder, Primitive};
pub(crate) use self::shown::{Shown, ShownLoop};
pub use self::task::{State, Task, Woken};
pub use self::things::{Job, Side, Source};
pub use self::trouble::Contradiction;
pub use self::waiting::Wait;
pub use self::wheel::Timer;
