//! The traits of `io`, their methods, and what is built of them.

mod buffered;
mod copy;
mod duplex;
mod ext;
mod halves;
mod numbers;
mod seek;
mod stdio;
