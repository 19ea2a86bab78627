//! What is compared?
//!
//! A [`Recording`]: the steps of a run in their order, each with its time on the virtual clock. A
//! [`Step`] is what both runtimes can tell without being asked for more than they tell anyway: a
//! task is spawned, polled, woken, goes to wait, is over; and what the program prints.
//!
//! Invariant: tasks are numbered in the order of their spawns, 0 is `block_on`'s own future.

use std::fmt;
use std::time::Duration;

/// A task's number: 0 is `main`, then in the order of the spawns.
pub type Task = usize;

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A task was made.
    Spawn {
        /// The new task.
        task: Task,
        /// Who was being polled.
        by: Option<Task>,
    },
    /// The runtime begins to poll a task.
    Poll(Task),
    /// The poll returned `Pending`.
    Waits(Task),
    /// The task is over: its future has been dropped.
    Ends(Task),
    /// A waker of the task was called.
    Wake {
        /// Whose waker.
        task: Task,
        /// Who was being polled; `None`: the runtime called it between two polls.
        by: Option<Task>,
    },
    /// The program printed a line.
    Prints(String),
}

/// A step, and when it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Since the runtime's start, on the virtual clock.
    pub time: Duration,
    /// What happened.
    pub step: Step,
}

/// All steps of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// In their order.
    pub moments: Vec<Moment>,
}

impl Recording {
    /// The steps as lines of text.
    pub fn lines(&self) -> Vec<String> {
        self.moments.iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} {}", self.time.as_secs_f64(), self.step)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Spawn { task, by: Some(by) } => {
                write!(f, "  {} spawns {}", Name(*by), Name(*task))
            }
            Step::Spawn { task, by: None } => write!(f, "{} is spawned", Name(*task)),
            Step::Poll(task) => write!(f, "{} is polled", Name(*task)),
            Step::Waits(task) => write!(f, "{} waits", Name(*task)),
            Step::Ends(task) => write!(f, "{} ends", Name(*task)),
            Step::Wake { task, by: Some(by) } if task == by => {
                write!(f, "  {} wakes itself", Name(*task))
            }
            Step::Wake { task, by: Some(by) } => write!(f, "  {} wakes {}", Name(*by), Name(*task)),
            Step::Wake { task, by: None } => write!(f, "the runtime wakes {}", Name(*task)),
            Step::Prints(words) => write!(f, "  \"{words}\""),
        }
    }
}

struct Name(Task);

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("main"),
            number => write!(f, "task {number}"),
        }
    }
}
