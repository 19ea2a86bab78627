//! Do the helpers that tokio's users have from tokio-util and tokio-stream do the same here?
//!
//! As the tests of the API (`tests/api/`), these are compiled twice: here for kettle, and in
//! `tests/on-tokio/util.rs` for the real crates. The files name both by `crate::names`.

// tokio's attribute macros write `tokio::`.
extern crate kettle as tokio;

#[path = "../common/auto_traits.rs"]
mod auto_traits;
#[path = "../api/help.rs"]
mod help;

mod names {
    pub(crate) use kettle::stream as tokio_stream;
    pub(crate) use kettle::util as tokio_util;
}

mod compat;
mod streams;
mod token;
mod tracker;
