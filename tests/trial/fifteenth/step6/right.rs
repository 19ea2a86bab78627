// RIGHT. Those who read and those who write are in two lists, which the socket and the runtime share; a report goes to the side that it is about, an error to both.
//! Step 6 of 7: how does one thread wait for a thousand sockets?

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
    selector: mio::Poll,
    /// Who waits for each socket. The socket has the other half.
    sockets: HashMap<Token, Arc<Mutex<Waiting>>>,
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
        let selector = mio::Poll::new().expect("the system has a selector");
        let unpark = mio::Waker::new(selector.registry(), UNPARK).expect("and a way to end its sleep");
        Runtime {
            tasks: HashMap::new(),
            queue: Vec::new(),
            inbox: Arc::new(Inbox { numbers: Mutex::default(), unpark }),
            timers: BTreeMap::new(),
            selector,
            sockets: HashMap::new(),
        }
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

    /// Sleeps until the first deadline, a report of a socket or a wake from another thread. With a
    /// task in the queue it only asks. Returns the wakers of all whose time or report has come.
    fn park(&mut self) -> Vec<Waker> {
        let timeout = if self.queue.is_empty() {
            let first = self.timers.keys().next();
            first.map(|(deadline, _)| deadline.saturating_duration_since(Instant::now()))
        } else {
            Some(Duration::ZERO)
        };
        let mut reports = Events::with_capacity(128);
        if let Err(error) = self.selector.poll(&mut reports, timeout) {
            // A signal ends it, too: then nothing is reported, and the loop comes here again.
            assert!(error.kind() == ErrorKind::Interrupted, "the selector has failed: {error}");
        }
        let later = self.timers.split_off(&(Instant::now(), usize::MAX));
        let due = mem::replace(&mut self.timers, later);
        let mut due: Vec<Waker> = due.into_values().collect();
        for report in &reports {
            let Some(waiting) = self.sockets.get(&report.token()) else { continue };
            let mut waiting = waiting.lock().unwrap();
            if report.is_readable() || report.is_read_closed() || report.is_error() {
                due.append(&mut waiting.readers);
            }
            if report.is_writable() || report.is_write_closed() || report.is_error() {
                due.append(&mut waiting.writers);
            }
        }
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
    /// Ends the selector's sleep, or the next one.
    unpark: mio::Waker,
}

/// The token of the inbox. No socket has it.
const UNPARK: Token = Token(usize::MAX);

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
            self.inbox.unpark.wake().expect("the selector's sleep can be ended");
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

/// The tasks that wait for one socket.
#[derive(Default)]
struct Waiting {
    readers: Vec<Waker>,
    writers: Vec<Waker>,
}

/// What an operation waits for.
#[derive(Clone, Copy)]
enum Side {
    Read,
    Write,
}

impl Waiting {
    fn side(&mut self, side: Side) -> &mut Vec<Waker> {
        match side {
            Side::Read => &mut self.readers,
            Side::Write => &mut self.writers,
        }
    }
}

/// A socket of mio's, registered with the selector of the runtime that it was made in.
pub struct Socket<S: Source> {
    io: S,
    token: Token,
    waiting: Arc<Mutex<Waiting>>,
}

impl<S: Source> Socket<S> {
    fn new(mut io: S) -> io::Result<Socket<S>> {
        let token = Token(NEXT.fetch_add(1, Ordering::Relaxed));
        let waiting = Arc::<Mutex<Waiting>>::default();
        runtime(|runtime| {
            let both = Interest::READABLE | Interest::WRITABLE;
            runtime.selector.registry().register(&mut io, token, both)?;
            runtime.sockets.insert(token, Arc::clone(&waiting));
            Ok(Socket { io, token, waiting })
        })
    }

    /// Tries, and waits for a report when there is nothing to be done for now.
    async fn attempt<R>(
        &self,
        side: Side,
        mut operation: impl FnMut(&S) -> io::Result<R>,
    ) -> io::Result<R> {
        poll_fn(|cx| {
            loop {
                match operation(&self.io) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    done => return Poll::Ready(done),
                }
            }
            // The selector is not asked before this poll has ended: no report is missed.
            sync::remember(self.waiting.lock().unwrap().side(side), cx);
            Poll::Pending
        })
        .await
    }
}

impl<S: Source> Drop for Socket<S> {
    fn drop(&mut self) {
        let entry = try_runtime(|runtime| {
            // An error says that it was another runtime's.
            let _ = runtime.selector.registry().deregister(&mut self.io);
            runtime.sockets.remove(&self.token)
        });
        drop(entry);
    }
}

pub type TcpListener = Socket<mio::net::TcpListener>;
pub type TcpStream = Socket<mio::net::TcpStream>;

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
        let (io, address) = self.attempt(Side::Read, |listener| listener.accept()).await?;
        Ok((Socket::new(io)?, address))
    }
}

impl TcpStream {
    pub async fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.attempt(Side::Read, |mut io: &mio::net::TcpStream| io.read(buffer)).await
    }

    pub async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut left = bytes;
        while !left.is_empty() {
            let write = |mut io: &mio::net::TcpStream| io.write(left);
            let n = self.attempt(Side::Write, write).await?;
            if n == 0 {
                return Err(ErrorKind::WriteZero.into());
            }
            left = &left[n..];
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
