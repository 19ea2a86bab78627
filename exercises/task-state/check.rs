//! What the answer of `task-state` must do.

use std::collections::VecDeque;
use std::future::{poll_fn, ready};
use std::sync::Arc;
use std::task::Poll;

use kettle_judge::count::{Events, Log, rounds};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::option::of;
use kettle_judge::proptest::prelude::{Just, Strategy, prop_oneof};
use kettle_judge::{Check, check, expect, if_it_hangs, property};

use super::header::{BoxedTask, Header, Owner};
use super::scheduler::{Entry, Scheduler};
use crate::event::{self, Cause, Deferral, Effect, Event, Recorder};
use crate::inbox::{Inbox, Unpark};
use crate::join::Stage;
use crate::{Config, Id, Runtime, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(a_thousand_wakes => "a thousand wakes of a waiting task take one place in the queue and cause one poll"),
    check!(a_wake_during_the_poll => "a wake during the poll causes exactly one more poll"),
    check!(a_wake_after_the_end => "a wake in the last poll, or later, has no effect, even if another task has the slot by then"),
    check!(an_aborted_task => "an aborted task is dropped and not polled, whatever its state"),
    check!(nothing_leaks => "a task's values are dropped at its end, and the next task gets its slot"),
    check!(cause_and_effect => "the queue gets the cause of each wake, and the events say what the wake did"),
    check!(any_order => "any order of wakes, polls and ends has the same results as a simple model"),
];

/// A scheduler without an engine: the check is the executor.
struct Bench {
    scheduler: Scheduler,
    /// What the inbox would unpark.
    _selector: mio::Poll,
}

impl Bench {
    fn new() -> Bench {
        let selector = mio::Poll::new().expect("a selector");
        let waker = mio::Waker::new(selector.registry(), mio::Token(0)).expect("its waker");
        let (inbox, _) = Inbox::new(Arc::new(Unpark::new(waker)));
        Bench { scheduler: Scheduler::new(inbox, Arc::default()), _selector: selector }
    }

    /// A new task. Its header is what its wakers point to.
    fn spawn(&mut self) -> Arc<Header> {
        let header = Header::new(Id::next(), Owner::Scheduler(self.scheduler.inbox.clone()));
        let task: BoxedTask = Stage::boxed(ready(()));
        self.scheduler.insert(header.clone(), Some(task), Default::default());
        header
    }

    fn wake(&mut self, task: &Header) {
        self.scheduler.wake(task, Cause::Runtime);
    }

    fn begin(&mut self) -> Entry {
        self.scheduler.check_out(0).expect("`check_out` of a task that was woken: `None`")
    }

    /// A poll that returns `Pending`. Of which task?
    fn poll(&mut self) -> Option<Id> {
        let out = self.scheduler.check_out(0)?;
        let id = out.header.id;
        self.scheduler.check_in(out);
        Some(id)
    }

    /// A poll that ends the task.
    fn end(&mut self) -> Option<Id> {
        let out = self.scheduler.check_out(0)?;
        self.scheduler.remove(&out);
        Some(out.header.id)
    }
}

fn a_thousand_wakes() {
    let mut bench = Bench::new();
    let task = bench.spawn();
    assert_eq!(bench.poll(), Some(task.id), "the first poll: that of the new task");
    (0..1_000).for_each(|_| bench.wake(&task));
    assert_eq!(bench.scheduler.queue.len(), 1, "places in the queue after 1,000 wakes");
    assert_eq!(bench.poll(), Some(task.id), "the poll after 1,000 wakes");
    assert_eq!(bench.poll(), None, "a second poll after 1,000 wakes");
}

fn a_wake_during_the_poll() {
    for wakes in [1, 1_000] {
        let mut bench = Bench::new();
        let task = bench.spawn();
        let out = bench.begin();
        (0..wakes).for_each(|_| bench.wake(&task));
        assert_eq!(bench.scheduler.queue.len(), 0, "places in the queue of one that is polled");
        bench.scheduler.check_in(out);
        assert_eq!(bench.poll(), Some(task.id), "the poll after {wakes} wakes during the last one");
        assert_eq!(bench.poll(), None, "a second poll after {wakes} wakes during the first");
    }
}

fn a_wake_after_the_end() {
    let mut bench = Bench::new();
    let gone = bench.spawn();
    let slot = gone.slot();
    let out = bench.begin();
    bench.wake(&gone); // in its last poll
    bench.scheduler.remove(&out);
    bench.wake(&gone);
    assert_eq!(bench.scheduler.queue.len(), 0, "places in the queue of a task that has ended");
    let new = bench.spawn();
    assert_eq!(new.slot(), slot, "the slot is used again");
    bench.poll();
    bench.wake(&gone);
    // (A slot is used again, with a new generation: the waker's whole id must be compared.)
    assert_eq!(bench.scheduler.queue.len(), 0, "the same, when another task has its slot");
}

fn an_aborted_task() {
    if_it_hangs("an aborted task never ended, or a task that yielded was not polled again");
    Runtime::with(Config::default()).expect("a runtime").block_on(async {
        // Before its first poll, and while it waits.
        for (waits, right) in [(0, vec!["dropped"]), (5, vec!["polled", "dropped"])] {
            let log = Log::new();
            let (shared, dropped) = (log.clone(), log.on_drop("dropped"));
            let task = spawn(poll_fn(move |_| {
                let _owned = &dropped;
                shared.add("polled");
                Poll::<()>::Pending
            }));
            rounds(waits, |cx| defer(cx, Deferral::Yield)).await;
            task.abort();
            let ended = task.await;
            let is_cancelled = ended.as_ref().is_err_and(|error| error.is_cancelled());
            expect(is_cancelled, "what the handle of an aborted task gives", ended, "cancelled");
            assert_eq!(log.lines(), right, "what happened to an aborted task");
        }
    });
}

fn nothing_leaks() {
    let mut bench = Bench::new();
    (0..1_000).for_each(|_| _ = (bench.spawn(), bench.end()));
    let room = bench.scheduler.capacity();
    let what = "slots and places in the queue after 1,000 tasks have come and gone, one at a time";
    expect(room < 100, what, room, "fewer than 100: the next task takes the slot of the last");
    let headers: Vec<_> = (0..1_000).map(|_| Arc::downgrade(&bench.spawn())).collect();
    while bench.end().is_some() {}
    let kept = headers.iter().filter(|header| header.strong_count() > 0).count();
    assert_eq!(kept, 0, "headers that are kept of 1,000 detached tasks that have ended");
}

fn cause_and_effect() {
    let told = Events::default();
    let no_times = Box::new(Default::default); // the order of events is enough here
    event::swap_recorder(Some(Recorder::new(Box::new(told.clone()), no_times, Arc::default())));
    let mut bench = Bench::new();
    let (other, task) = (bench.spawn(), bench.spawn());
    let _ = (bench.poll(), bench.poll());
    bench.wake(&other);
    (0..2).for_each(|_| bench.scheduler.wake(&task, Cause::Timer));
    let out = bench.begin();
    assert_eq!(out.header.id, task.id, "the queue takes the task that a timer woke first");
    (0..2).for_each(|_| bench.wake(&task));
    bench.scheduler.check_in(out);
    while bench.end().is_some() {}
    bench.wake(&task);
    event::flush();
    event::swap_recorder(None);
    let effects = told.pick(|event| match event {
        Event::Wake { task: woken, effect, .. } if *woken == task.id => Some(*effect),
        _ => None,
    });
    use Effect::{Coalesced, DuringPoll, Queued, Stale};
    assert_eq!(
        effects.get(1..).unwrap_or_default(), // after its spawn
        [Queued(1), Coalesced, DuringPoll, Coalesced, Stale],
        "what five wakes did: two while it waited, two in the next poll, one after its end"
    );
}

#[derive(Clone, Debug)]
enum Step {
    Spawn,
    Wake(usize),
    /// In it these are woken (`None`: the polled one itself). Does it end the task?
    Poll(Vec<Option<usize>>, bool),
}

/// What should be so, in the simplest way.
#[derive(Default)]
struct Model {
    /// Every task that ever was. Has it ended?
    tasks: Vec<(Arc<Header>, bool)>,
    queue: VecDeque<usize>,
    /// The one that is polled now. Was it woken?
    polled: Option<(usize, bool)>,
}

impl Model {
    fn wake(&mut self, bench: &mut Bench, number: usize) {
        let Some((task, is_over)) = self.tasks.get(number) else { return };
        bench.wake(task);
        match &mut self.polled {
            Some((polled, woken)) if *polled == number => *woken = true,
            _ if *is_over || self.queue.contains(&number) => {}
            _ => self.queue.push_back(number),
        }
    }

    fn poll(&mut self, bench: &mut Bench, wakes: &[Option<usize>], ends: bool) {
        let (out, expected) = (bench.scheduler.check_out(0), self.queue.pop_front());
        let polled = out.as_ref().map(|out| out.header.id);
        let right = expected.map(|number| self.tasks[number].0.id);
        assert_eq!(polled, right, "the task that is polled next");
        let (Some(out), Some(number)) = (out, expected) else { return };
        self.polled = Some((number, false));
        wakes.iter().for_each(|woken| self.wake(bench, woken.unwrap_or(number)));
        let is_woken = self.polled.take() == Some((number, true));
        if ends {
            bench.scheduler.remove(&out);
            self.tasks[number].1 = true;
        } else {
            bench.scheduler.check_in(out);
            self.queue.extend(is_woken.then_some(number));
        }
    }
}

fn any_order() {
    let poll = (vec(of(0..6_usize), 0..3), 0..4);
    let step = prop_oneof![
        1 => Just(Step::Spawn),
        3 => (0..6_usize).prop_map(Step::Wake),
        4 => poll.prop_map(|(wakes, one_in_four)| Step::Poll(wakes, one_in_four == 0)),
    ];
    property(500, &vec(step, 0..40), |steps| {
        let (mut bench, mut model) = (Bench::new(), Model::default());
        for step in steps {
            match step {
                Step::Spawn => {
                    model.queue.push_back(model.tasks.len());
                    model.tasks.push((bench.spawn(), false));
                }
                Step::Wake(number) => model.wake(&mut bench, number),
                Step::Poll(wakes, ends) => model.poll(&mut bench, &wakes, ends),
            }
            assert_eq!(bench.scheduler.queue.len(), model.queue.len(), "places in the queue");
        }
    });
}
