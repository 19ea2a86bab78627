//! What the crate promises, and that it keeps what kettle asks of a source.
//!
//! The kernel's timers know no virtual clock, so these run by the machine's. Nothing sleeps: a test
//! waits until a timer has expired, and counts what happened until then.

mod common;

use std::future::Future;
use std::io::ErrorKind;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use common::{HOUR, SHORT, runtime, watched};
use kettle::trace::{Event, Record, record};

use kettle_timerfd::TimerFd;

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
    assert_eq!((added, dropped), (3, 4)); // also of what never joined, the end is recorded
    assert_eq!(count(&records, |event| matches!(event, Event::RunEnd { sources: 0, .. })), 1);
}
