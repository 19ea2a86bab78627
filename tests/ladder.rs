//! Does each step of the ladder have the flaw that its file admits, and the next step not?
//!
//! The steps are whole runtimes (`examples/steps/`), included here as modules. Each flaw is a
//! property that is false on one step and true on the next: polls, wakes, threads and clones of
//! wakers are counted, nothing is timed. What every step must do stands at the end.

// Each step includes the channels, the programs and what plays them.
#![allow(clippy::duplicate_mod)]

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fs;
use std::future::{pending, poll_fn};
use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::Duration;

macro_rules! steps {
    ($($name:ident $file:literal)+) => {$(
        #[allow(dead_code, unreachable_pub)]
        #[macro_use]
        #[path = $file]
        mod $name;
    )+};
}

steps! {
    step1 "../examples/steps/step1_busy.rs"
    step2 "../examples/steps/step2_park.rs"
    step3 "../examples/steps/step3_queue.rs"
    step4 "../examples/steps/step4_wakers.rs"
    step5 "../examples/steps/step5_timers.rs"
    step6 "../examples/steps/step6_reactor.rs"
    step7 "../examples/steps/step7_join.rs"
}

#[allow(dead_code)]
#[path = "../examples/steps/sync.rs"]
mod sync;

type Job = Pin<Box<dyn Future<Output = ()>>>;

/// What the steps from the third on have in common.
#[derive(Clone, Copy)]
struct Step {
    number: usize,
    block_on: fn(Job),
    spawn: fn(Job),
}

const QUEUE: Step = Step { number: 3, block_on: step3::block_on, spawn: step3::spawn };
const WAKERS: Step = Step { number: 4, block_on: step4::block_on, spawn: step4::spawn };
const TIMERS: Step = Step { number: 5, block_on: step5::block_on, spawn: step5::spawn };
const REACTOR: Step = Step { number: 6, block_on: step6::block_on, spawn: step6::spawn };
const JOIN: Step =
    Step { number: 7, block_on: step7::block_on, spawn: |job| drop(step7::spawn(job)) };
const WITH_TASKS: [Step; 5] = [QUEUE, WAKERS, TIMERS, REACTOR, JOIN];

impl Step {
    fn block_on(&self, future: impl Future<Output = ()> + 'static) {
        (self.block_on)(Box::pin(future));
    }

    fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        (self.spawn)(Box::pin(future));
    }
}

/// Lets all others who are ready have their turn.
async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

// ---- Step 1 asks all the time; step 2 only when it is told to.

/// Waits until a thread says so; gives how often it was polled. The thread says so when there have
/// been `unasked` polls for which it did not call the waker.
fn polls_of_a_wait(block_on: fn(Job), unasked: usize) -> usize {
    let polls = Arc::new(AtomicUsize::new(0));
    let done = Arc::new(AtomicBool::new(false));
    let (send, receive) = mpsc::channel::<Waker>();
    let helper = thread::spawn({
        let (polls, done) = (Arc::clone(&polls), Arc::clone(&done));
        move || {
            let waker = receive.recv().unwrap();
            while polls.load(Ordering::Acquire) <= unasked {
                thread::yield_now();
            }
            done.store(true, Ordering::Release);
            waker.wake();
        }
    });
    let counted = Arc::clone(&polls);
    block_on(Box::pin(poll_fn(move |cx| {
        if counted.fetch_add(1, Ordering::AcqRel) == 0 {
            send.send(cx.waker().clone()).unwrap();
            return Poll::Pending;
        }
        if done.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    })));
    helper.join().unwrap();
    polls.load(Ordering::Acquire)
}

#[test]
fn step1_polls_though_nobody_has_called_the_waker() {
    assert!(polls_of_a_wait(step1::block_on, 1_000) > 1_000);
}

#[test]
fn from_step2_on_a_wait_is_two_polls() {
    for block_on in [step2::block_on, step3::block_on, step4::block_on, step5::block_on] {
        assert_eq!(polls_of_a_wait(block_on, 0), 2);
    }
    assert_eq!(polls_of_a_wait(step6::block_on, 0), 2);
    assert_eq!(polls_of_a_wait(step7::block_on, 0), 2);
}

// ---- Step 2 runs one future, then the next; step 3 both at once.

type Log = Rc<RefCell<Vec<&'static str>>>;

async fn begin_and_end(log: Log, begin: &'static str, end: &'static str) {
    log.borrow_mut().push(begin);
    yield_now().await;
    log.borrow_mut().push(end);
}

#[test]
fn step2_runs_one_after_another() {
    let log = Log::default();
    step2::block_on(async {
        begin_and_end(log.clone(), "tea begins", "tea ends").await;
        begin_and_end(log.clone(), "toast begins", "toast ends").await;
    });
    assert_eq!(*log.borrow(), ["tea begins", "tea ends", "toast begins", "toast ends"]);
}

#[test]
fn from_step3_on_tasks_take_turns() {
    for step in WITH_TASKS {
        let log = Log::default();
        let told = log.clone();
        step.block_on(async move {
            step.spawn(begin_and_end(told.clone(), "tea begins", "tea ends"));
            step.spawn(begin_and_end(told.clone(), "toast begins", "toast ends"));
            for _ in 0..3 {
                yield_now().await;
            }
        });
        let expected = ["tea begins", "toast begins", "tea ends", "toast ends"];
        assert_eq!(*log.borrow(), expected, "step {}", step.number);
    }
}

// ---- On step 3 each wake is a poll; on step 4 any number of them is one.

const WAKES: usize = 1_000;

/// A task that leaves its waker and waits for ever. Gives its polls, and the waker.
fn spawn_waiting(step: Step) -> (Rc<Cell<usize>>, Rc<RefCell<Vec<Waker>>>) {
    let (polls, wakers) = (Rc::new(Cell::new(0)), Rc::new(RefCell::new(Vec::new())));
    let (counted, left) = (Rc::clone(&polls), Rc::clone(&wakers));
    step.spawn(poll_fn(move |cx| {
        counted.set(counted.get() + 1);
        left.borrow_mut().push(cx.waker().clone());
        Poll::Pending
    }));
    (polls, wakers)
}

/// How often a waiting task is polled for what `wake` does with its waker.
fn polls_for(step: Step, wake: fn(&Waker)) -> usize {
    let result = Rc::new(Cell::new(0));
    let told = Rc::clone(&result);
    step.block_on(async move {
        let (polls, wakers) = spawn_waiting(step);
        yield_now().await;
        let waker = wakers.borrow()[0].clone();
        wake(&waker);
        for _ in 0..3 {
            yield_now().await;
        }
        told.set(polls.get() - 1);
    });
    result.get()
}

fn wake_often(waker: &Waker) {
    (0..WAKES).for_each(|_| waker.wake_by_ref());
}

fn wake_often_from_a_thread(waker: &Waker) {
    thread::scope(|scope| scope.spawn(|| wake_often(waker)).join().unwrap());
}

#[test]
fn on_step3_a_thousand_wakes_are_a_thousand_polls() {
    assert_eq!(polls_for(QUEUE, wake_often), WAKES);
    assert_eq!(polls_for(QUEUE, wake_often_from_a_thread), WAKES);
}

#[test]
fn from_step4_on_a_thousand_wakes_are_one_poll() {
    for step in &WITH_TASKS[1..] {
        assert_eq!(polls_for(*step, wake_often), 1, "step {}", step.number);
        assert_eq!(polls_for(*step, wake_often_from_a_thread), 1, "step {}", step.number);
    }
}

/// How often a task is polled that wakes itself a thousand times in its first poll.
fn polls_for_wakes_during_a_poll(step: Step) -> usize {
    let polls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&polls);
    step.block_on(async move {
        step.spawn(poll_fn(move |cx| {
            if counted.replace(counted.get() + 1) == 0 {
                wake_often(cx.waker());
            }
            Poll::Pending
        }));
        for _ in 0..3 {
            yield_now().await;
        }
    });
    polls.get()
}

#[test]
fn wakes_during_a_poll_are_one_more_poll_from_step4_on() {
    assert_eq!(polls_for_wakes_during_a_poll(QUEUE), 1 + WAKES);
    for step in &WITH_TASKS[1..] {
        assert_eq!(polls_for_wakes_during_a_poll(*step), 2, "step {}", step.number);
    }
}

/// Is the waker of a task's second poll that of its first?
fn keeps_its_waker(step: Step) -> bool {
    let result = Rc::new(Cell::new(false));
    let told = Rc::clone(&result);
    step.block_on(async move {
        let (_, wakers) = spawn_waiting(step);
        yield_now().await;
        let first = wakers.borrow()[0].clone();
        first.wake_by_ref();
        yield_now().await;
        yield_now().await;
        told.set(wakers.borrow()[1].will_wake(&first));
    });
    result.get()
}

#[test]
fn a_task_has_one_waker_from_step4_on() {
    assert!(!keeps_its_waker(QUEUE));
    assert!(WITH_TASKS[1..].iter().all(|step| keeps_its_waker(*step)));
}

// ---- On step 4 a sleep is a thread; on step 5 an entry, which leaves with the sleep.

/// Notes who calls it.
#[derive(Default)]
struct Caller {
    threads: Mutex<HashSet<ThreadId>>,
    called: Condvar,
}

impl Wake for Caller {
    fn wake(self: Arc<Self>) {
        self.threads.lock().unwrap().insert(thread::current().id());
        self.called.notify_all();
    }
}

const SLEEPS: usize = 100;

#[test]
fn on_step4_a_hundred_sleeps_are_ended_by_a_hundred_threads() {
    let caller = Arc::new(Caller::default());
    let waker = Waker::from(Arc::clone(&caller));
    let sleeps: Vec<_> = (0..SLEEPS).map(|_| step4::sleep(Duration::ZERO)).collect();
    for mut sleep in sleeps {
        assert!(Pin::new(&mut sleep).poll(&mut Context::from_waker(&waker)).is_pending());
    }
    let threads = caller.threads.lock().unwrap();
    let all = caller.called.wait_while(threads, |threads| threads.len() < SLEEPS).unwrap();
    assert_eq!(all.len(), SLEEPS);
}

#[test]
fn from_step5_on_a_sleep_that_is_due_asks_nobody() {
    macro_rules! check {
        ($step:ident) => {{
            let caller = Arc::new(Caller::default());
            let waker = Waker::from(Arc::clone(&caller));
            $step::block_on(async {
                for _ in 0..SLEEPS {
                    let sleep = pin!($step::sleep(Duration::ZERO));
                    assert!(sleep.poll(&mut Context::from_waker(&waker)).is_ready());
                }
            });
            drop(waker);
            assert_eq!(Arc::strong_count(&caller), 1, "nobody has kept the waker");
        }};
    }
    check!(step5);
    check!(step6);
    check!(step7);
}

/// How many clones of its waker a sleep of an hour leaves behind when it is dropped.
macro_rules! left_by_a_dropped_sleep {
    ($step:ident) => {{
        let caller = Arc::new(Caller::default());
        let waker = Waker::from(Arc::clone(&caller));
        $step::block_on(async {
            let mut sleep = $step::sleep(Duration::from_hours(1));
            assert!(Pin::new(&mut sleep).poll(&mut Context::from_waker(&waker)).is_pending());
            assert_eq!(Arc::strong_count(&caller), 3, "ours, and the one that ends the sleep");
            drop(sleep);
            Arc::strong_count(&caller) - 2
        })
    }};
}

#[test]
fn a_dropped_sleep_leaves_nothing_from_step5_on() {
    assert_eq!(left_by_a_dropped_sleep!(step4), 1, "a thread sleeps on, for an hour");
    assert_eq!(left_by_a_dropped_sleep!(step5), 0);
    assert_eq!(left_by_a_dropped_sleep!(step6), 0);
    assert_eq!(left_by_a_dropped_sleep!(step7), 0);
}

// ---- On step 5 a wait at a socket is many polls; on step 6 it is two.

/// Visits `address` once there were more than `polls` polls.
fn visit_after(polls: usize, counted: &Arc<AtomicUsize>, address: std::net::SocketAddr) {
    let counted = Arc::clone(counted);
    thread::spawn(move || {
        while counted.load(Ordering::Acquire) <= polls {
            thread::yield_now();
        }
        TcpStream::connect(address).unwrap().write_all(b"hello").unwrap();
    });
}

#[test]
fn on_step5_who_waits_for_a_visitor_asks_again_and_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let polls = Arc::new(AtomicUsize::new(0));
    visit_after(1_000, &polls, listener.local_addr().unwrap());
    let _visitor = step5::block_on(poll_fn(|cx| {
        polls.fetch_add(1, Ordering::AcqRel);
        match listener.accept() {
            Err(e) if e.kind() == ErrorKind::WouldBlock => {
                cx.waker().wake_by_ref(); // nobody else would
                Poll::Pending
            }
            accepted => Poll::Ready(accepted.unwrap().1),
        }
    }));
    assert!(polls.load(Ordering::Acquire) > 1_000);
}

#[test]
fn from_step6_on_a_wait_for_a_visitor_is_two_polls() {
    macro_rules! check {
        ($step:ident) => {
            $step::block_on(async {
                let listener = $step::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let polls = Arc::new(AtomicUsize::new(0));
                visit_after(0, &polls, listener.local_addr().unwrap());
                let mut accept = pin!(listener.accept());
                let (mut stream, _) = poll_fn(|cx| {
                    let poll = accept.as_mut().poll(cx);
                    polls.fetch_add(1, Ordering::AcqRel);
                    poll
                })
                .await
                .unwrap();
                assert_eq!(polls.load(Ordering::Acquire), 2);
                let mut buffer = [0; 8];
                assert_eq!(stream.read(&mut buffer).await.unwrap(), 5);
                assert_eq!(stream.read(&mut buffer).await.unwrap(), 0, "the visitor is gone");
            });
        };
    }
    check!(step6);
    check!(step7);
}

// ---- On step 6 a panic ends everything, and a task cannot be ended; on step 7 it has a handle.

async fn panic_now() {
    panic!("this panic is part of the test");
}

#[test]
fn on_step6_a_panic_in_a_task_ends_block_on() {
    let went_on = Cell::new(false);
    let result = catch_unwind(AssertUnwindSafe(|| {
        step6::block_on(async {
            step6::spawn(panic_now());
            yield_now().await;
            went_on.set(true);
        });
    }));
    assert!(result.is_err() && !went_on.get());
    step6::block_on(yield_now()); // but the next one finds the thread as it should be
}

#[test]
fn on_step7_a_panic_in_a_task_is_its_handles_business() {
    step7::block_on(async {
        let other = step7::spawn(async {
            yield_now().await;
            7
        });
        let end = step7::spawn(panic_now()).await;
        assert!(matches!(end, Err(step7::JoinError::Panic(_))));
        assert_eq!(other.await.unwrap(), 7);
    });
}

/// Tells when it is dropped.
struct Guard(Rc<Cell<bool>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

#[test]
fn on_step6_a_task_that_waits_for_ever_ends_with_the_runtime() {
    let dropped = Rc::new(Cell::new(false));
    let guard = Guard(Rc::clone(&dropped));
    step6::block_on(async {
        // `spawn` gives nothing back: there is nothing to end it with.
        let () = step6::spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        yield_now().await;
        assert!(!dropped.get());
    });
    assert!(dropped.get());
}

#[test]
fn on_step7_an_aborted_task_is_dropped_before_its_handle_knows() {
    let dropped = Rc::new(Cell::new(false));
    let guard = Guard(Rc::clone(&dropped));
    step7::block_on(async {
        let handle = step7::spawn(async move {
            let _guard = guard;
            pending::<()>().await;
        });
        yield_now().await;
        handle.abort();
        assert!(!dropped.get(), "not here, but when its turn comes");
        assert!(matches!(handle.await, Err(step7::JoinError::Cancelled)));
        assert!(dropped.get());
    });
}

#[test]
fn on_step7_a_task_may_abort_itself_and_one_that_has_ended_stays_ended() {
    step7::block_on(async {
        let place = Rc::new(RefCell::new(None::<step7::JoinHandle<()>>));
        let own = Rc::clone(&place);
        let polls = Rc::new(Cell::new(0));
        let counted = Rc::clone(&polls);
        *place.borrow_mut() = Some(step7::spawn(poll_fn(move |_| {
            counted.set(counted.get() + 1);
            own.borrow().as_ref().unwrap().abort();
            Poll::Pending
        })));
        yield_now().await;
        yield_now().await;
        assert_eq!(polls.get(), 1);
        assert_eq!(Rc::strong_count(&place), 1, "the task has let go of it");
        let aborted = place.take().unwrap();
        assert!(matches!(aborted.await, Err(step7::JoinError::Cancelled)));

        let ended = step7::spawn(async { 1 });
        yield_now().await;
        ended.abort();
        assert_eq!(ended.await.unwrap(), 1);
    });
}

#[test]
fn on_step7_a_thread_may_abort_a_task_and_wait_for_it() {
    step7::block_on(async {
        let handle = step7::spawn(pending::<()>());
        let end = thread::spawn(move || {
            handle.abort();
            step7::block_on(handle)
        });
        while !end.is_finished() {
            yield_now().await;
        }
        assert!(matches!(end.join().unwrap(), Err(step7::JoinError::Cancelled)));
    });
}

#[test]
fn on_step7_a_handle_that_outlives_the_runtime_says_cancelled() {
    let place = RefCell::new(None);
    step7::block_on(async { *place.borrow_mut() = Some(step7::spawn(pending::<()>())) });
    let handle = place.take().unwrap();
    assert!(matches!(step7::block_on(handle), Err(step7::JoinError::Cancelled)));
}

#[test]
fn on_step7_select_drops_the_loser_before_it_goes_on() {
    let dropped = Rc::new(Cell::new(false));
    let guard = Guard(Rc::clone(&dropped));
    step7::block_on(async {
        let won = select! {
            () = async move { let _guard = guard; pending().await } => false,
            () = yield_now() => dropped.get(),
        };
        assert!(won);
    });
}

// ---- What each step must do, whatever its flaw.

#[test]
fn wakes_from_eight_threads_are_not_lost() {
    const EACH: usize = 200;
    let wait = || -> Job {
        Box::pin(async {
            for _ in 0..EACH {
                let (said, waker) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(None)));
                let threads: Vec<_> = (0..8)
                    .map(|_| (Arc::clone(&said), Arc::clone(&waker)))
                    .map(|(said, waker): (_, Arc<Mutex<Option<Waker>>>)| {
                        thread::spawn(move || {
                            said.fetch_add(1, Ordering::AcqRel);
                            let waker = waker.lock().unwrap().clone();
                            waker.iter().for_each(Waker::wake_by_ref);
                        })
                    })
                    .collect();
                // Register first, then look: the eighth may speak in between.
                poll_fn(|cx| {
                    *waker.lock().unwrap() = Some(cx.waker().clone());
                    let all = said.load(Ordering::Acquire) == 8;
                    if all { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
                for thread in threads {
                    thread.join().unwrap();
                }
            }
        })
    };
    step2::block_on(wait());
    for step in WITH_TASKS {
        step.block_on(async move {
            // As a task, too: a wake from abroad finds its way to each.
            let (tell, mut told) = sync::channel(1);
            step.spawn(async move {
                wait().await;
                tell.send(()).await.unwrap();
            });
            wait().await;
            told.recv().await.unwrap();
        });
    }
}

/// The thread that is told to go on may have gone to sleep until a far deadline; and `park`'s token
/// may be taken by somebody else who parks.
#[test]
fn a_wake_from_a_thread_counts_whatever_else_is_waited_for() {
    macro_rules! check {
        ($step:ident) => {
            $step::block_on(async {
                $step::spawn($step::sleep(Duration::from_hours(1)));
                yield_now().await;
                let mut woken = false;
                poll_fn(|cx| {
                    if woken {
                        return Poll::Ready(());
                    }
                    woken = true;
                    let waker = cx.waker().clone();
                    thread::spawn(move || waker.wake()).join().unwrap();
                    thread::park_timeout(Duration::ZERO);
                    Poll::Pending
                })
                .await;
            });
            assert_eq!(polls_of_a_wait($step::block_on, 0), 2);
        };
    }
    check!(step3);
    check!(step4);
    check!(step5);
    check!(step6);
    check!(step7);
}

#[test]
fn a_waker_may_outlive_task_and_runtime() {
    for step in WITH_TASKS {
        let left = Rc::new(RefCell::new(Vec::new()));
        let kept = Rc::clone(&left);
        step.block_on(async move {
            let (_, wakers) = spawn_waiting(step);
            let ended = Rc::clone(&wakers);
            step.spawn(poll_fn(move |cx| {
                ended.borrow_mut().push(cx.waker().clone());
                Poll::Ready(())
            }));
            yield_now().await;
            wakers.borrow().iter().for_each(wake_often);
            yield_now().await;
            yield_now().await;
            kept.borrow_mut().append(&mut wakers.borrow_mut());
        });
        left.borrow().iter().for_each(wake_often);
        left.borrow().iter().for_each(wake_often_from_a_thread);
    }
}

#[test]
fn block_on_inside_of_block_on_panics_and_leaves_the_outer_one_alone() {
    for step in WITH_TASKS {
        step.block_on(async move {
            let inner = catch_unwind(AssertUnwindSafe(|| step.block_on(async {})));
            assert!(inner.is_err(), "step {}", step.number);
            step.spawn(async {});
            yield_now().await;
        });
    }
}

#[test]
fn spawn_without_a_runtime_says_what_is_missing() {
    for step in WITH_TASKS {
        let panic = catch_unwind(|| step.spawn(async {})).unwrap_err();
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or(panic.downcast_ref::<&str>().copied()).unwrap();
        assert!(words.contains("inside of `block_on`"), "{words}");
    }
}

// ---- On step 7 a task that never has to wait stops all others; in kettle it has a budget.

/// Takes a free lock a thousand times; gives how many polls that took.
macro_rules! polls_for_a_thousand_locks {
    ($lock:expr) => {{
        let (lock, polls) = ($lock, Cell::new(0));
        let mut task = pin!(async {
            for _ in 0..1_000 {
                drop(lock.lock().await);
            }
        });
        poll_fn(|cx| {
            polls.set(polls.get() + 1);
            task.as_mut().poll(cx)
        })
        .await;
        polls.get()
    }};
}

#[test]
fn on_step7_a_task_that_never_waits_is_polled_once_and_in_kettle_once_per_128_operations() {
    let polls = step7::block_on(async { polls_for_a_thousand_locks!(sync::Mutex::new(())) });
    assert_eq!(polls, 1);
    let kettle = kettle::runtime::Builder::new_current_thread().build().unwrap();
    let polls =
        kettle.block_on(async { polls_for_a_thousand_locks!(kettle::sync::Mutex::new(())) });
    assert_eq!(polls, 1_000_usize.div_ceil(128));
}

// ---- What is written about them.

/// The rows of the README's table: name, lines, programs.
fn rows() -> Vec<(String, usize, String)> {
    let text = fs::read_to_string("examples/steps/README.md").unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| [`step"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let name = cells[0].split('`').nth(1).unwrap().to_owned();
        (name, cells[1].parse().unwrap(), cells[5].to_owned())
    })
    .collect()
}

#[test]
fn the_readme_tells_how_long_the_steps_are_and_what_they_run() {
    let rows = rows();
    assert_eq!(rows.len(), 7);
    for (number, (name, lines, programs)) in (1..).zip(rows) {
        let source = fs::read_to_string(format!("examples/steps/{name}.rs")).unwrap();
        assert!(source.starts_with(&format!("//! Step {number} of 7: ")), "{name}");
        assert_eq!(source.lines().count(), lines, "{name}: lines");
        assert!(lines <= 400, "{name}: too long");
        assert!(source.ends_with(&format!("\nprograms! {{ {programs} }}\n")), "{name}: programs");
    }
}

// ---- Channel and lock, which the steps share.

#[test]
fn a_full_channel_lets_the_sender_wait_and_a_closed_one_gives_what_is_left() {
    for step in WITH_TASKS {
        step.block_on(async move {
            let (send, mut receive) = sync::channel(2);
            let count = Rc::new(Cell::new(0));
            let counted = Rc::clone(&count);
            step.spawn(async move {
                for i in 1..=5 {
                    send.send(i).await.unwrap();
                    counted.set(i);
                }
            });
            yield_now().await;
            yield_now().await;
            assert_eq!(count.get(), 2, "there is room for two");
            for i in 1..=5 {
                assert_eq!(receive.recv().await, Some(i));
            }
            assert_eq!(receive.recv().await, None, "the only sender is gone");

            let (send, receive) = sync::channel(1);
            let clone = send.clone();
            drop((send, receive));
            assert_eq!(clone.send("lost").await, Err("lost"));
        });
    }
}

#[test]
fn the_lock_keeps_others_out_across_an_await_and_survives_a_panic() {
    step7::block_on(async {
        let lock = Arc::new(sync::Mutex::new(0));
        let tasks: Vec<_> = (0..10).map(|_| Arc::clone(&lock)).map(add_slowly).collect();
        let handles: Vec<_> = tasks.into_iter().map(step7::spawn).collect();
        for handle in handles {
            handle.await.unwrap();
        }
        let held = Arc::clone(&lock);
        let panicked = step7::spawn(async move {
            let _guard = held.lock().await;
            panic!("this panic is part of the test");
        });
        assert!(panicked.await.is_err());
        assert_eq!(*lock.lock().await, 10);
    });
}

/// Without the lock all would read the same.
async fn add_slowly(lock: Arc<sync::Mutex<i32>>) {
    let mut number = lock.lock().await;
    let before = *number;
    yield_now().await;
    *number = before + 1;
}
