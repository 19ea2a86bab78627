//! Does the watcher speak when it should, and say no more than it knows?

use super::*;
use crate::fixture::Script;
use kettle_events::Event;

fn in_a_poll_of_main() -> (Script, Id, Round) {
    let (mut script, main) = Script::begun(false);
    script.task(main).write(Event::PollStart { task: main });
    let mut round = Round::new(false);
    round.see(&script.records);
    (script, main, round)
}

/// The first look may come as soon as the poll has begun, or a pause later.
#[test]
fn a_poll_is_not_said_to_have_gone_on_for_longer_than_it_has() {
    let (_, main, round) = in_a_poll_of_main();
    let mut looked = Looked::default();
    let mut look = |nth| {
        let now = Times { on: PAUSE * nth, ready: Duration::ZERO };
        looked.count(round.moment.number);
        looked.at_a_poll(&round, main, [1, 0], Some(now))
    };
    let found: Vec<Lint> = (1..=LOOKS).filter_map(&mut look).collect();
    let [lint] = &found[..] else { panic!("{found:?}") };
    assert_eq!(lint.text, "main has computed for 1.5 s in one poll, which goes on");
    assert_eq!(lint.veto(), "kettle's doctor: main has computed for 1.5 s in one poll");
}

/// A full queue of a trace's writer holds up the thread in the middle of a poll.
#[test]
fn time_in_the_sink_behind_is_not_a_poll_that_goes_on() {
    let (script, _, mut round) = in_a_poll_of_main();
    round.moment.goes_on(&script.records, true);
    let watcher = Watcher::start(Mode::Warn, Arc::new(Mutex::new(round)), None);
    let times = || watcher.0.looked.lock().times;
    watcher.in_sink(true);
    for _ in 0..4 * LOOKS {
        assert!(watcher.0.look().is_none());
        assert_eq!(times(), 0);
    }
    watcher.in_sink(false);
    assert!(watcher.0.look().is_none());
    assert_ne!(times(), 0, "it looks on");
}
