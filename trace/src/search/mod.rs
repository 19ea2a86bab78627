//! Floor 6: which schedule breaks a test?
//!
//! ```sh
//! KETTLE_SEEDS=1000 cargo test      # each `#[kettle::test]` under a thousand orders
//! ```
//!
//! | file | the question it answers |
//! |---|---|
//! | `judge.rs` | when does a run hang, and why? |
//! | `run.rs` | how does one run of a test under one schedule end? |
//! | `decision_words.rs` | what does each decision of a run do, in words? |
//! | `differ.rs` | where do two runs of one schedule part? |
//! | `explore.rs` | do all schedules with few decisions pass? |
//! | `shrink.rs` | which decisions of a failing run matter? |
//! | `answer.rs`, `job.rs` | what is a process to do that was started to run schedules, and how does it tell? |
//! | `orphan.rs` | what ends such a process, if the one that started it is gone? |
//! | `child.rs` | how is a test run again, in a process of its own? |
//! | `wanted.rs` | which schedules does the environment ask for? |
//! | `search.rs` | which schedule breaks this test, and what is the least that does? |
//! | `test.rs` | what does a test's attribute do with all this? |

mod answer;
mod child;
mod differ;
mod explore;
mod job;
mod judge;
mod orphan;
mod run;
mod search;
mod shrink;
mod test;
mod decision_words;
mod wanted;

pub use self::judge::Judge;
pub use self::run::{Body, Setup};
pub use self::test::{Course, Fit, Test, course};
pub use crate::defaults::schedule::select_seed;
