//! What does each step of the ladder do that the one before does not?
//!
//! A [`Property`] is a claim, and a function that panics if the claim is false. It counts polls,
//! wakes, threads and clones of wakers, and judges nothing by how long it takes. A step has its own
//! properties and those of all steps before it. What is new in them is the flaw of the step before;
//! the functions `flaw1` to `flaw7` show it at work.
//!
//! A property knows a step by what it offers: [`Step`], from step 3 on [`Tasks`], from step 6 on
//! [`Sockets`], and in step 7 [`Handles`]. The macro `implement` makes these of a module. It is
//! used by `tests/ladder.rs` for the steps in this folder, and by `cargo exercise step` for a
//! learner's.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fs;
use std::future::{pending, poll_fn, ready};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

/// What all steps offer.
pub trait Step: 'static {
    fn block_on<F: Future>(future: F) -> F::Output;
    fn sleep(duration: Duration) -> impl Future<Output = ()> + 'static;
}

/// What the steps from the third on offer.
pub trait Tasks: Step {
    fn spawn(future: impl Future<Output = ()> + 'static);
}

/// What the steps from the sixth on offer.
pub trait Sockets: Tasks {
    type Listener: 'static;
    type Stream: 'static;
    async fn bind(address: &str) -> io::Result<Self::Listener>;
    fn local_addr(listener: &Self::Listener) -> io::Result<SocketAddr>;
    async fn accept(listener: &Self::Listener) -> io::Result<Self::Stream>;
    async fn read(stream: &mut Self::Stream, buffer: &mut [u8]) -> io::Result<usize>;
    async fn write_all(stream: &mut Self::Stream, bytes: &[u8]) -> io::Result<()>;
}

/// What the last step offers.
pub trait Handles: Sockets {
    type Handle<T: Send + 'static>: Send + 'static;
    fn spawn_joined<T: Send + 'static>(
        future: impl Future<Output = T> + 'static,
    ) -> Self::Handle<T>;
    fn abort<T: Send + 'static>(handle: &Self::Handle<T>);
    async fn join<T: Send + 'static>(handle: Self::Handle<T>) -> Result<T, End>;
    /// `select!` of the two: is the first the winner?
    async fn first_wins(first: Job, second: Job) -> bool;
}

/// Why a task has no output.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    Cancelled,
    Panic,
}

pub type Job = Pin<Box<dyn Future<Output = ()>>>;

/// Implements one of these traits for a type, by the functions of a module.
macro_rules! implement {
    (Step for $name:ident by $step:ident) => {
        impl $crate::properties::Step for $name {
            fn block_on<F: Future>(future: F) -> F::Output {
                $step::block_on(future)
            }

            fn sleep(duration: std::time::Duration) -> impl Future<Output = ()> + 'static {
                $step::sleep(duration)
            }
        }
    };
    (Tasks for $name:ident by $step:ident) => {
        impl $crate::properties::Tasks for $name {
            fn spawn(future: impl Future<Output = ()> + 'static) {
                $step::spawn(future);
            }
        }
    };
    (Sockets for $name:ident by $step:ident) => {
        impl $crate::properties::Sockets for $name {
            type Listener = $step::TcpListener;
            type Stream = $step::TcpStream;

            async fn bind(address: &str) -> std::io::Result<Self::Listener> {
                $step::TcpListener::bind(address).await
            }

            fn local_addr(listener: &Self::Listener) -> std::io::Result<std::net::SocketAddr> {
                listener.local_addr()
            }

            async fn accept(listener: &Self::Listener) -> std::io::Result<Self::Stream> {
                Ok(listener.accept().await?.0)
            }

            async fn read(stream: &mut Self::Stream, buffer: &mut [u8]) -> std::io::Result<usize> {
                stream.read(buffer).await
            }

            async fn write_all(stream: &mut Self::Stream, bytes: &[u8]) -> std::io::Result<()> {
                stream.write_all(bytes).await
            }
        }
    };
    (Handles for $name:ident by $step:ident) => {
        impl $crate::properties::Handles for $name {
            type Handle<T: Send + 'static> = $step::JoinHandle<T>;

            fn spawn_joined<T: Send + 'static>(
                future: impl Future<Output = T> + 'static,
            ) -> Self::Handle<T> {
                $step::spawn(future)
            }

            fn abort<T: Send + 'static>(handle: &Self::Handle<T>) {
                handle.abort();
            }

            async fn join<T: Send + 'static>(
                handle: Self::Handle<T>,
            ) -> Result<T, $crate::properties::End> {
                handle.await.map_err(|error| match error {
                    $step::JoinError::Cancelled => $crate::properties::End::Cancelled,
                    $step::JoinError::Panic(_) => $crate::properties::End::Panic,
                })
            }

            async fn first_wins(
                first: $crate::properties::Job,
                second: $crate::properties::Job,
            ) -> bool {
                select! { () = first => true, () = second => false }
            }
        }
    };
}

/// A claim, and what panics if it is false.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    pub name: &'static str,
    pub claim: &'static str,
    pub run: fn(),
}

/// What shows a flaw, as a property that always holds.
pub fn flaw(run: fn()) -> Property {
    Property { name: "flaw", claim: "what this step does badly", run }
}

/// The properties of these names, on the step `S`.
macro_rules! properties {
    ($($run:ident $claim:literal)+) => {
        vec![$(Property { name: stringify!($run), claim: $claim, run: $run::<S> }),+]
    };
}

/// Lets all other tasks that are ready have their turn.
pub async fn yield_now() {
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

// ---- Step 1: a future comes to its end.

pub fn step1<S: Step>() -> Vec<Property> {
    properties![
        gives_the_output "`block_on` runs a future to its end, and returns its output"
        a_sleep_takes_its_time "a sleep ends, and not before its time"
    ]
}

fn gives_the_output<S: Step>() {
    let sugar = [1, 2];
    let cups = S::block_on(async {
        yield_now().await;
        let one = async { sugar[0] }.await;
        yield_now().await;
        one + async { sugar[1] }.await
    });
    assert_eq!(cups, 3, "the output of a future that awaits four others");
}

fn a_sleep_takes_its_time<S: Step>() {
    let (begin, long) = (Instant::now(), Duration::from_millis(20));
    S::block_on(async {
        S::sleep(long).await;
        S::sleep(long).await;
    });
    assert!(begin.elapsed() >= 2 * long, "two sleeps of 20 ms each took {:?}", begin.elapsed());
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

pub fn flaw1<S: Step>() {
    let polls = polls_of_a_sleep::<S>(20);
    println!("A sleep of 20 ms was polled {polls} times. Two polls would do.");
}

// ---- Step 2: the thread sleeps until a wake.

pub fn step2<S: Step>() -> Vec<Property> {
    properties![
        a_wait_is_two_polls "a future that is woken once is polled twice"
        the_thread_sleeps "while its future waits the thread sleeps"
        a_wake_during_the_poll "a wake during the poll is not lost"
        an_unpark_of_others "an `unpark` of others is no wake, and a `park` of others loses no wake"
        eight_threads_wake "wakes from eight threads are not lost"
    ]
}

/// Waits until a thread wakes it; returns how often it was polled. Before the thread calls the
/// waker it lets `unasked` polls pass.
pub fn polls_of_a_wait<S: Step>(unasked: usize) -> usize {
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
    S::block_on(poll_fn(move |cx| {
        if counted.fetch_add(1, Ordering::AcqRel) == 0 {
            send.send(cx.waker().clone()).unwrap();
            return Poll::Pending;
        }
        if done.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    }));
    helper.join().unwrap();
    polls.load(Ordering::Acquire)
}

fn a_wait_is_two_polls<S: Step>() {
    assert_eq!(polls_of_a_wait::<S>(0), 2, "polls of a future that a thread wakes once");
    let polls = polls_of_a_sleep::<S>(5);
    assert!(polls <= 2, "polls of a sleep\n  came:     {polls}\n  expected: 2 at most");
}

fn the_thread_sleeps<S: Step>() {
    let (_, sleeps) = watched::<S>(|| ());
    assert!(sleeps, "its future waits, and the thread is at work");
}

/// Waits until another thread has looked whether this one sleeps, and has woken it. How often was it
/// polled, and did it sleep? Each poll calls `in_each_poll`.
fn watched<S: Step>(in_each_poll: fn()) -> (usize, bool) {
    let (send, receive) = mpsc::channel::<(Waker, Option<PathBuf>)>();
    let done = Arc::new(AtomicBool::new(false));
    let helper = thread::spawn({
        let done = Arc::clone(&done);
        move || {
            let (waker, stat) = receive.recv().unwrap();
            let sleeps = stat.is_none_or(|stat| is_asleep(&stat));
            done.store(true, Ordering::Release);
            waker.wake();
            sleeps
        }
    });
    let mut polls = 0;
    S::block_on(poll_fn(|cx| {
        polls += 1;
        in_each_poll();
        if done.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        // Only Linux tells what a thread does.
        let thread = fs::read_link("/proc/thread-self").ok();
        let stat = thread.map(|thread| Path::new("/proc").join(thread).join("stat"));
        let _ = send.send((cx.waker().clone(), stat)); // the first one counts
        Poll::Pending
    }));
    (polls, helper.join().unwrap())
}

/// Is the thread of this file asleep, look for look, before it has worked for 0.2 s?
fn is_asleep(stat: &Path) -> bool {
    let look = || -> Option<(bool, u64)> {
        let stat = fs::read_to_string(stat).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
        Some((fields.first()? == &"S", ticks(11)? + ticks(12)?))
    };
    let (mut asleep, mut before) = (0, None);
    while let Some((sleeps, ticks)) = look() {
        asleep = if sleeps { asleep + 1 } else { 0 };
        if asleep == 20 || ticks - *before.get_or_insert(ticks) >= 20 {
            break;
        }
        thread::yield_now();
    }
    asleep == 20
}

fn a_wake_during_the_poll<S: Step>() {
    let mut polls = 0;
    S::block_on(poll_fn(|cx| {
        polls += 1;
        cx.waker().wake_by_ref();
        if polls == 3 { Poll::Ready(()) } else { Poll::Pending }
    }));
    assert_eq!(polls, 3, "polls of a future that wakes itself in its first two");
}

fn an_unpark_of_others<S: Step>() {
    let (polls, _) = watched::<S>(|| thread::current().unpark());
    assert_eq!(polls, 2, "polls of a future that is woken once and unparks its own thread");
    let mut woken = false;
    S::block_on(poll_fn(|cx| {
        if woken {
            return Poll::Ready(());
        }
        woken = true;
        let waker = cx.waker().clone();
        thread::spawn(move || waker.wake()).join().unwrap();
        thread::park_timeout(Duration::ZERO); // takes the token that the wake may have left
        Poll::Pending
    }));
}

/// Waits, many times, until eight threads have spoken; each of them calls the waker.
async fn wait_for_eight_threads() {
    const EACH: usize = 200;
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
        // Leave the waker first, then look: the eighth may speak in between.
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
}

fn eight_threads_wake<S: Step>() {
    S::block_on(wait_for_eight_threads());
}

pub type Log = Rc<RefCell<Vec<&'static str>>>;

async fn begin_and_end(log: Log, begin: &'static str, end: &'static str) {
    log.borrow_mut().push(begin);
    yield_now().await;
    log.borrow_mut().push(end);
}

/// Tea and toast, by one future.
pub fn one_after_another<S: Step>() -> Vec<&'static str> {
    let log = Log::default();
    S::block_on(async {
        begin_and_end(log.clone(), "tea begins", "tea ends").await;
        begin_and_end(log.clone(), "toast begins", "toast ends").await;
    });
    log.take()
}

pub fn flaw2<S: Step>() {
    let log = one_after_another::<S>();
    println!("Tea and toast, each of which waits once: {}.", log.join(", "));
}

// ---- Step 3: tasks take turns.

pub fn step3<S: Tasks>() -> Vec<Property> {
    properties![
        tasks_take_turns "two tasks take turns"
        a_task_spawns "a task may spawn another one, which is polled when its turn comes"
        dropped_at_the_end "tasks that have not ended when `block_on` returns are dropped"
        eight_threads_wake_a_task "wakes from eight threads reach each task"
        woken_whatever_else_sleeps "a thread wakes a task while another one sleeps for an hour"
        a_waker_outlives "a waker may be called after its task and its runtime have ended"
        block_on_inside "`block_on` inside `block_on` panics, and the outer one goes on"
        after_a_panic "after a panic the thread can run `block_on` again"
        spawn_outside "`spawn` without a runtime panics, and its message names `block_on`"
    ]
}

fn tasks_take_turns<S: Tasks>() {
    let log = Log::default();
    let told = log.clone();
    S::block_on(async move {
        S::spawn(begin_and_end(told.clone(), "tea begins", "tea ends"));
        S::spawn(begin_and_end(told.clone(), "toast begins", "toast ends"));
        for _ in 0..3 {
            yield_now().await;
        }
    });
    let expected = ["tea begins", "toast begins", "tea ends", "toast ends"];
    assert_eq!(*log.borrow(), expected, "what two tasks did, in its order");
}

fn a_task_spawns<S: Tasks>() {
    let log = Log::default();
    let told = log.clone();
    S::block_on(async move {
        S::spawn(async move {
            let inner = told.clone();
            S::spawn(async move { inner.borrow_mut().push("spawned") });
            told.borrow_mut().push("spawning");
        });
        for _ in 0..3 {
            yield_now().await;
        }
    });
    assert_eq!(*log.borrow(), ["spawning", "spawned"], "a task that spawns, and the spawned one");
}

/// Tells when it is dropped.
struct Guard(Rc<Cell<bool>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

/// A future that owns a guard and waits for ever, and whether that was dropped.
fn waits_for_ever() -> (impl Future<Output = ()>, Rc<Cell<bool>>) {
    let dropped = Rc::new(Cell::new(false));
    let guard = Guard(Rc::clone(&dropped));
    let future = async move {
        let _guard = guard;
        pending::<()>().await;
    };
    (future, dropped)
}

fn dropped_at_the_end<S: Tasks>() {
    let (future, dropped) = waits_for_ever();
    S::block_on(async {
        S::spawn(future);
        yield_now().await;
        assert!(!dropped.get(), "a task that waits was dropped while `block_on` ran");
    });
    assert!(dropped.get(), "`block_on` has returned, and the task that waited is still there");
}

fn eight_threads_wake_a_task<S: Tasks>() {
    S::block_on(async {
        let (ended, waiting) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(None::<Waker>)));
        let (tell, wakes) = (Rc::clone(&ended), Rc::clone(&waiting));
        S::spawn(async move {
            wait_for_eight_threads().await;
            tell.set(true);
            wakes.take().into_iter().for_each(Waker::wake);
        });
        wait_for_eight_threads().await;
        poll_fn(|cx| {
            waiting.set(Some(cx.waker().clone()));
            if ended.get() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    });
}

fn woken_whatever_else_sleeps<S: Tasks>() {
    S::block_on(async {
        S::spawn(S::sleep(Duration::from_hours(1)));
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
}

/// A task that leaves its waker and waits for ever: how often it was polled, and its wakers.
fn spawn_waiting<S: Tasks>() -> (Rc<Cell<usize>>, Rc<RefCell<Vec<Waker>>>) {
    let (polls, wakers) = (Rc::new(Cell::new(0)), Rc::new(RefCell::new(Vec::new())));
    let (counted, left) = (Rc::clone(&polls), Rc::clone(&wakers));
    S::spawn(poll_fn(move |cx| {
        counted.set(counted.get() + 1);
        left.borrow_mut().push(cx.waker().clone());
        Poll::Pending
    }));
    (polls, wakers)
}

fn a_waker_outlives<S: Tasks>() {
    let left = Rc::new(RefCell::new(Vec::new()));
    let kept = Rc::clone(&left);
    S::block_on(async move {
        let (_, wakers) = spawn_waiting::<S>();
        let ended = Rc::clone(&wakers);
        S::spawn(poll_fn(move |cx| {
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

/// The words of a panic in `f`, if there is one.
fn panics_in<R>(f: impl FnOnce() -> R) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(f)).err()?;
    let words = panic.downcast_ref::<String>().map(String::as_str);
    Some(words.or(panic.downcast_ref::<&str>().copied()).unwrap_or_default().to_owned())
}

fn block_on_inside<S: Tasks>() {
    S::block_on(async {
        let inner = panics_in(|| S::block_on(async {}));
        assert!(inner.is_some(), "`block_on` inside `block_on` has returned");
        S::spawn(async {});
        yield_now().await;
    });
}

fn after_a_panic<S: Tasks>() {
    let words = panics_in(|| {
        S::block_on(async {
            yield_now().await;
            panic!("a part of the test");
        });
    });
    assert_eq!(words.as_deref(), Some("a part of the test"), "the panic of the future");
    S::block_on(yield_now());
}

fn spawn_outside<S: Tasks>() {
    let words = panics_in(|| S::spawn(async {}));
    let words = words.expect("`spawn` without a runtime has returned");
    assert!(words.contains("block_on"), "the message is {words:?}");
}

pub fn flaw3<S: Tasks>() {
    let polls = polls_for::<S>(wake_often);
    println!("A task that was woken {WAKES} times before its turn was polled {polls} times.");
}

// ---- Step 4: any number of wakes is one poll.

pub fn step4<S: Tasks>() -> Vec<Property> {
    properties![
        many_wakes_are_one_poll "a thousand wakes before the next poll are one poll"
        many_wakes_from_a_thread "so are a thousand wakes from another thread"
        wakes_during_a_poll "a thousand wakes during a poll are one more poll"
        one_waker_for_life "a task has one waker for its whole life"
    ]
}

pub const WAKES: usize = 1_000;

pub fn wake_often(waker: &Waker) {
    (0..WAKES).for_each(|_| waker.wake_by_ref());
}

pub fn wake_often_from_a_thread(waker: &Waker) {
    thread::scope(|scope| scope.spawn(|| wake_often(waker)).join().unwrap());
}

/// How often a waiting task is polled for what `wake` does with its waker.
pub fn polls_for<S: Tasks>(wake: fn(&Waker)) -> usize {
    let result = Rc::new(Cell::new(0));
    let told = Rc::clone(&result);
    S::block_on(async move {
        let (polls, wakers) = spawn_waiting::<S>();
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

fn many_wakes_are_one_poll<S: Tasks>() {
    assert_eq!(polls_for::<S>(wake_often), 1, "polls of a task for {WAKES} wakes");
}

fn many_wakes_from_a_thread<S: Tasks>() {
    let polls = polls_for::<S>(wake_often_from_a_thread);
    assert_eq!(polls, 1, "polls of a task for {WAKES} wakes from another thread");
}

/// How often a task is polled that wakes itself a thousand times in its first poll.
pub fn polls_for_wakes_during_a_poll<S: Tasks>() -> usize {
    let polls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&polls);
    S::block_on(async move {
        S::spawn(poll_fn(move |cx| {
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

fn wakes_during_a_poll<S: Tasks>() {
    let polls = polls_for_wakes_during_a_poll::<S>();
    assert_eq!(polls, 2, "polls of a task that wakes itself {WAKES} times in its first poll");
}

fn one_waker_for_life<S: Tasks>() {
    let same = Rc::new(Cell::new(false));
    let told = Rc::clone(&same);
    S::block_on(async move {
        let (_, wakers) = spawn_waiting::<S>();
        yield_now().await;
        let first = wakers.borrow()[0].clone();
        first.wake_by_ref();
        yield_now().await;
        yield_now().await;
        told.set(wakers.borrow()[1].will_wake(&first));
    });
    assert!(same.get(), "`will_wake` says that the second poll's waker is not the first one's");
}

pub fn flaw4<S: Tasks>() {
    let threads = threads_that_end_sleeps::<S>().len();
    println!("{SLEEPS} sleeps were ended by {threads} threads.");
}

// ---- Step 5: a sleep is an entry in a list.

pub fn step5<S: Tasks>() -> Vec<Property> {
    properties![
        ended_by_the_loop "a hundred sleeps are ended by the thread that polls the tasks"
        a_sleep_that_is_due "a sleep that is due is ready at once, and keeps no waker"
        a_dropped_sleep "a sleep that is dropped leaves nothing behind"
        the_newest_waker "a sleep wakes the task that polled it last"
    ]
}

/// Notes on which threads it is called.
#[derive(Default)]
struct Caller(Mutex<Vec<ThreadId>>);

impl Wake for Caller {
    fn wake(self: Arc<Self>) {
        self.0.lock().unwrap().push(thread::current().id());
    }
}

fn caller() -> (Waker, Arc<Caller>) {
    let caller = Arc::new(Caller::default());
    (Waker::from(Arc::clone(&caller)), caller)
}

/// How many clones of the waker live besides the caller's own two.
fn clones_of(caller: &Arc<Caller>) -> usize {
    Arc::strong_count(caller) - 2
}

fn poll<F: Future + ?Sized>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}

const SLEEPS: usize = 100;

/// Which threads call the wakers of a hundred sleeps.
pub fn threads_that_end_sleeps<S: Tasks>() -> HashSet<ThreadId> {
    let (waker, caller) = caller();
    S::block_on(async {
        let sleep = || Box::pin(S::sleep(Duration::from_millis(5)));
        let mut sleeps: Vec<_> = (0..SLEEPS).map(|_| sleep()).collect();
        let polls = sleeps.iter_mut().map(|sleep| poll(sleep.as_mut(), &waker));
        let waiting = polls.filter(Poll::is_pending).count();
        while caller.0.lock().unwrap().len() < waiting {
            S::sleep(Duration::from_millis(5)).await;
        }
    });
    let threads = caller.0.lock().unwrap();
    threads.iter().copied().collect()
}

fn ended_by_the_loop<S: Tasks>() {
    let mut others = threads_that_end_sleeps::<S>();
    others.remove(&thread::current().id());
    assert_eq!(others.len(), 0, "other threads that call the wakers of {SLEEPS} sleeps");
}

fn a_sleep_that_is_due<S: Tasks>() {
    let (waker, caller) = caller();
    S::block_on(async {
        for _ in 0..SLEEPS {
            let sleep = pin!(S::sleep(Duration::ZERO));
            assert!(poll(sleep, &waker).is_ready(), "a sleep of no time is not ready at once");
        }
    });
    assert_eq!(clones_of(&caller), 0, "wakers that are kept of sleeps that were ready at once");
}

/// How many clones of its waker a sleep of an hour leaves behind when it is dropped.
pub fn left_by_a_dropped_sleep<S: Tasks>() -> usize {
    let (waker, caller) = caller();
    S::block_on(async {
        let mut sleep = Box::pin(S::sleep(Duration::from_hours(1)));
        assert!(poll(sleep.as_mut(), &waker).is_pending(), "a sleep of an hour is ready at once");
        assert_eq!(clones_of(&caller), 1, "wakers that a sleep keeps while it waits");
        drop(sleep);
        clones_of(&caller)
    })
}

fn a_dropped_sleep<S: Tasks>() {
    assert_eq!(left_by_a_dropped_sleep::<S>(), 0, "wakers that a dropped sleep leaves behind");
}

fn the_newest_waker<S: Tasks>() {
    let (first, first_caller) = caller();
    S::block_on(async {
        let mut sleep = Box::pin(S::sleep(Duration::from_millis(5)));
        let is_early = poll(sleep.as_mut(), &first).is_pending();
        sleep.await; // polled again, with the waker of this task
        let calls = first_caller.0.lock().unwrap().len();
        assert!(!is_early || calls == 0, "the waker of the first poll was called, too");
    });
}

pub fn flaw5<S: Tasks>() {
    let polls = polls_without_a_selector::<S>(1_000);
    println!("A task that waited for a visitor asked {polls} times. Two would do.");
}

// ---- Step 6: the thread waits for sockets, too.

pub fn step6<S: Sockets>() -> Vec<Property> {
    properties![
        a_wait_for_a_visitor "a wait for a visitor is two polls"
        what_a_visitor_says "what a visitor says can be read, and then its end"
        more_than_fits "a write that is too large for the socket waits until there is room"
        a_sleep_beside_a_socket "a sleep ends while another task waits for a socket"
    ]
}

/// Visits `address` once there were more than `polls` polls, and says hello.
fn visit_after(polls: usize, counted: &Arc<AtomicUsize>, address: SocketAddr) {
    let counted = Arc::clone(counted);
    thread::spawn(move || {
        while counted.load(Ordering::Acquire) <= polls {
            thread::yield_now();
        }
        TcpStream::connect(address).unwrap().write_all(b"hello").unwrap();
    });
}

/// How often a task without a selector asks for a visitor, who comes after `unasked` polls.
pub fn polls_without_a_selector<S: Tasks>(unasked: usize) -> usize {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let polls = Arc::new(AtomicUsize::new(0));
    visit_after(unasked, &polls, listener.local_addr().unwrap());
    let _visitor = S::block_on(poll_fn(|cx| {
        polls.fetch_add(1, Ordering::AcqRel);
        match listener.accept() {
            Err(e) if e.kind() == ErrorKind::WouldBlock => {
                cx.waker().wake_by_ref(); // nothing else would
                Poll::Pending
            }
            accepted => Poll::Ready(accepted.unwrap().1),
        }
    }));
    polls.load(Ordering::Acquire)
}

fn a_wait_for_a_visitor<S: Sockets>() {
    let polls = S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let polls = Arc::new(AtomicUsize::new(0));
        visit_after(0, &polls, S::local_addr(&listener).unwrap());
        let mut accept = pin!(S::accept(&listener));
        poll_fn(|cx| {
            let poll = accept.as_mut().poll(cx);
            polls.fetch_add(1, Ordering::AcqRel);
            poll
        })
        .await
        .unwrap();
        polls.load(Ordering::Acquire)
    });
    assert_eq!(polls, 2, "polls of `accept`, when the visitor comes after the first");
}

fn what_a_visitor_says<S: Sockets>() {
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        visit_after(0, &Arc::new(AtomicUsize::new(1)), S::local_addr(&listener).unwrap());
        let mut stream = S::accept(&listener).await.unwrap();
        let (mut said, mut buffer) = (Vec::new(), [0; 8]);
        loop {
            match S::read(&mut stream, &mut buffer).await.unwrap() {
                0 => break,
                n => said.extend_from_slice(&buffer[..n]),
            }
        }
        assert_eq!(String::from_utf8_lossy(&said), "hello", "what was read until the end");
    });
}

fn more_than_fits<S: Sockets>() {
    const BYTES: usize = 16 << 20;
    S::block_on(async {
        let listener = S::bind("127.0.0.1:0").await.unwrap();
        let address = S::local_addr(&listener).unwrap();
        let visitor = thread::spawn(move || {
            let mut all = Vec::new();
            TcpStream::connect(address).unwrap().read_to_end(&mut all).unwrap();
            all.len()
        });
        let mut stream = S::accept(&listener).await.unwrap();
        S::write_all(&mut stream, &vec![7; BYTES]).await.unwrap();
        drop(stream);
        assert_eq!(visitor.join().unwrap(), BYTES, "bytes that arrive");
    });
}

fn a_sleep_beside_a_socket<S: Sockets>() {
    S::block_on(async {
        S::spawn(async {
            let listener = S::bind("127.0.0.1:0").await.unwrap();
            let _ = S::accept(&listener).await;
        });
        yield_now().await;
        S::sleep(Duration::from_millis(5)).await;
    });
}

/// Does `block_on` go on after a panic in a task?
pub fn goes_on_after_a_panic<S: Tasks>() -> bool {
    let went_on = Cell::new(false);
    let words = panics_in(|| {
        S::block_on(async {
            S::spawn(async { panic!("a part of the test") });
            yield_now().await;
            went_on.set(true);
        });
    });
    words.is_none() && went_on.get()
}

pub fn flaw6<S: Tasks>() {
    let end = if goes_on_after_a_panic::<S>() { "goes on" } else { "panics, and all tasks end" };
    println!("A task panics. `block_on` {end}.");
}

// ---- Step 7: a task's end reaches its handle.

pub fn step7<S: Handles>() -> Vec<Property> {
    properties![
        a_panic_ends_one_task "a panic ends its own task, and the handle says so"
        an_aborted_task "an aborted task is dropped when its turn comes, before its handle knows"
        aborted_by_itself "a task may abort itself; one that has ended stays ended"
        aborted_by_a_thread "another thread may abort a task and wait for its end"
        a_handle_outlives "a handle that outlives its runtime says that the task was cancelled"
        the_loser_is_dropped "`select!` drops the loser before it goes on"
    ]
}

fn a_panic_ends_one_task<S: Handles>() {
    let mut ends = None;
    let reached = panics_in(|| {
        ends = Some(S::block_on(async {
            let other = S::spawn_joined(async {
                yield_now().await;
                7
            });
            let panicking = S::spawn_joined(async { panic!("a part of the test") });
            (S::join(panicking).await, S::join(other).await)
        }));
    });
    assert_eq!(reached, None, "the panic of a task that reaches `block_on`");
    let expected = (Err::<(), End>(End::Panic), Ok(7));
    assert_eq!(ends, Some(expected), "what the handles of two tasks say, of which one panics");
}

fn an_aborted_task<S: Handles>() {
    let (future, dropped) = waits_for_ever();
    S::block_on(async {
        let handle = S::spawn_joined(future);
        yield_now().await;
        S::abort(&handle);
        assert!(!dropped.get(), "`abort` has dropped the future itself");
        assert_eq!(S::join(handle).await, Err(End::Cancelled), "what its handle says");
        assert!(dropped.get(), "its handle is ready, and its future not yet dropped");
    });
}

fn aborted_by_itself<S: Handles>() {
    S::block_on(async {
        let place = Rc::new(RefCell::new(None::<S::Handle<()>>));
        let own = Rc::clone(&place);
        let polls = Rc::new(Cell::new(0));
        let counted = Rc::clone(&polls);
        *place.borrow_mut() = Some(S::spawn_joined(poll_fn(move |_| {
            counted.set(counted.get() + 1);
            S::abort(own.borrow().as_ref().unwrap());
            Poll::Pending
        })));
        yield_now().await;
        yield_now().await;
        assert_eq!(polls.get(), 1, "polls of a task that aborts itself in its first");
        assert_eq!(Rc::strong_count(&place), 1, "owners of what the aborted task owned");
        let aborted = place.take().unwrap();
        assert_eq!(S::join(aborted).await, Err(End::Cancelled), "what its handle says");

        let ended = S::spawn_joined(async { 1 });
        yield_now().await;
        S::abort(&ended);
        assert_eq!(S::join(ended).await, Ok(1), "the output of a task that was aborted too late");
    });
}

fn aborted_by_a_thread<S: Handles>() {
    S::block_on(async {
        let handle = S::spawn_joined(pending::<()>());
        let end = thread::spawn(move || {
            S::abort(&handle);
            S::block_on(S::join(handle))
        });
        while !end.is_finished() {
            yield_now().await;
        }
        assert_eq!(end.join().unwrap(), Err(End::Cancelled), "what the handle says there");
    });
}

fn a_handle_outlives<S: Handles>() {
    let place = RefCell::new(None);
    S::block_on(async { *place.borrow_mut() = Some(S::spawn_joined(pending::<()>())) });
    let handle = place.take().unwrap();
    let end = S::block_on(S::join(handle));
    assert_eq!(end, Err(End::Cancelled), "what the handle says");
}

fn the_loser_is_dropped<S: Handles>() {
    let (loser, dropped) = waits_for_ever();
    S::block_on(async {
        let first = S::first_wins(Box::pin(loser), Box::pin(yield_now())).await;
        assert!(!first, "the future that waits for ever has won");
        assert!(dropped.get(), "the loser is still there");
        let first = S::first_wins(Box::pin(ready(())), Box::pin(ready(()))).await;
        assert!(first, "both are ready, and the second has won");
    });
}

/// How often another task is polled while one takes `steps` steps without ever having to wait.
pub fn polls_beside_a_greedy_task<S: Tasks>(steps: usize) -> usize {
    let (polls, seen) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(None)));
    let (counted, other, told) = (Rc::clone(&polls), Rc::clone(&polls), Rc::clone(&seen));
    S::block_on(async move {
        S::spawn(async move {
            for _ in 0..steps {
                ready(()).await;
            }
            told.set(Some(counted.get()));
        });
        S::spawn(async move {
            for _ in 0..steps {
                other.set(other.get() + 1);
                yield_now().await;
            }
        });
        for _ in 0..3 {
            yield_now().await;
        }
    });
    seen.get().expect("the greedy task has ended")
}

pub fn flaw7<S: Tasks>() {
    let polls = polls_beside_a_greedy_task::<S>(100_000);
    println!("One task took 100000 steps without a wait. Meanwhile a ready one had {polls} polls.");
}
