//! What the answer of `blocking` must do.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashSet;
use std::panic::panic_any;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier, Mutex};
use std::task::{Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use kettle_judge::count::{self, Log, LogDrop, poll};
use kettle_judge::lock::{held, in_a_gap_from_here, with_gap};
use kettle_judge::threads::{others, timeouts_are_late, timeouts_are_over, until_all_sleep};
use kettle_judge::{Check, check, expect, if_it_hangs, runtime};

use super::answer::{JobError, Pool};

pub const CHECKS: &[Check] = &[
    check!(on_another_thread => "the work runs on another thread, and its output comes back"),
    check!(the_loop_goes_on => "while the work blocks, the other tasks run"),
    check!(one_wake => "the end of the work is one wake, and the output is there before it"),
    check!(an_end_during_a_poll => "an end in the middle of a poll is seen by it, or wakes the task"),
    check!(panics_arrive => "a panic arrives with its message, and the pool goes on"),
    check!(a_handle_that_is_dropped => "the work goes on when its handle is dropped"),
    check!(a_thread_for_each => "a job waits for another one only if the pool has all its threads"),
    check!(after_a_pause => "a job that comes when the threads have had nothing to do runs, too"),
    check!(as_a_thread_goes_idle => "a job that comes just when a thread has found no other runs, at whatever step of that"),
    check!(as_a_job_comes => "no job is missed at a step that the thread takes, or as its wait times out"),
    check!(two_callers => "two callers at the same time make no thread too many"),
    check!(first_come_first_served => "jobs that wait run in the order in which they came"),
    check!(no_thread_too_many => "a pool has no thread before its first job, and an idle one gets the next"),
    check!(at_most_the_limit => "three threads run three jobs at the same time, and never more"),
    check!(shut_down => "`shutdown` drops the jobs that wait, then waits for those that run"),
    check!(all_have_ended => "when `shutdown` returns, all threads have ended"),
];

/// Counts its calls, tells of each, and keeps the caller until the check has looked.
struct Wakes {
    count: AtomicUsize,
    /// How many locks its callers held.
    locks: AtomicUsize,
    tell: Sender<()>,
    go_on: Mutex<Receiver<()>>,
}

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.locks.fetch_add(held(), Ordering::SeqCst);
        self.tell.send(()).ok();
        self.go_on.lock().expect("no check panics here").recv().ok();
    }
}

impl Wakes {
    fn count(&self) -> usize {
        let locks = self.locks.load(Ordering::SeqCst);
        assert_eq!(locks, 0, "locks that were held when a waker was called: it may use the pool");
        self.count.load(Ordering::SeqCst)
    }
}

/// A waker, its count of wakes, where each wake is heard, and what keeps the caller while it is there.
fn waker() -> (Waker, Arc<Wakes>, Receiver<()>, Sender<()>) {
    let ((tell, heard), (hold, go_on)) = (channel(), channel());
    let (count, locks) = Default::default();
    let wakes = Arc::new(Wakes { count, locks, tell, go_on: Mutex::new(go_on) });
    (Waker::from(Arc::clone(&wakes)), wakes, heard, hold)
}

/// Work waits at a gate until the check opens it.
fn gate() -> (Sender<()>, impl FnOnce() + Send + 'static) {
    let (open, gate) = channel();
    (open, move || gate.recv().expect("the check opens the gate"))
}

/// The end of a pool whose jobs have all ended.
fn end(pool: Pool) {
    if_it_hangs(
        "`shutdown` has not returned. No job is left, so each thread of the pool waits for one, and has \
         to be told that none will come",
    );
    pool.shutdown();
}

fn on_another_thread() {
    let pool = Pool::new(1);
    let there = runtime::run(pool.spawn_blocking(|| thread::current().id()));
    let there = there.expect("the work doesn't panic");
    assert!(there != thread::current().id(), "the work ran on the thread that asked for it");
    end(pool);
}

fn the_loop_goes_on() {
    let pool = Pool::new(1);
    let (open, wait_at_gate) = gate();
    let log = Log::new();
    let lines = log.clone();
    if_it_hangs("the work waits for another task, and the loop's thread waits for the work");
    runtime::run(async {
        let told = log.clone();
        let job = pool.spawn_blocking(move || {
            wait_at_gate();
            told.add("work");
        });
        let told = log.clone();
        let other = kettle::spawn(async move {
            kettle::task::yield_now().await;
            told.add("other task");
            open.send(()).expect("the work waits at the gate");
        });
        job.await.expect("the work doesn't panic");
        other.await.expect("the other task doesn't panic");
    });
    assert_eq!(lines.lines(), ["other task", "work"], "what ended first");
    end(pool);
}

fn one_wake() {
    let pool = Pool::new(1);
    let (open, wait_at_gate) = gate();
    let mut handle = pin!(pool.spawn_blocking(move || {
        wait_at_gate();
        7
    }));
    let (first, first_wakes, ..) = waker();
    let (newest, newest_wakes, heard, hold) = waker();
    assert!(poll(handle.as_mut(), &first).is_pending(), "the work waits, and the handle is ready");
    assert!(poll(handle.as_mut(), &newest).is_pending(), "the work waits, and the handle is ready");
    open.send(()).expect("the work waits at the gate");
    if_it_hangs("the work has ended, and the newest waker was not called");
    heard.recv().expect("a wake");
    if_it_hangs("the newest waker is called, and a poll meanwhile hangs: under a lock?");
    // The waker is still being called: what it tells must be true already.
    let output = poll(handle.as_mut(), &newest);
    assert!(matches!(output, Poll::Ready(Ok(7))), "polled during the wake: {output:?}");
    drop(hold);
    // When the pool is gone, nothing is left that could call a waker.
    end(pool);
    let wakes = (first_wakes.count(), newest_wakes.count());
    assert_eq!(wakes, (0, 1), "wakes of the waker of the first poll, and of the second");
}

/// The handle is polled. Before that takes a lock, or when it has released one, the work ends.
fn an_end_during_a_poll() {
    for moment in 1.. {
        let pool = Arc::new(Pool::new(1));
        let (open, wait_at_gate) = gate();
        let mut handle = pin!(pool.spawn_blocking(wait_at_gate));
        let there = Arc::clone(&pool);
        let ends = move || {
            open.send(()).expect("the work waits at the gate");
            // The only thread has stored that output, and called a waker, when it runs this.
            let (tell, told) = channel();
            let _next = there.spawn_blocking(move || tell.send(()));
            told.recv().expect("the next job runs");
        };
        let (waker, wakes) = count::waker();
        let polled = with_gap(moment, ends, || poll(handle.as_mut(), &waker));
        let Some(polled) = polled else { return };
        let is_told = polled.is_ready() || wakes.count() > 0;
        assert!(
            is_told,
            "the handle is polled, and the work ends before that takes a lock, or when it has released one (moment \
             {moment} of these): `Pending`, and no wake"
        );
    }
}

fn panics_arrive() {
    let pool = Pool::new(1);
    runtime::run(async {
        let Err(JobError::Panicked(payload)) =
            pool.spawn_blocking(|| -> u32 { panic!("burnt, as it should be") }).await
        else {
            panic!("the handle of work that panicked must give `JobError::Panicked`")
        };
        assert_eq!(words(&*payload), "burnt, as it should be", "the panic's message");
        // A panic may carry anything.
        let seven = pool.spawn_blocking(|| -> u32 { panic_any(7_u64) }).await;
        let Err(JobError::Panicked(payload)) = seven else {
            panic!("work that panicked with a number gave {seven:?}, not `JobError::Panicked`")
        };
        assert_eq!(payload.downcast_ref(), Some(&7_u64), "what the second panic carries");
        let words = pool.spawn_blocking(|| -> u32 { panic_any("burnt".to_owned()) }).await;
        let Err(JobError::Panicked(payload)) = words else {
            panic!("work that panicked with a `String` gave {words:?}, not `JobError::Panicked`")
        };
        let words = payload.downcast_ref::<String>().map(String::as_str);
        assert_eq!(words, Some("burnt"), "what the third panic carries");
        let next = pool.spawn_blocking(|| 8).await;
        assert!(matches!(next, Ok(8)), "after a panic, the next job gave {next:?}, not Ok(8)");
    });
    end(pool);
}

fn words(payload: &(dyn Any + Send)) -> &str {
    payload.downcast_ref::<&str>().copied().unwrap_or("no message")
}

fn a_handle_that_is_dropped() {
    let pool = Pool::new(1);
    let (open, wait_at_gate) = gate();
    let log = Log::new();
    drop(pool.spawn_blocking(wait_at_gate));
    // It waits in the queue, and its handle is gone.
    let (told, output) = (log.clone(), log.on_drop("output dropped"));
    drop(pool.spawn_blocking(move || {
        told.add("work done");
        output
    }));
    open.send(()).expect("the work waits at the gate");
    let next = runtime::run(pool.spawn_blocking(|| 9));
    assert!(matches!(next, Ok(9)), "the job behind it gave {next:?}, not Ok(9)");
    assert_eq!(log.lines(), ["work done", "output dropped"], "what happened without the handle");
    // It has ended, since the only thread has run another one behind it, and the handle was not polled.
    let output = log.on_drop("its output dropped");
    let unasked = pool.spawn_blocking(move || output);
    assert!(runtime::run(pool.spawn_blocking(|| ())).is_ok(), "the job behind it was not run");
    drop(unasked);
    assert_eq!(log.lines().len(), 3, "what has happened when a handle with its output is dropped");
    end(pool);
}

/// Jobs that wait for each other: none of them ends before all have begun.
async fn meet(pool: &Pool, count: usize) {
    let barrier = Arc::new(Barrier::new(count));
    let jobs = (0..count).map(|_| {
        let barrier = Arc::clone(&barrier);
        pool.spawn_blocking(move || {
            barrier.wait();
        })
    });
    for job in jobs.collect::<Vec<_>>() {
        job.await.expect("no job panics");
    }
}

fn a_thread_for_each() {
    const LIMIT: usize = 12;
    // Before each round the pool has one thread less than there will be jobs, and all these threads
    // are idle, or soon will be. They hear of their jobs one by one, later than the jobs come.
    for _ in 0..20 {
        let pool = Pool::new(LIMIT);
        for count in 1..=LIMIT {
            if_it_hangs(
                "a job waits although the pool may have one more thread. Each of the threads that were \
                 idle has a job coming already, although it has not heard of it yet",
            );
            runtime::run(meet(&pool, count));
        }
        end(pool);
    }
}

thread_local! {
    /// Dropped when its thread ends.
    static END: RefCell<Option<LogDrop>> = const { RefCell::new(None) };
    /// The same: its receiver then hears of it.
    static ALIVE: RefCell<Option<Sender<()>>> = const { RefCell::new(None) };
}

fn after_a_pause() {
    timeouts_are_over();
    let pool = Pool::new(1);
    let (alive, ended) = channel::<()>();
    let first = runtime::run(pool.spawn_blocking(move || ALIVE.set(Some(alive))));
    assert!(first.is_ok(), "the first job gave {first:?}");
    // A pool may let a thread go that has had nothing to do for a while. Most don't, or not so soon.
    let _ = ended.recv_timeout(Duration::from_millis(200));
    if_it_hangs(
        "the job waits for a thread. If a thread of the pool has ended because it had nothing to do, is \
         it still counted, as one that there is, or as one that is idle?",
    );
    let next = runtime::run(pool.spawn_blocking(|| 11));
    assert!(matches!(next, Ok(11)), "the job after a pause gave {next:?}, not Ok(11)");
    end(pool);
}

/// The only thread is at work. Before `spawn_blocking` takes a lock, or when it has released one, that work ends
/// and the thread finds no other.
fn as_a_thread_goes_idle() {
    for moment in 1.. {
        let pool = Pool::new(1);
        let ((started, has_started), (open, wait_at_gate)) = (channel(), gate());
        let first = pool.spawn_blocking(move || {
            started.send(()).expect("the check waits");
            wait_at_gate();
        });
        has_started.recv().expect("the first job starts");
        let ends = move || {
            open.send(()).expect("the work waits at the gate");
            let _ = until_all_sleep(0);
        };
        if_it_hangs(&format!(
            "a job waits, and so does the thread. Before `spawn_blocking` took a lock, or when it had released \
             one (moment {moment} of these), the thread's last job ended, and it found no other"
        ));
        let second = with_gap(moment, ends, || pool.spawn_blocking(|| 12));
        let Some(second) = second else {
            return; // there is no such moment, and the first job is at its gate for ever
        };
        runtime::run(async {
            assert!(first.await.is_ok(), "the first job was not run");
            let second = second.await;
            assert!(matches!(second, Ok(12)), "the second job gave {second:?}, not Ok(12)");
        });
        end(pool);
    }
}

/// The same from the thread's side: before it takes a lock behind its job, or when it has released one, the next
/// job comes. Or when its wait has just timed out.
fn as_a_job_comes() {
    timeouts_are_late(); // all others
    for moment in 1.. {
        let (pool, (tell, told)) = (Arc::new(Pool::new(1)), channel());
        let there = Arc::clone(&pool);
        if_it_hangs(&format!(
            "a job waits, and so does the thread, or it has ended. The job came before the thread took a lock behind \
             the job before, or when it had released one, or when its wait had timed out (moment {moment} of these)"
        ));
        drop(pool.spawn_blocking(move || {
            let comes = move || {
                tell.send("it comes").ok();
                drop(there.spawn_blocking(move || tell.send("it runs")));
            };
            in_a_gap_from_here(moment, comes);
        }));
        let _ = until_all_sleep(0);
        if told.try_recv().is_err() {
            return; // there is no such moment: the thread sleeps
        }
        told.recv().expect("the job runs");
        // (If the gap isn't over yet, on a thread that has been replaced, the pool goes with that.)
        Arc::into_inner(pool).into_iter().for_each(end);
    }
}

/// A pool may have one thread. In the middle of a `spawn_blocking`, another thread calls it, too.
fn two_callers() {
    for moment in 1.. {
        let (pool, (tell, begun)) = (Arc::new(Pool::new(1)), channel());
        let [(open, job), (open_its, its)] = [(); 2].map(|()| {
            let ((open, wait_at_gate), tell) = (gate(), tell.clone());
            let job = move || {
                tell.send(()).expect("the check listens");
                wait_at_gate();
            };
            (open, job)
        });
        let there = Arc::clone(&pool);
        let other = move || drop(there.spawn_blocking(its));
        if with_gap(moment, other, || pool.spawn_blocking(job)).is_none() {
            return;
        }
        if_it_hangs("two threads have called `spawn_blocking`, and one of their jobs doesn't run");
        begun.recv().expect("a job begins");
        let _ = until_all_sleep(0);
        let more = begun.try_iter().count();
        assert_eq!(more, 0, "jobs that have begun besides one, the limit, at moment {moment}");
        [open, open_its].iter().for_each(|open| _ = open.send(()));
        begun.recv().expect("the other begins");
        end(Arc::into_inner(pool).expect("the gap is over"));
    }
}

fn at_most_the_limit() {
    const LIMIT: usize = 3;
    for limit in [1, LIMIT] {
        if_it_hangs("a job waits although the pool may have one more thread");
        let (pool, (tell, begun)) = (Pool::new(limit), channel());
        let one_more_than_there_may_be = (0..=limit).map(|_| {
            let ((open, wait_at_gate), tell) = (gate(), tell.clone());
            drop(pool.spawn_blocking(move || {
                tell.send(()).expect("the check listens");
                wait_at_gate();
            }));
            open
        });
        let gates: Vec<_> = one_more_than_there_may_be.collect();
        (0..limit).for_each(|_| begun.recv().expect("a job begins"));
        let _ = until_all_sleep(0);
        let more = begun.try_iter().count();
        assert_eq!(more, 0, "jobs that have begun besides {limit}, which is the limit, and wait");
        gates.iter().for_each(|open| _ = open.send(()));
        end(pool);
    }
    let pool = Pool::new(LIMIT);
    let threads = Arc::new(Mutex::new(HashSet::new()));
    if_it_hangs("three jobs wait for each other, and do not all run");
    runtime::run(async {
        // Three jobs wait for each other: they can't end one after the other.
        let barrier = Arc::new(Barrier::new(LIMIT));
        let jobs = (0..10 * LIMIT).map(|number| {
            let (barrier, threads) = (Arc::clone(&barrier), Arc::clone(&threads));
            pool.spawn_blocking(move || {
                threads.lock().expect("no job panics").insert(thread::current().id());
                if number < LIMIT {
                    barrier.wait();
                }
            })
        });
        for job in jobs.collect::<Vec<_>>() {
            job.await.expect("no job panics");
        }
    });
    end(pool);
    let threads = threads.lock().expect("no job panics").len();
    assert_eq!(threads, LIMIT, "the threads that ran thirty jobs, with a limit of three");
}

fn first_come_first_served() {
    let pool = Pool::new(1);
    in_their_order(&pool);
    end(pool);
    // Of two threads one is busy all the time.
    let pool = Pool::new(2);
    let (open, wait_at_gate) = gate();
    drop(pool.spawn_blocking(wait_at_gate));
    in_their_order(&pool);
    open.send(()).expect("the work waits at the gate");
    end(pool);
}

/// The jobs of a pool that has one thread for them.
fn in_their_order(pool: &Pool) {
    let (open, wait_at_gate) = gate();
    let log = Log::new();
    runtime::run(async {
        let first = pool.spawn_blocking(wait_at_gate);
        // So many that a small room for them would show.
        let jobs = (2..=3_000).map(|number| {
            let log = log.clone();
            pool.spawn_blocking(move || log.add(format!("job {number}")))
        });
        let jobs: Vec<_> = jobs.collect();
        open.send(()).expect("the work waits at the gate");
        for job in [first].into_iter().chain(jobs) {
            job.await.expect("no job panics");
        }
    });
    let order: Vec<String> = (2..=3_000).map(|number| format!("job {number}")).collect();
    assert!(log.lines() == order, "one thread has run the jobs that waited in another order");
}

fn no_thread_too_many() {
    let before = others().map(|threads| threads.len());
    let pool = Pool::new(3);
    // (Only on Linux is that known.)
    let now = others().map(|threads| threads.len());
    assert_eq!(now, before, "other threads of the process, with a pool that has no job yet");
    if now.is_none() {
        return end(pool); // nor whether a thread is idle yet
    }
    let (ids, ends) = (Arc::new(Mutex::new(HashSet::new())), Log::new());
    for _ in 1..=5 {
        let (own, ends_too) = (Arc::clone(&ids), ends.clone());
        let job = pool.spawn_blocking(move || {
            END.with_borrow_mut(|mine| {
                mine.get_or_insert_with(|| ends_too.on_drop("a thread ends"));
            });
            own.lock().expect("no job panics").insert(thread::current().id());
        });
        runtime::run(job).expect("the work doesn't panic");
        // Now its thread is idle, or has ended. (Else the machine was too busy to say.)
        if until_all_sleep(0).is_err() {
            continue;
        }
        let threads = ids.lock().expect("no job panics").len() - ends.lines().len();
        expect(threads <= 1, "threads, each job coming after the end of the last", threads, "1");
    }
    end(pool);
}

/// Of three threads one needs some time for its end: what it keeps is dropped then.
fn all_have_ended() {
    struct Lasts(Log, bool);

    impl Drop for Lasts {
        fn drop(&mut self) {
            // Until the two others have ended and their `shutdown` sleeps: it waits for this thread. One that doesn't has returned,
            // and its caller has looked, before anything sleeps.
            if self.1 {
                let _ = until_all_sleep(1);
            }
            self.0.add("a thread ends");
        }
    }

    thread_local! {
        static LASTS: RefCell<Option<Lasts>> = const { RefCell::new(None) };
    }

    for slow in 0..3 {
        let (pool, log, all) = (Pool::new(3), Log::new(), Arc::new(Barrier::new(3)));
        let jobs = [0, 1, 2].map(|number| {
            let (lasts, all) = (Lasts(log.clone(), number == slow), Arc::clone(&all));
            pool.spawn_blocking(move || {
                LASTS.set(Some(lasts));
                all.wait();
            })
        });
        runtime::run(async {
            for job in jobs {
                job.await.expect("no job panics");
            }
        });
        pool.shutdown();
        let ended = log.lines().len();
        assert_eq!(ended, 3, "threads that have ended, of three, when `shutdown` returns");
    }
}

/// Says that it is dropped, and then opens the gate of another job.
struct OpensOnDrop(Sender<()>, Log);

impl Drop for OpensOnDrop {
    fn drop(&mut self) {
        self.1.add("the second job is dropped");
        self.0.send(()).ok();
    }
}

fn shut_down() {
    let pool = Pool::new(1);
    let log = Log::new();
    let (started, has_started) = channel();
    let (open, wait_at_gate) = gate();
    let (told, end) = (log.clone(), log.on_drop("the thread ends"));
    let mut running = pin!(pool.spawn_blocking(move || {
        END.set(Some(end));
        started.send(()).expect("the check waits");
        wait_at_gate();
        // A `shutdown` that does not wait for this thread has returned before all else sleeps.
        let _ = until_all_sleep(1);
        told.add("the first job ends");
        10
    }));
    // The second job can't begin: the only thread is at the gate. What it has captured opens the gate
    // when the job is dropped.
    let captured = OpensOnDrop(open, log.clone());
    let told = log.clone();
    let mut waiting = pin!(pool.spawn_blocking(move || {
        let _captured = &captured;
        told.add("the second job runs");
    }));
    has_started.recv().expect("the first job starts");
    let (waker, wakes, ..) = waker();
    assert!(poll(waiting.as_mut(), &waker).is_pending(), "its thread waits, and it has run");
    let told = log.clone();
    let mut third = pin!(pool.spawn_blocking(move || told.add("the third job runs")));
    if_it_hangs("the first job runs until the second, which waits, is dropped");
    pool.shutdown();
    let happened = log.lines();
    let expected = ["the second job is dropped", "the first job ends", "the thread ends"];
    assert_eq!(happened, expected, "what has happened when `shutdown` returns");
    assert_eq!(wakes.count(), 1, "wakes of the task that waits for the dropped job");
    let output = poll(waiting.as_mut(), &waker);
    assert!(
        matches!(output, Poll::Ready(Err(JobError::Cancelled))),
        "the handle of the dropped job gave {output:?}, not Ready(Err(Cancelled))"
    );
    let output = poll(third.as_mut(), &waker);
    assert!(
        matches!(output, Poll::Ready(Err(JobError::Cancelled))),
        "the handle of another dropped job gave {output:?}, not Ready(Err(Cancelled))"
    );
    let output = poll(running.as_mut(), &waker);
    assert!(matches!(output, Poll::Ready(Ok(10))), "the handle of the first job gave {output:?}");
}
