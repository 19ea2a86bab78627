//! Was a lock held across an `.await` of something slow, while other tasks waited for the lock?
//!
//! Timers, sources and blocking jobs are slow. Nothing breaks, but all tasks that wait for the lock
//! also wait for the timer, one after another. There is a verdict if the holder began its slow wait
//! after it had taken the lock, and another task has waited for the lock for [`MIN_WAIT`]. Owned
//! guards aren't reported, because they may have been moved, nor read guards, which are rarely
//! alone.
//!
//! Interface: [`verdict`]. Elsewhere: when it is asked (`round.rs`).

use std::time::Duration;

use kettle_events::{HoldNow, Resource, SyncKind, Units, WaitNow};

use super::hang::is_for_a_lock;
use super::lint::{Lint, LintKind, span};
use super::moment::{Moment, name_of};

/// How long another task must have waited for the lock.
const MIN_WAIT: Duration = Duration::from_millis(200);

/// Judges all waits for locks, as the thread wakes and before a holder is polled.
pub(super) fn verdict(moment: &Moment, after: u64) -> Option<Lint> {
    moment.now().waits.iter().find_map(|wait| judge(moment, wait, after))
}

/// The verdict on the lock of this wait, if its holder waits for something slow.
fn judge(moment: &Moment, wait: &WaitNow, after: u64) -> Option<Lint> {
    let Resource::Sync(SyncKind::Mutex | SyncKind::RwLock, lock, ..) = wait.on else { return None };
    let graph = &moment.graph;
    let hold = graph.holds(lock).iter().find(|hold| hold.units == Units::All && !hold.owned)?;
    let task = graph.task(hold.by?)?;
    let SlowWait { wait: slow, due } = slow_wait(moment, hold)?;
    let late = due.map(|due| moment.now().time.saturating_sub(due)).unwrap_or_default();
    let waited = graph.age(wait).min(graph.age(slow)).saturating_sub(late);
    if waited < MIN_WAIT {
        return None;
    }
    let (name, lock) = (name_of(task), moment.thing(wait.on));
    let effect = match graph.waiters(wait.on).filter(|other| other.by != hold.by).count() {
        1 => format!("1 other task has waited {} for it", span(waited)),
        more => format!("{more} other tasks have waited for it, one of them {}", span(waited)),
    };
    let text = format!("{name} took {lock} before an `.await`, and {effect}");
    let lint = Lint::new(LintKind::GuardAcrossAwait, Some(name), text, after)
        .spot(hold.at, format!("{name} took {lock} here"))
        .spot(slow.at, format!("{name} awaited this, and {lock} had not come back"));
    let lint = lint.birth(name, task.made).note(
        "while the guard lives, every task that needs the lock also waits for that `.await`, so \
         work that could overlap doesn't",
    );
    Some(lint.help(
        "copy what you need out of the lock and drop the guard before the `.await`, with \
         `drop(guard)` or at the end of a block; lock again to store the result. If one task at a \
         time is what you want, as on one connection, this is right",
    ))
}

/// A wait of a lock's holder for something slow.
struct SlowWait<'a> {
    wait: &'a WaitNow,
    /// When its timer is due, if it has one: the holder isn't to blame for a timer that fires late.
    due: Option<Duration>,
}

/// The holder's slow wait since it took the lock. A timer beside a wait for a lock is a mere time
/// limit.
fn slow_wait<'a>(moment: &Moment<'a>, hold: &HoldNow) -> Option<SlowWait<'a>> {
    let graph = &moment.graph;
    let task = graph.task(hold.by?)?;
    let waits = graph.waits(task.id);
    if !graph.is_waiting(task) || waits.iter().any(|wait| is_for_a_lock(wait.on)) {
        return None;
    }
    let is_slow = |wait: &WaitNow| match wait.on {
        Resource::Source(..) => true,
        Resource::Task(id) => graph.job(id).is_some(),
        _ => wait.due.is_some(),
    };
    // Holds and waits have numbers from one counter, so later ones are higher.
    let wait = waits.iter().find(|wait| wait.id.get() > hold.id && is_slow(wait))?;
    Some(SlowWait { wait, due: wait.due })
}
