//! Step 6 of 7.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::mem;
use std::net::{SocketAddr, ToSocketAddrs};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use mio::event::Source;
use mio::{Events, Interest, Token};

struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Arc<TaskWaker>,
}

/// The number of `block_on`'s own future. It stays on the stack, and not among the tasks.
const MAIN: usize = 0;
/// The next number, of a task or a sleep. No number is used twice, by any runtime.
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
    poll: mio::Poll,
    /// By token: the tasks that wait for news of a socket.
    waiting: HashMap<Token, Waker>,
}

/// The token of the waker that ends a sleep. Sockets get `NEXT`, which begins with one.
const UNPARK: Token = Token(0);

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
    let _guard = EnterGuard::new();
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
    // Taken out for its poll: it may spawn others, or wake itself. Not there: it has ended.
    let Some(mut task) = runtime(|runtime| runtime.tasks.remove(&number)) else { return };
    if task.waker.poll(task.future.as_mut()).is_pending() {
        runtime(|runtime| runtime.tasks.insert(number, task));
    } else {
        task.waker.queued.store(true, Ordering::Release); // and it stays set
    }
}

/// Adds a task. It is polled when its turn comes, not here.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let future = Box::pin(future);
    runtime(|runtime| {
        let waker = runtime.admit(NEXT.fetch_add(1, Ordering::Relaxed));
        runtime.tasks.insert(waker.number, Task { future, waker });
    });
}

impl Runtime {
    fn new() -> Runtime {
        let poll = mio::Poll::new().expect("the system has a selector");
        let unpark = mio::Waker::new(poll.registry(), UNPARK).expect("and a waker for it");
        let inbox = Arc::new(Inbox { numbers: Mutex::default(), unpark });
        let (tasks, waiting) = (HashMap::new(), HashMap::new());
        Runtime { tasks, queue: Vec::new(), inbox, timers: BTreeMap::new(), poll, waiting }
    }

    /// Puts a new task into the queue and makes its waker.
    fn admit(&mut self, number: usize) -> Arc<TaskWaker> {
        self.queue.push(number);
        let inbox = Arc::clone(&self.inbox);
        Arc::new(TaskWaker { number, queued: AtomicBool::new(true), inbox })
    }

    /// All tasks that are to be polled now. A task that is woken meanwhile is in the next turn.
    fn turn(&mut self) -> Vec<usize> {
        self.queue.append(&mut self.inbox.numbers.lock().unwrap());
        mem::take(&mut self.queue)
    }

    /// Sleeps until the first deadline or a wake from another thread. Does not sleep if a task is
    /// to be polled. Returns the wakers of all sleeps that are due.
    fn park(&mut self) -> Vec<Waker> {
        let busy = !self.queue.is_empty() || !self.inbox.numbers.lock().unwrap().is_empty();
        let timeout = if busy {
            Some(Duration::ZERO)
        } else {
            let first = self.timers.keys().next();
            first.map(|(deadline, _)| deadline.saturating_duration_since(Instant::now()))
        };
        let mut events = Events::with_capacity(256);
        match self.poll.poll(&mut events, timeout) {
            Err(error) if error.kind() == ErrorKind::Interrupted => events.clear(),
            result => result.expect("the selector works"),
        }
        let mut due = Vec::new();
        for event in &events {
            due.extend(self.waiting.remove(&event.token()));
        }
        let later = self.timers.split_off(&(Instant::now(), usize::MAX));
        due.extend(mem::replace(&mut self.timers, later).into_values());
        due
    }
}

/// Puts a runtime on this thread; its drop takes it away, even when `block_on` panics.
struct EnterGuard;

impl EnterGuard {
    fn new() -> EnterGuard {
        assert!(try_runtime(|_| ()).is_none(), "`block_on` inside `block_on`");
        RUNTIME.set(Some(Runtime::new()));
        EnterGuard
    }
}

impl Drop for EnterGuard {
    fn drop(&mut self) {
        let left = runtime(|runtime| mem::take(&mut runtime.tasks));
        if left.is_empty() {
            drop(RUNTIME.take()); // out first, then dropped: what is in it may look for it
        } else {
            // A task's destructor may call `spawn`, or panic. In both cases there is a next round.
            let _next_round = EnterGuard;
            drop(left);
        }
    }
}

/// The tasks that other threads have woken. Shared with all wakers.
struct Inbox {
    numbers: Mutex<Vec<usize>>,
    /// Ends the sleep of the thread that polls the tasks.
    unpark: mio::Waker,
}

/// What a task's wakers point to.
struct TaskWaker {
    number: usize,
    /// The mark. Is the task in the queue or the inbox? Then a wake has nothing to add.
    queued: AtomicBool,
    inbox: Arc<Inbox>,
}

impl TaskWaker {
    /// Polls the future of this task.
    fn poll<F: Future + ?Sized>(self: &Arc<Self>, future: Pin<&mut F>) -> Poll<F::Output> {
        // A swap also reads: so this poll sees what was written before each wake that it answers.
        self.queued.swap(false, Ordering::AcqRel);
        future.poll(&mut Context::from_waker(&Waker::from(Arc::clone(self))))
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
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

/// A socket that the selector watches.
pub struct Socket<S: Source> {
    io: S,
    token: Token,
}

pub type TcpListener = Socket<mio::net::TcpListener>;
pub type TcpStream = Socket<mio::net::TcpStream>;

impl<S: Source> Socket<S> {
    fn new(mut io: S, interest: Interest) -> io::Result<Socket<S>> {
        let token = Token(NEXT.fetch_add(1, Ordering::Relaxed));
        runtime(|runtime| runtime.poll.registry().register(&mut io, token, interest))?;
        Ok(Socket { io, token })
    }

    /// Tries until the system does not say `WouldBlock`.
    fn attempt<R>(
        &mut self,
        cx: &Context<'_>,
        mut op: impl FnMut(&mut S) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        attempt(self.token, &mut self.io, cx, |io| op(io))
    }
}

fn attempt<S, R>(
    token: Token,
    mut io: S,
    cx: &Context<'_>,
    mut op: impl FnMut(&mut S) -> io::Result<R>,
) -> Poll<io::Result<R>> {
    loop {
        match op(&mut io) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let waker = cx.waker().clone();
                runtime(|runtime| runtime.waiting.insert(token, waker));
                return Poll::Pending;
            }
            result => return Poll::Ready(result),
        }
    }
}

impl<S: Source> Drop for Socket<S> {
    fn drop(&mut self) {
        let left = try_runtime(|runtime| {
            let _ = runtime.poll.registry().deregister(&mut self.io);
            runtime.waiting.remove(&self.token)
        });
        drop(left); // wakers, when nothing is borrowed
    }
}

impl TcpListener {
    pub async fn bind(address: impl ToSocketAddrs) -> io::Result<TcpListener> {
        let mut failed = io::Error::new(ErrorKind::InvalidInput, "no address to listen on");
        for address in address.to_socket_addrs()? {
            match mio::net::TcpListener::bind(address) {
                Ok(listener) => return Socket::new(listener, Interest::READABLE),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (stream, address) =
            poll_fn(|cx| attempt(self.token, &self.io, cx, |io| io.accept())).await?;
        Ok((Socket::new(stream, Interest::READABLE | Interest::WRITABLE)?, address))
    }
}

impl TcpStream {
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|cx| self.attempt(cx, |io| io.read(buffer))).await
    }

    pub async fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match poll_fn(|cx| self.attempt(cx, |io| io.write(bytes))).await? {
                0 => return Err(ErrorKind::WriteZero.into()),
                n => bytes = &bytes[n..],
            }
        }
        Ok(())
    }
}

/// Channels and locks: all that they need of a runtime is wakers.
#[path = "sync.rs"]
mod sync;

// The programs that this runtime can run. `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors channel mutex server }
