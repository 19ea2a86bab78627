//! Does the program hang while a heartbeat goes on, or beside an idle listener?
//!
//! Some tasks wait for short timers. All others have waited for [`MIN_WAIT`], and only code of this
//! process could end their waits. (In a test a listener counts as such a wait: whoever connects is
//! mostly the test itself.) A task that waits for a timer may act some day, and no event shows
//! that, so this is only a note. There is no note
//! - if a task waits for something that may come from elsewhere, or a blocking job hasn't ended;
//! - if a task awaits the end of one that waits for a timer, or what that one has taken;
//! - if a timer was set long ago: what comes after that sleep may end a wait;
//! - unless tasks were polled at [`MIN_BEATS`] of the latest 64 visits: a slow worker polls less;
//! - if the clock is paused, because hours pass at once then.
//!
//! Interface: [`may_hang`], a first test that takes less time; [`verdict`]. The doctor's thread
//! asks (`watch.rs`), and drops the note if another runtime or a thread of the program's own might
//! act.

use kettle_events::{Coming, Direction, Id, Kind, Resource, Snapshot, SourceNow, WaitNow};

use super::hang::{self, all_need_code_here, all_sleep, hang_words, with_waits};
use super::lint::{Lint, LintKind, span};
use super::long_wait::{self, MIN_WAIT};
use super::lost_wakeup::is_lost;
use super::moment::Moment;
use super::run::LASTING;
use super::system::is_in_tests;
use crate::words::teller::count;

/// At so many of the latest 64 visits of the doctor's thread, tasks had been polled.
pub(super) const MIN_BEATS: u32 = 10;

/// A note on all that waits, unless another lint says it.
pub(super) fn verdict(moment: &Moment, after: u64) -> Option<Lint> {
    let is_short = |wait: &&WaitNow| {
        matches!(wait.on, Resource::Timer(_)) && moment.graph.age(wait) < MIN_WAIT
    };
    let is_timed = |id: &Id| moment.graph.waits(*id).iter().any(is_short);
    let (timed, tasks): (Vec<_>, Vec<_>) = moment.by_names().into_iter().partition(is_timed);
    let has_listener = moment.graph.coming().any(|coming| coming == Coming::Listens);
    let in_tests = is_in_tests();
    let most = if in_tests { Coming::Listens } else { Coming::Closed };
    let all_wait = (has_listener || !timed.is_empty())
        && tasks.contains(&moment.graph.main()?.id)
        && all_sleep(moment, &tasks)
        && all_need_code_here(moment, &tasks, MIN_WAIT, most);
    if !all_wait || is_told_otherwise(moment, after) {
        return None;
    }
    let timers = match timed[..] {
        [] => None,
        [one] => Some(format!("{}, which waits for a timer,", moment.who(one))),
        _ => Some(format!("{}, which wait for timers,", count(timed.len(), "task"))),
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

fn is_told_otherwise(moment: &Moment, after: u64) -> bool {
    !hang::circles(moment, LASTING, after).is_empty()
        || moment.now().tasks.iter().any(|task| is_lost(moment, task))
        || long_wait::verdict(moment, after).is_some()
}

/// Can [`verdict`] have something to say? `has_beats`: were tasks polled so often?
pub(super) fn may_hang(now: &Snapshot, has_beats: bool) -> bool {
    let main = now.tasks.iter().rfind(|task| task.kind == Kind::Main).map(|task| task.id);
    let coming = |source: &SourceNow| source.end.coming[Direction::Read as usize];
    let has_listener = now.sources.iter().any(|source| coming(source) == Coming::Listens);
    let is_long = |wait: &&WaitNow| now.time.saturating_sub(wait.began) >= MIN_WAIT;
    let mut long = now.waits.iter().filter(is_long);
    let is_for_a_timer = |wait: &WaitNow| matches!(wait.on, Resource::Timer(_));
    let has_timers = now.waits.iter().any(is_for_a_timer);
    (has_beats || has_listener && !has_timers)
        && !now.paused
        && main.is_some()
        && long.clone().any(|wait| wait.by == main)
        && !long.any(is_for_a_timer)
        && !now.sources.iter().any(|source| coming(source) == Coming::Open)
}
