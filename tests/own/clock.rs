//! The clock: which jumps it makes, which it must not make, and when timers come although the loop
//! was about to sleep.
//!
//! What must happen between two steps of the loop is done by a sink: it is called there, on the
//! loop's own thread. So each order is certain; one test draws lots, and says so.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;

use kettle::runtime::{Builder, Runtime};
use kettle::task::spawn_blocking;
use kettle::time::{Duration, Instant, advance, sleep};
use kettle::trace::{Event, Record, Sink};
use kettle_runtime::{Timer, clock};

use crate::common::engine::*;

const HOUR: Duration = Duration::from_hours(1);

/// Does something once, when the loop says something that fits.
struct Between<F, A>(F, Option<A>);

impl<F: Fn(&Event) -> bool + Send, A: FnOnce() + Send> Sink for Between<F, A> {
    fn record(&mut self, records: &[Record]) {
        if records.iter().any(|record| (self.0)(&record.event))
            && let Some(act) = self.1.take()
        {
            act();
        }
    }
}

fn paused_with(sink: impl Sink + 'static) -> Runtime {
    Builder::new_current_thread().start_paused(true).trace(sink).build().unwrap()
}

const TICK: Duration = Duration::from_millis(1);

#[test]
fn the_paused_clock_does_not_jump_when_another_thread_has_just_sent_a_message() {
    within_a_minute(|| {
        let parks = |event: &Event| matches!(event, Event::Park { .. });
        let fires = |event: &Event| matches!(event, Event::TimerFire { .. });
        // The loop has said that it sleeps; and it is about to, after a timer that woke nobody.
        let moments = [(parks as fn(&Event) -> bool, Duration::ZERO), (fires, TICK)];
        for (moment, then) in moments {
            let news = Channel::new();
            let send = news.clone();
            let act = move || elsewhere(|| send.send(()));
            let waited = paused_with(Between(moment, Some(act))).block_on(async move {
                let start = Instant::now();
                let mut nobodys = Timer::new(clock::now() + TICK);
                assert!(nobodys.poll(&mut Context::from_waker(Waker::noop())).is_pending());
                kettle::spawn(sleep(HOUR));
                news.receive().await;
                start.elapsed()
            });
            assert_eq!(waited, then, "until the message was there");
        }
    });
}

/// On the loop's own thread, so no message says it. By the machine's clock, with no timer: nothing
/// else would end the sleep.
#[test]
fn a_task_that_the_sink_wakes_before_a_sleep_is_polled_instead() {
    within_a_minute(|| {
        let waiting = Arc::<Mutex<Option<Waker>>>::default();
        let woken = waiting.clone();
        let wake = move || woken.lock().unwrap().take().expect("the task waits").wake();
        let sink = Between(|event: &Event| matches!(event, Event::Park { .. }), Some(wake));
        let runtime = Builder::new_current_thread().trace(sink).build().unwrap();
        let mut polls = 0;
        runtime.block_on(poll_fn(|cx| {
            polls += 1;
            *waiting.lock().unwrap() = Some(cx.waker().clone());
            if polls == 1 { Poll::Pending } else { Poll::Ready(()) }
        }));
    });
}

#[test]
fn a_task_that_moves_the_clock_while_timers_fire_is_not_forgotten() {
    within_a_minute(|| {
        paused().block_on(async {
            kettle::spawn(sleep(24 * HOUR));
            let mut moving = Box::pin(advance(HOUR));
            let first = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
            let moved = Arc::new(AtomicBool::new(false));
            let told = moved.clone();
            // A foreign executor polls it at once, inside of the wake.
            let once = Mutex::new(Some(move || {
                let pending = moving.as_mut().poll(&mut Context::from_waker(&first)).is_pending();
                told.store(pending, Ordering::SeqCst);
                moving
            }));
            let kept = Arc::new(Mutex::new(None));
            let keep = kept.clone();
            let waker = waker_that(move || {
                if let Some(poll) = once.lock().unwrap().take() {
                    *keep.lock().unwrap() = Some(poll());
                }
            });
            let mut timer = Timer::new(clock::now() + HOUR);
            assert!(timer.poll(&mut Context::from_waker(&waker)).is_pending());
            let start = Instant::now();
            poll_fn(|_| if moved.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending })
                .await;
            assert_eq!(start.elapsed(), 2 * HOUR, "to the timer, and as far as it was moved");
            let moving = kept.lock().unwrap().take().unwrap();
            moving.await;
            assert_eq!(start.elapsed(), 2 * HOUR);
        });
    });
}

/// Draws lots: the job ends at any moment of the loop's falling asleep.
/// The hook makes it due, and fires nothing. With the job out no jump follows that would.
#[test]
fn a_deadline_that_came_just_before_the_sleep_ends_it_though_a_job_is_out() {
    within_a_minute(|| {
        let first = AtomicBool::new(true);
        let pass_time = move || {
            if first.swap(false, Ordering::Relaxed) {
                clock::resume();
                thread::sleep(2 * TICK);
                clock::pause();
            }
        };
        let mut builder = Builder::new_current_thread();
        let runtime = builder.start_paused(true).on_thread_park(pass_time).build().unwrap();
        runtime.block_on(async {
            let (go, may_end) = mpsc::channel::<()>();
            let job = spawn_blocking(move || may_end.recv());
            sleep(TICK).await;
            drop(go);
            job.await.unwrap().unwrap_err();
        });
    });
}

#[test]
fn time_goes_on_when_a_job_that_nobody_awaits_has_ended() {
    within_a_minute(|| {
        paused().block_on(async {
            for _ in 0..5_000 {
                drop(spawn_blocking(|| ()));
                sleep(Duration::from_millis(1)).await;
            }
        });
    });
}
