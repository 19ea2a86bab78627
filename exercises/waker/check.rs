//! What the answer of `waker` must do.

use std::fmt::Debug;
use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use kettle_judge::count::{Events, Log, rounds, waker};
use kettle_judge::lock::with_gap;
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::sample::select;
use kettle_judge::{Check, check, expect, if_it_hangs, property};

use super::current;
use super::header::{Header, Owner};
use crate::event::{Cause, Deferral, Event, MessageKind};
use crate::{AbortHandle, Config, Id, Runtime, Timer, clock, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(at_once_where_it_is_current => "where its scheduler is current, a wake queues the task at once, without a message"),
    check!(from_elsewhere_by_one_message => "from another thread a thousand wakes are one message, and so are the next thousand"),
    check!(one_until_it_is_received => "whatever else happens meanwhile, a message on its way serves for all wakes from elsewhere"),
    check!(a_sleeping_loop => "a wake from another thread ends the loop's sleep"),
    check!(from_another_runtime => "a wake on a thread that drives another runtime reaches its own task, and no other"),
    check!(an_abort => "an abort is done at once where the scheduler is current; elsewhere it is one message"),
    check!(an_abort_at_any_moment => "whenever its message is received, an aborted task ends"),
    check!(an_abort_without_a_scheduler => "an abort of what no scheduler has, such as a blocking job, calls its owner's waker"),
    check!(kept_too_long => "a waker kept beyond its task, or its runtime, does nothing"),
];

// ---- what the checks look with ------------------------------------------------------------------

/// A future that is never ready: it counts its polls, and leaves its waker here.
#[derive(Clone, Default)]
struct Sleeper(Arc<(AtomicUsize, Mutex<Option<Waker>>)>);

impl Sleeper {
    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        self.0.0.fetch_add(1, Ordering::SeqCst);
        *self.0.1.lock().expect("no panic here") = Some(cx.waker().clone());
        Poll::Pending
    }

    async fn sleep(self) {
        poll_fn(|cx| self.poll(cx)).await;
    }

    fn polls(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }

    fn waker(&self) -> Waker {
        self.0.1.lock().expect("no panic here").clone().expect("the task was polled")
    }
}

/// Lets all tasks run that are ready, and those that they wake, and lets messages in.
async fn settle() {
    rounds(5, |cx| defer(cx, Deferral::Budget)).await;
}

fn elsewhere(act: impl FnOnce() + Send + 'static) {
    thread::spawn(act).join().expect("no panic on another thread");
}

const ONE_ON_ITS_WAY: &str = "(One goes on its way, and until the loop has received it no other follows: one atomic step has to \
                              look whether one is on its way and note that it is)";

/// How many messages of this kind the loop has received.
fn messages(events: &Events, of: MessageKind) -> usize {
    events.count(|event| matches!(event, Event::Message { kind } if *kind == of))
}

/// How many wakes such a cause had, as the run queue and the replay were told.
fn wakes_by(events: &Events, is_one: fn(&Cause) -> bool) -> usize {
    events.count(|event| matches!(event, Event::Wake { by, .. } if is_one(by)))
}

fn runtime() -> (Runtime, Events) {
    let events = Events::default();
    let config = Config { sink: events.sink(), ..Config::default() };
    (Runtime::with(config).expect("a runtime"), events)
}

// ---- wakes --------------------------------------------------------------------------------------

fn at_once_where_it_is_current() {
    let (runtime, events) = runtime();
    let sleeper = Sleeper::default();
    runtime.block_on(async {
        spawn(sleeper.clone().sleep());
        settle().await;
        for round in 1..=10 {
            let waker = sleeper.waker();
            // One of the two by another task; both run on the thread that drives the runtime.
            if round % 2 == 0 {
                spawn(async move { waker.wake() });
            } else {
                waker.wake();
            }
            settle().await;
            assert_eq!(sleeper.polls(), 1 + round, "polls after {round} wakes, one by one");
        }
    });
    let a_timer = async {
        let mut timer = Timer::new(clock::now());
        poll_fn(|cx| timer.poll(cx)).await;
    };
    runtime.block_on(a_timer);
    let sent = messages(&events, MessageKind::Wake);
    assert_eq!(sent, 0, "messages, for wakes on the thread that drives the runtime");
    let by_a_timer = wakes_by(&events, |cause| *cause == Cause::Timer);
    assert_eq!(by_a_timer, 1, "wakes that are told to have been caused by a timer, of one");
    let by_tasks = wakes_by(&events, |cause| matches!(cause, Cause::Task(_)));
    assert_eq!(by_tasks, 10, "wakes that are told to have been caused by tasks, of ten");
}

fn from_elsewhere_by_one_message() {
    let (runtime, events) = runtime();
    let sleeper = Sleeper::default();
    runtime.block_on(async {
        spawn(sleeper.clone().sleep());
        settle().await;
        for round in 1..=5 {
            // The loop's thread waits here: no message is received before the last of these wakes.
            let waker = sleeper.waker();
            elsewhere(move || {
                let threads: Vec<_> = (0..4)
                    .map(|_| {
                        let waker = waker.clone();
                        thread::spawn(move || (0..250).for_each(|_| waker.wake_by_ref()))
                    })
                    .collect();
                threads.into_iter().for_each(|thread| thread.join().expect("a wake is no panic"));
            });
            assert_eq!(sleeper.polls(), round, "polls, before the message can have been received");
            settle().await;
            assert_eq!(sleeper.polls(), 1 + round, "polls after {round} times 1,000 wakes");
            settle().await; // the sink gets the event, too
            let sent = messages(&events, MessageKind::Wake);
            assert_eq!(sent, round, "messages for {round} times 1,000 wakes. {ONE_ON_ITS_WAY}");
            let by_message = wakes_by(&events, |cause| *cause == Cause::Message);
            assert_eq!(by_message, round, "wakes by `Cause::Message`, of {round} by a message");
        }
    });
}

/// What happens to a task.
#[derive(Clone, Copy, Debug)]
enum Step {
    WakeHere,
    WakeElsewhere,
    /// Tasks are polled that are in the queue. No message is received.
    Poll,
    /// They are, and messages are received.
    Turn,
}

const STEPS: &[Step] =
    &[Step::WakeHere, Step::WakeElsewhere, Step::WakeElsewhere, Step::Poll, Step::Turn];

/// `block_on`'s future gives way. It goes on before the loop looks for messages.
async fn give_way() {
    rounds(1, |cx| cx.waker().wake_by_ref()).await;
}

fn one_until_it_is_received() {
    property(200, &vec(select(STEPS), 0..12), |steps| {
        let (runtime, events) = runtime();
        let sleeper = Sleeper::default();
        runtime.block_on(async {
            spawn(sleeper.clone().sleep());
            settle().await;
            let (mut queued, mut on_its_way, mut sent) = (false, false, 0);
            for step in steps {
                let (waker, before) = (sleeper.waker(), sleeper.polls());
                match step {
                    Step::WakeHere => {
                        waker.wake();
                        queued = true;
                    }
                    Step::WakeElsewhere => {
                        elsewhere(move || waker.wake());
                        sent += usize::from(!on_its_way);
                        on_its_way = true;
                    }
                    Step::Poll => {
                        give_way().await;
                        let polls = sleeper.polls() - before;
                        assert_eq!(polls, usize::from(queued), "polls before a message");
                        queued = false;
                    }
                    Step::Turn => {
                        settle().await;
                        let (most, polls) = (
                            usize::from(queued) + usize::from(on_its_way),
                            sleeper.polls() - before,
                        );
                        let right = polls <= most && (polls > 0) == (most > 0);
                        expect(
                            right,
                            "polls when the message was received",
                            polls,
                            "one for each wake at most, and one at least",
                        );
                        (queued, on_its_way) = (false, false);
                    }
                }
            }
            settle().await;
            settle().await;
            let what = "messages of wakes from elsewhere: a new one only if the last was received";
            assert_eq!(messages(&events, MessageKind::Wake), sent, "{what}");
        });
    });
}

fn a_sleeping_loop() {
    if_it_hangs("the loop sleeps: a waker was called on another thread, and no message came");
    let (runtime, _) = runtime();
    let mut wakes = 0;
    let mut threads = Vec::new();
    runtime.block_on(poll_fn(|cx| {
        if wakes == 200 {
            return Poll::Ready(());
        }
        wakes += 1;
        let waker = cx.waker().clone();
        threads.push(thread::spawn(move || waker.wake()));
        Poll::Pending
    }));
    threads.into_iter().for_each(|thread| thread.join().expect("a wake is no panic"));
}

fn from_another_runtime() {
    if_it_hangs("a task was woken where another runtime is driven, and its own loop sleeps on");
    let ((first, events), (second, _)) = (runtime(), runtime());
    let (own, other) = (Sleeper::default(), Sleeper::default());
    first.block_on(async {
        spawn(own.clone().sleep());
        settle().await;
    });
    // The second runtime's task has the same slot as the first one's.
    second.block_on(async {
        spawn(other.clone().sleep());
        settle().await;
        own.waker().wake();
        settle().await;
        let polls = (own.polls(), other.polls());
        assert_eq!(
            polls,
            (1, 1),
            "polls of the woken task, whose runtime is not driven, and of \
             the task in the same slot of the runtime that is driven here"
        );
    });
    first.block_on(settle());
    assert_eq!(own.polls(), 2, "polls of the woken task, when its own runtime is driven again");
    let sent = messages(&events, MessageKind::Wake);
    assert_eq!(sent, 1, "messages for a wake where another is driven");
}

fn kept_too_long() {
    let (runtime, _) = runtime();
    let (first, second) = (Sleeper::default(), Sleeper::default());
    let (kept, abort) = runtime.block_on(async {
        let task = spawn(first.clone().sleep());
        let abort = task.abort_handle();
        settle().await;
        let kept = first.waker();
        task.abort();
        settle().await;
        drop(task);
        // It may have the slot of the one that is gone.
        spawn(second.clone().sleep());
        settle().await;
        kept.wake_by_ref();
        let there = kept.clone();
        elsewhere(move || there.wake());
        abort.abort();
        settle().await;
        let polls = (first.polls(), second.polls());
        assert_eq!(polls, (1, 1), "polls of a task that is gone, and of the one after it");
        second.waker().wake();
        settle().await;
        assert_eq!(second.polls(), 2, "polls of the one after it, when it was woken itself");
        (kept, abort)
    });
    let second = second.waker();
    drop(runtime);
    let call = move |wakers: &[Waker; 2], abort: &AbortHandle| {
        wakers.iter().for_each(Waker::wake_by_ref);
        abort.abort();
    };
    let wakers = [kept, second];
    call(&wakers, &abort);
    let (again, aborts) = (wakers.clone(), abort.clone());
    elsewhere(move || call(&again, &aborts));
    let other = Runtime::with(Config::default()).expect("a runtime");
    other.block_on(async { call(&wakers, &abort) });
    a_message_too_late();
}

/// A message to a task is on its way when the task ends, and the next task gets its slot.
fn a_message_too_late() {
    let (runtime, _) = runtime();
    let second = Sleeper::default();
    runtime.block_on(async {
        let first = spawn(poll_fn(|cx| {
            let waker = cx.waker().clone();
            elsewhere(move || waker.wake());
            Poll::Ready(())
        }));
        first.await.expect("the first ends");
        spawn(second.clone().sleep());
        settle().await;
        assert_eq!(second.polls(), 1, "polls of the next task: the message was for the one before");
        let waker = second.waker();
        elsewhere(move || waker.wake());
        settle().await;
        assert_eq!(second.polls(), 2, "polls of the next task, woken from another thread");
    });
}

// ---- aborts -------------------------------------------------------------------------------------

/// Where it is aborted.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// Its scheduler is current.
    OnItsThread,
    OnAnotherThread,
    /// On a thread that drives another runtime.
    WhereAnotherRuns,
}

const PLACES: [Place; 3] = [Place::OnItsThread, Place::OnAnotherThread, Place::WhereAnotherRuns];

/// "on another thread", of `OnAnotherThread`.
fn in_words(name: impl Debug) -> String {
    let apart = |words: String, letter: char| match letter {
        'A'..='Z' => words + " " + &letter.to_lowercase().to_string(),
        _ => words + letter.encode_utf8(&mut [0; 4]),
    };
    format!("{name:?}").chars().fold(String::new(), apart)
}

impl Place {
    fn act(self, act: impl FnOnce() + Send + 'static) {
        let other = || Runtime::with(Config::default()).expect("a runtime");
        match self {
            Place::OnItsThread => act(),
            Place::OnAnotherThread => elsewhere(act),
            Place::WhereAnotherRuns => elsewhere(move || other().block_on(async { act() })),
        }
    }
}

/// When it is aborted.
#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    /// Its scheduler has not heard of it yet.
    NotReceivedYet,
    New,
    InItsPoll,
    Waiting,
    Queued,
}

fn an_abort() {
    for when in [When::NotReceivedYet, When::New, When::InItsPoll, When::Waiting, When::Queued] {
        PLACES.into_iter().for_each(|place| an_abort_of_one(when, place));
    }
}

fn an_abort_of_one(when: When, place: Place) {
    let words = format!("of a task{},{}", in_words(when), in_words(place));
    let (runtime, events) = runtime();
    let (spawner, sleeper, log) = (runtime.handle().clone(), Sleeper::default(), Log::new());
    let abort_often = move |abort: AbortHandle| (0..1_000).for_each(|_| abort.abort());
    let own = Arc::new(Mutex::new(None));
    let (counts, dropped, its) = (sleeper.clone(), log.on_drop("dropped"), Arc::clone(&own));
    let future = poll_fn(move |cx| {
        let _owned = &dropped;
        let polled = counts.poll(cx);
        if let Some(abort) = its.lock().expect("no panic here").take() {
            place.act(move || abort_often(abort));
        }
        polled
    });
    if_it_hangs(&format!("`abort` {words}: the task has not ended"));
    let id = runtime.block_on(async {
        let task = match when {
            When::NotReceivedYet => {
                thread::spawn(move || spawner.spawn(future)).join().expect("no panic")
            }
            _ => spawn(future),
        };
        let (id, abort) = (task.id(), task.abort_handle());
        if [When::InItsPoll, When::Waiting, When::Queued].contains(&when) {
            *own.lock().expect("no panic here") =
                Some(abort.clone()).filter(|_| when == When::InItsPoll);
            settle().await;
        }
        if when == When::Queued {
            sleeper.waker().wake();
        }
        let polls = usize::from(!matches!(when, When::NotReceivedYet | When::New));
        if when != When::InItsPoll {
            place.act(move || abort_often(abort));
            assert!(log.lines().is_empty(), "`abort` {words}, has dropped the future");
        }
        settle().await;
        let came = (sleeper.polls(), log.lines().len());
        assert_eq!(came, (polls, 1), "the task's polls and drops, after `abort` {words}");
        let end = task.await.map_err(|error| error.is_cancelled());
        assert_eq!(end, Err(true), "does the handle say cancelled, after `abort` {words}?");
        rounds(50, |cx| defer(cx, Deferral::Budget)).await; // also a thousand messages have come then
        let sent = messages(&events, MessageKind::Abort) + messages(&events, MessageKind::Wake);
        let right = usize::from(place != Place::OnItsThread);
        // (What is on its way has not begun: that it is to end is noted, and will be seen.)
        let fits = sent == right || when == When::NotReceivedYet && sent < right;
        let what = format!("messages for 1,000 calls of `abort` {words}. {ONE_ON_ITS_WAY}");
        expect(fits, &what, sent, &right.to_string());
        id
    });
    // (Others may have ended before the message comes.)
    if place == Place::OnItsThread && when != When::NotReceivedYet || when == When::Waiting {
        let told = events.count(|event| matches!(event, Event::Cancel { .. }));
        assert_eq!(told, 1, "aborts that the scheduler was told of, by `abort` {words}");
    }
    if when == When::Waiting {
        let by = events.pick(|event| match event {
            Event::Wake { task, by, .. } if *task == id => Some(*by),
            _ => None,
        });
        let by_message = by.last() == Some(&Cause::Message);
        let by_a_task = matches!(by.last(), Some(Cause::Task(_)));
        let right = if place == Place::OnItsThread { by_a_task } else { by_message };
        let expected = "the last one: the task that called `abort`, or the message";
        expect(right, &format!("what woke the task, after `abort` {words}"), by, expected);
    }
}

/// Another thread aborts a task that waits, and at each moment of that the loop receives its messages.
fn an_abort_at_any_moment() {
    for moment in 1..100 {
        let (runtime, _) = runtime();
        let settled = Arc::new(AtomicUsize::new(0));
        let came = runtime.block_on(async {
            let task = spawn(pending::<()>());
            settle().await;
            let (abort, seen) = (task.abort_handle(), Arc::clone(&settled));
            let wait = move || {
                let before = seen.load(Ordering::SeqCst);
                while seen.load(Ordering::SeqCst) < before + 2 {
                    thread::yield_now();
                }
            };
            let there = thread::spawn(move || with_gap(moment, wait, || abort.abort()).is_some());
            while !there.is_finished() {
                settle().await;
                settled.fetch_add(1, Ordering::SeqCst);
            }
            settle().await;
            assert!(task.is_finished(), "aborted elsewhere (moment {moment}), it has not ended");
            there.join().expect("an abort is no panic")
        });
        if !came {
            break;
        }
    }
}

fn an_abort_without_a_scheduler() {
    let (runtime, _) = runtime();
    for place in PLACES {
        // As the header of a blocking job, or of a task of a local set.
        let (owner, calls) = waker();
        let header = Header::new(Id::next(), Owner::Other(owner));
        runtime.block_on(async {
            place.act(move || (0..1_000).for_each(|_| current::abort(&header)))
        });
        assert_eq!(calls.count(), 1, "calls of the owner's waker for 1,000 aborts ({place:?})");
    }
}
