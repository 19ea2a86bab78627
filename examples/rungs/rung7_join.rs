//! Rung 7 of 7: how do you wait for a task, and how do you stop one?
//!
//! By a [`JoinHandle`]. It is the receiving end of a channel for one message: the task's output, or
//! its panic, which ends that task and no other. [`JoinHandle::abort`] has a waiting task dropped
//! with all that it owns; so its sleeps and sockets leave the runtime. `select!` polls two futures
//! in one task until one is ready, and drops the other in the same way.
//!
//! Can: all six programs.
//! Flaw: its price, and its fairness. A task costs four allocations, a poll two lookups by hash, a
//! sleep a place in a tree, and each turn a call into the system. A task that never has to wait
//! keeps all other tasks from running.
//! Next: `runtime/`; `README.md` here goes through it, trick by trick.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::mem;
use std::net::{SocketAddr, ToSocketAddrs};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::{Duration, Instant};

use guard::EnterGuard;
use mio::event::Source;
use mio::{Events, Interest, Poll as Selector, Token};
use play::story;
use sync::{Receiver, channel, remember};

struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Arc<TaskWaker>,
}

/// The number of `block_on`'s own future. It stays on the stack, and not among the tasks.
const MAIN: usize = 0;
/// The next number, of a task, a sleep or a socket. No number is used twice, by any runtime.
static NEXT: AtomicUsize = AtomicUsize::new(1);

thread_local! {
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

struct Runtime {
    /// By number. Absent: the task has ended, or is being polled.
    tasks: HashMap<usize, Task>,
    /// The tasks that are to be polled. A number comes in only together with its waker's mark.
    queue: Vec<usize>,
    inbox: Arc<Inbox>,
    /// All sleeps, sorted by deadline. The number tells those apart that have the same deadline.
    timers: BTreeMap<(Instant, usize), Waker>,
    selector: Selector,
    /// The wakers of the tasks that wait for each socket.
    sockets: HashMap<Token, Vec<Waker>>,
}

/// Reaches the runtime of this thread, if there is one. Never poll, wake or drop anything in `f`:
/// those may reach for the runtime, too.
fn try_runtime<R>(f: impl FnOnce(&mut Runtime) -> R) -> Option<R> {
    RUNTIME.try_with(|runtime| runtime.borrow_mut().as_mut().map(f)).ok().flatten()
}

fn runtime<R>(f: impl FnOnce(&mut Runtime) -> R) -> R {
    try_runtime(f).expect("no runtime here: call this inside `block_on`")
}

/// Runs `future` on this thread, to its end, and all spawned tasks meanwhile. Tasks that have not
/// ended by then are dropped.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let _guard = EnterGuard::new(Runtime::new().expect("the system gives a selector"));
    let mut future = pin!(future);
    let main = runtime(|runtime| runtime.admit(MAIN));
    loop {
        for number in runtime(Runtime::turn) {
            if number != MAIN {
                poll_task(number);
            } else if let Some(Poll::Ready(output)) = main.poll(future.as_mut()) {
                return output;
            }
        }
        runtime(Runtime::park).into_iter().for_each(Waker::wake);
    }
}

fn poll_task(number: usize) {
    // Taken out for its poll: it may spawn others, or wake itself. Not there: it has ended.
    let Some(mut task) = runtime(|runtime| runtime.tasks.remove(&number)) else { return };
    if task.waker.poll(task.future.as_mut()) == Some(Poll::Pending) {
        runtime(|runtime| runtime.tasks.insert(number, task));
    } else {
        task.waker.queued.store(true, Ordering::Release); // and it stays set
    }
}

/// Adds a task. It is polled when its turn comes, not here.
pub fn spawn<F: Future + 'static>(future: F) -> JoinHandle<F::Output> {
    let (tell, end) = channel(1);
    let future = Box::pin(async move {
        let mut future = pin!(future);
        // A panic ends this task and no other.
        let end = poll_fn(|cx| {
            let poll = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
            poll.map_or_else(|panic| Poll::Ready(Err(panic)), |poll| poll.map(Ok))
        });
        let _ = tell.send(end.await).await; // an error: the handle is gone
    });
    runtime(|runtime| {
        let waker = runtime.admit(NEXT.fetch_add(1, Ordering::Relaxed));
        let task = Arc::clone(&waker);
        runtime.tasks.insert(waker.number, Task { future, waker });
        JoinHandle { task, end }
    })
}

/// Waits for a task's end. Dropping it does nothing to the task.
pub struct JoinHandle<T> {
    task: Arc<TaskWaker>,
    /// Has room for one message, the output. No message and no sender: the task was dropped.
    end: Receiver<thread::Result<T>>,
}

/// Why a task has no output.
#[derive(Debug)]
pub enum JoinError {
    /// It was aborted, or its runtime ended before it did.
    Cancelled,
    Panic(Box<dyn std::any::Any + Send>),
}

impl<T> JoinHandle<T> {
    /// Ends the task, unless it has ended: when its turn comes it is dropped, not polled.
    pub fn abort(&self) {
        self.task.aborted.store(true, Ordering::Release);
        Arc::clone(&self.task).wake();
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.end.poll_recv(cx).map(|end| match end {
            Some(Ok(output)) => Ok(output),
            Some(Err(panic)) => Err(JoinError::Panic(panic)),
            None => Err(JoinError::Cancelled),
        })
    }
}

impl Runtime {
    fn new() -> io::Result<Runtime> {
        let selector = Selector::new()?;
        let unpark = mio::Waker::new(selector.registry(), Token(MAIN))?;
        Ok(Runtime {
            tasks: HashMap::new(),
            queue: Vec::new(),
            inbox: Arc::new(Inbox { numbers: Mutex::default(), unpark }),
            timers: BTreeMap::new(),
            selector,
            sockets: HashMap::new(),
        })
    }

    /// Puts a new task into the queue and makes its waker.
    fn admit(&mut self, number: usize) -> Arc<TaskWaker> {
        story::queued(number);
        self.queue.push(number);
        let inbox = Arc::clone(&self.inbox);
        let (queued, aborted) = (AtomicBool::new(true), AtomicBool::new(false));
        Arc::new(TaskWaker { number, queued, aborted, inbox })
    }

    /// All tasks that are to be polled now. A task that is woken meanwhile is in the next turn.
    fn turn(&mut self) -> Vec<usize> {
        self.queue.append(&mut self.inbox.numbers.lock().unwrap());
        mem::take(&mut self.queue)
    }

    /// Sleeps until the first deadline, a report of a socket or a wake from another thread. If a
    /// task is to be polled, it only looks. Returns the wakers of all that is due or reported.
    fn park(&mut self) -> Vec<Waker> {
        let first = self.timers.keys().next();
        let until_first = first.map(|(at, _)| at.saturating_duration_since(Instant::now()));
        let idle = self.queue.is_empty();
        let timeout = if idle { until_first } else { Some(Duration::ZERO) };
        let mut events = Events::with_capacity(64);
        if idle {
            story::parked();
        }
        // No wake is lost, whenever it comes: an unpark lasts until the selector has reported it.
        if let Err(e) = self.selector.poll(&mut events, timeout) {
            assert_eq!(e.kind(), ErrorKind::Interrupted, "the selector failed: {e}");
        }
        if idle {
            story::back();
        }
        let later = self.timers.split_off(&(Instant::now(), usize::MAX));
        let mut ready: Vec<Waker> = mem::replace(&mut self.timers, later).into_values().collect();
        for event in &events {
            // All tasks that wait for this socket, whether to read or to write.
            ready.extend(self.sockets.get_mut(&event.token()).into_iter().flat_map(mem::take));
        }
        ready
    }
}

/// The tasks that other threads have woken. Shared with all wakers.
struct Inbox {
    numbers: Mutex<Vec<usize>>,
    /// Ends the selector's sleep. No socket has its token.
    unpark: mio::Waker,
}

/// What a task's wakers point to.
struct TaskWaker {
    number: usize,
    /// The mark. Is the task in the queue or the inbox? Then a wake has nothing to add.
    queued: AtomicBool,
    /// Is the task to be dropped when its turn comes?
    aborted: AtomicBool,
    inbox: Arc<Inbox>,
}

impl TaskWaker {
    /// Polls the future of this task. `None`: the task was aborted.
    fn poll<F: Future + ?Sized>(self: &Arc<Self>, future: Pin<&mut F>) -> Option<Poll<F::Output>> {
        // A swap also reads: so this poll sees what was written before each wake that it answers.
        self.queued.swap(false, Ordering::AcqRel);
        // In this order: an abort that comes after the look finds the mark cleared, and wakes.
        if self.aborted.load(Ordering::Acquire) {
            return None;
        }
        story::polled(self.number);
        let poll = future.poll(&mut Context::from_waker(&Waker::from(Arc::clone(self))));
        if poll.is_pending() {
            story::pending(self.number);
        }
        Some(poll)
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        story::woken(self.number);
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        story::queued(self.number);
        let here = try_runtime(|runtime| {
            Arc::ptr_eq(&runtime.inbox, &self.inbox).then(|| runtime.queue.push(self.number))
        });
        if here.flatten().is_none() {
            self.inbox.numbers.lock().unwrap().push(self.number);
            self.inbox.unpark.wake().expect("the selector can be woken");
        }
    }
}

/// A future that is ready when `duration` has passed, counted from this call.
pub fn sleep(duration: Duration) -> Sleep {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Sleep { deadline: Instant::now() + duration, number }
}

pub struct Sleep {
    deadline: Instant,
    /// Together with the deadline: its key in the list.
    number: usize,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.deadline {
            return Poll::Ready(());
        }
        // The newest waker counts: another task may poll the future by now.
        let (key, waker) = ((self.deadline, self.number), cx.waker().clone());
        runtime(|runtime| runtime.timers.insert(key, waker));
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        try_runtime(|runtime| runtime.timers.remove(&(self.deadline, self.number)));
    }
}

/// Polls two futures, in this order, until one is ready. Drops both, then goes on with its output.
macro_rules! select {
    ($a:pat = $first:expr => $then:expr, $b:pat = $second:expr => $or_else:expr $(,)?) => {{
        let winner = {
            let (mut first, mut second) = (std::pin::pin!($first), std::pin::pin!($second));
            std::future::poll_fn(|cx| {
                let won = first.as_mut().poll(cx).map(Ok);
                if won.is_ready() { won } else { second.as_mut().poll(cx).map(Err) }
            })
            .await
        };
        match winner {
            Ok($a) => $then,
            Err($b) => $or_else,
        }
    }};
}

/// A socket that never blocks, in the selector of the runtime that made it.
pub struct Socket<S: Source> {
    io: S,
    token: Token,
}

impl<S: Source> Socket<S> {
    fn new(mut io: S) -> io::Result<Socket<S>> {
        let token = Token(NEXT.fetch_add(1, Ordering::Relaxed));
        let either = Interest::READABLE | Interest::WRITABLE;
        runtime(|runtime| {
            runtime.selector.registry().register(&mut io, token, either)?;
            runtime.sockets.insert(token, Vec::new());
            Ok(Socket { io, token })
        })
    }

    /// Tries first, and waits only if that would block. After the wait it tries again: a report
    /// says that trying is worthwhile, not that it will succeed.
    async fn attempt<R>(&self, mut op: impl FnMut(&S) -> io::Result<R>) -> io::Result<R> {
        poll_fn(|cx| {
            match op(&self.io) {
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
            // The selector is asked only between polls: no report comes between the try and this.
            runtime(|runtime| {
                let waiting = runtime.sockets.get_mut(&self.token);
                remember(waiting.expect("a socket stays with its runtime"), cx);
            });
            Poll::Pending
        })
        .await
    }
}

impl<S: Source> Drop for Socket<S> {
    fn drop(&mut self) {
        try_runtime(|runtime| {
            let _ = runtime.selector.registry().deregister(&mut self.io); // an error if not ours
            runtime.sockets.remove(&self.token)
        });
    }
}

/// Accepts visitors.
pub type TcpListener = Socket<mio::net::TcpListener>;

impl TcpListener {
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<TcpListener> {
        let listener = std::net::TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Socket::new(mio::net::TcpListener::from_std(listener))
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (stream, address) = self.attempt(mio::net::TcpListener::accept).await?;
        Ok((Socket::new(stream)?, address))
    }
}

/// A connection.
pub type TcpStream = Socket<mio::net::TcpStream>;

impl TcpStream {
    /// Reads what is there. 0: the other side has closed.
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.attempt(|mut stream| stream.read(buffer)).await
    }

    pub async fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            bytes = &bytes[self.attempt(|mut stream| stream.write(bytes)).await?..];
        }
        Ok(())
    }
}

/// Channels and locks: all that they need of a runtime is wakers.
#[path = "sync.rs"]
mod sync;

/// How `block_on` ends: all tasks are dropped, whatever their destructors do.
#[path = "guard.rs"]
mod guard;

// The programs that this runtime can run. `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! {
    make_tea errors channel mutex three_cooks doorbell alarms server two_visitors
    select errors_in_tasks
}
