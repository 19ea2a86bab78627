//! The traits of `io`, their methods, and what is built of them.

mod buffered;
mod bufs;
mod copy;
mod duplex;
mod ext;
mod halves;
mod numbers;
mod read_buf;
mod seek;
mod stdio;
