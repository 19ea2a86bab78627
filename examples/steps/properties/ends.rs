//! What if another thread aborts a task, or waits for its end, between two steps of the runtime?

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use super::kit::*;
use super::step2::{stat, until_asleep};

/// Notes that it was dropped, and wakes the task that waits for that.
#[derive(Clone, Default)]
struct Ended(Arc<(AtomicBool, Mutex<Option<Waker>>)>);

impl Drop for Ended {
    fn drop(&mut self) {
        // (The last but one: the check has the other.)
        if Arc::strong_count(&self.0) == 2 {
            self.0.0.store(true, Ordering::SeqCst);
            self.0.1.lock().unwrap().take().into_iter().for_each(Waker::wake);
        }
    }
}

impl Ended {
    fn is(&self) -> bool {
        self.0.0.load(Ordering::SeqCst)
    }

    async fn wait(&self) {
        poll_fn(|cx| {
            *self.0.1.lock().unwrap() = Some(cx.waker().clone());
            if self.is() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    /// Of a task that never ends by itself, and leaves its waker at each poll.
    fn task<S: Handles>() -> (Ended, S::Handle<()>, Rc<RefCell<Option<Waker>>>) {
        let (ended, waker) = (Ended::default(), Rc::<RefCell<Option<Waker>>>::default());
        let (held, left) = (ended.clone(), Rc::clone(&waker));
        let handle = S::spawn_joined(poll_fn(move |cx| {
            let _held = &held;
            *left.borrow_mut() = Some(cx.waker().clone());
            Poll::Pending
        }));
        (ended, handle, waker)
    }
}

pub(super) fn aborted_while_it_sleeps<S: Handles>() {
    for is_in_another in [false, true] {
        let place = if is_in_another { "inside a runtime of its own" } else { "" };
        if_it_hangs(&format!(
            "another thread has aborted a task {place} while the runtime's thread slept, and it sleeps on. An abort is a mark and a \
             wake: does it do all that a wake from another thread does?"
        ));
        S::block_on(async {
            let (ended, handle, _) = Ended::task::<S>();
            yield_now().await;
            let stat = stat();
            let there = thread::spawn(move || {
                until_asleep(stat.as_deref());
                let abort = || S::abort(&handle);
                if is_in_another { S::block_on(async { abort() }) } else { abort() }
            });
            ended.wait().await;
            there.join().unwrap();
        });
    }
}

const LOST: &str = "\n  came:     it was not\n  expected: it was. An abort sets the mark first and wakes then, each time. The \
                    runtime clears the waker's own mark first, then looks whether the task is aborted, then polls it.";

pub(super) fn aborted_at_any_moment<S: Handles>() {
    let Some(Watching { at_a_moment, .. }) = WATCHING.get() else { return };
    between_two_steps_of_the_loop::<S>(*at_a_moment);
    between_two_steps_of_the_abort::<S>(*at_a_moment);
}

type AtAMoment = fn(usize, Box<dyn FnOnce()>, Box<dyn FnOnce()>) -> bool;

/// The task was woken. At each step by which the runtime comes to poll it another thread aborts it.
fn between_two_steps_of_the_loop<S: Handles>(at_a_moment: AtAMoment) {
    for moment in 1..300 {
        let place = Rc::new(RefCell::new(None::<S::Handle<()>>));
        let (take, is_aborted) = (Rc::clone(&place), Rc::new(RefCell::new(None)));
        let put = Rc::clone(&is_aborted);
        let other = move || {
            let Some(handle) = take.take() else { return };
            let there = move || {
                S::abort(&handle);
                handle
            };
            *put.borrow_mut() = Some(thread::spawn(there).join().unwrap());
        };
        let run = move || {
            S::block_on(async {
                let (ended, handle, waker) = Ended::task::<S>();
                yield_now().await;
                *place.borrow_mut() = Some(handle);
                waker.take().into_iter().for_each(Waker::wake);
                give_way(4).await;
                let not_yet = place.take();
                give_way(4).await;
                assert!(
                    not_yet.is_some() || ended.is(),
                    "a task was aborted by another thread between two steps of the runtime (number {moment}): was it dropped in \
                     one of the next turns?{LOST}"
                );
            });
        };
        if !at_a_moment(moment, Box::new(other), Box::new(run)) {
            break;
        }
    }
}

/// The task waits, or it was woken. Another thread aborts it, and between two steps of that the runtime goes on.
fn between_two_steps_of_the_abort<S: Handles>(at_a_moment: AtAMoment) {
    for (moment, is_woken) in (1..100).flat_map(|moment| [(moment, false), (moment, true)]) {
        let came = S::block_on(async {
            let (turns, (ended, handle, waker)) =
                (Arc::new(AtomicUsize::new(0)), Ended::task::<S>());
            yield_now().await;
            waker.take().filter(|_| is_woken).into_iter().for_each(Waker::wake);
            let (wait, (tell, told)) = (turns_of(&turns), mpsc::channel());
            let is_there = tell.clone();
            let other = move || {
                is_there.send(()).unwrap();
                wait();
            };
            let there = thread::spawn(move || {
                let abort = move || S::abort(&handle);
                let came = at_a_moment(moment, Box::new(other), Box::new(abort));
                let _ = tell.send(());
                came
            });
            told.recv().unwrap(); // no turn before that step
            turn_until(&turns, || there.is_finished()).await;
            let state = if is_woken { "was woken" } else { "waited" };
            assert!(
                ended.is(),
                "a task {state}, and another thread aborted it. Before step {moment} of that the runtime went on for some turns: was \
                 the task dropped after the abort?{LOST}"
            );
            there.join().unwrap()
        });
        if !came && is_woken {
            break;
        }
    }
}

/// Waits, on another thread, for some turns of the runtime.
fn turns_of(turns: &Arc<AtomicUsize>) -> impl FnOnce() + Send + 'static {
    let turns = Arc::clone(turns);
    move || {
        let before = turns.load(Ordering::SeqCst);
        while turns.load(Ordering::SeqCst) < before + 4 {
            thread::yield_now();
        }
    }
}

/// Lets the others have their turns, and counts them, until `is_over`, and then for some more.
async fn turn_until(turns: &AtomicUsize, is_over: impl Fn() -> bool) {
    while !is_over() {
        yield_now().await;
        turns.fetch_add(1, Ordering::SeqCst);
    }
    give_way(4).await;
}

/// Another thread polls a handle, and between two steps of that the task ends.
pub(super) fn joined_at_any_moment<S: Handles>() {
    let Some(Watching { at_a_moment, .. }) = WATCHING.get() else { return };
    for moment in 1..100 {
        let came = S::block_on(async {
            let (turns, ends) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
            let its = Arc::clone(&ends);
            let handle = S::spawn_joined(async move {
                while !its.load(Ordering::SeqCst) {
                    yield_now().await;
                }
            });
            let wait = turns_of(&turns);
            let end = move || {
                ends.store(true, Ordering::SeqCst);
                wait();
            };
            let there = thread::spawn(move || {
                let ((waker, calls), polled) = (caller(), Rc::new(RefCell::new(Poll::Pending)));
                let (put, mut join) = (Rc::clone(&polled), Box::pin(S::join(handle)));
                let poll = move || *put.borrow_mut() = poll(join.as_mut(), &waker);
                let came = at_a_moment(moment, Box::new(end), Box::new(poll));
                (came, polled.borrow().is_ready() || !calls.0.lock().unwrap().is_empty())
            });
            turn_until(&turns, || there.is_finished()).await;
            let (came, is_told) = there.join().unwrap();
            assert!(
                is_told || !came,
                "another thread polled a handle, and at a step of that poll (number {moment}) the task ended: was the handle ready, \
                 or its waker called?\n  came:     neither\n  expected: one of the two. (It looks for the output and leaves its \
                 waker under one lock.)"
            );
            came
        });
        if !came {
            break;
        }
    }
}
