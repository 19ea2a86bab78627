//! Which verdicts does the doctor give on records that are written by hand?
//!
//! In these records Anna and Bert are tasks that main has spawned. Nothing here depends on the
//! system, so other threads are never counted. (`tests/doctor.rs` and `tests/oops.rs` run real
//! programs.)

use super::super::lint::{LintKind, span};
use super::*;
use std::time::Duration;

use crate::defaults::recorder::Recorder;
use crate::fixture::{Guard, Script, TestPrimitive, spawn, waits, wake};
use kettle_events::{Act, Cause, Direction, Effect, Event, Id, Outcome, Resource, SyncKind, Units};

/// The doctor's round after these records, with the verdicts in `found`.
fn judged(script: &Script) -> Round {
    let mut round = Round::default();
    round.judge_records(&script.records);
    let contradictions = round.run.fold.contradictions();
    assert!(contradictions.is_empty(), "{contradictions:#?}");
    round
}

/// The circle of waits that a task is in.
fn circle(script: &Script, task: Id) -> Option<Vec<Id>> {
    judged(script).run.judge(|moment| moment.graph.circle(task))
}

/// A run in which main has spawned two tasks and returned `Pending`.
fn begun_run() -> (Script, [Id; 3]) {
    let (mut script, main) = Script::begun(true);
    let [anna, bert] = [Id::next(), Id::next()];
    script.write(wake(main, Cause::Runtime, Effect::Queued(1))).write(crate::fixture::turn(1));
    script.polls(main);
    for (task, place) in [(anna, 1), (bert, 2)] {
        script.write(spawn(task)).write(wake(task, Cause::Runtime, Effect::Queued(place)));
    }
    script.returns(Outcome::Pending).task(None);
    (script, [main, anna, bert])
}

/// Adds a poll of a task with these events, which returns `Pending`.
fn poll(script: &mut Script, task: Id, events: &[Event]) {
    script.polls(task);
    for event in events {
        script.write(*event);
    }
    script.returns(Outcome::Pending).task(None);
}

/// Adds a wake of `task` to the latest poll, which is `by`'s.
fn add_wake(script: &mut Script, task: Id, by: Id) {
    let poll_end = script.records.pop().expect("the end of a poll").event;
    let wakes = wake(task, Cause::Task(by), Effect::Queued(1));
    script.task(by).write(wakes).write(poll_end).task(None);
}

const WHOLE: Guard = Guard { units: ALL, owned: false };
const WHOLE_OWNED: Guard = Guard { units: ALL, owned: true };
const PART: Guard = Guard { units: ONE, owned: false };

const ALL: Units = Units::All;
const ONE: Units = Units::Count(1);

/// Anna takes some units of a primitive that has `count`, and then waits for more: does she wait
/// for herself?
fn waits_for_itself(kind: SyncKind, count: usize, guard: Guard, awaited: Units) -> bool {
    let (mut script, [_, anna, _]) = begun_run();
    let primitive = TestPrimitive::new(&mut script, kind, count);
    let left = if guard.units == ALL { 0 } else { count - 1 };
    poll(&mut script, anna, &[primitive.act(Act::Take, guard, left), primitive.wait(awaited, 1)]);
    circle(&script, anna).is_some()
}

#[test]
fn only_a_lock_must_be_given_back_by_its_holder() {
    use SyncKind::{Mutex, RwLock, Semaphore};
    assert!(waits_for_itself(Mutex, 1, WHOLE, ALL));
    assert!(waits_for_itself(RwLock, 10, PART, ALL), "it reads, so it can't write");
    assert!(!waits_for_itself(RwLock, 10, WHOLE_OWNED, ONE), "the guard may be another's");
    assert!(!waits_for_itself(Semaphore, 1, PART, ONE), "any task may add a permit");
}

#[test]
fn a_reader_needs_the_writer_before_it() {
    let (mut script, [_, anna, bert]) = begun_run();
    let lock = TestPrimitive::new(&mut script, SyncKind::RwLock, 10);
    poll(&mut script, anna, &[lock.act(Act::Take, PART, 9)]);
    poll(&mut script, bert, &[lock.wait(ALL, 1)]);
    assert_eq!(circle(&script, bert), None, "Anna can go on");
    add_wake(&mut script, anna, bert);
    poll(&mut script, anna, &[lock.wait(ONE, 2)]);
    assert_eq!(circle(&script, bert), Some(vec![anna, bert]));
}

#[test]
fn a_task_that_awaits_another_while_it_holds_the_lock_that_this_needs_is_in_a_circle() {
    let (mut script, [_, anna, bert]) = begun_run();
    let lock = TestPrimitive::new(&mut script, SyncKind::Mutex, 1);
    poll(&mut script, anna, &[lock.act(Act::Take, WHOLE, 0), waits(Resource::Task(bert))]);
    poll(&mut script, bert, &[lock.wait(ALL, 1)]);
    assert_eq!(circle(&script, anna), Some(vec![anna, bert]));
}

#[test]
fn a_task_that_can_be_aborted_may_be_there_for_that() {
    for (is_detached, lost) in [(true, 1), (false, 0)] {
        let (mut script, [_, anna, bert]) = begun_run();
        if is_detached {
            script.write(Event::Detach { task: anna });
        }
        poll(&mut script, anna, &[]);
        script.polls(bert).returns(Outcome::Ready).task(None);
        script.write(Event::Clones { task: anna, count: 0 }).write(Event::Park { timeout: None });
        let found = judged(&script).found;
        assert_eq!(found.len(), lost, "{found:#?}");
        assert!(found.iter().all(|lint| lint.kind == LintKind::LostWakeup));
    }
}

/// Records don't have the thread's times.
#[test]
fn a_verdict_leaves_open_whether_a_long_poll_slept_if_that_is_not_known() {
    let (mut script, [_, anna, _]) = begun_run();
    script.at(1).polls(anna).at(2_001).returns(Outcome::Pending);
    let lint = &judged(&script).found[0];
    assert!(lint.text.ends_with("kept the thread for 2.0 s in one poll"), "{}", lint.text);
    assert!(lint.help.contains("thread::sleep") && lint.help.contains("yield_now"));
}

/// A task takes a lock and sleeps, another one waits for the lock, and the thread wakes at `until`.
#[test]
fn a_guard_is_reported_while_its_holder_sleeps_and_another_task_waits() {
    let is_reported = |guard, until| {
        let (mut script, [_, anna, bert]) = begun_run();
        let lock = TestPrimitive::new(&mut script, SyncKind::Mutex, 1);
        let (timer, due) = (Id::next(), Duration::from_mins(1));
        let sleeps = Event::TimerAdd { timer, due, level: 2, slot: 15 };
        let waits = waits(Resource::Timer(timer));
        poll(&mut script, anna, &[lock.act(Act::Take, guard, 0), sleeps, waits]);
        poll(&mut script, bert, &[lock.wait(ALL, 1)]);
        script.write(Event::Park { timeout: Some(due) });
        script.at(until).write(Event::Unpark { events: 0, unparked: false });
        judged(&script).found.iter().any(|lint| lint.kind == LintKind::GuardAcrossAwait)
    };
    assert!(is_reported(WHOLE, 300));
    assert!(!is_reported(WHOLE, 150), "not for long");
    assert!(!is_reported(WHOLE_OWNED, 300), "no record says where an owned guard is");
}

/// The events with which a task waits for something.
type WaitFor<'a> = &'a dyn Fn(&mut Script) -> Vec<Event>;

/// Anna takes a lock and waits for something (or, `by_bert`, for Bert, who waits for it), and main
/// waits for the lock. Is that reported when the thread wakes after so many seconds?
fn is_long(seconds: u64, by_bert: bool, wait_for: WaitFor) -> bool {
    let (mut script, [main, anna, bert]) = begun_run();
    let lock = TestPrimitive::new(&mut script, SyncKind::Mutex, 1);
    let (wait, wait_for_bert) = (wait_for(&mut script), vec![waits(Resource::Task(bert))]);
    let (annas_events, berts_events) =
        if by_bert { (wait_for_bert, wait) } else { (wait, Vec::new()) };
    poll(&mut script, anna, &[vec![lock.act(Act::Take, WHOLE, 0)], annas_events].concat());
    poll(&mut script, bert, &berts_events);
    add_wake(&mut script, main, bert);
    poll(&mut script, main, &[lock.wait(ALL, 1)]);
    script.write(Event::Park { timeout: None });
    script.at(seconds * 1_000).write(Event::Unpark { events: 0, unparked: true });
    let found = judged(&script).found;
    let verdict = found.iter().find(|lint| lint.kind == LintKind::LongWait);
    assert!(verdict.is_none_or(|lint| !lint.certain && lint.is_a_note()), "{found:#?}");
    verdict.is_some()
}

#[test]
fn a_lock_that_is_long_kept_for_what_others_do_is_reported() {
    let news: WaitFor =
        &|script| vec![TestPrimitive::new(script, SyncKind::Notify, 0).wait(ONE, 1)];
    let permit: WaitFor =
        &|script| vec![TestPrimitive::new(script, SyncKind::Semaphore, 0).wait(ONE, 1)];
    let timer: WaitFor = &|_| {
        let (timer, due) = (Id::next(), Duration::from_mins(1));
        vec![Event::TimerAdd { timer, due, level: 2, slot: 15 }, waits(Resource::Timer(timer))]
    };
    let source: WaitFor = &|_| {
        let source = Id::next();
        let on = Resource::Source(source, Direction::Read);
        vec![Event::SourceAdd { source, what: "TcpStream" }, waits(on)]
    };
    let job: WaitFor = &|_| {
        let task = Id::next();
        vec![Event::BlockingStart { task }, waits(Resource::Task(task))]
    };
    let (by_anna, by_bert) = (false, true);
    for wait in [news, permit] {
        assert!(is_long(5, by_anna, wait) && is_long(5, by_bert, wait));
        assert!(!is_long(4, by_anna, wait), "not for long");
    }
    for outside in [timer, source, job] {
        let both: WaitFor = &|script| [news(script), outside(script)].concat();
        assert!(!is_long(6, by_anna, outside) && !is_long(6, by_bert, outside));
        assert!(!is_long(6, by_anna, both), "the wait may end by what comes from outside");
    }
}

#[test]
fn a_time_is_rounded_as_one_says_it() {
    assert_eq!([399_960, 999_700].map(|us| span(Duration::from_micros(us))), ["400 ms", "1.0 s"]);
}

/// The doctor's thread reports a poll that goes on, and the runtime's thread when it has ended.
#[test]
fn a_verdict_is_reported_once_and_once_more_when_it_is_certain() {
    let (recorder, recording) = Recorder::with_capacity(0);
    let report = Report::silent(Mode::Watch, Some(Box::new(recorder)));
    let ended = Lint::new(LintKind::BlockingPoll, None, "it has blocked".to_owned(), 1);
    let goes_on = Lint { certain: false, text: "it blocks".to_owned(), ..ended.clone() };
    for lint in [&goes_on, &goes_on, &ended, &goes_on, &ended] {
        report.add(lint);
    }
    let certain: Vec<bool> = recording.lints().iter().map(|lint| lint.certain).collect();
    assert_eq!(certain, [false, true]);
}

#[test]
fn while_main_panics_the_doctor_does_not_end_the_program() {
    /// Asks its doctor for a veto when it is dropped.
    struct AsksAtItsEnd(Doctor, Arc<Mutex<Vec<Option<String>>>>);

    impl Drop for AsksAtItsEnd {
        fn drop(&mut self) {
            self.1.lock().push(self.0.veto());
        }
    }

    let vetoes = Arc::<Mutex<Vec<_>>>::default();
    for panics in [false, true] {
        let doctor = Doctor::new(Mode::Panic, None);
        *doctor.report.veto.lock() = Some("kettle's doctor: it hangs".to_owned());
        let asks = AsksAtItsEnd(doctor, vetoes.clone());
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
            let _asks = asks;
            assert!(!panics, "main fails");
        }));
    }
    let vetoes = vetoes.lock();
    assert!(vetoes[0].is_some() && vetoes[1].is_none(), "{vetoes:?}");
}
