//! What can be awaited on a reader or a writer?
//!
//! The methods of [`AsyncReadExt`] and [`AsyncWriteExt`], and [`copy`]. Each method returns a small
//! future that holds the reader and the buffer and is nothing but a loop around `poll_read` or
//! `poll_write`. One file each; read `read.rs` first, `read_exact.rs` (a future that remembers how
//! far it got) second.
//!
//! Invariants:
//! - A future here returns `Pending` only when the reader or writer under it just did: that one has
//!   stored the waker.
//! - Those that loop (`copy`, `read_exact`, `read_to_end`, `write_all`, `write_all_buf`, the numbers) try again at
//!   `ErrorKind::Interrupted`; those that make one call return it.
//! - The methods' are all `!Unpin`, though none refers to itself: it leaves us free to write one as
//!   an `async fn` one day. tokio does the same.
//!
//! Not here: what buffers (`BufReader`), splits; they are still to come and go beside these.

mod async_read_ext;
mod async_write_ext;
mod chain;
mod copy;
mod fill;
mod flush;
mod read;
mod read_buf;
mod read_exact;
mod read_number;
mod read_to_end;
mod read_to_string;
mod shutdown;
mod take;
mod write;
mod write_all;
mod write_all_buf;
mod write_buf;
mod write_number;
mod write_vectored;

pub use async_read_ext::AsyncReadExt;
pub use async_write_ext::AsyncWriteExt;
pub use chain::Chain;
pub use copy::copy;
pub use take::Take;
