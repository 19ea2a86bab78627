//! Was a lock kept while its holder waited for something slow, and others for the lock?
//!
//! Slow is a timer, a socket or a job. Nothing breaks if a lock of kettle's is kept across such an
//! `.await`, but all tasks that wait for the lock then wait for the timer, too, one after another.
//! The open waits and holds show it: the holder began its slow wait after it had taken the lock,
//! and meanwhile a task has waited for the lock for [`LONG`]. An owned guard may be anywhere, and
//! one read guard is rarely the only one, so neither is reported.
//!
//! Interface: [`kept`]. Not here: when the waits are looked at (`round.rs`).

use std::time::Duration;

use kettle_events::{Record, Resource, SyncKind, Units};

use super::lint::{Lint, LintKind, span};
use super::run::Run;
use crate::fold::{Holder, State, Wait};
use crate::words::teller::count;

/// A task that waits for a lock for so long is kept from its work.
const LONG: Duration = Duration::from_millis(200);
/// As the thread wakes, before the holder goes on.
pub(super) fn kept(run: &Run, record: &Record) -> Option<Lint> {
    run.fold.open_waits().inspect(|_| run.looks_at(1)).find_map(|wait| judge(run, wait, record))
}

/// Does this wait for a lock go on while the lock's holder waits for something slow?
fn judge(run: &Run, wait: &Wait, record: &Record) -> Option<Lint> {
    let Resource::Sync(SyncKind::Mutex | SyncKind::RwLock, lock, ..) = wait.on else { return None };
    let (_, holder) = run.sync(wait.on)?.holders.iter().find(|(units, _)| *units == Units::All)?;
    let (slow, due) = slow_wait(run, *holder).filter(|_| !holder.owned)?;
    let long = record.time.min(due).saturating_sub(wait.waiter.began.max(slow.waiter.began));
    let task = run.fold.task(holder.task?).filter(|_| long >= LONG)?;
    let (name, lock) = (run.name(task.id), run.thing(lock));
    let others = run.fold.waiters(wait.on).iter().filter(|other| other.task != holder.task).count();
    let others = count(others, "other task");
    let text =
        format!("{name} held {lock} across an `.await`, and {others} waited {} for it", span(long));
    let lint = Lint::new(LintKind::GuardAcrossAwait, Some(name), text, record.seq)
        .spot(holder.at, format!("{name} took {lock} here"))
        .spot(slow.waiter.at, format!("{name} still held {lock} while it awaited this"));
    Some(
        run.birth(lint, task)
            .note(
                "every task that needs the lock also waits for that `.await`, so work that could \
                 overlap doesn't",
            )
            .help(
                "copy what you need out of the lock and drop the guard before the `.await`, with \
                 `drop(guard)` or at the end of a block; lock again to store the result. If one \
                 task at a time is what you want, as on one connection, this is right",
            ),
    )
}

/// What the holder waits for since it took the lock, and when its timer is due: what that is late
/// by isn't its doing. A timer beside a wait for a lock only limits that.
fn slow_wait(run: &Run, holder: Holder) -> Option<(Wait, Duration)> {
    let task = run.fold.task(holder.task?).filter(|task| task.state == State::Waiting)?;
    let waits = run.few(task);
    if waits.iter().any(|wait| matches!(wait.on, Resource::Sync(kind, ..) if kind.is_lock())) {
        return None;
    }
    let due = |on| match on {
        Resource::Timer(timer) => Some(run.fold.timer(timer)?.due),
        Resource::Source(..) => Some(Duration::MAX),
        Resource::Task(id) => run.fold.job(id).map(|_| Duration::MAX),
        _ => None,
    };
    let mut waits = waits.into_iter().filter(|wait| wait.waiter.since > holder.since);
    waits.find_map(|wait| Some((wait, due(wait.on)?)))
}
