//! The tests of `tests/util/`, compiled for tokio, tokio-util and tokio-stream.

extern crate kettle as tokio;

#[path = "../common/auto_traits.rs"]
mod auto_traits;
#[path = "../api/help.rs"]
mod help;

mod names {
    pub(crate) use ::{tokio_stream, tokio_util};
}

#[path = "../util/compat.rs"]
mod compat;
#[path = "../util/streams.rs"]
mod streams;
#[path = "../util/token.rs"]
mod token;
#[path = "../util/tracker.rs"]
mod tracker;
