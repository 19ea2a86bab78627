//! Step 1: a future comes to its end.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use super::kit::*;
use super::step5::a_sleep_that_is_due;

pub fn step1<S: Step>() -> Vec<Property> {
    properties![
        gives_the_output "`block_on` runs a future to its end, and returns its output"
        a_sleep_takes_its_time "a sleep ends, and not before its time"
        a_sleep_counts_from_its_call "a sleep counts from the call of `sleep`, not from a poll"
    ]
}

/// What this step alone does: from the next on a future is polled when it was woken.
pub fn step1_alone<S: Step>() -> Vec<Property> {
    properties![
        asked_without_a_wake "`block_on` polls in a loop: also a future that has kept no waker, and calls none"
        a_sleep_that_is_due "a sleep that is due is ready in its first poll, which compares"
    ]
}

/// (Another answer is polled once, and this does not return.)
fn asked_without_a_wake<S: Step>() {
    let mut polls = 0;
    S::block_on(poll_fn(|_| {
        polls += 1;
        if polls == 3 { Poll::Ready(()) } else { Poll::Pending }
    }));
}

pub(super) fn gives_the_output<S: Step>() {
    if_it_hangs(
        "a future called its waker in its own poll, and `block_on` sleeps on. Does a wake leave its note, and is that cleared only before a poll?",
    );
    let sugar = [1, 2];
    let cups = S::block_on(async {
        yield_now().await;
        let one = async { sugar[0] }.await;
        yield_now().await;
        one + async { sugar[1] }.await
    });
    assert_eq!(cups, 3, "the output of a future that awaits four others");
    let owned = Rc::new(());
    let its = Rc::clone(&owned);
    S::block_on(poll_fn(move |_| {
        let _ = &its;
        Poll::Ready(())
    }));
    let owners = Rc::strong_count(&owned);
    assert_eq!(owners, 1, "owners of what the future had, when `block_on` has returned: the check");
}

pub(super) fn a_sleep_takes_its_time<S: Step>() {
    for micros in [100, 300, 900, 1_900] {
        let (begin, long) = (Instant::now(), Duration::from_micros(micros));
        S::block_on(S::sleep(long));
        assert!(begin.elapsed() >= long, "a sleep of {long:?} took {:?}", begin.elapsed());
    }
    let (begin, long) = (Instant::now(), Duration::from_millis(20));
    S::block_on(async {
        S::sleep(long).await;
        S::sleep(long).await;
    });
    assert!(begin.elapsed() >= 2 * long, "two sleeps of 20 ms each took {:?}", begin.elapsed());
    // Each has its own time.
    S::block_on(async {
        let mut longest = Box::pin(S::sleep(Duration::from_secs(1 << 32)));
        let is_over = poll_fn(|cx| Poll::Ready(longest.as_mut().poll(cx).is_ready())).await;
        assert!(!is_over, "a sleep of 2^32 s is over at once");
        S::sleep(long).await;
    });
}

pub(super) fn a_sleep_counts_from_its_call<S: Step>() {
    // A longer one, if the machine was so busy that the later sleep was over too early. (In 2 s a check would
    // be taken for one that hangs.)
    let judged = |&milliseconds: &u64| is_first::<S>(Duration::from_millis(milliseconds));
    assert!(
        [100, 500].iter().any(judged),
        "two sleeps begin, of which one is polled at once and half way, by two wakers; when their time is over, \
         another of half that time begins, and all are awaited\n  \
         came:     the third is over before one of them, or at once\n  \
         expected: the first two are over at once. (`sleep` notes its deadline when it is called, and no poll changes it)"
    );
}

/// Three sleeps: two are due when the third, a shorter one, begins. Are they over when the third is not?
fn is_first<S: Step>(long: Duration) -> bool {
    S::block_on(async {
        let begin = Instant::now();
        let mut first = [(); 2].map(|()| Box::pin(S::sleep(2 * long)));
        let mut are_over = [false; 2];
        for (time, waker) in [(long, Waker::noop()), (2 * long, &caller().0)] {
            are_over[1] = are_over[1] || poll(first[1].as_mut(), waker).is_ready();
            while let Some(left) = time.checked_sub(begin.elapsed()) {
                thread::sleep(left);
            }
        }
        let mut third = Box::pin(S::sleep(long));
        // (Whose waker is called is another question: it is asked again and again.)
        loop {
            for (is_over, sleep) in are_over.iter_mut().zip(&mut first) {
                *is_over = *is_over || poll(sleep.as_mut(), Waker::noop()).is_ready();
            }
            let waits = poll(third.as_mut(), Waker::noop()).is_pending();
            if !waits || are_over == [true; 2] {
                return waits;
            }
            yield_now().await;
        }
    })
}

/// How often a sleep of so many milliseconds is polled.
pub fn polls_of_a_sleep<S: Step>(milliseconds: u64) -> usize {
    let mut polls = 0;
    let mut sleep = Box::pin(S::sleep(Duration::from_millis(milliseconds)));
    S::block_on(poll_fn(|cx| {
        polls += 1;
        sleep.as_mut().poll(cx)
    }));
    polls
}
