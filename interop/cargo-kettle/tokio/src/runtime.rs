//! kettle's `runtime`, with a builder that can be asked for several threads.
//!
//! It says once that the tasks of those run on one thread, too. All that it is told goes to
//! kettle's.

use std::io;
use std::time::Duration;

pub use kettle::runtime::*;

use crate::said;

/// kettle's builder, which also takes [`new_multi_thread`](Builder::new_multi_thread).
#[derive(Debug)]
pub struct Builder(kettle::runtime::Builder);

impl Builder {
    /// A runtime of one thread.
    #[allow(clippy::new_ret_no_self)]
    pub fn new_current_thread() -> Builder {
        Builder(kettle::runtime::Builder::new_current_thread())
    }

    /// A runtime that works while no thread is in `block_on`, too. A line on standard error says
    /// that its tasks run on one thread.
    #[cfg(feature = "rt-multi-thread")]
    pub fn new_multi_thread() -> Builder {
        said::one_thread();
        Builder(kettle::runtime::Builder::new_multi_thread())
    }

    /// Makes the runtime.
    ///
    /// # Errors
    ///
    /// As kettle's.
    pub fn build(&mut self) -> io::Result<Runtime> {
        self.0.build()
    }

    /// Makes a runtime for futures that are not `Send`.
    ///
    /// # Errors
    ///
    /// As kettle's.
    pub fn build_local(&mut self, options: LocalOptions) -> io::Result<LocalRuntime> {
        self.0.build_local(options)
    }
}

/// One setting for each name, handed on.
macro_rules! settings {
    ($( $name:ident $(<$F:ident: $bound:path>)? ( $($argument:ident: $kind:ty)? ) )*) => {
        impl Builder { $(
            #[doc = concat!("`kettle::runtime::Builder::", stringify!($name), "`.")]
            #[track_caller]
            pub fn $name $(<$F: $bound + Send + Sync + 'static>)? (&mut self $(, $argument: $kind)?)
                -> &mut Builder
            {
                self.0.$name($($argument)?);
                self
            }
        )* }
    };
}

settings! {
    enable_all()
    enable_io()
    enable_time()
    event_interval(polls: u32)
    global_queue_interval(polls: u32)
    max_blocking_threads(threads: usize)
    max_io_events_per_busy_tick(capacity: usize)
    max_io_events_per_tick(capacity: usize)
    name(name: impl Into<String>)
    on_thread_park<F: Fn()>(f: F)
    on_thread_start<F: Fn()>(f: F)
    on_thread_stop<F: Fn()>(f: F)
    on_thread_unpark<F: Fn()>(f: F)
    rng_seed(seed: RngSeed)
    thread_keep_alive(duration: Duration)
    thread_name(name: impl Into<String>)
    thread_stack_size(bytes: usize)
    worker_threads(threads: usize)
}

impl Builder {
    /// `kettle::runtime::Builder::thread_name_fn`.
    pub fn thread_name_fn<F: Fn() -> String + Send + Sync + 'static>(
        &mut self,
        f: F,
    ) -> &mut Builder {
        self.0.thread_name_fn(f);
        self
    }

    /// `kettle::runtime::Builder::start_paused`.
    #[cfg(feature = "test-util")]
    pub fn start_paused(&mut self, paused: bool) -> &mut Builder {
        self.0.start_paused(paused);
        self
    }
}
