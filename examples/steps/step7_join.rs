//! Step 7 of 7: how does one task learn of another's end, and how does it bring it about?
//!
//! By a [`JoinHandle`], the receiving end of a channel for one message: the task's output, or that
//! it panicked, which ends that task and no other. [`JoinHandle::abort`] drops a task's future where
//! it waits, and all that it owns: its sleeps and sockets leave the runtime. In `select!` two futures
//! of one task run a race, and the loser is dropped likewise.
//!
//! Can: all six programs.
//! Flaw: its price: four allocations for a task, two lookups by hash for a poll, a tree of
//! deadlines, a look at the system in each turn. And a task that never waits stops all others.
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

use mio::event::Source;
use mio::{Events, Interest, Poll as Selector, Token};
use sync::{Receiver, channel, remember};

struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Arc<TaskWaker>,
}

/// The number of `block_on`'s own future. It stays on the stack, and not among the tasks.
const MAIN: usize = 0;
/// The next number, of a task, a sleep or a socket. No number is used twice, in no runtime.
static NEXT: AtomicUsize = AtomicUsize::new(1);

thread_local! {
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

struct Runtime {
    /// By number. Absent: the task has ended, or is being polled.
    tasks: HashMap<usize, Task>,
    /// Who is to be polled. A number is entered only by who has set its waker's mark.
    queue: Vec<usize>,
    inbox: Arc<Inbox>,
    /// Who sleeps, sorted by deadline. The number tells those apart who have the same.
    timers: BTreeMap<(Instant, usize), Waker>,
    selector: Selector,
    /// Who waits for which socket.
    sockets: HashMap<Token, Vec<Waker>>,
}

/// Reaches the runtime of this thread, if there is one. Never poll, wake or drop anything in `f`:
/// that may want the runtime, too.
fn try_runtime<R>(f: impl FnOnce(&mut Runtime) -> R) -> Option<R> {
    RUNTIME.try_with(|runtime| runtime.borrow_mut().as_mut().map(f)).ok().flatten()
}

fn runtime<R>(f: impl FnOnce(&mut Runtime) -> R) -> R {
    try_runtime(f).expect("no runtime here: call this inside of `block_on`")
}

/// Runs `future` on this thread, to its end, and meanwhile all tasks that are spawned. Those that
/// have not ended by then are dropped.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let _seat = Seat::take();
    let mut future = pin!(future);
    let main = runtime(|runtime| runtime.admit(MAIN));
    loop {
        for number in runtime(Runtime::turn) {
            if number != MAIN {
                poll_task(number);
            } else if let Poll::Ready(output) = main.poll(future.as_mut()) {
                return output;
            }
        }
        runtime(Runtime::park).into_iter().for_each(Waker::wake);
    }
}

fn poll_task(number: usize) {
    // Out of the list while it is polled: it may spawn others, or wake itself. Not there: it ended.
    let Some(mut task) = runtime(|runtime| runtime.tasks.remove(&number)) else { return };
    let aborted = task.waker.aborted.load(Ordering::Acquire);
    if !aborted && task.waker.poll(task.future.as_mut()).is_pending() {
        runtime(|runtime| runtime.tasks.insert(number, task));
    } else {
        task.waker.queued.store(true, Ordering::Release); // for ever
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
        let _ = tell.send(end.await).await; // refused: nobody wants to know
    });
    runtime(|runtime| {
        let waker = runtime.admit(NEXT.fetch_add(1, Ordering::Relaxed));
        let task = Arc::clone(&waker);
        runtime.tasks.insert(waker.number, Task { future, waker });
        JoinHandle { task, end }
    })
}

/// Waits for a task's end. Dropped, it leaves the task alone.
pub struct JoinHandle<T> {
    task: Arc<TaskWaker>,
    /// Has room for one message, the output. None and no sender: the task was dropped.
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
    /// Ends the task, unless it has ended: it is dropped where it would be polled next.
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
        let bell = mio::Waker::new(selector.registry(), Token(MAIN))?;
        Ok(Runtime {
            tasks: HashMap::new(),
            queue: Vec::new(),
            inbox: Arc::new(Inbox { numbers: Mutex::default(), bell }),
            timers: BTreeMap::new(),
            selector,
            sockets: HashMap::new(),
        })
    }

    /// Puts a new task into the queue and makes its waker.
    fn admit(&mut self, number: usize) -> Arc<TaskWaker> {
        self.queue.push(number);
        let inbox = Arc::clone(&self.inbox);
        let (queued, aborted) = (AtomicBool::new(true), AtomicBool::new(false));
        Arc::new(TaskWaker { number, queued, aborted, inbox })
    }

    /// All who are to be polled now. Whoever is woken meanwhile stands in the next turn.
    fn turn(&mut self) -> Vec<usize> {
        self.queue.append(&mut self.inbox.numbers.lock().unwrap());
        mem::take(&mut self.queue)
    }

    /// Sleeps until the first deadline, a socket or a word from another thread; only looks if
    /// somebody is to be polled. Takes out who is due, and who waits for what is reported.
    fn park(&mut self) -> Vec<Waker> {
        let first = self.timers.keys().next();
        let until_first = first.map(|(at, _)| at.saturating_duration_since(Instant::now()));
        let timeout = if self.queue.is_empty() { until_first } else { Some(Duration::ZERO) };
        let mut events = Events::with_capacity(64);
        // A word is not lost, whenever it comes: the bell rings until the selector has reported it.
        if let Err(e) = self.selector.poll(&mut events, timeout) {
            assert_eq!(e.kind(), ErrorKind::Interrupted, "the selector failed: {e}");
        }
        let later = self.timers.split_off(&(Instant::now(), usize::MAX));
        let mut ready: Vec<Waker> = mem::replace(&mut self.timers, later).into_values().collect();
        for event in &events {
            // Everybody who waits for this socket, whether to read or to write.
            ready.extend(self.sockets.get_mut(&event.token()).into_iter().flat_map(mem::take));
        }
        ready
    }
}

/// Puts a runtime on this thread; its drop takes it away, even when `block_on` panics.
struct Seat;

impl Seat {
    fn take() -> Seat {
        assert!(try_runtime(|_| ()).is_none(), "`block_on` inside of `block_on`");
        RUNTIME.set(Some(Runtime::new().expect("the system gives a selector")));
        Seat
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        drop(RUNTIME.take()); // first out, then dropped: the tasks' destructors may look for it
    }
}

/// Whom other threads have woken. Shared with all wakers.
struct Inbox {
    numbers: Mutex<Vec<usize>>,
    /// Ends the selector's sleep. Its token is no socket's.
    bell: mio::Waker,
}

/// What a task's wakers point to.
struct TaskWaker {
    number: usize,
    /// Is it in the queue or the inbox? Then a wake has nothing to add.
    queued: AtomicBool,
    /// Is it to be dropped where it would be polled?
    aborted: AtomicBool,
    inbox: Arc<Inbox>,
}

impl TaskWaker {
    /// Polls the future of this task.
    fn poll<F: Future + ?Sized>(self: &Arc<Self>, future: Pin<&mut F>) -> Poll<F::Output> {
        // A swap and no store: it sees what those wrote who found the mark and relied on this poll.
        self.queued.swap(false, Ordering::AcqRel);
        future.poll(&mut Context::from_waker(&Waker::from(Arc::clone(self))))
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let at_home = try_runtime(|runtime| {
            Arc::ptr_eq(&runtime.inbox, &self.inbox).then(|| runtime.queue.push(self.number))
        });
        if at_home.flatten().is_none() {
            self.inbox.numbers.lock().unwrap().push(self.number);
            self.inbox.bell.wake().expect("the selector can be rung");
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
    /// With the deadline its key in the list.
    number: usize,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.deadline {
            return Poll::Ready(());
        }
        // The latest waker counts: the future may have moved to another task since.
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

/// Polls two futures until one is ready, in this order; drops both, then goes on with its output.
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

    /// Tries first, and waits only if that would block. Then it tries again: a report says that it
    /// is worth while, not that it will succeed.
    async fn attempt<R>(&self, mut op: impl FnMut(&S) -> io::Result<R>) -> io::Result<R> {
        poll_fn(|cx| {
            match op(&self.io) {
                Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
            // The selector is asked only between polls: no report falls between try and this.
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
            let _ = runtime.selector.registry().deregister(&mut self.io); // refused: not ours
            runtime.sockets.remove(&self.token)
        });
    }
}

/// Takes visitors in.
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
    /// Reads what is there. 0: the other side has ended.
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

/// Channels and locks: they need wakers, and nothing else of a runtime.
#[path = "sync.rs"]
mod sync;

// The programs that this runtime can run; `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors channel mutex server select errors_in_tasks }
