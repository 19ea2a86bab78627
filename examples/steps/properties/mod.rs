//! What does each step of the ladder do that the one before does not?
//!
//! A [`Property`] is a claim, and a function that panics if the claim is false. It counts polls,
//! wakes, threads and clones of wakers, and judges nothing by how long it takes. A step has its own
//! properties and those of all steps before it, but for `step1_alone`. What is new in them is the flaw
//! of the step before; the functions `flaw1` to `flaw7` show it at work.
//!
//! A property knows a step by what it offers: [`Step`], from step 3 on [`Tasks`], from step 6 on
//! [`Sockets`], and in step 7 [`Handles`]. The macro `implement` makes these of a module. It is
//! used by `tests/ladder.rs` for the steps in this folder, and by `cargo exercise step` for a
//! learner's.
//!
//! Reading order: `kit.rs` (what a step offers, what a property is), then a file for each step, then
//! `moments.rs`, `ends.rs`, `reports.rs` and `flaws.rs`.

#![allow(unused_imports, reason = "a learner's step has no use for what later steps do")]

mod ends;
mod flaws;
#[macro_use]
mod kit;
mod moments;
mod reports;
mod step1;
mod step2;
mod step3;
mod step4;
mod step5;
mod step6;
mod step7;

pub use ends::*;
pub use flaws::*;
pub use kit::*;
pub use moments::*;
pub use reports::*;
pub use step1::*;
pub use step2::*;
pub use step3::*;
pub use step4::*;
pub use step5::*;
pub use step6::*;
pub use step7::*;
