//! Macros. (What may be written in them, and the order of polls, is in tokio's own tests, which
//! `cargo xtask test published` runs on kettle.)

mod attributes;
mod join;
mod select;
mod select_forms;
