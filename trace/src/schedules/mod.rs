//! Floor 1 (see `lib.rs`): which answer does a schedule give where the engine is free?
//!
//! If two tasks are ready, the engine may poll either first, and asks its *schedule*. Each question
//! of a run is a *choice*, and the choices are numbered from 1. What a question is about, such as
//! the next task or the branch of a `select!`, is its *point*. Answer 0 is the *usual* one: the
//! task that has waited longest, the first branch, all bytes of a read. Any other answer is a
//! *decision*. A *list* of decisions stands for the schedule that gives these answers, and the
//! usual one to all other questions. From a *seed*, a schedule draws its answers at random.
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
