//! Who owns an engine, and how does a thread come to drive it?
//!
//! A [`Runtime`] owns the box. `block_on` takes it out, seats it on the calling thread, drives it
//! until its own future is ready, and puts it back, also after a panic. If another thread has it
//! at that moment, `block_on` polls its future by itself, sleeping in between like any thread; when
//! the driver leaves, one of those who wait takes the engine over.
//!
//! Interface: [`Config`], [`Runtime`]; [`Shared`], what any thread may touch. Invariants: the lock
//! around the box is never held while polling. A runtime's end drops every future with the engine
//! seated, waits for started blocking jobs, and leaves finished outputs to their handles.
//!
//! Not here: the runtime's address (`handle.rs`), the loop (`executor.rs`), the builder and
//! `Runtime`'s public face (crate `kettle`).
//!
//! tokio: `runtime/runtime.rs`.

use std::any::type_name;
use std::fmt;
use std::io;
use std::panic::{Location, RefUnwindSafe, UnwindSafe};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use futures_task::ArcWake;
use parking_lot::Mutex;

use crate::blocking::Pool;
use crate::clock::Clock;
use crate::context::with_current;
use crate::current;
use crate::deferred::Deferred;
use crate::engine::Engine;
use crate::event::{self, Cause, Event, Kind, Outcome, Place, Sink, Tape, emit};
use crate::executor::drive;
use crate::handle::{Handle, enter_block_on, poll_beside};
use crate::id::Id;
use crate::letters::{close_letters, open_letters};
use crate::parker::Parker;
use crate::polling::phase;
use crate::reactor::{Reactor, Sources};
use crate::remote::{Bell, Remote, register};
use crate::rng::{Rng, any_seed};
use crate::seat::seat;
use crate::shutdown::{leaving, shut_down};
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
        let tape = config.sink.map(|sink| Box::new(Tape::new(sink, clock.clone())));
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
            home: remote.home,
            shared: shared.clone(),
            scheduler: Scheduler::new(remote),
            timers: Wheel::new(),
            reactor,
            letters,
            deferred: Deferred::default(),
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
        let _entered = self.handle.enter(); // also while `future` is dropped
        let mut future = pin!(future);
        let mut parker = None;
        loop {
            if let Some(engine) = self.take_engine(&mut parker) {
                return self.drive(engine, future, Location::caller());
            }
            let parker = parker.as_ref().expect("who finds no engine is given a parker");
            if let Poll::Ready(output) = poll_beside(future.as_mut(), parker) {
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
        let _seat = seat(engine, |engine| self.put_back(engine));
        emit(|| Event::RunStart { paused: self.handle.shared.clock.is_paused() });
        emit(|| Event::Spawn { task: id, kind: Kind::Main, at, size, what: type_name::<F>() });
        let main = with_current(|engine| engine.scheduler.admit_main(id));
        let _main = OnDrop(|| {
            let main = main.expect("it was admitted");
            if with_current(|engine| engine.scheduler.remove_main(main)) == Some(true) {
                emit(|| Event::PollEnd { task: id, outcome: Outcome::Panicked, kept: 0 });
            }
        });
        // Tasks that were spawned while nobody drove the runtime come first, behind `future`.
        phase(Cause::Letter, open_letters);
        let output = drive(future);
        event::flush_and_heed();
        output
    }

    fn put_back(&self, engine: Box<Engine>) {
        *self.engine.lock() = Some(engine);
        let waiting = std::mem::take(&mut *self.waiting.lock());
        waiting.iter().for_each(ArcWake::wake_by_ref);
    }

    /// Ends the runtime: drops every task, then waits for blocking jobs that have started, at most
    /// for `timeout` (`None`: as long as they take).
    pub fn shut_down(mut self, timeout: Option<Duration>) {
        event::object(self.end(timeout));
    }

    /// Gives what its sink objects to in the end.
    fn end(&mut self, timeout: Option<Duration>) -> Option<String> {
        let engine = self.engine.get_mut().take()?;
        let _entered = self.handle.enter();
        let mut objection = None;
        let seat = seat(engine, |mut engine| {
            objection = engine.tape.as_mut().and_then(|tape| tape.take_objection());
            drop(engine);
        });
        shut_down();
        // Before the box closes: whoever posts in vain looks for the output, and must find it.
        leaving();
        close_letters();
        // With the box closed: a job that waits for what it has asked for by letter hears at once
        // that nothing will come, and does not keep us.
        self.handle.shared.pool.shut_down(timeout);
        drop(seat);
        objection
    }
}

/// See [`Runtime::shut_down`]; waits for blocking jobs as long as they take.
impl Drop for Runtime {
    fn drop(&mut self) {
        let forbidden = self.engine.get_mut().is_some() && current::is_in_block_on();
        // Forbidden or not, its tasks are dropped in good order; but nobody waits for jobs.
        let objection = self.end(forbidden.then_some(Duration::ZERO));
        assert!(
            !forbidden || thread::panicking(),
            "a runtime was dropped inside of async code: its end would block this thread. Drop it \
             outside of `block_on`, or end it by `shutdown_background`"
        );
        event::object(objection);
    }
}

impl UnwindSafe for Runtime {}
impl RefUnwindSafe for Runtime {}

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

struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
