//! Which settings does a builder have for threads?
//!
//! For the blocking pool's threads it sets their number, names, stacks and hooks, and how long an
//! idle thread lives; for the thread that drives the runtime, the hooks around its sleep.
//!
//! Not here: the other settings (`builder.rs`), how a thread is made (`threads.rs`).
//!
//! tokio: `runtime/builder.rs`.

use std::sync::Arc;
use std::time::Duration;

use super::builder::Builder;

/// Settings for the blocking pool's threads. The thread that drives the runtime is the program's.
impl Builder {
    /// Sets the name of the pool's threads. The default is `kettle-blocking`.
    pub fn thread_name(&mut self, name: impl Into<String>) -> &mut Builder {
        let name = name.into();
        self.thread_name_fn(move || name.clone())
    }

    /// Sets a closure that names each of these threads.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// let threads = AtomicUsize::new(0);
    /// let runtime = kettle::runtime::Builder::new_current_thread()
    ///     .thread_name_fn(move || format!("pot-{}", threads.fetch_add(1, Ordering::Relaxed)))
    ///     .build()?;
    /// let name = runtime.spawn_blocking(|| std::thread::current().name().map(str::to_owned));
    /// assert_eq!(runtime.block_on(name).unwrap().as_deref(), Some("pot-0"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn thread_name_fn<F>(&mut self, f: F) -> &mut Builder
    where
        F: Fn() -> String + Send + Sync + 'static,
    {
        self.threads.name = Some(Arc::new(f));
        self
    }

    /// Sets the size of the pool threads' stacks in bytes. The default is std's.
    pub fn thread_stack_size(&mut self, bytes: usize) -> &mut Builder {
        self.threads.stack_size = Some(bytes);
        self
    }

    /// Sets the largest number of pool threads. The default is 512.
    ///
    /// # Panics
    ///
    /// If it is 0.
    #[track_caller]
    pub fn max_blocking_threads(&mut self, threads: usize) -> &mut Builder {
        assert!(threads > 0, "`max_blocking_threads` must be greater than 0");
        self.config.get_mut().max_blocking_threads = threads;
        self
    }

    /// Sets how long an idle thread waits for work before it ends. The default is 10 seconds.
    pub fn thread_keep_alive(&mut self, duration: Duration) -> &mut Builder {
        self.config.get_mut().thread_keep_alive = duration;
        self
    }

    /// Calls `f` on each pool thread before its first job. A panic in `f` is printed, and the
    /// thread carries on.
    pub fn on_thread_start<F>(&mut self, f: F) -> &mut Builder
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.threads.on_start = Some(Arc::new(f));
        self
    }

    /// Calls `f` on each pool thread after its last job. The runtime's end waits for `f` as for a
    /// job.
    pub fn on_thread_stop<F>(&mut self, f: F) -> &mut Builder
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.threads.on_stop = Some(Arc::new(f));
        self
    }
}

/// The hooks around the loop's sleep.
impl Builder {
    /// Calls `f` on the thread that drives the runtime when no task is ready, before it sleeps. If
    /// `f` spawns tasks or calls wakers, the thread doesn't sleep. A panic in `f` ends `block_on`.
    ///
    /// ```
    /// use kettle::runtime::Builder;
    /// use kettle::sync::mpsc;
    ///
    /// let (idle, mut idles) = mpsc::unbounded_channel();
    /// let mut builder = Builder::new_current_thread();
    /// let runtime = builder.on_thread_park(move || drop(idle.send("idle"))).build()?;
    /// assert_eq!(runtime.block_on(idles.recv()), Some("idle"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn on_thread_park<F>(&mut self, f: F) -> &mut Builder
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.config.get_mut().on_park = Some(Arc::new(f));
        self
    }

    /// Calls `f` after each call of [`on_thread_park`](Builder::on_thread_park)'s closure: when the
    /// thread has slept, or at once if the closure has kept it awake. A panic in `f` ends
    /// `block_on`.
    pub fn on_thread_unpark<F>(&mut self, f: F) -> &mut Builder
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.config.get_mut().on_unpark = Some(Arc::new(f));
        self
    }
}
