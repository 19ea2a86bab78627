//! Floor 1: what decides where the engine is free to?
//!
//! | file | the question it answers |
//! |---|---|
//! | `decision.rs` | how is a decision of the runtime written down? |
//! | `random.rs` | which numbers does a seed draw? |
//! | `priorities.rs` | which task is next if each has a random priority (PCT)? |
//! | `seeded.rs` | what does a seed decide? |
//! | `listed.rs` | how is a run repeated from the list of its decisions? |

pub(crate) mod decision;
pub(crate) mod listed;
mod priorities;
mod random;
pub(crate) mod seeded;
