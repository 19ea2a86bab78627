//! Does the program hang while a heartbeat goes on?
//!
//! Some tasks do nothing but wait for timers, again and again. All others have waited for
//! [`MIN_WAIT`], and only code of this process could end their waits. A task that a timer wakes may
//! act some day, and no event shows that, so this is only a note. There is no note
//! - if a task waits for a source, or a blocking job might act;
//! - if a task awaits the end of one that a timer wakes;
//! - if a timer was set long ago: what comes after that sleep may end a wait;
//! - if the clock is paused, because hours pass at once then.
//!
//! Interface: [`verdict`]; [`may_hang`], which takes less time. The doctor's thread asks
//! (`watch.rs`), and drops the note if a thread of the program's own might act.

use kettle_events::{Id, Kind, Resource, Snapshot, WaitNow};

use super::hang::{self, all_need_code_here, all_sleep, hang_words, with_waits};
use super::lint::{Lint, LintKind, span};
use super::long_wait::{self, MIN_WAIT};
use super::lost_wakeup::is_lost;
use super::moment::Moment;
use super::run::LASTING;
use crate::words::teller::count;

/// A note on all that waits, unless another lint says it.
pub(super) fn verdict(moment: &Moment, after: u64) -> Option<Lint> {
    let is_for_a_short_time = |wait: &&WaitNow| {
        matches!(wait.on, Resource::Timer(_)) && moment.graph.age(wait) < MIN_WAIT
    };
    let is_timed = |id: &Id| moment.graph.waits(*id).iter().any(is_for_a_short_time);
    let (timed, tasks): (Vec<_>, Vec<_>) = moment.by_names().into_iter().partition(is_timed);
    let (first, main) = (timed.first()?, moment.graph.main()?.id);
    let all_wait = tasks.contains(&main)
        && all_sleep(moment, &tasks)
        && all_need_code_here(moment, &tasks, MIN_WAIT);
    if !all_wait || is_told_otherwise(moment, after) {
        return None;
    }
    let which = match timed.len() {
        1 => format!("{}, which a timer wakes", moment.who(*first)),
        some => format!("{}, which timers wake", count(some, "task")),
    };
    let text =
        hang_words(moment, &[], tasks.len(), &format!("only {which} again and again, could"));
    let lint = Lint::new(LintKind::OpenWaits, None, text, after);
    Some(with_waits(moment, Lint { certain: false, ..lint }, &tasks).note(format!(
        "each of these waits has lasted for at least {}, and no event shows whether one will end",
        span(MIN_WAIT)
    )))
}

fn is_told_otherwise(moment: &Moment, after: u64) -> bool {
    !hang::circles(moment, LASTING, after).is_empty()
        || moment.now().tasks.iter().any(|task| is_lost(moment, task))
        || long_wait::verdict(moment, after).is_some()
}

/// Can [`verdict`] have something to say? (This takes less time to find out.)
pub(super) fn may_hang(now: &Snapshot) -> bool {
    let main = now.tasks.iter().rfind(|task| task.kind == Kind::Main).map(|task| task.id);
    let is_long = |wait: &&WaitNow| now.time.saturating_sub(wait.began) >= MIN_WAIT;
    let is_for_a_source = |wait: &WaitNow| matches!(wait.on, Resource::Source(..));
    let mut long = now.waits.iter().filter(is_long);
    main.is_some()
        && !now.paused
        && long.any(|wait| wait.by == main)
        && !now.waits.iter().any(is_for_a_source)
}
