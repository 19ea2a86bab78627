//! What an engine must do after the fix of `insomnia`.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle_judge::count::{self, Events, Wakes, waker};
use kettle_judge::{Check, check};

use crate::event::{Deferral, Event};
use crate::inbox::{Inbox, Unpark};
use crate::tasks::Message;
use crate::time::Time;
use crate::{Config, Runtime, Timer, clock, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(gone_at_once => "a timer that is dropped is gone, at once"),
    check!(near_and_far => "a timer that is dropped is gone, however near or far its deadline is"),
    check!(whatever_came_before => "a timer that is dropped is gone, also if it was moved to another deadline, or its task panics"),
    check!(due_and_not_fired => "a timer that is dropped is gone, also if its deadline has come and the loop has not looked yet"),
    check!(no_task_is_woken => "a timer that was dropped wakes no task: not now and not when it is due"),
    check!(one_long_sleep => "the loop does not wake up for a timer that was dropped"),
    check!(a_burst_is_given_back => "after a burst of timeouts the wheel gives its room back"),
    check!(dropped_elsewhere => "a timer that is dropped on another thread is gone, at once, and the loop sleeps on"),
    check!(waited_for_elsewhere => "a timer that was waited for on another thread, and is dropped, is gone at once"),
    check!(moved_while_a_task_waits => "a timer that is moved while a task waits for it wakes that task at its new deadline"),
    check!(the_others_stay => "the timers that are left wake their tasks, in the right order"),
];

const SECOND: Duration = Duration::from_secs(1);

fn run<F: Future>(future: F) -> F::Output {
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(future)
}

fn timer(seconds: u32) -> Timer {
    Timer::new(clock::now() + SECOND * seconds)
}

/// Polls a timer once, by the task's own waker.
async fn begin(timer: &mut Timer) {
    let polled = poll_fn(|cx| Poll::Ready(timer.poll(cx))).await;
    assert!(polled.is_pending(), "the timer is not due yet, and is ready");
}

/// A runtime's timers, with a virtual clock and without a runtime.
struct Clockwork {
    time: Arc<Time>,
    inbox: Arc<Inbox<Message>>,
    selector: mio::Poll,
}

impl Clockwork {
    fn new() -> Clockwork {
        Clockwork::with(true)
    }

    fn with(paused: bool) -> Clockwork {
        let selector = mio::Poll::new().expect("a selector");
        let waker = mio::Waker::new(selector.registry(), mio::Token(0)).expect("its waker");
        let (inbox, _) = Inbox::new(Arc::new(Unpark::new(waker)));
        Clockwork { time: Time::new(paused, inbox.clone(), Arc::default()), inbox, selector }
    }

    /// One that waits, polled once by this waker.
    fn waits(&self, seconds: u32, waker: &Waker) -> Timer {
        self.waits_for(SECOND * seconds, waker)
    }

    fn waits_for(&self, long: Duration, waker: &Waker) -> Timer {
        let mut timer = Timer::of(self.time.clone(), self.time.clock.now() + long);
        let polled = timer.poll(&mut Context::from_waker(waker));
        assert!(polled.is_pending(), "the timer is not due yet, and is ready");
        timer
    }

    /// How many timers are in the wheel, and for how many it has room.
    fn wheel(&self) -> (usize, usize) {
        let wheel = self.time.wheel();
        (wheel.len(), wheel.capacity())
    }
}

/// Goes through the queue so many times.
async fn rounds(times: usize) {
    count::rounds(times, |cx| defer(cx, Deferral::Yield)).await;
}

fn gone_at_once() {
    let clockwork = Clockwork::new();
    let (waker, wakes) = waker();
    let (first, second) = (clockwork.waits(1, &waker), clockwork.waits(2, &waker));
    assert_eq!(clockwork.wheel().0, 2, "timers in the wheel while two wait");
    drop(first);
    assert_eq!(clockwork.wheel().0, 1, "timers in the wheel when one of them is dropped");
    drop(second);
    assert_eq!(clockwork.wheel().0, 0, "timers in the wheel when both are dropped");
    let kept = (wakes.held(), Arc::strong_count(&clockwork.time) - 1);
    assert_eq!(kept, (0, 0), "wakers, and handles of the clockwork, kept of dropped timers");
}

fn near_and_far() {
    let clockwork = Clockwork::new();
    for exponent in 0..45 {
        let long = Duration::from_millis(1 << exponent);
        let (waker, wakes) = waker();
        drop(clockwork.waits_for(long, &waker));
        let left = (clockwork.wheel().0, wakes.held());
        assert_eq!(left, (0, 0), "timers in the wheel, and wakers: one of {long:?} is dropped");
    }
}

fn whatever_came_before() {
    let clockwork = Clockwork::new();
    let gone = |wakes: &Wakes, what: &str| {
        let left = (clockwork.wheel().0, wakes.held());
        assert_eq!(left, (0, 0), "timers in the wheel, and wakers, when one is dropped {what}");
    };
    for seconds in [1, 2, 5, 3_600] {
        let (waker, wakes) = waker();
        let mut timer = clockwork.waits(2, &waker);
        timer.reset(clockwork.time.clock.now() + SECOND * seconds);
        drop(timer);
        gone(&wakes, "that was moved from 2 seconds to another deadline");
    }
    let (waker, wakes) = waker();
    count::dropped_by_a_panic(clockwork.waits(2, &waker));
    gone(&wakes, "by a task that panics");
}

// On a real clock, and with no loop that lets timers fire: the time comes, and it waits still.
fn due_and_not_fired() {
    let clockwork = Clockwork::with(false);
    let (waker, wakes) = waker();
    let timer = clockwork.waits_for(Duration::from_millis(1), &waker);
    thread::sleep(Duration::from_millis(3));
    drop(timer);
    let left = (clockwork.wheel().0, wakes.held());
    assert_eq!(left, (0, 0), "timers in the wheel, and wakers, when a due one is dropped");
}

fn no_task_is_woken() {
    run(async {
        let polls = Arc::new(AtomicUsize::new(0));
        let counted = polls.clone();
        let mut timers = Some([timer(1), timer(2)]);
        spawn(poll_fn(move |cx| {
            counted.fetch_add(1, Relaxed);
            for timer in timers.iter_mut().flatten() {
                assert!(timer.poll(cx).is_pending(), "ready, and not due");
            }
            timers = None;
            Poll::<()>::Pending
        }));
        rounds(3).await;
        assert_eq!(polls.load(Relaxed), 1, "polls of a task that has dropped its timers");
        clock::advance(SECOND * 3).await;
        rounds(3).await;
        assert_eq!(polls.load(Relaxed), 1, "its polls when they would have been due");
    });
}

fn one_long_sleep() {
    let events = Events::default();
    let config = Config { start_paused: true, sink: events.sink(), ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(async {
        for seconds in 1..=50 {
            let mut timeout = timer(seconds);
            begin(&mut timeout).await;
        }
        let mut hour = timer(3_600);
        poll_fn(|cx| hour.poll(cx)).await;
    });
    let parks = events.count(|event| matches!(event, Event::Park { .. }));
    assert_eq!(parks, 1, "how often the loop went to sleep in a quiet hour");
}

fn a_burst_is_given_back() {
    let clockwork = Clockwork::new();
    for _ in 0..10_000 {
        drop(clockwork.waits(60, Waker::noop()));
    }
    let (len, room) = clockwork.wheel();
    assert_eq!(len, 0, "timers in the wheel after ten thousand timeouts, one by one");
    assert!(room <= 64, "there was one at a time, and the wheel has room for {room}");
    let all: Vec<Timer> = (0..10_000).map(|_| clockwork.waits(60, Waker::noop())).collect();
    drop(all);
    let (len, room) = clockwork.wheel();
    assert_eq!(len, 0, "timers in the wheel after ten thousand at once");
    assert!(room <= 64, "none is left, and the wheel has room for {room}");
}

fn dropped_elsewhere() {
    let mut clockwork = Clockwork::new();
    let timer = clockwork.waits(1, Waker::noop());
    assert!(clockwork.inbox.prepare_to_sleep(), "there is no message, and the loop does not sleep");
    thread::spawn(move || drop(timer)).join().expect("no panic");
    assert_eq!(clockwork.wheel().0, 0, "timers in the wheel when a thread dropped the only one");
    let mut reports = mio::Events::with_capacity(1);
    clockwork.selector.poll(&mut reports, Some(Duration::ZERO)).expect("a look at the selector");
    assert!(reports.is_empty(), "the loop sleeps, and a thread that drops a timer has woken it");
}

fn waited_for_elsewhere() {
    run(async {
        let mut timer = timer(1);
        let (waker, wakes) = waker();
        let there = thread::spawn(move || {
            let polled = timer.poll(&mut Context::from_waker(&waker));
            assert!(polled.is_pending(), "ready, and not due");
            (timer, waker)
        });
        let (timer, _waker) = there.join().expect("no panic");
        assert_eq!(wakes.held(), 1, "wakers that are kept when a thread waits for a timer");
        thread::spawn(move || drop(timer)).join().expect("no panic");
        assert_eq!(wakes.held(), 0, "wakers that are kept when the thread has dropped it");
        clock::advance(SECOND * 2).await;
        assert_eq!(wakes.count(), 0, "wakes of the thread's waker");
    });
}

// The task is not polled in between: its waker has to stay.
fn moved_while_a_task_waits() {
    run(async {
        for (to, is_due_by) in [(4, 4), (1, 1), (0, 0)] {
            let (mut moved, (waker, wakes)) = (timer(2), waker());
            let start = clock::now();
            assert!(moved.poll(&mut Context::from_waker(&waker)).is_pending(), "ready, not due");
            clock::advance(SECOND / 2).await;
            moved.reset(start + SECOND * to);
            for second in 0..6 {
                assert_eq!(
                    wakes.count(),
                    usize::from(second >= is_due_by),
                    "wakes of a task that waits for a timer of 2 seconds, by second {second}. After half a second another \
                     task moved it to second {to}. (The one that waits is not polled again.)"
                );
                clock::advance(if second == 0 { SECOND / 2 } else { SECOND }).await;
            }
            assert_eq!(wakes.held(), 0, "wakers kept of a timer that was moved and has fired");
        }
    });
}

fn the_others_stay() {
    run(async {
        let (waker, wakes) = waker();
        let mut timers: Vec<Timer> = (1..=9).map(timer).collect();
        for (timer, goes) in timers.iter_mut().zip([false, true].into_iter().cycle()) {
            let waker = if goes { Waker::noop() } else { &waker };
            assert!(timer.poll(&mut Context::from_waker(waker)).is_pending(), "ready, and not due");
        }
        // Those of 2, 4, 6 and 8 seconds go.
        let mut kept: Vec<Timer> = timers.into_iter().step_by(2).collect();
        for seconds in 1..=9 {
            clock::advance(SECOND).await;
            let due = seconds / 2 + seconds % 2;
            assert_eq!(wakes.count(), due, "wakes of those that stayed, by second {seconds}");
        }
        for timer in &mut kept {
            let polled = poll_fn(|cx| Poll::Ready(timer.poll(cx))).await;
            assert!(polled.is_ready(), "it has fired, and is not ready");
        }
    });
}
