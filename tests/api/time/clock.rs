//! The clock that stands still: who stops it, who moves it, and when it moves by itself.

use crate::help::{rounds, says};
use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, mpsc as threads};

use kettle::join;
use kettle::sync::mpsc::{Sender, channel};
use kettle::task::consume_budget;
use kettle::task::{LocalSet, spawn, spawn_blocking, spawn_local, yield_now};
use kettle::time::{Duration, Instant, advance, pause, resume, sleep};

use super::{look, ms, panic_of, paused, poll_once, runtime, secs, yield_times};

#[test]
fn the_words_of_its_panics() {
    let runtime = runtime();
    let _entered = runtime.enter();
    assert!(says(&panic_of(resume), "not paused"));
    assert!(says(&panic_of(|| poll_once(pin!(advance(ms(1))))), "not paused"));
    pause();
    assert!(says(&panic_of(pause), "paused already"));
    resume();
    assert!(says(&panic_of(resume), "not paused"));
    assert!(says(&panic_of(|| poll_once(pin!(advance(ms(1))))), "not paused"));
}

/// The machine's clock may move as it likes.
#[kettle::test(start_paused = true)]
async fn paused_it_stands_still() {
    let now = Instant::now();
    let machine = std::time::Instant::now();
    while std::time::Instant::now() == machine {}
    yield_times(rounds(1000)).await;
    assert_eq!(Instant::now(), now);
    assert_eq!(now.elapsed(), Duration::ZERO);
}

#[kettle::test]
async fn it_runs_stops_and_runs_on() {
    let first = Instant::now();
    while Instant::now() == first {}
    pause();
    let stopped = Instant::now();
    assert!(stopped > first);
    let machine = std::time::Instant::now();
    while std::time::Instant::now() == machine {}
    assert_eq!(Instant::now(), stopped);
    advance(secs(60)).await;
    assert_eq!(Instant::now() - stopped, secs(60));
    resume();
    while Instant::now() - stopped == secs(60) {}
    let nap = Instant::now();
    sleep(ms(2)).await; // by the machine's clock
    assert!(nap.elapsed() >= ms(2));
}

#[kettle::test]
async fn a_sleep_outlasts_stop_and_go() {
    let start = Instant::now();
    let mut nap = pin!(sleep(secs(100)));
    assert!(look(nap.as_mut()).await.is_pending());
    pause();
    advance(secs(99)).await;
    assert!(look(nap.as_mut()).await.is_pending());
    nap.await; // nothing else to do: the clock moves by itself
    assert!(start.elapsed() >= secs(100));
}

#[test]
fn each_runtime_has_its_own() {
    let (one, other) = (paused(), paused());
    let other_now = other.block_on(async { Instant::now() });
    one.block_on(async {
        advance(secs(3600)).await;
        let now = Instant::now();
        let entered = other.enter();
        assert_eq!(Instant::now(), other_now, "the one that was entered last is current");
        drop(entered);
        assert_eq!(Instant::now(), now);
    });
    assert_eq!(other.block_on(async { Instant::now() }), other_now);
    let machine = std::time::Instant::now();
    assert!(Instant::now().into_std() >= machine, "no runtime: the machine's");
    assert!(Instant::now().into_std() < machine + secs(3000));
}

#[test]
fn an_instant_is_moved_in_its_place() {
    let start = Instant::now();
    let mut moved = start;
    moved += secs(3);
    assert_eq!(moved, start + secs(3));
    moved -= secs(1);
    assert_eq!(moved, start + secs(2));
}

// ---- moved by hand ------------------------------------------------------------------------------

#[kettle::test(start_paused = true)]
async fn advance_moves_it_exactly() {
    let start = Instant::now();
    advance(Duration::from_nanos(1)).await;
    assert_eq!(start.elapsed(), Duration::from_nanos(1));
    advance(Duration::ZERO).await;
    assert_eq!(start.elapsed(), Duration::from_nanos(1));
    advance(secs(86_400)).await;
    assert_eq!(start.elapsed(), secs(86_400) + Duration::from_nanos(1));
}

/// Who was woken has run when `advance` returns. All see the clock where it was moved to.
#[test]
#[cfg_attr(on_tokio, ignore = "tokio's advance does not wait for local tasks")]
fn advance_fires_what_is_due_in_order() {
    paused().block_on(LocalSet::new().run_until(async {
        let log = Rc::new(RefCell::new(Vec::new()));
        let start = Instant::now();
        for seconds in [3, 1, 4, 2, 5] {
            let log = log.clone();
            spawn_local(async move {
                sleep(secs(seconds)).await;
                log.borrow_mut().push((seconds, start.elapsed().as_secs()));
            });
        }
        yield_now().await;
        advance(ms(999)).await;
        assert_eq!(log.take(), []);
        advance(ms(1)).await;
        assert_eq!(log.take(), [(1, 1)]);
        advance(secs(3)).await;
        assert_eq!(log.take(), [(2, 4), (3, 4), (4, 4)]);
    }));
}

/// However many they are, and wherever in the turn the clock is moved. A timer that is left makes
/// the turns short.
#[test]
#[cfg_attr(on_tokio, ignore = "tokio's advance does not wait for the tasks that it wakes")]
fn advance_returns_behind_all_whom_it_woke() {
    for polls in (0..70).step_by(if cfg!(miri) { 69 } else { 1 }) {
        paused().block_on(async {
            let _left = spawn(sleep(secs(100)));
            let naps: Vec<_> = (0..200).map(|_| spawn(sleep(secs(1)))).collect();
            yield_times(polls + 200).await;
            advance(secs(1)).await;
            let run = naps.iter().filter(|nap| nap.is_finished()).count();
            assert_eq!(run, naps.len(), "after {polls} polls");
        });
    }
}

/// As many as a turn polls, one more, and many. (Two hundred take Miri minutes.)
const SLEEPERS: &[usize] = if cfg!(miri) { &[1, 5] } else { &[1, 60, 61, 200] };

type Branch<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Whatever else wakes the task that moves the clock: it gives way, its budget is spent, one of
/// those whom it woke sends to it. Each order of these in one poll.
async fn move_the_clock_among_others(sleepers: usize, nap: fn(Arc<AtomicUsize>, Sender<()>)) {
    for order in (0..4 * 3 * 2).step_by(if cfg!(miri) { 23 } else { 1 }) {
        let (run, (tx, mut rx)) = (Arc::new(AtomicUsize::new(0)), channel(sleepers));
        for _ in 0..sleepers {
            nap(run.clone(), tx.clone());
        }
        for _ in 0..sleepers {
            yield_now().await; // all are asleep
        }
        let moves = async {
            advance(secs(1)).await;
            assert_eq!(run.load(Relaxed), sleepers, "in order {order}");
        };
        let spends = async {
            for _ in 0..200 {
                consume_budget().await;
            }
        };
        let receives = async { assert_eq!(rx.recv().await, Some(())) };
        let mut left: Vec<Branch<'_>> =
            vec![Box::pin(moves), Box::pin(yield_now()), Box::pin(spends), Box::pin(receives)];
        let mut next = |nth| left.remove(nth);
        let (a, b, c) = (next(order % 4), next(order / 4 % 3), next(order / 12));
        join!(biased; a, b, c, next(0));
    }
}

async fn sleep_and_send(run: Arc<AtomicUsize>, tx: Sender<()>) {
    sleep(secs(1)).await;
    run.fetch_add(1, Relaxed);
    tx.send(()).await.unwrap();
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio's advance does not wait for the tasks that it wakes")]
fn advance_returns_behind_all_whom_it_woke_whatever_else_its_task_does() {
    for &sleepers in SLEEPERS {
        let nap = |run, tx| drop(spawn(sleep_and_send(run, tx)));
        paused().block_on(move_the_clock_among_others(sleepers, nap));
        let nap = |run, tx| drop(spawn_local(sleep_and_send(run, tx)));
        let moves = async move { spawn_local(move_the_clock_among_others(sleepers, nap)).await };
        paused().block_on(LocalSet::new().run_until(moves)).unwrap();
    }
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio's advance does not wait for local tasks")]
fn advance_in_a_local_sets_own_future_returns_behind_all_whom_it_woke() {
    for &sleepers in SLEEPERS {
        let nap = |run, tx| drop(spawn_local(sleep_and_send(run, tx)));
        let moves = move_the_clock_among_others(sleepers, nap);
        paused().block_on(LocalSet::new().run_until(moves));
    }
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio's advance has no second part")]
fn an_advance_that_goes_on_in_another_runtime_ends_there() {
    let mut moves = Box::pin(advance(secs(1)));
    paused().block_on(async {
        let _naps: Vec<_> = (0..100).map(|_| spawn(sleep(secs(1)))).collect();
        yield_now().await;
        assert!(poll_once(moves.as_mut()).is_pending());
    });
    paused().block_on(moves);
}

/// The first poll has moved it, whoever drops the future then.
#[kettle::test(start_paused = true)]
async fn an_advance_that_is_dropped_has_moved_it() {
    let start = Instant::now();
    let unpolled = advance(secs(1));
    drop(unpolled);
    assert_eq!(start.elapsed(), Duration::ZERO);
    let mut polled = Box::pin(advance(secs(1)));
    assert!(look(polled.as_mut()).await.is_pending());
    drop(polled);
    assert_eq!(start.elapsed(), secs(1));
}

#[kettle::test(start_paused = true)]
async fn it_stands_still_while_somebody_is_ready() {
    let start = Instant::now();
    let nap = spawn(sleep(ms(1)));
    yield_times(rounds(10_000)).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert!(!nap.is_finished());
    nap.await.unwrap();
    assert_eq!(start.elapsed(), ms(1));
}

/// Nobody knows how long blocking work takes, so no timeout may pass meanwhile. Here the work is
/// done before the clock moves; if it moved first, the sleep would be over before the work is.
#[kettle::test(start_paused = true)]
async fn it_stands_still_while_blocking_work_is_out() {
    let start = Instant::now();
    let (go, gone) = threads::channel();
    let work = spawn_blocking(move || gone.recv().unwrap());
    let nap = spawn(async move {
        sleep(ms(1)).await;
        start.elapsed()
    });
    let helper = std::thread::spawn({
        let handle = kettle::runtime::Handle::current();
        // A message from another thread: the loop is woken, has nothing to do, and could jump.
        move || {
            for _ in 0..100 {
                handle.block_on(handle.spawn(async {})).unwrap();
            }
            go.send(handle.block_on(async { start.elapsed() })).unwrap();
        }
    });
    assert_eq!(work.await.unwrap(), Duration::ZERO);
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert!(!nap.is_finished(), "the clock moved while the work was out");
    assert_eq!(nap.await.unwrap(), ms(1));
    helper.join().unwrap();
}
