//! Floor 2 (see `lib.rs`): what is the runtime's state after these events?
//!
//! A *fold* takes a runtime's records one by one, and rebuilds its state from them. A *turn* of the
//! loop has five *phases*, such as polling tasks and firing timers. A future that isn't ready has a
//! *wait*, and an *act*, such as a send, *serves* it. *Sources* are sockets, pipes and the like.
//!
//! | file | the question it answers |
//! |---|---|
//! | `fold.rs` | which state do these records lead to? |
//! | `apply.rs` | which part of the state does each event change? |
//! | `task.rs`, `tasks.rs` | what do the records say about a task, and what changes it? |
//! | `run_queue.rs` | which task is polled next? |
//! | `phase.rs` | in which phase of a turn is the loop? |
//! | `waiting.rs` | which waits are open, for what, and since when? |
//! | `places.rs` | where does a wait begin, which act serves it, and how does it end? |
//! | `things.rs` | in which state are the sources and the blocking jobs? |
//! | `primitive.rs` | in which state are channels, locks and all other primitives? |
//! | `wheel.rs` | which timers are in the wheel, and in which slot? |
//! | `scopes.rs` | which `select!`s, `join!`s and `timeout`s are open? |
//! | `view.rs` | which questions does a fold answer? |
//! | `snapshot.rs` | which snapshot of the runtime do the records lead to? |
//! | `shown.rs` | what does a page show of the state, and what of that has an event changed? |
//! | `trouble.rs` | which records contradict the records before them? |

mod apply;
mod phase;
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

pub use self::fold::Fold;
pub use self::phase::Phase;
pub use self::primitive::{Holder, Primitive};
pub(crate) use self::shown::{Shown, ShownLoop};
pub use self::task::{State, Task, Woken};
pub use self::things::{Job, Side, Source};
pub use self::trouble::Contradiction;
pub use self::waiting::Wait;
pub use self::wheel::{Slot, Timer};
