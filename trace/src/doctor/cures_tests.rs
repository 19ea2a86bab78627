//! What is said of waits whose cure depends on what has happened before.

use super::*;
use crate::doctor::lost_wakeup;
use kettle_events::Thing;

#[test]
fn room_that_a_permit_has() {
    let (main, task) = (Id::next(), Id::next());
    let mut script = run_of(main, &[task]);
    script.write(Event::Detach { task });
    let values = Queue::new(&mut script);
    poll_at(&mut script, task, &[values.wait()]);
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert!(lint.help.starts_with("use a `Permit`"), "{}", lint.help);
    let told = "1 place of it is taken without a value";
    assert!(lint.notes.iter().any(|note| note.contains(told)), "{lint:#?}");
}

/// What lies in another task's channel has nothing to do with it.
#[test]
fn a_channel_is_named_only_to_a_task_that_has_sent_into_it() {
    let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
    let mut script = free(main, tasks);
    let (values, others) = (Queue::new(&mut script), Queue::new(&mut script));
    poll_at(&mut script, tasks[0], &[others.act(Act::Put, 1)]);
    poll_at(&mut script, tasks[1], &[value_of(SyncKind::Mpsc, values.0)]);
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert!(!lint.notes.iter().any(|note| note.contains("no task receives")), "{lint:#?}");
}

#[test]
fn receivers_that_are_to_go_are_told_of() {
    let on = Resource::SyncClosed(SyncKind::Watch, Id::next());
    let lint = advice_for(&[Event::Wait { on, replaced: Replaced::None }], &[]);
    assert!(lint.help.starts_with("`closed` returns only after"), "{}", lint.help);
}

/// The receiver stays, for it is awaited; of a task that also waits for something else that is not said.
#[test]
fn a_task_that_waits_for_its_asker_to_go_is_told_to_answer() {
    for more in [false, true] {
        let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
        let mut script = free(main, tasks);
        let (answer, values) =
            (Sync::new(&mut script, SyncKind::Oneshot, 0), Queue::new(&mut script));
        let on = Resource::SyncClosed(answer.0, answer.1);
        let waits =
            [Event::Wait { on, replaced: Replaced::None }, value_of(SyncKind::Mpsc, values.0)];
        poll_at(&mut script, tasks[0], if more { &waits } else { &waits[..1] });
        poll_at(&mut script, tasks[1], &[value_of(SyncKind::Oneshot, answer.1)]);
        let lint = deadlock::hangs(&seen(&script).run, 0, 1);
        assert_eq!(lint.help.contains("race the two"), !more, "{}", lint.help);
    }
}

#[test]
fn an_answer_may_come_after_the_end_of_a_channel() {
    for asked in [false, true] {
        let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
        let mut script = free(main, tasks);
        let (answer, values) =
            (Sync::new(&mut script, SyncKind::Oneshot, 0), Queue::new(&mut script));
        let asks = [values.act(Act::Put, 1), value_of(SyncKind::Oneshot, answer.1)];
        poll_at(&mut script, tasks[0], if asked { &asks } else { &asks[1..] });
        let takes = [values.act(Act::Get, 0), value_of(SyncKind::Mpsc, values.0)];
        poll_at(&mut script, tasks[1], if asked { &takes } else { &takes[1..] });
        let lint = deadlock::hangs(&seen(&script).run, 0, 1);
        assert_eq!(lint.help.contains("the end of another channel"), asked, "{}", lint.help);
    }
}

/// Within a limit, and anew.
#[test]
fn a_wait_at_a_barrier_that_was_dropped_has_been_counted() {
    for leaves in [false, true] {
        let (main, task) = (Id::next(), Id::next());
        let mut script = run_of(main, &[task]);
        script.write(Event::Detach { task });
        let barrier = Sync::new(&mut script, SyncKind::Barrier, 3);
        let left = Event::Unwait { on: Resource::Sync(barrier.0, barrier.1, ONE, 1) };
        let all = [barrier.wait(ONE, 1), left, barrier.wait(ONE, 2)];
        poll_at(&mut script, task, if leaves { &all } else { &all[..1] });
        let lint = deadlock::hangs(&seen(&script).run, 0, 1);
        let cure = lint.help.starts_with("a wait that has begun counts");
        let told = lint.notes.iter().any(|note| note.ends_with("dropped counts, too"));
        assert_eq!((cure, told), (leaves, leaves), "{lint:#?}");
    }
}

/// For more tasks than come, or for those that have come once; then only one comes again, and the other has ended.
#[test]
fn a_barrier_that_has_opened_is_for_the_right_number_of_tasks() {
    for opened in [false, true] {
        let (main, task, other) = (Id::next(), Id::next(), Id::next());
        let mut script = run_of(main, &[other, task]);
        script.write(Event::Detach { task }).write(Event::Detach { task: other });
        let Sync(kind, sync) = Sync::new(&mut script, SyncKind::Barrier, 2);
        let comes = |units, count| Event::SyncAct { kind, sync, act: Act::Put, units, count };
        script.task(other).write(Event::PollStart { task: other });
        if opened {
            script.write(comes(ONE, 1)).write(comes(Units::All, 2));
        }
        let outcome = Outcome::Ready;
        let over = Event::PollEnd { task: other, outcome, wakers: 0, handles: 0 };
        script.write(over).task(None);
        poll_at(&mut script, task, &[comes(ONE, 1), Sync(kind, sync).wait(ONE, 1)]);
        let lint = deadlock::hangs(&seen(&script).run, 0, 1);
        let cure = if opened { "that barrier has opened before" } else { "make the barrier for" };
        assert!(lint.help.starts_with(cure), "{}", lint.help);
        let again = lint.notes.iter().any(|note| note.contains("opens again when 1 task more has"));
        let left =
            lint.spots.iter().any(|spot| spot.label.contains("task 1 was spawned here: it came"));
        assert_eq!((again, left), (opened, opened), "{lint:#?}");
    }
}

/// They were mistaken for each other, unless a task has taken what was stored there.
#[test]
fn a_notification_of_another_one_is_told_of() {
    for is_taken in [false, true] {
        let (main, task) = (Id::next(), Id::next());
        let mut script = run_of(main, &[task]);
        script.write(Event::Detach { task });
        let [awaited, called] = [(); 2].map(|()| Sync::new(&mut script, SyncKind::Notify, 0));
        let (kind, sync, units) = (SyncKind::Notify, called.1, ONE);
        script.write(Event::SyncAct { kind, sync, act: Act::Put, units, count: 1 });
        if is_taken {
            script.write(Event::SyncAct { kind, sync, act: Act::Take, units, count: 0 });
        }
        poll_at(&mut script, task, &[awaited.wait(ONE, 1)]);
        let lint = deadlock::hangs(&seen(&script).run, 0, 1);
        let cure = lint.help.starts_with("another `Notify` was called");
        let told = "notify 2 was called, and no task waits there";
        let told = lint.notes.iter().any(|note| note == told);
        assert_eq!((cure, told), (!is_taken, !is_taken), "{lint:#?}");
    }
}

/// A task has ended, and what it took has not come back: it was put somewhere, or forgotten.
#[test]
fn a_permit_that_a_task_has_left_behind() {
    for is_forgotten in [false, true] {
        let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
        let mut script = free(main, tasks);
        let permits = Sync::new(&mut script, SyncKind::Semaphore, 1);
        let (kind, sync, act) = (permits.0, permits.1, Act::Forget);
        let forgets = Event::SyncAct { kind, sync, act, units: ONE, count: 0 };
        let task = tasks[0];
        script.task(task).write(Event::PollStart { task }).write(permits.take(ONE, 0));
        if is_forgotten {
            script.write(forgets);
        }
        let at = crate::fixture::place();
        script.records.last_mut().expect("one").at = is_forgotten.then_some(at);
        let outcome = Outcome::Ready;
        script.write(Event::PollEnd { task, outcome, wakers: 0, handles: 0 }).task(None);
        poll_at(&mut script, tasks[1], &[permits.wait(ONE, 1)]);
        let lint = deadlock::hangs(&seen(&script).run, 0, 1);
        let begins =
            if is_forgotten { "no task has a permit" } else { "a permit that a task has given" };
        assert!(lint.help.starts_with(begins), "{}", lint.help);
        let told = |spot: &Spot| spot.label.contains("permits of semaphore 1 were forgotten here");
        assert_eq!(lint.spots.iter().any(told), is_forgotten, "{lint:#?}");
    }
}

/// Anna has the lock and awaits a set with Bert, who waits to be notified; main wants the lock, and may be the one to notify.
#[test]
fn a_guard_kept_while_a_task_at_the_root_is_awaited() {
    let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
    let mut script = free(main, tasks);
    let (lock, notify) = (Lock::new(&mut script), Sync::new(&mut script, SyncKind::Notify, 0));
    poll_at(&mut script, tasks[0], &[notify.wait(ONE, 1)]);
    let bert = Event::Wait { on: Resource::Task(tasks[0]), replaced: Replaced::None };
    poll_at(&mut script, tasks[1], &[lock.take(), bert, value_of(SyncKind::JoinSet, Id::next())]);
    poll_at(&mut script, main, &[lock.wait(1)]);
    let mut round = Round::new(false);
    round.see(&script.records);
    let lint = deadlock::hangs(&round.run, 0, 1);
    let told = "task 2 waits for the next task of joinset 1 to end, and keeps lock 1 meanwhile";
    assert!(lint.help.starts_with(told), "{}", lint.help);
}

/// Main has waited for a value beside a limit, which came. Then it begins to wait for a notification: the first wait
/// has left its waker in the channel.
#[test]
fn what_was_awaited_within_a_limit_is_over_with_it() {
    let (main, task, timer) = (Id::next(), Id::next(), Id::next());
    let mut script = run_of(main, &[task]);
    script.write(Event::Detach { task });
    let values = Queue::new(&mut script);
    let notify = Sync::new(&mut script, SyncKind::Notify, 0);
    let value = Resource::SyncValue(SyncKind::Mpsc, values.0);
    let first = |on| Event::Wait { on, replaced: Replaced::None };
    let limit = Event::TimerAdd { timer, due: Duration::from_millis(5), level: 0, slot: 5 };
    poll_at(&mut script, task, &[first(value), limit, first(Resource::Timer(timer))]);
    script.at(5).write(Event::TimerFire { timer, late: Duration::ZERO });
    script.write(Event::Wake { task, by: Cause::Timer, effect: Effect::Queued(1) });
    let again = Event::Wait { on: value, replaced: Replaced::Same };
    poll_at(&mut script, task, &[again, notify.wait(ONE, 1)]);
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert!(lint.help.starts_with("no task has called that `Notify`"), "{}", lint.help);
    let told = |spot: &Spot| spot.label.contains("waits for a value");
    assert!(!lint.spots.iter().any(told), "{lint:#?}");
}

/// A task of a `join!` sleeps in one branch, and receives there, too, while the other branch receives.
#[test]
fn what_a_join_awaits_beside_a_branch_that_slept_goes_on() {
    let (main, task, timer) = (Id::next(), Id::next(), Id::next());
    let mut script = run_of(main, &[task]);
    script.write(Event::Detach { task });
    let [one, other] = [(); 2].map(|()| Queue::new(&mut script).0);
    let (joined, slept) = (crate::fixture::place(), crate::fixture::place());
    let limit = Event::TimerAdd { timer, due: Duration::from_millis(5), level: 0, slot: 5 };
    let on = Resource::Timer(timer);
    let sleeps = Event::Wait { on, replaced: Replaced::None };
    poll_at(&mut script, task, &[value_of(SyncKind::Mpsc, one), limit, sleeps]);
    script.at(5).write(Event::TimerFire { timer, late: Duration::ZERO });
    script.write(Event::Wake { task, by: Cause::Timer, effect: Effect::Queued(1) });
    let on = Resource::SyncValue(SyncKind::Mpsc, one);
    let again = Event::Wait { on, replaced: Replaced::Same };
    poll_at(&mut script, task, &[again, value_of(SyncKind::Mpsc, other)]);
    for record in &mut script.records {
        record.at = match record.event {
            Event::Wait { on, .. } if on.thing() == Thing::Timer(timer) => Some(slept),
            Event::Wait { .. } => Some(joined),
            _ => None,
        };
    }
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    let told = |note: &&String| note.contains("is empty and still has 1 sender");
    assert_eq!(lint.notes.iter().filter(told).count(), 2, "{lint:#?}");
}

/// Of a task's references the runtime has a count, and so knows that the waker is still there.
#[test]
fn a_waker_of_main_outside_kettle_may_have_been_dropped() {
    for is_main in [true, false] {
        let (main, task) = (Id::next(), Id::next());
        let mut script = run_of(main, &[task][usize::from(is_main)..]);
        if is_main {
            script.records.pop();
            script.task(main);
        } else {
            script.task(task).write(Event::PollStart { task });
        }
        let (task, handles) = if is_main { (main, 0) } else { (task, 1) };
        let outcome = Outcome::Pending;
        script.write(Event::PollEnd { task, outcome, wakers: 1, handles });
        let lint = lost_wakeup::without_timers(&seen(&script).run, 1).expect("it is lost");
        assert_eq!(lint.notes[0].contains("perhaps dropped"), is_main, "{lint:#?}");
        assert!(lint.help.contains("needs a place of its own"), "{lint:#?}");
    }
}

/// It is named, not "a task that has ended"; and what is told to drop the guard is the job, or what it receives is to come.
#[test]
fn a_job_that_waits_on_its_thread() {
    for has_a_lock in [true, false] {
        let (main, task, job) = (Id::next(), Id::next(), Id::next());
        let mut script = run_of(main, &[task]);
        script.write(Event::Detach { task });
        let (values, lock) = (Queue::new(&mut script), Lock::new(&mut script));
        script.write(Event::BlockingStart { task: job });
        script.write(Event::BlockingRun { task: job, waited: Duration::ZERO });
        script.task(None).write(lock.take()).write(value_of(SyncKind::Mpsc, values.0));
        let done = script.records.len();
        script.records[done - 2..].iter_mut().for_each(|record| record.job = Some(job));
        let ends = Event::Wait { on: Resource::Task(job), replaced: Replaced::None };
        poll_at(&mut script, task, &[if has_a_lock { lock.wait(1) } else { ends }]);
        let lint = deadlock::hangs(&seen(&script).run, 1, 1);
        let does = if has_a_lock { "has that lock" } else { "receives: send what it needs" };
        assert!(lint.help.starts_with(&format!("a blocking job {does}")), "{lint:#?}");
        let told = |text: &String| text.contains("job 1 took lock 1");
        assert!(lint.notes.iter().any(told), "{lint:#?}");
    }
}
