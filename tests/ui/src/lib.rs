//! What does the compiler say when one of kettle's macros is used wrongly?
//!
//! `cases/*.rs` are programs with such a mistake. In the line where the compiler ought to point
//! stands `//~ ERROR` and what it ought to say. `tests/messages.rs` compiles them all and compares:
//! every expected message must come, and no other.
