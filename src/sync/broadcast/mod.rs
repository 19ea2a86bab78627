//! How do many tasks each receive every value?
//!
//! Through a channel that stores each value once and clones it for each receiver. A sender never
//! waits, so a receiver that is too slow misses values and learns how many it has missed. If a task
//! must receive them all, give it an [`mpsc`](super::mpsc) channel of its own.
//!
//! ```
//! use kettle::sync::broadcast;
//!
//! # #[kettle::main] async fn main() {
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
//! | [`error`] | the errors for a missing value or receiver |
//! | `slots.rs` | which values are kept, and for how many receivers |
//! | `chan.rs` | the lock, and the waiting tasks of both sides |
//! | `receiver.rs` | [`Receiver`]: taking a value, and cloning it |
//! | `sender.rs` | [`Sender`] |
//! | `weak.rs` | senders that don't keep the channel open: [`WeakSender`] |
//!
//! Each file imports only from files above it.
//!
//! **Lagging.** The channel keeps at most its capacity, rounded up to a power of two. When it is
//! full, the next value overwrites the oldest. A receiver that hadn't taken that value gets
//! `Lagged(n)` next, n being the number of missed values, and then the oldest value that is left.
//!
//! **The end.** When all senders are gone, receivers still get the values kept for them and then an
//! error. When all receivers are gone, `send` fails until a new one subscribes.
//!
//! Both halves work on any thread and any executor. Values must be `Send` but needn't be `Sync`.

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
/// tokio: `tokio::sync::broadcast::channel` allocates the whole capacity at once; here `send`
/// allocates as needed.
///
/// # Panics
///
/// If `capacity` is 0 or more than `usize::MAX / 2`.
///
/// ```
/// use kettle::sync::broadcast;
///
/// # #[kettle::main] async fn main() {
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
