//! How does a project that was written for tokio run on kettle, without a change to it?
//!
//! `cargo kettle` builds it with a package in tokio's place whose body is kettle (`tokio/`).
//! Nothing is written into the project. What was built is asked whether kettle is in it.
//!
//! | file | the question it answers |
//! |---|---|
//! | [`checkout`] | where is kettle, and what takes tokio's place? |
//! | [`options`] | which of Cargo's own words are taken, and which project is meant? |
//! | `shadow.rs` | where does Cargo build it, so that nothing is written into it? |
//! | `lock.rs` | what of its lock file holds there? |
//! | [`patched`] | how is Cargo made to take kettle for each tokio? |
//! | [`built`] | what was built, and is kettle in it? |
//! | [`watch`] | `cargo kettle watch` |
//! | [`tried`] | what becomes of one test, under many schedules? |
//! | [`test`] | `cargo kettle test` |
//!
//! Not here: the package in tokio's place, and recording (`trace/`).

pub mod built;
pub mod checkout;
mod lock;
pub mod options;
pub mod patched;
mod shadow;
pub mod test;
pub mod tried;
pub mod watch;
