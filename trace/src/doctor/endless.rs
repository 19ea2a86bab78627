//! What is said of a poll that does not end, of a loop that does not go on, or of jobs that don't end?
//!
//! Interface: [`lint`] with [`Kept`], [`in_no_poll`], [`unended`], [`undriven`] with [`left`]. Not here: how that is noticed (`watch.rs`).

use std::time::Duration;

use kettle_events::{Id, Kind, Resource};
use kettle_runtime::Handle;

use super::hung::{kept_from_jobs, tell};
use super::lint::{Lint, LintKind, span};
use super::round::Round;
use super::run::Run;
use super::short_polls::BLOCKED;
use super::statement::by_words;
use super::system::signals_may_come;
use super::threads::awaits_another;
use crate::fold::Task;
use crate::words::teller::count;

/// So many tasks are told of.
const SHOWN: usize = 8;

/// What to write instead of a poll that computes and does not end.
const ASKS: &str = "if a loop asks again and again for what another task brings, await that: \
    `rx.recv().await` in place of `try_recv`; in a `select!`, `Some(x) = set.next()` of a set that may be empty. If it is a `block_on` of your own, which polls a future until that \
    is ready: `.await` the future; or, where code can't await, gather before what it needs, or call it in `spawn_blocking`. A long computation calls \
    `kettle::task::yield_now().await` now and then, or belongs in `kettle::task::spawn_blocking`";

/// The same, if this word is in the file.
const ASKS_BY_WORDS: [(&str, &str); 2] = [
    (
        "fill_buf",
        "if the loop asks `fill_buf`: that reads only into an empty buffer: `consume` what you have seen before you ask again, or call `read_until` or \
         `read_line`, which do so",
    ),
    (
        "kettle::process",
        "if the loop asks for a child's `wait()`: once the child has ended, that is ready at once, each time. Leave the loop then, or \
         shut that branch of the `select!`: `status = child.wait(), if !ended`",
    ),
];

/// What to write instead of a poll that waits for a thread's end.
const JOINS: &str = "the thread waits for the end of another one (`join`), and the loop can't go on meanwhile: let a blocking \
    job join it, `spawn_blocking(move || thread.join())`, and await that. If that thread waits itself: before the `join`, drop the \
    sender of the channel from which it receives, also one in a field of the value that joins it in its `drop` (an `Option`, of \
    which `take()` drops the sender); drop the guard that it needs; and receive what it sends";

/// What to write instead of a poll that waits for another thread, or for its own.
const LOCKS: &str = "the thread waits for a lock, a channel or another thread, and the loop can't go on. Use \
    a lock or a channel of `kettle::sync` in place of one of std or of another crate, and `.await` in \
    place of another crate's `block_on`. A `Ref` of a `watch` channel is a lock, too: keep none across an \
    `.await`, nor while you send. Release a lock before you call a waker. A thread that has the lock must not wait for this runtime (`blocking_send`, \
    `Handle::block_on`) before it drops the guard; and receive what a thread sends before you wait for its end. Code that can't be awaited belongs in `kettle::task::spawn_blocking`";

const OF_A_CELL_OF_STD: &str = "what initialises a `OnceLock` or a `LazyLock` must not ask for it, nor what it calls: make the value \
    without it, or give each part a cell of its own";

/// The same, if this word is in the file.
const LOCKS_BY_WORDS: [(&str, &str); 3] = [
    ("OnceLock", OF_A_CELL_OF_STD),
    ("LazyLock", OF_A_CELL_OF_STD),
    (
        "impl Wake for",
        "if a waker of your own waits there: to tell another thread, it must `try_send` into its queue, since one event is as good as several",
    ),
];

const MADE_ELSEWHERE: &str = "another thread may be making the value of a `OnceLock` or a `LazyLock` just now: await that. Await the job \
    that makes it before the value is asked for, or use a `kettle::sync::OnceCell`, which `get_or_init` fills from a `spawn_blocking`. \
    (And what initialises a value must not ask for it.)";

/// The same while another thread goes on: it is no circle.
const MAKES_BY_WORDS: [(&str, &str); 2] =
    [("OnceLock", MADE_ELSEWHERE), ("LazyLock", MADE_ELSEWHERE)];

/// No thread drives the runtime, and all threads wait for each other, those of its jobs among them.
pub(super) fn unended(round: &Round) -> Lint {
    let jobs = round.run.fold.jobs_out();
    let (jobs, have) = (count(jobs, "blocking job"), if jobs == 1 { "has" } else { "have" });
    let text =
        format!("{jobs} {have} not ended, and each thread of the program waits for another one");
    let lint = Lint::new(LintKind::Deadlock, None, text, round.moment.seq);
    let lint = Lint { certain: !signals_may_come(), ..lint };
    kept_from_jobs(&round.run, lint)
        .note(
            "a runtime that is dropped, as when `main` returns, waits for its blocking jobs: this program hangs \
             forever",
        )
        .help(
            "let each job come to an end before: drop the senders from which it receives, the guard that it needs, and \
             whatever else it waits for. Or end the runtime by `shutdown_background`, which waits for no job",
        )
}

/// A task that has not begun, or that waits for a timer alone and is overdue, `so_far` after the last event: it waits for a thread that drives
/// the runtime. (Tasks of a `LocalSet` run when a task polls that.) `local`: are there others, and is one of them ready?
pub(super) fn left(round: &Round, so_far: Duration, local: Option<bool>) -> Option<&Task> {
    let Round { run, moment, .. } = round;
    let is_due = |on| match on {
        Resource::Timer(timer) => {
            let timer = run.fold.timer(timer);
            !moment.paused && timer.is_some_and(|timer| timer.due < moment.time + so_far)
        }
        _ => false,
    };
    let is_left = |task: &&Task| {
        let waits = run.awaits(task);
        let overdue = waits.len() == 1 && task.clones == 0 && is_due(waits[0].on);
        let is_its = task.kind == Kind::Task || task.kind == Kind::Local && local.is_some();
        is_its && (task.polls == 0 || overdue)
    };
    run.alive().find(is_left).filter(|_| !run.has_jobs())
}

/// No thread drives this runtime; `left`: a task that waits for one, `ready`: so do local ones.
pub(super) fn undriven(
    run: &Run,
    runtime: &Handle,
    left: Option<&Task>,
    ready: Option<bool>,
) -> Lint {
    let named =
        runtime.name().map_or("a runtime".to_owned(), |name| format!("the runtime {name:?}"));
    let local = ready == Some(true) || left.is_some_and(|task| task.kind == Kind::Local);
    let tasks = match runtime.metrics().num_alive_tasks() {
        _ if local => "local tasks".to_owned(),
        some => count(some, "task"),
    };
    let text = format!("{named} has {tasks}, and for a second no thread has driven it");
    let lint = Lint::new(LintKind::IdleRuntime, None, text, 0);
    left.into_iter().fold(lint, |lint, task| run.birth(lint, task)).help(if local {
        "a `LocalRuntime` runs its tasks only while its own thread is in its `block_on`: wait there, with \
         `runtime.block_on(handle)`, or `runtime.block_on(sleep(…))` in place of `thread::sleep`. If its `block_on` \
         comes later, this is right"
    } else {
        "a runtime runs its tasks only while a thread is in its `block_on`: keep one there, as with \
         `thread::spawn(move || runtime.block_on(…))`. Or spawn on the runtime that runs already, with \
         `kettle::spawn`. If its `block_on` comes later, this is right"
    })
}

/// The loop waits for another thread, though no poll goes on, and each of those waits for another one.
pub(super) fn in_no_poll(round: &Round) -> Lint {
    let text = "the loop waits for a lock or for another thread, outside of any poll".to_owned();
    let mut lint = Lint::new(LintKind::Deadlock, None, text, round.moment.seq);
    lint.certain = !signals_may_come();
    for task in round.run.alive().take(SHOWN) {
        lint = tell(&round.run, task.id, lint);
    }
    lint.note(
        "there the loop calls wakers (of a timer that fired, a socket, a message) and closures such as that of \
         `on_thread_park`, and drops what tasks have returned. One of these has not come to its end, and each thread of the \
         program waits for another one, or for itself: this program hangs forever",
    )
    .help(
        "none of these may wait for another thread, nor a waker for a lock that the code that calls it has. A \
         future that waits for itself through another crate's `Shared`, as in a circle of futures that await each \
         other, is woken under its own lock: look for the circle before you await. With a waker of your own: take it out, \
         release the lock, then call `wake()`",
    )
}

/// What is kept waiting by a poll that goes on.
pub(super) struct Kept {
    pub(super) ready: usize,
    pub(super) due: usize,
    /// Sockets at which tasks wait. Whether anything has come there is not known.
    sockets: usize,
}

impl Kept {
    /// `spawned`: so many tasks were spawned in this poll.
    pub(super) fn waiting(round: &Round, so_far: Duration, spawned: usize) -> Kept {
        let now = round.moment.time + so_far;
        let due = round.run.fold.timers().filter(|(_, timer)| timer.due < now).count();
        Kept {
            ready: round.run.fold.queued() + spawned,
            // A paused clock is moved by the loop alone.
            due: if round.moment.paused { 0 } else { due },
            sockets: round.run.fold.listening(),
        }
    }

    pub(super) fn anything(&self) -> bool {
        self.ready + self.due + self.sockets > 0
    }

    fn told(&self) -> String {
        let wait = |number| if number == 1 { "waits" } else { "wait" };
        let parts = [
            (
                self.ready,
                format!(
                    "{} {} for {} turn",
                    count(self.ready, "ready task"),
                    wait(self.ready),
                    if self.ready == 1 { "its" } else { "their" }
                ),
            ),
            (self.due, format!("{} {} to fire", count(self.due, "due timer"), wait(self.due))),
            (self.sockets, format!("whatever comes at {} waits", count(self.sockets, "socket"))),
        ];
        let parts: Vec<String> =
            parts.into_iter().filter(|(number, _)| *number > 0).map(|(_, part)| part).collect();
        parts.join(", ")
    }
}

/// `stuck`: each thread of the program waits for another one.
pub(super) fn lint(
    round: &Round,
    task: Id,
    (computes, stuck): (bool, bool),
    (so_far, kept): (Duration, &Kept),
) -> Lint {
    let (run, moment) = (&round.run, &round.moment);
    let (name, so_far) = (run.name(task), span(so_far));
    let known = run.fold.task(task);
    let at = moment.at.or(known.and_then(|task| task.at)).or(known.and_then(|task| task.made));
    let (kind, text, help) = if computes {
        let text = format!("{name} computes, and has been in one poll for {so_far}, which goes on");
        (LintKind::NeverYields, text, by_words(at, &ASKS_BY_WORDS, ASKS))
    } else {
        let text = format!("{name} has blocked the thread for {so_far} in one poll, which goes on");
        let help = match moment.thread.and_then(|thread| awaits_another(thread.number)) {
            Some(true) => JOINS.to_owned(),
            Some(false) if stuck => by_words(at, &LOCKS_BY_WORDS, LOCKS),
            Some(false) => by_words(at, &MAKES_BY_WORDS, LOCKS),
            None => BLOCKED.to_owned(),
        };
        (LintKind::BlockingPoll, text, help)
    };
    let lint = Lint::new(kind, Some(name), text, moment.seq);
    let lint = match run.fold.task(task) {
        Some(task) => {
            let at = moment.at.or(task.at);
            run.birth(lint, task).spot(at, format!("{name} was last seen at this `.await`"))
        }
        None => lint,
    };
    if moment.spent && !computes {
        return lint
            .note(format!(
                "{name} has spent its budget: until this poll returns, every future of kettle's \
                 returns `Pending` in it. A `block_on` of another crate waits inside the poll for such \
                 a future, so it waits forever"
            ))
            .help(
                "await the future instead of blocking on it, or move the whole `block_on` into \
                 `kettle::task::spawn_blocking`",
            );
    }
    let meanwhile = kept.anything().then(|| format!("meanwhile {}", kept.told()));
    let lint = meanwhile.into_iter().fold(lint, Lint::note);
    lint.note(
        "until this poll returns, no other task is polled, no timer fires and no socket is served. If \
         it waits for one of them, for example for the task that holds the lock or the sender, it \
         waits forever",
    )
    .help(help)
}
