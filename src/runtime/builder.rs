//! How is a runtime configured?
//!
//! With the settings of tokio's builder for one thread, which [`Builder::build`] applies. `build`
//! also reads from the environment whether the run is to be watched. Some settings are accepted
//! although they have no effect; their documentation says so.
//!
//! Not here: the settings for threads (`builder_threads.rs`).
//!
//! tokio: `runtime/builder.rs`.

use std::fmt;
use std::io;

use kettle_runtime::event::StateLock;
use kettle_runtime::{Config, Schedule, Sink};

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
    /// In a lock only so that the builder is `Sync`, which a sink need not be.
    pub(crate) config: StateLock<Config>,
    /// The schedule's seed, if the program has set one.
    schedule_seed: Option<u64>,
    pub(super) threads: Threads,
    /// Made by `new_multi_thread`: a keeper drives the runtime while no other thread does.
    #[cfg(feature = "rt-multi-thread")]
    has_keeper: bool,
}

/// A seed for `select!`'s choices.
#[derive(Clone, Debug)]
pub struct RngSeed(u64);

impl RngSeed {
    /// Makes a seed from any bytes. The same bytes give the same choices.
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
    /// Makes a builder for a runtime that works while a thread is in its `block_on`.
    ///
    /// ```
    /// let runtime = kettle::runtime::Builder::new_current_thread().build()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[allow(clippy::new_ret_no_self)]
    pub fn new_current_thread() -> Builder {
        let (config, threads) = (StateLock::new(Config::default()), Threads::default());
        Builder {
            config,
            schedule_seed: None,
            threads,
            #[cfg(feature = "rt-multi-thread")]
            has_keeper: false,
        }
    }

    /// Makes a builder for a runtime that always works: while no thread is in its `block_on`, a
    /// thread of its own drives it, unless the clock is paused from the beginning or a seed decides
    /// the order. All tasks still run on one thread at a time, so for more cores, build one runtime
    /// per thread. A poll in `block_on` that blocks also stops the tasks.
    ///
    /// tokio: tasks run on several threads at once.
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

    /// Does nothing, because timers and sockets are always enabled.
    pub fn enable_all(&mut self) -> &mut Builder {
        self
    }

    /// Does nothing, because sockets are always enabled.
    pub fn enable_io(&mut self) -> &mut Builder {
        self
    }

    /// Does nothing, because timers are always enabled.
    pub fn enable_time(&mut self) -> &mut Builder {
        self
    }

    /// Sets the most polls before the loop checks timers and sockets. The default is 61; a larger
    /// number is cheaper and less fair.
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
        assert!(polls > 0, "`event_interval` must be greater than 0");
        self.config.get_mut().event_interval = polls;
        self
    }

    /// Sets whether the clock starts paused: see [`time::pause`](crate::time::pause).
    #[cfg(feature = "test-util")]
    pub fn start_paused(&mut self, paused: bool) -> &mut Builder {
        self.set_start_paused(paused)
    }

    /// The attributes need this method even without the feature.
    #[cfg(any(feature = "macros", feature = "test-util"))]
    pub(crate) fn set_start_paused(&mut self, paused: bool) -> &mut Builder {
        self.config.get_mut().start_paused = paused;
        self
    }

    /// Sets `select!`'s seed, so that its choices are the same in each run.
    pub fn rng_seed(&mut self, RngSeed(seed): RngSeed) -> &mut Builder {
        self.config.get_mut().rng_seed = Some(seed);
        self
    }

    /// Lets this seed decide whatever the runtime is free to decide, such as which ready task is
    /// polled next and which due timer fires first. It overrides `KETTLE_SEED`. The same program
    /// with the same seed runs the same way again, unless it uses other threads or clocks.
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

    /// Sets the runtime's name, which [`Handle::name`](super::Handle::name) returns.
    ///
    /// # Panics
    ///
    /// If it is empty or only white space.
    ///
    /// ```
    /// let runtime = kettle::runtime::Builder::new_current_thread().name("kitchen").build()?;
    /// assert_eq!(runtime.handle().name(), Some("kitchen"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn name(&mut self, name: impl Into<String>) -> &mut Builder {
        let name = name.into();
        assert!(!name.trim().is_empty(), "a runtime's `name` must not be empty");
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

    /// Like [`build`](Builder::build), but makes a [`LocalRuntime`], which also runs futures that
    /// aren't `Send`.
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

    /// Makes the runtime. The first runtime made gets the sink of [`Builder::trace`].
    ///
    /// # Errors
    ///
    /// If the system has no descriptor left for a selector, or if `KETTLE_TRACE`, `KETTLE_DOCTOR`
    /// or `KETTLE_SEED` asks for something impossible.
    pub fn build(&mut self) -> io::Result<Runtime> {
        let settings = self.config.get_mut();
        let sink = match settings.sink.take() {
            Some(sink) => Some(sink),
            None => default_sink()?,
        };
        let own = settings.schedule.take();
        let schedule = if own.is_some() { own } else { schedule(self.schedule_seed)? };
        #[cfg(feature = "rt-multi-thread")]
        let has_keeper = self.has_keeper && schedule.is_none() && !settings.start_paused;
        let config = Config {
            event_interval: settings.event_interval,
            start_paused: settings.start_paused,
            schedule,
            rng_seed: settings.rng_seed,
            sink,
            on_park: settings.on_park.clone(),
            on_unpark: settings.on_unpark.clone(),
            start_thread: self.threads.clone().into_start("kettle-blocking"),
            max_blocking_threads: settings.max_blocking_threads,
            thread_keep_alive: settings.thread_keep_alive,
            name: settings.name.clone(),
        };
        let runtime = Runtime::of(kettle_runtime::Runtime::with(config)?);
        #[cfg(feature = "rt-multi-thread")]
        if has_keeper {
            return runtime.with_keeper(&self.threads.clone().into_start("kettle-keeper"));
        }
        Ok(runtime)
    }
}

/// Settings that tokio has and that have no effect here.
impl Builder {
    /// Does nothing, because kettle runs its tasks on one thread; tokio's current-thread runtime
    /// ignores it, too.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn worker_threads(&mut self, threads: usize) -> &mut Builder {
        assert!(threads > 0, "`worker_threads` must be greater than 0");
        self
    }

    /// Does nothing: the loop receives other threads' wakes once a turn
    /// ([`event_interval`](Builder::event_interval)), and the woken tasks take turns with the
    /// others. tokio gives them priority after this many polls.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn global_queue_interval(&mut self, polls: u32) -> &mut Builder {
        assert!(polls > 0, "`global_queue_interval` must be greater than 0");
        self
    }

    /// Does nothing. tokio takes at most this many reports at once; here the limit is fixed.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn max_io_events_per_tick(&mut self, capacity: usize) -> &mut Builder {
        assert!(capacity > 0, "max_io_events_per_tick must be non-zero");
        self
    }

    /// Does nothing. In tokio this is the same limit while tasks are ready.
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

/// Returns the sink that `KETTLE_TRACE` and `KETTLE_DOCTOR` ask for.
#[cfg(feature = "trace")]
fn default_sink() -> io::Result<Option<Box<dyn Sink>>> {
    kettle_trace::default_sink()
}

/// Returns the schedule for this seed or, if there is none, for `KETTLE_SEED`.
#[cfg(feature = "trace")]
fn schedule(seed: Option<u64>) -> io::Result<Option<Box<dyn Schedule>>> {
    kettle_trace::schedule(seed)
}

#[cfg(not(feature = "trace"))]
#[expect(clippy::unnecessary_wraps, reason = "its double with the tools may fail")]
fn default_sink() -> io::Result<Option<Box<dyn Sink>>> {
    Ok(None)
}

/// Refuses a seed, because nothing would use it.
#[cfg(not(feature = "trace"))]
fn schedule(_: Option<u64>) -> io::Result<Option<Box<dyn Schedule>>> {
    let Some(variable) = super::first_set(["KETTLE_SEED", "KETTLE_SCHEDULE"]) else {
        return Ok(None);
    };
    let text = format!(
        "{variable} is set, but kettle was built without its `trace` feature: enable the feature, \
         or unset the variable"
    );
    Err(io::Error::new(io::ErrorKind::Unsupported, text))
}

impl Runtime {
    /// [Builds](Builder::build) a runtime with the default settings: a current-thread one or, with
    /// the feature `rt-multi-thread`, one like `Builder::new_multi_thread`'s.
    pub fn new() -> io::Result<Runtime> {
        #[cfg(feature = "rt-multi-thread")]
        let mut builder = Builder::new_multi_thread();
        #[cfg(not(feature = "rt-multi-thread"))]
        let mut builder = Builder::new_current_thread();
        builder.build()
    }
}

impl LocalRuntime {
    /// [Builds](Builder::build_local) a local runtime with the default settings.
    pub fn new() -> io::Result<LocalRuntime> {
        Builder::new_current_thread().build_local(LocalOptions::default())
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.config.lock();
        let (name, paused) = (config.name.clone(), config.start_paused);
        let event_interval = config.event_interval;
        drop(config);
        f.debug_struct("Builder")
            .field("name", &name)
            .field("event_interval", &event_interval)
            .field("start_paused", &paused)
            .finish_non_exhaustive()
    }
}
