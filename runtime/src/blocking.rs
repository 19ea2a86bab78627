//! Where does work go that would block the loop's thread?
//!
//! To a pool of other threads. A job waits in a channel until a thread is free; threads are made
//! when none is, up to a limit, and end when they have been idle for a while. The output comes
//! home through the handle's cell, and the news of the job's end by letter.
//!
//! Interface: [`spawn_blocking`], [`running_job`], [`Pool`]. Invariants: a job is run once, or
//! dropped with its handle told "cancelled"; a panic in a job is its handle's business and not the
//! thread's. When the runtime ends, jobs that have started are awaited and queued ones are dropped.
//! The count of blocking work that is out falls when the letter is *opened*, not when the thread is
//! done: until then the virtual clock stands still.
//!
//! tokio: `runtime/blocking/pool.rs`, a queue behind a mutex and a condition variable.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use parking_lot::Mutex;

use crate::cell::{Cell, Link};
use crate::current;
use crate::event::{Event, emit};
use crate::foreign::quietly;
use crate::id::Id;
use crate::join::JoinHandle;
use crate::join_error::JoinError;
use crate::remote::Letter;
use crate::runtime::Shared;

/// The threads of one runtime that may block.
pub(crate) struct Pool {
    name: String,
    limit: usize,
    keep_alive: Duration,
    state: Mutex<PoolState>,
    jobs: Receiver<Box<dyn Job>>,
    /// Each thread holds a clone of the sender; when the last one ends, the receiver hears of it.
    ended: Receiver<()>,
}

struct PoolState {
    /// `None`: closed.
    open: Option<Open>,
    threads: usize,
    /// Threads that wait for a job.
    idle: usize,
    /// Jobs that wait for a thread.
    queued: usize,
}

/// What an open pool gives out clones of.
#[derive(Clone)]
struct Open {
    jobs: Sender<Box<dyn Job>>,
    /// Never sent to: held by each thread, so that its end is heard of.
    ending: Sender<()>,
}

thread_local! {
    /// The pool that this thread works for.
    static WORKS_FOR: std::cell::Cell<*const Pool> = const { std::cell::Cell::new(ptr::null()) };
    /// The job that is run on this thread.
    static JOB: std::cell::Cell<Option<Id>> = const { std::cell::Cell::new(None) };
}

/// Something to be run on a pool thread.
trait Job: Send {
    fn run(&mut self);
}

struct BlockingJob<F, R> {
    work: Option<F>,
    cell: Arc<Cell<R>>,
    shared: Arc<Shared>,
}

impl<F, R> Job for BlockingJob<F, R>
where
    F: FnOnce() -> R + Send,
    R: Send,
{
    fn run(&mut self) {
        let id = self.cell.link.id();
        if self.cell.link.is_aborted() {
            return;
        }
        if let Some(work) = self.work.take() {
            JOB.set(Some(id));
            let output = catch_unwind(AssertUnwindSafe(work));
            JOB.set(None);
            self.cell.fill(output.map_err(|panic| JoinError::panic(id, panic)));
        }
    }
}

/// Run or not: the handle is told, and then the loop.
impl<F, R> Drop for BlockingJob<F, R> {
    fn drop(&mut self) {
        let id = self.cell.link.id();
        let work = self.work.take();
        quietly(|| drop(work));
        self.cell.fill(Err(JoinError::cancelled(id)));
        // Refused: the runtime is gone and counts nothing any more.
        drop(self.shared.remote.letters.post(Letter::BlockingDone(id)));
    }
}

impl Pool {
    pub(crate) fn new(name: String, limit: usize, keep_alive: Duration) -> Pool {
        let (jobs_in, jobs) = unbounded();
        let (ending, ended) = unbounded();
        let open = Some(Open { jobs: jobs_in, ending });
        let state = PoolState { open, threads: 0, idle: 0, queued: 0 };
        Pool { name, limit, keep_alive, state: Mutex::new(state), jobs, ended }
    }

    /// Queues a job, and makes a thread if none is free. Gives the job back if the pool is closed.
    ///
    /// # Panics
    ///
    /// If the system gives no thread and the pool has none.
    fn submit(&self, shared: &Arc<Shared>, job: Box<dyn Job>) -> Option<Box<dyn Job>> {
        let mut state = self.state.lock();
        let Some(open) = state.open.clone() else { return Some(job) };
        if state.queued >= state.idle && state.threads < self.limit {
            match self.start_thread(shared.clone(), open.ending) {
                Ok(()) => state.threads += 1,
                // The job waits for one of the threads that there are.
                Err(_) if state.threads > 0 => {}
                Err(error) => panic!("no thread for blocking work: {error}"),
            }
        }
        state.queued += 1;
        // Under the lock: once the pool is closed, no job comes behind those that are dropped then.
        open.jobs.send(job).err().map(|refused| refused.0)
    }

    /// Its threads, at work or idle.
    pub(crate) fn threads(&self) -> usize {
        self.state.lock().threads
    }

    fn start_thread(&self, shared: Arc<Shared>, ending: Sender<()>) -> std::io::Result<()> {
        let builder = thread::Builder::new().name(self.name.clone());
        builder.spawn(move || {
            let depth = current::enter(shared.clone());
            shared.pool.work();
            current::exit(depth);
            drop(shared);
            drop(ending);
        })?;
        Ok(())
    }

    /// One thread's life.
    fn work(&self) {
        WORKS_FOR.set(self);
        loop {
            self.state.lock().idle += 1;
            let received = self.jobs.recv_timeout(self.keep_alive);
            let mut state = self.state.lock();
            state.idle -= 1;
            let Ok(mut job) = received else {
                // Idle for long, or closed. Not if a job was queued for this very thread.
                if state.queued > 0 && state.open.is_some() {
                    continue;
                }
                state.threads -= 1;
                return;
            };
            state.queued -= 1;
            drop(state);
            job.run();
            quietly(|| drop(job));
        }
    }

    /// Takes no more jobs, drops those that wait, and waits for those that have started, at most
    /// for `timeout`. Not for the job that has ended its own runtime, nor for those beside it: the
    /// last thread's end can't be heard of on one of these threads.
    pub(crate) fn shut_down(&self, timeout: Option<Duration>) {
        let open = self.state.lock().open.take();
        drop(open);
        while let Ok(job) = self.jobs.try_recv() {
            quietly(|| drop(job));
        }
        if ptr::eq(WORKS_FOR.get(), self) {
            return;
        }
        // Nothing is ever sent: what comes is the end of the last thread, or of our patience.
        match timeout {
            None => drop(self.ended.recv()),
            Some(timeout) => drop(self.ended.recv_timeout(timeout)),
        }
    }
}

/// The id of the blocking job that is run on this thread.
pub fn running_job() -> Option<Id> {
    JOB.try_with(std::cell::Cell::get).ok().flatten()
}

/// Runs a closure that blocks, on a thread where that hurts nobody.
///
/// The handle gives what it returns. A closure that has started can't be stopped: `abort` only
/// helps as long as it waits for a thread, and the runtime's end waits for it.
///
/// # Panics
///
/// Where there is no runtime, or if the system gives no thread at all.
///
/// tokio: `tokio::task::spawn_blocking`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let sum = kettle::task::spawn_blocking(|| (1..=10).sum::<u32>());
/// assert_eq!(sum.await.unwrap(), 55);
/// # }
/// ```
#[track_caller]
pub fn spawn_blocking<F, R>(work: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    spawn_on(&current::shared(Arc::clone), work)
}

/// The same for a runtime that is not necessarily the current one.
pub(crate) fn spawn_on<F, R>(shared: &Arc<Shared>, work: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let cell = Cell::new(Link::new(Id::next()));
    let id = cell.link.id();
    emit(|| Event::BlockingStart { task: id });
    shared.blocking_out.fetch_add(1, Ordering::Relaxed);
    let job = BlockingJob { work: Some(work), cell: cell.clone(), shared: shared.clone() };
    let refused = shared.pool.submit(shared, Box::new(job));
    drop(refused);
    JoinHandle::from_cell(cell)
}
