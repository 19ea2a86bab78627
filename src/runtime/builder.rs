//! With what is a runtime made?

use std::fmt;
use std::io;
use std::time::Duration;

use kettle_runtime::{Config, Sink};
use parking_lot::Mutex;

use super::owner::Runtime;

/// Makes a [`Runtime`] with settings of its own.
///
/// tokio: `tokio::runtime::Builder`. Settings that only make sense with several threads are not
/// there; [`Builder::new_multi_thread`] says so.
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
    config: Mutex<Config>,
}

/// A seed for the choices that `select!` makes.
///
/// tokio: `tokio::runtime::RngSeed`.
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
    /// The only kind of runtime there is.
    ///
    /// ```
    /// let runtime = kettle::runtime::Builder::new_current_thread().build()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[allow(clippy::new_ret_no_self)]
    pub fn new_current_thread() -> Builder {
        Builder { config: Mutex::new(Config::default()) }
    }

    /// kettle has no runtime of several threads. The method is here to say so.
    ///
    /// # Panics
    ///
    /// Always.
    ///
    /// ```should_panic
    /// kettle::runtime::Builder::new_multi_thread();
    /// ```
    #[track_caller]
    pub fn new_multi_thread() -> Builder {
        panic!(
            "kettle runs its tasks on one thread: use `Builder::new_current_thread`. Work that \
             blocks or computes for long goes to `spawn_blocking`; for more cores, build one \
             runtime per thread"
        )
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

    /// The name of the threads for blocking work; `kettle-blocking` if not set.
    pub fn thread_name(&mut self, name: impl Into<String>) -> &mut Builder {
        self.config.get_mut().thread_name = name.into();
        self
    }

    /// The largest number of threads for blocking work; 512 if not set.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn max_blocking_threads(&mut self, threads: usize) -> &mut Builder {
        assert!(threads > 0, "max_blocking_threads: at least one thread is needed");
        self.config.get_mut().max_blocking_threads = threads;
        self
    }

    /// How long a thread for blocking work waits for more of it; 10 seconds if not set.
    pub fn thread_keep_alive(&mut self, duration: Duration) -> &mut Builder {
        self.config.get_mut().thread_keep_alive = duration;
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

    /// Makes the runtime. A sink that was given by [`Builder::trace`] goes to the first one made.
    ///
    /// # Errors
    ///
    /// The system gives no selector (too many open descriptors), or `KETTLE_TRACE` asks for what
    /// can't be done.
    pub fn build(&mut self) -> io::Result<Runtime> {
        let given = self.config.get_mut();
        let sink = match given.sink.take() {
            Some(sink) => Some(sink),
            None => default_sink()?,
        };
        let config = Config {
            sink,
            thread_name: given.thread_name.clone(),
            ..Config { sink: None, thread_name: String::new(), ..*given }
        };
        kettle_runtime::Runtime::with(config).map(Runtime::from_engine)
    }
}

/// What the environment asks for, by `KETTLE_TRACE` and `KETTLE_DOCTOR`.
#[cfg(feature = "trace")]
fn default_sink() -> io::Result<Option<Box<dyn Sink>>> {
    kettle_trace::default_sink()
}

#[cfg(not(feature = "trace"))]
#[expect(clippy::unnecessary_wraps, reason = "its double with the tools may fail")]
fn default_sink() -> io::Result<Option<Box<dyn Sink>>> {
    Ok(None)
}

impl Runtime {
    /// A runtime with the usual settings. tokio's has several threads; this one has one.
    ///
    /// # Errors
    ///
    /// As [`Builder::build`].
    pub fn new() -> io::Result<Runtime> {
        Builder::new_current_thread().enable_all().build()
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config = self.config.lock();
        f.debug_struct("Builder")
            .field("event_interval", &config.event_interval)
            .field("start_paused", &config.start_paused)
            .finish_non_exhaustive()
    }
}
