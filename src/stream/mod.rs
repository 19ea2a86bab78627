//! How does a program use receivers, intervals and listeners as streams?
//!
//! A [`Stream`] is the async counterpart of an iterator, as `futures-core` defines it: combinators
//! of other crates take it. Here are the wrappers that make one of what kettle has. The paths are
//! tokio-stream's: write `kettle::stream::` for `tokio_stream::`.
//!
//! Not here: combinators. The crates `futures` and `futures-lite` have them (`StreamExt`).
//!
//! tokio: the crate tokio-stream, which depends on tokio.

pub mod wrappers;

#[doc(no_inline)]
pub use futures_core::Stream;
