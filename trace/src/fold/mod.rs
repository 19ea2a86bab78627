//! Floor 2: what is the runtime's state after these events?
//!
//! Reading order: `fold.rs`, `apply.rs` (what each event changes), `task.rs`, `tasks.rs` with
//! `run_queue.rs`, `course.rs` (the loop's steps), `waiting.rs` and `places.rs` (which task waits
//! where), `things.rs` and `changes.rs` (sources and jobs), `primitive.rs` and `sync.rs` (channels,
//! locks and all other primitives), `wheel.rs`, `scopes.rs`, `view.rs` (what a fold can be asked),
//! `shown.rs` and `touched.rs` (what a page shows of it, and what an event changes of that),
//! `trouble.rs`.

mod apply;
mod changes;
mod course;
mod fold;
mod kept;
mod places;
mod primitive;
mod run_queue;
mod scopes;
mod shown;
mod sync;
mod task;
mod tasks;
mod things;
mod touched;
mod trouble;
mod view;
mod waiting;
mod wheel;

pub use self::course::Step;
pub use self::fold::Fold;
pub use self::primitive::Primitive;
pub(crate) use self::shown::{
    ShownJob, ShownLoop, ShownPrimitive, ShownSource, ShownTask, ShownTimer,
};
pub use self::task::{State, Task, Woken};
pub use self::things::{Holder, Job, Side, Source};
pub(crate) use self::touched::Item;
pub use self::trouble::Contradiction;
pub use self::waiting::{Wait, Waiter};
pub use self::wheel::Timer;
