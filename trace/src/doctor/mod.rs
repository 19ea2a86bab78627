//! Floor 3 (see `lib.rs`): what is wrong with this program, in words?
//!
//! ```text
//! warning[kettle::deadlock]: 2 tasks wait for each other's locks
//! ```
//!
//! | file | the question it answers |
//! |---|---|
//! | `lint.rs` | what is a verdict, and which sinks get it? |
//! | `run.rs` | what is known about a recorded run so far? |
//! | `moment.rs` | what does a lint know about the moment that it judges? |
//! | `table.rs` | which waits are open, at which lines, and who holds what they wait for? |
//! | `advice.rs` | what causes a wait that never ends, and what should be written instead? |
//! | `system.rs` | what does the system know about this process's threads? |
//! | `alone.rs` | can no other thread of the process wake this runtime? |
//! | `hang.rs` | does the program wait forever? |
//! | `heartbeat.rs` | does the program hang while a heartbeat goes on? |
//! | `lost_wakeup.rs` | has a task lost its wake-up? |
//! | `blocking_poll.rs` | did one poll keep the thread from all other tasks? |
//! | `busy_loop.rs` | does a task spin? |
//! | `guard_across_await.rs` | was a lock held across an `.await` of something slow? |
//! | `long_wait.rs` | does a lock stay taken because its holder waits for others? |
//! | `ready.rs` | is a source ready, according to the system, although a task waits for it? |
//! | `quit.rs` | how can a user ask a program what it waits for? |
//! | `unpolled.rs` | was a future or a task dropped before it was ever polled? |
//! | `end.rs` | what did the end of `main` leave unfinished? |
//! | `stacks.rs` | in which functions does each waiting task wait? |
//! | `report.rs` | how is a verdict printed, and who else gets it? |
//! | `round.rs` | when is each lint asked for a verdict? |
//! | `watch.rs` | what notices that a poll never ends, or that a program sleeps forever? |
//! | `visits.rs` | what has the doctor's thread seen at its latest visits of a runtime? |
//! | `mode.rs` | is the doctor on, and what does it do with a verdict? |
//! | `doctor.rs` | what is wrong with this program, in words? |

mod advice;
mod alone;
mod blocking_poll;
mod busy_loop;
mod doctor;
mod end;
mod guard_across_await;
mod hang;
mod heartbeat;
mod lint;
mod long_wait;
mod lost_wakeup;
mod mode;
mod moment;
#[doc(hidden)] // a program that handles `SIGQUIT` through kettle ends the doctor's handling
pub mod quit;
mod ready;
mod report;
mod round;
mod run;
pub(crate) mod stacks;
mod system;
mod table;
mod unpolled;
mod visits;
mod watch;

pub(crate) use self::alone::while_this_waits;
pub use self::doctor::{Doctor, around, examine};
pub use self::lint::{Keeper, Lint, LintKind, Spot};
pub use self::mode::Mode;
pub(crate) use self::report::rendered;
#[cfg(unix)]
pub(crate) use self::system::WATCHER;
pub(crate) use self::system::{WRITER, threads};
#[doc(hidden)]
pub use self::unpolled::end_after_error;
