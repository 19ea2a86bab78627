//! How does every one of many tasks get every value?
//!
//! Through a channel in which each value is kept once, and cloned for each receiver. A sender never
//! waits: a receiver that is too slow misses values, and is told how many. (If no value may be
//! missed, give each task an [`mpsc`](super::mpsc) channel of its own.)
//!
//! ```
//! use kettle::sync::broadcast;
//!
//! # #[kettle::main]
//! # async fn main() {
//! let (sender, mut anna) = broadcast::channel(8);
//! let mut bert = sender.subscribe();
//! sender.send("tea is ready").unwrap();
//! assert_eq!(anna.recv().await, Ok("tea is ready"));
//! assert_eq!(bert.recv().await, Ok("tea is ready"));
//! # }
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | [`error`] | what is returned when there is no value or no receiver |
//! | `slots.rs` | the values that are kept, and for how many receivers: a plain state machine |
//! | `chan.rs` | its lock, and the waiting tasks of both sides |
//! | `receiver.rs` | [`Receiver`]: taking a value, and cloning it |
//! | `sender.rs` | [`Sender`] |
//! | `weak.rs` | senders that don't keep the channel open: [`WeakSender`] |
//!
//! Each file imports only from those above it.
//!
//! **Lagging.** The channel keeps at most its capacity, rounded up to a power of two. One value
//! more overwrites the oldest. A receiver that had not taken it gets `Lagged(n)` next, n being the
//! number of values that it has missed, and then the oldest value that is left.
//!
//! **The end.** When all senders are gone, receivers still get what is kept for them, and then an
//! error. When all receivers are gone, `send` fails until a new one subscribes.
//!
//! Both halves may be used from any thread and under any executor. The values must be `Send`, but
//! need not be `Sync`.

mod chan;
pub mod error;
mod receiver;
mod sender;
mod slots;
mod weak;

pub use self::receiver::Receiver;
pub use self::sender::Sender;
pub use self::weak::WeakSender;

/// Makes a channel that keeps up to `capacity` values, rounded up to a power of two.
///
/// tokio: `tokio::sync::broadcast::channel`. It allocates the capacity at once; here memory is
/// taken when values are sent.
///
/// # Panics
///
/// If `capacity` is 0 or more than `usize::MAX / 2`.
///
/// ```
/// use kettle::sync::broadcast;
///
/// # #[kettle::main]
/// # async fn main() {
/// let (tx, mut first) = broadcast::channel(16);
/// let mut second = tx.subscribe();
/// tx.send("tea").unwrap();
/// tx.send("biscuits").unwrap();
/// for rx in [&mut first, &mut second] {
///     assert_eq!(rx.recv().await, Ok("tea"));
///     assert_eq!(rx.recv().await, Ok("biscuits"));
/// }
/// # }
/// ```
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::with_receivers(1, capacity);
    let receiver = Receiver::first(sender.chan().clone());
    (sender, receiver)
}
