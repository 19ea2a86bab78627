//! Who owns an engine, and how does a thread come to drive it?
//!
//! A [`Runtime`] owns the box. `block_on` takes it out, seats it on the calling thread, drives it
//! until its own future is ready, and puts it back, also after a panic. If another thread has it
//! at that moment, `block_on` polls its future by itself, sleeping in between like any thread; when
//! the driver leaves, one of those who wait takes the engine over.
//!
//! A [`Handle`] is the runtime's address with its shared parts ([`Shared`]): from any thread it
//! spawns (by letter), enters, and blocks on a future without driving.
//!
//! Interface: [`Config`], [`Runtime`], [`Handle`], [`EnterGuard`]. Invariants: the lock around the
//! box is never held while polling. A runtime's end drops every future with the engine seated,
//! waits for started blocking jobs, and leaves finished outputs to their handles.
//!
//! Not here: the builder and `Runtime`'s public face (crate `kettle`), the loop (`executor.rs`).
//!
//! tokio: `runtime/runtime.rs`, `runtime/handle.rs`.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::thread::{self, Thread};
use std::time::Duration;

use futures_task::{ArcWake, waker_ref};
use parking_lot::Mutex;

use crate::blocking::{self, Pool};
use crate::clock::Clock;
use crate::context::{self, with_current};
use crate::event::{Cause, Event, Kind, Place, Sink, Tape, emit};
use crate::executor::{Engine, close_letters, drive, open_letters, shut_down};
use crate::id::Id;
use crate::join::JoinHandle;
use crate::reactor::{Reactor, Sources};
use crate::remote::{Bell, Remote, register};
use crate::rng::{Rng, any_seed};
use crate::spawn::spawn_on;
use crate::task::Scheduler;
use crate::timer::Wheel;

/// How a runtime is to be made. `Default` is what `#[kettle::main]` takes.
pub struct Config {
    /// At most so many polls pass before the loop looks at timers and sockets.
    pub event_interval: u32,
    /// Does the clock stand still from the beginning?
    pub start_paused: bool,
    /// Makes `select!`'s choices the same each time.
    pub rng_seed: Option<u64>,
    /// Who gets the records of events.
    pub sink: Option<Box<dyn Sink>>,
    /// The name of the threads for blocking work.
    pub thread_name: String,
    /// How many of them at the most.
    pub max_blocking_threads: usize,
    /// How long they wait for more work.
    pub thread_keep_alive: Duration,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            event_interval: 61,
            start_paused: false,
            rng_seed: None,
            sink: None,
            thread_name: "kettle-blocking".to_owned(),
            max_blocking_threads: 512,
            thread_keep_alive: Duration::from_secs(10),
        }
    }
}

/// The parts of a runtime that any thread may touch.
pub(crate) struct Shared {
    pub(crate) remote: Arc<Remote>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) sources: Arc<Sources>,
    pub(crate) pool: Pool,
    /// Blocking jobs whose end the loop has not heard of.
    pub(crate) blocking_out: AtomicUsize,
    /// Tasks alive, as of the loop's last turn.
    pub(crate) alive: AtomicUsize,
}

/// An engine's owner. (`kettle::runtime::Runtime` is its public face.)
///
/// ```
/// use kettle_runtime::{Config, Runtime};
///
/// let runtime = Runtime::with(Config::default())?;
/// assert_eq!(runtime.block_on(async { 6 * 7 }), 42);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Runtime {
    handle: Handle,
    /// `None`: a thread drives it.
    engine: Mutex<Option<Box<Engine>>>,
    /// Threads in `block_on` that would take it over.
    waiting: Mutex<Vec<Arc<Parker>>>,
}

impl Runtime {
    /// Makes a runtime.
    ///
    /// # Errors
    ///
    /// The system gives no selector (too many open descriptors).
    pub fn with(config: Config) -> io::Result<Runtime> {
        let (reactor, sources, bell) = Reactor::new()?;
        let (remote, letters) = register(Bell::Selector(bell));
        let clock = Arc::new(Clock::new(config.start_paused));
        let tape = config.sink.map(|sink| Tape::new(sink, clock.clone()));
        let pool =
            Pool::new(config.thread_name, config.max_blocking_threads, config.thread_keep_alive);
        let shared = Arc::new(Shared {
            remote: remote.clone(),
            clock,
            sources,
            pool,
            blocking_out: AtomicUsize::new(0),
            alive: AtomicUsize::new(0),
        });
        let engine = Box::new(Engine {
            shared: shared.clone(),
            scheduler: Scheduler::new(remote),
            timers: Wheel::new(),
            reactor,
            letters,
            deferred: Vec::new(),
            due: Vec::new(),
            event_interval: config.event_interval as usize,
            rng: Rng::new(config.rng_seed.unwrap_or_else(any_seed)),
            tape,
            closing: false,
        });
        let (engine, waiting) = (Mutex::new(Some(engine)), Mutex::default());
        Ok(Runtime { handle: Handle { shared }, engine, waiting })
    }

    /// The runtime's address.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Drives the runtime until `future` is ready.
    ///
    /// # Panics
    ///
    /// Inside of another `block_on`; and with what `future` panics with.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _inside = enter_block_on();
        let mut future = pin!(future);
        let mut parker = None;
        loop {
            if let Some(engine) = self.take_engine(&mut parker) {
                return self.drive(engine, future, Location::caller());
            }
            let parker = parker.as_ref().expect("who finds no engine is given a parker");
            if let Poll::Ready(output) = self.handle.poll_beside(future.as_mut(), parker) {
                self.waiting.lock().retain(|other| !Arc::ptr_eq(other, parker));
                return output;
            }
            parker.park();
        }
    }

    /// The engine, or a place among those who wait for it.
    fn take_engine(&self, parker: &mut Option<Arc<Parker>>) -> Option<Box<Engine>> {
        let mut engine = self.engine.lock();
        if engine.is_none() {
            let parker = parker.get_or_insert_with(Parker::new);
            let mut waiting = self.waiting.lock();
            if !waiting.iter().any(|other| Arc::ptr_eq(other, parker)) {
                waiting.push(parker.clone());
            }
        }
        engine.take()
    }

    fn drive<F: Future>(&self, engine: Box<Engine>, future: Pin<&mut F>, at: Place) -> F::Output {
        let (id, size) = (Id::next(), size_of::<F>());
        let _seat = context::seat(engine, |engine| self.put_back(engine));
        emit(Event::RunStart { paused: self.handle.shared.clock.is_paused() });
        emit(Event::Spawn { task: id, kind: Kind::Main, at, size });
        let main = with_current(|engine| engine.scheduler.admit_main(id));
        let _main = OnDrop(|| {
            with_current(|engine| engine.scheduler.remove_main(main.expect("it was admitted")));
        });
        // Tasks that were spawned while nobody drove the runtime come first, behind `future`.
        context::phase(Cause::Letter, open_letters);
        drive(future)
    }

    fn put_back(&self, engine: Box<Engine>) {
        *self.engine.lock() = Some(engine);
        let waiting = std::mem::take(&mut *self.waiting.lock());
        waiting.iter().for_each(ArcWake::wake_by_ref);
    }

    /// Ends the runtime: drops every task, then waits for blocking jobs that have started, at most
    /// for `timeout` (`None`: as long as they take).
    pub fn shut_down(mut self, timeout: Option<Duration>) {
        self.end(timeout);
    }

    fn end(&mut self, timeout: Option<Duration>) {
        let Some(engine) = self.engine.get_mut().take() else { return };
        let seat = context::seat(engine, drop);
        shut_down();
        let shared = self.handle.shared.clone();
        shared.pool.shut_down(timeout);
        shut_down(); // what those jobs have left
        close_letters();
        drop(seat);
    }
}

/// See [`Runtime::shut_down`]; waits for blocking jobs as long as they take.
impl Drop for Runtime {
    fn drop(&mut self) {
        if self.engine.get_mut().is_some() && context::is_in_block_on() && !thread::panicking() {
            panic!(
                "a runtime was dropped inside of async code: its end would block this thread. \
                 Drop it outside of `block_on`, or end it by `shutdown_background`"
            );
        }
        self.end(None);
    }
}

/// For whoever takes a runtime under one of its faces.
impl AsRef<Runtime> for Runtime {
    fn as_ref(&self) -> &Runtime {
        self
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("handle", &self.handle).finish_non_exhaustive()
    }
}

/// A runtime's address: cheap to clone, usable from any thread, outlives the runtime.
///
/// tokio: `tokio::runtime::Handle`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// use kettle::runtime::Handle;
///
/// let handle = Handle::current();
/// let thread = std::thread::spawn(move || handle.spawn(async { "from another thread" }));
/// let task = thread.join().unwrap();
/// assert_eq!(task.await.unwrap(), "from another thread");
/// # }
/// ```
#[derive(Clone)]
pub struct Handle {
    pub(crate) shared: Arc<Shared>,
}

impl Handle {
    /// The current runtime's.
    ///
    /// # Panics
    ///
    /// Where there is no runtime.
    #[track_caller]
    pub fn current() -> Handle {
        Handle { shared: context::shared(Arc::clone) }
    }

    /// The current runtime's, if there is one.
    ///
    /// # Errors
    ///
    /// There is none here.
    pub fn try_current() -> Result<Handle, TryCurrentError> {
        context::try_shared(Arc::clone).map(|shared| Handle { shared }).ok_or(TryCurrentError(()))
    }

    /// Makes this runtime the current one on this thread until the guard is dropped: `spawn`,
    /// timers and sockets then belong to it.
    pub fn enter(&self) -> EnterGuard<'_> {
        let depth = context::enter(self.shared.clone());
        EnterGuard { depth, handle: PhantomData, not_send: PhantomData }
    }

    /// Makes a future a task of this runtime, from any thread.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        spawn_on(&self.shared, future)
    }

    /// Runs a closure on one of this runtime's threads for blocking work.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, work: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        blocking::spawn_on(&self.shared, work)
    }

    /// Polls a future on this thread until it is ready. Unlike `Runtime::block_on` it does not
    /// drive the runtime: tasks, timers and sockets move only while some thread does.
    ///
    /// # Panics
    ///
    /// Inside of another `block_on`; and with what `future` panics with.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let _inside = enter_block_on();
        let mut future = pin!(future);
        let parker = Parker::new();
        loop {
            if let Poll::Ready(output) = self.poll_beside(future.as_mut(), &parker) {
                return output;
            }
            parker.park();
        }
    }

    fn poll_beside<F: Future>(&self, future: Pin<&mut F>, parker: &Arc<Parker>) -> Poll<F::Output> {
        let _entered = self.enter();
        future.poll(&mut Context::from_waker(&waker_ref(parker)))
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle").field("home", &self.shared.remote.home).finish_non_exhaustive()
    }
}

/// There is no runtime here.
///
/// tokio: `tokio::runtime::TryCurrentError`.
#[derive(Debug)]
pub struct TryCurrentError(());

impl fmt::Display for TryCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no runtime here: neither inside `block_on` nor under `Handle::enter`")
    }
}

impl std::error::Error for TryCurrentError {}

/// Keeps a runtime current on this thread. To be dropped in the reverse order of entering.
///
/// tokio: `tokio::runtime::EnterGuard`.
#[must_use = "the runtime is current only as long as the guard lives"]
#[derive(Debug)]
pub struct EnterGuard<'a> {
    depth: usize,
    handle: PhantomData<&'a Handle>,
    /// It belongs to this thread.
    not_send: PhantomData<*mut ()>,
}

impl Drop for EnterGuard<'_> {
    fn drop(&mut self) {
        let in_order = context::exit(self.depth);
        assert!(
            in_order || thread::panicking(),
            "guards of `enter` were dropped out of order: the last one taken goes first"
        );
    }
}

/// Marks the thread as inside a `block_on`, where no second one may begin.
#[track_caller]
fn enter_block_on() -> impl Drop {
    assert!(
        !context::is_in_block_on(),
        "`block_on` was called inside of a `block_on`: it would block the thread that drives the \
         runtime. In async code, `.await` the future, or `spawn` it"
    );
    context::enter_block_on()
}

/// Lets a thread sleep until its future's waker is called.
struct Parker {
    thread: Thread,
    notified: AtomicBool,
}

impl Parker {
    fn new() -> Arc<Parker> {
        Arc::new(Parker { thread: thread::current(), notified: AtomicBool::new(false) })
    }

    fn park(&self) {
        while !self.notified.swap(false, Ordering::AcqRel) {
            thread::park();
        }
    }
}

impl ArcWake for Parker {
    fn wake_by_ref(this: &Arc<Parker>) {
        this.notified.store(true, Ordering::Release);
        this.thread.unpark();
    }
}

struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
