//! Do all imports go down?
//!
//! The floors are the folders of `runtime/src` and of `trace/src`, whose `lib.rs` says in a table which
//! number each has. A file imports only from its own folder and from folders with lower numbers, and in no
//! package do files import each other in a circle.
//!
//! Reading order: `module.rs` and `modules.rs` (what a package's files declare and name), `names.rs`
//! (the paths in a piece of code), `imports.rs` (which file defines what another one names),
//! `floors.rs` (the table, and what breaks it), `check.rs` (all of it on this project).

mod attributes;
mod check;
mod floors;
mod imports;
mod module;
mod modules;
mod names;

pub use check::house;
