//! Does the program hang while a heartbeat goes on, or a listener waits for guests?
//!
//! Timers wake some tasks again and again. All others have waited for [`MIN_WAIT`], and only code
//! of this process could end their waits; or, in a test, guests of a listener, who don't come from
//! elsewhere. A task that a timer wakes may act some day, and no event shows that, so this is only
//! a note. There is no note
//! - if a task waits for something that may come from elsewhere, or a blocking job hasn't ended;
//! - if a task awaits the end of one that a timer wakes, or what that one has taken;
//! - if a timer was set long ago: what comes after that sleep may end a wait;
//! - before tasks were polled at [`MIN_BEATS`] visits of late, as a slow worker isn't so soon;
//! - if the clock is paused, because hours pass at once then.
//!
//! Interface: [`verdict`], `has_beats` if tasks were polled so often; [`may_hang`], which takes
//! less time. The doctor's thread asks
//! (`watch.rs`), and drops the note if a thread of the program's own might act.

use kettle_events::{Coming, Direction, Id, Kind, Resource, Snapshot, SourceNow, WaitNow};

use super::hang::{self, all_need_code_here, all_sleep, hang_words, with_waits};
use super::lint::{Lint, LintKind, span};
use super::long_wait::{self, MIN_WAIT};
use super::lost_wakeup::is_lost;
use super::moment::Moment;
use super::run::LASTING;
use super::system::is_in_tests;
use crate::words::teller::count;

/// At so many of the latest visits of the doctor's thread a task has been polled.
pub(super) const MIN_BEATS: u32 = 10;

/// A note on all that waits, unless another lint says it.
pub(super) fn verdict(moment: &Moment, after: u64, has_beats: bool) -> Option<Lint> {
    let is_timed = |id: &Id| is_timed(moment, *id);
    let (timed, tasks): (Vec<_>, Vec<_>) = moment.by_names().into_iter().partition(is_timed);
    let has_listener = moment.graph.coming().any(|coming| coming == Coming::Listens);
    let in_tests = is_in_tests();
    let most = if in_tests { Coming::Listens } else { Coming::Closed };
    let all_wait = (has_listener || !timed.is_empty())
        && (has_beats || timed.is_empty())
        && tasks.contains(&moment.graph.main()?.id)
        && all_sleep(moment, &tasks)
        && all_need_code_here(moment, &tasks, MIN_WAIT, most);
    if !all_wait || is_told_otherwise(moment, after) {
        return None;
    }
    let timers = match timed[..] {
        [] => None,
        [one] => Some(format!("{}, which a timer wakes again and again,", moment.who(one))),
        _ => Some(format!("{}, which timers wake again and again,", count(timed.len(), "task"))),
    };
    let guests = has_listener.then(|| "a connection from elsewhere".to_owned());
    let threads = in_tests.then(|| "another thread".to_owned()); // perhaps another test's
    let who: Vec<String> = timers.into_iter().chain(guests).chain(threads).collect();
    let text = hang_words(moment, &[], tasks.len(), &format!("only {} could", who.join(" or ")));
    let lint = Lint::new(LintKind::OpenWaits, None, text, after);
    let lint = with_waits(moment, Lint { certain: false, ..lint }, &tasks).note(format!(
        "each of these waits has lasted for at least {}, and no event shows whether one will end",
        span(MIN_WAIT)
    ));
    let help = format!("if one of them never ends: {}", lint.help);
    Some(lint.help(help))
}

/// Does a timer wake the task again and again?
fn is_timed(moment: &Moment, task: Id) -> bool {
    let is_short = |wait: &&WaitNow| {
        matches!(wait.on, Resource::Timer(_)) && moment.graph.age(wait) < MIN_WAIT
    };
    moment.graph.waits(task).iter().any(is_short)
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
    let is_open = |source: &SourceNow| source.end.coming[Direction::Read as usize] == Coming::Open;
    let mut long = now.waits.iter().filter(is_long);
    main.is_some()
        && !now.paused
        && long.any(|wait| wait.by == main)
        && !now.sources.iter().any(is_open)
}
