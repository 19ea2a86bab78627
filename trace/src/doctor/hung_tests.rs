//! What is said of tasks that wait for good, and what is advised?

use super::super::super::tree;
use super::*;
use std::collections::BTreeSet;

/// A permit is no lock, so what helps against a circle of locks is no advice.
#[test]
fn a_task_that_waits_for_more_of_its_permits_is_told_of_permits() {
    let (main, anna) = (Id::next(), Id::next());
    let mut script = run_of(main, &[anna]);
    script.write(Event::Detach { task: anna });
    let semaphore = Sync::new(&mut script, SyncKind::Semaphore, 1);
    poll_at(&mut script, anna, &[semaphore.take(ONE, 0), semaphore.wait(ONE, 1)]);
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    for cure in ["acquire_many", "let the task drop its permit before it returns"] {
        assert!(lint.help.contains(cure), "{}", lint.help);
    }
}

/// What is said of these waits, one of each task.
fn advice_for(waits: &[Event], before: &[Event]) -> Lint {
    let main = Id::next();
    let tasks: Vec<Id> = waits.iter().map(|_| Id::next()).collect();
    let mut script = run_of(main, &tasks);
    for event in before {
        script.write(*event);
    }
    for (task, wait) in tasks.iter().zip(waits) {
        poll_at(&mut script, *task, &[*wait]);
    }
    let mut round = Round::new(false);
    round.see(&script.records);
    deadlock::hangs(&round.run, 0, 1)
}

/// Three workers share a receiver, and a sender is kept: the lock is not what they lack.
#[test]
fn workers_that_wait_for_a_sender_to_go_are_told_of_it() {
    let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
    let mut script = free(main, tasks);
    let lock = Lock::new(&mut script);
    let (kind, sync) = (SyncKind::Mpsc, Id::next());
    let at = crate::fixture::place();
    script.write(Event::SyncNew { kind, sync, room: Some(8), count: 0, at });
    let wait = Event::Wait { on: Resource::SyncValue(kind, sync), replaced: Replaced::None };
    poll_at(&mut script, tasks[0], &[lock.take(), wait]);
    poll_at(&mut script, tasks[1], &[lock.wait(1)]);
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert!(lint.help.starts_with("drop every sender"), "{}", lint.help);
    let kept =
        |spot: &Spot| spot.place == at && spot.label.contains("1 sender of it is still kept");
    assert!(lint.spots.iter().any(kept), "{:#?}", lint.spots);
}

#[test]
fn each_kind_of_primitive_has_its_cure_and_is_told_of_once() {
    let at = crate::fixture::place();
    for (kind, count, put, help, note) in [
        (SyncKind::Broadcast, 0, false, "a broadcast channel", ""),
        (SyncKind::Broadcast, 0, true, "subscribe before the value is sent", ""),
        (SyncKind::Watch, 1, true, "`changed` returns", ""),
        (SyncKind::Watch, 1, false, "no new value has been announced", ""),
        (SyncKind::Notify, 0, false, "before it waits", "no task has notified notify 1"),
        (SyncKind::Notify, 0, true, "`notify_one` stores", "that stores nothing"),
        (SyncKind::Barrier, 4, false, "make the barrier", "opens when 4 tasks more have come"),
    ] {
        let sync = Id::next();
        let (act, units) = (Act::Put, Units::All);
        let made = Event::SyncNew { kind, sync, room: None, count, at };
        let told = Event::SyncAct { kind, sync, act, units, count };
        let waits = [1, 2].map(|ticket| Sync(kind, sync).wait(ONE, ticket));
        let before = [made, told];
        let lint = advice_for(&waits, &before[..if put { 2 } else { 1 }]);
        assert!(lint.help.contains(help), "{}", lint.help);
        let each: BTreeSet<&String> = lint.notes.iter().collect();
        assert_eq!(each.len(), lint.notes.len(), "{lint:#?}");
        let common = ["no waker of main is left", "no timer is set"];
        let is_own = |text: &&String| !common.iter().any(|common| text.starts_with(common));
        let own: Vec<_> = lint.notes.iter().filter(is_own).collect();
        assert_eq!(own.len(), usize::from(!note.is_empty()), "{lint:#?}");
        assert!(own.iter().all(|text| text.contains(note)), "{lint:#?}");
    }
}

/// Anna sleeps, which an earlier poll has begun: what is in a combinator is not polled each time.
#[test]
fn a_tree_tells_of_timers_sockets_and_earlier_waits() {
    let (main, anna, bert) = (Id::next(), Id::next(), Id::next());
    let (timer, source) = (Id::next(), Id::next());
    let mut script = run_of(main, &[anna, bert]);
    let waits = |on| Event::Wait { on, replaced: Replaced::None };
    let sleeps = Event::TimerAdd { timer, due: Duration::from_secs(1), level: 2, slot: 15 };
    poll_at(&mut script, anna, &[sleeps, waits(Resource::Timer(timer))]);
    script.write(Event::SourceAdd { source, what: "UdpSocket" });
    poll_at(&mut script, bert, &[waits(Resource::Source(source, Direction::Read))]);
    script.task(anna).write(Event::PollStart { task: anna });
    let outcome = Outcome::Pending;
    script.write(Event::PollEnd { task: anna, outcome, wakers: 1, handles: 0 });
    let mut round = Round::new(false);
    round.see(&script.records);
    let tree = tree::tree(&round.run, &Stacks::default());
    assert!(tree.contains("waits for a timer to fire"), "{tree}");
    assert!(tree.contains("waits to read a source of the system (UdpSocket)"), "{tree}");
    // (Nor does main wait any more: its handles are gone.)
    assert_eq!(tree.matches("no waker of it").count(), 1, "{tree}");
}

/// A channel for one value, with what is done at it.
struct Queue(Id);

impl Queue {
    fn new(script: &mut Script) -> Queue {
        let (kind, sync, at) = (SyncKind::Mpsc, Id::next(), crate::fixture::place());
        script.write(Event::SyncNew { kind, sync, room: Some(1), count: 0, at });
        Queue(sync)
    }

    fn act(&self, act: Act, count: usize) -> Event {
        Event::SyncAct { kind: SyncKind::Mpsc, sync: self.0, act, units: ONE, count }
    }

    /// For room.
    fn wait(&self) -> Event {
        Sync(SyncKind::Mpsc, self.0).wait(ONE, 1)
    }
}

fn value_of(kind: SyncKind, channel: Id) -> Event {
    Event::Wait { on: Resource::SyncValue(kind, channel), replaced: Replaced::None }
}

/// Anna receives, and then needs a lock. Bert waits for room. (Main has left no waker.)
#[test]
fn a_guard_kept_while_a_value_is_sent_is_what_the_receiver_needs() {
    let (main, anna, bert) = (Id::next(), Id::next(), Id::next());
    for (holder, cure) in [
        (bert, "drop the guard before the `send`"),
        (main, "the guard of that lock is still there"),
    ] {
        let mut script = free(main, [anna, bert]);
        let (lines, recent) = (Queue::new(&mut script), Lock::new(&mut script));
        script.task(holder).write(recent.take()).write(lines.act(Act::Put, 1));
        poll_at(&mut script, anna, &[lines.act(Act::Get, 0), recent.wait(1)]);
        poll_at(&mut script, bert, &[lines.act(Act::Put, 1), lines.wait()]);
        // (Its earlier poll is left out.)
        let mut round = Round::new(false);
        round.see(&script.records);
        let lint = deadlock::hangs(&round.run, 0, 1);
        assert!(lint.help.starts_with(cure), "{}", lint.help);
        let told = "is full, and task 1, which received from it last, waits for lock 1";
        assert!(lint.notes.iter().any(|note| note.ends_with(told)), "{lint:#?}");
    }
}

#[test]
fn two_tasks_that_fill_each_others_queues() {
    let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
    let mut script = free(main, tasks);
    let queues = [(); 2].map(|()| Queue::new(&mut script));
    let moves = |own: &Queue| [own.act(Act::Put, 1), own.act(Act::Get, 0), own.act(Act::Put, 1)];
    poll_at(&mut script, tasks[0], &[&moves(&queues[0])[..], &[queues[1].wait()]].concat());
    poll_at(&mut script, tasks[1], &[&moves(&queues[1])[..], &[queues[0].wait()]].concat());
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert!(lint.help.contains("receive while you send"), "{}", lint.help);
}

#[test]
fn a_task_that_fills_the_queue_from_which_it_receives() {
    let (main, worker) = (Id::next(), Id::next());
    let mut script = run_of(main, &[worker]);
    script.write(Event::Detach { task: worker });
    let queue = Queue::new(&mut script);
    let filled = [queue.act(Act::Put, 1), queue.act(Act::Get, 0), queue.act(Act::Put, 1)];
    poll_at(&mut script, worker, &[&filled[..], &[queue.wait()]].concat());
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert!(lint.help.contains("a list of its own"), "{}", lint.help);
}

/// It was made with none. But it had some, and they were forgotten.
#[test]
fn permits_that_nobody_adds_any_more() {
    let (main, request) = (Id::next(), Id::next());
    let mut script = run_of(main, &[request]);
    script.write(Event::Detach { task: request });
    let semaphore = Sync::new(&mut script, SyncKind::Semaphore, 0);
    let (kind, sync, units) = (SyncKind::Semaphore, semaphore.1, ONE);
    let act = |act, count| Event::SyncAct { kind, sync, act, units, count };
    let used = [act(Act::Put, 1), semaphore.take(ONE, 0), act(Act::Forget, 0)];
    poll_at(&mut script, request, &[&used[..], &[semaphore.wait(ONE, 1)]].concat());
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert!(lint.help.starts_with("no task has a permit"), "{}", lint.help);
    assert!(lint.notes.contains(&"semaphore 1 has 0 permits free".to_owned()), "{lint:#?}");
}

/// It was made with none, and got two: never were both of them free at once.
#[test]
fn permits_that_were_added_one_by_one() {
    for waits_before in [false, true] {
        let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
        let mut script = free(main, tasks);
        let semaphore = Sync::new(&mut script, SyncKind::Semaphore, 0);
        let (kind, sync) = (SyncKind::Semaphore, semaphore.1);
        let add = |count| Event::SyncAct { kind, sync, act: Act::Put, units: ONE, count };
        let wait = semaphore.wait(Units::Count(2), 1);
        let first = [add(1), semaphore.take(ONE, 0)];
        if waits_before {
            poll_at(&mut script, tasks[0], &first);
            poll_at(&mut script, tasks[1], &[wait, add(0)]);
        } else {
            poll_at(&mut script, tasks[0], &[first, first].concat());
            poll_at(&mut script, tasks[1], &[wait]);
        }
        let lint = deadlock::hangs(&seen(&script).run, 0, 1);
        assert!(lint.help.starts_with("a task that waits for more permits"), "{}", lint.help);
        let told = "semaphore 1 has 0 permits free";
        assert!(lint.notes.iter().any(|note| note == told), "{lint:#?}");
    }
}

#[test]
fn the_end_of_a_task_of_another_runtime() {
    let on = Resource::Task(Id::next());
    let lint = advice_for(&[Event::Wait { on, replaced: Replaced::None }], &[]);
    assert!(lint.help.contains("only while a thread drives its runtime"), "{}", lint.help);
    let label = "task 1 waits for a task of another runtime to end, and was spawned here";
    let told = |spot: &Spot| spot.label == label;
    assert!(lint.spots.iter().any(told), "{lint:#?}");
}

#[test]
fn an_answer_awaited_while_a_question_is_in_the_queue() {
    let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
    let mut script = free(main, tasks);
    let questions = Queue::new(&mut script);
    let (kind, at) = (SyncKind::Oneshot, crate::fixture::place());
    let answers = [Id::next(), Id::next()];
    for sync in answers {
        script.write(Event::SyncNew { kind, sync, room: Some(1), count: 0, at });
    }
    script.write(questions.act(Act::Put, 1));
    let asks = |answer| value_of(kind, answer);
    poll_at(&mut script, tasks[0], &[questions.act(Act::Get, 0), asks(answers[0])]);
    poll_at(&mut script, tasks[1], &[questions.act(Act::Put, 1), asks(answers[1])]);
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert!(lint.help.starts_with("don't await an answer in the loop"), "{}", lint.help);
    let told = "channel 1 holds 1 value, but task 1, which received from it last, waits elsewhere";
    assert!(lint.notes.iter().any(|note| note == told), "{lint:#?}");
}

/// Anna keeps a lock while she waits, and Bert needs that lock before he could end her wait.
#[test]
fn what_a_waiting_task_keeps_comes_before_what_it_waits_for() {
    for (kind, then) in
        [(SyncKind::Notify, "no task has called"), (SyncKind::Barrier, "make the barrier")]
    {
        let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
        let mut script = free(main, tasks);
        let (lock, other) = (Lock::new(&mut script), Sync::new(&mut script, kind, 2));
        poll_at(&mut script, tasks[0], &[lock.take(), other.wait(ONE, 1)]);
        poll_at(&mut script, tasks[1], &[lock.wait(1)]);
        let lint = deadlock::hangs(&seen(&script).run, 0, 1);
        assert!(
            lint.help.contains("and keeps lock 1 meanwhile, for which task 2 waits: if"),
            "{}",
            lint.help
        );
        assert!(lint.help.contains(then), "{}", lint.help);
    }
}

/// Anna has the permit and waits for the lock; Bert the other way round. That main waits for a value explains neither.
#[test]
fn a_permit_and_a_lock_in_a_circle() {
    let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
    let mut script = free(main, tasks);
    let (lock, permits) = (Lock::new(&mut script), Sync::new(&mut script, SyncKind::Semaphore, 1));
    let values = Queue::new(&mut script);
    script.task(tasks[0]).write(permits.take(ONE, 0));
    poll_at(&mut script, tasks[1], &[lock.take(), permits.wait(ONE, 1)]);
    poll_at(&mut script, tasks[0], &[lock.wait(1)]);
    poll_at(&mut script, main, &[value_of(SyncKind::Mpsc, values.0)]);
    // (That main was woken is left out.)
    let mut round = Round::new(false);
    round.see(&script.records);
    let lint = deadlock::hangs(&round.run, 0, 1);
    assert!(lint.help.contains("take both in the same order everywhere"), "{}", lint.help);
    assert!(!lint.help.contains("drop every sender"), "{}", lint.help);
}

/// Main goes over a set; one of its tasks was asked for by an earlier poll.
#[test]
fn a_set_is_explained_by_its_tasks() {
    let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
    let mut script = free(main, tasks);
    let notify = Sync::new(&mut script, SyncKind::Notify, 0);
    poll_at(&mut script, tasks[0], &[notify.wait(ONE, 1)]);
    let asks = |on| Event::Wait { on, replaced: Replaced::None };
    poll_at(&mut script, tasks[1], &[asks(Resource::Task(tasks[0]))]);
    poll_at(&mut script, tasks[1], &[value_of(SyncKind::JoinSet, Id::next())]);
    let mut round = Round::new(false);
    round.see(&script.records);
    let lint = deadlock::hangs(&round.run, 0, 1);
    assert!(lint.help.starts_with("no task has called that `Notify`"), "{}", lint.help);
}

/// It was to answer, and nothing can wake it.
#[test]
fn a_lost_task_comes_before_what_the_others_wait_for() {
    let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
    let mut script = free(main, tasks);
    let values = Queue::new(&mut script);
    poll_at(&mut script, tasks[0], &[value_of(SyncKind::Mpsc, values.0)]);
    poll_at(&mut script, tasks[1], &[]);
    let mut round = Round::new(false);
    round.see(&script.records);
    let lint = deadlock::hangs(&round.run, 0, 1);
    assert!(lint.help.starts_with("task 2 comes first: nothing can wake it"), "{}", lint.help);
}

/// What main asks for is in the queue of a service that was never started.
#[test]
fn an_answer_that_lies_in_a_channel_which_no_task_empties() {
    let (main, task) = (Id::next(), Id::next());
    let mut script = run_of(main, &[task]);
    script.write(Event::Detach { task });
    let (questions, answer) = (Queue::new(&mut script), Id::next());
    let (kind, at) = (SyncKind::Oneshot, crate::fixture::place());
    script.write(Event::SyncNew { kind, sync: answer, room: Some(1), count: 0, at });
    poll_at(&mut script, task, &[questions.act(Act::Put, 1), value_of(kind, answer)]);
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert!(
        lint.help.starts_with("if what is awaited comes from the code that receives"),
        "{}",
        lint.help
    );
    let told = "channel 1 holds 1 value, and no task receives from it";
    assert!(lint.notes.iter().any(|note| note == told), "{lint:#?}");
}

/// No event tells where a sender is.
#[test]
fn a_channel_that_had_no_value_yet_may_have_senders_that_were_never_polled() {
    for (had, cure) in [(false, "was never polled"), (true, "`WeakSender`")] {
        let (main, task) = (Id::next(), Id::next());
        let mut script = run_of(main, &[task]);
        script.write(Event::Detach { task });
        let values = Queue::new(&mut script);
        let put_and_got = [values.act(Act::Put, 1), values.act(Act::Get, 0)];
        let before = if had { &put_and_got[..] } else { &[] };
        poll_at(&mut script, task, &[before, &[value_of(SyncKind::Mpsc, values.0)]].concat());
        let lint = deadlock::hangs(&seen(&script).run, 0, 1);
        assert!(lint.help.starts_with("drop every sender"), "{}", lint.help);
        assert!(lint.help.contains(cure), "{}", lint.help);
    }
}

#[test]
fn a_pool_whose_threads_are_taken_is_told_of() {
    let (main, task) = (Id::next(), Id::next());
    let mut script = run_of(main, &[task]);
    script.write(Event::Detach { task });
    let jobs = [Id::next(), Id::next(), Id::next()];
    for task in jobs {
        script.write(Event::BlockingStart { task });
    }
    script.write(Event::BlockingRun { task: jobs[0], waited: Duration::ZERO });
    let on = Resource::Task(jobs[0]);
    poll_at(&mut script, task, &[Event::Wait { on, replaced: Replaced::None }]);
    // The jobs were started by a line of kettle's, after an `.await` that is over.
    let over = std::panic::Location::caller();
    script.records.iter_mut().for_each(|record| record.at = Some(over));
    let lint = deadlock::hangs(&seen(&script).run, 1, 1);
    assert!(lint.help.starts_with("the jobs that have a thread wait for"), "{}", lint.help);
    let told = "1 of 1 threads of the pool are taken, and 2 jobs wait in its queue for one";
    assert!(lint.notes.iter().any(|note| note == told), "{lint:#?}");
    assert!(lint.spots.iter().all(|spot| spot.place != over), "{lint:#?}");
}

#[test]
fn a_local_set_that_no_task_polls_is_named() {
    let (main, local) = (Id::next(), Id::next());
    let mut script = run_of(main, &[]);
    let polled = script.records.pop().expect("the end of main's poll").event;
    let (kind, at) = (Kind::Local, crate::fixture::place());
    script.task(main).write(Event::Spawn { task: local, kind, at, size: 8, what: "app::count" });
    let (by, effect) = (Cause::Runtime, Effect::Queued(1));
    script.write(Event::Wake { task: local, by, effect }).write(polled).task(None);
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert_eq!(lint.text, "1 task of a `LocalSet` is ready, and no task polls the set");
    assert!(lint.help.contains("run_until"), "{}", lint.help);
    assert!(lint.spots.iter().any(|spot| spot.place == at), "{lint:#?}");
}

#[path = "cures_tests.rs"]
mod cures;
