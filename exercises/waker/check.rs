//! What the answer of `waker` must do.

use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use kettle_judge::count::Log;
use kettle_judge::{Check, check, if_it_hangs};

use crate::event::{Deferral, Event, MessageKind, Record};
use crate::{AbortHandle, Config, Runtime, Sink, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(
        at_once_where_it_is_current,
        "where its scheduler is current, a wake queues the task at once, without a message"
    ),
    check!(
        from_elsewhere_by_one_message,
        "from another thread a thousand wakes are one message, and so are the next thousand"
    ),
    check!(a_sleeping_loop, "a wake from another thread ends the loop's sleep"),
    check!(
        from_another_runtime,
        "a wake on a thread that drives another runtime reaches its own task, and no other"
    ),
    check!(kept_too_long, "a waker kept beyond its task, or its runtime, does nothing"),
    check!(
        an_abort,
        "an abort is done at once where the scheduler is current; elsewhere it is one message"
    ),
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
    for _ in 0..5 {
        let mut put_off = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut put_off, true) {
                return Poll::Ready(());
            }
            defer(cx, Deferral::Budget);
            Poll::Pending
        })
        .await;
    }
}

fn elsewhere(act: impl FnOnce() + Send + 'static) {
    thread::spawn(act).join().expect("no panic on another thread");
}

/// Keeps the kinds of all messages that the loop receives.
#[derive(Clone, Default)]
struct Messages(Arc<Mutex<Vec<MessageKind>>>);

impl Messages {
    fn of(&self, kind: MessageKind) -> usize {
        self.0.lock().expect("no panic here").iter().filter(|one| **one == kind).count()
    }
}

impl Sink for Messages {
    fn record(&mut self, records: &[Record]) {
        let kinds = records.iter().filter_map(|record| match record.event {
            Event::Message { kind } => Some(kind),
            _ => None,
        });
        self.0.lock().expect("no panic here").extend(kinds);
    }
}

fn runtime() -> (Runtime, Messages) {
    let messages = Messages::default();
    let sink: Option<Box<dyn Sink>> = Some(Box::new(messages.clone()));
    (Runtime::with(Config { sink, ..Config::default() }).expect("a runtime"), messages)
}

// ---- wakes --------------------------------------------------------------------------------------

fn at_once_where_it_is_current() {
    let (runtime, messages) = runtime();
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
    let sent = messages.of(MessageKind::Wake);
    assert_eq!(sent, 0, "messages, for wakes on the thread that drives the runtime");
}

fn from_elsewhere_by_one_message() {
    let (runtime, messages) = runtime();
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
            assert_eq!(
                messages.of(MessageKind::Wake),
                round,
                "messages for {round} times 1,000 wakes"
            );
        }
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
    let ((first, messages), (second, _)) = (runtime(), runtime());
    let (own, other) = (Sleeper::default(), Sleeper::default());
    let abort = first.block_on(async {
        let task = spawn(own.clone().sleep());
        settle().await;
        task.abort_handle()
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
    assert_eq!(messages.of(MessageKind::Wake), 1, "messages for a wake where another is driven");
    second.block_on(async {
        abort.abort();
        settle().await;
        other.waker().wake();
        settle().await;
        assert_eq!(other.polls(), 2, "polls of a task, after an abort of another runtime's");
    });
    first.block_on(settle());
    assert!(abort.is_finished(), "an abort where another runtime is driven ends its task");
}

fn kept_too_long() {
    let (runtime, messages) = runtime();
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
    drop((runtime, messages));
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

fn an_abort() {
    let (runtime, messages) = runtime();
    let log = Log::new();
    let task = |name: &'static str| {
        let dropped = log.on_drop(name);
        async move {
            pending::<()>().await;
            drop(dropped);
        }
    };
    runtime.block_on(async {
        let here = spawn(task("here"));
        settle().await;
        here.abort();
        settle().await;
        assert_eq!(log.lines(), ["here"], "dropped, after an abort where it is current");
        assert_eq!(messages.of(MessageKind::Abort), 0, "messages for an abort where it is current");
        let there = spawn(task("there"));
        settle().await;
        let handle = there.abort_handle();
        elsewhere(move || (0..1_000).for_each(|_| handle.abort()));
        assert_eq!(log.lines(), ["here"], "dropped, before the message was received");
        settle().await;
        assert_eq!(log.lines(), ["here", "there"], "dropped, after the message");
        assert!(there.await.is_err_and(|error| error.is_cancelled()), "the handle says cancelled");
        settle().await;
        assert_eq!(messages.of(MessageKind::Abort), 1, "messages for 1,000 aborts from elsewhere");
    });
}
