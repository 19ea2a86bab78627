//! Floor 3: what is wrong with this program, in words?
//!
//! ```text
//! warning[kettle::guard_across_await]: task 4 held lock 1 across an `.await`, and 1 other task waited 2.0 s for it
//! ```
//!
//! | file | the question it answers |
//! |---|---|
//! | `lint.rs` | what is a verdict? |
//! | `run.rs` | what do the lints look at? |
//! | `advice.rs` | what to write instead, where a program hangs? |
//! | `asked.rs`, `source.rs` | for what does a loop ask, by the source? |
//! | `given.rs` | what does the code do with what an `.await` gives it, by the source? |
//! | `blocking_poll.rs` | did one poll keep the thread from all other tasks? |
//! | `busy_loop.rs` | does a task spin? |
//! | `circle.rs` | do tasks wait for each other in a circle? |
//! | `closed_channel.rs` | does a task ask a closed channel again and again? |
//! | `cured.rs` | has a `timeout` cured a lost wake-up? |
//! | `cures.rs` | what to write instead, where something of this kind is waited for? |
//! | `values.rs` | the same, where no value comes? |
//! | `cut_short.rs` | which tasks were in the middle of their work when `main` returned? |
//! | `deadlock.rs` | can anything ever happen again? |
//! | `endless.rs` | what is said of a poll that does not end, or of jobs that don't? |
//! | `growing_channel.rs` | does a channel without a limit grow and grow? |
//! | `guard_across_await.rs` | was a lock kept while its holder waited for something slow? |
//! | `roots.rs` | of tasks that hang, which waits are at the root? |
//! | `hung.rs` | what does each task of a program that hangs wait for? |
//! | `channels.rs` | what is in a channel, and which task received from it last? |
//! | `leaked_tasks.rs` | are there more and more tasks of one kind that do nothing? |
//! | `limit.rs` | has a test failed at its time limit, because nothing could happen before? |
//! | `lost_value.rs` | did `select!` drop a branch that had received a value? |
//! | `lost_wakeup.rs` | has a task lost its wake-up? |
//! | `short_polls.rs` | does a task block the thread by many short calls? |
//! | `statement.rs` | does the source show that a future is used for nothing? |
//! | `unpolled.rs` | was a future dropped that had never been polled? |
//! | `stacks.rs` | in which functions does each waiting task wait? |
//! | `tree.rs` | which task awaits which, and in which functions? |
//! | `system.rs` | what does the system know of this thread? |
//! | `threads.rs` | may another thread of this program still do something? |
//! | `report.rs` | how is a verdict printed? |
//! | `keeper.rs` | where does a verdict go? |
//! | `asleep.rs` | which runtimes sleep for good, because no thread of the program can run? |
//! | `watch.rs` | what notices a poll that never ends? |
//! | `round.rs` | which lints are asked, and when? |
//! | `doctor.rs` | what is wrong with this program, in words? |
//! | `mode.rs`, `around.rs` | is the doctor in, and how does it get before a sink? |

mod advice;
mod around;
mod asked;
mod asleep;
mod blocking_poll;
mod busy_loop;
mod channels;
mod circle;
mod closed_channel;
mod cured;
mod cures;
mod cut_short;
mod deadlock;
mod doctor;
mod endless;
mod given;
mod growing_channel;
mod guard_across_await;
mod hung;
mod keeper;
mod leaked_tasks;
mod limit;
mod lint;
mod lost_value;
mod lost_wakeup;
mod mode;
mod report;
mod roots;
mod round;
mod run;
mod short_polls;
mod source;
pub(crate) mod stacks;
mod statement;
mod system;
mod threads;
mod tree;
mod unpolled;
mod values;
mod watch;

pub use self::around::around;
pub use self::cut_short::cutting_short;
pub use self::doctor::{Doctor, examine};
pub use self::keeper::Keeper;
pub use self::lint::{Lint, LintKind, Spot};
pub use self::mode::Mode;
pub(crate) use self::report::rendered;
#[cfg(unix)]
pub(crate) use self::threads::WATCHER;
pub(crate) use self::threads::other_threads;
pub use self::watch::{attend, attend_local};
