//! Floor 1: which answer does a schedule give where the engine is free?
//!
//! | file | the question it answers |
//! |---|---|
//! | `decision.rs` | how is a decision of the runtime written down? |
//! | `random.rs` | which random numbers follow from a seed? |
//! | `priorities.rs` | which task is next if each has a random priority (PCT)? |
//! | `seeded.rs` | which schedule does a seed stand for? |
//! | `listed.rs` | how is a run repeated from the list of its decisions? |

pub(crate) mod decision;
pub(crate) mod listed;
mod priorities;
mod random;
pub(crate) mod seeded;
