//! Does a runtime with nothing to do do nothing?

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use crate::common::engine::*;
use crate::records::*;
use kettle::runtime::{Builder, Handle};
use kettle::task::spawn_blocking;
use kettle::time::{Instant, sleep};
use kettle::trace::{Event, Record, Recorder, Sink, record};
use kettle_runtime::{Timer, clock};

/// The timeouts of the parks, in order.
fn parks(records: &[Record]) -> Vec<Option<Duration>> {
    picked!(records, Event::Park { timeout } => timeout)
}

#[test]
fn by_the_machines_clock_a_sleep_is_one_park_too() {
    // 100 ms: on the wheel's second level, whose slot begins at 64 ms. One must not wake there.
    let ((), records) = record(|| {
        runtime().block_on(async { sleep(Duration::from_millis(100)).await });
    });
    let parks = parks(&records);
    assert_eq!(parks.len(), 1, "{parks:?}");
    let timeout = parks[0].expect("it has a timeout");
    assert!(timeout > Duration::ZERO && timeout <= Duration::from_millis(101), "{timeout:?}");
}

/// It doesn't stop where a cancelled timer was the first of the wheel's slot (here from 64 ms to
/// 128), or the only one (at 10 ms).
#[test]
fn a_paused_clock_moves_to_its_deadline_in_one_step() {
    let records = recorded(async {
        let mut cancelled = [10, 70].map(|ms| Box::pin(sleep(Duration::from_millis(ms))));
        for sleep in &mut cancelled {
            must_wait(|cx| sleep.as_mut().poll(cx)).await;
        }
        let mut stays = Box::pin(sleep(Duration::from_millis(100)));
        must_wait(|cx| stays.as_mut().poll(cx)).await;
        drop(cancelled);
        stays.await;
    });
    let moves = picked!(records, Event::Advance { by, .. } => by);
    assert_eq!(moves, [Duration::from_millis(100)]);
}

/// No time passes while a job is out, and its end ends the sleep: there is nothing to look for
/// before.
#[test]
fn with_a_paused_clock_it_parks_until_a_job_has_ended() {
    within_a_minute(|| {
        let records = recorded(async {
            let metrics = Handle::current().metrics();
            kettle::spawn(sleep(Duration::from_hours(1)));
            let until_asleep = move || {
                while metrics.worker_park_unpark_count(0).is_multiple_of(2) {
                    thread::yield_now();
                }
            };
            spawn_blocking(until_asleep).await.unwrap();
        });
        assert_eq!(parks(&records), [None]);
    });
}

#[test]
fn without_a_timer_it_parks_until_a_message_comes() {
    within_a_minute(|| {
        let (recorder, recording) = Recorder::new();
        let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
        runtime.block_on(async {
            let news = Channel::new();
            let (tell, watch) = (news.clone(), recording.clone());
            let thread = thread::spawn(move || {
                // Not before the engine has said that it sleeps.
                while parks(&watch.records()).is_empty() {
                    thread::yield_now();
                }
                tell.send(());
            });
            news.receive().await;
            thread.join().unwrap();
        });
        assert_eq!(parks(&recording.records()), [None]);
        let unparked = |event: &Event| matches!(event, Event::Unpark { events: 0, unparked: true });
        assert_eq!(count(&recording.records(), unparked), 1);
    });
}

#[test]
fn a_runtime_that_nobody_uses_costs_no_park() {
    let (begin, records) = record(|| runtime().block_on(async { Instant::now() }));
    assert!(begin <= Instant::now());
    assert_eq!(parks(&records), []);
}

/// Sets a timer from another thread, once the loop has said that it sleeps for good.
#[derive(Clone, Default)]
struct SetsATimer {
    /// Of the task that waits for it.
    waker: Arc<Mutex<Option<Waker>>>,
    timer: Arc<Mutex<Option<Timer>>>,
    /// Did the loop sleep, before that and after? And how many messages were there?
    asleep: Arc<Mutex<Vec<(bool, usize)>>>,
}

impl Sink for SetsATimer {
    fn record(&mut self, records: &[Record]) {
        if !records.iter().any(|record| matches!(record.event, Event::Park { .. })) {
            return;
        }
        let Some(waker) = self.waker.lock().unwrap().take() else { return };
        let (handle, place) = (Handle::current(), self.timer.clone());
        let (inspector, metrics) = (handle.inspector(), handle.metrics());
        let look = || (inspector.is_asleep(), metrics.global_queue_depth());
        let before = look();
        let set = move || {
            let _entered = handle.enter();
            let mut timer = Timer::new(clock::now() + Duration::from_millis(5));
            let _ = timer.poll(&mut Context::from_waker(&waker));
            *place.lock().unwrap() = Some(timer);
        };
        thread::spawn(set).join().unwrap();
        self.asleep.lock().unwrap().extend([before, look()]);
    }
}

/// No message says that the timer is there. The doctor asks, before it says that the loop sleeps
/// for good.
#[test]
fn a_timer_of_another_thread_ends_the_sleep_that_is_about_to_begin() {
    let sink = SetsATimer::default();
    let asleep = within_a_minute(move || {
        let runtime = Builder::new_current_thread().trace(sink.clone()).build().unwrap();
        let mut polls = 0;
        runtime.block_on(poll_fn(|cx| {
            polls += 1;
            *sink.waker.lock().unwrap() = Some(cx.waker().clone());
            if polls == 1 { Poll::Pending } else { Poll::Ready(()) }
        }));
        sink.asleep.lock().unwrap().clone()
    });
    assert_eq!(asleep, [(true, 0), (false, 0)]);
}
