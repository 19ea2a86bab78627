//! Floor 1: what decides where the engine is free to?
//!
//! | file | the question it answers |
//! |---|---|
//! | `seeded.rs` | how does a seed decide? |

pub(crate) mod seeded;
