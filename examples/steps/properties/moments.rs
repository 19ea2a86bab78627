//! What comes of a wake between two steps of the code? Only a program can say that watches the step's locks and atomics
//! ([`Watching`]); by any other these properties are not judged.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::mem;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use super::kit::*;
use super::step2::{stat, until_asleep};

/// Leaves its waker where `leave` puts it, and is ready in its second poll.
fn wait_once<S: Step>(leave: impl Fn(Waker)) {
    let mut is_polled = false;
    S::block_on(poll_fn(|cx| {
        if mem::replace(&mut is_polled, true) {
            return Poll::Ready(());
        }
        leave(cx.waker().clone());
        Poll::Pending
    }));
}

/// At each moment of `block_on` another thread calls the waker, until the thread sleeps.
pub(super) fn a_wake_at_any_moment<S: Step>() {
    let Some(Watching { loads_may_miss, .. }) = WATCHING.get() else { return };
    woken_at_each_moment::<S>(|| (), "");
    let both_miss = ". Each side writes one atomic and then loads another, which the other side writes. Here both loads \
                     gave the old value, which the language allows unless all four steps are `SeqCst`. One atomic tells \
                     all: with two, each side can read the other's old value";
    woken_at_each_moment::<S>(*loads_may_miss, both_miss);
}

fn woken_at_each_moment<S: Step>(before_it_waits: fn(), why: &str) {
    let Some(Watching { at_a_moment, .. }) = WATCHING.get() else { return };
    for moment in 1..100 {
        if_it_hangs(&format!(
            "another thread called the waker between two steps of `block_on` (number {moment}), after the poll that left it, and \
             `block_on` sleeps on. Does it look before each sleep whether a wake came (at its flag, or at its queue)?{why}"
        ));
        let (tell, told) = mpsc::channel();
        let place = Arc::<(Mutex<Option<Waker>>, AtomicBool)>::default();
        let left = Arc::clone(&place);
        let sleeper = thread::spawn(move || {
            tell.send(stat()).unwrap();
            let leave = Arc::clone(&left);
            let wake = move || {
                // (None: it has not been polled yet, or no longer waits.)
                let Some(waker) = left.0.lock().unwrap().take() else { return };
                left.1.store(true, Ordering::SeqCst);
                thread::spawn(move || waker.wake()).join().unwrap();
            };
            let leave = move |waker| {
                *leave.0.lock().unwrap() = Some(waker);
                before_it_waits();
            };
            at_a_moment(moment, Box::new(wake), Box::new(move || wait_once::<S>(leave)))
        });
        until_asleep(told.recv().unwrap().as_deref());
        if !place.1.load(Ordering::SeqCst) {
            if_woken_it_hangs();
        }
        while !place.1.load(Ordering::SeqCst) && !sleeper.is_finished() {
            place.0.lock().unwrap().take().into_iter().for_each(Waker::wake);
            thread::sleep(Duration::from_millis(1));
        }
        // If the wake at that moment is lost, it sleeps on.
        if !sleeper.join().unwrap() {
            break;
        }
    }
}

/// The thread sleeps. Another one calls its waker, and waits at each step of that until it sleeps again.
pub(super) fn woken_at_any_step<S: Step>() {
    let Some(Watching { at_a_moment, .. }) = WATCHING.get() else { return };
    for moment in 1..100 {
        if_it_hangs(&format!(
            "the waker was called while the thread slept. Between two steps of that call (before number {moment}) the thread \
             woke up, found nothing to do, and slept again, for good. Does the wake leave its note, in the flag or in the \
             queue, before it ends the sleep of the thread?"
        ));
        let (tell, told) = mpsc::channel();
        let sleeper =
            thread::spawn(move || wait_once::<S>(|waker| tell.send((waker, stat())).unwrap()));
        let (waker, stat) = told.recv().unwrap();
        until_asleep(stat.as_deref());
        let other = move || _ = until_asleep(stat.as_deref());
        let came = at_a_moment(moment, Box::new(other), Box::new(|| waker.wake()));
        sleeper.join().unwrap();
        if !came {
            break;
        }
    }
}

/// A waker that says when it is called.
struct Tells(mpsc::Sender<&'static str>);

impl Wake for Tells {
    fn wake(self: Arc<Self>) {
        let _ = self.0.send("the waker is called");
    }
}

/// Polls a sleep with one waker by `first`, then by `second` with that of `block_on`, which has to be called then.
/// `None`: it was over too early.
fn sleeps<S: Step>(
    long: Duration,
    first: impl FnOnce(Box<dyn FnOnce() -> Poll<()>>) -> Poll<()>,
    second: impl FnOnce(Box<dyn FnOnce() -> Poll<()>>) -> Poll<()>,
    waker: &Waker,
) -> Option<()> {
    let sleep = Rc::new(RefCell::new(None));
    let poll_with = |waker: &Waker| {
        let (sleep, waker) = (Rc::clone(&sleep), waker.clone());
        Box::new(move || {
            let mut sleep = sleep.borrow_mut();
            poll(sleep.get_or_insert_with(|| Box::pin(S::sleep(long))).as_mut(), &waker)
        })
    };
    let mut steps = Some((first, second));
    S::block_on(poll_fn(|cx| {
        let Some((first, second)) = steps.take() else { return poll_with(cx.waker())().map(Some) };
        if first(poll_with(waker)).is_ready() {
            Poll::Ready(None)
        } else {
            second(poll_with(cx.waker())).map(Some)
        }
    }))
}

/// A sleep is over at any moment of a poll by another task; and at any moment of what the sleep's own thread does, if it
/// has one, another task polls it.
pub(super) fn a_sleep_ends_at_any_moment<S: Step>() {
    let Some(Watching { at_a_moment, at_a_threads_moment, .. }) = WATCHING.get() else { return };
    // (A longer one, if the machine was so busy that it was over at once.)
    let longer = [2, 20, 200, 2_000].map(Duration::from_millis);
    for moment in 1..100 {
        if_it_hangs(&format!(
            "a sleep was polled again, with another waker. At a step of that poll (number {moment}) the time was over, and \
             the first waker was called. The poll gave `Pending`, and its own waker is never called: it looked whether \
             the time is over, and left its waker later, not under the same lock"
        ));
        let is_there = Rc::new(Cell::new(false));
        let tries = |long: &Duration| {
            let ((tell, told), came) = (mpsc::channel(), Rc::clone(&is_there));
            let long = *long;
            let second = move |poll: Box<dyn FnOnce() -> Poll<()>>| {
                let polled = Rc::new(Cell::new(Poll::Pending));
                let put = Rc::clone(&polled);
                // (A sleep that this thread's own loop ends is not over before the poll is.)
                let other = move || _ = told.recv_timeout(long + Duration::from_secs(1));
                came.set(at_a_moment(moment, Box::new(other), Box::new(move || put.set(poll()))));
                polled.get()
            };
            sleeps::<S>(long, |poll| poll(), second, &Waker::from(Arc::new(Tells(tell))))
        };
        let _ = longer.iter().find_map(tries);
        if !is_there.get() {
            break;
        }
    }
    for moment in 1..100 {
        if_it_hangs(&format!(
            "the time of a sleep was over. At a step of what its own thread did then (number {moment}) the sleep was polled \
             again, with another waker, and gave `Pending`. That waker is never called: the thread took the old one out, and \
             noted later, not under the same lock, that the time is over"
        ));
        let is_there = Rc::new(Cell::new(false));
        let tries = |long: &Duration| {
            let ((tell, told), (go_on, goes_on)) = (mpsc::channel(), mpsc::channel::<()>());
            let (waker, came) = (Waker::from(Arc::new(Tells(tell.clone()))), Rc::clone(&is_there));
            let other = move || {
                let _ = tell.send("it is at that moment");
                let _ = goes_on.recv();
            };
            let has_thread = Rc::new(Cell::new(false));
            let it_has = Rc::clone(&has_thread);
            let first = move |poll: Box<dyn FnOnce() -> Poll<()>>| {
                let polled = Rc::new(Cell::new(Poll::Pending));
                let put = Rc::clone(&polled);
                it_has.set(at_a_threads_moment(
                    moment,
                    Box::new(other),
                    Box::new(move || put.set(poll())),
                ));
                polled.get()
            };
            let second = move |poll: Box<dyn FnOnce() -> Poll<()>>| {
                if has_thread.get() {
                    came.set(told.recv() == Ok("it is at that moment"));
                }
                let polled = poll();
                drop(go_on);
                polled
            };
            sleeps::<S>(*long, first, second, &waker)
        };
        let _ = longer.iter().find_map(tries);
        if !is_there.get() {
            break;
        }
    }
}

/// How a property runs its future: as `block_on`'s own, or in a task.
pub(super) type Run = fn(Job);

/// Another thread writes something and calls the waker. It has done so when this returns.
fn wake_elsewhere(news: fn() -> Shown, waker: Waker) -> Shown {
    let write_and_wake = move || {
        let shown = news();
        waker.wake();
        shown
    };
    thread::spawn(write_and_wake).join().unwrap()
}

/// Is what two threads wrote, and by which wakes they told of it, seen where nothing comes between two steps? If not,
/// [`what_must_be_seen`] says so.
fn is_seen(run: Run, news: fn() -> Shown) -> bool {
    let seen = Rc::new(RefCell::new(None));
    let (tell, mut written) = (Rc::clone(&seen), Vec::new());
    run(Box::pin(poll_fn(move |cx| {
        if written.is_empty() {
            written.extend([(); 2].map(|()| wake_elsewhere(news, cx.waker().clone())));
            return Poll::Pending;
        }
        *tell.borrow_mut() = Some(written.iter().all(|shown| shown()));
        Poll::Ready(())
    })));
    seen.take() == Some(true)
}

/// One wake has come, and a second one comes at each step by which the runtime answers the first.
fn a_second_wake_comes(run: Run) {
    let Some(Watching { at_a_moment, news, .. }) = WATCHING.get() else { return };
    for moment in 1..200 {
        // The waker, once the first wake has come; then what the second one has written.
        let (left, second) = (Rc::new(RefCell::new(None)), Rc::new(RefCell::new(None::<Shown>)));
        let (take, put) = (Rc::clone(&left), Rc::clone(&second));
        let other = move || {
            let Some(waker) = take.take() else { return };
            *put.borrow_mut() = Some(wake_elsewhere(*news, waker));
        };
        let (mut is_woken, news) = (false, *news);
        let waits = poll_fn(move |cx| {
            if !mem::replace(&mut is_woken, true) {
                let _ = wake_elsewhere(news, cx.waker().clone());
                *left.borrow_mut() = Some(cx.waker().clone());
                return Poll::Pending;
            }
            left.take();
            match &*second.borrow() {
                Some(shown) if !shown() => Poll::Pending,
                _ => Poll::Ready(()),
            }
        });
        if_it_hangs(&format!(
            "a future was woken twice, and polled once. The second wake came at a step of the runtime (number {moment} \
             from its begin) at which it answered the first: it had read the flag, and not yet cleared it. So the poll \
             need not see what the second waker's thread had written, and the wake was cleared with the first. (A \
             `load` with a `store` after it does that. A `swap` reads and clears in one step.)"
        ));
        if !at_a_moment(moment, Box::new(other), Box::new(move || run(Box::pin(waits)))) {
            break;
        }
    }
}

/// One wake has come. Another thread calls the waker, and at each step of that waits until the runtime has answered
/// the first wake, and sleeps.
fn answered_within_a_second_wake(run: Run) {
    let Some(Watching { at_a_moment, news, .. }) = WATCHING.get() else { return };
    for moment in 1..100 {
        if_it_hangs(&format!(
            "a future was woken twice. Between two steps of the second call of its waker (step {moment}) the runtime \
             answered the first: it polled the future, and slept. Then the second call went on, with what it had read \
             before, and the thread sleeps on. (A `load` with a `store` after it does that, where a `swap` reads and sets in \
             one step; so does a wake that ends the sleep before it leaves its note.)"
        ));
        let (end, ended) = mpsc::channel();
        let mut second: Option<Shown> = None;
        let news = *news;
        run(Box::pin(poll_fn(move |cx| {
            if let Some(shown) = &second {
                return if shown() { Poll::Ready(()) } else { Poll::Pending };
            }
            let _ = wake_elsewhere(news, cx.waker().clone());
            let ((tell, told), (go_on, goes_on)) = (mpsc::channel(), mpsc::channel());
            let (waker, stat, end) = (cx.waker().clone(), stat(), end.clone());
            thread::spawn(move || {
                tell.send(Some(news())).unwrap();
                let is_there = tell.clone();
                let other = move || {
                    is_there.send(None).unwrap();
                    let () = goes_on.recv().unwrap(); // from here on it is awake, until it sleeps in `block_on`
                    until_asleep(stat.as_deref());
                };
                let came = at_a_moment(moment, Box::new(other), Box::new(move || waker.wake()));
                let _ = tell.send(None);
                end.send(came).unwrap();
            });
            second = told.recv().unwrap();
            let _: Option<Shown> = told.recv().unwrap();
            let _ = go_on.send(());
            Poll::Pending
        })));
        if !ended.recv().unwrap() {
            break;
        }
    }
}

fn a_second_wake(run: Run) {
    if WATCHING.get().is_some_and(|watching| is_seen(run, watching.news)) {
        a_second_wake_comes(run);
        answered_within_a_second_wake(run);
    }
}

pub(super) fn a_second_wake_at_any_moment<S: Step>() {
    a_second_wake(|job| S::block_on(job));
}

pub(super) fn a_tasks_second_wake<S: Tasks>() {
    a_second_wake(|job| {
        let (ends, waiting) = (Rc::new(RefCell::new(false)), Rc::new(RefCell::new(None::<Waker>)));
        let (tell, wakes) = (Rc::clone(&ends), Rc::clone(&waiting));
        let mut job = Some(async move {
            job.await;
            *tell.borrow_mut() = true;
            wakes.take().into_iter().for_each(Waker::wake);
        });
        S::block_on(poll_fn(|cx| {
            job.take().into_iter().for_each(S::spawn);
            *waiting.borrow_mut() = Some(cx.waker().clone());
            if *ends.borrow() { Poll::Ready(()) } else { Poll::Pending }
        }));
    });
}

/// By the orderings that the step asks for: a processor may show more. (Of two wakers the second may find nothing to do.)
/// The second comes when the first has done its part; then at each step of the first.
pub(super) fn what_must_be_seen<S: Step>() {
    let Some(Watching { at_a_moment, news, accesses, .. }) = WATCHING.get() else { return };
    for moment in 0..100 {
        let mut written = Vec::<(bool, Shown)>::new();
        let mut came = true;
        S::block_on(poll_fn(|cx| {
            for (nth, (is_watched, must_be_seen)) in
                ["the first", "the second"].iter().zip(&written)
            {
                assert!(
                    !is_watched || must_be_seen(),
                    "each of two threads wrote something and called the waker{}: the poll that follows need not see what \
                     {nth} wrote, by the `Ordering`s of the step's atomics. (A `swap` reads, too, and passes that on. A store \
                     doesn't, nor does a load, nor an exchange that fails.)",
                    if moment == 0 {
                        ""
                    } else {
                        ", the second between two steps of the first's call"
                    }
                );
            }
            if !written.is_empty() {
                return Poll::Ready(());
            }
            let (waker, before) = (cx.waker().clone(), accesses());
            let second = waker.clone();
            let (first, other) = if moment == 0 {
                (wake_elsewhere(*news, waker), Some(wake_elsewhere(*news, second)))
            } else {
                let both = move || {
                    let (put, other) = mpsc::channel();
                    let wake_too = move || put.send(wake_elsewhere(*news, second)).unwrap();
                    let shown = news();
                    let came = at_a_moment(moment, Box::new(wake_too), Box::new(|| waker.wake()));
                    (shown, other.try_recv().ok(), came)
                };
                let (first, other, is_there) = thread::spawn(both).join().unwrap();
                came = is_there;
                (first, other)
            };
            let is_watched = accesses() > before;
            written.extend(
                [Some(first), other].into_iter().flatten().map(|shown| (is_watched, shown)),
            );
            Poll::Pending
        }));
        if !came {
            break;
        }
    }
}
