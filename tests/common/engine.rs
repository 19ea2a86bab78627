//! What the tests of the engine and of the API share: a watchdog, things that act when they are
//! dropped, a small channel between threads. Nothing here is kettle's own; what counts its events
//! is in `records.rs`.

use std::collections::VecDeque;
use std::fs;
use std::future::poll_fn;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::{Builder, Handle, Runtime};
use kettle::task::JoinHandle;
use kettle::time::sleep;

/// Runs a test's body on a thread of its own. If it hangs, the test fails after a minute. In that
/// does not count what the thread has waited for a processor: a busy machine is no hang.
pub fn within_a_minute<R: Send + 'static>(body: impl FnOnce() -> R + Send + 'static) -> R {
    let ((tell, told), (done, result)) = (mpsc::channel(), mpsc::channel());
    std::thread::spawn(move || {
        tell.send(fs::read_link("/proc/thread-self")).expect("the test waits");
        done.send(catch_unwind(AssertUnwindSafe(body)))
    });
    let thread = told.recv().expect("it tells");
    let (begun, mut limit) = (Instant::now(), Duration::from_mins(1));
    while let Some(left) = limit.checked_sub(begun.elapsed()) {
        if let Ok(result) = result.recv_timeout(left) {
            return result.unwrap_or_else(|panic| resume_unwind(panic));
        }
        limit = Duration::from_mins(1) + waited(&thread);
    }
    panic!("the test hangs, it did not end within a minute");
}

/// How long a thread was ready and had no processor. Only Linux tells.
fn waited(thread: &io::Result<PathBuf>) -> Duration {
    let path = thread.as_ref().map(|thread| Path::new("/proc").join(thread).join("schedstat"));
    let told = path.ok().and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default();
    told.split(' ').nth(1).and_then(|n| n.parse().ok()).map_or(Duration::ZERO, Duration::from_nanos)
}

pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Runs `main` on a runtime of its own. It fails after a minute, as [`within_a_minute`] does.
pub fn run_within_a_minute<R: Send + 'static>(main: impl AsyncFnOnce() -> R + Send + 'static) -> R {
    within_a_minute(move || runtime().block_on(main()))
}

/// A runtime whose clock stands still.
pub fn paused() -> Runtime {
    Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime")
}

/// Does something when it is dropped.
pub struct OnDrop<F: FnOnce()>(Option<F>);

pub fn on_drop<R>(act: impl FnOnce() -> R) -> OnDrop<impl FnOnce()> {
    OnDrop(Some(move || {
        act();
    }))
}

impl<F: FnOnce()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        if let Some(act) = self.0.take() {
            act();
        }
    }
}

/// On another thread, and done when this returns.
pub fn elsewhere(act: impl FnOnce() + Send) {
    std::thread::scope(|scope| scope.spawn(act).join().unwrap());
}

/// A future that is never ready and keeps `value` until it is dropped.
pub async fn keep<T>(value: T) {
    std::future::pending::<()>().await;
    drop(value);
}

/// The panic's words.
pub fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// What `f` panics with; it must.
pub fn panic_of<R>(f: impl FnOnce() -> R) -> String {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => panic!("it did not panic"),
        Err(panic) => words_of(&*panic),
    }
}

/// A channel between threads and runtimes, made of nothing of ours: it works if wakers do.
pub struct Channel<T>(Arc<Mutex<(VecDeque<T>, Option<Waker>)>>);

impl<T> Clone for Channel<T> {
    fn clone(&self) -> Channel<T> {
        Channel(self.0.clone())
    }
}

impl<T> Channel<T> {
    pub fn new() -> Channel<T> {
        Channel(Arc::new(Mutex::new((VecDeque::new(), None))))
    }

    pub fn send(&self, value: T) {
        let waker = {
            let mut inside = self.0.lock().expect("no panic under this lock");
            inside.0.push_back(value);
            inside.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// How many values lie in it.
    pub fn len(&self) -> usize {
        self.0.lock().expect("no panic under this lock").0.len()
    }

    pub fn poll_receive(&self, cx: &Context<'_>) -> Poll<T> {
        let mut inside = self.0.lock().expect("no panic under this lock");
        let value = inside.0.pop_front();
        if value.is_none() {
            inside.1 = Some(cx.waker().clone());
        }
        value.map_or(Poll::Pending, Poll::Ready)
    }

    pub async fn receive(&self) -> T {
        poll_fn(|cx| self.poll_receive(cx)).await
    }

    /// The same for another task or thread.
    pub fn received(&self) -> impl Future<Output = T> + use<T> {
        let own = self.clone();
        async move { own.receive().await }
    }
}

/// A task that writes its waker down at each poll, counts, and is never ready.
#[derive(Clone, Default)]
pub struct Sleeper(Arc<(AtomicUsize, Mutex<Option<Waker>>)>);

impl Sleeper {
    pub async fn sleep(self) {
        poll_fn(|cx| self.poll(cx)).await;
    }

    pub fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        self.0.0.fetch_add(1, Ordering::SeqCst);
        *self.0.1.lock().expect("no panic under this lock") = Some(cx.waker().clone());
        Poll::Pending
    }

    pub fn polls(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }

    pub fn waker(&self) -> Waker {
        self.0.1.lock().expect("no panic under this lock").clone().expect("it was polled")
    }
}

/// A future that two tasks may poll in turn.
pub struct Both<F>(Arc<Mutex<Pin<Box<F>>>>);

impl<F> Clone for Both<F> {
    fn clone(&self) -> Both<F> {
        Both(self.0.clone())
    }
}

impl<F: Future> Both<F> {
    pub fn new(future: F) -> Both<F> {
        Both(Arc::new(Mutex::new(Box::pin(future))))
    }

    pub fn poll(&self, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.0.lock().expect("no panic under this lock").as_mut().poll(cx)
    }
}

/// A waker that does what a closure says.
pub fn waker_that<F: Fn() + Send + Sync + 'static>(act: F) -> Waker {
    struct Act<F>(F);
    impl<F: Fn() + Send + Sync + 'static> Wake for Act<F> {
        fn wake(self: Arc<Self>) {
            (self.0)();
        }
    }
    Waker::from(Arc::new(Act(act)))
}

/// A waker that does this when the last of its clones is dropped, and nothing when it is called.
pub fn waker_dropped<R: 'static>(act: impl FnOnce() -> R + Send + 'static) -> Waker {
    let act = Mutex::new(on_drop(act));
    waker_that(move || {
        let _is_kept = &act;
    })
}

/// Polls once, with the running task's context; it must be pending.
pub async fn must_wait<T>(mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) {
    let pending = poll_fn(|cx| Poll::Ready(poll(cx).is_pending())).await;
    assert!(pending, "it is ready");
}

pub async fn yield_times(times: u32) {
    for _ in 0..times {
        kettle::task::yield_now().await;
    }
}

/// Lets others run until this is so, however many turns that takes.
pub async fn yield_until(mut so: impl FnMut() -> bool) {
    while !so() {
        kettle::task::yield_now().await;
    }
}

/// Awaits tasks one after the other. None of them may have panicked.
pub async fn outputs_of<T>(tasks: impl IntoIterator<Item = JoinHandle<T>>) -> Vec<T> {
    let tasks: Vec<_> = tasks.into_iter().collect(); // all are spawned now
    let mut outputs = Vec::new();
    for task in tasks {
        outputs.push(task.await.unwrap());
    }
    outputs
}

/// Lets every task that is ready run, and those that they wake, and lets messages of other threads
/// in. (The loop asks for those after some polls: more yields than that.)
pub async fn let_run() {
    yield_times(500).await;
}

/// Lets the loop sleep for some milliseconds. On a busy machine these may pass before it sleeps,
/// and then it gets others.
pub async fn let_park() {
    let parks = || Handle::current().metrics().worker_park_count(0);
    let before = parks();
    while parks() == before {
        sleep(Duration::from_millis(5)).await;
    }
}

/// A connection of loopback: kettle's end, and std's.
pub async fn connected() -> (TcpStream, std::net::TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let far = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (listener.accept().await.unwrap().0, far)
}

/// Another one, both ends kettle's.
pub async fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (near, listener.accept().await.unwrap().0)
}

/// Sends back each number that comes, until `None` comes.
pub async fn echo(numbers: Channel<Option<u32>>, back: Channel<u32>) {
    while let Some(number) = numbers.receive().await {
        back.send(number);
    }
}

/// Asks [`echo`] so often.
pub async fn ask_echo(rounds: u32, there: Channel<Option<u32>>, back: Channel<u32>) {
    for number in 0..rounds {
        there.send(Some(number));
        assert_eq!(back.receive().await, number);
    }
    there.send(None);
}
