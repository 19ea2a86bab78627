//! What the crate promises, and that it keeps what kettle asks of a source.
//!
//! The kernel's timers know no virtual clock, so these run by the machine's. Nothing sleeps: a test
//! waits until a timer has expired, and counts what happened until then.

mod common;

use std::future::Future;
use std::io::ErrorKind;
use std::panic::catch_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use common::{HOUR, SHORT, runtime, watched};
use kettle::trace::{Event, Record, record};
use kettle_runtime::event::{Cause, Deferral, Tried};
use kettle_timerfd::{Interval, TimerFd, interval};

/// Runs it on a runtime of its own, and gives what that told.
fn recorded<R>(body: impl AsyncFnOnce() -> R) -> (R, Vec<Record>) {
    record(|| runtime().block_on(body()))
}

fn count(records: &[Record], matches: impl Fn(&Event) -> bool) -> usize {
    records.iter().filter(|record| matches(&record.event)).count()
}

/// Stops the thread until the timer is readable, which is asked of the system itself.
fn until_readable(timer: &TimerFd) {
    use rustix::event::{PollFd, PollFlags, poll};
    let mut asked = [PollFd::new(timer, PollFlags::IN)];
    while poll(&mut asked, None) == Err(rustix::io::Errno::INTR) {}
    assert!(asked[0].revents().contains(PollFlags::IN));
}

fn polled<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

// ---- firing -------------------------------------------------------------------------------------

#[kettle::test]
async fn it_expires_once() {
    let _watched = watched();
    let timer = TimerFd::new().unwrap();
    timer.set(HOUR).unwrap();
    assert!(timer.remaining().unwrap().is_some_and(|left| left <= HOUR));
    timer.set(SHORT).unwrap();
    assert_eq!(timer.expired().await.unwrap(), 1);
    assert_eq!(timer.remaining().unwrap(), None);
    assert_eq!(timer.try_expired().unwrap_err().kind(), ErrorKind::WouldBlock);
    assert!(polled(timer.expired()).is_pending());
}

#[kettle::test]
async fn it_is_never_early() {
    let _watched = watched();
    for micros in [1, 50, 300, 999, 1_000, 1_001, 5_000] {
        let after = Duration::from_micros(micros);
        let timer = TimerFd::new().unwrap();
        let start = Instant::now();
        timer.set(after).unwrap();
        timer.expired().await.unwrap();
        assert!(start.elapsed() >= after, "{after:?}: {:?}", start.elapsed());
    }
}

#[kettle::test]
async fn zero_is_at_once_and_the_longest_is_taken() {
    let _watched = watched();
    let timer = TimerFd::new().unwrap();
    timer.set(Duration::ZERO).unwrap();
    assert_eq!(timer.expired().await.unwrap(), 1);
    timer.set(Duration::MAX).unwrap();
    assert!(timer.remaining().unwrap().is_some_and(|left| left > HOUR));
    assert!(polled(timer.expired()).is_pending());
}

#[kettle::test]
async fn who_comes_late_is_told_how_many_there_were() {
    let _watched = watched();
    let period = Duration::from_millis(1);
    let (often, once) = (TimerFd::new().unwrap(), TimerFd::new().unwrap());
    often.set_every(period).unwrap();
    once.set(period * 5).unwrap();
    once.expired().await.unwrap();
    let late = often.expired().await.unwrap();
    assert!(late >= 5, "{late}");
}

#[kettle::test]
async fn a_period_of_zero_is_refused() {
    let timer = TimerFd::new().unwrap();
    assert_eq!(timer.set_every(Duration::ZERO).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(interval(Duration::ZERO).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[kettle::test]
async fn an_interval_counts_every_tick() {
    let _watched = watched();
    let period = Duration::from_micros(500);
    let start = Instant::now();
    let mut interval: Interval = interval(period).unwrap();
    let mut ticks = 0;
    while ticks < 10 {
        let more = interval.tick().await.unwrap();
        assert!(more >= 1);
        ticks += more;
        let due = period * u32::try_from(ticks).unwrap();
        assert!(start.elapsed() >= due, "{ticks} ticks: {:?}", start.elapsed());
    }
}

// ---- setting it anew ----------------------------------------------------------------------------

#[kettle::test]
async fn stopped_it_is_quiet_and_forgets() {
    let _watched = watched();
    let (timer, other) = (TimerFd::new().unwrap(), TimerFd::new().unwrap());
    timer.set(SHORT).unwrap();
    until_readable(&timer);
    timer.stop().unwrap();
    assert_eq!(timer.try_expired().unwrap_err().kind(), ErrorKind::WouldBlock);
    timer.set(SHORT).unwrap();
    timer.stop().unwrap();
    other.set(SHORT * 5).unwrap();
    other.expired().await.unwrap();
    assert_eq!(timer.try_expired().unwrap_err().kind(), ErrorKind::WouldBlock);
}

/// The task waits before the timer is set: nothing tells it but the selector.
#[test]
fn set_while_a_task_waits_it_wakes_the_task() {
    let _watched = watched();
    let (expired, records) = recorded(async || {
        let timer = Arc::new(TimerFd::new().unwrap());
        timer.set(HOUR).unwrap();
        let waiting = timer.clone();
        let task = kettle::spawn(async move { waiting.expired().await });
        kettle::task::yield_now().await;
        timer.set(SHORT).unwrap();
        task.await.unwrap().unwrap()
    });
    assert_eq!(expired, 1);
    assert_eq!(count(&records, |event| matches!(event, Event::Wake { by: Cause::Io, .. })), 1);
}

// ---- cancelling ---------------------------------------------------------------------------------

#[test]
fn a_dropped_future_leaves_no_waiter_and_loses_nothing() {
    let _watched = watched();
    let (expired, records) = recorded(async || {
        let timer = TimerFd::new().unwrap();
        timer.set(HOUR).unwrap();
        for _ in 0..3 {
            assert!(polled(timer.expired()).is_pending());
        }
        let mut expired = pin!(timer.expired());
        assert!(expired.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        timer.set(SHORT).unwrap();
        until_readable(&timer);
        // It may know already, and has not asked: what it would have got stays in the kernel.
        expired.set(timer.expired());
        expired.await.unwrap()
    });
    assert_eq!(expired, 1);
    let waits = count(&records, |event| matches!(event, Event::Wait { .. }));
    let unwaits = count(&records, |event| matches!(event, Event::Unwait { .. }));
    assert_eq!((waits, unwaits), (5, 4), "the last one waited, and was served");
}

#[test]
fn dropped_it_leaves_the_selector() {
    let _watched = watched();
    let ((), records) = recorded(async || {
        for _ in 0..3 {
            let waited = TimerFd::new().unwrap();
            waited.set(HOUR).unwrap();
            assert!(polled(waited.expired()).is_pending());
            waited.set(SHORT).unwrap();
            waited.expired().await.unwrap();
            // Set, and in the selector: its report must not reach the next one, which may have its
            // place in the table and the number of its descriptor.
            waited.set(SHORT).unwrap();
        }
        // Never had to wait: the selector never heard of it.
        let tried = TimerFd::new().unwrap();
        tried.set(SHORT).unwrap();
        until_readable(&tried);
        assert_eq!(tried.expired().await.unwrap(), 1);
    });
    let added = count(&records, |event| matches!(event, Event::SourceAdd { .. }));
    let dropped = count(&records, |event| matches!(event, Event::SourceDrop { .. }));
    assert_eq!((added, dropped), (3, 3));
    assert_eq!(count(&records, |event| matches!(event, Event::RunEnd { sources: 0, .. })), 1);
}

// ---- as a source of kettle ----------------------------------------------------------------------

#[test]
fn it_tries_first_and_registers_when_it_has_to_wait() {
    let _watched = watched();
    let ((), records) = recorded(async || {
        let timer = TimerFd::new().unwrap();
        timer.set(HOUR).unwrap();
        assert!(polled(timer.expired()).is_pending());
        timer.set(SHORT).unwrap();
        timer.expired().await.unwrap();
    });
    let told: Vec<&str> = records
        .iter()
        .filter_map(|record| match record.event {
            Event::SourceAdd { what, .. } => Some(what),
            Event::SourceTry { result: Tried::WouldBlock, .. } => Some("would block"),
            Event::SourceTry { result: Tried::Done, .. } => Some("done"),
            Event::SourceReady { ready: [true, false, false, false], closed: false, .. } => {
                Some("ready")
            }
            Event::SourceReady { .. } => Some("ready for something else"),
            Event::SourceDrop { .. } => Some("drop"),
            _ => None,
        })
        .collect();
    assert_eq!(told, ["would block", "KernelTimer", "ready", "done", "drop"]);
}

#[test]
fn of_two_tasks_one_gets_the_count_and_both_are_woken() {
    let _watched = watched();
    let (counts, records) = recorded(async || {
        let timer = Arc::new(TimerFd::new().unwrap());
        timer.set(HOUR).unwrap();
        let (sender, mut served) = kettle::sync::mpsc::unbounded_channel();
        for _ in 0..2 {
            let (timer, sender) = (timer.clone(), sender.clone());
            kettle::spawn(async move { sender.send(timer.expired().await.unwrap()) });
        }
        kettle::task::yield_now().await;
        let mut counts = Vec::new();
        for _ in 0..2 {
            timer.set(SHORT).unwrap();
            counts.push(served.recv().await.unwrap());
            assert!(served.try_recv().is_err(), "one expiry, one count");
            // Two lines of the run queue are served in turn: now who came for nothing waits again.
            for _ in 0..2 {
                kettle::task::yield_now().await;
            }
        }
        counts
    });
    assert_eq!(counts, [1, 1]);
    // Both by the first expiry, and the task that was left by the second.
    assert_eq!(count(&records, |event| matches!(event, Event::Wake { by: Cause::Io, .. })), 3);
}

#[test]
fn of_two_polls_the_newest_is_woken() {
    let _watched = watched();
    runtime().block_on(async {
        let timer = TimerFd::new().unwrap();
        timer.set(HOUR).unwrap();
        let mut stranger = Context::from_waker(Waker::noop());
        assert!(timer.poll_expired(&mut stranger).is_pending());
        let mut set = false;
        let poll = |cx: &mut Context<'_>| {
            let expired = timer.poll_expired(cx);
            if !set {
                set = true;
                timer.set(SHORT).unwrap();
            }
            expired
        };
        assert_eq!(std::future::poll_fn(poll).await.unwrap(), 1);
    });
}

#[test]
fn always_ready_it_gives_way_to_others() {
    const TIMERS: usize = 300;
    let _watched = watched();
    let ((), records) = recorded(async || {
        let timers: Vec<TimerFd> = (0..TIMERS).map(|_| TimerFd::new().unwrap()).collect();
        for timer in &timers {
            timer.set(Duration::ZERO).unwrap();
            until_readable(timer);
        }
        for timer in &timers {
            timer.expired().await.unwrap();
        }
    });
    let gave_way = |event: &Event| matches!(event, Event::Defer { why: Deferral::Budget });
    assert_eq!(count(&records, gave_way), TIMERS / 128);
}

#[kettle::test(start_paused = true)]
async fn a_paused_clock_is_not_its_own() {
    let _watched = watched();
    let start = kettle::time::Instant::now();
    let timer = TimerFd::new().unwrap();
    timer.set(HOUR).unwrap();
    kettle::time::advance(HOUR * 2).await;
    assert_eq!(timer.try_expired().unwrap_err().kind(), ErrorKind::WouldBlock);
    timer.set(SHORT).unwrap();
    assert_eq!(timer.expired().await.unwrap(), 1);
    assert_eq!(start.elapsed(), HOUR * 2, "kettle's clock stood still meanwhile");
}

// ---- the type -----------------------------------------------------------------------------------

#[test]
fn without_a_runtime_it_panics_with_words() {
    let panic = catch_unwind(|| TimerFd::new().map(drop)).unwrap_err();
    let words = panic.downcast_ref::<&str>().expect("words");
    assert!(words.contains("kettle::main"), "{words}");
}

#[kettle::test]
async fn it_says_what_it_is() {
    let timer = TimerFd::new().unwrap();
    assert!(format!("{timer:?}").starts_with("TimerFd(KernelTimer("), "{timer:?}");
}

#[kettle::test]
async fn it_goes_to_other_threads() {
    fn goes<T: Send + Sync + Unpin>() {}
    fn its_future_goes<T: Send + Sync>(_: &T) {}
    goes::<TimerFd>();
    goes::<Interval>();
    let timer = TimerFd::new().unwrap();
    let expired = timer.expired();
    its_future_goes(&expired);
    assert!(polled(expired).is_pending());
}
