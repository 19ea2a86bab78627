//! Which loops are told of, by records that are written by hand?

use kettle_events::{At, Effect, Units};

use super::*;
use crate::fixture::{Script, place};

/// It has waited at two lines, as in a `select!`, and now spends the budget of each poll at one of them; beside `each`.
fn text(asks_the_channel: bool, each: impl Fn(Id) -> Vec<Event>) -> Option<String> {
    let source = Id::next();
    let read = Resource::Source(source, Direction::Read);
    text_of(read, |[asks, reads], _| if asks_the_channel { asks } else { reads }, || each(source))
}

/// `spent_at`: of those two lines, in this poll.
fn text_of(
    stream: Resource,
    spent_at: impl Fn([Place; 2], u64) -> Place,
    each: impl Fn() -> Vec<Event>,
) -> Option<String> {
    let [task, channel] = [(); 2].map(|()| Id::next());
    let lines = [place(), place()];
    let mut script = Script::new();
    let waits = |on| crate::fixture::waits(on);
    script.task(task).write(waits(Resource::SyncValue(SyncKind::Mpsc, channel)));
    script.records.last_mut().unwrap().at = At::Call(lines[0]);
    script.write(waits(stream));
    script.records.last_mut().unwrap().at = At::Call(lines[1]);
    let (outcome, wakers, handles) = (Outcome::Pending, 1, 0);
    for poll in 0..=2 * u64::from(MANY) {
        script.at(poll * 20).write(Event::PollStart { task });
        for event in each() {
            script.write(event);
        }
        script.write(Event::Defer { why: Deferral::Budget });
        script.records.last_mut().unwrap().at = At::Call(spent_at(lines, poll));
        let effect = Effect::Queued(1);
        script.write(Event::PollEnd { task, outcome, wakers, handles });
        script.write(Event::Wake { task, by: Cause::Deferred, effect, wait: None });
    }
    let (mut answers, run) = (Answers::default(), Run::new(false));
    script.records.iter().find_map(|record| answers.see(&run, record)).map(|lint| lint.text)
}

/// It has found the channel closed with the last of its budget, and computes since.
#[test]
fn a_budget_that_is_spent_elsewhere_asks_nothing() {
    let pipe = || Resource::Sync(SyncKind::Pipe, Id::next(), Units::Count(1), 1);
    let later = |[asks, _]: [Place; 2], poll| if poll == 0 { asks } else { place() };
    assert_eq!(text_of(pipe(), later, Vec::new), None);
    let ends = |[_, asks]: [Place; 2], poll| if poll == 0 { asks } else { place() };
    assert_eq!(text_of(pipe(), ends, Vec::new), None);
}

#[test]
fn a_closed_channel_beside_a_socket_and_late_ticks() {
    let late = Event::LateTick { late: Duration::from_secs(1), overdue: 0, made_up: false };
    let told = text(true, |_| vec![late]).expect("it is told");
    assert!(told.contains("the same channel again and again, and got nothing"), "{told}");
    assert_eq!(text(true, |_| vec![late, late]), None, "the ticks come at once");
}

#[test]
fn the_end_of_a_stream_is_read_again_and_again() {
    let reads = |bytes| {
        move |source| {
            let (direction, result, bytes) = (Direction::Read, Tried::Done, Some(bytes));
            vec![Event::SourceTry { source, direction, result, bytes }]
        }
    };
    let told = text(false, reads(0)).expect("it is told");
    assert!(told.contains("read 0 bytes of the same stream"), "{told}");
    let child = Resource::Source(Id::next(), Direction::Read);
    let beside = |source| {
        let wait = crate::fixture::waits(child);
        [vec![wait, crate::fixture::given_up(child)], reads(0)(source)].concat()
    };
    assert!(text(false, beside).is_some(), "another branch waits for a child");
    assert_eq!(text(false, reads(1)), None, "something comes");
    assert_eq!(text(false, |_| vec![]), None, "no read is seen");
}

/// Where a `select!` has won by its other branch, that one has spent the budget.
#[test]
fn only_polls_in_which_its_branch_has_won_are_answers() {
    let (task, at) = (Id::next(), place());
    let asked = Asked::Time;
    let streak = Streak {
        task,
        at,
        branch: Some(1),
        asked,
        channel: None,
        since: Duration::ZERO,
        times: None,
        polls: 0,
        poll: Poll::default(),
    };
    for (wins, goes_on) in [(&[1][..], true), (&[0, 1], true), (&[0], false), (&[], false)] {
        let mut script = Script::new();
        script.task(task).write(Event::PollStart { task });
        for branch in wins {
            script.write(Event::SelectWin { branch: *branch });
        }
        script.write(Event::Defer { why: Deferral::Budget });
        let (outcome, wakers, handles) = (Outcome::Pending, 1, 0);
        script.write(Event::PollEnd { task, outcome, wakers, handles });
        let left = script.records.iter().try_fold(streak, Streak::after);
        assert_eq!(left.is_some(), goes_on, "{wins:?}");
    }
}

#[test]
fn a_closed_pipe_is_asked_again_and_again() {
    let pipe = Resource::Sync(SyncKind::Pipe, Id::next(), Units::Count(1), 1);
    let told = text_of(pipe, |[_, writes], _| writes, Vec::new).expect("it is told");
    assert!(told.contains("asked the same pipe") && !told.contains("read"), "{told}");
}
