//! How is a runtime configured?
//!
//! With the settings of tokio's builder for one thread. Each is kept until [`Builder::build`],
//! which also asks the environment whether the run is to be watched. Some settings have no meaning
//! here and are accepted: their documentation says so.
//!
//! Not here: the settings of threads (`builder_threads.rs`).
//!
//! tokio: `runtime/builder.rs`.

use std::fmt;
use std::io;

use kettle_runtime::{Config, Schedule, Sink};
use parking_lot::Mutex;

use super::local::{LocalOptions, LocalRuntime};
use super::owner::Runtime;
use super::threads::Threads;

/// Makes a [`Runtime`] with settings of its own.
///
/// ```
/// use kettle::runtime::Builder;
///
/// let runtime = Builder::new_current_thread().enable_all().build()?;
/// assert_eq!(runtime.block_on(async { 6 * 7 }), 42);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Builder {
    /// In a lock only to be `Sync`: a sink need not be.
    pub(crate) config: Mutex<Config>,
    /// It decides what the runtime is free to decide.
    schedule_seed: Option<u64>,
    pub(super) threads: Threads,
    /// It was asked for with many threads: a keeper is to drive it while no other thread does.
    #[cfg(feature = "rt-multi-thread")]
    has_keeper: bool,
}

/// A seed for the choices that `select!` makes.
#[derive(Clone, Debug)]
pub struct RngSeed(u64);

impl RngSeed {
    /// A seed from any bytes; the same bytes give the same choices.
    ///
    /// ```
    /// use kettle::runtime::RngSeed;
    /// let seed = RngSeed::from_bytes(b"tea");
    /// # let _ = seed;
    /// ```
    pub fn from_bytes(bytes: &[u8]) -> RngSeed {
        // FNV-1a: short, and the same on every machine.
        let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01B3);
        RngSeed(bytes.iter().fold(0xCBF2_9CE4_8422_2325, step))
    }
}

impl Builder {
    /// A runtime that works while a thread is in its `block_on`.
    ///
    /// ```
    /// let runtime = kettle::runtime::Builder::new_current_thread().build()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[allow(clippy::new_ret_no_self)]
    pub fn new_current_thread() -> Builder {
        let (config, threads) = (Mutex::new(Config::default()), Threads::default());
        Builder {
            config,
            schedule_seed: None,
            threads,
            #[cfg(feature = "rt-multi-thread")]
            has_keeper: false,
        }
    }

    /// A runtime that always works: while no thread is in its `block_on`, one of its own drives it.
    /// All its tasks run on one thread at a time, here too: for more cores, build one runtime per
    /// thread. There is no such thread if the clock is paused from the beginning, or a seed decides
    /// the order. A poll in `block_on` that blocks stops the tasks, here as well.
    ///
    /// tokio: its tasks run on as many threads at once as the runtime was asked for.
    ///
    /// ```
    /// use kettle::runtime::Builder;
    ///
    /// let runtime = Builder::new_multi_thread().enable_all().build()?;
    /// let (tell, told) = std::sync::mpsc::channel();
    /// runtime.spawn(async move { tell.send("tea") });
    /// assert_eq!(told.recv().unwrap(), "tea"); // with no `block_on`
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(feature = "rt-multi-thread")]
    pub fn new_multi_thread() -> Builder {
        Builder { has_keeper: true, ..Builder::new_current_thread() }
    }

    /// Timers and sockets are always enabled; for programs that ask.
    pub fn enable_all(&mut self) -> &mut Builder {
        self
    }

    /// Sockets are always enabled; for programs that ask.
    pub fn enable_io(&mut self) -> &mut Builder {
        self
    }

    /// Timers are always enabled; for programs that ask.
    pub fn enable_time(&mut self) -> &mut Builder {
        self
    }

    /// At most so many polls pass before the loop looks at timers and sockets. 61 if not set: less
    /// often is cheaper and less fair.
    ///
    /// # Panics
    ///
    /// If it is 0.
    ///
    /// ```
    /// use kettle::runtime::Builder;
    /// let runtime = Builder::new_current_thread().event_interval(7).build()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn event_interval(&mut self, polls: u32) -> &mut Builder {
        assert!(polls > 0, "event_interval: at least one task must be polled per turn");
        self.config.get_mut().event_interval = polls;
        self
    }

    /// The clock is paused from the beginning: see [`time::pause`](crate::time::pause).
    #[cfg(feature = "test-util")]
    pub fn start_paused(&mut self, paused: bool) -> &mut Builder {
        self.set_start_paused(paused)
    }

    /// The attributes have it without the feature, too.
    #[cfg(any(feature = "macros", feature = "test-util"))]
    pub(crate) fn set_start_paused(&mut self, paused: bool) -> &mut Builder {
        self.config.get_mut().start_paused = paused;
        self
    }

    /// The choices of `select!` come out the same each time.
    pub fn rng_seed(&mut self, RngSeed(seed): RngSeed) -> &mut Builder {
        self.config.get_mut().rng_seed = Some(seed);
        self
    }

    /// Lets this seed decide what the runtime is free to decide, whatever `KETTLE_SEED` says: which
    /// of the tasks that are ready is polled next, which of the timers that are due fires first,
    /// and the like. The same program with the same seed runs the same way again, as far as it is
    /// alone on its thread and asks no other clock. Another seed tries another order.
    ///
    /// ```
    /// use kettle::runtime::Builder;
    /// use kettle::sync::mpsc;
    ///
    /// let order = |seed| {
    ///     let runtime = Builder::new_current_thread().schedule_seed(seed).build().unwrap();
    ///     runtime.block_on(async {
    ///         let (to, mut from) = mpsc::unbounded_channel();
    ///         for number in 0..10 {
    ///             let to = to.clone();
    ///             kettle::spawn(async move { to.send(number).unwrap() });
    ///         }
    ///         drop(to);
    ///         let mut order = Vec::new();
    ///         from.recv_many(&mut order, 10).await;
    ///         order
    ///     })
    /// };
    /// assert_eq!(order(713), order(713));
    /// ```
    #[cfg(feature = "trace")]
    pub fn schedule_seed(&mut self, seed: u64) -> &mut Builder {
        self.schedule_seed = Some(seed);
        self
    }

    /// The runtime's name: [`Handle::name`](super::Handle::name) gives it back.
    ///
    /// # Panics
    ///
    /// If it is empty, or nothing but white space.
    ///
    /// ```
    /// let runtime = kettle::runtime::Builder::new_current_thread().name("kitchen").build()?;
    /// assert_eq!(runtime.handle().name(), Some("kitchen"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn name(&mut self, name: impl Into<String>) -> &mut Builder {
        let name = name.into();
        assert!(!name.trim().is_empty(), "name: a runtime's name needs at least one character");
        self.config.get_mut().name = Some(name);
        self
    }

    /// Hands the engine's events to `sink`, whatever `KETTLE_TRACE` says.
    ///
    /// ```
    /// use kettle::runtime::Builder;
    /// use kettle::trace::Recorder;
    ///
    /// let (recorder, recording) = Recorder::new();
    /// let runtime = Builder::new_current_thread().trace(recorder).build()?;
    /// runtime.block_on(async {});
    /// assert!(!recording.records().is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn trace(&mut self, sink: impl Sink + 'static) -> &mut Builder {
        self.config.get_mut().sink = Some(Box::new(sink));
        self
    }

    /// Makes a [`LocalRuntime`], which runs futures that are not `Send`, too.
    ///
    /// # Errors
    ///
    /// As [`build`](Builder::build).
    ///
    /// ```
    /// use std::rc::Rc;
    /// use kettle::runtime::{Builder, LocalOptions};
    ///
    /// let runtime = Builder::new_current_thread().build_local(LocalOptions::default())?;
    /// let cup = Rc::new(42);
    /// let task = runtime.spawn_local(async move { *cup });
    /// assert_eq!(runtime.block_on(task).unwrap(), 42);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[expect(clippy::needless_pass_by_value, reason = "as tokio's: there may be options one day")]
    pub fn build_local(&mut self, options: LocalOptions) -> io::Result<LocalRuntime> {
        let LocalOptions { .. } = options;
        self.build().map(LocalRuntime::of)
    }

    /// Makes the runtime. A sink that was given by [`Builder::trace`] goes to the first one made.
    ///
    /// # Errors
    ///
    /// The system gives no selector (too many open descriptors), or `KETTLE_TRACE`,
    /// `KETTLE_DOCTOR` or `KETTLE_SEED` asks for what can't be done.
    pub fn build(&mut self) -> io::Result<Runtime> {
        let given = self.config.get_mut();
        let sink = match given.sink.take() {
            Some(sink) => Some(sink),
            None => default_sink()?,
        };
        let own = given.schedule.take();
        let schedule = if own.is_some() { own } else { schedule(self.schedule_seed)? };
        #[cfg(feature = "rt-multi-thread")]
        let has_keeper = self.has_keeper && schedule.is_none() && !given.start_paused;
        let config = Config {
            event_interval: given.event_interval,
            start_paused: given.start_paused,
            schedule,
            rng_seed: given.rng_seed,
            sink,
            on_park: given.on_park.clone(),
            on_unpark: given.on_unpark.clone(),
            start_thread: self.threads.clone().into_start("kettle-blocking"),
            max_blocking_threads: given.max_blocking_threads,
            thread_keep_alive: given.thread_keep_alive,
            name: given.name.clone(),
        };
        let engine = kettle_runtime::Runtime::with(config)?;
        #[cfg(feature = "trace")]
        kettle_trace::doctor::attend(engine.handle());
        let runtime = Runtime::of(engine);
        #[cfg(feature = "rt-multi-thread")]
        if has_keeper {
            return runtime.with_keeper(&self.threads.clone().into_start("kettle-keeper"));
        }
        Ok(runtime)
    }
}

/// Settings without effect here, for programs that ask.
impl Builder {
    /// kettle runs its tasks on one thread, whatever this says; tokio's runtime of one thread
    /// ignores it, too.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn worker_threads(&mut self, threads: usize) -> &mut Builder {
        assert!(threads > 0, "worker_threads: at least one thread is needed");
        self
    }

    /// In tokio: after so many polls, tasks that other threads have woken come first. Here their
    /// wakes are received once a turn ([`event_interval`](Builder::event_interval)), and those
    /// tasks take turns with the others.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn global_queue_interval(&mut self, polls: u32) -> &mut Builder {
        assert!(polls > 0, "global_queue_interval: it must be greater than 0");
        self
    }

    /// In tokio: how many reports of sockets are taken from the system at once. Here that is the
    /// engine's own matter.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn max_io_events_per_tick(&mut self, capacity: usize) -> &mut Builder {
        assert!(capacity > 0, "max_io_events_per_tick must be non-zero");
        self
    }

    /// In tokio: the same, while tasks are ready.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn max_io_events_per_busy_tick(&mut self, capacity: usize) -> &mut Builder {
        assert!(capacity > 0, "max_io_events_per_busy_tick must be non-zero");
        self
    }
}

/// What the environment asks for, by `KETTLE_TRACE` and `KETTLE_DOCTOR`.
#[cfg(feature = "trace")]
fn default_sink() -> io::Result<Option<Box<dyn Sink>>> {
    kettle_trace::default_sink()
}

/// What this seed asks for, or else `KETTLE_SEED`.
#[cfg(feature = "trace")]
fn schedule(seed: Option<u64>) -> io::Result<Option<Box<dyn Schedule>>> {
    kettle_trace::schedule(seed)
}

#[cfg(not(feature = "trace"))]
#[expect(clippy::unnecessary_wraps, reason = "its double with the tools may fail")]
fn default_sink() -> io::Result<Option<Box<dyn Sink>>> {
    Ok(None)
}

/// A seed that nothing obeys is refused.
#[cfg(not(feature = "trace"))]
fn schedule(_: Option<u64>) -> io::Result<Option<Box<dyn Schedule>>> {
    let Some(variable) = super::first_set(["KETTLE_SEED", "KETTLE_SCHEDULE"]) else {
        return Ok(None);
    };
    let text = format!(
        "{variable} is set, and this program was built without kettle's feature `trace`, which obeys it. Build it \
         with that feature, or unset the variable"
    );
    Err(io::Error::new(io::ErrorKind::Unsupported, text))
}

impl Runtime {
    /// A runtime with the usual settings: of one thread, or with the feature `rt-multi-thread` as
    /// by `Builder::new_multi_thread`.
    ///
    /// # Errors
    ///
    /// As [`Builder::build`].
    pub fn new() -> io::Result<Runtime> {
        #[cfg(feature = "rt-multi-thread")]
        let mut builder = Builder::new_multi_thread();
        #[cfg(not(feature = "rt-multi-thread"))]
        let mut builder = Builder::new_current_thread();
        builder.build()
    }
}

impl LocalRuntime {
    /// Makes one with the usual settings.
    ///
    /// # Errors
    ///
    /// As [`Builder::build`].
    pub fn new() -> io::Result<LocalRuntime> {
        Builder::new_current_thread().build_local(LocalOptions::default())
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.config.lock();
        f.debug_struct("Builder")
            .field("name", &config.name)
            .field("event_interval", &config.event_interval)
            .field("start_paused", &config.start_paused)
            .finish_non_exhaustive()
    }
}
