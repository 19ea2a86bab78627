//! Is what a branch took in its own, and nobody else's?

use super::*;
use crate::fixture::Script;

const PIPE: SyncKind = SyncKind::Pipe;

fn reads(pipe: Id, bytes: u32) -> Event {
    let (act, units) = (Act::Get, Units::Count(bytes));
    Event::SyncAct { kind: PIPE, sync: pipe, act, units, count: 0, item: 0, with: 0, owned: false }
}

fn polled(branch: u32, ready: bool) -> Event {
    Event::SelectPoll { branch, ready }
}

fn begins(branches: u32) -> Event {
    Event::SelectStart { branches, first: 0 }
}

/// What the branches have taken after these events of one task, as bytes or values.
fn took(task: Id, events: impl IntoIterator<Item = Event>) -> Vec<u64> {
    let (mut script, mut took) = (Script::new(), Took::default());
    script.task(task);
    for event in events {
        script.write(event);
    }
    script.records.iter().for_each(|record| took.step(record));
    let sum = |parts: &Vec<Part>| parts.iter().map(|part| part.units).sum();
    took.race(task).iter().map(sum).collect()
}

#[test]
fn what_a_loser_took_over_several_polls_is_its_own() {
    let (task, pipe) = (Id::next(), Id::next());
    let start = Event::PollStart { task };
    let end = Event::PollEnd { task, outcome: Outcome::Pending, wakers: 1, handles: 1 };
    let first = [start, begins(2), reads(pipe, 3), polled(0, false), polled(1, false), end];
    let then = [start, begins(2), reads(pipe, 2), polled(0, false)];
    let won = [reads(pipe, 9), polled(1, true), Event::SelectWin { branch: 1 }];
    let all = first.into_iter().chain(then).chain(won);
    assert_eq!(took(task, all.clone()), [5, 9]);
    // The next one begins with nothing.
    assert_eq!(took(task, all.chain([begins(2), polled(0, false)])), [0, 0]);
}

#[test]
fn what_was_passed_on_is_not_told() {
    let (task, pipe) = (Id::next(), Id::next());
    let (sync, act, units) = (Id::next(), Act::Put, Units::Count(1));
    let sends = Event::SyncAct {
        kind: SyncKind::Mpsc,
        sync,
        act,
        units,
        count: 1,
        item: 0,
        with: 0,
        owned: false,
    };
    let start = Event::PollStart { task };
    let first = [start, begins(2), reads(pipe, 3), polled(0, false), polled(1, false)];
    let then = [start, begins(2), reads(pipe, 4), sends, reads(pipe, 1), polled(0, false)];
    assert_eq!(took(task, first.into_iter().chain(then)), [1, 0]);
}

#[test]
fn a_branch_has_what_a_race_inside_of_it_took() {
    let (task, pipe) = (Id::next(), Id::next());
    let start = Event::PollStart { task };
    let inner = [begins(3), reads(pipe, 3), polled(0, false), polled(1, false)];
    let all = [start, begins(2)].into_iter().chain(inner);
    let all = all.chain([polled(2, false), polled(0, false), polled(1, true)]);
    assert_eq!(took(task, all), [3, 0]);
}

#[test]
fn one_that_was_not_asked_in_a_poll_may_be_another_afterwards() {
    let (task, pipe) = (Id::next(), Id::next());
    let start = Event::PollStart { task };
    let first = [start, begins(2), reads(pipe, 3), polled(0, false), polled(1, false)];
    let then = [begins(2), polled(0, false), polled(1, true)];
    let at_once = first.into_iter().chain([start]).chain(then);
    assert_eq!(took(task, at_once), [3, 0]);
    let later = first.into_iter().chain([start, start]).chain(then);
    assert_eq!(took(task, later), [0, 0]);
}

#[test]
fn two_races_that_take_turns_in_a_poll_are_not_told_apart() {
    let (task, pipe) = (Id::next(), Id::next());
    let one = [begins(2), reads(pipe, 3), polled(0, false), polled(1, false)];
    let other = [begins(2), polled(0, false), polled(1, true)];
    let all = [Event::PollStart { task }].into_iter().chain(one).chain(other);
    assert!(took(task, all).is_empty());
}

#[test]
fn what_is_over_is_forgotten_and_a_broken_record_is_no_panic() {
    let (task, pipe) = (Id::next(), Id::next());
    let bad = [begins(0), begins(65), Event::SelectStart { branches: 2, first: 7 }];
    let bad = bad.into_iter().chain([polled(99, true), Event::SelectWin { branch: 9 }]);
    assert!(took(task, bad.chain([begins(2), polled(5, true), reads(pipe, 1)])) == [0, 0]);
    let end = Event::PollEnd { task, outcome: Outcome::Ready, wakers: 0, handles: 0 };
    assert!(took(task, [begins(2), reads(pipe, 1), polled(0, false), end]).is_empty());
}

#[test]
fn a_race_that_was_dropped_without_a_winner_leaves_the_next_one_nothing() {
    let (task, pipe, timer) = (Id::next(), Id::next(), Id::next());
    let start = Event::PollStart { task };
    let on = Resource::Timer(timer);
    let waits = crate::fixture::waits(on);
    let first =
        [start, begins(2), reads(pipe, 3), waits, polled(0, false), polled(1, false), start];
    let next = [begins(2), polled(0, false), polled(1, true)];
    assert_eq!(took(task, first.into_iter().chain(next)), [3, 0], "it goes on");
    for polls in 1..=2 {
        // In the poll that has asked it, or in the next one, as `timeout` and `futures::select` do.
        let dropped = first.into_iter().take(5 + polls).chain([Event::TimerCancel { timer }]);
        assert_eq!(took(task, dropped.chain([start]).chain(next)), [0, 0]);
    }
    let asked = [start, begins(2), Event::TimerCancel { timer }, polled(0, false), polled(1, true)];
    let asks = first.into_iter().take(6).chain(asked);
    assert_eq!(took(task, asks), [3, 0], "the branch itself has cancelled the timer");
}

#[test]
fn the_waits_between_two_races_are_not_kept() {
    let (task, sync) = (Id::next(), Id::next());
    let (mut script, mut took) = (Script::new(), Took::default());
    let start = Event::PollStart { task };
    let on = Resource::SyncValue(SyncKind::Mpsc, sync);
    let waits = crate::fixture::waits(on);
    script.task(task).write(start).write(begins(2)).write(waits);
    script.write(polled(0, false)).write(waits).write(polled(1, false));
    script.records.iter().for_each(|record| took.step(record));
    assert_eq!(took.waits(task), [vec![on], vec![on]]);
    let kept = took.len();
    let mut script = Script::new();
    script.task(task);
    (0..1000).for_each(|_| _ = script.write(waits));
    script.records.iter().for_each(|record| took.step(record));
    assert_eq!(took.len(), kept, "no branch is asked");
    let mut script = Script::new();
    script.task(task).write(start).write(begins(2));
    (0..1000).for_each(|_| _ = script.write(waits));
    script.records.iter().for_each(|record| took.step(record));
    assert_eq!(took.len(), kept + WAITS);
    let mut script = Script::new();
    script.task(task);
    (0..3).for_each(|_| _ = script.write(start).write(waits));
    script.records.iter().for_each(|record| took.step(record));
    assert_eq!(took.len(), 1, "the task, with no race");
}
