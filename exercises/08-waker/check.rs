//! What the answer of `08-waker` must do.

use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;

use futures_task::ArcWake;
use kettle_judge::count::Log;
use kettle_judge::{Check, check, if_it_hangs};

use crate::event::{Deferral, Event, LetterKind, Record};
use crate::remote::{Bell, Letter, Remote, register};
use crate::task::Key;
use crate::waker::Header;
use crate::{AbortHandle, Config, Id, LocalSet, Runtime, Sink, defer, spawn, spawn_local};

pub const CHECKS: &[Check] = &[
    check!(at_home_directly, "at home a wake queues its task at once, without a letter, each time"),
    check!(from_elsewhere_by_one_letter, "from another thread a thousand wakes are one letter"),
    check!(a_sleeping_engine, "a wake from another thread ends the engine's sleep"),
    check!(kept_too_long, "a waker kept beyond its task, or its runtime, does nothing"),
    check!(the_next_task, "a header that is used again knows nothing of the task before"),
    check!(an_abort, "an abort at home is done at once, a thousand from elsewhere are one letter"),
    check!(in_a_local_set, "the tasks of a local set are woken, from inside and from outside"),
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

/// Lets all run who are ready, and those whom they wake, and lets letters in.
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

/// Keeps the kinds of all letters that the engine opens.
#[derive(Clone, Default)]
struct Letters(Arc<Mutex<Vec<LetterKind>>>);

impl Letters {
    fn of(&self, kind: LetterKind) -> usize {
        self.0.lock().expect("no panic here").iter().filter(|one| **one == kind).count()
    }
}

impl Sink for Letters {
    fn record(&mut self, records: &[Record]) {
        let kinds = records.iter().filter_map(|record| match record.event {
            Event::Letter { kind } => Some(kind),
            _ => None,
        });
        self.0.lock().expect("no panic here").extend(kinds);
    }
}

fn runtime() -> (Runtime, Letters) {
    let letters = Letters::default();
    let sink: Option<Box<dyn Sink>> = Some(Box::new(letters.clone()));
    (Runtime::with(Config { sink, ..Config::default() }).expect("a runtime"), letters)
}

// ---- wakes --------------------------------------------------------------------------------------

fn at_home_directly() {
    let (runtime, letters) = runtime();
    let sleeper = Sleeper::default();
    runtime.block_on(async {
        spawn(sleeper.clone().sleep());
        settle().await;
        for round in 1..=10 {
            let waker = sleeper.waker();
            // One of the two by another task; both run on the engine's thread.
            if round % 2 == 0 {
                spawn(async move { waker.wake() });
            } else {
                waker.wake();
            }
            settle().await;
            assert_eq!(sleeper.polls(), 1 + round, "polls after {round} wakes, one by one");
        }
    });
    let sent = letters.of(LetterKind::Wake);
    assert_eq!(sent, 0, "letters, for wakes on the engine's own thread");
}

fn from_elsewhere_by_one_letter() {
    let (runtime, letters) = runtime();
    let sleeper = Sleeper::default();
    runtime.block_on(async {
        spawn(sleeper.clone().sleep());
        settle().await;
        for round in 1..=5 {
            // The engine's thread waits here: no letter is opened before the last of these wakes.
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
            assert_eq!(sleeper.polls(), round, "polls, before the letter can have been opened");
            settle().await;
            assert_eq!(sleeper.polls(), 1 + round, "polls after {round} times 1,000 wakes");
            settle().await; // also the sink hears of it
            assert_eq!(
                letters.of(LetterKind::Wake),
                round,
                "letters for {round} times 1,000 wakes"
            );
        }
    });
}

fn a_sleeping_engine() {
    if_it_hangs("the engine sleeps: a waker was called on another thread, and no letter came");
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

fn kept_too_long() {
    let (runtime, letters) = runtime();
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
    drop((runtime, letters));
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
}

// ---- a header by itself, of a home that is seated nowhere ----------------------------------------

fn open_all(letters: &crate::letterbox::Inside<Letter>) -> Vec<String> {
    let names = std::iter::from_fn(|| letters.open()).map(|letter| match letter {
        Letter::Wake(key) => format!("wake {}", key.index),
        Letter::Abort(key) => format!("abort {}", key.index),
        _ => "another letter".to_owned(),
    });
    names.collect()
}

fn header(remote: &Arc<Remote>, index: u32) -> Arc<Header> {
    Arc::new(Header::new(remote.clone(), Key { index, id: Id::next() }))
}

fn the_next_task() {
    let (remote, letters) = register(Bell::Host(None.into()));
    let header = header(&remote, 1);
    ArcWake::wake_by_ref(&header);
    header.cancel();
    header.set_done();
    assert_eq!(open_all(&letters), ["wake 1", "abort 1"], "the letters of the first task");
    let next = Key { index: 2, id: Id::next() };
    header.renew(next);
    assert_eq!(header.key(), next, "the task that the header names after `renew`");
    assert!(!header.is_done(), "the next task has not ended");
    ArcWake::wake_by_ref(&header);
    assert_eq!(open_all(&letters), ["wake 2"], "the letter for a wake of the next task");
    header.cancel();
    assert_eq!(open_all(&letters), ["abort 2"], "the letter for an abort of the next task");
    renewed_in_an_engine();
}

/// A wake letter to a task is on its way when the task ends, and its header goes to the next one.
fn renewed_in_an_engine() {
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
        let before = second.polls();
        let waker = second.waker();
        elsewhere(move || waker.wake());
        settle().await;
        assert_eq!(second.polls(), before + 1, "polls of the next task, woken from another thread");
    });
}

// ---- aborts -------------------------------------------------------------------------------------

fn an_abort() {
    let (runtime, letters) = runtime();
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
        assert_eq!(log.lines(), ["here"], "who was dropped after an abort on the engine's thread");
        assert_eq!(letters.of(LetterKind::Abort), 0, "letters for an abort on the engine's thread");
        let there = spawn(task("there"));
        settle().await;
        let handle = there.abort_handle();
        elsewhere(move || (0..1_000).for_each(|_| handle.abort()));
        assert_eq!(log.lines(), ["here"], "who was dropped before the letter was opened");
        settle().await;
        assert_eq!(log.lines(), ["here", "there"], "who was dropped after the letter");
        assert!(there.await.is_err_and(|error| error.is_cancelled()), "the handle says cancelled");
        settle().await;
        assert_eq!(letters.of(LetterKind::Abort), 1, "letters for 1,000 aborts from elsewhere");
        // Both: from elsewhere, and here before the letter can be opened.
        let both = spawn(task("both"));
        settle().await;
        let handle = both.abort_handle();
        elsewhere(move || handle.abort());
        both.abort();
        let later = log.clone();
        spawn(async move { later.add("a task that was spawned after it") });
        settle().await;
        assert_eq!(
            log.lines()[2..],
            ["both", "a task that was spawned after it"],
            "the order after an abort at home, while an abort letter from elsewhere was unopened"
        );
    });
}

// ---- another kind of home -----------------------------------------------------------------------

fn in_a_local_set() {
    let (runtime, _) = runtime();
    let sleeper = Sleeper::default();
    let watched = sleeper.clone();
    let set = LocalSet::new();
    runtime.block_on(set.run_until(async {
        spawn_local(sleeper.sleep());
        settle().await;
        for round in 1..=10 {
            let waker = watched.waker();
            match round % 3 {
                // A task of the same set: at home.
                0 => drop(spawn_local(async move { waker.wake() })),
                // A task of the engine around it: the set is not seated while that is polled.
                1 => drop(spawn(async move { waker.wake() })),
                _ => elsewhere(move || waker.wake()),
            }
            settle().await;
            assert_eq!(watched.polls(), 1 + round, "polls of a local task after {round} wakes");
        }
    }));
}
