//! How do many tasks send values to a single task?
//!
//! Through a channel with any number of senders and one receiver. Values come out in the order in
//! which they went in. A bounded channel ([`channel`]) makes its senders wait when it is full, so a
//! fast producer can't fill up memory; an unbounded one ([`unbounded_channel`]) never does.
//!
//! ```
//! use kettle::sync::mpsc;
//!
//! # #[kettle::main] async fn main() {
//! let (sender, mut receiver) = mpsc::channel(1);
//! for number in 1..=2 {
//!     let sender = sender.clone();
//!     kettle::spawn(async move { sender.send(number).await });
//! }
//! drop(sender); // otherwise the loop would wait for more
//! let mut sum = 0;
//! while let Some(number) = receiver.recv().await {
//!     sum += number;
//! }
//! assert_eq!(sum, 3);
//! # }
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | [`error`] | the errors |
//! | `state.rs` | the channel itself: a plain state machine |
//! | `chan.rs` | the lock, the wakers that are called after it is released, and the events |
//! | `ends.rs` | the methods that both kinds of channel share |
//! | `sender.rs` | [`Sender`] and its waits |
//! | `send_timeout.rs` | `Sender::send_timeout` |
//! | `permit.rs` | room taken in advance: [`Permit`], [`OwnedPermit`], [`PermitIterator`] |
//! | `receiver.rs` | [`Receiver`], and the code for receiving that both kinds of channel share |
//! | `unbounded.rs` | [`UnboundedSender`], [`UnboundedReceiver`] |
//! | `weak.rs` | senders that don't keep the channel open: [`WeakSender`], [`WeakUnboundedSender`] |
//!
//! Each file imports only from files above it.
//!
//! Both halves work on any thread and under any executor.
//!
//! **The end.** When all senders have been dropped, or the receiver has called `close`, the
//! receiver still gets every value that is in the channel or is sent with an existing permit. Then
//! `recv` returns `None`.

mod chan;
mod ends;
pub mod error;
mod permit;
mod receiver;
#[cfg(feature = "time")]
mod send_timeout;
mod sender;
mod state;
mod unbounded;
mod weak;

use std::panic::Location;
use std::sync::Arc;

use chan::Chan;

pub use permit::{OwnedPermit, Permit, PermitIterator};
pub use receiver::Receiver;
pub use sender::Sender;
pub use unbounded::{UnboundedReceiver, UnboundedSender, unbounded_channel};
pub use weak::{WeakSender, WeakUnboundedSender};

/// The capacity of the largest bounded channel, as in tokio.
const MAX_CAPACITY: usize = usize::MAX >> 3;

/// Makes a channel that holds up to `buffer` values.
///
/// When it is full, [`Sender::send`] waits until the receiver has taken a value. Waiting senders
/// are served in order of arrival.
///
/// # Panics
///
/// If `buffer` is 0 or more than `usize::MAX >> 3`.
///
/// ```
/// use kettle::sync::mpsc;
///
/// # #[kettle::main] async fn main() {
/// let (tx, mut rx) = mpsc::channel(2);
/// kettle::spawn(async move {
///     for number in 1..=5 {
///         tx.send(number).await.unwrap();
///     }
/// });
/// while let Some(number) = rx.recv().await {
///     println!("got {number}");
/// }
/// # }
/// ```
#[track_caller]
pub fn channel<T>(buffer: usize) -> (Sender<T>, Receiver<T>) {
    assert!(buffer > 0, "mpsc bounded channel requires buffer > 0");
    assert!(
        buffer <= MAX_CAPACITY,
        "mpsc bounded channel capacity exceeded {MAX_CAPACITY}: {buffer}"
    );
    let chan = Arc::new(Chan::new(buffer));
    chan.opened(Some(buffer), Location::caller());
    (Sender::counted(chan.clone()), Receiver::new(chan))
}
