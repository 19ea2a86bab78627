//! What the answer of `07-task-state` must do.

use std::collections::VecDeque;
use std::future::{pending, poll_fn, ready};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use kettle_judge::count::{Log, Polls};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::option::of;
use kettle_judge::proptest::prelude::*;
use kettle_judge::{Check, Sequence, check, if_it_hangs, property};

use crate::event::{Cause, Deferral, Effect, Event, Record};
use crate::polling::phase;
use crate::remote::{Bell, register};
use crate::stage::Stage;
use crate::task::{Key, Lent, Scheduler, SendTask};
use crate::{Config, Id, Runtime, Sink, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(
        a_thousand_wakes,
        "a thousand wakes of a waiting task are one place in the queue, and one poll"
    ),
    check!(a_wake_during_the_poll, "a wake during the poll, or a yield, is exactly one poll more"),
    check!(a_wake_after_the_end, "a wake in the last poll, or later, does nothing"),
    check!(a_stale_key, "a key of a task that is gone does not wake the one that has its slot now"),
    check!(an_aborted_task, "an aborted task is dropped and not polled, wherever it stands"),
    check!(nothing_leaks, "what a task owns is dropped at its end, its header serves the next"),
    check!(told_as_it_was, "the queue is told who woke a task, the events what each wake did"),
    check!(any_order, "any order of wakes, polls and ends is as in a simple model"),
];

// ---- a scheduler without an engine: the check is the executor -----------------------------------

struct Bench(Scheduler<SendTask>);

impl Bench {
    fn new() -> Bench {
        let (remote, _letters) = register(Bell::Host(None.into()));
        Bench(Scheduler::new(remote))
    }

    /// A new task. With a handle its slot outlives its end.
    fn spawn(&mut self, handle: bool) -> Key {
        let id = Id::next();
        self.0.admit(id, Box::pin(Stage::new(ready(()))), handle).key()
    }

    /// What the executor does before a poll.
    fn begin(&mut self) -> Option<Lent<SendTask>> {
        let lent = self.0.next()?;
        assert!(lent.task.is_some(), "a task was lent to the executor without its box");
        Some(lent)
    }

    /// A poll that returns `Pending`. Of whom?
    fn poll(&mut self) -> Option<Key> {
        let lent = self.begin()?;
        let key = lent.key;
        self.0.put_back(lent);
        Some(key)
    }

    /// A poll that ends the task.
    fn end(&mut self) -> Option<Key> {
        let lent = self.begin()?;
        let key = lent.key;
        drop(self.0.end(lent));
        Some(key)
    }

    fn queued(&self) -> usize {
        self.0.queue.len()
    }
}

fn a_thousand_wakes() {
    let mut bench = Bench::new();
    let task = bench.spawn(true);
    assert_eq!(bench.poll(), Some(task), "the first poll: that of the new task");
    assert_eq!(bench.queued(), 0, "places in the queue: it returned `Pending`, nobody woke it");
    assert_eq!(bench.poll(), None, "who is polled when nobody was woken");
    bench.0.wake(task);
    assert_eq!(bench.queued(), 1, "places in the queue after one wake");
    (1..1_000).for_each(|_| bench.0.wake(task));
    assert_eq!(bench.queued(), 1, "places in the queue after 1,000 wakes");
    assert_eq!(bench.poll(), Some(task), "the poll after 1,000 wakes");
    assert_eq!(bench.poll(), None, "a second poll after 1,000 wakes");
    // One that was never polled is queued already.
    let new = bench.spawn(true);
    bench.0.wake(new);
    assert_eq!(bench.queued(), 1, "places in the queue of a new task that was woken");
}

fn a_wake_during_the_poll() {
    for wakes in [1, 1_000] {
        let mut bench = Bench::new();
        let task = bench.spawn(true);
        let lent = bench.begin().expect("a new task is queued");
        (0..wakes).for_each(|_| bench.0.wake(task));
        let queued = bench.queued();
        assert_eq!(queued, 0, "places in the queue of a task that is being polled at this moment");
        bench.0.put_back(lent);
        assert_eq!(bench.poll(), Some(task), "the poll after {wakes} wakes during the last one");
        assert_eq!(bench.poll(), None, "a second poll after {wakes} wakes during the first");
    }
    if_it_hangs("a task has yielded, and was not polled again");
    let mut yields = 0;
    let (yielding, polls) = Polls::new(
        poll_fn(move |cx| {
            if yields == 3 {
                return Poll::Ready(());
            }
            yields += 1;
            defer(cx, Deferral::Yield);
            Poll::Pending
        }),
        1_000,
    );
    on_an_engine(async { spawn(yielding).await.expect("a task that yields ends") });
    assert_eq!(polls.load(Ordering::SeqCst), 4, "polls of a task that yields three times");
}

fn a_wake_after_the_end() {
    for handle in [false, true] {
        let mut bench = Bench::new();
        let (task, behind) = (bench.spawn(handle), bench.spawn(true));
        let lent = bench.begin().expect("a new task is queued");
        bench.0.wake(task); // in its last poll
        drop(bench.0.end(lent));
        (0..10).for_each(|_| bench.0.wake(task));
        assert_eq!(bench.queued(), 1, "places in the queue: that of the task behind");
        assert_eq!(bench.poll(), Some(behind), "who is polled after a task that has ended");
        assert_eq!(bench.poll(), None, "who is polled when only a finished task was woken");
        let found = bench.0.claim(task, || None).is_some();
        assert_eq!(found, handle, "does a handle find the finished task?");
        bench.0.wake(task);
        assert_eq!(bench.queued(), 0, "places in the queue when nobody is left");
    }
}

fn a_stale_key() {
    let mut bench = Bench::new();
    let gone = bench.spawn(false);
    assert_eq!(bench.end(), Some(gone), "who ends");
    let new = bench.spawn(true);
    assert_eq!(new.index, gone.index, "the slot is used again");
    bench.poll();
    bench.0.wake(gone);
    assert_eq!(bench.queued(), 0, "places in the queue: only a task that is gone was woken");
    let lent = {
        bench.0.wake(new);
        bench.begin().expect("it was woken")
    };
    bench.0.wake(gone);
    bench.0.put_back(lent);
    assert_eq!(
        bench.queued(),
        0,
        "places in the queue: a task that is gone was woken, while another had its slot"
    );
}

// ---- an engine with the answer in it ------------------------------------------------------------

fn on_an_engine<F: Future>(future: F) -> F::Output {
    Runtime::with(Config::default()).expect("a runtime").block_on(future)
}

/// Lets all who are ready run, and those whom they wake.
async fn settle() {
    for _ in 0..5 {
        let mut yielded = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut yielded, true) {
                return Poll::Ready(());
            }
            defer(cx, Deferral::Yield);
            Poll::Pending
        })
        .await;
    }
}

fn an_aborted_task() {
    if_it_hangs(
        "a task that was aborted never ended, or one that has yielded was not polled again",
    );
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

        let queued = task(None);
        queued.abort();
        assert!(queued.await.is_err_and(|error| error.is_cancelled()), "the handle says cancelled");
        assert_eq!(
            since(),
            "dropped",
            "what happened to a task that was aborted before its first poll"
        );

        let idle = task(None);
        settle().await;
        idle.abort();
        assert_eq!(since(), "polled", "`abort` returns at once, and the engine does the rest");
        assert!(idle.await.is_err_and(|error| error.is_cancelled()), "the handle says cancelled");
        assert_eq!(since(), "dropped", "what happened to a waiting task that was aborted");

        let own = Arc::new(Mutex::new(None));
        let running = task(Some(own.clone()));
        *own.lock().expect("no panic here") = Some(running.abort_handle());
        assert!(
            running.await.is_err_and(|error| error.is_cancelled()),
            "the handle says cancelled"
        );
        assert_eq!(since(), "polled, dropped", "what happened to a task that aborted itself");

        let ended = spawn(async { 42 });
        settle().await;
        ended.abort();
        assert_eq!(
            ended.await.expect("it had ended"),
            42,
            "the output of a task that was aborted after its end"
        );
    });
}

fn nothing_leaks() {
    let mut bench = Bench::new();
    let task: std::pin::Pin<Box<SendTask>> = Box::pin(Stage::new(ready(())));
    let header = Arc::downgrade(&bench.0.admit(Id::next(), task, false));
    bench.end();
    bench.spawn(false);
    assert!(header.upgrade().is_some(), "the header of a task that has ended was thrown away");
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
        assert_eq!(
            held, 0,
            "of 300 tasks that have ended, with wakers kept, this many are still there"
        );
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
        assert_eq!(
            Arc::strong_count(&owned),
            2,
            "owners of a value: the check, and a waiting task"
        );
    });
    drop(runtime);
    assert_eq!(Arc::strong_count(&owned), 1, "owners of it when the engine has gone");
}

struct Keeper(Arc<Mutex<Vec<Record>>>);

impl Sink for Keeper {
    fn record(&mut self, records: &[Record]) {
        self.0.lock().expect("no panic here").extend_from_slice(records);
    }
}

fn told_as_it_was() {
    let mut bench = Bench::new();
    let (by_a_letter, by_a_timer) = (bench.spawn(true), bench.spawn(true));
    for _ in 0..2 {
        bench.poll();
    }
    phase(Cause::Letter, || bench.0.wake(by_a_letter));
    phase(Cause::Timer, || bench.0.wake(by_a_timer));
    let first = bench.poll();
    assert_eq!(first, Some(by_a_timer), "the queue serves first who was woken by a timer");
    let lent = bench.begin().expect("the other one was woken, too");
    assert_eq!(
        Arc::strong_count(&lent.header),
        1,
        "who holds the header during a poll of a task without handles and wakers: `lent` alone. \
         (An event tells how many others do when the poll ends; where nobody does, the doctor \
         knows that the task can't be woken any more)"
    );
    bench.0.put_back(lent);

    if_it_hangs("a task that has woken itself in its poll was not polled again");
    let records = Arc::new(Mutex::new(Vec::new()));
    let sink: Option<Box<dyn Sink>> = Some(Box::new(Keeper(records.clone())));
    let runtime = Runtime::with(Config { sink, ..Config::default() }).expect("a runtime");
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
    let effects: Vec<Effect> = records
        .lock()
        .expect("no panic here")
        .iter()
        .filter_map(|record| match record.event {
            Event::Wake { task, effect, .. } if task == id => Some(effect),
            _ => None,
        })
        .skip(1) // its spawn
        .collect();
    let expected = [
        Effect::Queued(1),
        Effect::Coalesced,
        Effect::DuringPoll,
        Effect::Coalesced,
        Effect::Stale,
    ];
    assert_eq!(
        effects, expected,
        "what five wakes did: two while it waited, two in the next poll, one after its end"
    );
}

// ---- any order, against a model -----------------------------------------------------------------

#[derive(Clone, Debug)]
enum Step {
    Spawn {
        handle: bool,
    },
    Wake(usize),
    /// A poll, in which these are woken (`None`: the polled one itself); and does it end the task?
    Poll {
        wakes: Vec<Option<usize>>,
        ends: bool,
    },
}

fn steps() -> impl Strategy<Value = Sequence<Step>> {
    let step = prop_oneof![
        1 => any::<bool>().prop_map(|handle| Step::Spawn { handle }),
        3 => (0..6_usize).prop_map(Step::Wake),
        4 => (vec(of(0..6_usize), 0..3), one_in_four())
            .prop_map(|(wakes, ends)| Step::Poll { wakes, ends }),
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
    tasks: Vec<(Key, Stands)>,
    queue: VecDeque<Key>,
}

#[derive(Clone, Copy, PartialEq)]
enum Stands {
    Waiting,
    Queued,
    Polled { woken: bool },
    Over,
}

impl Model {
    /// One of them, also of those that are over, whose slots others may have.
    fn name(&self, number: usize) -> Option<Key> {
        Some(self.tasks.get(number.checked_rem(self.tasks.len())?)?.0)
    }

    fn find(&mut self, key: Key) -> &mut Stands {
        &mut self.tasks.iter_mut().find(|task| task.0 == key).expect("a task of this case").1
    }

    fn wake(&mut self, key: Key) {
        match self.find(key) {
            waiting @ Stands::Waiting => {
                *waiting = Stands::Queued;
                self.queue.push_back(key);
            }
            Stands::Polled { woken } => *woken = true,
            Stands::Queued | Stands::Over => {}
        }
    }
}

fn any_order() {
    property(500, &steps(), |steps| {
        let (mut bench, mut model) = (Bench::new(), Model::default());
        for step in steps {
            match step {
                Step::Spawn { handle } => {
                    let key = bench.spawn(handle);
                    model.tasks.push((key, Stands::Queued));
                    model.queue.push_back(key);
                }
                Step::Wake(number) => {
                    if let Some(key) = model.name(number) {
                        bench.0.wake(key);
                        model.wake(key);
                    }
                }
                Step::Poll { wakes, ends } => poll(&mut bench, &mut model, &wakes, ends),
            }
            let queued = model.queue.len();
            assert_eq!(bench.queued(), queued, "places in the queue");
        }
        while !model.queue.is_empty() {
            poll(&mut bench, &mut model, &[], true);
        }
        assert_eq!(bench.poll(), None, "who is polled when nobody is left");
    });
}

fn poll(bench: &mut Bench, model: &mut Model, wakes: &[Option<usize>], ends: bool) {
    let (lent, expected) = (bench.begin(), model.queue.pop_front());
    assert_eq!(lent.as_ref().map(|lent| lent.key), expected, "who is polled next");
    let Some(lent) = lent else { return };
    let key = lent.key;
    *model.find(key) = Stands::Polled { woken: false };
    for &number in wakes {
        let woken = number.and_then(|number| model.name(number)).unwrap_or(key);
        bench.0.wake(woken);
        model.wake(woken);
    }
    if ends {
        drop(bench.0.end(lent));
        *model.find(key) = Stands::Over;
    } else {
        let woken = *model.find(key) == (Stands::Polled { woken: true });
        bench.0.put_back(lent);
        *model.find(key) = Stands::Waiting;
        if woken {
            model.wake(key);
        }
    }
}
