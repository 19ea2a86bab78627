//! Floor 3 (`lib.rs` numbers them): what is wrong with this program, in words?
//!
//! ```text
//! warning[kettle::deadlock]: 2 tasks wait for each other's locks
//! ```
//!
//! | file | the question it answers |
//! |---|---|
//! | `lint.rs` | what is a verdict, and which sinks get it? |
//! | `run.rs` | what do the lints look at? |
//! | `moment.rs` | what does a judgement see? |
//! | `table.rs` | which waits are open, at which lines, and who holds what they wait for? |
//! | `advice.rs` | what should be written instead, if a program hangs? |
//! | `system.rs` | what does the system know about this process's threads? |
//! | `alone.rs` | can no other thread act? |
//! | `hang.rs` | does the program wait forever? |
//! | `lost_wakeup.rs` | has a task lost its wake-up? |
//! | `blocking_poll.rs` | did one poll keep the thread from all other tasks? |
//! | `busy_loop.rs` | does a task spin? |
//! | `guard_across_await.rs` | was a lock kept while its holder waited for something slow? |
//! | `long_wait.rs` | does a lock stay taken because its holder waits for others? |
//! | `ready.rs` | does the system call the sources ready that tasks wait for? |
//! | `quit.rs` | how can a user ask a program what it waits for? |
//! | `unpolled.rs` | was a future or a task dropped that nobody had polled? |
//! | `end.rs` | what does the end of a run leave behind? |
//! | `stacks.rs` | in which functions does each waiting task wait? |
//! | `report.rs` | how is a verdict printed, and who else gets it? |
//! | `round.rs` | which lints are asked, and when? |
//! | `watch.rs` | what notices a poll that never ends? |
//! | `mode.rs` | does the doctor look, and what does it do with what it finds? |
//! | `doctor.rs` | what is wrong with this program, in words? |

mod advice;
mod alone;
mod blocking_poll;
mod busy_loop;
mod doctor;
mod end;
mod guard_across_await;
mod hang;
mod lint;
mod long_wait;
mod lost_wakeup;
mod mode;
mod moment;
pub mod quit;
mod ready;
mod report;
mod round;
mod run;
pub(crate) mod stacks;
mod system;
mod table;
mod unpolled;
mod watch;

pub(crate) use self::alone::while_this_waits;
pub use self::doctor::{Doctor, around, examine};
pub use self::lint::{Keeper, Lint, LintKind, Spot};
pub use self::mode::Mode;
pub(crate) use self::report::rendered;
#[cfg(unix)]
pub(crate) use self::system::WATCHER;
pub(crate) use self::system::threads;
