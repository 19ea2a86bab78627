//! Does a task block the thread by many short calls?
//!
//! One poll that sleeps for 5 ms is soon over. Two hundred of them within a second leave the other tasks
//! little of it, and `blocking_poll.rs` sees none of them. So polls of [`SHORT`] and more are added up for
//! each task over a [`WINDOW`], in which what the thread was ready without a processor doesn't count: how busy the machine is
//! changes no verdict. The thread's times tell how long it was on a processor or ready in that
//! window. All of that is granted to the task that is judged, whichever tasks used it: in the rest of its
//! polls, the task must have blocked. If the rest may be the time in which other threads of the program got no
//! processor, the verdict says only what may be.
//!
//! Told of only if others had to wait: tasks that were ready, or timers that fired late.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::Id;

use super::lint::{Lint, LintKind, span};
use super::run::Run;
use super::system::{FETCH, Neighbours, Spent, Times};

/// Shorter polls are not counted.
pub(super) const SHORT: Duration = Duration::from_millis(1);
/// So long is counted, at least.
const WINDOW: Duration = Duration::from_secs(1);
/// In a window, a task that blocks for so long is told of, if that is half of it.
const MUCH: Duration = Duration::from_millis(500);
/// What to write instead of what blocks.
pub(super) const BLOCKED: &str = "write `kettle::time::sleep(…).await` in place of \
    `std::thread::sleep`, and `.await` in place of another crate's `block_on`; use `kettle::net` and `kettle::process` in place of std's, and a lock or a channel \
    of `kettle::sync` in place of one of std. Code that can't be awaited belongs in \
    `kettle::task::spawn_blocking`";
/// What is said if the thread may have waited for one that did not get on.
pub(super) const HELD_UP: &str = "if it waited for another thread of this program, perhaps that one only waited \
    for a processor, on a busy machine";
/// So long, in sum, others had to wait.
const WAITED: Duration = Duration::from_millis(100);

/// The polls that are counted now.
#[derive(Debug, Default)]
pub(super) struct ShortPolls {
    window: Option<Window>,
}

#[derive(Debug)]
struct Window {
    since: Duration,
    times: Times,
    neighbours: Option<Neighbours>,
    tasks: BTreeMap<Id, Share>,
    /// By so much, in sum, timers fired late.
    late: Duration,
}

/// What one task had of a window.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    took: Duration,
    /// So much of it while other tasks were ready.
    kept_waiting: Duration,
}

impl ShortPolls {
    /// A timer has fired, so late.
    pub(super) fn fired(&mut self, late: Duration) {
        if let Some(window) = self.window.as_mut().filter(|_| late >= SHORT) {
            window.late += late;
        }
    }

    /// A poll of this task has ended just now. `others`: another task was ready when it began.
    pub(super) fn polled(
        &mut self,
        run: &Run,
        (task, took, others): (Id, Duration, bool),
        now: (Duration, u64),
    ) -> Option<Lint> {
        if took < SHORT || !run.now {
            return None;
        }
        let (real, after) = now;
        let Some(window) = &mut self.window else {
            let (tasks, late) = (BTreeMap::new(), Duration::ZERO);
            let (times, neighbours) = (Times::now()?, Neighbours::now());
            self.window = Some(Window { since: real, times, neighbours, tasks, late });
            return None;
        };
        let share = window.tasks.entry(task).or_default();
        share.took += took;
        share.kept_waiting += if others { took } else { Duration::ZERO };
        let length = real.saturating_sub(window.since);
        if length < WINDOW {
            return None;
        }
        let spent = Times::now()?.since(Some(window.times));
        if length.saturating_sub(spent.ready) < WINDOW {
            return None;
        }
        self.window.take()?.judge(run, (length, spent), after)
    }
}

impl Window {
    fn judge(self, run: &Run, (window, spent): (Duration, Spent), after: u64) -> Option<Lint> {
        let (id, share) = self.tasks.into_iter().max_by_key(|(_, share)| share.took)?;
        let Spent { on, ready, fetched } = spent;
        let blocked = share.took.saturating_sub(on + ready + FETCH * fetched);
        let held_up = || Neighbours::now()?.held_up_since(self.neighbours.as_ref()?, None);
        let certain = held_up().is_some_and(|held_up| blocked >= MUCH + held_up);
        let others_waited = share.kept_waiting + self.late >= WAITED;
        if blocked < MUCH || blocked * 2 < window.saturating_sub(ready) || !others_waited {
            return None;
        }
        let name = run.name(id);
        let (blocked, window) = (span(blocked), span(window));
        let text =
            format!("{name} blocked the thread for {blocked} of {window}, in many short polls");
        let lint = Lint::new(LintKind::BlockingPoll, Some(name), text, after);
        let lint = match run.fold.task(id) {
            Some(task) => run.birth(lint, task).spot(task.at, format!("{name} last awaited this")),
            None => lint,
        };
        let lint = lint
            .note(
                "each of these polls is short. But all tasks, timers and sockets of this runtime share \
                 one thread, and together the polls leave it little time for the others",
            )
            .help(BLOCKED);
        Some(if certain { lint } else { Lint { certain, ..lint.note(HELD_UP) } })
    }
}
