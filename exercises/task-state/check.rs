//! What the answer of `task-state` must do.

use std::collections::VecDeque;
use std::future::{pending, poll_fn, ready};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use kettle_judge::count::{Events, Log, Polls, rounds};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::option::of;
use kettle_judge::proptest::prelude::*;
use kettle_judge::{Check, Sequence, check, expect, if_it_hangs, property};

use super::header::{BoxedTask, Header, Owner};
use super::scheduler::{CheckedOut, Scheduler};
use crate::event::{Cause, Deferral, Effect, Event};
use crate::inbox::{Inbox, Unpark};
use crate::join::Stage;
use crate::{Config, Id, JoinError, Runtime, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(a_thousand_wakes => "a thousand wakes of a waiting task are one place in the queue, and one poll"),
    check!(a_wake_during_the_poll => "a wake during the poll is exactly one poll more"),
    check!(a_wake_after_the_end => "a wake in the last poll, or later, does nothing"),
    check!(a_yield => "a yield is exactly one poll more"),
    check!(the_next_in_its_slot => "a waker of a task that is gone does not wake the task that has its slot now"),
    check!(an_aborted_task => "an aborted task is dropped and not polled, whatever its state"),
    check!(nothing_leaks => "what a task owns is dropped at its end, and its slot serves the next task"),
    check!(told_as_it_was => "the queue is told what woke a task, and the events say what each wake did, and how many wakers are left"),
    check!(told_with_its_place => "the events say at which place of its own queue a woken task is"),
    check!(any_order => "any order of wakes, polls and ends has the same results as a simple model"),
];

// ---- a scheduler without an engine: the check is the executor -----------------------------------

struct Bench {
    scheduler: Scheduler,
    /// `block_on`'s own, which has no box.
    main: Option<Id>,
    /// What the inbox would unpark.
    _selector: mio::Poll,
}

impl Bench {
    fn new() -> Bench {
        let selector = mio::Poll::new().expect("a selector");
        let waker = mio::Waker::new(selector.registry(), mio::Token(0)).expect("its waker");
        let (inbox, _) = Inbox::new(Arc::new(Unpark::new(waker)));
        Bench { scheduler: Scheduler::new(inbox), main: None, _selector: selector }
    }

    /// Tasks that have not ended.
    fn alive(&self) -> usize {
        self.scheduler.inbox.alive.load(Ordering::Relaxed)
    }

    fn header(&self) -> Arc<Header> {
        Header::new(Id::next(), Owner::Scheduler(self.scheduler.inbox.clone()))
    }

    /// A new task. Its header is what its wakers point to.
    fn spawn(&mut self) -> Arc<Header> {
        let header = self.header();
        let task: BoxedTask = Stage::boxed(ready(()));
        self.scheduler.insert(header.clone(), task);
        header
    }

    /// The future of `block_on` itself, before all others.
    fn enter(&mut self) -> Arc<Header> {
        let header = self.header();
        self.scheduler.insert_main(header.clone());
        self.main = Some(header.id);
        header
    }

    fn wake(&mut self, task: &Header) {
        self.scheduler.wake(task, Cause::Runtime);
    }

    /// What the executor does before a poll.
    fn begin(&mut self) -> Option<CheckedOut> {
        self.begin_later(0)
    }

    /// The same where a seed decides: with one so many places behind the next.
    fn begin_later(&mut self, nth: usize) -> Option<CheckedOut> {
        let out = self.scheduler.check_out(nth)?;
        let is_spawned = self.main != Some(out.header.id);
        let what = "has what was checked out its box? (`block_on`'s own future has none)";
        assert_eq!(out.task.is_some(), is_spawned, "{what}");
        Some(out)
    }

    /// The same, where a task must be in the queue.
    fn must_begin(&mut self, of: &str) -> CheckedOut {
        let out = self.begin();
        expect(out.is_some(), &format!("`check_out` of {of}"), "None", "a task");
        out.expect("it is some")
    }

    /// A poll that returns `Pending`. Of which task?
    fn poll(&mut self) -> Option<Id> {
        let out = self.begin()?;
        let id = out.header.id;
        self.scheduler.check_in(out);
        Some(id)
    }

    /// A poll that ends the task.
    fn end(&mut self) -> Option<Id> {
        let out = self.begin()?;
        let id = out.header.id;
        self.scheduler.remove(&out);
        Some(id)
    }

    fn queued(&self) -> usize {
        self.scheduler.queued()
    }
}

fn a_thousand_wakes() {
    let mut bench = Bench::new();
    let task = bench.spawn();
    assert_eq!(bench.poll(), Some(task.id), "the first poll: that of the new task");
    assert_eq!(bench.queued(), 0, "places in the queue: it returned `Pending`, and was not woken");
    assert_eq!(bench.poll(), None, "the task that is polled when none was woken");
    bench.wake(&task);
    assert_eq!(bench.queued(), 1, "places in the queue after one wake");
    (1..1_000).for_each(|_| bench.wake(&task));
    assert_eq!(bench.queued(), 1, "places in the queue after 1,000 wakes");
    assert_eq!(bench.poll(), Some(task.id), "the poll after 1,000 wakes");
    assert_eq!(bench.poll(), None, "a second poll after 1,000 wakes");
    // One that was never polled is queued already.
    let new = bench.spawn();
    bench.wake(&new);
    assert_eq!(bench.queued(), 1, "places in the queue of a new task that was woken");
}

fn a_wake_during_the_poll() {
    for wakes in [1, 1_000] {
        let mut bench = Bench::new();
        let task = bench.spawn();
        let out = bench.must_begin("a new task");
        (0..wakes).for_each(|_| bench.wake(&task));
        let queued = bench.queued();
        assert_eq!(queued, 0, "places in the queue of a task that is being polled at this moment");
        bench.scheduler.check_in(out);
        assert_eq!(bench.poll(), Some(task.id), "the poll after {wakes} wakes during the last one");
        assert_eq!(bench.poll(), None, "a second poll after {wakes} wakes during the first");
    }
}

fn a_wake_after_the_end() {
    let mut bench = Bench::new();
    let (task, behind) = (bench.spawn(), bench.spawn());
    let out = bench.must_begin("a new task");
    bench.wake(&task); // in its last poll
    bench.scheduler.remove(&out);
    assert_eq!(task.slot(), None, "the slot in the header of a task that has ended");
    assert_eq!(bench.alive(), 1, "tasks that have not ended");
    (0..10).for_each(|_| bench.wake(&task));
    assert_eq!(bench.queued(), 1, "places in the queue: that of the task behind");
    assert_eq!(bench.poll(), Some(behind.id), "the task polled after one that has ended");
    assert_eq!(bench.poll(), None, "the task polled when only a finished one was woken");
    bench.wake(&task);
    assert_eq!(bench.queued(), 0, "places in the queue when only a finished task was woken");
}

fn a_yield() {
    if_it_hangs("a task has yielded, and was not polled again");
    let (yielding, polls) = Polls::new(rounds(3, |cx| defer(cx, Deferral::Yield)), 1_000);
    on_an_engine(async { spawn(yielding).await.expect("a task that yields ends") });
    assert_eq!(polls.load(Ordering::SeqCst), 4, "polls of a task that yields three times");
}

fn the_next_in_its_slot() {
    let mut bench = Bench::new();
    let gone = bench.spawn();
    let slot = gone.slot();
    assert_eq!(bench.end(), Some(gone.id), "the task that ends");
    let new = bench.spawn();
    assert_eq!(new.slot(), slot, "the slot is used again");
    bench.poll();
    bench.wake(&gone);
    assert_eq!(
        bench.queued(),
        0,
        "places in the queue, when only a task that is gone was woken. (A slot is used again, with a new generation: the waker's whole id must be compared, not its slot.)"
    );
    bench.wake(&new);
    let out = bench.must_begin("a task that was woken");
    bench.wake(&gone);
    bench.scheduler.check_in(out);
    assert_eq!(
        bench.queued(),
        0,
        "places in the queue, when a task that is gone was woken while the one with its slot was out for its poll. (The mark \
         is the new task's: the whole id must be compared here, too.)"
    );
}

// ---- an engine with the answer in it ------------------------------------------------------------

fn on_an_engine<F: Future>(future: F) -> F::Output {
    Runtime::with(Config::default()).expect("a runtime").block_on(future)
}

/// Lets all tasks run that are ready, and those that they wake.
async fn settle() {
    rounds(5, |cx| defer(cx, Deferral::Yield)).await;
}

fn an_aborted_task() {
    if_it_hangs("an aborted task never ended, or one that has yielded was not polled again");
    on_an_engine(async {
        let log = Log::new();
        let task = |aborts_itself: Option<Arc<Mutex<Option<crate::AbortHandle>>>>| {
            let (log, dropped) = (log.clone(), log.on_drop("dropped"));
            spawn(poll_fn(move |_: &mut Context<'_>| {
                let _owned = &dropped;
                log.add("polled");
                if let Some(own) = &aborts_itself {
                    own.lock().expect("no panic here").take().expect("its handle").abort();
                }
                Poll::<()>::Pending
            }))
        };
        let mut before = 0;
        let mut since = || {
            let lines = log.lines();
            let new = lines[before..].join(", ");
            before = lines.len();
            new
        };

        let cancelled = |error: &JoinError| error.is_cancelled();
        let queued = task(None);
        queued.abort();
        let ended = queued.await;
        expect(ended.as_ref().is_err_and(cancelled), OF_A_HANDLE, ended, CANCELLED);
        assert_eq!(since(), "dropped", "what happened to a task aborted before its first poll");

        let idle = task(None);
        settle().await;
        idle.abort();
        assert_eq!(since(), "polled", "`abort` returns at once, and the engine does the rest");
        let ended = idle.await;
        expect(ended.as_ref().is_err_and(cancelled), OF_A_HANDLE, ended, CANCELLED);
        assert_eq!(since(), "dropped", "what happened to a waiting task that was aborted");

        let own = Arc::new(Mutex::new(None));
        let running = task(Some(own.clone()));
        *own.lock().expect("no panic here") = Some(running.abort_handle());
        let ended = running.await;
        expect(ended.as_ref().is_err_and(cancelled), OF_A_HANDLE, ended, CANCELLED);
        assert_eq!(since(), "polled, dropped", "what happened to a task that aborted itself");

        let ended = spawn(async { 42 });
        settle().await;
        ended.abort();
        let output = ended.await;
        let what = "what the handle gives of a task that was aborted after its end";
        expect(matches!(output, Ok(42)), what, output, "Ok(42)");
    });
}

const OF_A_HANDLE: &str = "what the handle of an aborted task gives";
const CANCELLED: &str = "an error that says cancelled";

fn nothing_leaks() {
    let mut bench = Bench::new();
    for _ in 0..1_000 {
        bench.spawn();
        bench.end();
    }
    let room = bench.scheduler.capacity();
    let what = "slots and places in the queue, when 1,000 tasks have come and gone, one at a time";
    expect(room < 100, what, room, "fewer than 100: the next task takes the slot of the last");

    // Thousands at once, without handles. All of them end.
    const BURST: usize = 3_000;
    let headers: Vec<_> = (0..BURST).map(|_| Arc::downgrade(&bench.spawn())).collect();
    while bench.end().is_some() {}
    let kept = headers.iter().filter(|header| header.strong_count() > 0).count();
    assert_eq!(kept, 0, "headers that are kept of {BURST} detached tasks that have ended");
    assert_eq!(bench.alive(), 0, "tasks that have not ended");
    bench.scheduler.shrink_to(100);
    let room = bench.scheduler.capacity();
    let what =
        format!("slots and places in the queue, when {BURST} tasks have come and gone at once");
    expect(room < 400, &what, room, "fewer than 400, after `shrink_to(100)`");

    if_it_hangs("a task that has woken itself in its poll was not polled again");
    let owned = Arc::new(());
    let wakers: Arc<Mutex<Vec<Waker>>> = Arc::default();
    let runtime = Runtime::with(Config::default()).expect("a runtime");
    runtime.block_on(async {
        let mut handles = Vec::new();
        for number in 0..300 {
            let (owned, wakers) = (owned.clone(), wakers.clone());
            let mut polls = 0;
            let task = poll_fn(move |cx| {
                let _owned = &owned;
                wakers.lock().expect("no panic here").push(cx.waker().clone());
                polls += 1;
                cx.waker().wake_by_ref();
                if polls > number % 3 { Poll::Ready(()) } else { Poll::Pending }
            });
            handles.push(spawn(task));
        }
        for (number, handle) in (0..).zip(handles) {
            match number % 4 {
                0 => handle.await.expect("it ends"),
                1 => drop(handle),
                2 => handle.abort(),
                _ => settle().await,
            }
        }
        settle().await;
        let held = Arc::strong_count(&owned) - 1;
        assert_eq!(held, 0, "of 300 tasks that have ended, with wakers, so many are still there");
        for waker in wakers.lock().expect("no panic here").drain(..) {
            waker.wake();
        }
        settle().await;
        spawn({
            let owned = owned.clone();
            async move {
                pending::<()>().await;
                drop(owned);
            }
        });
        settle().await;
        assert_eq!(Arc::strong_count(&owned), 2, "owners of a value: the check, a waiting task");
    });
    drop(runtime);
    assert_eq!(Arc::strong_count(&owned), 1, "owners of it when the engine has gone");
}

fn told_as_it_was() {
    let mut bench = Bench::new();
    let (by_a_task, by_a_timer) = (bench.spawn(), bench.spawn());
    for _ in 0..2 {
        bench.poll();
    }
    bench.scheduler.wake(&by_a_task, Cause::Task(by_a_timer.id));
    bench.scheduler.wake(&by_a_timer, Cause::Timer);
    let first = bench.poll();
    assert_eq!(first, Some(by_a_timer.id), "the queue takes first what a timer has woken");
    // A wake that comes during the poll has its cause, too, but the runtime queues the task.
    let during = [Cause::Timer, Cause::Io, Cause::Message];
    for by in during {
        let mut bench = Bench::new();
        let (polled, behind) = (bench.spawn(), bench.spawn());
        let out = bench.must_begin("a new task");
        bench.scheduler.wake(&polled, by);
        bench.scheduler.check_in(out);
        let next = bench.poll();
        let of = [polled.id, behind.id];
        let what = format!("{by:?} wakes the first of {of:?} in its poll, `check_in` queues it");
        assert_eq!(next, Some(behind.id), "{what}, by `Runtime`. Which is polled next?");
        // Both are in the ordinary queue now. What wakes one of them again changes nothing.
        bench.wake(&behind);
        bench.scheduler.wake(&behind, by);
        let next = bench.poll();
        let what = format!("the next of two in the queue, when {by:?} has woken the second again");
        assert_eq!(next, Some(polled.id), "{what}");
        // One that has waited overtakes.
        bench.poll();
        bench.wake(&behind);
        bench.scheduler.wake(&polled, by);
        assert_eq!(bench.poll(), Some(polled.id), "the next, when {by:?} has woken one of two");
    }
    // So it is with `block_on`'s own future, which has waited.
    let mut other = Bench::new();
    let (main, before) = (other.enter(), other.spawn());
    let _ = (other.poll(), other.poll());
    other.wake(&before);
    other.scheduler.wake(&main, Cause::Timer);
    let next = other.poll();
    assert_eq!(next, Some(main.id), "the next, when a timer has woken `block_on`'s own future");
    drop(by_a_task);
    let out = bench.must_begin("a second task that was woken");
    assert_eq!(
        Arc::strong_count(&out.header),
        1,
        "references to the header during a poll of a task without handles and wakers: that in \
         `CheckedOut`. (An event tells how many others there are when the poll ends. If there are \
         none, the doctor knows that the task can't be woken any more)"
    );
    bench.scheduler.check_in(out);

    if_it_hangs("a task that has woken itself in its poll was not polled again");
    let events = Events::default();
    let config = Config { sink: events.sink(), ..Config::default() };
    let runtime = Runtime::with(config).expect("a runtime");
    let id = runtime.block_on(async {
        let shared: Arc<Mutex<Option<Waker>>> = Arc::default();
        let there = shared.clone();
        let mut polls = 0;
        let task = spawn(poll_fn(move |cx| {
            polls += 1;
            *there.lock().expect("no panic here") = Some(cx.waker().clone());
            if polls == 2 {
                cx.waker().wake_by_ref();
                cx.waker().wake_by_ref();
            }
            if polls == 3 { Poll::Ready(()) } else { Poll::Pending }
        }));
        let id = task.id();
        settle().await;
        let waker = shared.lock().expect("no panic here").take().expect("it was polled");
        waker.wake_by_ref();
        waker.wake_by_ref();
        settle().await;
        waker.wake_by_ref();
        id
    });
    drop(runtime);
    let effects = events.pick(|event| match event {
        Event::Wake { task, effect, .. } if *task == id => Some(*effect),
        _ => None,
    });
    let expected = [
        Effect::Queued(1),
        Effect::Coalesced,
        Effect::DuringPoll,
        Effect::Coalesced,
        Effect::Stale,
    ];
    assert_eq!(
        effects[1..], // after its spawn
        expected,
        "what five wakes did: two while it waited, two in the next poll, one after its end"
    );
}

/// Three tasks are woken from another thread: they join the urgent queue. The task that is `block_on`'s
/// own is in the ordinary one meanwhile.
fn told_with_its_place() {
    if_it_hangs("a task has yielded, and was not polled again");
    let events = Events::default();
    let config = Config { sink: events.sink(), ..Config::default() };
    let runtime = Runtime::with(config).expect("a runtime");
    let ids = runtime.block_on(async {
        let wakers: Arc<Mutex<Vec<Waker>>> = Arc::default();
        let tasks = [(); 3].map(|()| {
            let wakers = wakers.clone();
            spawn(poll_fn(move |cx| {
                wakers.lock().expect("no panic here").push(cx.waker().clone());
                Poll::<()>::Pending
            }))
        });
        settle().await;
        let there = std::mem::take(&mut *wakers.lock().expect("no panic here"));
        let wake = || there.into_iter().for_each(Waker::wake);
        std::thread::spawn(wake).join().expect("the thread that wakes them");
        // As long as this yields it is in the queue. Messages are received every 61 polls.
        for _ in 0..100 {
            settle().await;
        }
        tasks.map(|task| task.id())
    });
    drop(runtime);
    let effects = events.pick(|event| match event {
        Event::Wake { task, by: Cause::Message, effect } if ids.contains(task) => Some(*effect),
        _ => None,
    });
    assert_eq!(
        effects,
        [Effect::Queued(1), Effect::Queued(2), Effect::Queued(3)],
        "what the wakes of three tasks did that another thread woke, while a fourth task was in the \
         ordinary queue"
    );
}

// ---- any order, against a model -----------------------------------------------------------------

#[derive(Clone, Debug)]
enum Step {
    Spawn,
    Wake(usize),
    /// A poll, in which these are woken (`None`: the polled one itself); and does it end the task? As a rule
    /// of the next one.
    Poll {
        nth: usize,
        wakes: Vec<Option<usize>>,
        ends: bool,
    },
}

fn steps() -> impl Strategy<Value = Sequence<Step>> {
    let step = prop_oneof![
        1 => Just(Step::Spawn),
        3 => (0..6_usize).prop_map(Step::Wake),
        4 => (0..8_usize, vec(of(0..6_usize), 0..3), one_in_four())
            .prop_map(|(nth, wakes, ends)| Step::Poll { nth: nth.saturating_sub(5), wakes, ends }),
    ];
    vec(step, 0..40)
}

/// One poll in four ends its task.
fn one_in_four() -> impl Strategy<Value = bool> {
    (0..4).prop_map(|number| number == 0)
}

/// Every task that ever was, by the order of spawns.
#[derive(Default)]
struct Model {
    tasks: Vec<(Arc<Header>, Now)>,
    queue: VecDeque<Id>,
}

#[derive(Clone, Copy, PartialEq)]
enum Now {
    Waiting,
    Queued,
    Polled { woken: bool },
    Over,
}

impl Model {
    /// One of them, perhaps one that is over and whose slot another one has.
    fn name(&self, number: usize) -> Option<Arc<Header>> {
        Some(self.tasks.get(number.checked_rem(self.tasks.len())?)?.0.clone())
    }

    fn find(&mut self, id: Id) -> &mut Now {
        &mut self.tasks.iter_mut().find(|task| task.0.id == id).expect("a task of this case").1
    }

    fn wake(&mut self, id: Id) {
        match self.find(id) {
            waiting @ Now::Waiting => {
                *waiting = Now::Queued;
                self.queue.push_back(id);
            }
            Now::Polled { woken } => *woken = true,
            Now::Queued | Now::Over => {}
        }
    }
}

fn any_order() {
    property(500, &steps(), |steps| {
        let (mut bench, mut model) = (Bench::new(), Model::default());
        let main = bench.enter();
        model.queue.push_back(main.id);
        model.tasks.push((main, Now::Queued));
        for step in steps {
            match step {
                Step::Spawn => {
                    let task = bench.spawn();
                    model.queue.push_back(task.id);
                    model.tasks.push((task, Now::Queued));
                }
                Step::Wake(number) => {
                    if let Some(task) = model.name(number) {
                        bench.wake(&task);
                        model.wake(task.id);
                    }
                }
                Step::Poll { nth, wakes, ends } => poll(&mut bench, &mut model, nth, &wakes, ends),
            }
            let queued = model.queue.len();
            assert_eq!(bench.queued(), queued, "places in the queue");
        }
        while !model.queue.is_empty() {
            poll(&mut bench, &mut model, 0, &[], true);
        }
        assert_eq!(bench.poll(), None, "the task that is polled when none is left");
    });
}

fn poll(bench: &mut Bench, model: &mut Model, nth: usize, wakes: &[Option<usize>], ends: bool) {
    let nth = nth.min(model.queue.len().saturating_sub(1));
    let (out, expected) = (bench.begin_later(nth), model.queue.remove(nth));
    let what = format!("the task that is polled next, by `check_out({nth})`");
    assert_eq!(out.as_ref().map(|out| out.header.id), expected, "{what}");
    let Some(out) = out else { return };
    let polled = out.header.clone();
    *model.find(polled.id) = Now::Polled { woken: false };
    for &number in wakes {
        let woken = number.and_then(|number| model.name(number)).unwrap_or(polled.clone());
        bench.wake(&woken);
        model.wake(woken.id);
    }
    if ends {
        bench.scheduler.remove(&out);
        *model.find(polled.id) = Now::Over;
    } else {
        let woken = *model.find(polled.id) == (Now::Polled { woken: true });
        bench.scheduler.check_in(out);
        *model.find(polled.id) = Now::Waiting;
        if woken {
            model.wake(polled.id);
        }
    }
}
