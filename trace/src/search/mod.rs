//! Floor 6 (see `lib.rs`): which schedule breaks a test?
//!
//! ```sh
//! KETTLE_SEEDS=1000 cargo test      # each `#[kettle::test]` under a thousand orders
//! ```
//!
//! The *search*, in the process that `cargo test` has started, makes no run itself. It asks other
//! processes of the same program to do *jobs*, such as to run a thousand seeds, or one list of
//! decisions (`schedules/mod.rs` says what these are).
//!
//! | file | the question it answers |
//! |---|---|
//! | `failure.rs` | how can a run fail, and when have two runs failed in the same way? |
//! | `judge.rs` | when does a run hang, or wait for something outside, and what ends it then? |
//! | `run.rs` | how does one run of a test under one schedule end? |
//! | `decision_words.rs` | what does each decision of a run do, in words? |
//! | `differ.rs` | where do two runs of one schedule first differ? |
//! | `explore.rs` | do all schedules with few decisions pass? |
//! | `shrink.rs` | which decisions of a failing run matter? |
//! | `answer.rs` | how does a process that runs schedules report to the one that started it? |
//! | `job.rs` | what can such a process be asked to do? |
//! | `orphan.rs` | what ends such a process, if its parent has ended? |
//! | `worker.rs` | how does such a process do its job? |
//! | `program.rs` | how is a test run again, in a process of its own? |
//! | `wanted.rs` | which schedules does the environment ask a test to try? |
//! | `search.rs` | which schedule breaks this test, and which of its decisions matter? |
//! | `test.rs` | how does a `#[kettle::test]` find out how it must run? |

mod answer;
mod decision_words;
mod differ;
mod explore;
mod failure;
mod job;
mod judge;
mod orphan;
mod program;
mod run;
mod search;
mod shrink;
mod test;
mod wanted;
mod worker;

pub use self::judge::Judge;
pub use self::run::{Body, Setup, TestResult};
pub use self::test::{Fit, Test, plan};
pub use crate::defaults::schedule::select_seed;
