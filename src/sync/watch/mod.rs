//! How do many tasks follow a value if only its latest state matters?
//!
//! Through a watched value: senders replace or change it, and each receiver learns that it has
//! changed and reads the value as it is *now*. Intermediate values are not kept. Use it for a
//! configuration, for progress or for a request to shut down.
//!
//! ```
//! use kettle::sync::watch;
//!
//! # #[kettle::main] async fn main() {
//! let (sender, mut receiver) = watch::channel("cold");
//! sender.send("warm").unwrap();
//! sender.send("hot").unwrap();
//! receiver.changed().await.unwrap();
//! assert_eq!(*receiver.borrow_and_update(), "hot");
//! # }
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | [`error`] | the errors after one side has been dropped |
//! | `chan.rs` | the value, its version, and the waiting tasks of both sides |
//! | `receiver.rs` | [`Receiver`]: reading the value, waiting for a change; [`Ref`] |
//! | `sender.rs` | [`Sender`]: changing the value |
//!
//! Each file imports only from files above it.
//!
//! **What is a change?** The value has a version, which each send increments. A receiver remembers
//! the last version that it saw. `changed`, `wait_for` and `borrow_and_update` mark the value as
//! seen; `borrow` and `has_changed` don't. The initial value counts as seen.
//!
//! **The end.** When all senders are gone, `changed` still reports an unseen value, and then
//! returns an error. When all receivers are gone, `send` fails until a new one subscribes.
//!
//! Both halves work on any thread and under any executor.

mod chan;
pub mod error;
mod receiver;
mod sender;

use std::sync::Arc;

use self::chan::{Chan, Version};

pub use self::receiver::{Receiver, Ref};
pub use self::sender::Sender;

/// Makes a watched value with a sender and a receiver, which has seen the initial value.
///
/// ```
/// use kettle::sync::watch;
///
/// # #[kettle::main] async fn main() {
/// let (tx, mut rx) = watch::channel(20);
/// kettle::spawn(async move {
///     for degrees in [40, 60, 80, 100] {
///         tx.send(degrees).unwrap();
///     }
/// });
/// // Only the newest value is left.
/// rx.changed().await.unwrap();
/// assert_eq!(*rx.borrow_and_update(), 100);
/// assert!(rx.changed().await.is_err(), "the sender is gone");
/// # }
/// ```
#[track_caller]
pub fn channel<T>(init: T) -> (Sender<T>, Receiver<T>) {
    let chan = Arc::new(Chan::new(init, 1));
    (Sender::counted(chan.clone()), Receiver::counted(chan, Version::FIRST))
}
